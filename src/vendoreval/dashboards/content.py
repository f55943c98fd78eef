"""The page's data as plain values: names in words, rows as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from vendoreval.bank import ContractBank
from vendoreval.dashboards.gather import MONEY_PARTS, Looked, VendorDays, day_number
from vendoreval.dashboards.packing import Pack, filled
from vendoreval.dashboards.shown import FOLLOWING, GROUPS, MULTIPLES, STRICT, described
from vendoreval.dashboards.words import months, page_words, weekdays
from vendoreval.measures import Measured
from vendoreval.measures.interval_sums import CLASSES, EDGES
from vendoreval.report.funnel_chart import stage_name
from vendoreval.report.masking import clean_text, mask_value
from vendoreval.report.reader import DASH
from vendoreval.settings import Settings
from vendoreval.text import Language, Percent, msg

# what breaks a line or a row of a table; names of vendors and agents stand in one line
_BREAKS: Final = re.compile(r"[\s\u2028\u2029]+")


def content(
    vendors: Sequence[VendorDays], settings: Settings, tongue: Language, made_on: date, *,
    names: bool,
) -> tuple[dict[str, Any], str]:  # fmt: skip
    """Return the page's plain data, and the rows of all vendors as text.

    Parameters
    ----------
    names
        Show codes of agents that name a person as they are.
    """
    pack = Pack()
    told = [_vendor(one, pack, tongue, names=names) for one in vendors]
    data: dict[str, Any] = {
        "lang": tongue.code,
        "client": clean_text(settings.client),
        "madeOn": day_number(made_on),
        "masked": not names,
        "words": page_words(tongue),
        "weekdays": weekdays(tongue),
        "months": months(tongue),
        "measures": described(tongue, settings.currency),
        "groups": [
            {"name": name, "label": tongue.say(label), "measures": list(measures)}
            for name, label, measures in GROUPS
        ],
        "strict": list(STRICT),
        "multiples": {name: list(of) for name, of in MULTIPLES.items()},
        "following": {fact: list(names) for fact, names in FOLLOWING.items()},
        "classes": [list(pair) for pair in zip(CLASSES, EDGES, strict=True)],
        "moneyParts": MONEY_PARTS,
        "vendors": told,
    }
    return data, pack.text()


def _line(text: str) -> str:
    return _BREAKS.sub(" ", clean_text(text)).strip()


def _agent(code: str, *, names: bool) -> str:
    text = _line(code)
    return text if names else mask_value("agent_id", text)


def _vendor(one: VendorDays, pack: Pack, tongue: Language, *, names: bool) -> dict[str, Any]:
    # a day of one row after the other is a step of 0 or 1: that packs best
    rows = one.rows.assign(day=one.rows["day"].diff().fillna(0)) if len(one.rows) else one.rows
    first = int(one.rows["day"].iloc[0]) if len(one.rows) else 0
    return {
        "name": _line(one.vendor),
        "title": _line(one.title) or _line(one.vendor),
        "agents": [_agent(code, names=names) for code in one.agents],
        "rows": len(rows),
        "firstDay": first,
        "columns": [pack.add(name, _column(rows, name)) for name in filled(rows)],
        "workingDays": list(one.working_days),
        "lastDay": None if one.last_day is None else day_number(one.last_day),
        "bills": [
            [day_number(bill.first_on), day_number(bill.last_on), bill.amount_parts, bill.minutes]
            for bill in one.bills
        ],
        "sales": sorted([day, count] for day, count in one.sales.items() if count),
        "salesCover": [list(span) for span in one.sales_cover],
        "bank": _bank(one, tongue),
        "months": [
            [day_number(looked.month.start), day_number(looked.month.last_day),
             [tongue.say(line) for line in looked.notes]]
            for looked in one.months
        ],
        "choices": _choices(one.months),
    }  # fmt: skip


# one letter for each month
_STATES: Final = {"parts": "p", "whole": "w", "lacking": "l", "absent": "-"}


def _choices(months: Sequence[Looked]) -> dict[str, list[list[str]]]:
    """Return fact -> its choices as column and a letter for each month."""
    if not months:
        return {}
    return {
        fact: [
            [one.column, "".join(_STATES[month.offered[fact][place].state] for month in months)]
            for place, one in enumerate(several)
        ]
        for fact, several in months[0].offered.items()
    }


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    column: pd.Series = rows[name]
    return column


def _share(measured: Measured, tongue: Language) -> str:
    if measured.value is None or measured.low is None or measured.high is None:
        return DASH
    return tongue.say(
        msg("%(share)s (%(low)s to %(high)s)", share=Percent(measured.value, 2),
            low=Percent(measured.low, 2), high=Percent(measured.high, 2))
    )  # fmt: skip


def _bank(one: VendorDays, tongue: Language) -> dict[str, Any] | None:
    bank: ContractBank | None = one.bank
    if bank is None:
        return None
    return {
        "on": day_number(bank.on),
        "companies": len(bank),
        "vanished": bank.vanished,
        "lines": [
            f"{tongue.say(label)}: {_share(measured, tongue)}"
            for label, measured in (
                (msg("won of the full bank"), bank.conversion()),
                (msg("won of the bank as the vendor reports it"), bank.reported_conversion()),
                (msg("sold and kept, by the client's own records"), bank.conversion(sold=True)),
            )
            if measured.value is not None
        ],
        "stages": [
            {"name": row.stage, "label": _line(stage_name(row.stage, tongue)), "now": row.leads,
             "reached": row.reached, "median": row.median_days, "waiting": row.waiting_days}
            for row in bank.stages
        ],
        "ends": [[day_number(day), stages] for day, stages in one.ends],
    }  # fmt: skip
