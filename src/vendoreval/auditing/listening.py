"""When only a human can tell: which calls to listen to, and what they prove.

Whether minutes were talk or a held line nobody can count; somebody has to listen. A random
sample by money says how much at least is wrong (what may be claimed) and how much at most.

Source: monetary-unit sampling (AICPA Audit Sampling 2017, Stringer 1963); see
`vendoreval.stats`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.agreement.rate_items import RateItem
from vendoreval.auditing.heard_rows import RIGHT, taints_of
from vendoreval.rating import MINUTE_UNITS, minute_rates
from vendoreval.rating.rate import rate
from vendoreval.stats import draw_by_money, sample_size, sampled_overbilling
from vendoreval.text import Count, Message, Money, Percent, msg

SEED: Final = 20260101
# a list longer than this is not worked through by people
_MOST_DRAWS: Final = 20_000
_CENT: Final = Decimal("0.01")
COLUMNS: Final = (
    "call_id", "started_at", "agent_id", "campaign_id", "disposition", "talk_seconds",
    "billed_seconds", "amount", "draws", RIGHT, "remark",
)  # fmt: skip


@dataclass(frozen=True)
class ListeningSample:
    """Calls drawn in proportion to what was billed for them.

    Parameters
    ----------
    vendor, currency
        Whose calls, and in which money they are valued (net of VAT).
    calls, billed
        The billed calls that were drawn from, and what they cost.
    draws
        How many draws were made; a dear call may be drawn more than once.
    confidence, tolerable, expected
        What the number of draws was worked out for.
    seed
        With the same calls and seed the same sample comes out.
    """

    vendor: str
    currency: str
    calls: int
    billed: Decimal
    draws: int
    confidence: float
    tolerable: float
    expected: float
    seed: int
    _rows: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the calls to listen to; `right_seconds` is empty for the listener to fill in."""
        return self._rows.copy()

    def describe(self) -> Message:
        """Return what to do as a sentence."""
        return msg(
            "listen to %(calls)s calls of %(vendor)s (%(draws)s draws) out of %(n)s with "
            "%(billed)s net of VAT: if none is wrong, less than %(tolerable)s of the money is, "
            "with a confidence of %(confidence)s",
            calls=Count(len(self._rows)), vendor=self.vendor, draws=Count(self.draws),
            n=Count(self.calls), billed=Money(self.billed, self.currency),
            tolerable=Percent(self.tolerable, 1), confidence=Percent(self.confidence, 0),
        )  # fmt: skip


@dataclass(frozen=True)
class HeardSample:
    """What a heard sample proves.

    Parameters
    ----------
    calls, billed
        The billed calls that were drawn from, and what they cost.
    draws, heard, wrong
        Draws, draws that were listened to, and those of them with seconds to take back.
    share, share_low, share_high
        Wrong share of the money: as heard, and its one-sided limits. Calls that were not
        heard count as right in the lower limit and as wholly wrong in the upper one.
    """

    vendor: str
    currency: str
    confidence: float
    calls: int
    billed: Decimal
    draws: int
    heard: int
    wrong: int
    share: float
    share_low: float
    share_high: float

    @property
    def money_low(self) -> Decimal:
        """What is wrong at least, with the confidence: what may be claimed."""
        return self._money(self.share_low)

    @property
    def money(self) -> Decimal:
        """What is wrong as far as was heard."""
        return self._money(self.share)

    @property
    def money_high(self) -> Decimal:
        """What is wrong at most, with the confidence."""
        return self._money(self.share_high)

    def _money(self, share: float) -> Decimal:
        return (self.billed * Decimal(repr(share))).quantize(_CENT, ROUND_HALF_UP)

    def describe(self) -> tuple[Message, ...]:
        """Return what was found as sentences."""
        told = [
            msg(
                "heard: %(heard)s of %(draws)s draws, with seconds to take back: %(wrong)s",
                heard=Count(self.heard), draws=Count(self.draws), wrong=Count(self.wrong),
            ),
            msg(
                "wrong of %(billed)s net of VAT: at least %(low)s (%(share_low)s), most likely "
                "%(point)s (%(share)s), at most %(high)s (%(share_high)s); each limit with a "
                "confidence of %(confidence)s",
                billed=Money(self.billed, self.currency), low=Money(self.money_low, self.currency),
                point=Money(self.money, self.currency),
                high=Money(self.money_high, self.currency),
                share_low=Percent(self.share_low, 2), share=Percent(self.share, 2),
                share_high=Percent(self.share_high, 2), confidence=Percent(self.confidence, 0),
            ),
        ]  # fmt: skip
        if self.heard < self.draws:
            told.append(
                msg("not heard: %(n)s; they count as right in the lower limit and as wrong in the "
                    "upper one", n=Count(self.draws - self.heard))
            )  # fmt: skip
        return tuple(told)


