"""`vendoreval rate`: every call with the seconds talked, rated and billed, and its price."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from vendoreval.agreement import load_agreement
from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import (
    LanguageOption,
    agreement_of,
    read_period,
    spoken_language,
)
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.intake import read_delivery, validate
from vendoreval.rating.explain import InferredRules, infer_rules
from vendoreval.rating.rate import rate
from vendoreval.rating.rated import STATES, RatedCalls
from vendoreval.replacing import replacing
from vendoreval.report.masking import evidence_file
from vendoreval.text import Language, Money, Number, language, msg
from vendoreval.workspace import Workspace

_SHOWN = 12
_COLUMNS = ("call_id", "unit", "talk_seconds", "rated_seconds", "billed_seconds", "amount",
            "currency")  # fmt: skip


def rate_calls(
    source: Annotated[Path, typer.Argument(help="A file of calls, or a workspace.")],
    agreement: Annotated[
        Path | None, typer.Option("--agreement", help="The agreement of the file (ODCS).")
    ] = None,
    vendor: Annotated[str | None, typer.Option(help="Short name, for a workspace.")] = None,
    period: Annotated[str | None, typer.Option(help="2026-10, for a workspace.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write every call there.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Rate calls by the rate card: actual, rated and billed seconds side by side."""
    code = spoken_language(lang)
    if source.is_dir():
        rated, rules = _of_workspace(source, vendor, period)
    else:
        rated, rules = _of_file(source, agreement)
    if csv is not None:
        _write(rated, csv)
    if as_json:
        typer.echo(json_text(_json(rated, rules, code)))
        return
    for line in rated_lines(rated, rules, code):
        typer.echo(line)
    if csv is not None:
        typer.echo(str(csv))


def _of_workspace(
    folder: Path, vendor: str | None, period: str | None
) -> tuple[RatedCalls, InferredRules]:
    workspace = Workspace.open(folder)
    agreed = agreement_of(workspace, vendor or "")
    calls = workspace.ledger.calls(agreed.vendor, read_period(period or ""))
    return _asked(calls, agreed)


def _of_file(path: Path, agreement: Path | None) -> tuple[RatedCalls, InferredRules]:
    if agreement is None:
        raise AgreementError(
            plain_problem(
                "--agreement", msg("it is missing"),
                msg("the agreement the file was sent under, with its rate card"), msg("add it"),
            )
        )  # fmt: skip
    agreed = load_agreement(agreement)
    report = validate(read_delivery(path, agreed))
    try:
        return _asked(report, agreed)
    finally:
        report.discard()


def _asked(calls: Any, agreed: Any) -> tuple[RatedCalls, InferredRules]:
    try:
        return rate(calls, agreed), infer_rules(calls, agreed)
    except ValueError as error:
        raise AgreementError(
            plain_problem(
                agreed.source, msg("%(rule)s", rule=str(error)),
                msg("calls, and a rate card with a line for them"),
                msg("name a file of the report calls, or add the rate card to the agreement"),
            )
        ) from None  # fmt: skip


def rated_lines(rated: RatedCalls, rules: InferredRules, code: str) -> Iterator[str]:
    """Yield the totals of every line of the card, then the first calls."""
    tongue = language(code)
    for total in rated.totals:
        item = total.item
        yield tongue.say(
            msg(
                "%(item)s, %(unit)s: calls %(calls)s, talked %(talk)s s, rated %(rated)s s, "
                "billed %(billed)s s; %(quantity)s units, %(amount)s",
                item=total.rate_item, unit=item.unit, calls=total.calls, talk=total.talk_seconds,
                rated=_or_dash(total.rated_seconds, tongue),
                billed=_or_dash(total.billed_seconds, tongue),
                quantity=Number(float(total.quantity), 2),
                amount=Money(total.amount, item.currency),
            )
        )  # fmt: skip
    for state, count in rated.states.items():
        yield f"  {tongue.say(STATES[state])}: {tongue.number(count)}"
    for found in rules:
        yield tongue.say(found.describe())
    # what somebody has to look at first, then what costs something
    frame = rated.to_frame()
    odd = frame["state"].isin(("as_rated", "unknown"))
    nothing = frame["rated_seconds"].fillna(frame["rated_calls"]).fillna(0) == 0
    frame = frame.assign(odd=odd, nothing=nothing).sort_values(["odd", "nothing"], kind="stable")
    table = [list(_COLUMNS)] + [
        [_cell(value) for value in row]
        for row in frame[list(_COLUMNS)].head(_SHOWN).itertuples(index=False)
    ]
    widths = [max(len(row[column]) for row in table) for column in range(len(_COLUMNS))]
    for row in table:
        yield "  " + "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
    if len(frame) > _SHOWN:
        yield "  " + tongue.say(msg("and %(n)s more", n=len(frame) - _SHOWN))


def _or_dash(value: int | None, tongue: Language) -> str:
    return "—" if value is None else tongue.number(value)


def _cell(value: object) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]  # any cell of a frame
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _json(rated: RatedCalls, rules: InferredRules, code: str) -> dict[str, Any]:
    say = language(code).say
    return {
        "totals": [
            {
                "rate_item": total.rate_item, "unit": total.item.unit,
                "currency": total.item.currency, "calls": total.calls,
                "billable_calls": total.billable_calls, "talk_seconds": total.talk_seconds,
                "rated_seconds": total.rated_seconds, "billed_seconds": total.billed_seconds,
                "quantity": f"{total.quantity:f}", "amount": f"{total.amount:f}",
                "net": f"{total.net:f}", "vat": f"{total.vat:f}",
            }
            for total in rated.totals
        ],
        "amounts": {currency: f"{amount:f}" for currency, amount in rated.amounts.items()},
        "states": dict(rated.states),
        "rules": [
            {"rate_item": one.rate_item, "calls": one.inference.n,
             "share": one.inference.best.share, "says": say(one.describe())}
            for one in rules
        ],
    }  # fmt: skip


def _write(rated: RatedCalls, path: Path) -> None:
    """Write every call, personal values masked, in place of a former file."""
    content, _ = evidence_file(rated.to_frame(), path.name, report="calls")
    with replacing(path) as part:
        part.write_bytes(content)
