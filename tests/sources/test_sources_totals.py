"""Totals between the rows: counted, skipped with the reason, held against what they cover."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_world import accepted, check, deal, faults, notes, sheet

from vendoreval.intake import read_delivery, validate

AMOUNT = {"name": "amount", "kind": "number", "ours": {"unit": "money"}, "required": True}
TALK = {
    "name": "talk", "kind": "integer",
    "ours": {"unit": "s", "acceptedForms": ["hh:mm:ss", "minutes (decimal comma)"]},
}  # fmt: skip
AGENTS = ({"name": "agent", "required": True}, AMOUNT, TALK)
SKIP = ["subtotal", "total"]


def read(folder, text, *columns, skip=SKIP, **dialect):
    agreed = deal(*(columns or AGENTS), skipFooter=skip, delimiter=";", **dialect)
    return check(folder, text.encode(), agreed, "free.csv")


def figures(report) -> list[tuple[int, str | None, str]]:
    return [(t.row, t.column, t.state) for t in report.totals]


def test_totals_are_skipped_told_and_agree(tmp_path):
    text = (
        "agent;amount;talk\nАнна;10.50;00:10:00\nБорис;1.25;24:00:00\n"
        "Итого: 2 строки;;\nИтого;11.75;24:10:00\n"
    )
    report = read(tmp_path, text)
    assert report.rows.skipped == 2 and report.rows.accepted == 2 and report.ok
    assert "2 rows were skipped: totals 2, repeated headers 0" in notes(report)
    assert figures(report) == [
        (4, None, "agrees"), (5, "amount", "agrees"), (5, "talk", "agrees"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    ["Итого: 2 строки", "Всего строк: 2", "Итого;строк 2", "Total;2 rows", "Total: calls 2",
     "Итого звонков: 2"],
)  # fmt: skip
def test_a_number_of_lines_is_held_against_the_lines(tmp_path, words):
    text = "agent;amount;talk\na;1;\nb;2;\n" + words + ";" * (2 - words.count(";")) + "\n"
    report = read(tmp_path, text)
    assert [(t.row, t.column, t.printed, t.state) for t in report.totals] == [
        (4, None, 2, "agrees")
    ]


@pytest.mark.parametrize(
    ("printed", "state"),
    [("11.75", "agrees"), ("11.8", "agrees"), ("12", "agrees"), ("11.76", "differs"),
     ("11.7500", "agrees"), ("13", "differs"), ("about 12", "unknown"), ("-11.75", "differs")],
)  # fmt: skip
def test_a_figure_is_held_to_the_decimals_it_shows(tmp_path, printed, state):
    report = read(tmp_path, f"agent;amount;talk\na;10.50;\nb;1.25;\nTotal;{printed};\n")
    assert figures(report) == [(4, "amount", state)]
    assert report.counts == ({"printed_total": 1} if state == "differs" else {})


def test_a_total_that_differs_is_a_warning_with_both_figures(tmp_path):
    report = read(tmp_path, "agent;amount;talk\na;10;\nb;1;\nTotal;12;\n")
    assert faults(report) == [(4, 4, "amount", "12", "printed_total")]
    (fault,) = report.to_json()["faults"]
    assert fault["severity"] == "warning" and report.ok
    assert "row 4, total: printed 12, the rows it covers add up to 11 (amount)" in notes(report)
    assert report.to_json()["totals"] == [
        {
            "row": 4, "label": "total", "column": "amount", "printed": "12",
            "added_up": "11.0000", "state": "differs",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        # subtotals by agent, then all
        "a;1;\na;2;\nSubtotal a;3;\nb;4;\nSubtotal b;4;\nTotal;7;\n",
        # the grand total covers subtotals of two levels
        "a;1;\nИтого;1;\nb;2;\nИтого;2;\nВсего по группе;3;\nc;5;\nИтого;5;\n"
        "Всего по группе;5;\nВсего;8;\n",
        # totals stand above what they cover
        "Total;3;\na;1;\na;2;\nTotal;9;\nb;4;\nb;5;\n",
        # a running total
        "a;1;\nTotal;1;\nb;2;\nTotal;3;\nc;3;\nTotal;6;\n",
    ],
)
def test_no_way_to_place_totals_is_taken_for_a_mistake(tmp_path, text):
    report = read(tmp_path, "agent;amount;talk\n" + text)
    assert {state for *_, state in figures(report)} == {"agrees"} and report.ok


def test_rows_that_cannot_be_read_leave_the_total_open(tmp_path):
    report = read(tmp_path, "agent;amount;talk\na;x;00:01:00\nb;1;00:01:00\nTotal;5;00:02:00\n")
    assert figures(report) == [(4, "amount", "unknown"), (4, "talk", "agrees")]
    broken = read(tmp_path, "agent;amount;talk\na;1;;\nb;1;\nTotal;5;\n")
    assert figures(broken) == [(4, "amount", "unknown")]
    assert "1 figure of the printed totals could not be compared" in notes(broken)


def test_refused_rows_count_in_the_totals_of_the_file(tmp_path):
    """The vendor's total covers what the vendor sent, not what we accepted."""
    columns = ({"name": "agent", "primaryKey": True, "required": True}, AMOUNT)
    report = read(tmp_path, "agent;amount\na;1\na;2\n;4\nTotal;7\n", *columns)
    assert report.rows.accepted == 1 and report.rows.quarantined == 2
    assert figures(report) == [(5, "amount", "agrees")]


