"""An invented audit of one month: five vendors, four findings, eight checks.

Sentences come ready in the language asked for, so that in a Russian page any
English word left must be the report's own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pandas as pd
from invented_comparison import comparison
from invented_drawings import DRAWINGS, agents

from vendoreval.auditing.result import (
    Action,
    AuditResult,
    CheckNote,
    CheckState,
    Decision,
    Finding,
    Measure,
    MoneyLadder,
    Position,
    ReportStatus,
    Severity,
    Tier,
    TrustRow,
    VendorResult,
    Verdict,
    VerdictRow,
)
from vendoreval.checks.base import Evidence, Grade, NotRun, Range, Step
from vendoreval.period import Period
from vendoreval.report import evidence_file
from vendoreval.text import Count, Message, Money, Number, Percent, Short, msg

Say = Callable[..., Message]
D = Decimal

VENDORS: tuple[tuple[str, str, str, Verdict, Decision, Position], ...] = (
    ("akvilon", "Akvilon Contact", "Аквилон Контакт", "UNPROVEN", "CONDITIONS", "chance"),
    ("beryoza", "Beryoza Call", "Берёза Колл", "SELLS", "KEEP", "chance"),
    ("delta", "Delta Sales", "Дельта Сейлз", "CANNOT_TELL", "CANNOT_TELL", "chance"),
    ("granat", "Granat Line", "Гранат Линия", "MINUTES_LIKE", "REPLACE", "worse"),
    ("vektor", "Vektor Voice", "Вектор Голос", "SELLS", "PROBATION", "better"),
)
COST = {"akvilon": 7204, "beryoza": 8397, "delta": 5634, "granat": 12845, "vektor": 6605}
SOLD = {
    "akvilon": (0.0407, 0.0354, 0.0467, 4810), "beryoza": (0.0338, 0.0272, 0.0420, 2310),
    "delta": (0.0466, 0.0343, 0.0629, 880), "granat": (0.0248, 0.0203, 0.0301, 3905),
    "vektor": (0.0490, 0.0439, 0.0547, 6150),
}  # fmt: skip
TALKED: dict[str, float | None] = {
    "akvilon": 0.87, "beryoza": 0.89, "delta": None, "granat": 0.62, "vektor": 0.93,
}  # fmt: skip
MINUTES = {"akvilon": 86_410, "beryoza": 42_120, "delta": 16_300, "granat": 98_700,
           "vektor": 112_900}  # fmt: skip
MONEY = {
    "akvilon": (1_411_984, 0, 60_000, 94_000, 121_000),
    "beryoza": (655_002, 0, 0, 58_000, 90_000),
    "delta": (230_994, 0, 0, 0, 0),
    "granat": (1_245_965, 456_516, 548_000, 578_516, 640_000),
    "vektor": (1_988_104, 0, 0, 0, 0),
}
CHECKS = (
    ("billed_over_logged", "fact", "Does the invoice ask for more than the call log supports?",
     "Просит ли счёт больше, чем подтверждает журнал звонков?"),
    ("overlapping_calls", "fact", "Is one agent in two conversations at once?",
     "Ведёт ли один оператор два разговора сразу?"),
    ("unconfirmed_sales", "fact", "Which claimed sales does the client's own CRM not know?",
     "Каких заявленных продаж нет в учёте заказчика?"),
    ("carrier_disagrees", "fact", "Does the carrier's record confirm the calls and their length?",
     "Подтверждает ли оператор связи звонки и их длительность?"),
    ("late_cancellations", "pattern", "Do sales die just after the clawback window?",
     "Отменяются ли продажи сразу после срока возврата оплаты?"),
    ("agents_without_sales", "pattern",
     "Which agents sell nothing although leads like theirs sell?",
     "Какие операторы не продают, хотя похожие лиды покупают?"),
    ("round_durations", "pattern", "Do call lengths pile up on round values?",
     "Скапливаются ли длительности на круглых значениях?"),
    ("bank_deletions", "fact", "Did anyone vanish from the contract bank?",
     "Исчезал ли кто-нибудь из банка контрактов?"),
)  # fmt: skip


def calls(count: int = 40) -> pd.DataFrame:
    """Invented rows behind a finding, with personal data that must never get out."""
    return pd.DataFrame(
        {
            "vendor": ["granat"] * count,
            "call_id": [f"c-{0x7F31A0 + 977 * i:x}" for i in range(count)],
            "agent_id": [f"a-{17 + i % 5}" for i in range(count)],
            "started_at": pd.date_range("2026-10-29 11:42:07", periods=count, freq="83min"),
            "phone": [f"+7916123{4500 + i}" for i in range(count)],
            "billed_seconds": [412 - 3 * i for i in range(count)],
            "talk_seconds": [188 - 2 * i for i in range(count)],
            "description": ["=HYPERLINK(1)", "call 8 (916) 123-45-67", *["-"] * (count - 2)],
        }
    )


def example(language: str = "en", *, names: tuple[str, ...] = ()) -> AuditResult:
    """Return the audit with its sentences in one language; `names` replace the vendors' titles."""

    def say(en: str, ru: str, **values: object) -> Message:
        return msg(ru if language == "ru" else en, **values)  # type: ignore[arg-type]

    given = tuple(ru if language == "ru" else en for _, en, ru, *_ in VENDORS)
    titles = dict(zip((v[0] for v in VENDORS), names or given, strict=True))
    return AuditResult(
        period=Period.parse("2026-10"),
        compare_with=Period.parse("2026-09"),
        client=say("Northern Bank", "Северный Банк").template,
        currency="RUB",
        title=say("%(vendor)s: dispute %(amount)s billed for minutes without talk",
                  "%(vendor)s: оспорить %(amount)s за минуты без разговора",
                  vendor=titles["granat"], amount=Short(D(456516), "RUB")),
        lead=say("5 vendors, 18,055 contacts, 713 sales. Vendors are compared on the same "
                 "definitions; a difference is called real only when chance alone would produce "
                 "it less than twice in a thousand.",
                 "5 подрядчиков, 18 055 контактов, 713 продаж. Подрядчики сравниваются по одним "
                 "определениям. Разница названа настоящей, только если случайность дала бы её "
                 "реже двух раз из тысячи."),
        vendors=tuple(_vendor(say, vendor, titles) for vendor in VENDORS),
        totals={
            "cost_per_surviving_sale": Measure("cost_per_surviving_sale", 7759.0, "money", 713,
                                               7210.0, 8390.0, 7453.0),
            "conversion": Measure("conversion", 0.0395, "share", 18055, 0.0367, 0.0424, 0.0391),
            "talked_of_billed": Measure("talked_of_billed", 0.82, "share", 356_430),
            "billed_minutes": Measure("billed_minutes", 356_430.0, "min", 5),
        },
        money=MoneyLadder(D(5_532_049), D(456_516), D(456_516), D(608_000), D(730_516), D(851_000)),
        findings=_findings(say, titles),
        not_run=(
            NotRun("carrier_disagrees", "delta",
                   say("no carrier records for October", "нет записей оператора связи за октябрь"),
                   say("the carrier's records of the line, by day",
                       "записи оператора связи по линии, по дням")),
            NotRun("bank_deletions", "delta", say("no snapshots", "нет снимков банка"),
                   say("a daily snapshot of the contract bank",
                       "ежедневный снимок банка контрактов")),
        ),
        actions=_actions(say, titles),
        trust=(
            TrustRow(msg("%(share)s", share=Percent(0.972)),
                     say("of invoiced calls were found in the carrier log",
                         "звонков из счетов найдены в журнале оператора связи")),
            TrustRow(msg("%(share)s", share=Percent(0.939)),
                     say("of Akvilon Contact calls have a recording; the norm is 98%%",
                         "разговоров с записью, подрядчик Аквилон Контакт; норма 98 %%")),
            TrustRow(msg("%(n)s", n=Count(0)),
                     say("sales without a CRM confirmation", "продаж без подтверждения в учёте")),
            TrustRow(msg("5/5"), say("vendors delivered data on time",
                                     "подрядчиков сдали данные в срок")),
        ),
        comparisons=(
            say("With five vendors a difference between them is a question at most; a random split "
                "of the leads would allow more.",
                "При пяти подрядчиках разница между ними может быть лишь вопросом; случайное "
                "деление лидов позволило бы больше."),
            say("Padding that was there from the first invoice cannot be seen in any comparison "
                "with the vendor's own past.",
                "Накрутка, которая была с первого счёта, не видна ни в каком сравнении с "
                "собственным прошлым подрядчика."),
        ),
        checks=tuple(_note(say, *check) for check in CHECKS),
        limits=(
            TrustRow(say("Possible here", "Здесь можно сравнить"),
                     say("of 12 vendors, against the own past: 12, against the ceiling: 12, "
                         "persons of one vendor: 12; levels between 12 vendors as a question only",
                         "из подрядчиков (всего 12) с собственным прошлым: 12, с пределом "
                         "стоимости: 12, операторы внутри одного: 12; уровни подрядчиков (12) — "
                         "только как вопрос")),
            TrustRow(say("Never from these data", "По этим данным не узнать никогда"),
                     say("padding since the first invoice, a preparer of leads told from a "
                         "non-seller without the role, whether long calls cause sales",
                         "лишние минуты с первого счёта, готовит ли человек лиды или не продаёт "
                         "(без роли), ведут ли долгие разговоры к продажам")),
            TrustRow(say("More would allow", "Больше дадут"),
                     say("carrier records or recordings, roles of agents, a batch of leads dealt "
                         "by lot, a time budget for half of the leads by coin (4,848 leads a side "
                         "show a loss of 30 %% of sales)",
                         "данные оператора связи или записи, роли операторов, партия лидов по "
                         "жребию, предел времени для половины лидов по жребию (по 4848 лидов с "
                         "каждой стороны покажут потерю 30 %% продаж)")),
        ),
        policy_hash="a1" * 32,
        policy={"finding_level": "0.05", "review_level": "0.10", "overbilling_share": "0.02",
                "replace_share": "0.10", "fewest_sales": "20"},
        versions={"vendoreval": "0.1.0", "duckdb": "1.4.5", "numpy": "2.3.0", "scipy": "1.17.0"},
        ledger_hash="7fec84b6aa0dbdd5" * 4,
        code_version="0.1.0",
        seed=20260101,
        ceiling=D(9000),
        comparison=comparison(tuple(row[0] for row in VENDORS)),
    )  # fmt: skip


