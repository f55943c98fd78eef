"""An engine that is reached only when a question is asked: to post files needs none."""

from __future__ import annotations

from collections.abc import Callable

from vendoreval.engine.address import shown
from vendoreval.engine.base import Connection, Engine, Files


class Deferred:
    """A connection that is opened by the first question.

    Parameters
    ----------
    url
        Its address.
    opens
        Opens it.
    """

    def __init__(self, url: str, opens: Callable[[], Connection]) -> None:
        self.address = shown(url)
        self._opens = opens
        self._opened: Connection | None = None

    @property
    def opened(self) -> Connection:
        """The connection itself."""
        if self._opened is None:
            self._opened = self._opens()
        return self._opened

    @property
    def dialect(self) -> str:
        """Its dialect of SQL."""
        return self.opened.dialect

    def over(self, files: Files) -> Engine:
        """Return an engine over some files; use it as a context manager."""
        return self.opened.over(files)

    def remove_all(self) -> None:
        """Remove every row that was loaded there; tables of others stay."""
        self.opened.remove_all()

    def close(self) -> None:
        """End the session, if one was begun."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
