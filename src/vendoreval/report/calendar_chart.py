"""The delivery calendar as a picture: days against reports, in SVG or PNG."""

from __future__ import annotations

from pathlib import Path

from vendoreval.ledger.calendar import Calendar
from vendoreval.report.calendar_shapes import picture
from vendoreval.report.pictures import svg_of, write_picture


def calendar_svg(calendar: Calendar, language: str = "en") -> str:
    """Return the heat map of a delivery calendar as an SVG with its alternative text.

    Parameters
    ----------
    calendar
        What `delivery_calendar` returned.
    language
        `en` or `ru`.

    Examples
    --------
    >>> calendar_svg(calendar, "ru")  # doctest: +SKIP
    """
    return svg_of(picture(calendar, language))


def write_calendar(calendar: Calendar, path: str | Path, language: str = "en") -> Path:
    """Write the heat map to a file ending in ``.svg`` or ``.png``.

    Raises
    ------
    AgreementError
        If the name ends otherwise.
    ReportError
        If the file cannot be written.

    Examples
    --------
    >>> write_calendar(calendar, "alpha.svg")  # doctest: +SKIP
    """
    return write_picture(picture(calendar, language), path)