def _vendor(
    say: Say, row: tuple[str, str, str, Verdict, Decision, Position], titles: dict[str, str]
) -> VendorResult:
    vendor, _, _, verdict, decision, position = row
    cost = COST[vendor]
    steps = (0.94, 0.97, 0.92, 0.96, 1.0, 0.95, 0.98)
    history = [(f"2026-{3 + i:02d}", cost * step * (0.72 if vendor == "granat" else 1))
               for i, step in enumerate(steps)]  # fmt: skip
    value, low, high, n = SOLD[vendor]
    billed, provable, risk_low, risk, risk_high = (D(amount) for amount in MONEY[vendor])
    measures = (
        Measure("cost_per_surviving_sale", float(cost), "money", 140, cost * 0.9, cost * 1.12,
                history[-1][1], (*history, ("2026-10", float(cost)))),
        Measure("conversion", value, "share", n, low, high, value * 0.97),
        Measure("talked_of_billed", TALKED[vendor], "share", MINUTES[vendor]),
        Measure("dials", n * 3.2, "calls", 1, previous=n * 3.1),
        Measure("conversations", float(n), "calls", 1, previous=n * 1.02),
        Measure("billed_minutes", float(MINUTES[vendor]), "min", 1, previous=MINUTES[vendor] * 0.9),
        Measure("leads_worked", float(n), "leads", n),
        Measure("surviving_sales", round(n * value), "sales", n, previous=round(n * value) - 4),
    )  # fmt: skip
    against = decision == "REPLACE"
    return VendorResult(
        vendor=vendor, title=titles[vendor], verdict=verdict, decision=decision,
        reasons=(say("Provable overbilling reaches %(share)s of the invoice.",
                     "Доказуемая переплата составляет %(share)s счёта.", share=Percent(0.366)),)
        if against else (say("Nothing proves the opposite.", "Обратное не доказано."),),
        measures={measure.name: measure for measure in measures},
        money=MoneyLadder(billed, provable, provable, risk_low, risk, risk_high),
        six_inputs=_inputs(say, cost, against),
        checks=_states(say, vendor),
        data_status={
            "calls": ReportStatus(31, 31, 2 if against else 0, 0, n * 3, 14),
            "invoice_lines": ReportStatus(1, 1, 0, 0, 6, 0),
            "funnel": ReportStatus(0 if vendor == "delta" else 31, 31, 0,
                                   31 if vendor == "delta" else 0, 9120, 3),
            "sales": ReportStatus(1, 1, 0, 0, 190, 0),
        },
        position=position,
        agents=agents(vendor),
    )  # fmt: skip


