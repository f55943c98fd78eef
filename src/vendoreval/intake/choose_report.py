"""Which report of the agreement a file is, and with which delimiter it is written."""

from __future__ import annotations

from dataclasses import dataclass

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.errors import DeliveryError, plain_problem
from vendoreval.intake.encodings import guess_for_message
from vendoreval.intake.file_names import match_name
from vendoreval.intake.header import DELIMITERS, Header, find_header, plain
from vendoreval.tables import COLUMN_TYPES
from vendoreval.text import Message, msg

_NAMES = {",": msg("comma"), ";": msg("semicolon"), "\t": msg("tab"), "|": msg("vertical bar")}
_ENOUGH = 0.5


@dataclass(frozen=True)
class Choice:
    """A report and the header that names its columns."""

    schema: ReportSchema
    header: Header


def choose(
    name: str,
    head: bytes,
    agreement: Agreement,
    report: str | None,
    delimiters: tuple[str, ...] | None = None,
) -> Choice:
    """Return the report a file is.

    Parameters
    ----------
    delimiters
        The only ones that can separate the cells, whatever is agreed (a sheet has none).

    Raises
    ------
    DeliveryError
        If no report fits, the header is that of another one, or the delimiter is not
        the agreed one.
    """
    if report is not None:
        named = [agreement.reports[report]]
    else:
        named = [s for s in agreement.reports.values() if match_name(s, name)]
    wanted = named or list(agreement.reports.values())
    found = [choice for schema in wanted if (choice := _agreed(head, schema, delimiters))]
    if found:
        best = max(found, key=fit)
        if fit(best)[0] >= _ENOUGH or not _better_elsewhere(head, agreement, best, delimiters):
            return best
    raise _explanation(name, head, agreement, wanted, delimiters, named=bool(named))


def _agreed(head: bytes, schema: ReportSchema, only: tuple[str, ...] | None) -> Choice | None:
    """The best header with the agreed delimiter, or with any when none is agreed."""
    given = schema.dialect.delimiter
    return _best(head, schema, only or ((given,) if given else DELIMITERS))


def _best(head: bytes, schema: ReportSchema, delimiters: tuple[str, ...]) -> Choice | None:
    headers = [h for mark in delimiters if (h := find_header(head, schema, mark))]
    if not headers:
        return None
    header = max(headers, key=lambda h: h.matched)
    # one word found with a delimiter that splits nothing is no header of many columns
    if len(header.cells) == 1 and len(schema.columns) > 1 and _parted(head, header):
        return None
    return Choice(schema, header)


def _parted(head: bytes, header: Header) -> bool:
    """Whether the row below a header of one cell looks as if it had more."""
    below = head[header.size :].lstrip(b"\r\n").partition(b"\n")[0]
    return any(mark.encode() in below for mark in DELIMITERS) or any(
        mark in header.cells[0] for mark in DELIMITERS
    )


def fit(choice: Choice) -> tuple[float, float, int]:
    """Return the share of required columns there, the share of cells known, how many."""
    # what stands in a title above the rows is looked for later
    required = [c.name for c in choice.schema.columns if c.required and not c.title_pattern]
    there = sum(name in choice.header.names for name in required)
    share = there / len(required) if required else 1.0
    return share, choice.header.matched / len(choice.header.cells), choice.header.matched


def _better_elsewhere(
    head: bytes, agreement: Agreement, best: Choice, only: tuple[str, ...] | None
) -> bool:
    return any(
        (other := _agreed(head, schema, only)) is not None
        and fit(other)[0] > max(fit(best)[0], _ENOUGH)
        and other.header.matched > best.header.matched
        for schema in agreement.reports.values()
        if schema is not best.schema
    )


def _explanation(
    name: str,
    head: bytes,
    agreement: Agreement,
    wanted: list[ReportSchema],
    only: tuple[str, ...] | None,
    *,
    named: bool,
) -> DeliveryError:
    """Return the error that says most exactly what is wrong."""
    for schema in wanted if only is None else ():
        other = _best(head, schema, DELIMITERS)
        given = schema.dialect.delimiter
        if given and other and fit(other)[0] >= _ENOUGH and other.header.delimiter != given:
            return _refuse(
                name,
                msg("the columns seem to be separated by: %(found)s",
                    found=delimiter_name(other.header.delimiter)),
                msg("wrong delimiter; agreed is: %(agreed)s", agreed=delimiter_name(given)),
                msg("export the file with the agreed delimiter"),
            )  # fmt: skip
    expected = msg(
        "a header with the columns of %(report)s: %(names)s",
        report=" / ".join(s.name for s in wanted),
        names=", ".join(c.name for c in wanted[0].columns if c.required)[:300],
    )
    looks_like = _looks_like(head, agreement, wanted)
    if looks_like:
        return _refuse(
            name,
            msg("the header looks like report %(other)s", other=looks_like),
            expected,
            msg("send it as that report, or name the report when reading"),
        )
    if not _is_utf8(head):
        return _refuse(
            name,
            msg(
                "the text is not UTF-8 (it looks like %(encoding)s)",
                encoding=guess_for_message(head[: 1 << 20]),
            ),
            expected,
            msg("save it as CSV UTF-8"),
        )
    if not named and len(wanted) > 1:
        return _refuse(
            name,
            msg("neither its name nor its header fits a report of the agreement"),
            msg("one of: %(allowed)s", allowed=", ".join(agreement.reports)),
            msg("rename the file as agreed, or name the report when reading"),
        )
    return _refuse(
        name,
        msg("no header was found in the first rows"),
        expected,
        msg("put the agreed header above the rows"),
    )


def _looks_like(head: bytes, agreement: Agreement, wanted: list[ReportSchema]) -> str | None:
    for schema in agreement.reports.values():
        other = None if schema in wanted else _best(head, schema, DELIMITERS)
        if other and fit(other)[0] >= _ENOUGH:
            return schema.name
    cells = {
        plain(c)
        for mark in DELIMITERS
        for c in head.split(b"\n")[0].decode("utf-8", "replace").split(mark)
    }
    scores = {
        report: len(cells & set(columns)) for report, columns in COLUMN_TYPES.items()
        if report not in {s.name for s in wanted}
    }  # fmt: skip
    best = max(scores, key=lambda report: scores[report])
    return best if scores[best] >= 3 else None


def _is_utf8(head: bytes) -> bool:
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def delimiter_name(delimiter: str) -> Message | str:
    """Return a delimiter in words."""
    return _NAMES.get(delimiter, delimiter)


def _refuse(name: str, found: Message, expected: Message, cure: Message) -> DeliveryError:
    return DeliveryError(plain_problem(name, found, expected, cure))
