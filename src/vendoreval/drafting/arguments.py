"""Arguments of an import that name what is not there, each refused with what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from vendoreval.agreement.canonical import canonical_codes
from vendoreval.agreement.library import library_names, library_report
from vendoreval.agreement.lint_columns import plain_header
from vendoreval.drafting.report_draft import ReportDraft
from vendoreval.drafting.sheet import Sheet
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.text import msg

_SHAPE: Final = msg("column:spelling=code, as in disposition:No answer=no_answer")


def parse_codes(texts: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what texts such as ``disposition:No answer=no_answer`` decide.

    Raises
    ------
    AgreementError
        If one of them is written otherwise.

    Examples
    --------
    >>> parse_codes(["disposition:Нет ответа=no_answer"])
    {'disposition': {'Нет ответа': 'no_answer'}}
    """
    found: dict[str, dict[str, str]] = {}
    problems = []
    for text in texts:
        column, colon, rest = text.partition(":")
        spelling, mark, code = rest.rpartition("=")
        if not (colon and mark and column.strip() and spelling.strip() and code.strip()):
            problems.append(
                plain_problem("--code", msg("%(value)s is written", value=text or "-"), _SHAPE,
                              msg("write it in that form"))
            )  # fmt: skip
            continue
        found.setdefault(column.strip(), {})[spelling.strip()] = code.strip()
    if problems:
        raise AgreementError(problems)
    return found


def report_problems(report: str | None, paths: Sequence[Path]) -> Iterator[Problem]:
    """Yield what is wrong with the report named for some files."""
    if report is not None and report not in library_names():
        yield plain_problem(
            "--report", msg("%(value)s is written", value=report),
            msg("one of: %(allowed)s", allowed=", ".join(library_names())),
            msg("choose one of them"),
        )  # fmt: skip
    if report is not None and len(paths) > 1:
        yield plain_problem(
            "--report", msg("several files are named"), msg("one file for one report"),
            msg("leave the option out, or import the files one by one"),
        )  # fmt: skip


def stop_at_unknown_headers(sheets: Sequence[Sheet], take: Mapping[str, str]) -> None:
    """Refuse decisions about headers that no sheet has.

    Raises
    ------
    AgreementError
        With each of them.
    """
    known = {plain_header(header) for sheet in sheets for header in sheet.headers}
    missing = [header for header in take if plain_header(header) not in known]
    if missing:
        raise AgreementError(
            [
                plain_problem(
                    "--take", msg("%(value)s is written", value=header),
                    msg("a header of the sheet"),
                    msg("write the header as it stands in the sheet"),
                )
                for header in missing
            ]
        )  # fmt: skip


def stop_at_doubles(drafts: Sequence[ReportDraft]) -> None:
    """Refuse two sheets of one report.

    Raises
    ------
    AgreementError
        With the files.
    """
    names = [draft.report for draft in drafts]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise AgreementError(
            [
                plain_problem(
                    ", ".join(d.path.name for d in drafts if d.report == name),
                    msg("several of these files look like report %(name)s", name=name),
                    msg("one file for one report"),
                    msg("name one file of each kind; the others will be read by it"),
                )
                for name in doubled
            ]
        )


def stop_at_unknown_columns(drafts: Sequence[ReportDraft], take: Mapping[str, str]) -> None:
    """Refuse decisions for columns that the report does not have, or has given away.

    Raises
    ------
    AgreementError
        With each of them.
    """
    made = {(plain_header(c.header), c.name) for draft in drafts for c in draft.columns}
    made |= {(plain_header(r.header), r.column) for draft in drafts for r in draft.refused}
    standard = [draft.report for draft in drafts if draft.standard]
    allowed = [e["name"] for report in standard for e in library_report(report)["properties"]]
    problems = [
        plain_problem(
            "--take", msg("%(value)s is written", value=f"{header}={column}"),
            msg("one of: %(allowed)s", allowed=", ".join(dict.fromkeys(allowed)) or "-"),
            msg("name a column that no other header has; --report chooses the report"),
        )
        for header, column in take.items()
        if column and (plain_header(header), column) not in made
    ]  # fmt: skip
    if problems:
        raise AgreementError(problems)


def stop_at_unknown_codes(
    drafts: Sequence[ReportDraft], settled: Mapping[str, Mapping[str, str]]
) -> None:
    """Refuse codes outside of the common list, and columns without one.

    Raises
    ------
    AgreementError
        With each of them.
    """
    problems = []
    reports = {draft.report for draft in drafts if draft.standard}
    coded = {
        entry["name"]: report
        for report in reports
        for entry in library_report(report)["properties"]
        if entry.get("enum")
    }
    for column, spellings in settled.items():
        if column not in coded:
            problems.append(
                plain_problem(
                    "--code", msg("%(value)s is written", value=column),
                    msg("one of: %(allowed)s", allowed=", ".join(sorted(coded)) or "-"),
                    msg("name a column with a list of codes"),
                )
            )  # fmt: skip
            continue
        allowed = canonical_codes(coded[column], column)
        problems += [
            plain_problem(
                "--code", msg("the code %(code)s is written", code=code),
                msg("a code of the common list: %(allowed)s", allowed=", ".join(allowed)),
                msg("choose one of them"),
            )
            for code in spellings.values()
            if allowed and code not in allowed
        ]  # fmt: skip
    if problems:
        raise AgreementError(problems)
