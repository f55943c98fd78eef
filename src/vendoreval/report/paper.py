"""Run as a program of its own: lay a report out on pages and write it as PDF.

Laying out takes much memory, and what a vendor wrote decides how much. So this file is
started apart, with a limit on its memory and its time, and gives all of it back. It
imports nothing of the package, which keeps it small; the same functions serve whoever
looks at the pages from inside.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows knows no such limits
    resource = None  # type: ignore[assignment]  # asked for before use

FACES = {
    "VEText-Regular": ("VE Text", 400),
    "VEText-Medium": ("VE Text", 500),
    "VEText-SemiBold": ("VE Text", 600),
    "VEText-Bold": ("VE Text", 700),
    "VEDisplay-SemiBold": ("VE Display", 600),
}
FONT_SCHEME = "vefont:"
LOGO_URL = "velogo:png"
FONTS = Path(__file__).with_name("fonts")
VARIANT = "pdf/a-3a"


@dataclass(frozen=True)
class Pages:
    """The parts of a report as HTML.

    Parameters
    ----------
    head, tail
        What stands before and after the sections.
    tries
        Page one by itself, from roomy to tight; the first that takes one page is chosen.
    ones
        The same for the whole report, with links to the pages behind.
    rest
        All sections behind page one.
    logo
        The client's logo as a PNG in base 64; empty without one.
    """

    head: str
    tail: str
    tries: Sequence[str]
    ones: Sequence[str]
    rest: str
    logo: str = ""


def deny_all_fetcher(logo: str = "") -> Any:
    """Return a fetcher that knows the library's own faces and the logo, and refuses all else.

    A refusal ends the drawing: nothing that a vendor wrote may make the report read a
    file or the network, not even without success.
    """
    from weasyprint.urls import (  # noqa: PLC0415 - heavy, and absent on machines without PDF
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    class DenyAll(URLFetcher):  # type: ignore[misc]  # the base class comes without types
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if logo and url == LOGO_URL:
                png = base64.b64decode(logo)
                return URLFetcherResponse(url, png, {"Content-Type": "image/png"})
            name = url.removeprefix(FONT_SCHEME)
            if not url.startswith(FONT_SCHEME) or name not in FACES:
                raise FatalURLFetchingError(f"the report asked for {url!r}, which is not its own")
            content = (FONTS / f"{name}.ttf").read_bytes()
            return URLFetcherResponse(url, content, {"Content-Type": "font/ttf"})

    return DenyAll(allow_redirects=False, fail_on_errors=True)


def laid_out(html: str, logo: str = "") -> Any:
    """Return a page of HTML as a WeasyPrint document."""
    import weasyprint  # noqa: PLC0415 - see `deny_all_fetcher`

    page = weasyprint.HTML(string=html, base_url=None, url_fetcher=deny_all_fetcher(logo))
    return page.render(pdf_variant=VARIANT)


def fitted(pages: Pages) -> Any:
    """Return the whole report, with as much on page one as one page holds."""
    last = len(pages.tries) - 1
    chosen = next(
        (
            place
            for place, one in enumerate(pages.tries[:last])
            if len(laid_out(pages.head + one + pages.tail, pages.logo).pages) == 1
        ),
        last,
    )
    whole = pages.head + pages.ones[chosen] + pages.rest + pages.tail
    return laid_out(whole, pages.logo)


def pdf_bytes(
    document: Any, attached: Mapping[str, bytes], dated: datetime, identifier: bytes
) -> bytes:
    """Return the PDF with its attachments; every date is the one given."""
    import weasyprint  # noqa: PLC0415 - see `deny_all_fetcher`

    document.metadata.attachments = [
        weasyprint.Attachment(
            string=content, name=name, description=name, created=dated, modified=dated,
            relationship="Data", url_fetcher=deny_all_fetcher(),
        )
        for name, content in attached.items()
    ]  # fmt: skip
    result: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier)
    return result


def draw(folder: Path) -> dict[str, str]:
    """Draw what lies in a folder as `report.pdf` there; return what went wrong, if anything.

    The folder holds `request.json` (pages, date, identifier, names of the attachments) and
    the attachments by their number.
    """
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    try:
        document = fitted(Pages(**request["pages"]))
    except (ImportError, OSError) as error:
        return {"error": "library", "reason": (str(error).splitlines() or [""])[0]}
    attached = {
        name: (folder / str(number)).read_bytes() for number, name in enumerate(request["attached"])
    }
    dated = datetime.fromisoformat(request["dated"]).replace(tzinfo=UTC)
    content = pdf_bytes(document, attached, dated, bytes.fromhex(request["identifier"]))
    (folder / "report.pdf").write_bytes(content)
    return {}


def main(folder: str, memory: int, seconds: int) -> None:
    """Draw within limits and say on one line of JSON how it ended."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = draw(Path(folder))
    except MemoryError:
        answer = {"error": "limit"}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
