"""`vendoreval sample`: which calls to listen to, and what a heard sample proves."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from vendoreval.auditing.listening import (
    SEED,
    HeardSample,
    ListeningSample,
    evaluate_heard,
    listening_sample,
)
from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import (
    LanguageOption,
    PeriodOption,
    WorkspaceFolder,
    agreement_of,
    read_period,
    spoken_language,
)
from vendoreval.errors import AgreementError, DeliveryError, os_problem, plain_problem
from vendoreval.replacing import replacing
from vendoreval.report.masking import evidence_file
from vendoreval.text import language, msg
from vendoreval.workspace import Workspace

_LARGEST_BYTES = 50_000_000


def sample(
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    period: PeriodOption,
    folder: WorkspaceFolder = Path(),
    confidence: Annotated[float, typer.Option(help="Wanted confidence, 0 to 1.")] = 0.95,
    tolerable: Annotated[
        float, typer.Option(help="Most of the money that may be wrong unseen, 0 to 1.")
    ] = 0.05,
    expected: Annotated[float, typer.Option(help="Share of the money expected to be wrong.")] = 0.0,
    draws: Annotated[int | None, typer.Option(help="Draws instead of the number needed.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random start.")] = SEED,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write the calls to listen to there.")
    ] = None,
    heard: Annotated[
        Path | None, typer.Option(help="The file of the sample with right_seconds filled in.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Draw calls to listen to by money, or say what the heard ones prove."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    agreement = agreement_of(workspace, vendor)
    calls = workspace.ledger.calls(vendor, read_period(period))
    try:
        if heard is not None:
            found = evaluate_heard(
                calls, agreement, read_heard(heard), confidence=confidence, where=str(heard)
            )
            typer.echo(json_text(_heard_json(found)) if as_json else _heard_text(found, code))
            return
        drawn = listening_sample(
            calls, agreement, confidence=confidence, tolerable=tolerable, expected=expected,
            draws=draws, seed=seed,
        )  # fmt: skip
    except ValueError as error:
        raise AgreementError(
            plain_problem(
                f"--vendor {vendor} --period {period}", msg("%(rule)s", rule=str(error)),
                msg("calls billed by the minute, and shares with expected < tolerable < 1"),
                msg("name another period, or other shares"),
            )
        ) from None  # fmt: skip
    if csv_file is not None:
        content, _ = evidence_file(drawn.to_frame(), csv_file.name, report="calls")
        with replacing(csv_file) as part:
            part.write_bytes(content)
    typer.echo(json_text(_drawn_json(drawn)) if as_json else _drawn_text(drawn, code, csv_file))


def read_heard(path: Path) -> pd.DataFrame:
    """Return a heard sample: CSV with commas, semicolons or tabs, as spreadsheets save it.

    Raises
    ------
    DeliveryError
        If it cannot be read.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise _unreadable(path)
        content = path.read_bytes()
    except OSError as error:
        raise DeliveryError(os_problem(str(path), error)) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    head = text.partition("\n")[0]
    mark = max((",", ";", "\t"), key=head.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=mark) if any(row)]
    except csv.Error:
        raise _unreadable(path) from None
    if not rows:
        raise _unreadable(path)
    width = len(rows[0])
    filled = [(row + [""] * width)[:width] for row in rows[1:]]
    return pd.DataFrame(filled, columns=[name.strip() for name in rows[0]], dtype=object)


def _unreadable(path: Path) -> DeliveryError:
    return DeliveryError(
        plain_problem(
            str(path), msg("it is empty, or no table"),
            msg("the file of the sample, saved as CSV"),
            msg("save the sheet as CSV and name that file"),
        )
    )  # fmt: skip


def _drawn_text(drawn: ListeningSample, code: str, path: Path | None) -> str:
    say = language(code).say
    lines = [say(drawn.describe())]
    if path is None:
        lines.append(say(msg("add --csv FILE to have the list")))
    else:
        lines += [
            str(path),
            say(msg("fill in right_seconds: the seconds of the call that may be billed; then give "
                    "the file back with --heard")),
        ]  # fmt: skip
    return "\n".join(lines)


def _heard_text(found: HeardSample, code: str) -> str:
    return "\n".join(language(code).say(sentence) for sentence in found.describe())


def _drawn_json(drawn: ListeningSample) -> dict[str, object]:
    frame = drawn.to_frame()
    return {
        "vendor": drawn.vendor, "currency": drawn.currency, "calls": drawn.calls,
        "billed": f"{drawn.billed:f}", "draws": drawn.draws, "confidence": drawn.confidence,
        "tolerable": drawn.tolerable, "expected": drawn.expected, "seed": drawn.seed,
        "listen": [
            {"call_id": str(call), "draws": int(times)}
            for call, times in zip(frame["call_id"], frame["draws"], strict=True)
        ],
    }  # fmt: skip


def _heard_json(found: HeardSample) -> dict[str, object]:
    return {
        "vendor": found.vendor, "currency": found.currency, "confidence": found.confidence,
        "calls": found.calls, "billed": f"{found.billed:f}", "draws": found.draws,
        "heard": found.heard, "wrong": found.wrong, "share": found.share,
        "share_low": found.share_low, "share_high": found.share_high,
        "money": f"{found.money:f}", "money_low": f"{found.money_low:f}",
        "money_high": f"{found.money_high:f}",
    }  # fmt: skip
