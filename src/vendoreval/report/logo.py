"""A client's logo as it may stand in a report: a PNG or an SVG stripped of all but its drawing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from vendoreval.text import Count, Message, msg

MOST_BYTES = 512 << 10
MOST_PIXELS = 2000
MOST_ELEMENTS = 2000
_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = {
    "svg", "g", "defs", "title", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "linearGradient", "radialGradient", "stop", "clipPath",
}  # fmt: skip
_ATTRIBUTES = {
    "viewBox", "width", "height", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx",
    "ry", "fx", "fy", "points", "transform", "fill", "fill-rule", "fill-opacity", "stroke",
    "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-dasharray",
    "opacity", "offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform",
    "clip-path", "clip-rule", "id", "preserveAspectRatio",
}  # fmt: skip


@dataclass(frozen=True)
class Logo:
    """A clean logo: `svg` as text to stand in the page, or `png` as bytes."""

    svg: str = ""
    png: bytes = b""

    def __bool__(self) -> bool:
        return bool(self.svg or self.png)


class LogoError(ValueError):
    """The file is no logo; `found` says why."""

    def __init__(self, found: Message) -> None:
        self.found = found
        super().__init__(found.template)


def clean_logo(content: bytes) -> Logo:
    """Return the logo without scripts, links, metadata or anything that is read from elsewhere.

    Raises
    ------
    LogoError
        If it is too large, damaged, or neither a PNG nor an SVG.
    """
    if len(content) > MOST_BYTES:
        raise LogoError(msg("it has %(n)s KB", n=Count(len(content) >> 10)))
    if content.startswith(_PNG):
        return Logo(png=_clean_png(content))
    if b"<svg" in content[:4096]:
        return Logo(svg=_clean_svg(content))
    raise LogoError(msg("it is neither a PNG nor an SVG"))


def _clean_png(content: bytes) -> bytes:
    kept = [_PNG]
    for kind, data, whole in _chunks(content):
        if kind == b"IHDR":
            wide, high = struct.unpack(">II", data[:8])
            if not (0 < wide <= MOST_PIXELS and 0 < high <= MOST_PIXELS):
                raise LogoError(
                    msg("it is %(wide)s by %(high)s pixels", wide=Count(wide), high=Count(high))
                )
        if kind in _KEPT_CHUNKS:
            kept.append(whole)
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield kind, data and bytes of every chunk; what follows the last one is dropped."""
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        if at + 12 > len(content):
            raise LogoError(msg("the PNG is cut short"))
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        whole = content[at : at + 12 + length]
        if whole[-4:] != struct.pack(">I", zlib.crc32(kind + data)):
            raise LogoError(msg("the PNG is damaged"))
        if (kind == b"IHDR") is not (at == len(_PNG)):
            raise LogoError(msg("the PNG is damaged"))
        yield kind, data, whole
        at += len(whole)


def _clean_svg(content: bytes) -> str:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise LogoError(msg("the SVG declares entities or a document type"))
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - no entities, and small
    except ElementTree.ParseError:
        raise LogoError(msg("the SVG is no XML")) from None
    if root.tag != f"{_SVG}svg":
        raise LogoError(msg("the SVG is no XML"))
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise LogoError(msg("the SVG has more than %(n)s elements", n=Count(MOST_ELEMENTS)))
    _strip(root)
    if "viewBox" not in root.attrib:
        raise LogoError(msg("the SVG has no viewBox"))
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    ElementTree.register_namespace("", _SVG.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def _strip(element: ElementTree.Element) -> None:
    """Drop all elements and attributes that do not draw, and every address but one inside."""
    for name, value in list(element.attrib.items()):
        asks = "url(" in value.lower() and not value.strip().startswith("url(#")
        if name not in _ATTRIBUTES or asks or ":" in value:
            del element.attrib[name]
        elif name == "id":
            element.attrib[name] = f"logo-{value}"
        elif value.strip().startswith("url(#"):
            element.attrib[name] = value.replace("url(#", "url(#logo-")
    for child in list(element):
        name = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
        if name in _ELEMENTS:
            _strip(child)
        else:
            element.remove(child)
