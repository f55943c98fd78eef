"""Write the pages of the checks, docs/checks.md and docs/checks.ru.md.

python scripts/check_pages.py
"""

from __future__ import annotations

from pathlib import Path

from vendoreval.explaining import catalogue_markdown

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"en": "checks.md", "ru": "checks.ru.md"}


def main() -> None:
    """Write both."""
    for code, name in PAGES.items():
        (DOCS / name).write_text(catalogue_markdown(code), encoding="utf-8")


if __name__ == "__main__":
    main()
