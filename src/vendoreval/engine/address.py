"""Addresses of engines: `duckdb`, `postgresql://...`, `clickhouse://...`, `chdb`, `spark:...`, `sc://...`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from vendoreval.engine.base import Connection
from vendoreval.engine.embedded import Embedded
from vendoreval.engine.mapping import MappedTable
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.text import Message, msg

FORMS: Final = (
    "duckdb", "postgresql://USER@HOST/DATABASE", "clickhouse://USER@HOST:8123/DATABASE", "chdb",
    "spark:local[2]", "spark://MASTER:7077", "sc://HOST:15002",
)  # fmt: skip
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def connect(url: str = "duckdb", tables: Mapping[str, MappedTable] | None = None) -> Connection:
    """Open an engine that answers every question of the audit.

    Parameters
    ----------
    url
        ``duckdb`` (also ``duckdb:?memory_limit=4GB&threads=2&spill=/tmp``),
        ``postgresql://user@host/database?schema=vendoreval``,
        ``clickhouse://user@host:8123/database`` or ``chdb``, ``spark:local[2]``,
        ``spark://master:7077`` or ``sc://host:15002``. ``${NAME}`` stands for a variable of
        the environment, so that no password is written down.
    tables
        Canonical table -> where the engine holds its rows already.

    Returns
    -------
    Connection
        Give it to `Ledger.on`; close it when done.

    Raises
    ------
    AgreementError
        If the address is none, or its driver is not installed.
    LedgerError
        If the engine does not answer, or is too old.

    Examples
    --------
    >>> connect("duckdb:?memory_limit=1GB").address
    'duckdb'
    """
    text = _with_variables(url)
    scheme = _scheme(text)
    mapped = dict(tables or {})
    if scheme == "duckdb" and not mapped:
        return _duckdb(text)
    _stop_at_faults(url, mapped, scheme)
    if scheme in {"postgresql", "postgres"}:
        return _postgres(text, mapped)
    if scheme in {"clickhouse", "clickhouses", "chdb"}:
        return _clickhouse(text, scheme, mapped)
    if scheme in {"spark", "sc"}:
        return _spark(text, mapped)
    found = (
        msg("tables are mapped")
        if scheme == "duckdb"
        else msg("%(value)s is written", value=shown(url))
    )
    raise _wrong(found)


def in_schema(url: str, schema: str) -> str:
    """Return an address whose loaded rows are kept in a schema of their own.

    Examples
    --------
    >>> in_schema("postgresql://host/dwh?sslmode=require&schema=x", "trial")
    'postgresql://host/dwh?sslmode=require&schema=trial'
    """
    if _scheme(url) in {"duckdb", "spark", "sc"}:
        return url
    place, _, query = url.partition("?")
    options = [(name, value) for name, value in parse_qsl(query) if name != "schema"]
    return f"{place}?{urlencode([*options, ('schema', schema)])}"


def shown(url: str) -> str:
    """Return an address without its password.

    Examples
    --------
    >>> shown("postgresql://anna:secret@host/dwh?password=secret")
    'postgresql://anna@host/dwh'
    """
    parts = urlsplit(url)
    if not parts.netloc:
        return url.partition("?")[0]
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}{at}{host}", parts.path, "", ""))


def _scheme(url: str) -> str:
    return re.split("[:?]", url, maxsplit=1)[0].lower()


def _wrong(found: Message) -> AgreementError:
    return AgreementError(
        plain_problem(
            "engine", found, msg("one of: %(allowed)s", allowed=", ".join(FORMS)),
            msg("mend the line engine of vendoreval.yaml, or --engine"),
        )
    )  # fmt: skip


def _with_variables(url: str) -> str:
    lacking = [name for name in _VARIABLE.findall(url) if name not in os.environ]
    if lacking:
        raise AgreementError(
            plain_problem(
                "engine",
                msg("the variable %(name)s is not set", name=lacking[0]),
                msg("every variable that the address names"),
                msg("set it before the command"),
            )
        )
    return _VARIABLE.sub(lambda found: os.environ[found[1]], url)


def _stop_at_faults(url: str, tables: Mapping[str, MappedTable], scheme: str) -> None:
    dialects = {"postgresql": "postgres", "clickhouses": "clickhouse", "chdb": "clickhouse",
                "spark": "pyspark", "sc": "pyspark"}  # fmt: skip
    dialect = dialects.get(scheme, scheme)
    problems = [
        plain_problem(
            f"engine @ $.tables.{name}.{fault}",
            msg("what is written there does not fit"),
            msg("a column of ours that is required, or one expression in the SQL of the engine"),
            msg("see docs/engines.md for the columns of each table"),
        )
        for name, table in tables.items()
        for fault in table.faults(name, dialect)
    ]
    if problems:
        raise AgreementError(problems)


def _duckdb(text: str) -> Embedded:
    options = dict(parse_qsl(text.partition("?")[2]))
    wrong = sorted(set(options) - {"memory_limit", "threads", "spill"})
    place = text.partition("?")[0].removeprefix("duckdb").strip(":/")
    if wrong or place:
        raise _wrong(msg("%(value)s is written", value=", ".join(wrong) or place))
    threads = options.get("threads")
    if threads is not None and not (threads.isascii() and threads.isdigit() and int(threads)):
        raise _wrong(msg("%(value)s is written", value=f"threads={threads}"))
    limit = options.get("memory_limit")
    if limit is not None and re.fullmatch(r"[1-9][0-9]*(\.[0-9]+)?\s?[KMGT]i?B", limit) is None:
        raise _wrong(msg("%(value)s is written", value=f"memory_limit={limit}"))
    spill = options.get("spill")
    return Embedded(limit, int(threads) if threads else None, Path(spill) if spill else None)


def _postgres(text: str, tables: Mapping[str, MappedTable]) -> Connection:
    from vendoreval.engine.postgres import Postgres  # noqa: PLC0415  only who names it loads it

    parts = urlsplit(text)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    schema = options.pop("schema", "vendoreval")
    conninfo = urlunsplit(parts._replace(scheme="postgresql", query=urlencode(options)))
    return Postgres(conninfo, shown(text), schema, tables)


def _clickhouse(text: str, scheme: str, tables: Mapping[str, MappedTable]) -> Connection:
    from vendoreval.engine.clickhouse import ClickHouse  # noqa: PLC0415 - a driver that only its extra installs
    from vendoreval.engine.clickhouse_ways import Inside, Server  # noqa: PLC0415 - a driver that only its extra installs

    if scheme == "chdb":
        place = text.partition("?")[0].removeprefix("chdb").lstrip(":")
        options = dict(parse_qsl(text.partition("?")[2]))
        return ClickHouse(
            Inside(place.removeprefix("//")), "chdb", options.get("schema", "vendoreval"), tables
        )
    parts = urlsplit(text)
    options = dict(parse_qsl(parts.query))
    server = Server(
        host=parts.hostname or "localhost",
        port=parts.port,
        user=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        database=parts.path.strip("/") or "default",
        secure=scheme == "clickhouses" or options.get("secure") in {"1", "true"},
        address=shown(text),
    )
    return ClickHouse(server, shown(text), options.get("schema", "vendoreval"), tables)


def _spark(text: str, tables: Mapping[str, MappedTable]) -> Connection:
    from vendoreval.engine.spark import Spark  # noqa: PLC0415 - a driver that only its extra installs

    place, _, query = text.partition("?")
    options = dict(parse_qsl(query))
    return Spark(place, options.pop("ledger", None), options, tables)
