"""A small picture as shapes and words: drawn as SVG, as PNG, or as a matplotlib figure.

One unit is one point. Whoever lays a picture out knows what it means; what is here only draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from vendoreval.errors import AgreementError, os_problem, plain_problem
from vendoreval.report.environment import environment
from vendoreval.report.report_error import ReportError
from vendoreval.text import msg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, GREY, PALE, BLUE, ORANGE = "#16202B", "#57626E", "#C9D0D6", "#0B5CAD", "#D9570B"
Point = tuple[float, float]
_DPI = 200


Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Shape:
    """A circle around its one point, or a closed polygon."""

    points: tuple[Point, ...]
    fill: str | None
    stroke: str | None = None
    radius: float = 0.0


@dataclass(frozen=True)
class Group:
    """Shapes that stand for one thing, and what they say when pointed at."""

    shapes: tuple[Shape, ...]
    hint: str = ""


@dataclass(frozen=True)
class Words:
    """A piece of text."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    colour: str = INK
    size: float = 9.0
    bold: bool = False


@dataclass(frozen=True)
class Picture:
    """Everything to draw, and the same in words for who cannot see it."""

    width: float
    height: float
    title: str
    alt: str
    language: str
    groups: tuple[Group, ...]
    words: tuple[Words, ...]


def svg_of(drawn: Picture) -> str:
    """Return a picture as SVG with its alternative text."""
    return environment(drawn.language).get_template("calendar.svg.j2").render(p=drawn)


def page_svg(drawn: Picture) -> Markup:
    """Return a picture for a page of the report: without ids, few shapes.

    Shapes that follow each other in one colour become one path.
    """
    paths: list[tuple[str, list[str]]] = []
    for group in drawn.groups:
        for shape in group.shapes:
            colour = shape.fill or "none"
            if not paths or paths[-1][0] != colour:
                paths.append((colour, []))
            paths[-1][1].append(_path(shape))
    template = environment(drawn.language).get_template("picture.svg.j2")
    joined = [(colour, "".join(parts)) for colour, parts in paths]
    # the template escapes every word
    return Markup(template.render(p=drawn, paths=joined).strip())  # noqa: S704 - drawn by us, its texts escaped before


def _path(shape: Shape) -> str:
    if shape.radius:
        (x, y), r = shape.points[0], shape.radius
        return f"M{x - r:.2f} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z"
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in shape.points) + "Z"


def write_picture(drawn: Picture, path: str | Path) -> Path:
    """Write a picture to a file ending in ``.svg`` or ``.png``.

    Raises
    ------
    AgreementError
        If the name ends otherwise.
    ReportError
        If the file cannot be written.
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
            path.write_text(svg_of(drawn), encoding="utf-8")
        else:
            described = {"Title": drawn.title, "Description": drawn.alt}
            figure_of(drawn).savefig(path, format="png", metadata=described)
    except OSError as error:
        raise ReportError(os_problem(str(path), error)) from None
    return path


def figure_of(drawn: Picture) -> Figure:
    """Return a picture as a matplotlib figure."""
    from matplotlib.figure import Figure  # noqa: PLC0415  heavy: only when a PNG is asked for
    from matplotlib.patches import Circle, Polygon  # noqa: PLC0415 - heavy, and only here

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
    return figure
