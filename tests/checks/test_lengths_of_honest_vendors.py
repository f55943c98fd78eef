"""Checks of call lengths and rhythms: what is honest stays silent, whatever it looks like."""

from __future__ import annotations

import pytest
from lengths_world import asked, e_of, p_of, world

from vendoreval.checks import (
    just_over_the_threshold,
    long_calls_without_outcome,
    regular_intervals,
    repeated_durations,
    round_durations,
    very_short_calls,
    voicemail_as_talk,
)

CHECKS = (
    long_calls_without_outcome.CHECK,
    just_over_the_threshold.CHECK,
    round_durations.CHECK,
    regular_intervals.CHECK,
    repeated_durations.CHECK,
    very_short_calls.CHECK,
    voicemail_as_talk.CHECK,
)
PAID = {"free_seconds": 59, "first_increment_seconds": 1, "next_increment_seconds": 1}
ZOO = (
    ("hard_list", "beta/new_team", "gamma/predictive_dialer", "delta/script_to_threshold",
     "epsilon/export_retry", "zeta/longer_script", "eta/shared_login"),
    ("clock_skew", "beta/inbound_only", "gamma/strike_month", "delta/switchboard_numbers",
     "epsilon/daylight_saving", "zeta/callback_campaign", "eta/sixty_second_billing"),
)  # fmt: skip


@pytest.mark.parametrize("zoo", ZOO, ids=["first", "second"])
def test_the_honest_zoo_is_never_evidence(zoo: tuple[str, ...]) -> None:
    one = world(zoo=zoo, vendors=7, months=2, dials_a_month=3000)
    answers = asked(one, CHECKS, **PAID)
    strong = {
        (check, vendor): e_of(answer)
        for check, own in answers.items()
        for vendor, answer in own.items()
        if e_of(answer) >= 20
    }
    assert strong == {}


def test_p_values_of_honest_vendors_are_not_too_small() -> None:
    one = world(vendors=6, months=2, dials_a_month=2500, seed=5)
    ran, small = 0, []
    for check, own in asked(one, CHECKS, **PAID).items():
        for vendor, answer in own.items():
            ran += answer.not_run is None
            small += [(check, vendor)] * (p_of(answer) < 0.01)
    # .3 of 29 expected at 1 %; four would be rarer than 1 in 2,000
    assert ran >= 25
    assert len(small) <= 3, small


def test_a_tiny_vendor_is_no_evidence() -> None:
    answers = asked(world(zoo=("tiny_vendor",), dials_a_month=600), CHECKS, **PAID)
    assert all(e_of(answer) < 20 for own in answers.values() for answer in own.values())
