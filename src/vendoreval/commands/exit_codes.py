"""What a command ends with; the errors of `errors.py` hold theirs themselves."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
FAULTS: Final = 1
UNREADABLE: Final = 2
ARGUMENTS: Final = 3
REFUSED: Final = 4
BROKEN_OFF: Final = 130
