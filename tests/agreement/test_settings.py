"""What a company says about itself in `vendoreval.yaml`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from vendoreval.errors import AgreementError
from vendoreval.settings import FILE_NAME, Settings, load_settings

GOOD = """\
client: Sever
currency: RUB
timezone: Europe/Moscow
language: ru
ceiling: {default: "8000", campaigns: {smb: "7500.50"}}
"""


def read(folder: Path, text: str) -> Settings:
    path = folder / FILE_NAME
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def test_a_campaign_may_have_its_own_ceiling(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    assert settings.ceiling_of("smb") == Decimal("7500.50")
    assert settings.ceiling_of("retail") == settings.ceiling_of() == Decimal(8000)
    assert (settings.language, settings.payment_horizon_days) == ("ru", 30)


def test_without_a_ceiling_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, "client: Sever\ncurrency: RUB\n").ceiling_of("smb") is None


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("currency: RUB", "currency: rub", "$.currency"),
        ("Europe/Moscow", "Moscow", "$.timezone"),
        ("language: ru", "language: de", "$.language"),
        ('"8000"', "8000.5", "$.ceiling.default"),
        ('"8000"', '"-1"', "$.ceiling.default"),
        ("client: Sever", "clients: Sever", "$.client"),
        ("client: Sever", "client: Sever\nsale_lag_days: -1", "$.sale_lag_days"),
    ],
)
def test_a_mistake_is_named_at_its_place(tmp_path: Path, old: str, new: str, path: str) -> None:
    with pytest.raises(AgreementError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert path in {problem.path for problem in caught.value.problems}
    assert caught.value.exit_code == 3


def test_an_empty_file_names_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(AgreementError) as caught:
        read(tmp_path, "")
    assert {problem.path for problem in caught.value.problems} == {"$.client", "$.currency"}
