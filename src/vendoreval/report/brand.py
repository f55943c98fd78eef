"""How a client's report looks: logo, accent colour, own words, own templates."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from vendoreval.errors import AgreementError, Problem, os_problem
from vendoreval.report.logo import MOST_BYTES, MOST_PIXELS, Logo, LogoError, clean_logo
from vendoreval.settings import FILE_NAME, Look
from vendoreval.text import Count, Message, Number, language, msg
from vendoreval.text.message import PLACEHOLDER

ACCENT = "#0B5CAD"
# the colour of warnings; an accent that looks like it would warn of nothing
_WARNING = "#D9570B"
_FEWEST_CONTRAST, _FEWEST_DISTANCE = 4.5, 0.12


@dataclass(frozen=True, eq=False)
class Brand:
    """What a report shows of the client; compared by identity, so that it can name a cache.

    Parameters
    ----------
    accent
        Colour of the recommendation's rule, numbers of decisions and links.
    words
        Language -> English wording of the report -> the client's own wording.
    templates
        Folder whose files stand in for the report's own of the same name.
    """

    logo: Logo = field(default_factory=Logo)
    accent: str = ACCENT
    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    templates: Path | None = None

    @property
    def png_url(self) -> str:
        """The PNG as an address that holds it whole; empty without one."""
        if not self.logo.png:
            return ""
        return f"data:image/png;base64,{base64.b64encode(self.logo.png).decode()}"


PLAIN = Brand()


def contrast(colour: str, other: str = "#FFFFFF") -> float:
    """Return the contrast of two colours after WCAG 2.

    Examples
    --------
    >>> round(contrast("#000000"), 1), round(contrast("#777777"), 2)
    (21.0, 4.48)
    """
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklab(colour: str) -> tuple[float, float]:
    """Return the two coordinates of hue in the Oklab space (Ottosson 2020)."""
    r, g, b = _linear(colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def hue_distance(colour: str, other: str) -> float:
    """Return how far apart two colours are whatever their lightness.

    Examples
    --------
    >>> hue_distance("#D9570B", "#D9570B")
    0.0
    """
    (a, b), (c, d) = _oklab(colour), _oklab(other)
    return float(((a - c) ** 2 + (b - d) ** 2) ** 0.5)


def load_brand(look: Look, folder: Path) -> Brand:
    """Return the brand that `vendoreval.yaml` asks for.

    Parameters
    ----------
    look
        The part `report` of the settings.
    folder
        The workspace; logo and templates lie inside it.

    Raises
    ------
    AgreementError
        With everything that is wrong with it at once.
    """
    problems: list[Problem] = []
    where = str(folder / FILE_NAME)
    logo = _logo(look, folder, where, problems)
    accent = look.accent.upper() if look.accent else ACCENT
    problems += _accent_problems(accent, where)
    problems += _word_problems(look, where)
    templates = None
    if look.templates is not None:
        templates = _inside(look.templates, folder)
        if templates is None or not templates.is_dir():
            problems.append(
                Problem(where, "$.report.templates",
                        msg("%(value)s is written", value=look.templates),
                        msg("a folder inside the workspace"),
                        msg("make it, or copy a template there from the report's own"))
            )  # fmt: skip
    if problems:
        raise AgreementError(problems)
    if not (logo or look.accent or look.words or templates):
        return PLAIN
    words = {str(code): MappingProxyType(own) for code, own in look.words.items()}
    return Brand(logo, accent, MappingProxyType(words), templates)


def _inside(name: str, folder: Path) -> Path | None:
    """Return a path of the workspace; `None` for one that leads out of it."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def _logo(look: Look, folder: Path, where: str, problems: list[Problem]) -> Logo:
    if look.logo is None:
        return Logo()
    path = _inside(look.logo, folder)
    found: Message = msg("%(value)s is written", value=look.logo)
    try:
        if path is not None and path.is_file():
            with path.open("rb") as stream:
                return clean_logo(stream.read(MOST_BYTES + 1))
    except LogoError as error:
        found = error.found
    except OSError as error:
        problems.append(os_problem(str(path), error))
        return Logo()
    problems.append(
        Problem(
            where, "$.report.logo", found,
            msg("a PNG or SVG inside the workspace of at most %(kb)s KB, a PNG of at most "
                "%(pixels)s pixels a side", kb=Count(MOST_BYTES >> 10), pixels=Count(MOST_PIXELS)),
            msg("save the logo anew as a plain PNG"),
        )
    )  # fmt: skip
    return Logo()


def _accent_problems(accent: str, where: str) -> list[Problem]:
    ratio = contrast(accent)
    if ratio < _FEWEST_CONTRAST:
        return [
            Problem(where, "$.report.accent",
                    msg("%(colour)s stands out from white by %(ratio)s", colour=accent,
                        ratio=Number(ratio, 1)),
                    msg("a contrast of at least %(ratio)s", ratio=Number(_FEWEST_CONTRAST, 1)),
                    msg("choose a darker colour"))
        ]  # fmt: skip
    if hue_distance(accent, _WARNING) < _FEWEST_DISTANCE:
        return [
            Problem(where, "$.report.accent",
                    msg("%(colour)s looks like the colour of warnings", colour=accent),
                    msg("a colour that cannot be taken for a warning"),
                    msg("choose another hue"))
        ]  # fmt: skip
    return []


def _word_problems(look: Look, where: str) -> list[Problem]:
    """Fixed words may be put otherwise; sentences with figures follow the evidence and may not."""
    problems = []
    for code, words in look.words.items():
        for wording, own in words.items():
            path = f"$.report.words.{code}"
            if PLACEHOLDER.search(wording):
                problems.append(
                    Problem(where, path, msg("“%(wording)s” holds figures", wording=wording),
                            msg("a heading or a label of the report"),
                            msg("leave it as it is: what it says is chosen by the evidence"))
                )  # fmt: skip
            elif not language("ru").knows(wording):
                problems.append(
                    Problem(where, path, msg("the report has no wording “%(wording)s”",
                                             wording=wording),
                            msg("an English heading or label as the report prints it"),
                            msg("copy it from an English report"))
                )  # fmt: skip
            elif "%" in own.replace("%%", ""):
                problems.append(
                    Problem(where, path, msg("“%(wording)s” has a lone per cent sign",
                                             wording=own),
                            msg("per cent signs written twice"), msg("write it twice"))
                )  # fmt: skip
    return problems
