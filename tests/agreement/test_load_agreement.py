"""An agreement is read strictly, and everything wrong in it has an address and a cure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vendoreval.agreement import agreement_from_bytes, load_agreement
from vendoreval.agreement.library import compose
from vendoreval.errors import AgreementError

GOOD = compose(
    "alpha", ["roster", "sales"],
    rate_card=[{"unit": "sale", "price": "900.00", "currency": "RUB", "valid_from": "2026-03-01",
                "valid_to": "2026-06-01"}],
    timezone="Europe/Moscow",
)  # fmt: skip


def problems(text: str) -> list[tuple[str, str]]:
    """Return address and Russian words of every problem of a text."""
    with pytest.raises(AgreementError) as caught:
        agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")
    return [(p.path, p.describe("ru")) for p in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (changed("apiVersion: v3.2.0", "apiVersion: v9"), "$.apiVersion", "ожидается одно из"),
        (changed("status: active", "stauts: active"), "$", "неизвестный ключ: stauts"),
        (changed("logicalType: date", "logicalType: time"), "$.schema[0].properties[1].logicalType",
         "одно из: string"),
        (changed("required: true", "required: 'yes'"), "$.schema[0].properties[0].required",
         "значение типа boolean"),
        (changed("price: '900.00'", "price: 900.5"), "$.customProperties[1].value[0].price",
         "исправьте значение"),
        (changed("valid_to: '2026-06-01'", "valid_to: '2026-02-01'"),
         "$.customProperties[1].value[0]", "позже valid_from"),
        (changed("unit: sale", "unit: parrot"), "$.customProperties[1].value[0].unit", "parrot"),
        (changed("property: rateCard", "property: ratecard"), "$.customProperties[1]",
         "неизвестное свойство vendoreval: ratecard"),
        (changed("value: Europe/Moscow", "value: Europe/Moskva"), "$.schema[0]",
         "часовой пояс Europe/Moskva"),
        (changed("name: left_on", "name: hired_on"), "$.schema[0]",
         "графа hired_on указана здесь дважды"),
        (changed("column: sold_at", "column: paid_at"), "$.schema[1]",
         "период определяется по графе paid_at"),
        ("a: &x [1]\nb: *x\n", "", "ссылка YAML"),
        ("a: [1\n", "line 2, column 1", "не читается как YAML"),
        ("- 1\n", "$", "нет ни одного ключа"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_place(text: str, path: str, words: str) -> None:
    found = problems(text)
    assert any(where == path and words in said for where, said in found), found


def test_all_mistakes_are_named_at_once() -> None:
    text = changed("price: '900.00'", "price: 900.5").replace("unit: sale", "unit: parrot", 1)
    assert len(problems(text)) == 2


def test_a_rate_is_in_force_from_its_first_day_to_before_its_last() -> None:
    agreement = agreement_from_bytes(GOOD.encode(), "alpha", "x")
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [len(agreement.rates("sale", day)) for day in days] == [0, 1, 1, 0]
    assert agreement.rates("dial", date(2026, 4, 1)) == ()


def test_the_file_name_is_the_vendor_and_the_bytes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "beta.odcs.yaml"
    path.write_text(GOOD, encoding="utf-8")
    agreement = load_agreement(path)
    assert agreement.vendor == agreement.title == "beta"
    assert agreement.content == path.read_bytes()
    again = agreement_from_bytes(agreement.content, "beta", "ledger")
    assert again.sha256 == agreement.sha256


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.odcs.yaml", None, "there is no such file"),
        ("latin.odcs.yaml", "a: é".encode("latin-1"), "not UTF-8"),
    ],
)
def test_an_unreadable_file_says_why(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AgreementError, match=words):
        load_agreement(tmp_path / name)


def test_a_folder_is_not_an_agreement(tmp_path: Path) -> None:
    with pytest.raises(AgreementError, match="this is a folder"):
        load_agreement(tmp_path)


@pytest.mark.material
def test_the_worked_example_loads(material: Path) -> None:
    agreement = load_agreement(material / "design" / "examples" / "call_records.odcs.yaml")
    calls = agreement.reports["calls"]
    assert agreement.title == "Alfa"
    assert calls.column("disposition").codes["Продажа"] == "sale"
    assert calls.column("talk_seconds").forms == ("hh:mm:ss", "seconds", "minutes (decimal comma)")
    assert [(key.column, key.to_report) for key in calls.foreign_keys] == [("lead_id", "leads")]
    assert calls.dialect.skip_footer == ("subtotal",)
    assert agreement.disclosures[0].measure == "invalid_number_share"


@pytest.mark.material
def test_flat_examples_of_the_standard_load(material: Path) -> None:
    refused = {}
    for path in sorted((material / "fixtures" / "odcs" / "examples").rglob("*.odcs.yaml")):
        try:
            load_agreement(path)
        except AgreementError as error:
            refused[path.name] = {p.path.rpartition(".")[2] for p in error.problems}
    # these hold nested columns or times of day, which no report of rows and columns has
    assert set(refused) == {
        "all-data-types.odcs.yaml", "all-schema-types.odcs.yaml", "full-example.odcs.yaml",
        "map.odcs.yaml", "postgresql-adventureworks-contract.odcs.yaml",
    }  # fmt: skip
    assert all("logicalType" in keys for keys in refused.values())
