"""What every check promises, asked of all of them; a new check is asked for free."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd
import pytest

from check_world import OCTOBER, Rows, at, engine_over, item, scope_of
from own_past_world import history_rows
from vendoreval import checks
from vendoreval.checks import ALL
from vendoreval.checks.base import Answer, Check, Evidence, Scope
from vendoreval.engine import compile_sql
from vendoreval.period import Period
from vendoreval.tables import COLUMN_TYPES, DISPOSITIONS, STAGES, TABLES
from vendoreval.text import LANGUAGES, language

HISTORY = [Period.parse(f"2026-{month:02}") for month in range(1, 11)]
VENDORS = ("alpha", "beta", "gamma")
RENAMED = {"alpha": "north", "beta": "oak", "gamma": "pine"}
# in pieces, so that the search of the whole repository does not find this line
_PIECES = "fra-ud che-at the-ft ste-al мош-ен обм-ан кра-ж"
FORBIDDEN = (
    "fra" "ud", "che" "at", "the" "ft", "ste" "al", "мош" "ен", "обм" "ан", "кра" "ж", "вор ",
)  # fmt: skip
DIALECTS = ("duckdb", "postgres", "clickhouse", "pyspark")


@pytest.fixture(params=ALL, ids=lambda check: check.id)
def check(request: pytest.FixtureRequest) -> Check:
    """Return one check after the other."""
    found: Check = request.param
    return found


def scope(vendors: tuple[str, ...] = VENDORS) -> Scope:
    """Return an audit of October with cards that bill minutes and sales."""
    cards = [item(), item(unit="sale", price="900.00"), item(price="12", campaigns=("spring",)),
             item(price="11", campaigns=("short",), free_seconds=59)]  # fmt: skip
    return scope_of(
        dict.fromkeys(vendors, cards),
        compare_with=OCTOBER.previous(),
        ceiling={"default": "5000.00"},
    )


# --------------------------------------------------------------------- a world


@lru_cache
def world(seed: int = 1) -> dict[str, list[dict[str, Any]]]:
    """Return a little of everything, with departures for the checks to see."""
    rng = random.Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for number, vendor in enumerate(VENDORS):
        for lead in range(420):
            _one_lead(rows, rng, vendor, number, lead)
            _one_old_lead(rows, rng, vendor, lead)
        for report, given in history_rows((vendor,), HISTORY).items():
            rows[report] += given
        _short_campaign(rows, rng, vendor)
        rows["invoice_lines"] += [
            {
                "vendor": vendor, "invoice_id": f"i-{vendor}-{month}", "line": 1,
                "quantity": 900 + number, "period_start": month.start,
                "period_end": month.last_day, "unit": "talk_minute", "unit_price": "9.50",
                "amount": "8550.00",
            }
            for month in (Period.parse("2026-07"), OCTOBER)
        ]  # fmt: skip
        rows["restated"] += [_restated(vendor, number, row) for row in range(40)]
        rows["deliveries"].append(
            {
                "vendor": vendor,
                "report": "calls",
                "delivery": number + 1,
                "first_on": OCTOBER.start,
                "last_on": OCTOBER.last_day,
                "received_on": date(2026, 11, 2),
                "accepted_rows": 420,
                "faulty_rows": number,
            }
        )
        rows["tombstones"].append(
            {
                "vendor": vendor, "report": "leads", "delivery": 1, "lead_id": f"{vendor}-40",
                "row_key": f"{vendor}-40", "erased_on": date(2026, 10, 20), "reason": "request",
            }
        )  # fmt: skip
        rows["roster"] += [
            {"vendor": vendor, "agent_id": f"A{a}", "hired_on": date(2026, 1, 1), "role": "closer"}
            for a in range(10)
        ]
    _more_of_the_calls(rows)
    return rows


def _more_of_the_calls(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Add numbers, totals of days, requests not to be called, and listening."""
    numbers = {row["lead_id"]: f"7900{n:07d}" for n, row in enumerate(rows["leads"])}
    for lead in rows["leads"]:
        lead["phone"] = numbers[lead["lead_id"]]
    days: dict[tuple[str, str, date], int] = {}
    for n, row in enumerate(rows["calls"]):
        # one number in thirty is on no list
        listed = numbers.get(row.get("lead_id", ""))
        row["phone"] = f"7999{n:07d}" if n % 30 == 0 or listed is None else listed
        day = row["started_at"].date()
        days[(row["vendor"], row["agent_id"], day)] = (
            days.get((row["vendor"], row["agent_id"], day), 0) + 1
        )
        common = {"vendor": row["vendor"]}
        if n % 50 == 1:
            rows["do_not_call"].append(
                common | {"phone": row["phone"], "requested_on": day - timedelta(days=2)}
            )
        if n % 9 == 0:
            rows["reviews"].append(
                common
                | {"review_id": f"r{n}", "call_id": row["call_id"], "stage": "offer",
                   "reviewed_at": row["started_at"] + timedelta(days=1),
                   "due_on": day + timedelta(days=8), "applied": "no" if n % 4 else "yes"}
            )  # fmt: skip
    rows["agent_days"] += [
        {"vendor": vendor, "agent_id": agent, "date": day, "dials": dials + (vendor == "beta") * 9,
         "conversations": dials, "line_seconds": 8 * 3600}
        for (vendor, agent, day), dials in days.items()
    ]  # fmt: skip


