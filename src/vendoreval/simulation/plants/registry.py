"""Everything that can be planted, by name."""

from __future__ import annotations

from typing import Final

from vendoreval.simulation.plants import claims, extra_calls, habit_counts, honest, paper, talk
from vendoreval.simulation.plants.recipe import Recipe, recipe

_SCHEMES = (
    recipe(talk.stretched_talk, "talk", "S1"),
    recipe(talk.inflated_hold, "talk"),
    recipe(talk.pushed_over_threshold, "talk", "S2"),
    recipe(
        extra_calls.rounded_up, "log", "S3", conduct=extra_calls.billed_by_the_second, strength=1.0
    ),
    recipe(extra_calls.invented_calls, "log", "S4"),
    recipe(extra_calls.replayed_calls, "log", "S5"),
    recipe(extra_calls.replayed_with_jitter, "log"),
    recipe(extra_calls.two_calls_at_once, "log", "S6", share=0.25),
    recipe(extra_calls.ghost_agents, "log", strength=0.1),
    recipe(extra_calls.same_numbers_again, "log", "S7"),
    recipe(habit_counts.dead_numbers_redialled, "counted", habit=True, strength=1.0),
    recipe(habit_counts.closed_after_first_touch, "counted", "S8", habit=True, strength=0.5),
    recipe(claims.sales_cancelled_late, "sales", "S9"),
    recipe(claims.period_end_sales, "sales", "S10"),
    recipe(paper.bank_deletions, "reports", "S11", touches="funnel", strength=0.35),
    recipe(
        paper.sales_billed_by_minutes,
        "reports",
        "S12",
        touches="invoice_lines",
        conduct=paper.paid_by_the_sale,
    ),
    recipe(paper.invoice_lines_twice, "reports", "S13", touches="invoice_lines", strength=1.0),
    recipe(talk.slow_drift, "talk", "S14", strength=0.01),
    recipe(talk.adaptive_padding, "talk", "S15"),
    recipe(talk.long_calls_held_open, "talk"),
    recipe(talk.inflated_wrap, "talk"),
    recipe(talk.round_durations, "talk", strength=0.5),
    recipe(talk.carrier_shorter, "talk"),
    recipe(talk.voicemail_as_talk, "talk", strength=0.5),
    recipe(talk.false_dispositions, "talk"),
    recipe(talk.dropped_in_seconds, "talk"),
    recipe(extra_calls.impossible_days, "log", strength=0.1),
    recipe(extra_calls.off_list_calls, "log"),
    recipe(extra_calls.calls_after_do_not_call, "log", strength=0.5),
    recipe(extra_calls.billed_twice, "log", strength=0.02),
    recipe(extra_calls.never_closed_calls, "log", strength=0.05),
    recipe(extra_calls.unbillable_billed, "log", strength=0.3),
    recipe(habit_counts.cherry_picked_leads, "counted", habit=True, strength=0.6),
    recipe(habit_counts.leads_never_called, "counted", habit=True),
    recipe(claims.unknown_sales, "sales"),
    recipe(claims.organic_sales_claimed, "sales"),
    recipe(honest.closer_without_sales, "conduct", share=0.1, dated=False),
    recipe(paper.invoice_above_log, "reports", touches="invoice_lines", strength=0.06),
    recipe(paper.wrong_price, "reports", touches="invoice_lines"),
    recipe(paper.wrong_totals, "reports", touches="invoice_lines"),
    recipe(paper.setup_fee_again, "reports", touches="invoice_lines"),
    recipe(paper.missing_days, "reports", touches="calls", strength=0.1),
    recipe(paper.inflated_daily_totals, "reports", touches="agent_days"),
    recipe(paper.idle_logins, "reports", touches="agent_days"),
    recipe(paper.stage_without_call, "reports", touches="funnel_events"),
    recipe(paper.feedback_not_applied, "reports", touches="reviews", strength=0.8),
    recipe(paper.restated_history, "reports", touches="calls", strength=0.1),
)
_ZOO = (
    recipe(honest.hard_list, "conduct", honest=True, dated=False),
    recipe(honest.new_team, "conduct", honest=True, dated=False),
    recipe(honest.tiny_vendor, "conduct", honest=True, dated=False),
    recipe(honest.sixty_second_billing, "conduct", honest=True, dated=False),
    recipe(honest.script_to_threshold, "conduct", honest=True, dated=False),
    recipe(honest.predictive_dialer, "conduct", honest=True, dated=False),
    recipe(honest.clock_skew, "log", honest=True),
    recipe(honest.daylight_saving, "reports", touches="calls", honest=True),
    recipe(honest.shared_login, "log", honest=True),
    recipe(honest.crm_migration, "reports", touches="funnel", honest=True),
    recipe(honest.privacy_erasure, "reports", touches="funnel", honest=True),
    recipe(honest.export_retry, "reports", touches="calls", honest=True),
    recipe(honest.price_rise, "conduct", honest=True),
    recipe(honest.strike_month, "conduct", honest=True),
    recipe(habit_counts.callback_campaign, "counted", habit=True, honest=True),
    recipe(honest.switchboard_numbers, "conduct", honest=True, dated=False),
    recipe(honest.minimum_fee, "conduct", honest=True, dated=False),
    recipe(honest.holiday_month, "conduct", honest=True),
    recipe(honest.star_leaves, "conduct", honest=True, dated=False),
    recipe(honest.inbound_only, "conduct", honest=True, dated=False),
    recipe(honest.qualifier, "conduct", honest=True, share=0.15, dated=False),
    recipe(honest.list_change, "conduct", honest=True),
    recipe(honest.longer_script, "conduct", honest=True),
    recipe(honest.wrong_time_zone, "reports", touches="calls", honest=True),
    recipe(honest.late_reports, "reports", touches="agent_days", honest=True),
    recipe(honest.bad_rows, "reports", touches="calls", honest=True, dated=False),
)
RECIPES: Final[dict[str, Recipe]] = {entry.name: entry for entry in (*_SCHEMES, *_ZOO)}
SCHEMES: Final[tuple[str, ...]] = tuple(entry.name for entry in _SCHEMES)
ZOO: Final[tuple[str, ...]] = tuple(entry.name for entry in _ZOO)
ALIASES: Final[dict[str, str]] = {e.alias: e.name for e in _SCHEMES if e.alias}


def recipe_named(name: str) -> Recipe:
    """Return what is planted under a name, or under its number such as ``S1``.

    Raises
    ------
    KeyError
        If there is nothing of that name.
    """
    return RECIPES[ALIASES.get(name, name)]
