"""Turn the CRM exports of a real online school into a workspace.

The school's own sales team stands in for a vendor named `school`. Months with
data: July 2023 to June 2024 (a handful of calls on 30 June 2023).

Files
-----
inbox/school/calls_2023-06.csv and on
    The calls export by months, every row and column as it is, and three columns more:

    Started
        The date of `Call Start Date` with the clock of `Call Start Time` (the
        export put the right clock on one wrong date, 2024-10-07).
    Deal Id, Deal Owner
        The export does not say who spoke. `Deal Id` is the most recent deal of
        the contact (the export stands newest first, so it is the first deal of
        the file), `Deal Owner` its owner; for the 75 or so calls without any
        deal the owner of the contact, and no deal.
        The owner answers for the minutes spent on the deal, so the agreement takes
        it as the agent; it is NOT known that he or she made the call. Two calls "of
        one owner" at the same time are two persons (6,673 of them share more than a
        minute), so nothing that needs the true caller may be concluded. The clock
        of the export has whole minutes only, which keeps that question unasked.

inbox/school/deals_2024-06.csv
    The deals export as it is, with the day of the export as `Snapshot`: the
    funnel of the school on its last day, one row per deal. The last two rows are
    left-overs of a spreadsheet, one of them holds `#REF!`.
client/client_sales.csv
    The rows of the deals export whose stage is `Payment Done`, as they are, with
    the columns `Deal Id` (the id once more: the sale and the lead it came from) and
    `Vendor`. The day of the sale is the closing date; 337 have none.

Nothing is cleaned. Deals without an owner keep none. No invoice exists for a
company's own staff, so none is made up; questions about invoices are not run.

Codes: `Attended Dialled` and `Received` are conversations of unknown outcome and
map to `callback`; everything else was not reached. Of the stages only `Payment
Done` is won.
"""

from __future__ import annotations

from pathlib import Path

from material import folder_argument, lay_out, material_data, read_gzip, write_csv, write_months

VENDOR = "school"
EXPORTED_ON = "21.06.2024"


def build(folder: Path) -> None:
    """Write the workspace into a folder."""
    source = material_data() / "school_crm_2023_24"
    deals_header, deals = read_gzip(source / "deals_raw.csv.gz")
    lay_out("school", folder)
    _write_calls(source, folder, deals_header, deals)
    write_csv(
        folder / "inbox" / VENDOR / "deals_2024-06.csv",
        [*deals_header, "Snapshot"],
        ([*row, EXPORTED_ON] for row in deals),
    )
    stage, key = deals_header.index("Stage"), deals_header.index("Id")
    write_csv(
        folder / "client" / "client_sales.csv",
        [*deals_header, "Deal Id", "Vendor"],
        ([*row, row[key], VENDOR] for row in deals if row[stage] == "Payment Done"),
    )


def _write_calls(
    source: Path, folder: Path, deals_header: list[str], deals: list[list[str]]
) -> None:
    deal_id, owner, contact = (
        deals_header.index(name) for name in ("Id", "Deal Owner Name", "Contact Name")
    )
    latest: dict[str, tuple[str, str]] = {}
    for row in deals:
        if row[deal_id]:
            latest.setdefault(row[contact], (row[deal_id], row[owner]))
    contacts_header, contacts = read_gzip(source / "contacts.csv.gz")
    key, name = contacts_header.index("Id"), contacts_header.index("Contact Owner Name")
    fallback = {row[key]: ("", row[name]) for row in contacts}
    header, calls = read_gzip(source / "calls.csv.gz")
    day, clock, who = (
        header.index(name) for name in ("Call Start Date", "Call Start Time", "CONTACT ID")
    )
    write_months(
        folder / "inbox" / VENDOR,
        [*header, "Started", "Deal Id", "Deal Owner"],
        (
            (
                row[day],
                [
                    *row,
                    f"{row[day][:10]} {row[clock][11:]}",
                    *(latest.get(row[who]) or fallback.get(row[who]) or ("", "")),
                ],
            )
            for row in calls
        ),
    )


if __name__ == "__main__":
    build(folder_argument(__doc__))
