"""The same rules in other libraries, each used as its documentation shows for large tables.

Each contender reads the CSV and returns what it found as a table: row of the file, column
(empty where the whole row is meant) and the value it shows. None of them casts text that
may be faulty and keeps it, so the casts are written out by hand where the tool wants types.
"""

# each library is imported only where it is measured
# ruff: noqa: PLC0415

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
from calls_file import CODES, COLUMNS

Found = pl.DataFrame
CALL_ID, PHONE = "^C[0-9]{11}$", "^7[0-9]{10}$"
MAXIMUM = 14_400
FIRST, LAST = "2020-01-01 00:00:00", "2026-12-31 23:59:59"
CLOCK = "%Y-%m-%d %H:%M:%S"
TIMES, SECONDS = ("started_at", "ended_at"), ("talk_seconds", "billed_seconds")
_FOUND = {"row": pl.Int64, "column": pl.String, "value": pl.String}


def _cast(path: Path) -> pl.DataFrame:
    """Read as text and cast; what cannot be cast is empty afterwards, and its text is gone."""
    text = pl.read_csv(path, infer_schema=False)
    return text.with_columns(
        pl.col(*TIMES).str.to_datetime(CLOCK, strict=False),
        pl.col(*SECONDS).cast(pl.Int64, strict=False),
    ).with_row_index("_row", offset=2)


def _cast_pandas(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str)
    for name in TIMES:
        table[name] = pd.to_datetime(table[name], format=CLOCK, errors="coerce")
    for name in SECONDS:
        table[name] = pd.to_numeric(table[name], errors="coerce").astype("Int64")
    return table


def _bounds(name: str) -> tuple[Any, Any]:
    if name in SECONDS:
        return 0, MAXIMUM
    return pd.Timestamp(FIRST).to_pydatetime(), pd.Timestamp(LAST).to_pydatetime()


def _found(rows: Any, columns: Any, values: Any) -> Found:
    return pl.DataFrame(
        {
            "row": list(rows), "column": [c or "" for c in columns],
            "value": [None if pd.isna(v) else str(v) for v in values],
        },
        schema=_FOUND,
    )  # fmt: skip


# ------------------------------------------------------------------ pandera