def test_a_name_that_begins_like_a_total_is_a_row_when_it_is_a_whole_one(tmp_path):
    report = read(tmp_path, "agent;amount;talk\nTotal Wine Ltd;5;\nВсеволод;1;\nTotal;6;\n")
    assert accepted(report, "_row", "agent") == [(2, "Total Wine Ltd"), (3, "Всеволод")]
    assert figures(report) == [(4, "amount", "agrees")]


def test_without_a_word_in_the_agreement_a_total_is_a_row_with_faults(tmp_path):
    report = read(tmp_path, "agent;amount;talk\na;1;\nИтого;;\n", skip=[])
    assert report.rows.skipped == 0 and report.counts == {"required": 1}


def test_totals_in_a_workbook_are_figures_of_their_cells(tmp_path):
    rows = [["agent", "amount", "talk"], ["a", 10.5, ""], ["b", 1.25, ""], ["Итого", 11.75, ""]]
    agreed = deal(*AGENTS, skipFooter=SKIP)
    report = check(tmp_path, sheet(*rows), agreed)
    assert figures(report) == [(4, "amount", "agrees")] and report.rows.skipped == 1


def test_decimal_minutes_may_lose_half_a_second_a_row(tmp_path):
    rows = "".join(f"a;1;{minutes}\n" for minutes in ("0,33", "0,37", "1,01"))
    report = read(tmp_path, f"agent;amount;talk\n{rows}Итого;3;1,71\n", decimalComma=True)
    assert figures(report) == [(5, "amount", "agrees"), (5, "talk", "agrees")]


@given(
    groups=st.lists(st.lists(st.integers(0, 99_999), min_size=1, max_size=5), min_size=1,
                    max_size=6),
    wrong=st.integers(0, 1000), size=st.integers(16, 400),
)  # fmt: skip
def test_right_totals_agree_and_a_wrong_grand_total_is_found(tmp_path_factory, groups, wrong, size):

    folder = tmp_path_factory.mktemp("totals")
    lines = ["agent;amount;talk"]
    for number, group in enumerate(groups):
        lines += [f"a{number};{cents / 100:.2f};" for cents in group]
        lines.append(f"Итого: {len(group)};{sum(group) / 100:.2f};")
    whole = sum(map(sum, groups))
    # far beyond any stretch of rows, so that chance cannot make it right
    printed = whole + (wrong and wrong + 10_000_000)
    lines.append(f"Всего;{printed / 100:.2f};")
    path = folder / "free.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    agreed = deal(*AGENTS, skipFooter=SKIP, delimiter=";")
    report = validate(read_delivery(path, agreed), block_bytes=size)
    states = [t.state for t in report.totals]
    assert states[:-1] == ["agrees"] * len(groups)
    assert states[-1] == ("differs" if wrong else "agrees")
    assert report.rows.accepted == sum(map(len, groups))
    report.discard()


@pytest.mark.parametrize("skip", [SKIP, [*SKIP, "repeated header", "footer"]])
def test_a_row_that_ran_into_a_total_is_a_fault_and_not_lost_with_it(tmp_path, skip):
    """A line end went missing: half of the line is a row, so the whole is no total."""
    text = "agent;amount;talk\na;1;\nTotal;1;b;2;\nc;3;\nagent;amount;talk\nd;4;\n"
    report = read(tmp_path, text, skip=skip)
    assert (3, 3, None, "Total;1;b;2;", "extra_cells") in faults(report)


def test_a_file_of_nothing_but_totals_takes_bounded_time(tmp_path):
    text = "agent;amount;talk\n" + "".join(f"a;1;\nИтого {n};7;\n" for n in range(5_100))
    report = read(tmp_path, text)
    assert report.rows.skipped == 5_100 and len(report.totals) == 5_000
    assert "only the first 5,000 printed totals were compared" in notes(report)


def test_a_short_total_below_quoted_line_ends_has_its_true_line(tmp_path):
    text = 'agent;amount;talk\n"a\nb";1;\n"c\nd";2;\nИтого: 3 строки\n'
    report = read(tmp_path, text)
    ((row, line, state),) = [(t.row, t.line, t.state) for t in report.totals]
    assert (row, line, state) == (4, 6, "differs")
    assert faults(report) == [(4, 6, None, "3", "printed_total")]
