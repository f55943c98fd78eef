WITH "t6" AS (
  SELECT
    *
  FROM "calls" AS "t2"
  WHERE
    "t2"."vendor" IN ('alpha', 'beta', 'gamma')
    AND "t2"."started_on" >= FROM_ISO8601_DATE('2026-10-01')
    AND "t2"."started_on" < FROM_ISO8601_DATE('2026-11-01')
    AND NOT (
      COALESCE("t2"."is_test", FALSE)
    )
    AND NOT (
      "t2"."disposition" IN ('test', 'internal', 'technical')
    )
    AND COALESCE("t2"."direction", 'outbound') <> 'inbound'
), "t22" AS (
  SELECT
    "t21"."vendor" AS "number_vendor",
    "t21"."phone" AS "number_phone",
    "t21"."number_calls",
    "t21"."number_key"
  FROM (
    SELECT
      "t11"."vendor",
      "t11"."phone",
      "t11"."number_calls",
      CASE
        WHEN STRPOS(COALESCE("t11"."phone", ''), '*') > 0
        THEN ''
        WHEN LENGTH(REGEXP_REPLACE(COALESCE("t11"."phone", ''), '[^0-9]', '')) >= 10
        THEN SUBSTR(REGEXP_REPLACE(COALESCE("t11"."phone", ''), '[^0-9]', ''), -10)
        ELSE LOWER(TRIM(' 	
' FROM COALESCE("t11"."phone", '')))
      END AS "number_key"
    FROM (
      SELECT
        "t7"."vendor",
        "t7"."phone",
        COUNT(*) AS "number_calls"
      FROM "t6" AS "t7"
      GROUP BY
        1,
        2
    ) AS "t11"
  ) AS "t21"
  WHERE
    "t21"."number_key" <> ''
), "t33" AS (
  SELECT
    "t32"."vendor",
    "t32"."call_id",
    "t32"."agent_id",
    "t32"."started_at",
    "t32"."started_on",
    "t32"."talk_seconds",
    "t32"."disposition",
    "t32"."campaign_id",
    "t32"."lead_id",
    "t32"."phone",
    "t32"."caller_phone",
    "t32"."direction",
    "t32"."answered_at",
    "t32"."ended_at",
    "t32"."ring_seconds",
    "t32"."hold_seconds",
    "t32"."wrap_seconds",
    "t32"."billed_seconds",
    "t32"."hangup_side",
    "t32"."recording_id",
    "t32"."parent_call_id",
    "t32"."is_test",
    "t32"."number_vendor",
    "t32"."number_phone",
    "t32"."number_calls",
    "t32"."number_key",
    "t32"."known_lead",
    "t32"."in_vendor",
    "t32"."in_key",
    "t32"."first_in",
    "t32"."rate_item",
    "t32"."rated_seconds",
    "t32"."fee_calls",
    IF(
      "t32"."vendor" IN ('alpha', 'beta', 'gamma'),
      "t32"."rated_seconds",
      "t32"."talk_seconds" + COALESCE("t32"."hold_seconds", 0)
    ) AS "billable_seconds",
    IF(FALSE, "t32"."rated_seconds", 0) AS "billable_units"
  FROM (
    SELECT
      "t31"."vendor",
      "t31"."call_id",
      "t31"."agent_id",
      "t31"."started_at",
      "t31"."started_on",
      "t31"."talk_seconds",
      "t31"."disposition",
      "t31"."campaign_id",
      "t31"."lead_id",
      "t31"."phone",
      "t31"."caller_phone",
      "t31"."direction",
      "t31"."answered_at",
      "t31"."ended_at",
      "t31"."ring_seconds",
      "t31"."hold_seconds",
      "t31"."wrap_seconds",
      "t31"."billed_seconds",
      "t31"."hangup_side",
      "t31"."recording_id",
      "t31"."parent_call_id",
      "t31"."is_test",
      "t31"."number_vendor",
      "t31"."number_phone",
      "t31"."number_calls",
      "t31"."number_key",
      "t31"."known_lead",
      "t31"."in_vendor",
      "t31"."in_key",
      "t31"."first_in",
      CASE
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN 'alpha/2'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN 'alpha/3'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        THEN 'alpha/0'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN 'beta/2'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN 'beta/3'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        THEN 'beta/0'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN 'gamma/2'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN 'gamma/3'
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        THEN 'gamma/0'
        ELSE ''
      END AS "rate_item",
      CASE
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 0
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 59
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 0
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 0
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 59
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 0
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 0
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 59
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        THEN CASE
          WHEN "t31"."disposition" IN (
            'gatekeeper',
            'wrong_number',
            'wrong_person',
            'callback',
            'interested',
            'quote_sent',
            'refusal',
            'not_qualified',
            'do_not_call',
            'lead',
            'meeting',
            'sale'
          )
          AND NOT (
            COALESCE("t31"."is_test", FALSE)
          )
          AND (
            (
              "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
            ) > 0
          )
          THEN "t31"."talk_seconds" + COALESCE("t31"."hold_seconds", 0)
          ELSE CAST(0 AS BIGINT)
        END
        ELSE CAST(0 AS BIGINT)
      END AS "rated_seconds",
      CASE
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'alpha'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'beta'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        AND (
          "t31"."campaign_id" = 'spring'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        AND (
          "t31"."campaign_id" = 'short'
        )
        THEN CAST(0 AS BIGINT)
        WHEN (
          "t31"."started_on" >= FROM_ISO8601_DATE('2026-01-01')
        )
        AND (
          "t31"."vendor" = 'gamma'
        )
        THEN CAST(0 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END AS "fee_calls"
    FROM (
      SELECT
        "t8"."vendor",
        "t8"."call_id",
        "t8"."agent_id",
        "t8"."started_at",
        "t8"."started_on",
        "t8"."talk_seconds",
        "t8"."disposition",
        "t8"."campaign_id",
        "t8"."lead_id",
        "t8"."phone",
        "t8"."caller_phone",
        "t8"."direction",
        "t8"."answered_at",
        "t8"."ended_at",
        "t8"."ring_seconds",
        "t8"."hold_seconds",
        "t8"."wrap_seconds",
        "t8"."billed_seconds",
        "t8"."hangup_side",
        "t8"."recording_id",
        "t8"."parent_call_id",
        "t8"."is_test",
        "t30"."number_vendor",
        "t30"."number_phone",
        "t30"."number_calls",
        "t30"."number_key",
        "t5"."known_lead",
        "t19"."in_vendor",
        "t19"."in_key",
        "t19"."first_in"
      FROM "t6" AS "t8"
      INNER JOIN (
        SELECT
          "t28"."number_vendor",
          "t28"."number_phone",
          "t28"."number_calls",
          "t28"."number_key"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t24"."number_vendor",
              "t24"."number_phone",
              "t24"."number_calls",
              "t24"."number_key",
              "t18"."listed_key"
            FROM "t22" AS "t24"
            LEFT OUTER JOIN (
              SELECT DISTINCT
                "t9"."key" AS "listed_key"
              FROM (
                SELECT
                  "t1"."lead_id",
                  "t1"."handed_on",
                  "t1"."vendor",
                  "t1"."phone",
                  "t1"."list_id",
                  "t1"."segment",
                  "t1"."source",
                  "t1"."is_seed",
                  CASE
                    WHEN STRPOS(COALESCE("t1"."phone", ''), '*') > 0
                    THEN ''
                    WHEN LENGTH(REGEXP_REPLACE(COALESCE("t1"."phone", ''), '[^0-9]', '')) >= 10
                    THEN SUBSTR(REGEXP_REPLACE(COALESCE("t1"."phone", ''), '[^0-9]', ''), -10)
                    ELSE LOWER(TRIM(' 	
' FROM COALESCE("t1"."phone", '')))
                  END AS "key"
                FROM "leads" AS "t1"
              ) AS "t9"
              WHERE
                "t9"."key" <> ''
            ) AS "t18"
              ON "t24"."number_key" = "t18"."listed_key"
          ) AS "t26"
          WHERE
            "t26"."listed_key" IS NULL
        ) AS "t28"
      ) AS "t30"
        ON "t8"."vendor" = "t30"."number_vendor" AND "t8"."phone" = "t30"."number_phone"
      LEFT OUTER JOIN (
        SELECT DISTINCT
          "t1"."lead_id" AS "known_lead"
        FROM "leads" AS "t1"
      ) AS "t5"
        ON "t8"."lead_id" = "t5"."known_lead"
      LEFT OUTER JOIN (
        SELECT
          "t10"."vendor" AS "in_vendor",
          "t10"."key" AS "in_key",
          MIN("t10"."started_at") AS "first_in"
        FROM (
          SELECT
            "t2"."vendor",
            "t2"."call_id",
            "t2"."agent_id",
            "t2"."started_at",
            "t2"."started_on",
            "t2"."talk_seconds",
            "t2"."disposition",
            "t2"."campaign_id",
            "t2"."lead_id",
            "t2"."phone",
            "t2"."caller_phone",
            "t2"."direction",
            "t2"."answered_at",
            "t2"."ended_at",
            "t2"."ring_seconds",
            "t2"."hold_seconds",
            "t2"."wrap_seconds",
            "t2"."billed_seconds",
            "t2"."hangup_side",
            "t2"."recording_id",
            "t2"."parent_call_id",
            "t2"."is_test",
            CASE
              WHEN STRPOS(COALESCE("t2"."phone", ''), '*') > 0
              THEN ''
              WHEN LENGTH(REGEXP_REPLACE(COALESCE("t2"."phone", ''), '[^0-9]', '')) >= 10
              THEN SUBSTR(REGEXP_REPLACE(COALESCE("t2"."phone", ''), '[^0-9]', ''), -10)
              ELSE LOWER(TRIM(' 	
' FROM COALESCE("t2"."phone", '')))
            END AS "key"
          FROM "calls" AS "t2"
          WHERE
            "t2"."vendor" IN ('alpha', 'beta', 'gamma') AND "t2"."direction" = 'inbound'
        ) AS "t10"
        GROUP BY
          1,
          2
      ) AS "t19"
        ON "t8"."vendor" = "t19"."in_vendor" AND "t30"."number_key" = "t19"."in_key"
    ) AS "t31"
    WHERE
      "t31"."known_lead" IS NULL
      AND NOT (
        COALESCE("t31"."first_in" <= "t31"."started_at", FALSE)
      )
  ) AS "t32"
)
SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t37"."vendor",
          "t37"."agent_id",
          "t37"."rate_item",
          CAST(0 AS BIGINT) AS "compared",
          "t37"."hits",
          "t37"."talked",
          CAST(0 AS BIGINT) AS "numbers",
          CAST(0 AS BIGINT) AS "held",
          CAST(0 AS BIGINT) AS "refused",
          "t37"."seconds",
          "t37"."units"
        FROM (
          SELECT
            "t34"."vendor",
            "t34"."agent_id",
            "t34"."rate_item",
            COUNT(*) AS "hits",
            COALESCE(SUM(CAST(COALESCE("t34"."billable_seconds" > 0, FALSE) AS BIGINT)), 0) AS "talked",
            COALESCE(SUM(COALESCE("t34"."billable_seconds", 0)), 0) AS "seconds",
            COALESCE(SUM(COALESCE("t34"."billable_units", 0)), 0) AS "units"
          FROM "t33" AS "t34"
          GROUP BY
            1,
            2,
            3
        ) AS "t37"
      ) AS "t38"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t35"."vendor",
          CAST(NULL AS VARCHAR) AS "agent_id",
          CAST(NULL AS VARCHAR) AS "rate_item",
          CAST(0 AS BIGINT) AS "compared",
          CAST(0 AS BIGINT) AS "hits",
          CAST(0 AS BIGINT) AS "talked",
          "t35"."numbers",
          CAST(0 AS BIGINT) AS "held",
          CAST(0 AS BIGINT) AS "refused",
          CAST(0 AS BIGINT) AS "seconds",
          CAST(0 AS BIGINT) AS "units"
        FROM (
          SELECT
            "t34"."vendor",
            COUNT(DISTINCT "t34"."number_key") AS "numbers"
          FROM "t33" AS "t34"
          GROUP BY
            1
        ) AS "t35"
      ) AS "t36"
    ) AS "t39"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        CAST("t25"."vendor" AS VARCHAR) AS "vendor",
        CAST(NULL AS VARCHAR) AS "agent_id",
        CAST(NULL AS VARCHAR) AS "rate_item",
        "t25"."compared",
        CAST(0 AS BIGINT) AS "hits",
        CAST(0 AS BIGINT) AS "talked",
        CAST(0 AS BIGINT) AS "numbers",
        CAST(0 AS BIGINT) AS "held",
        CAST(0 AS BIGINT) AS "refused",
        CAST(0 AS BIGINT) AS "seconds",
        CAST(0 AS BIGINT) AS "units"
      FROM (
        SELECT
          "t23"."number_vendor" AS "vendor",
          COALESCE(SUM(COALESCE("t23"."number_calls", 0)), 0) AS "compared"
        FROM "t22" AS "t23"
        GROUP BY
          1
      ) AS "t25"
    ) AS "t27"
  ) AS "t40"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      CAST(NULL AS VARCHAR) AS "vendor",
      CAST(NULL AS VARCHAR) AS "agent_id",
      CAST(NULL AS VARCHAR) AS "rate_item",
      CAST(0 AS BIGINT) AS "compared",
      CAST(0 AS BIGINT) AS "hits",
      CAST(0 AS BIGINT) AS "talked",
      CAST(0 AS BIGINT) AS "numbers",
      "t14"."held",
      CAST(0 AS BIGINT) AS "refused",
      CAST(0 AS BIGINT) AS "seconds",
      CAST(0 AS BIGINT) AS "units"
    FROM (
      SELECT
        COUNT(*) AS "held"
      FROM (
        SELECT
          *
        FROM "leads" AS "t1"
        WHERE
          CASE
            WHEN STRPOS(COALESCE("t1"."phone", ''), '*') > 0
            THEN ''
            WHEN LENGTH(REGEXP_REPLACE(COALESCE("t1"."phone", ''), '[^0-9]', '')) >= 10
            THEN SUBSTR(REGEXP_REPLACE(COALESCE("t1"."phone", ''), '[^0-9]', ''), -10)
            ELSE LOWER(TRIM(' 	
' FROM COALESCE("t1"."phone", '')))
          END <> ''
      ) AS "t13"
    ) AS "t14"
  ) AS "t20"
) AS "t41"
UNION ALL
SELECT
  *
FROM (
  SELECT
    CAST("t12"."vendor" AS VARCHAR) AS "vendor",
    CAST(NULL AS VARCHAR) AS "agent_id",
    CAST(NULL AS VARCHAR) AS "rate_item",
    CAST(0 AS BIGINT) AS "compared",
    CAST(0 AS BIGINT) AS "hits",
    CAST(0 AS BIGINT) AS "talked",
    CAST(0 AS BIGINT) AS "numbers",
    CAST(0 AS BIGINT) AS "held",
    "t12"."refused",
    CAST(0 AS BIGINT) AS "seconds",
    CAST(0 AS BIGINT) AS "units"
  FROM (
    SELECT
      "t4"."vendor",
      COALESCE(SUM(COALESCE("t4"."faulty_rows", 0)), 0) AS "refused"
    FROM (
      SELECT
        *
      FROM "deliveries" AS "t0"
      WHERE
        "t0"."report" = 'leads' AND "t0"."vendor" = 'client'
    ) AS "t4"
    GROUP BY
      1
  ) AS "t12"
) AS "t17"
