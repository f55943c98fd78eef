"""What the command prints: plain lines that fit one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vendoreval.auditing.result import VendorResult
from vendoreval.audits import Written
from vendoreval.text import Count, Language, language, msg, nmsg

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