def listening_sample(
    calls: Any,
    agreement: Agreement,
    *,
    confidence: float = 0.95,
    tolerable: float = 0.05,
    expected: float = 0.0,
    draws: int | None = None,
    seed: int = SEED,
) -> ListeningSample:
    """Draw the calls to listen to, each with a chance in proportion to its bill.

    Parameters
    ----------
    calls
        Rows of the ledger, a frame, or what `validate` returned.
    agreement
        With a rate card that prices minutes.
    confidence
        Wanted, between 0 and 1.
    tolerable, expected
        Shares of the money: the most that may be wrong unseen, and what is expected to be;
        ``0 <= expected < tolerable < 1``.
    draws
        How many draws instead of the number these shares need.
    seed
        Of the random start.

    Raises
    ------
    ValueError
        If a share is out of range, or no call is billed by the minute.

    Examples
    --------
    >>> sample = listening_sample(ledger.calls("alpha", "2026-10"), agreement)  # doctest: +SKIP
    >>> sample.to_frame().to_csv("listen.csv")  # doctest: +SKIP
    """
    wanted = sample_size(tolerable, confidence, expected) if draws is None else draws
    if not 1 <= wanted <= _MOST_DRAWS:
        raise ValueError(f"draws are 1 to {_MOST_DRAWS}, not {wanted}")
    billed = _billed_calls(calls, agreement)
    rows = draw_by_money(
        billed["amount"].astype(float).to_numpy(), wanted, np.random.default_rng(seed)
    )
    times = pd.Series(rows).value_counts().sort_index()
    chosen = billed.iloc[times.index].assign(draws=times.to_numpy())
    chosen = chosen.assign(**{RIGHT: "", "remark": ""})
    return ListeningSample(
        agreement.vendor, str(billed["currency"].iloc[0]), len(billed), _sum(billed), wanted,
        confidence, tolerable, expected, seed, chosen[list(COLUMNS)].reset_index(drop=True),
    )  # fmt: skip


def evaluate_heard(
    calls: Any, agreement: Agreement, heard: pd.DataFrame, *, confidence: float = 0.95,
    where: str = "heard",
) -> HeardSample:  # fmt: skip
    """Return what a heard sample proves: the least and the most that is wrong.

    Parameters
    ----------
    calls, agreement
        As the sample was drawn from.
    heard
        The sample with `call_id`, `draws` and `right_seconds`: the seconds of the call that
        may be billed after listening, empty where nobody listened.
    confidence
        Of each limit alone.
    where
        What the file is called in messages.

    Raises
    ------
    DeliveryError
        If the sample holds other calls, or figures that cannot be: all of them at once.
    """
    billed = _billed_calls(calls, agreement)
    seconds = dict(zip(billed["call_id"], billed["billed_seconds"], strict=True))
    taints, unheard = taints_of(heard, seconds, where)
    draws = len(taints) + unheard
    low = sampled_overbilling([*taints, *[0.0] * unheard], confidence)
    high = sampled_overbilling([*taints, *[1.0] * unheard], confidence)
    return HeardSample(
        agreement.vendor, str(billed["currency"].iloc[0]), confidence, len(billed), _sum(billed),
        draws, len(taints), sum(taint > 0 for taint in taints),
        sum(taints) / len(taints) if taints else 0.0, low.share_low, high.share_high,
    )  # fmt: skip


def _billed_calls(calls: Any, agreement: Agreement) -> pd.DataFrame:
    """Return the calls that cost something by the minute, with what each costs net of VAT."""
    items = {line.key: line.item for line in minute_rates({agreement.vendor: agreement})}
    if not items:
        raise ValueError("the rate card prices no minutes, so calls have no price of their own")
    frame = rate(calls, agreement).to_frame()
    frame = frame[frame["unit"].isin(MINUTE_UNITS)]
    seconds = frame["billed_seconds"].fillna(frame["rated_seconds"]).fillna(0).astype("int64")
    frame = frame.assign(billed_seconds=seconds)
    frame = frame[(seconds > 0) & frame["rate_item"].isin(list(items))]
    if frame.empty:
        raise ValueError("no call of the period is billed by the minute")
    price = {key: _net_of_a_second(item) for key, item in items.items()}
    amounts = [
        price[item] * second
        for item, second in zip(frame["rate_item"], frame["billed_seconds"], strict=True)
    ]
    kept = frame.assign(amount=[value.quantize(Decimal("0.0001")) for value in amounts])
    # the same calls in the same order give the same sample
    return kept.sort_values(["call_id", "rate_item"]).reset_index(drop=True)


def _net_of_a_second(item: RateItem) -> Decimal:
    divisor = 1 + item.vat_rate if item.vat_mode == "gross" else Decimal(1)
    return item.price / divisor / 60


def _sum(billed: pd.DataFrame) -> Decimal:
    return Decimal(sum(billed["amount"], Decimal(0))).quantize(_CENT, ROUND_HALF_UP)