def _inputs(say: Say, cost: int, against: bool) -> tuple[VerdictRow, ...]:
    told = say(
        "described; the agreement names no norm for it", "описание; норма в договоре не названа"
    )
    return (
        VerdictRow("moved", say("Billed minutes on leads that moved a stage",
                                "Оплаченные минуты по лидам, сменившим этап"),
                   msg("%(share)s", share=Percent(0.412)), "neutral", told),
        VerdictRow("moves", say("Stage moves for each hour of conversation",
                                "Смен этапа на час разговора"),
                   msg("%(rate)s", rate=Number(3.4, 1)), "neutral", told),
        VerdictRow("cost", say("Cost of a surviving sale against the ceiling",
                               "Цена выжившей продажи и потолок"),
                   msg("%(cost)s / %(ceiling)s", cost=Money(D(cost), "RUB"),
                       ceiling=Money(D(9000), "RUB")), "against" if against else "for",
                   say("the whole 95 %% interval lies on one side",
                       "весь интервал 95 %% лежит по одну сторону")),
        VerdictRow("confirmed", say("Claimed sales found in the client's records",
                                    "Заявленные продажи, найденные в учёте заказчика"),
                   msg("%(share)s", share=Percent(0.968)), "for",
                   say("the policy asks for 90%%", "политика требует 90 %%")),
        VerdictRow("overbilling", say("Provable overbilling as a share of the invoice",
                                      "Доказуемая переплата, доля счёта"),
                   msg("%(share)s", share=Percent(0.366 if against else 0)),
                   "against" if against else "for",
                   say("the policy bears less than 2%%", "политика терпит меньше 2 %%")),
        VerdictRow("own_word", say("Talk time known only from the vendor itself",
                                   "Время разговора, известное только от подрядчика"),
                   say("not known", "неизвестно"), "unknown",
                   say("needs the carrier's records", "нужны записи оператора связи")),
    )  # fmt: skip


