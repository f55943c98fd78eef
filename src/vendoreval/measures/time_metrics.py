"""Time on line, what it went into, and the rhythm of dialling."""

from __future__ import annotations

from typing import Final

from vendoreval.measures.definition import Definition
from vendoreval.text import msg

_TALK: Final = ("calls.call_id", "calls.talk_seconds")
_DAY: Final = ("agent_days.talk_seconds", "agent_days.available_seconds")
_LINE: Final = ("agent_sessions.started_at|agent_days.line_seconds",)
_RHYTHM: Final = ("calls.agent_id", "calls.started_at")

TIME: Final[tuple[Definition, ...]] = (
    Definition(
        "talk_minutes", msg("Talk time"), "min", "talk_seconds",
        msg("seconds from answer to hang-up"), _TALK, scale=1 / 60,
        source="Genesys Cloud metric definitions",
    ),
    Definition(
        "hold_minutes", msg("Hold time"), "min", "hold_seconds",
        msg("seconds on hold"), ("calls.hold_seconds",), scale=1 / 60,
        source="Genesys Cloud metric definitions",
    ),
    Definition(
        "wrap_minutes", msg("After-call work"), "min", "wrap_seconds",
        msg("seconds of work after the call"), ("calls.wrap_seconds",), scale=1 / 60,
        source="Genesys Cloud metric definitions",
    ),
    Definition(
        "ring_minutes", msg("Ringing"), "min", "ring_seconds",
        msg("seconds from dial to answer or end"), ("calls.ring_seconds",), scale=1 / 60,
        source="Genesys Cloud metric definitions",
    ),
    Definition(
        "aht_seconds", msg("Average handle time"), "s", "handle_seconds",
        msg("talk, hold and after-call work of answered dials"), _TALK,
        "connects", msg("answered dials"), "agent-days",
        variants=(msg("with dialling and ringing, as some systems count outbound calls"),),
        source="COPC CX Standard; Genesys Cloud metric definitions",
    ),
    Definition(
        "line_hours", msg("Time on line"), "h", "line_seconds",
        msg("union of the agent's sessions: overlapping ones count once"), _LINE, scale=1 / 3600,
        variants=(msg("as the vendor's daily report states it, where there are no sessions"),),
        source="ISO 18295-1; SWPP glossary",
    ),
    Definition(
        "occupancy", msg("Occupancy"), "share", "busy_seconds",
        msg("talk, hold and after-call work"), _DAY, "busy_available_seconds",
        msg("the same and the time spent waiting for a call"), "agent-days",
        variants=(msg("of the whole time on line: see occupancy of the time on line"),),
        source="COPC CX Standard; Genesys Cloud metric definitions",
    ),
    Definition(
        "occupancy_of_line", msg("Occupancy of the time on line"), "share", "logged_handle_seconds",
        msg("talk, hold and after-call work in the call log"), (*_TALK, *_LINE), "line_seconds",
        msg("time on line"), "agent-days", source="NICE CXone (occupancy over logged-in time)",
    ),
    Definition(
        "utilisation", msg("Utilisation"), "share", "line_less_pause_seconds",
        msg("time on line without breaks"), (*_LINE, "roster.shift_start", "roster.shift_end"),
        "paid_seconds", msg("shift time of the days worked"), "agent-days",
        variants=(msg("every centre defines it in its own way; compare only within one"),),
        source="SWPP glossary",
    ),
    Definition(
        "shrinkage", msg("Shrinkage"), "share", "paid_idle_seconds",
        msg("shift time of the days worked, less the time on line without breaks"),
        (*_LINE, "roster.shift_start", "roster.shift_end"), "paid_seconds",
        msg("shift time of the days worked"), "agent-days", source="SWPP glossary",
    ),
    Definition(
        "dials_per_hour", msg("Dials per hour on line"), "per hour", "logged_dials",
        msg("dials"), ("calls.call_id", *_LINE), "line_seconds", msg("hours on line"),
        "agent-days", 3600.0, source="ISO 18295-1",
    ),
    Definition(
        "interval_median_seconds", msg("Interval between dials, middle"), "s", "interval_median",
        msg("median of the seconds from one dial of an agent to the next, breaks left out"),
        _RHYTHM,
        variants=(
            msg("from the end of a call to the next dial (the gap)"),
            msg("without sessions every interval above 15 minutes counts as a break"),
        ),
        source="vendoreval; breaks as in Genesys Cloud agent states",
    ),
    Definition(
        "interval_p90_seconds", msg("Interval between dials, 9 of 10 below"), "s", "interval_p90",
        msg("90th percentile of the same intervals"), _RHYTHM, source="vendoreval",
    ),
    Definition(
        "interval_cv", msg("Interval between dials, variation"), "ratio", "interval_deviation",
        msg("standard deviation of the intervals"), _RHYTHM, "interval_mean",
        msg("their mean"), source="vendoreval",
    ),
    Definition(
        "interval_over_share", msg("Intervals over the limit"), "share", "intervals_over",
        msg("intervals longer than the agreed limit"), _RHYTHM, "intervals",
        msg("intervals between dials, breaks left out"), "agent-days", better="down",
        source="vendoreval; the limit belongs to the agreement",
    ),
)  # fmt: skip
