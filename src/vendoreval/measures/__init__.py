"""Every metric once: what is divided by what, in which unit, and what its definition says.

`monthly` counts a vendor's months for the audit; `catalogue` holds the definition of every
metric, `facts` and its neighbours the counts it is made of, by agent, day, campaign or hour.
"""

from vendoreval.measures.catalogue import DEFINITIONS, definition
from vendoreval.measures.definition import Definition, Unit
from vendoreval.measures.estimate import estimate, ratio_measured, share_measured
from vendoreval.measures.glossary import GlossaryEntry, GlossaryGroup, glossary, glossary_markdown
from vendoreval.measures.monthly import (
    METRICS,
    TIME_UNITS,
    Counts,
    Measured,
    Metric,
    Tables,
    calls_by_month,
    counts_by_month,
    first_of_month,
    invoices_by_month,
    month_number,
    number_of_month,
    sales_by_month,
    vendor_of_sales,
)

__all__ = [
    "DEFINITIONS",
    "METRICS",
    "TIME_UNITS",
    "Counts",
    "Definition",
    "GlossaryEntry",
    "GlossaryGroup",
    "Measured",
    "Metric",
    "Tables",
    "Unit",
    "calls_by_month",
    "counts_by_month",
    "definition",
    "estimate",
    "first_of_month",
    "glossary",
    "glossary_markdown",
    "invoices_by_month",
    "month_number",
    "number_of_month",
    "ratio_measured",
    "sales_by_month",
    "share_measured",
    "vendor_of_sales",
]
