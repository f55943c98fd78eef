"""Whose personal data are to be erased, and how a row is recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["phone", "lead", "key", "age"]
# numbers are compared without the country's code and the trunk prefix
_NATIONAL_DIGITS = 10
_SHORTEST = 7


@dataclass(frozen=True)
class Selection:
    """Which rows: of a phone, of a lead, of one key, or all that are old enough.

    Parameters
    ----------
    phone, lead_id
        Rows of every report; a phone also means the leads it was handed over with.
    key
        Column -> value; needs `report`.
    before
        Rows of days before this one.
    report, vendor
        Only rows of these.
    """

    phone: str | None = None
    lead_id: str | None = None
    key: Mapping[str, str] | None = None
    before: date | None = None
    report: str | None = None
    vendor: str | None = None
    leads: frozenset[str] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        given = [self.phone, self.lead_id, self.key, self.before]
        if sum(one is not None for one in given) != 1:
            raise ValueError("name one of phone, lead_id, key and before")
        if self.key is not None and (self.report is None or not self.key):
            raise ValueError("a key needs its report and at least one column")
        if self.phone is not None and len(digits(self.phone)) < _SHORTEST:
            raise ValueError(f"a phone has at least {_SHORTEST} digits")

    @property
    def kind(self) -> Kind:
        """In one word."""
        if self.phone is not None:
            return "phone"
        if self.lead_id is not None:
            return "lead"
        return "key" if self.key is not None else "age"

    def names_itself_in(self, text: str) -> bool:
        """Whether a text holds the phone."""
        return self.phone is not None and national(self.phone) in digits(text)

    def of_table(self, table: pa.Table, personal: Sequence[str], day: str | None) -> pa.Array:
        """Return which typed rows are meant."""
        masks = []
        if self.phone is not None:
            masks += [
                self._is_phone(table[name]) for name in personal if name in table.column_names
            ]
        masks.append(self.of_leads(table))
        if self.key is not None and set(self.key) <= set(table.column_names):
            masks.append(_every([_is_in(table[n], {str(v)}) for n, v in self.key.items()]))
        if self.before is not None and day in table.column_names:
            masks.append(pc.less(table[day], pa.scalar(self.before)))
        return _any(masks, table.num_rows)

    def of_leads(self, table: pa.Table) -> pa.Array:
        """Return which rows are of the lead, or of the leads of the phone."""
        leads = self.leads | ({self.lead_id} if self.lead_id is not None else set())
        if not leads or "lead_id" not in table.column_names:
            return _any([], table.num_rows)
        return _is_in(table["lead_id"], leads)

    def of_texts(self, table: pa.Table, is_old: bool) -> pa.Array:
        """Return which quarantined rows are meant: every cell is text there."""
        if self.before is not None:
            return pa.array([is_old] * table.num_rows)
        if self.phone is not None:
            cells = [self.in_text(table[name]) for name in texts_of(table)]
            return _any([*cells, self.of_leads(table)], table.num_rows)
        return self.of_table(table, (), None)

    def in_text(self, column: pa.ChunkedArray) -> pa.Array:
        """Return which texts hold the phone among other things."""
        assert self.phone is not None  # noqa: S101  asked of a phone only
        wanted = national(self.phone)
        plain = pc.replace_substring_regex(column, r"\D", "")
        if len(wanted) < _NATIONAL_DIGITS:
            return _flat(pc.equal(plain, wanted))
        return _flat(pc.match_substring(plain, wanted))

    def _is_phone(self, column: pa.ChunkedArray) -> pa.Array:
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            column = pc.cast(column, pa.large_string())
        assert self.phone is not None  # noqa: S101  asked of a phone only
        wanted = national(self.phone)
        plain = pc.replace_substring_regex(column, r"\D", "")
        if len(wanted) < _NATIONAL_DIGITS:
            # the end of another number may be the same
            return _flat(pc.equal(plain, wanted))
        return _flat(pc.equal(pc.utf8_slice_codeunits(plain, -len(wanted)), wanted))


def digits(text: str) -> str:
    """Return the digits of a text.

    Examples
    --------
    >>> digits("+7 (916) 123-45-12")
    '79161234512'
    """
    return re.sub(r"\D", "", text)


def national(phone: str) -> str:
    """Return the digits by which two ways to write a phone are compared.

    Examples
    --------
    >>> national("+7 916 123-45-12") == national("8 (916) 1234512")
    True
    """
    return digits(phone)[-_NATIONAL_DIGITS:]


def texts_of(table: pa.Table) -> list[str]:
    """Return the columns that hold text."""
    return [
        field.name
        for field in table.schema
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]


def _is_in(column: pa.ChunkedArray, values: Iterable[str]) -> pa.Array:
    texts = pc.cast(column, pa.large_string())
    return _flat(pc.is_in(texts, value_set=pa.array(sorted(values), pa.large_string())))


def _flat(mask: pa.ChunkedArray | pa.Array) -> pa.Array:
    whole = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
    return pc.fill_null(whole, False)


def _every(masks: Sequence[pa.Array]) -> pa.Array:
    found = masks[0]
    for mask in masks[1:]:
        found = pc.and_(found, mask)
    return found


def _any(masks: Sequence[pa.Array], rows: int) -> pa.Array:
    found = pa.array([False] * rows, pa.bool_())
    for mask in masks:
        found = pc.or_(found, _flat(mask))
    return found