def _short_campaign(rows: dict[str, list[dict[str, Any]]], rng: random.Random, vendor: str) -> None:
    """Add a campaign of short calls around a length from which they are paid, at one vendor."""
    if vendor != VENDORS[2]:
        return
    for agent in range(10):
        start = at(5, hour=6, second=agent)
        for number in range(220):
            start += timedelta(seconds=rng.randrange(70, 130))
            rows["calls"].append(
                {
                    "vendor": vendor, "call_id": f"s-{vendor}-{agent}-{number}",
                    "agent_id": f"A{agent}", "started_at": start, "campaign_id": "short",
                    "talk_seconds": rng.randrange(25, 90), "disposition": "refusal",
                }
            )  # fmt: skip


def _restated(vendor: str, number: int, row: int) -> dict[str, Any]:
    """Return a row that a later delivery changed, more often to the good of the later vendors."""
    before, better = 60 + row, row % 4 < number + 1
    return {
        "vendor": vendor, "report": "calls", "delivery": number + 1, "by_delivery": number + 9,
        "received_on": date(2026, 11, 9), "row_key": f"c-{vendor}-{row}",
        "day_on": date(2026, 10, 1 + row % 28), "change": "changed", "seconds_before": before,
        "seconds_after": before + (30 if better else -30),
    }  # fmt: skip


