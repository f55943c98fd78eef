"""A PostgreSQL of the tests' own, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from postgres_server import programs, server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a server whose own zone is not UTC."""
    if programs() is None:
        pytest.skip("no PostgreSQL server is installed here: apt-get install postgresql")
    with server() as address:
        yield address