def _states(say: Say, vendor: str) -> tuple[CheckState, ...]:
    found = {("granat", "billed_over_logged"): "signal", ("granat", "late_cancellations"): "signal",
             ("akvilon", "agents_without_sales"): "review",
             ("beryoza", "overlapping_calls"): "signal"}  # fmt: skip
    rows = []
    for check, *_ in CHECKS:
        state = found.get((vendor, check), "clear")
        reason = say("4,810 observations, nothing departs", "4 810 наблюдений, отклонений нет")
        if vendor == "delta" and check in {"carrier_disagrees", "bank_deletions"}:
            state, reason = "not_run", say("the report was not delivered", "отчёт не сдан")
        elif state != "clear":
            reason = say(
                "departs from what was agreed; see the finding",
                "расходится с договором; см. замечание",
            )
        rows.append(CheckState(check, state, reason, 4810))  # type: ignore[arg-type]
    return tuple(rows)


def _note(say: Say, check: str, kind: str, en: str, ru: str) -> CheckNote:
    return CheckNote(
        check, kind, say(en, ru),
        say("Every call of the period is rated by the card in force and the sum is set against "
            "the invoice, by period, campaign and day. The method is arithmetic.",
            "Каждый звонок периода тарифицируется по действующей карте, сумма сравнивается со "
            "счётом по периоду, кампании и дню. Метод арифметический."),
        (say("calls of the last day are invoiced next month",
             "звонки последнего дня попадают в следующий счёт"),
         say("another rounding was agreed by letter", "иное округление согласовано письмом")),
        say("the vendor's raw call records for the days named",
            "исходные записи звонков за названные дни"),
    )  # fmt: skip


def _actions(say: Say, titles: dict[str, str]) -> tuple[Action, ...]:
    return (
        Action(say("%(v)s: do not sign off, dispute the minutes.",
                   "%(v)s: не подписывать акт, оспорить минуты.", v=titles["granat"]),
               say("The carrier log disagrees with the invoice on every day of the month.",
                   "Журнал оператора связи расходится со счётом каждый день месяца."),
               say("CFO", "Финансовый директор"), "2026-11-12", D(456516), "F-01"),
        Action(say("%(v)s: request the missing recordings.",
                   "%(v)s: запросить недостающие записи.", v=titles["akvilon"]),
               say("Without them 6 calls in 100 cannot be checked.",
                   "Без них нельзя проверить 6 из 100 разговоров."),
               say("Quality team", "Контроль качества"), "2026-11-20", D(94000), "F-03"),
        Action(say("%(v)s: raise its share of leads by a quarter.",
                   "%(v)s: увеличить долю базы на четверть.", v=titles["vektor"]),
               say("The cheapest sale among the large vendors.",
                   "Самая дешёвая продажа среди крупных подрядчиков."),
               say("Head of sales", "Директор по продажам"), "2026-12-01"),
    )  # fmt: skip


