"""Which encoding a text is in: by its mark, by UTF-8 that holds, by words, by letters."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from charset_normalizer import from_bytes
from hypothesis import given
from hypothesis import strategies as st
from source_world import accepted, check, deal, faults, notes

from vendoreval.errors import DeliveryError
from vendoreval.intake.encodings import choose_encoding

CYRILLIC = ("cp1251", "cp866", "koi8-r", "mac-cyrillic")
LISTED = ("utf-8", "utf-8-sig", "utf-16", *CYRILLIC)
SAMPLES = ("sample-russian.txt", "sample-russian-2.txt", "sample-russian-3.txt",
           "sample-bulgarian.txt")  # fmt: skip


def lines_of(path: Path) -> list[str]:
    """The sentences of a third-party sample, without what a cell would not keep."""
    found = from_bytes(path.read_bytes()).best()
    assert found is not None
    return [" ".join(line.replace('"', "'").split()) for line in str(found).splitlines() if line]


@pytest.mark.material
@pytest.mark.parametrize("encoding", LISTED)
@pytest.mark.parametrize("sample", SAMPLES)
def test_texts_of_others_in_every_agreed_encoding(tmp_path, material, sample, encoding):
    lines = lines_of(material / "fixtures" / "charset-normalizer" / sample)
    body = "n\ttext\n" + "".join(f"{n}\t{line}\n" for n, line in enumerate(lines))
    agreed = deal({"name": "n"}, {"name": "text"}, encodings=list(LISTED), delimiter="\t")
    data = body.encode(encoding, "ignore")
    report = check(tmp_path, data, agreed, "free.tsv")
    wanted = data.decode(encoding).splitlines()[1:]
    assert accepted(report, "n", "text") == [
        (n, text or None) for n, text in (line.split("\t") for line in wanted)
    ]
    assert report.ok and report.delivery.encoding == encoding
    assert (encoding == "utf-8") or f"read as {encoding}" in notes(report) or "sig" in encoding


@pytest.mark.parametrize("encoding", CYRILLIC)
@pytest.mark.parametrize(
    "words",
    [
        ["Отказ", "Продажа", "Недозвон"],
        ["ОТКАЗ", "ПРОДАЖА", "НЕДОЗВОН"],
        ["Иванова Мария", "Пётр Ёлкин", "ОБЪЕДКОВ ЭДУАРД"],
        ["да"],
        ["Нет"],
    ],
)
@pytest.mark.parametrize("rows", [1, 3, 200])
def test_a_word_or_two_are_enough(tmp_path, encoding, words, rows):
    pick = random.Random(rows)
    body = "call_id;result\n" + "".join(f"{n};{pick.choice(words)}\n" for n in range(rows))
    path = tmp_path / "calls.csv"
    path.write_bytes(body.encode(encoding))
    chosen = choose_encoding(path, ("utf-8", *CYRILLIC))
    assert path.read_bytes().decode(chosen) == body


@pytest.mark.parametrize("encoding", CYRILLIC)
def test_the_words_of_the_agreement_decide_where_letters_cannot(tmp_path, encoding):
    """Three letters are too few for any statistics; the agreed header is no guess."""
    agreed = deal({"name": "id"}, {"name": "unit", "synonyms": [{"synonym": "Ед."}]},
                  encodings=["utf-8", *CYRILLIC])  # fmt: skip
    report = check(tmp_path, "id;Ед.\n1;руб.\n".encode(encoding), agreed, "free.csv")
    assert accepted(report, "unit") == [("руб.",)]


@given(
    encoding=st.sampled_from(CYRILLIC),
    words=st.lists(
        st.sampled_from(["отказ", "перезвонить", "клиент думает", "Анна", "договор подписан"]),
        min_size=2,
        max_size=30,
    ),
)
def test_the_order_of_the_agreed_list_does_not_matter(tmp_path_factory, encoding, words):
    path = tmp_path_factory.mktemp("order") / "x.csv"
    path.write_bytes("\n".join(words).encode(encoding))
    told = {choose_encoding(path, order) for order in (CYRILLIC, CYRILLIC[::-1])}
    assert {path.read_bytes().decode(name) for name in told} == {"\n".join(words)}


def test_german_is_not_taken_for_russian(tmp_path):
    text = "id;name\n1;Müller, schöne Grüße aus München, für Sie geöffnet\n" * 20
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode("cp1252"))
    assert choose_encoding(path, ("utf-8", "cp1252", "cp866")) == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(tmp_path, encoding):
    agreed = deal({"name": "id"}, {"name": "text"}, encodings=["utf-8", "utf-16"])
    report = check(tmp_path, "id;text\n1;да\n".encode(encoding), agreed, "free.csv")
    assert accepted(report, "text") == [("да",)]
    assert "every other byte is zero" in notes(report)


def test_an_encoding_that_was_not_agreed_is_named(tmp_path):
    agreed = deal({"name": "id"}, {"name": "text"}, encodings=["utf-8", "cp1251"])
    with pytest.raises(DeliveryError, match=r"written in utf-16.*one of the agreed.*cp1251"):
        check(tmp_path, "id;text\n1;да\n".encode("utf-16"), agreed, "free.csv")


@pytest.mark.parametrize(
    ("encoding", "byte"), [("utf-8", b"\xff"), ("cp1251", b"\x98"), ("utf-8", b"\xd0")]
)
def test_an_undecodable_byte_is_a_fault_with_its_place(tmp_path, encoding, byte):
    agreed = deal({"name": "id"}, {"name": "text"}, encodings=["utf-8", "cp1251"], delimiter=";")
    text = "id;text\n" + "1;Полина Серова не ответила\n" * 20
    data = text.encode(encoding) + "2;Вот ".encode(encoding) + byte + b"\n3;ok\n"
    report = check(tmp_path, data, agreed, "free.csv")
    shown = f"2;Вот \\x{byte.hex()}"
    assert faults(report) == [(22, 22, None, shown, "encoding")]
    (fault,) = report.to_json()["faults"]
    assert f"the first is 0x{byte.hex().upper()} at character 7" in fault["message"]
    assert len(accepted(report, "id")) == 21