def pandera_polars(path: Path) -> Found:
    """Polars, casts by hand, `lazy=True`."""
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    checks: dict[str, list[Any]] = {
        "call_id": [pa.Check.str_matches(CALL_ID)], "phone": [pa.Check.str_matches(PHONE)],
        "disposition": [pa.Check.isin(CODES)], "direction": [pa.Check.isin(["in", "out"])],
        "started_at": [pa.Check.in_range(*_bounds("started_at"))],
        **{name: [pa.Check.in_range(0, MAXIMUM)] for name in SECONDS},
    }  # fmt: skip
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(
                None, checks.get(name, []), nullable=False, unique=name == "call_id",
                report_duplicates="exclude_first",
            )
            for name in COLUMNS
        },
        checks=pa.Check(lambda data: data.lazyframe.select(
            pl.col("billed_seconds") >= pl.col("talk_seconds")
        )),
    )  # fmt: skip
    try:
        schema.validate(_cast(path), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        rows = [None if index is None else index + 2 for index in cases["index"].to_list()]
        whole = cases["schema_context"] == "DataFrameSchema"
        columns = cases.select(
            pl.when(whole).then(pl.lit("")).otherwise(pl.col("column")).alias("c")
        ).to_series()
        return _found(rows, columns, cases["failure_case"].to_list())
    return pl.DataFrame(schema=_FOUND)


def pandera_pandas(path: Path) -> Found:
    """Pandas, casts by hand, `lazy=True`."""
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    checks: dict[str, list[Any]] = {
        "call_id": [pa.Check.str_matches(CALL_ID)], "phone": [pa.Check.str_matches(PHONE)],
        "disposition": [pa.Check.isin(CODES)], "direction": [pa.Check.isin(["in", "out"])],
        "started_at": [pa.Check.in_range(*_bounds("started_at"))],
        **{name: [pa.Check.in_range(0, MAXIMUM)] for name in SECONDS},
    }  # fmt: skip
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(
                None, checks.get(name, []), nullable=False, unique=name == "call_id",
                report_duplicates="exclude_first",
            )
            for name in COLUMNS
        },
        checks=pa.Check(
            lambda table: (table["billed_seconds"] >= table["talk_seconds"]).fillna(True),
            name="billed covers talk",
        ),
    )  # fmt: skip
    try:
        schema.validate(_cast_pandas(path), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        whole = cases["check"] == "billed covers talk"
        columns = cases["column"].where(~whole, "")
        # a rule of the row repeats its case for every cell of the row
        table = _found(cases["index"] + 2, columns, cases["failure_case"])
        return table.unique(["row", "column"])
    return pl.DataFrame(schema=_FOUND)


# ------------------------------------------------------------------ dataframely


def dataframely(path: Path) -> Found:
    """Polars, casts by hand, `filter` and the details of its failures."""
    import dataframely as dy

    low, high = _bounds("started_at")

    class Calls(dy.Schema):
        call_id = dy.String(regex=CALL_ID)
        agent_id = dy.String()
        campaign_id = dy.String()
        lead_id = dy.String()
        phone = dy.String(regex=PHONE)
        started_at = dy.Datetime(min=low, max=high)
        ended_at = dy.Datetime()
        talk_seconds = dy.Int64(min=0, max=MAXIMUM)
        billed_seconds = dy.Int64(min=0, max=MAXIMUM)
        disposition = dy.String(check=lambda code: code.is_in(CODES))
        direction = dy.String(check=lambda code: code.is_in(["in", "out"]))

        @dy.rule()
        def billed_covers_talk(cls) -> pl.Expr:  # noqa: N805 - the library calls it with the class
            return pl.col("billed_seconds") >= pl.col("talk_seconds")

        @dy.rule()
        def call_id_unique(cls) -> pl.Expr:  # noqa: N805 - the library calls it with the class
            return pl.col("call_id").is_first_distinct()

    class Numbered(Calls):
        _row = dy.UInt32()

    _, failure = Numbered.filter(_cast(path))
    details = failure.details()
    rules = [name for name in details.columns if "|" in name or name.endswith(("_talk", "_unique"))]
    table = details.select("_row", *COLUMNS, *rules)
    parts = []
    for rule in rules:
        column = rule.partition("|")[0] if "|" in rule else ""
        column = "call_id" if rule == "call_id_unique" else column
        bad = table.filter(pl.col(rule) == "invalid")
        value = bad[column].cast(pl.String) if column else pl.repeat(None, bad.height, eager=True)
        parts.append(
            pl.DataFrame({"row": bad["_row"].cast(pl.Int64), "value": value.cast(pl.String)})
            .with_columns(column=pl.lit(column))
            .select("row", "column", "value")
        )
    return pl.concat(parts)


# ------------------------------------------------------------------ pointblank


def pointblank(path: Path, *, usual: bool = False) -> Found:
    """Polars, casts by hand, all extracts without their usual limit."""
    import pointblank as pb

    low, high = _bounds("started_at")
    table = _cast(path)
    plan = pb.Validate(table).col_vals_not_null(columns=list(COLUMNS))
    plan = plan.col_vals_regex("call_id", CALL_ID, na_pass=True)
    plan = plan.col_vals_regex("phone", PHONE, na_pass=True)
    plan = plan.col_vals_in_set("disposition", [*CODES, None])
    plan = plan.col_vals_in_set("direction", ["in", "out", None])
    plan = plan.col_vals_between("started_at", low, high, na_pass=True)
    for name in SECONDS:
        plan = plan.col_vals_between(name, 0, MAXIMUM, na_pass=True)
    plan = plan.col_vals_ge("billed_seconds", pb.col("talk_seconds"), na_pass=True)
    limit = {} if usual else {"extract_limit": table.height}
    plan = plan.rows_distinct("call_id").interrogate(**limit)
    parts = []
    for step, extract in plan.get_data_extracts().items():
        entry = plan.validation_info[step - 1]
        if extract is None or not len(extract):
            continue
        column = "" if entry.assertion_type == "col_vals_ge" else str(entry.column or "call_id")
        if entry.assertion_type == "rows_distinct":
            # it names every copy; the first one is nobody's fault
            column = "call_id"
            bad = extract.filter(~pl.col("call_id").is_first_distinct())
        else:
            bad = extract
        value = bad[column].cast(pl.String).to_list() if column else [None] * len(bad)
        parts.append(_found(bad["_row_num_"] + 1, [column] * len(bad), value))
    return pl.concat(parts) if parts else pl.DataFrame(schema=_FOUND)


# ------------------------------------------------------------------ frictionless


def frictionless(path: Path, *, usual: bool = False) -> Found:
    """The file itself, with its own types and all errors asked for."""
    from frictionless import Checklist, Dialect, Resource, Schema, checks, validate

    fields = []
    for name in COLUMNS:
        constraints: dict[str, Any] = {"required": True}
        field: dict[str, Any] = {"name": name, "type": "string", "constraints": constraints}
        if name in TIMES:
            field.update(type="datetime", format=CLOCK)
        if name in SECONDS:
            field["type"] = "integer"
            constraints.update(minimum=0, maximum=MAXIMUM)
        if name == "started_at":
            constraints.update(minimum=FIRST, maximum=LAST)
        patterns = {"call_id": CALL_ID, "phone": PHONE}
        if name in patterns:
            constraints["pattern"] = patterns[name]
        codes = {"disposition": list(CODES), "direction": ["in", "out"]}
        if name in codes:
            constraints["enum"] = codes[name]
        fields.append(field)
    schema = Schema.from_descriptor({"fields": fields, "primaryKey": ["call_id"]})
    rule = checks.row_constraint(formula="billed_seconds >= talk_seconds")
    resource = Resource(path.name, basepath=str(path.parent), schema=schema, dialect=Dialect())
    limit = {} if usual else {"limit_errors": 10**9}
    report = validate(resource, checklist=Checklist(checks=[rule]), **limit)
    rows, columns, values = [], [], []
    for task in report.tasks:
        for error in task.errors:
            told = error.to_descriptor()
            column = told.get("fieldName", "")
            if told["type"] == "primary-key":
                column = "call_id"
            rows.append(told.get("rowNumber"))
            columns.append(column)
            values.append(told.get("cell"))
    return _found(rows, columns, values)


# ------------------------------------------------------------------ Great Expectations


def great_expectations(path: Path, *, usual: bool = False) -> Found:
    """Pandas, casts by hand, every expectation with the complete result."""
    import great_expectations as gx

    e = gx.expectations
    low, high = _bounds("started_at")
    table = _cast_pandas(path)
    table.insert(0, "_row", range(2, len(table) + 2))
    wanted: list[Any] = [e.ExpectColumnValuesToNotBeNull(column=name) for name in COLUMNS]
    wanted += [
        e.ExpectColumnValuesToMatchRegex(column="call_id", regex=CALL_ID),
        e.ExpectColumnValuesToMatchRegex(column="phone", regex=PHONE),
        e.ExpectColumnValuesToBeInSet(column="disposition", value_set=list(CODES)),
        e.ExpectColumnValuesToBeInSet(column="direction", value_set=["in", "out"]),
        e.ExpectColumnValuesToBeBetween(column="started_at", min_value=low, max_value=high),
        *(
            e.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=MAXIMUM)
            for name in SECONDS
        ),
        e.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="billed_seconds", column_B="talk_seconds", or_equal=True,
            ignore_row_if="either_value_is_missing",
        ),
        e.ExpectColumnValuesToBeUnique(column="call_id"),
    ]  # fmt: skip
    context = gx.get_context(mode="ephemeral", project_root_dir=tempfile.gettempdir())
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("calls").add_dataframe_asset("calls")
    batch = source.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": table})
    asked = {
        "result_format": "SUMMARY" if usual else "COMPLETE",
        "unexpected_index_column_names": ["_row"],
    }
    parts = []
    for expectation in wanted:
        result = batch.validate(expectation, result_format=asked)
        name = "partial_unexpected_index_list" if usual else "unexpected_index_list"
        told = result.result.get(name) or []
        column = getattr(expectation, "column", "") or ""
        repeats = isinstance(expectation, e.ExpectColumnValuesToBeUnique)
        # it names every copy; the first one is nobody's fault
        told = told[1:] if repeats else told
        parts.append(_found([t["_row"] for t in told], [column] * len(told),
                            [t.get(column) for t in told]))  # fmt: skip
    return pl.concat(parts)


