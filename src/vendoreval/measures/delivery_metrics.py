"""Whether reports came in time and whole, and whether feedback was used."""

from __future__ import annotations

from typing import Final

from vendoreval.measures.definition import Definition
from vendoreval.text import msg

DELIVERY: Final[tuple[Definition, ...]] = (
    Definition(
        "timeliness", msg("Reports in time"), "share", "reports_in_time",
        msg("expected deliveries that came by their deadline"), ("deliveries.received_on",),
        "reports_expected", msg("expected deliveries"), "wilson", better="up",
        source="ODCS 3.2 slaProperties; vendoreval calendar",
    ),
    Definition(
        "completeness", msg("Reports received"), "share", "reports_received",
        msg("expected deliveries that came, in time or late"), ("deliveries.received_on",),
        "reports_expected", msg("expected deliveries"), "wilson", better="up",
        variants=(msg("filled cells of all cells that must be filled"),),
        source="ISO/IEC 25012; vendoreval calendar",
    ),
    Definition(
        "error_rate", msg("Faulty rows"), "share", "rows_faulty",
        msg("rows kept out for their faults"), ("deliveries.faulty_rows",), "rows_delivered",
        msg("rows delivered"), "wilson", better="down", source="ISO/IEC 25012",
    ),
    Definition(
        "feedback_applied_rate", msg("Feedback applied"), "share", "feedback_applied",
        msg("pieces of feedback heard again and found applied"),
        ("reviews.applied", "reviews.due_on"), "feedback_due", msg("feedback due by then"),
        "wilson", better="up", source="ISO 18295-1, 5.4; vendoreval",
    ),
)  # fmt: skip