def _findings(say: Say, titles: dict[str, str]) -> tuple[Finding, ...]:
    money = Range(D(456516), D(456516), D(456516))
    first = _finding(
        say, "F-01", "granat", "billed_over_logged", "fact", "high", "E3", money,
        say("Billed minutes are not backed by the carrier log",
            "Минуты в счёте не подтверждены журналом связи"),
        arithmetic=(
            Step(msg("%(n)s", n=Count(98700)), say("minutes invoiced", "минут в счёте")),
            Step(msg("%(n)s", n=Count(62526)), say("minutes at the carrier: 61,300 and 2%%",
                                                   "минут у оператора связи: 61 300 и 2 %%"), "−"),
            Step(msg("%(n)s", n=Count(36174)), say("minutes too many", "лишние минуты"), "="),
            Step(msg("%(n)s", n=Money(D("12.62"), "RUB")),
                 say("price of a minute", "цена минуты в счёте"), "×"),
            Step(msg("%(n)s", n=Short(D(456516), "RUB")), say("withhold", "удержать"), "="),
        ),
    )  # fmt: skip
    second = _finding(
        say, "F-02", "granat", "late_cancellations", "finding", "medium", "E4",
        Range(D(91000), D(122000), D(183000)),
        say("Sales cancelled within 14 days were still paid for",
            "Продажи отменены в первые 14 дней, но оплачены"), p_value=0.00031, e_value=214.0,
    )  # fmt: skip
    third = _finding(
        say, "F-03", "akvilon", "agents_without_sales", "review", "medium", "E1",
        Range(D(60000), D(94000), D(121000)),
        say("6.1%% of calls have no recording; the contract allows 2%%",
            "Нет записей по 6,1 %% разговоров при норме 2 %%"), p_value=0.012, agent_id="a-17",
    )  # fmt: skip
    fourth = _finding(
        say,
        "F-04",
        "beryoza",
        "overlapping_calls",
        "fact",
        "low",
        "E1",
        None,
        say("The same contact was paid for twice", "Один и тот же контакт оплачен дважды"),
    )
    return first, second, third, fourth


def _finding(
    say: Say, number: str, vendor: str, check: str, tier: Tier, severity: Severity, grade: Grade,
    money: Range | None, title: Message, *, p_value: float | None = None,
    e_value: float | None = None, agent_id: str | None = None, arithmetic: tuple[Step, ...] = (),
) -> Finding:  # fmt: skip
    evidence = Evidence(
        check=check, vendor=vendor, observed=98700.0, expected=61300.0, unit="min", n=18055,
        title=title, agent_id=agent_id, p_value=p_value, e_value=e_value, grade=grade, money=money,
        minutes=Range(D(36174), D(36174), D(36174)) if money else None,
        condition=say("98,700 minutes were invoiced in October, the carrier log holds 61,300. The "
                      "gap is there on all 22 working days.",
                      "В октябре выставлено 98 700 минут, по журналу оператора связи состоялось "
                      "61 300. Расхождение есть во все 22 рабочих дня."),
        criteria=say("Agreement, clause 4.2: talk time by the carrier log is paid, to the second; "
                     "tolerance 2%%.",
                     "Договор, п. 4.2: оплачивается время разговора по журналу оператора с "
                     "посекундным округлением; допуск 2 %%."),
        cause=say("Ringing and after-call time probably reach the invoice.",
                  "В счёт, вероятно, попадает дозвон и время после разговора."),
        effect=say("37%% of the month's invoice. Without these minutes a sale costs 8,139 instead "
                   "of 12,845.",
                   "37 %% счёта за месяц. Без этих минут продажа стоит 8 139 вместо 12 845."),
        arithmetic=arithmetic,
        ask=(say("the switch export with answer and hang-up instants",
                 "выгрузку станции с моментами ответа и отбоя"),
             say("the rounding rule applied in October",
                 "применённое в октябре правило округления")),
    )  # fmt: skip
    _, rows = evidence_file(calls(), f"evidence/{number}.csv")
    return Finding(
        number, tier, severity, evidence,
        (say("calls of the last day are invoiced in the next month",
             "звонки последнего дня выставлены в следующем месяце"),
         say("the carrier's export covers one line of two",
             "выгрузка оператора покрывает одну линию из двух")),
        say("the vendor's raw call records for five days of the client's choice",
            "исходные записи звонков за пять дней по выбору заказчика"),
        rows if number != "F-04" else None,
        DRAWINGS[number],
    )  # fmt: skip
