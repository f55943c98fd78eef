"""Write the page of a workspace or a ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vendoreval.daily import LIMIT_SECONDS
from vendoreval.dashboards.content import content
from vendoreval.dashboards.gather import gather
from vendoreval.dashboards.page import page
from vendoreval.ledger import Ledger
from vendoreval.replacing import write_whole
from vendoreval.report.masking import clean_text
from vendoreval.settings import FILE_NAME, Settings, load_settings
from vendoreval.text import language as spoken
from vendoreval.text import msg
from vendoreval.workspace import Workspace


def dashboard(
    source: Ledger | Workspace | str | Path,
    path: str | Path,
    *,
    language: str | None = None,
    names: bool = False,
    limit_seconds: int = LIMIT_SECONDS,
    on_vendor: Callable[[str], None] | None = None,
) -> Path:
    """Write one HTML file with every vendor, agent and day of a ledger.

    The file needs nothing else: no network, no server, no program but a browser. Periods are
    chosen, compared and opened in it.

    Parameters
    ----------
    source
        A workspace, a ledger (`Ledger.as_of` for what was known earlier), or the folder of
        either.
    path
        The file to write; a former one is replaced.
    language
        ``en`` or ``ru``; the client's own when not given.
    names
        Show codes of agents that hold what names a person; masked otherwise.
    limit_seconds
        The agreed limit of an interval between dials, above 0.
    on_vendor
        Called before each vendor is read.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LedgerError
        If a delivery is damaged or the disk refuses.
    ValueError
        If there is no such language, or the limit is not above 0.

    Examples
    --------
    >>> dashboard("acme", "dashboard.html", language="ru")  # doctest: +SKIP
    PosixPath('dashboard.html')
    """
    if limit_seconds <= 0:
        raise ValueError("the limit of an interval lies above 0 seconds")
    ledger, settings = _opened(source)
    tongue = spoken(language or settings.language)
    vendors = []
    for vendor in ledger.vendors:
        if on_vendor is not None:
            on_vendor(vendor)
        vendors.append(gather(ledger, vendor, limit_seconds))
    today = datetime.now(UTC).astimezone(ZoneInfo(settings.timezone)).date()
    data, rows = content(vendors, settings, tongue, today, names=names)
    title = tongue.say(msg("Vendors of %(client)s", client=clean_text(settings.client)))
    data["title"] = title
    return write_whole(Path(path), page(data, rows, title).encode())


def _opened(source: Ledger | Workspace | str | Path) -> tuple[Ledger, Settings]:
    if isinstance(source, str | Path):
        folder = Path(source)
        if (folder / FILE_NAME).exists():
            source = Workspace.open(folder)
        else:
            source = Ledger.open(folder, create=False)
    if isinstance(source, Workspace):
        return source.ledger, source.settings
    beside = source.path.parent / FILE_NAME
    if beside.exists():
        return source, load_settings(beside)
    return source, Settings(client="-", currency="RUB")
