"""`vendoreval selftest`: whether an engine gives the answers of the embedded one."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from vendoreval.commands import exit_codes
from vendoreval.commands.options import LanguageOption, spoken_language
from vendoreval.commands.progress import progress_bar
from vendoreval.commands.text_table import text_table
from vendoreval.engine import Asked
from vendoreval.selftest import selftest
from vendoreval.text import language, msg, nmsg


def selftest_engine(
    engine: Annotated[
        str,
        typer.Option(
            help="Its address: postgresql://USER@HOST/DATABASE, clickhouse://..., chdb, "
            "spark:local[2], sc://HOST:15002."
        ),
    ] = "duckdb",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Ask an engine everything an audit asks and compare with the embedded one."""
    code = spoken_language(lang)
    speak = language(code).say
    with progress_bar() as bar:
        task = bar.add_task(speak(msg("drawing a small company")), total=None)

        def told(entry: Asked) -> None:
            bar.update(task, description=entry.topic)

        result = selftest(engine, told)
    count = len(result.asked)
    if as_json:
        found = {
            "engine": result.address, "ok": result.ok, "queries": count,
            "differences": [dict(zip(("question", "difference"), line, strict=True))
                            for line in result.describe(code)[1:]],
        }  # fmt: skip
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif result.ok:
        typer.echo(speak(nmsg(
            "%(engine)s answers %(count)s query as the embedded engine does",
            "%(engine)s answers %(count)s queries as the embedded engine does",
            count, engine=result.address, count=count,
        )))  # fmt: skip
    else:
        for line in text_table(result.describe(code)):
            typer.echo(line)
        typer.echo(speak(msg(
            "%(engine)s: %(differ)s of %(count)s answers are not those of the embedded engine",
            engine=result.address, differ=len(result.differences), count=count,
        )))  # fmt: skip
    raise typer.Exit(exit_codes.DONE if result.ok else exit_codes.FAULTS)
