"""Cut the report's static faces out of the variable Inter and put them into the package.

Run once per release of the font, never at run time::

    pip install fontpkg-inter fonttools
    python benchmarks/build_fonts.py

Inter is under the SIL Open Font License without a reserved name. The family is
renamed so that an Inter installed on the machine can never win over these faces.
"""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "vendoreval" / "report" / "fonts"
# name -> (family, style, weight, optical size)
FACES = {
    "VEText-Regular": ("VE Text", "Regular", 400, 14),
    "VEText-Medium": ("VE Text", "Medium", 500, 14),
    "VEText-SemiBold": ("VE Text", "SemiBold", 600, 14),
    "VEText-Bold": ("VE Text", "Bold", 700, 14),
    "VEDisplay-SemiBold": ("VE Display", "SemiBold", 600, 32),
}
RANGES = (
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x0192, 0x0192), (0x0218, 0x021B), (0x02C6, 0x02DD),
    (0x0400, 0x045F), (0x0490, 0x0493), (0x049A, 0x04A3), (0x04AE, 0x04B1), (0x04BA, 0x04BB),
    (0x04D8, 0x04D9), (0x04E8, 0x04E9),  # Cyrillic with Kazakh, Tatar and Ukrainian letters
    (0x2009, 0x200A), (0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026),
    (0x202F, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2070, 0x209C), (0x20A0, 0x20C0),
    (0x2113, 0x2116), (0x2122, 0x2122), (0x2190, 0x2199), (0x2212, 0x2212), (0x2248, 0x2248),
    (0x2260, 0x2265), (0x25A0, 0x25CF), (0x2713, 0x2717),
)  # fmt: skip
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case", "sups"]


def cut(source: Path, name: str) -> Path:
    """Write one face and return its path."""
    family, style, weight, optical = FACES[name]
    font = instantiateVariableFont(TTFont(source), {"wght": weight, "opsz": optical})
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
    subsetter.subset(font)
    rename(font, family, style, weight, name)
    target = PACKAGE / f"{name}.ttf"
    font.save(target)
    return target


def rename(font: TTFont, family: str, style: str, weight: int, postscript: str) -> None:
    """Give the face a family of our own and the weight the style sheet asks for."""
    table = font["name"]
    for name_id in (16, 17, 25):
        table.removeNames(nameID=name_id)
    texts = {1: f"{family} {style}", 2: "Regular", 3: f"4.1;{postscript}", 4: f"{family} {style}",
             6: postscript, 16: family, 17: style}  # fmt: skip
    for name_id, text in texts.items():
        table.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    # a stamp of the build time would make every build differ
    font.recalcTimestamp = False


def main() -> int:
    """Cut every face; print their sizes."""
    found = find_spec("fontpkg_inter")
    if found is None or found.origin is None:
        print("pip install fontpkg-inter")
        return 1
    package = Path(found.origin).parent
    source = package / "files" / "Inter[opsz,wght].ttf"
    PACKAGE.mkdir(parents=True, exist_ok=True)
    for name in FACES:
        target = cut(source, name)
        print(f"{target.name}: {target.stat().st_size / 1024:.0f} KB")
    shutil.copyfile(package / "LICENSE", PACKAGE / "OFL.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
