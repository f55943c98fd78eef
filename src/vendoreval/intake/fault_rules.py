"""The codes of the rules a file can break; they are the product's public words."""

from __future__ import annotations

from typing import Final

PRINTED_TOTAL: Final = "printed_total"
ROW_RULE: Final = "row_rule:"
FILE_RULES: Final = ("missing_column", "duplicate_header")
STRUCTURE_RULES: Final = (
    "extra_cells", "missing_cells", "encoding", "quote", "blank_row", "length",
)  # fmt: skip
CELL_RULES: Final = (
    "required", "type", "date_format", "duration_form", "minimum", "maximum", "range", "pattern",
    "length", "code", "multiple_of", "unique", "foreign_key", "future", "local_time",
    "error_cell", "printed_total", "rounded_number",
)  # fmt: skip
