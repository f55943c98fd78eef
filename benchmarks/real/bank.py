"""Turn the calls of a real bank's telephone campaigns into a workspace.

The campaign is honest as far as anyone knows: an audit must have nothing to
report about it. One vendor, `bank`; 41,188 calls, May 2008 to November 2010.

The source is in time order but holds neither year nor day of the month, no clock
and no caller. Rebuilt here, in columns added to the untouched ones of
inbox/bank/calls_2008-05.csv and on (one file for each month):

Row
    Number of the row: the call, and the client called (one row per client).
Started
    Year: the months come in 26 blocks; whenever the calendar month falls back
    (December, then March), a new year begins, from 2008. Day: within a block the
    first date with the first weekday, then for each new weekday the next date that
    has it. Days on which nobody called are not in the source, so the dates are the
    earliest possible ones (all 488 stay inside their month). Clock: none, so midnight.
Outcome
    `sale` when the client subscribed (`y`), else `refusal`.

No agent is made up: the agreement asks for none, and questions about agents are
not run. The subscriptions (`y` = yes) are the client's own sales, on the day of
the call.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from pathlib import Path

from material import folder_argument, lay_out, material_data, read_gzip, write_csv, write_months

VENDOR = "bank"
FIRST_YEAR = 2008
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_abbr)}


def build(folder: Path) -> None:
    """Write the workspace into a folder."""
    source = material_data() / "uci_bank_marketing" / "bank-additional-full.csv.gz"
    header, rows = read_gzip(source, delimiter=";")
    month, weekday, subscribed = (header.index(name) for name in ("month", "day_of_week", "y"))
    days = rebuilt_days([(row[month], row[weekday]) for row in rows])
    lay_out("bank", folder)
    write_months(
        folder / "inbox" / VENDOR,
        [*header, "Row", "Started", "Outcome"],
        (
            (
                str(day),
                [
                    *row,
                    f"{number:05d}",
                    f"{day} 00:00:00",
                    "sale" if row[subscribed] == "yes" else "refusal",
                ],
            )
            for number, (row, day) in enumerate(zip(rows, days, strict=True), start=1)
        ),
        delimiter=";",
    )
    write_csv(
        folder / "client" / "client_sales.csv",
        ["Row", "Subscribed", "Vendor"],
        (
            [f"{number:05d}", f"{day} 00:00:00", VENDOR]
            for number, (row, day) in enumerate(zip(rows, days, strict=True), start=1)
            if row[subscribed] == "yes"
        ),
        delimiter=";",
    )


def rebuilt_days(marks: list[tuple[str, str]]) -> list[date]:
    """Return the earliest dates that agree with the months and weekdays, in their order."""
    days: list[date] = []
    previous: tuple[str, str] | None = None
    year, day = FIRST_YEAR, date(FIRST_YEAR, 1, 1)
    for month, weekday in marks:
        if previous is None or month != previous[0]:
            if previous is not None and _MONTHS[month] < _MONTHS[previous[0]]:
                year += 1
            day = _on_or_after(date(year, _MONTHS[month], 1), weekday)
        elif weekday != previous[1]:
            day = _on_or_after(day + timedelta(days=1), weekday)
        days.append(day)
        previous = (month, weekday)
    return days


def _on_or_after(day: date, weekday: str) -> date:
    return day + timedelta(days=(_WEEKDAYS[weekday] - day.weekday()) % 7)


if __name__ == "__main__":
    build(folder_argument(__doc__))