def _one_lead(
    rows: dict[str, list[dict[str, Any]]],
    rng: random.Random,
    vendor: str,
    number: int,
    lead: int,
) -> None:
    name, agent = f"{vendor}-{lead}", f"A{lead % 10}"
    start = at(1 + lead % 28, hour=9 + lead % 8, minute=rng.randrange(60), second=rng.randrange(60))
    common = {"vendor": vendor, "lead_id": name}
    # evenly over the year, so that the base of leads does not change
    handed = date(2026, 1 + lead % 10, 1)
    rows["leads"].append(common | {"handed_on": handed, "list_id": f"L{lead % 3}"})
    talk = rng.randrange(20, 400)
    rows["calls"].append(
        common
        | {
            "call_id": f"c-{name}", "agent_id": agent, "started_at": start,
            "answered_at": start + timedelta(seconds=7), "talk_seconds": talk,
            "disposition": rng.choice(DISPOSITIONS),
            # one of them bills whole minutes, which its card does not know
            "billed_seconds": -(-talk // 60) * 60 if number == 1 else talk,
            "phone": f"7916{number}{lead:06d}",
        }
    )  # fmt: skip
    if lead % 50:
        rows["carrier_calls"].append(
            {"vendor": "client", "record_id": f"r-{name}", "started_at": start,
             "duration_seconds": talk - (9 if number == 2 and lead % 5 == 0 else 0),
             "phone": f"+7 916 {number}{lead:06d}"}
        )  # fmt: skip
    for stage_to, after in (("contacted", 1), ("quote", 0 if lead % 7 else -2)):
        rows["funnel_events"].append(
            common
            | {"at": start + timedelta(days=after, seconds=1), "stage_to": stage_to,
               "agent_id": agent, "quote_id": f"q-{name}"}
        )  # fmt: skip
    stage = {"stage": "no_answer_closed", "stage_since": date(2026, 10, 2), "agent_id": agent}
    stage["attempts"] = 1 if rng.random() < 0.2 + 0.2 * number else 3
    snapshot = common | stage | {"snapshot_on": date(2026, 10, 5)}
    rows["funnel"].append(snapshot)
    if lead % 40 != number:
        rows["funnel"].append(snapshot | {"snapshot_on": date(2026, 10, 31)})
    if lead % 9 == 0:
        sale = common | {"sale_id": f"s-{name}", "sold_at": start, "agent_id": agent}
        rows["sales"].append(sale)
        if lead % 4:
            sold = {key: value for key, value in sale.items() if key != "agent_id"}
            rows["client_sales"].append(sold | {"paid_at": at(29), "amount": "7000.00"})


def _one_old_lead(
    rows: dict[str, list[dict[str, Any]]], rng: random.Random, vendor: str, lead: int
) -> None:
    """Add a lead of the summer, so that sales old enough to be judged exist."""
    name, start = f"{vendor}-old-{lead}", at(-90 + lead % 28, hour=9 + lead % 8)
    common = {"vendor": vendor, "lead_id": name}
    handed = date(2026, 1 + lead % 7, 1)
    rows["leads"].append(common | {"handed_on": handed, "list_id": f"L{lead % 3}"})
    rows["calls"].append(
        common
        | {
            "call_id": f"c-{name}", "agent_id": f"A{lead % 10}", "started_at": start,
            "talk_seconds": rng.randrange(20, 400), "disposition": "interested",
        }
    )  # fmt: skip
    won = rng.random() < 0.35
    for snapshot_on in (date(2026, 10, 5), date(2026, 10, 31)):
        stage = {"stage": "won" if won else "contacted", "agent_id": f"A{lead % 10}"}
        rows["funnel"].append(common | stage | {"snapshot_on": snapshot_on})
    if won:
        sale = {"sale_id": f"s-{name}", "sold_at": start, "paid_at": start, "amount": "7000.00"}
        rows["client_sales"].append(common | sale)


class Asked:
    """What the checks say of one world, each asked once for all tests."""

    def __init__(self, rows: Rows, vendors: tuple[str, ...] = VENDORS) -> None:
        self.scope = scope(vendors)
        self._opened = engine_over(rows)
        self.engine = self._opened.__enter__()
        self._frames: dict[str, pd.DataFrame] = {}
        self._answers: dict[str, dict[str, Answer]] = {}

    def frame(self, check: Check) -> pd.DataFrame:
        """Return the small table of a check."""
        if check.id not in self._frames:
            small = self.engine.run(check.reduce(TABLES, self.scope))
            self._frames[check.id] = small.to_pandas()
        return self._frames[check.id]

    def answers(self, check: Check) -> dict[str, Answer]:
        """Return vendor -> answer."""
        if check.id not in self._answers:
            answers = check.judge(self.frame(check), self.scope)
            self._answers[check.id] = {answer.vendor: answer for answer in answers}
        return self._answers[check.id]

    def close(self) -> None:
        """Close the engine."""
        self._opened.__exit__(None, None, None)


def _asked(rows: Rows, vendors: tuple[str, ...] = VENDORS) -> Iterator[Asked]:
    asked = Asked(rows, vendors)
    yield asked
    asked.close()


@pytest.fixture(scope="module")
def ordinary() -> Iterator[Asked]:
    """The world as it is."""
    yield from _asked(world())


@pytest.fixture(scope="module")
def shuffled() -> Iterator[Asked]:
    """The same rows in another order."""
    rng = random.Random(7)
    yield from _asked({report: rng.sample(rows, len(rows)) for report, rows in world().items()})


@pytest.fixture(scope="module")
def renamed() -> Iterator[Asked]:
    """The same world with other names of vendors and agents."""

    def row_of(row: Mapping[str, Any]) -> dict[str, Any]:
        agent = row.get("agent_id")
        new = dict(row) | ({"agent_id": f"Z-{agent}"} if agent else {})
        return new | (
            {"vendor": RENAMED.get(row["vendor"], row["vendor"])} if row.get("vendor") else {}
        )

    rows = {report: [row_of(row) for row in given] for report, given in world().items()}
    yield from _asked(rows, tuple(RENAMED.values()))


@pytest.fixture(scope="module")
def bare() -> Iterator[Asked]:
    """The same world with the required columns only."""
    required = {
        report: {name for name, kind in TABLES[report].schema().items() if not kind.nullable}
        for report in TABLES
    }
    yield from _asked(
        {
            report: [
                {k: v for k, v in row.items() if k in required[report] or k == "vendor"}
                for row in given
            ]
            for report, given in world().items()
        }
    )


@pytest.fixture(scope="module")
def empty() -> Iterator[Asked]:
    """A ledger without rows."""
    yield from _asked({})


@pytest.fixture(scope="module")
def single() -> Iterator[Asked]:
    """A ledger with one row in each report."""
    yield from _asked({report: given[:1] for report, given in world().items()})


@pytest.fixture(scope="module")
def lacking() -> Iterator[dict[str, Asked]]:
    """Report -> the world without it."""
    needed = {need.report for check in ALL for need in check.needs}
    asked = {report: Asked(world() | {report: []}) for report in sorted(needed)}
    yield asked
    for one in asked.values():
        one.close()


def read(answer: Answer) -> tuple[Any, ...]:
    """Return what an answer says, without the names in it."""
    return (
        answer.n,
        answer.not_run is None,
        [
            (
                pytest.approx(evidence.observed, nan_ok=True),
                pytest.approx(evidence.expected, nan_ok=True),
                None if evidence.p_value is None else pytest.approx(evidence.p_value, abs=1e-6),
                evidence.money,
                evidence.minutes,
                evidence.n,
            )
            for evidence in answer.evidence
        ],
    )


def same(left: Mapping[str, Answer], right: Mapping[str, Answer]) -> None:
    """Assert that two audits say the same of each vendor."""
    assert list(left) == list(right)
    for vendor in left:
        assert read(left[vendor]) == read(right[vendor])


# ------------------------------------------------------------------ the file


def test_every_check_of_the_folder_is_listed_once() -> None:
    files = {
        module.name
        for module in pkgutil.iter_modules(checks.__path__)
        if not module.name.startswith("_") and module.name != "base"
    }
    assert sorted(check.id for check in ALL) == sorted(files)


def test_the_file_has_the_name_and_the_words_of_the_check(check: Check) -> None:
    module = importlib.import_module(f"vendoreval.checks.{check.id}")
    assert check is module.CHECK
    documentation = module.__doc__ or ""
    assert documentation.splitlines()[0].endswith("?")
    assert "Method:" in documentation
    assert "Source:" in documentation


@pytest.mark.parametrize("code", LANGUAGES)
def test_its_words_exist_in_both_languages(check: Check, code: str) -> None:
    say = language(code).translate
    sentences = [
        check.question, check.about, check.what_would_clear_it, *check.honest_explanations,
    ]  # fmt: skip
    assert say(check.question).endswith("?")
    assert len(check.honest_explanations) >= 2
    for sentence in sentences:
        said = say(sentence)
        assert said.strip()
        assert (said == sentence) is (code == "en")
        assert not [word for word in FORBIDDEN if word in said.lower()]


def test_it_names_reports_and_columns_that_exist(check: Check) -> None:
    assert check.kind in ("fact", "pattern")
    assert check.minimum_n >= 1
    assert check.needs
    for need in check.needs:
        assert set(need.columns) <= set(COLUMN_TYPES[need.report])


# ------------------------------------------------------------------ the query


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_compiles_for_every_engine(check: Check, dialect: str) -> None:
    queries = [check.reduce] + ([check.rows] if check.rows else [])
    for query in queries:
        text = compile_sql(query(TABLES, scope()), dialect)
        assert "SELECT" in text
        # one engine reads it as an alias and joins what should be left out
        assert " ANTI " not in text


def test_without_rows_it_is_not_run_and_says_what_to_demand(check: Check, empty: Asked) -> None:
    answers = empty.answers(check)
    assert list(answers) == list(VENDORS)
    for answer in answers.values():
        assert answer.evidence == ()
        assert answer.not_run is not None
        assert answer.not_run.check == check.id
        for code in LANGUAGES:
            assert language(code).say(answer.not_run.reason)
            assert language(code).say(answer.not_run.demand)


def test_without_one_of_its_reports_it_accuses_nobody(
    check: Check, lacking: Mapping[str, Asked]
) -> None:
    for need in check.needs:
        answers = lacking[need.report].answers(check)
        assert all(not answer.evidence for answer in answers.values())
        # a pattern may still describe; the audit refuses it for the report it needs
        assert check.kind == "pattern" or all(answer.not_run for answer in answers.values())


def test_one_row_of_each_report_is_no_evidence_of_a_pattern(check: Check, single: Asked) -> None:
    answers = single.answers(check)
    assert list(answers) == list(VENDORS)
    assert check.kind == "fact" or all(not answer.evidence for answer in answers.values())


def test_the_columns_that_may_be_missing_may_be_missing(check: Check, bare: Asked) -> None:
    assert list(bare.answers(check)) == list(VENDORS)


# ----------------------------------------------------------------- the answer


def test_a_vendor_outside_the_scope_is_not_answered(check: Check, ordinary: Asked) -> None:
    two = scope(("alpha", "beta"))
    small = ordinary.engine.run(check.reduce(TABLES, two)).to_pandas()
    assert [answer.vendor for answer in check.judge(small, two)] == ["alpha", "beta"]


def test_the_world_of_these_tests_gives_them_something_to_see(
    check: Check, ordinary: Asked
) -> None:
    assert any(answer.not_run is None for answer in ordinary.answers(check).values())


def test_the_order_of_rows_does_not_matter(check: Check, ordinary: Asked, shuffled: Asked) -> None:
    same(ordinary.answers(check), shuffled.answers(check))


def test_names_do_not_matter(check: Check, ordinary: Asked, renamed: Asked) -> None:
    after = renamed.answers(check)
    same(ordinary.answers(check), {old: after[new] for old, new in RENAMED.items()})


def test_every_answer_can_be_read_in_both_languages(check: Check, ordinary: Asked) -> None:
    for vendor, answer in ordinary.answers(check).items():
        assert answer.vendor == vendor
        for code in LANGUAGES:
            _read_aloud(answer, code)


def _read_aloud(answer: Answer, code: str) -> None:
    said = [language(code).say(answer.statement)]
    for evidence in answer.evidence:
        said += _said(evidence, code)
    for text in said:
        assert text.strip()
        assert "%(" not in text
        assert not [word for word in FORBIDDEN if word in text.lower()]


def _said(evidence: Evidence, code: str) -> list[str]:
    messages = [evidence.title, evidence.condition, evidence.criteria, *evidence.ask]
    messages += [m for m in (evidence.effect, evidence.cause) if m is not None]
    for step in evidence.arithmetic:
        messages += [step.value, step.label]
    return [language(code).say(message) for message in messages]


def test_evidence_has_the_shape_the_audit_asks_for(check: Check, ordinary: Asked) -> None:
    for vendor, answer in ordinary.answers(check).items():
        for evidence in answer.evidence:
            assert evidence.check == check.id
            assert evidence.vendor == vendor
            assert evidence.filters["vendor"] == vendor
            assert evidence.n > 0
            assert evidence.ask
            assert (evidence.p_value is None) or 0 <= evidence.p_value <= 1
            assert check.kind == "pattern" or evidence.p_value is None


def test_evidence_rows_can_be_picked_out(check: Check, ordinary: Asked) -> None:
    if check.rows is None:
        pytest.skip("it has no rows of its own")
    found = ordinary.engine.run(check.rows(TABLES, ordinary.scope)).to_pandas()
    assert check.row_report in TABLES
    assert "vendor" in found.columns
    if check.row_report == "calls":
        assert {"call_id", "seconds"} <= set(found.columns)
        assert not found.duplicated(["vendor", "call_id"]).any()
    for answer in ordinary.answers(check).values():
        for evidence in answer.evidence:
            assert set(evidence.filters) <= set(found.columns)


def test_the_small_table_is_small(check: Check, ordinary: Asked) -> None:
    assert len(ordinary.frame(check)) < sum(map(len, world().values())) / 2


def test_stages_and_outcomes_of_the_world_are_canonical() -> None:
    rows = world()
    assert {row["stage"] for row in rows["funnel"]} <= set(STAGES)
    assert {row["disposition"] for row in rows["calls"]} <= set(DISPOSITIONS)
