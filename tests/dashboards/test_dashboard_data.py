"""What stands in the file, without a browser."""

from __future__ import annotations

import base64
import json
import re
import zlib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dashboard_world import HOSTILE, PHONE
from hypothesis import given, settings
from hypothesis import strategies as st

import vendoreval as ve
from vendoreval.cli import run
from vendoreval.dashboards.gather import VendorDays, day_number
from vendoreval.dashboards.packing import Pack
from vendoreval.dashboards.page import block
from vendoreval.dashboards.shown import SHOWN, described
from vendoreval.ledger import Ledger
from vendoreval.measures import definition
from vendoreval.text import language

NUMBERS = st.lists(st.none() | st.integers(0, 2**53 - 1), min_size=1, max_size=40)


def decoded(text: str, place: dict[str, object], rows: int) -> list[float | None]:
    """Read a column as the page does."""
    kind = {1: "<u1", 2: "<u2", 4: "<u4", 8: "<f8"}[int(str(place["bytes"]))]
    data = zlib.decompress(base64.b64decode(text))
    found = np.frombuffer(data, kind, rows, int(str(place["from"])))
    if kind == "<f8":
        return [None if np.isnan(value) else float(value) for value in found]
    return [None if value == 0 else float(value) - 1 for value in found]


@settings(max_examples=30)
@given(first=NUMBERS, second=st.lists(st.none() | st.integers(-9, 9), min_size=1, max_size=9))
def test_columns_come_out_of_the_pack_as_they_went_in(
    first: list[int | None], second: list[int | None]
) -> None:
    pack = Pack()
    places = [pack.add("x", pd.Series(column, dtype="float64")) for column in (first, second)]

    text = pack.text()

    for place, column in zip(places, (first, second), strict=True):
        assert decoded(text, place, len(column)) == column


@given(st.text())
def test_no_text_ends_the_block_it_stands_in(text: str) -> None:
    made = block({"name": text})

    assert not set(made) & set("<>&\u2028\u2029")
    assert json.loads(made) == {"name": text}


def test_the_page_computes_by_the_definitions() -> None:
    told = {one["name"]: one for one in described(language("en"), "RUB")}

    assert tuple(told) == SHOWN
    for name in SHOWN:
        metric = definition(name)
        own = (told[name]["top"], told[name]["bottom"], told[name]["scale"])
        assert own == (metric.top, metric.bottom, metric.scale)


def test_days_of_agents_add_up_to_all_together(years: Ledger, alpha: VendorDays) -> None:
    rows = alpha.rows
    facts = ["dials", "conversations", "talk_seconds", "intervals", "interval_seconds"]

    parts = rows[rows["agent"] > 0].groupby("day")[facts].sum()
    whole = rows[rows["agent"] == 0].set_index("day")[facts]

    pd.testing.assert_frame_equal(parts, whole, check_dtype=False)
    assert whole["dials"].sum() == len(years.calls("alpha"))


def test_hours_between_dials_stand_in_one_class_each(alpha: VendorDays) -> None:
    rows = alpha.rows
    classes = [name for name in rows if str(name).startswith("intervals_from_")]

    assert (rows[classes].sum(axis=1) == rows["intervals"].fillna(0)).all()


def test_invoices_and_sales_are_kept_exactly(alpha: VendorDays) -> None:
    august = alpha.bills[0]

    assert (august.first_on, august.last_on) == (date(2026, 8, 1), date(2026, 8, 31))
    assert august.amount_parts == 130_052_500
    assert august.minutes == 1200.5
    assert sum(alpha.sales.values()) == 12
    assert alpha.sales_cover[0] == (day_number(date(2026, 8, 1)), day_number(date(2026, 8, 31)))


def data_of(file: Path) -> dict[str, object]:
    """Return the plain data of a page."""
    text = file.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_what_names_a_person_is_masked(pages: dict[str, Path]) -> None:
    assert PHONE not in pages["en"].read_text(encoding="utf-8")
    assert "+7 9** ***-**-12" in json.dumps(data_of(pages["en"]))


def test_the_file_holds_no_hostile_markup_and_one_policy(pages: dict[str, Path]) -> None:
    text = pages["en"].read_text(encoding="utf-8")

    assert HOSTILE not in text
    assert text.count("</script>") == 4
    assert "default-src 'none'" in text
    assert "unsafe" not in re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]  # type: ignore[index]
    assert "sourceMappingURL" not in text
    assert "The MIT License" in text


def test_the_command_writes_the_page_and_says_where(
    years: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = years.path.parent
    (folder / "vendoreval.yaml").write_text("client: Acme <b>\ncurrency: RUB\nlanguage: ru\n")
    out = tmp_path / "new" / "page.html"

    assert run(["dashboard", str(folder), "--out", str(out), "--names"]) == 0

    assert capsys.readouterr().out == f"{out}\n"
    assert '<html lang="ru">' in out.read_text(encoding="utf-8")
    assert "Acme &lt;b&gt;" in out.read_text(encoding="utf-8")
    assert PHONE in json.dumps(data_of(out))
    assert run(["dashboard", str(folder), "--out", str(tmp_path / "page.pdf")]) != 0
    assert "--out" in capsys.readouterr().err
    (folder / "vendoreval.yaml").unlink()


def test_a_limit_is_above_zero(years: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="above 0"):
        ve.dashboard(years, tmp_path / "x.html", limit_seconds=0)
