"""What the command prints: plain lines that fit one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vendoreval.auditing.result import VendorResult
from vendoreval.audits import Written
from vendoreval.inbox import Ingested
from vendoreval.intake import ValidationReport
from vendoreval.text import Count, Language, language, msg, nmsg

_SHOWN_FAULTS = 20
_VERDICTS = {
    "SELLS": msg("sells"),
    "UNPROVEN": msg("unproven"),
    "MINUTES_LIKE": msg("looks like minutes"),
    "CANNOT_TELL": msg("cannot tell"),
}
_DECISIONS = {
    "KEEP": msg("keep"),
    "CONDITIONS": msg("keep with conditions"),
    "PROBATION": msg("probation"),
    "REPLACE": msg("replace"),
    "CANNOT_TELL": msg("cannot tell"),
}


def validation_lines(report: ValidationReport, code: str) -> Iterator[str]:
    """Yield the receipt, the counts by rule, and the first faults of one file."""
    speak = language(code).say
    rows = report.rows
    yield speak(
        msg(
            "%(file)s: %(delivered)s rows = %(accepted)s accepted + %(quarantined)s quarantined + "
            "%(rejected)s rejected + %(skipped)s skipped",
            file=report.delivery.path.name,
            delivered=Count(rows.delivered), accepted=Count(rows.accepted),
            quarantined=Count(rows.quarantined), rejected=Count(rows.rejected),
            skipped=Count(rows.skipped),
        )
    )  # fmt: skip
    for note in report.notes:
        yield "  " + speak(note)
    for rule, count in report.counts.items():
        yield f"  {rule}: {language(code).number(count)}"
    shown = report.to_json(code)["faults"][:_SHOWN_FAULTS]
    for fault in shown:
        yield f"  {speak(msg('row %(n)s', n=str(fault['row'])))}: {fault['message']}"
    rest = sum(report.counts.values()) - len(shown)
    if rest > 0:
        yield "  " + speak(
            nmsg(
                "and %(n)s fault more; --json lists them",
                "and %(n)s faults more; --json lists them",
                rest,
                n=Count(rest),
            )
        )


def ingest_lines(
    done: Sequence[Ingested], code: str, *, only_problems: bool = False
) -> Iterator[str]:
    """Yield one line for each new file, and every problem of the files that cannot be read."""
    speak = language(code).say
    for entry in done:
        if entry.report is not None and not only_problems:
            rows = entry.report.rows
            yield speak(
                msg(
                    "%(vendor)s: %(file)s, %(accepted)s rows accepted, %(faulty)s with faults",
                    vendor=entry.vendor,
                    file=entry.path.name,
                    accepted=Count(rows.accepted),
                    faulty=Count(entry.faulty_rows),
                )
            )
        for problem in entry.problems:
            yield problem.describe(code)
    new = sum(1 for entry in done if entry.new)
    if not only_problems:
        yield speak(nmsg("%(n)s new file posted", "%(n)s new files posted", new, n=Count(new)))


def audit_summary(written: Written, code: str) -> Iterator[str]:
    """Yield the one-screen summary of an audit and where its three forms are."""
    tongue = language(code)
    result = written.report.result
    yield tongue.say(result.title)
    yield ""
    yield tongue.say(
        msg(
            "Billed %(billed)s, provably too much %(provable)s, at risk %(risk)s",
            billed=tongue.whole_money(result.money.billed, result.currency),
            provable=tongue.whole_money(result.money.provable, result.currency),
            risk=tongue.whole_money(result.money.at_risk, result.currency),
        )
    )
    yield ""
    yield from _vendor_table(result.vendors, tongue)
    yield ""
    for finding in result.findings[:12]:
        name = next(v.title for v in result.vendors if v.vendor == finding.evidence.vendor)
        tier, sentence = _tier(finding.tier, tongue), tongue.say(finding.evidence.title)
        yield f"{finding.id}  {tier}  {name}: {sentence}"
    if len(result.findings) > 12:
        rest = len(result.findings) - 12
        yield tongue.say(msg("and %(n)s more", n=Count(rest)))
    if result.not_run:
        count = len(result.not_run)
        yield tongue.say(nmsg("%(n)s question could not be asked; the report says what to demand",
                              "%(n)s questions could not be asked; the report says what to demand",
                              count, n=Count(count)))  # fmt: skip
    yield ""
    for path in (written.pdf, written.html, written.json):
        if path is not None:
            yield str(path)


def _tier(tier: str, tongue: Language) -> str:
    words = {"fact": msg("fact"), "finding": msg("finding"), "review": msg("question")}
    return tongue.say(words[tier])


def _vendor_table(vendors: Sequence[VendorResult], tongue: Language) -> Iterator[str]:
    rows = [[tongue.say(m) for m in (msg("Vendor"), msg("Verdict"), msg("Decision"))]]
    rows += [
        [v.title, tongue.say(_VERDICTS[v.verdict]), tongue.say(_DECISIONS[v.decision])]
        for v in vendors
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
