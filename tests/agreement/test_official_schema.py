"""What we write passes the official schema of the standard, the very file its authors publish.

Loading asks the schema that we ship; so it is enough that it is the published one, that a
slip is seen, and that everything of ours loads.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vendoreval.agreement import agreement_from_bytes, load_agreement
from vendoreval.agreement.dump import dump_agreement
from vendoreval.agreement.library import compose, library_names
from vendoreval.agreement.new import new_agreement
from vendoreval.agreement.presets import preset_names, preset_text
from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml
from vendoreval.errors import AgreementError
from vendoreval.resources import resource_folder

CARD = "talk_minute 9.50 RUB from=2026-01-01 first_increment_seconds=60"


@pytest.mark.material
def test_the_schema_we_ship_is_the_published_one(material: Path) -> None:
    (published,) = (material / "fixtures" / "odcs" / "schema").glob("*v3.2.0.json")
    shipped = resource_folder("schemas") / "odcs" / published.name
    assert json.loads(shipped.read_text("utf-8")) == json.loads(published.read_text("utf-8"))


def test_every_file_of_ours_passes(root: Path) -> None:
    paths = [
        path for folder in ("reports", "presets") for path in (root / "schemas" / folder).iterdir()
        if path.suffix == ".yaml"
    ]  # fmt: skip
    assert len(paths) == len(library_names()) + len(preset_names())
    for path in paths:
        load_agreement(path)


@pytest.mark.parametrize("preset", preset_names())
def test_what_is_made_of_a_preset_passes(preset: str) -> None:
    made = new_agreement("alpha", presets=[preset], timezone="Asia/Omsk", every="day")
    for text in (made, preset_text(preset, vendor="alpha")):
        agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


def test_all_standard_reports_together_pass_and_so_does_what_they_are_dumped_as() -> None:
    made = new_agreement(
        "alpha", library_names(), rate_card=[CARD], timezone="Asia/Omsk",
        parties={"number": "1", "parties": ["A", "B"], "effectiveFrom": "2026-01-01"},
        dialect={"delimiter": ";", "decimalComma": True},
    )  # fmt: skip
    whole = agreement_from_bytes(made.encode(), "alpha", "alpha.odcs.yaml")
    dumped = dump_agreement(whole.contract, upgrade=True)
    again = agreement_from_bytes(dumped.encode(), "alpha", "again.odcs.yaml")
    assert again.reports == whole.reports and again.rate_card == whole.rate_card


def test_the_schema_sees_a_slip() -> None:
    value = parse_yaml(compose("alpha", ["roster"]), "x")
    value["schema"][0]["properties"][0]["requird"] = True
    with pytest.raises(AgreementError, match="requird"):
        agreement_from_bytes(dump_yaml(value).encode(), "alpha", "x")