def pandera_coerced(path: Path) -> Found:
    """The short way of the documentation: `coerce=True, lazy=True` on the text itself."""
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    schema = pa.DataFrameSchema(
        {
            "call_id": pa.Column(str, pa.Check.str_matches(CALL_ID), unique=True,
                                 report_duplicates="exclude_first"),
            "agent_id": pa.Column(str), "campaign_id": pa.Column(str), "lead_id": pa.Column(str),
            "phone": pa.Column(str, pa.Check.str_matches(PHONE)),
            "started_at": pa.Column("datetime64[ns]", pa.Check.in_range(*_bounds("started_at"))),
            "ended_at": pa.Column("datetime64[ns]"),
            **{name: pa.Column(int, pa.Check.in_range(0, MAXIMUM)) for name in SECONDS},
            "disposition": pa.Column(str, pa.Check.isin(CODES)),
            "direction": pa.Column(str, pa.Check.isin(["in", "out"])),
        },
        checks=pa.Check(lambda table: table["billed_seconds"] >= table["talk_seconds"],
                        name="billed covers talk"),
        coerce=True,
    )  # fmt: skip
    try:
        schema.validate(pd.read_csv(path, dtype=str), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        cases = cases[cases["index"].notna()]
        columns = cases["column"].where(cases["check"] != "billed covers talk", "")
        rows = cases["index"].astype(int) + 2
        return _found(rows, columns, cases["failure_case"]).unique(["row", "column"])
    return pl.DataFrame(schema=_FOUND)


CONTENDERS: dict[str, Callable[[Path], Found]] = {
    "pandera (Polars)": pandera_polars, "dataframely": dataframely,
    "pointblank (Polars)": pointblank, "pandera (pandas)": pandera_pandas,
    "Great Expectations (pandas)": great_expectations, "frictionless": frictionless,
}  # fmt: skip
AS_INSTALLED: dict[str, Callable[[Path], Found]] = {
    "pandera (pandas), coerce=True": pandera_coerced,
    "pointblank (Polars), usual limits": partial(pointblank, usual=True),
    "Great Expectations (pandas), usual limits": partial(great_expectations, usual=True),
    "frictionless, usual limits": partial(frictionless, usual=True),
}  # fmt: skip
