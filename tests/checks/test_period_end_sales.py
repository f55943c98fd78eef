"""Sales of the last days of a month: whether they live, whatever the rush."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from check_world import ask, call, evidence_rows, item, scope_of
from vendoreval.checks._month_ends import COUNTS, Ends, ends_of
from vendoreval.checks.base import Answer, Scope
from vendoreval.checks.period_end_sales import CHECK
from vendoreval.text import language

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")
MONTHS = [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 11))]
Row = dict[str, Any]


def scope(vendors: Sequence[str] = NAMES) -> Scope:
    return scope_of({v: [item(), item(unit="sale", price="5000")] for v in vendors})


@lru_cache
def workdays(year: int, month: int) -> list[datetime]:
    first = datetime(year, month, 1, 9)
    days = [first + timedelta(days=n) for n in range(31)]
    return [day for day in days if day.month == month and day.weekday() < 5]


def worked(vendor: str, last_talk: int = 60) -> list[Row]:
    """Return ten calls on every working day, with other lengths on the last days."""
    rows = []
    for year, month in MONTHS:
        days = workdays(year, month)
        for day in days:
            talk = last_talk if day in days[-3:] else 60
            rows += [
                call(n, day + timedelta(minutes=n), talk, vendor=vendor,
                     call_id=f"{vendor}-{day:%y%m%d}-{n}")
                for n in range(10)
            ]  # fmt: skip
    return rows


def sold(vendor: str, rush: float = 1, at_end: float = 0.12, rest: float = 0.12) -> list[Row]:
    """Return two sales every working day, `rush` times as many on each of the last three.

    Parameters
    ----------
    at_end, rest
        Which part of the sales of the last days, and of the others, is cancelled.
    """
    rng = np.random.default_rng([len(vendor), ord(vendor[0])])
    rows: list[Row] = []
    for year, month in MONTHS:
        days = workdays(year, month)
        plain = [(day, rest) for day in days[:-3] for _ in range(2)]
        for day, chance in plain + [
            (day, at_end) for day in days[-3:] for _ in range(round(2 * rush))
        ]:
            row = {"sale_id": f"{vendor}-{len(rows)}", "vendor": vendor, "sold_at": day}
            dies = rng.random() < chance
            rows.append(row | ({"cancelled_at": day + timedelta(days=9)} if dies else {}))
    return rows


def world(sales: Mapping[str, Mapping[str, float]], **work: int) -> dict[str, list[Row]]:
    return {
        "calls": [row for vendor in sales for row in worked(vendor, **work)],
        "client_sales": [row for vendor, how in sales.items() for row in sold(vendor, **how)],
    }


def honest(**how: float) -> dict[str, Mapping[str, float]]:
    return {
        v: {"rest": 0.1 + 0.01 * n, "at_end": 0.1 + 0.01 * n, **how} for n, v in enumerate(NAMES)
    }


def audit(rows: Any, given: Scope | None = None) -> dict[str, Answer]:
    return ask(CHECK, rows, given or scope())


def of_sales(answer: Answer) -> Any:
    found = [e for e in answer.evidence if e.unit == "share" and e.filters.get("part") == "end"
             and e.grade == "E4"]  # fmt: skip
    return found[0] if found else None


def test_sales_of_the_end_that_die_at_one_of_seven_are_found() -> None:
    rows = world(honest() | {"alpha": {"rush": 3, "at_end": 0.7}})
    answers = audit(rows)
    found = of_sales(answers["alpha"])
    assert found.p_value < 0.01
    assert found.e_value > 20
    assert not found.review_only
    assert found.observed == pytest.approx(0.7, abs=0.1)
    # the last days of October are too young to be judged
    of_alpha = [row for row in rows["client_sales"] if row["vendor"] == "alpha"]
    old = [row for row in of_alpha if row["sold_at"] <= datetime(2026, 10, 1, 23)]
    assert found.n == len(old)
    for vendor in NAMES[1:]:
        other = of_sales(answers[vendor])
        assert other is None or other.p_value > 0.05
    lines = evidence_rows(CHECK, rows, scope())
    of_end = lines[(lines.vendor == "alpha") & (lines.part == "end")]
    last = {day for month in MONTHS for day in workdays(*month)[-3:]}
    died = [row for row in of_alpha if row["sold_at"] in last and "cancelled_at" in row]
    # who was sold on the last days of October and cancelled in November is not known yet
    known = [row for row in died if row["cancelled_at"] < datetime(2026, 11, 1)]
    assert len(of_end) == len(known)


@pytest.mark.parametrize(
    "sales",
    [
        pytest.param(honest() | {"alpha": {"rush": 4}}, id="a rush of sales that live"),
        pytest.param(
            honest() | {"alpha": {"rush": 6}},
            id="a rush of which as many die as of the others",
        ),
        pytest.param(honest(rush=2, at_end=0.3), id="an offer that everybody's customers rue"),
    ],
)
def test_honest_twins_are_left_alone(sales: Mapping[str, Mapping[str, float]]) -> None:
    for answer in audit(world(sales)).values():
        assert answer.not_run is None
        for evidence in answer.evidence:
            assert evidence.p_value is not None
            # seven vendors are asked in each world
            assert evidence.p_value > 0.005
            assert (evidence.e_value or 1.0) < 20


def test_one_vendor_has_its_own_other_days_as_control() -> None:
    only = scope(("alpha",))
    found = of_sales(audit(world({"alpha": {"rush": 2, "at_end": 0.6}}), only)["alpha"])
    assert found.review_only
    assert found.p_value < 0.01
    assert "own other days" in language("en").say(found.condition)


def test_longer_talk_on_the_last_days_only_asks() -> None:
    rows = world(honest())
    rows["calls"] = [r for r in rows["calls"] if r["vendor"] != "alpha"]
    rows["calls"] += worked("alpha", last_talk=180)
    (evidence,) = [e for e in audit(rows)["alpha"].evidence if e.minutes is not None]
    assert evidence.review_only
    assert evidence.p_value is not None
    assert evidence.p_value < 0.05
    # thirty calls of three minutes instead of one, and the others' level is known to a tenth
    assert evidence.minutes is not None
    assert evidence.minutes.point == pytest.approx(Decimal(60), rel=Decimal("0.1"))


def test_the_odds_ratio_by_hand() -> None:
    # one month: at the end 4 of 6 die, else 2 of 12
    frame = pd.DataFrame(
        [
            {"month": 1, "part": "end", "mature": 6, "died": 4},
            {"month": 1, "part": "start", "mature": 5, "died": 1},
            {"month": 1, "part": "middle", "mature": 7, "died": 1},
        ]
    )
    level = Ends(frame).dying()
    # with half a sale in each cell of a stratum of two beside it
    top, bottom = 4 * 10 / 18 + 0.125, 2 * 2 / 18 + 0.125
    assert np.exp(level.log_ratio) == pytest.approx(top / bottom)
    assert 0.5 < level.variance < 2


def test_months_are_cut_by_working_days() -> None:
    start = (date(2026, 6, 1) - date(1970, 1, 1)).days
    days = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 29]
    frame = pd.DataFrame(
        [{"month": 24317, "day": start + d, **dict.fromkeys(COUNTS, 10)} for d in days]
        # a Sunday on which one person came in is none of them, and its sale is of the end
        + [{"month": 24317, "day": start + 28, **dict.fromkeys(COUNTS, 1)}]
    )
    ends = ends_of(frame, range(24317, 24318))
    assert ends.total("days", "end") == 3
    assert ends.total("known", "end") == 31
    assert ends.total("days", "start") == 3
    assert ends_of(frame.head(9), range(24317, 24318)).months == 0


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"client_sales": []}, id="no sales on record"),
        pytest.param({"calls": []}, id="no call log"),
    ],
)
def test_without_its_data_it_is_not_run(change: dict[str, list[Row]]) -> None:
    rows = world({"alpha": {"rush": 2, "at_end": 0.6}}) | change
    answer = audit(rows, scope(("alpha",)))["alpha"]
    assert answer.evidence == ()
    assert answer.not_run is not None


def test_all_sales_on_one_day_accuse_nobody() -> None:
    rows = world({"alpha": {"rush": 2, "at_end": 0.6}})
    for row in rows["client_sales"]:
        row["sold_at"] = datetime(2026, 6, 30, 9)
        row["cancelled_at"] = datetime(2026, 7, 9)
    assert of_sales(audit(rows, scope(("alpha",)))["alpha"]) is None


def test_more_that_die_never_weaken_the_level() -> None:
    levels = []
    for died in range(1, 7):
        frame = pd.DataFrame(
            [
                {"month": 1, "part": "end", "mature": 6, "died": died},
                {"month": 1, "part": "middle", "mature": 12, "died": 2},
            ]
        )
        levels.append(Ends(frame).dying().log_ratio)
    assert levels == sorted(levels)
