"""`vendoreval sample`: a whole round, as a user meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from vendoreval.cli import run


def test_the_round_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                              workspace: Path) -> None:  # fmt: skip
    asked = ["sample", str(workspace), "--vendor", "alpha", "--period", "2026-10",
             "--lang", "en"]  # fmt: skip
    listed = tmp_path / "listen.csv"
    assert run([*asked, "--csv", str(listed)]) == 0
    assert "listen to" in capsys.readouterr().out
    with listed.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(int(row["draws"]) for row in rows) == 59
    # names that a spreadsheet would run are guarded, and found again
    assert rows[0]["call_id"].startswith("'=")
    heard = tmp_path / "heard.csv"
    with heard.open("w", encoding="cp1251", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        for number, row in enumerate(rows):
            half = str(int(row["billed_seconds"]) / 2).replace(".", ",")
            writer.writerow(row | {"right_seconds": half if number == 0 else row["billed_seconds"],
                                   "remark": "тишина"})  # fmt: skip
    assert run([*asked, "--heard", str(heard), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["wrong"] == int(rows[0]["draws"]) and told["heard"] == 59
    assert 0 < float(told["money_low"]) < float(told["money"]) < float(told["money_high"])


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--tolerable", "2"], 3, "needs 0 <= expected"),
        (["--vendor", "nobody"], 3, "one of: alpha"),
        (["--period", "2031-01"], 3, "no call of the period"),
        (["--heard", "nowhere.csv"], 2, "nowhere.csv"),
    ],
)
def test_what_cannot_be_is_told(
    options: list[str], code: int, says: str, workspace: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    asked = ["sample", str(workspace), "--vendor", "alpha", "--period", "2026-10",
             "--lang", "en"]  # fmt: skip
    assert run([*asked, *options]) == code
    assert says in capsys.readouterr().err
