"""The look of a cell of the vendor's workbook, as the writer of the returned one asks for it.

What one library reads another writes: fonts, fills, borders, alignment and number formats.
Gradients, patterns, conditional formats and table styles are left behind.
"""

from __future__ import annotations

import colorsys
import re
from typing import Any, Final
from xml.etree import ElementTree

from openpyxl.styles.colors import COLOR_INDEX

Look = dict[str, Any]

_BORDERS: Final = {
    "thin": 1, "medium": 2, "dashed": 3, "dotted": 4, "thick": 5, "double": 6, "hair": 7,
    "mediumDashed": 8, "dashDot": 9, "mediumDashDot": 10, "dashDotDot": 11,
    "mediumDashDotDot": 12, "slantDashDot": 13,
}  # fmt: skip
_UNDERLINES: Final = {"single": 1, "double": 2, "singleAccounting": 33, "doubleAccounting": 34}
_HORIZONTAL: Final = {
    "left": "left", "center": "center", "right": "right", "fill": "fill", "justify": "justify",
    "centerContinuous": "center_across", "distributed": "distributed",
}  # fmt: skip
_VERTICAL: Final = {
    "top": "top", "center": "vcenter", "bottom": "bottom", "justify": "vjustify",
    "distributed": "vdistributed",
}  # fmt: skip
# the theme lists light before dark in pairs, the file dark before light
_THEME_ORDER: Final = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4",
                       "accent5", "accent6", "hlink", "folHlink")  # fmt: skip
_RGB = re.compile(r"[0-9A-Fa-f]{6}")
_LONGEST_FORMAT = 250


def theme_colours(theme: bytes | None) -> tuple[str | None, ...]:
    """Return the colours of a workbook's theme in the order its cells number them."""
    if not theme:
        return ()
    try:
        # entities were refused when the file was opened; nothing here expands
        scheme = ElementTree.fromstring(theme).find(".//{*}clrScheme")  # noqa: S314 - entities were refused before
    except ElementTree.ParseError:
        return ()
    found: dict[str, str] = {}
    for entry in scheme if scheme is not None else ():
        name = entry.tag.rpartition("}")[2]
        for colour in entry:
            text = colour.get("lastClr") or colour.get("val") or ""
            if _RGB.fullmatch(text):
                found[name] = text.upper()
    return tuple(found.get(name) for name in _THEME_ORDER)


def look_of(cell: Any, theme: tuple[str | None, ...]) -> Look:
    """Return the look of one cell."""
    look: Look = {"num_format": _number_format(cell.number_format)}
    look.update(_font(cell.font, theme))
    fill = cell.fill
    if fill is not None and fill.fill_type == "solid":
        colour = _colour(fill.fgColor, theme)
        if colour:
            look["bg_color"] = colour
    look.update(_border(cell.border, theme))
    look.update(_alignment(cell.alignment))
    return look


def _number_format(text: str | None) -> str:
    return (text or "General")[:_LONGEST_FORMAT]


def _font(font: Any, theme: tuple[str | None, ...]) -> Look:
    if font is None:
        return {}
    look: Look = {}
    if font.name:
        look["font_name"] = font.name[:31]
    if font.sz and 1 <= font.sz <= 409:
        look["font_size"] = float(font.sz)
    for name, value in (("bold", font.b), ("italic", font.i), ("font_strikeout", font.strike)):
        if value:
            look[name] = True
    if font.u in _UNDERLINES:
        look["underline"] = _UNDERLINES[font.u]
    colour = _colour(font.color, theme)
    if colour:
        look["font_color"] = colour
    return look


def _border(border: Any, theme: tuple[str | None, ...]) -> Look:
    look: Look = {}
    for side in ("left", "right", "top", "bottom") if border is not None else ():
        line = getattr(border, side)
        if line is not None and line.style in _BORDERS:
            look[side] = _BORDERS[line.style]
            colour = _colour(line.color, theme)
            if colour:
                look[f"{side}_color"] = colour
    return look


def _alignment(alignment: Any) -> Look:
    if alignment is None:
        return {}
    look: Look = {}
    if alignment.horizontal in _HORIZONTAL:
        look["align"] = _HORIZONTAL[alignment.horizontal]
    if alignment.vertical in _VERTICAL:
        look["valign"] = _VERTICAL[alignment.vertical]
    if alignment.wrap_text:
        look["text_wrap"] = True
    indent = int(alignment.indent or 0)
    if 0 < indent <= 15:
        look["indent"] = indent
    return look


def _colour(colour: Any, theme: tuple[str | None, ...]) -> str | None:
    """Return a colour as #RRGGBB; none where the reader's own is meant."""
    if colour is None:
        return None
    base: str | None = None
    if colour.type == "rgb" and isinstance(colour.rgb, str) and _RGB.fullmatch(colour.rgb[-6:]):
        base = colour.rgb[-6:]
    elif colour.type == "indexed" and 0 <= colour.indexed < len(COLOR_INDEX):
        base = COLOR_INDEX[colour.indexed][-6:]
    elif colour.type == "theme" and 0 <= colour.theme < len(theme):
        base = theme[colour.theme]
    return f"#{_tinted(base, float(colour.tint or 0))}" if base else None


def _tinted(rgb: str, tint: float) -> str:
    """Return a colour lighter (tint above 0) or darker, as the format defines it."""
    if not tint:
        return rgb.upper()
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    tint = max(-1.0, min(1.0, tint))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    parts = colorsys.hls_to_rgb(hue, light, saturation)
    return "".join(f"{round(part * 255):02X}" for part in parts)
