"""A matplotlib figure in the report's faces and colours, and the figure as an SVG for a page.

One unit of a chart is one point of the page, so its text has the sizes of the page. Text
stays text: it can be searched, copied and read aloud. The same data give the same bytes.
"""

from __future__ import annotations

import io
import re
from functools import cache
from html import escape
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final

from vendoreval.report.masking import clean_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#16202B"
MUTED: Final = "#57626E"
HAIRLINE: Final = "#D3D9DF"
TINT: Final = "#F3F5F7"
CHANCE: Final = "#66727E"
BETTER: Final = "#0B5CAD"
WORSE: Final = "#D9570B"
COLOURS: Final = {"better": BETTER, "worse": WORSE, "chance": CHANCE}
# shape repeats colour: triangle better, square worse, circle chance
MARKERS: Final = {"better": "^", "worse": "s", "chance": "o"}
PAGE_WIDTH: Final = 510.0
SMALL: Final = 6.5
TEXT: Final = 7.0
_POINTS_PER_INCH: Final = 72
_FAMILY: Final = "VE Text"
_STYLE: Final[Any] = {
    "font.family": [_FAMILY],
    "font.size": TEXT,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "axes.edgecolor": HAIRLINE,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": TEXT,
    "axes.titlelocation": "left",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "text.color": INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "vendoreval",
}


@cache
def _faces() -> None:
    """Make the faces that travel with the library known to matplotlib, once."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415  heavy, at the edge

    for face in ("VEText-Regular", "VEText-Medium", "VEText-SemiBold"):
        with as_file(files("vendoreval.report").joinpath("fonts", f"{face}.ttf")) as path:
            fontManager.addfont(path)


def style() -> Any:
    """Return a context in which figures have the report's look."""
    from matplotlib import rc_context  # noqa: PLC0415  heavy, at the edge

    _faces()
    return rc_context(_STYLE)


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in points that a notebook shows by itself.

    Examples
    --------
    >>> figure = new_figure(144, 72)
    >>> [float(side) for side in figure.get_size_inches()]
    [2.0, 1.0]
    """
    from matplotlib.figure import Figure  # noqa: PLC0415  heavy, at the edge

    class Chart(Figure):
        """A figure that no window manager has to know for a notebook to show it."""

        def _repr_svg_(self) -> str:
            # a notebook may be dark, and does not have the faces of the report
            title = self.axes[0].get_title(loc="left") if self.axes else ""
            drawn = to_svg(self, title, "notebook")
            drawn = drawn.replace(f"'{_FAMILY}'", f"'{_FAMILY}', sans-serif")
            return drawn.replace("<svg ", '<svg style="background: white" ', 1)

    return Chart(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH), facecolor="none")


def axes_at(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Return axes placed in points, measured from the upper left corner of the figure."""
    across, down = (side * _POINTS_PER_INCH for side in figure.get_size_inches())
    rectangle = (left / across, 1 - (top + height) / down, width / across, height / down)
    axes = figure.add_axes(rectangle)
    axes.patch.set_visible(False)
    return axes


def to_svg(figure: Figure, alt: str, name: str) -> str:
    """Return a figure as an `<svg>` element for a page.

    Parameters
    ----------
    figure
        From `new_figure`.
    alt
        What it shows, in words; becomes its title, which readers aloud and PDF take.
    name
        Goes before every id inside, so that two charts of a page do not share one.
    """
    stream = io.StringIO()
    with style():
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # a style inside would hold for the whole page
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    # a hundredth of a point is finer than any printer
    text = re.sub(r"(\d\.\d\d)\d+", r"\1", text)
    text = re.sub(r' style="([^"]*)"', lambda found: _attributes(found[1]), text)
    text = re.sub(r'\b(id|clip-path)="(url\(#)?', rf"\g<0>{name}-", text)
    text = re.sub(r'(xlink:href="#)', rf"\g<1>{name}-", text)
    # readers aloud and PDF take the title as the alternative text of the figure
    titled = f'role="img"><title>{escape(clean_text(alt))}</title>'
    head, _, rest = text.partition(">")
    return f"{head} {titled}{rest}"


def _attributes(declarations: str) -> str:
    """Write a style as attributes: the style sheets of a page do not reach inside a figure."""
    pairs = (entry.partition(":") for entry in declarations.split(";") if entry.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, _, value in pairs)


def bare(axes: Axes, *, keep: tuple[str, ...] = ("bottom",)) -> None:
    """Leave of the frame only what is named."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)
    if "left" not in keep:
        axes.tick_params(axis="y", length=0)
    if "bottom" not in keep:
        axes.tick_params(axis="x", length=0)
