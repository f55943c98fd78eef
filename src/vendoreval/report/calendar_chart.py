"""The delivery calendar as a picture: days against reports, in SVG or PNG."""

from __future__ import annotations

from pathlib import Path

from vendoreval.errors import AgreementError, os_problem, plain_problem
from vendoreval.ledger.calendar import Calendar
from vendoreval.report.calendar_shapes import Picture, picture
from vendoreval.report.environment import environment
from vendoreval.report.render import ReportError
from vendoreval.text import msg

_DPI = 200


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
    drawn = picture(calendar, language)
    return environment(language).get_template("calendar.svg.j2").render(p=drawn)


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
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in {".svg", ".png"}:
        raise AgreementError(
            plain_problem(
                str(path),
                msg("the picture's name ends in %(ending)s", ending=ending or "-"),
                msg("a name that ends in .svg or .png"),
                msg("choose one of them"),
            )
        )
    try:
        if ending == ".svg":
            path.write_text(calendar_svg(calendar, language), encoding="utf-8")
        else:
            _write_png(picture(calendar, language), path)
    except OSError as error:
        raise ReportError(os_problem(str(path), error)) from None
    return path


def _write_png(drawn: Picture, path: Path) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415  heavy: only when a PNG is asked for
    from matplotlib.patches import Circle, Polygon  # noqa: PLC0415

    figure = Figure(figsize=(drawn.width / 72, drawn.height / 72), dpi=_DPI, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, drawn.width), ylim=(drawn.height, 0))
    axes.set_axis_off()
    for group in drawn.groups:
        for shape in group.shapes:
            style = {
                "facecolor": shape.fill or "none",
                "edgecolor": shape.stroke or "none",
                "linewidth": 1.3 if shape.stroke else 0,
            }
            if shape.radius:
                axes.add_patch(Circle(shape.points[0], shape.radius, **style))
            else:
                axes.add_patch(Polygon(shape.points, closed=True, **style))
    alignments = {"start": "left", "middle": "center", "end": "right"}
    for word in drawn.words:
        axes.text(
            word.x, word.y, word.text, ha=alignments[word.anchor], va="baseline",
            color=word.colour, fontsize=word.size, weight="bold" if word.bold else "normal",
            parse_math=False,
        )  # fmt: skip
    figure.savefig(path, format="png", metadata={"Title": drawn.title, "Description": drawn.alt})
