"""Which calls to listen to and what they prove: published cases."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import vendoreval as ve
from vendoreval.agreement.dump import dump_yaml
from vendoreval.agreement.library import compose
from vendoreval.agreement.yaml_file import parse_yaml
from vendoreval.auditing.listening import evaluate_heard, listening_sample
from vendoreval.errors import DeliveryError
from vendoreval.stats import sample_size
from vendoreval.text import LANGUAGES, language


def _agreed() -> ve.Agreement:
    value = parse_yaml(compose("alpha", ["calls"]), "x")
    line = {"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01"}
    value["customProperties"].append(
        {"property": "rateCard", "vendor": "vendoreval", "value": [line]}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alpha.odcs.yaml"
        path.write_text(dump_yaml(value), encoding="utf-8")
        return ve.load_agreement(path)


AGREED = _agreed()
TALK = [30 + 7 * n % 400 for n in range(1000)]


def calls(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({
        "call_id": [f"c{n}" for n in range(1000)], "agent_id": "A1",
        "started_at": [datetime(2026, 10, 1, 9) + timedelta(minutes=7 * n) for n in range(1000)],
        "talk_seconds": TALK, "disposition": "refusal",
    } | columns)  # fmt: skip


@pytest.mark.parametrize(
    ("tolerable", "expected", "size"),
    [
        # ln .05 / ln(1 - t): AICPA and every table of discovery sampling
        (0.05, 0.0, 59), (0.02, 0.0, 149), (0.01, 0.0, 299), (0.10, 0.0, 29),
        # AICPA Audit Sampling, table of sample sizes at 5 % risk: 93 and 61
        (0.05, 0.01, 93), (0.10, 0.03, 61),
    ],
)  # fmt: skip
def test_sizes_of_published_tables(tolerable: float, expected: float, size: int) -> None:
    assert sample_size(tolerable, 0.95, expected) == size
    sample = listening_sample(calls(), AGREED, tolerable=tolerable, expected=expected)
    assert sample.draws == sample_size(tolerable, 0.95, expected)


def test_the_sample_is_drawn_by_money_and_comes_out_again() -> None:
    sample = listening_sample(calls(), AGREED, draws=100)
    frame = sample.to_frame()
    assert frame["draws"].sum() == 100
    seconds = sum(TALK)
    assert sample.billed == (Decimal(seconds) * Decimal("9.50") / 60).quantize(Decimal("0.01"))
    again = listening_sample(calls().sample(frac=1, random_state=3), AGREED, draws=100)
    assert list(again.to_frame()["call_id"]) == list(frame["call_id"])
    other = listening_sample(calls(), AGREED, draws=100, seed=2)
    assert list(other.to_frame()["call_id"]) != list(frame["call_id"])
    # dear calls are drawn more often: the mean of the drawn ones is that of money
    drawn = np.average(frame["talk_seconds"], weights=frame["draws"])
    assert abs(drawn - sum(t * t for t in TALK) / seconds) < 25


def heard_frame(sample: Any, wrong: int) -> pd.DataFrame:
    """All right but the first few draws, which are wholly wrong."""
    frame = sample.to_frame()
    left = np.cumsum(frame["draws"].to_numpy()) <= wrong
    return frame.assign(right_seconds=np.where(left, 0, frame["billed_seconds"]))


@pytest.mark.parametrize("wrong", [0, 1, 3, 10])
def test_wholly_wrong_calls_have_the_limits_of_clopper_and_pearson(wrong: int) -> None:
    sample = listening_sample(calls(), AGREED, draws=100)
    frame = heard_frame(sample, wrong)
    errors = int(frame.loc[frame["right_seconds"] == 0, "draws"].sum())
    found = evaluate_heard(calls(), AGREED, frame)
    exact = stats.binomtest(errors, 100)
    limits = exact.proportion_ci(0.90, "exact")
    assert found.share_low == pytest.approx(limits.low, abs=1e-9)
    assert found.share_high == pytest.approx(limits.high, abs=1e-9)
    assert found.money_low <= found.money <= found.money_high


def test_calls_nobody_heard_help_neither_side() -> None:
    sample = listening_sample(calls(), AGREED, draws=59)
    frame = heard_frame(sample, 0).astype({"right_seconds": object})
    frame.loc[:4, "right_seconds"] = ""
    found = evaluate_heard(calls(), AGREED, frame)
    assert found.heard < found.draws and found.share_low == 0
    assert found.share_high > evaluate_heard(calls(), AGREED, heard_frame(sample, 0)).share_high
    for code in LANGUAGES:
        assert all(language(code).say(sentence) for sentence in found.describe())


def test_every_odd_row_is_told_at_once() -> None:
    frame = listening_sample(calls(), AGREED, draws=59).to_frame().astype(object)
    frame["right_seconds"] = "0"
    frame.loc[1, "call_id"] = "stranger"
    frame.loc[3, "right_seconds"] = "-1"
    frame.loc[4, "right_seconds"] = "=1+1"
    frame.loc[5, "draws"] = "0"
    with pytest.raises(DeliveryError) as caught:
        evaluate_heard(calls(), AGREED, frame, where="h.csv")
    assert [problem.path for problem in caught.value.problems] == [
        "row 3", "row 5", "row 6", "row 7",
    ]  # fmt: skip
    with pytest.raises(DeliveryError, match="right_seconds"):
        evaluate_heard(calls(), AGREED, frame.drop(columns="right_seconds"))


def test_shares_out_of_range_and_nothing_to_draw_from() -> None:
    for wrong in ({"tolerable": 2}, {"confidence": 1}, {"draws": 0}, {"expected": 0.2}):
        with pytest.raises(ValueError, match=r"needs|draws"):
            listening_sample(calls(), AGREED, **wrong)
    with pytest.raises(ValueError, match="no call"):
        listening_sample(calls(talk_seconds=0), AGREED)


def test_public_names() -> None:
    assert ve.listening_sample is listening_sample
    assert ve.evaluate_heard is evaluate_heard
