"""A sentence as data: an English template and the typed values it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from vendoreval.text.values import Scalar

PLACEHOLDER = re.compile(r"%\(\w+\)s")
MessageValue: TypeAlias = "Scalar | Message | tuple[MessageValue, ...]"


@dataclass(frozen=True)
class Message:
    """A translatable sentence.

    Parameters
    ----------
    template
        The English sentence with ``%(name)s`` placeholders; also the key of the
        catalogue. A literal per cent sign is written ``%%``.
    values
        What the placeholders stand for. Vendor names are plain `str` and are never
        inflected.
    plural, count
        The English plural template and the whole number that chooses the form.

    Examples
    --------
    >>> message = msg("%(name)s has %(n)s rows", name="calls.csv", n=3)
    >>> message.template % message.values
    'calls.csv has 3 rows'
    """

    template: str
    values: Mapping[str, MessageValue] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.values)), self.count))


def msg(template: str, /, **values: MessageValue) -> Message:
    """Make a message; the extractor of the catalogues looks for this name."""
    return Message(template, values)


def nmsg(singular: str, plural: str, count: int, /, **values: MessageValue) -> Message:
    """Make a message whose form depends on a whole number."""
    return Message(singular, values, plural, count)


def N_(template: str) -> str:
    """Mark a template for the catalogues without making a message yet."""
    return template
