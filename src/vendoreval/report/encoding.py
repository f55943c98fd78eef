"""Messages as data: template and typed values, read back without loss."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from vendoreval.report.masking import clean_text, mask_text
from vendoreval.text import (
    Count,
    Day,
    Message,
    Minutes,
    Money,
    Month,
    Number,
    Percent,
    Seconds,
    Short,
)
from vendoreval.text.message import MessageValue

FigureType = Literal[
    "count", "number", "percent", "money", "short", "minutes", "seconds", "day", "month"
]

LONGEST_VALUE = 500


class Figure(BaseModel):
    """A typed value; `value` is exact text (a number, or an ISO date)."""

    model_config = ConfigDict(frozen=True)

    type: FigureType
    value: str
    decimals: int | None = None
    currency: str | None = None


class EncodedMessage(BaseModel):
    """A sentence: the English template is its id and the key of the catalogues."""

    model_config = ConfigDict(frozen=True)

    id: str
    values: dict[str, EncodedValue] = {}
    plural: str | None = None
    count: int | None = None


EncodedItem = str | int | Figure | EncodedMessage
EncodedValue = EncodedItem | list[EncodedItem]
EncodedMessage.model_rebuild()


def encode(message: Message) -> EncodedMessage:
    """Return a message as data, with personal data masked and control characters dropped.

    Examples
    --------
    >>> from vendoreval.text import msg
    >>> encode(msg("%(n)s rows", n=Count(3))).model_dump(exclude_none=True)
    {'id': '%(n)s rows', 'values': {'n': {'type': 'count', 'value': '3'}}}
    """
    values = {name: _encode_value(value) for name, value in message.values.items()}
    return EncodedMessage(
        id=message.template, values=values, plural=message.plural, count=message.count
    )


def decode(encoded: EncodedMessage) -> Message:
    """Return the message that `encode` was given."""
    values = {name: _decode_value(value) for name, value in encoded.values.items()}
    return Message(encoded.id, values, encoded.plural, encoded.count)


def _encode_value(value: MessageValue) -> EncodedValue:
    if isinstance(value, tuple):
        return [_encode_item(item) for item in value]
    return _encode_item(value)


def _encode_item(value: MessageValue) -> EncodedItem:
    match value:
        case str():
            # names come from files; one of them must not fill a page
            return mask_text(clean_text(value))[:LONGEST_VALUE]
        case int():
            return int(value)
        case Message():
            return encode(value)
        case Count():
            return Figure(type="count", value=str(value.value))
        case Number():
            return Figure(type="number", value=str(value.value), decimals=value.decimals)
        case Percent():
            return Figure(type="percent", value=str(value.share), decimals=value.decimals)
        case Money():
            return Figure(type="money", value=str(value.amount), currency=value.currency)
        case Short():
            return Figure(type="short", value=str(value.amount), currency=value.currency)
        case Minutes():
            return Figure(type="minutes", value=str(value.value))
        case Seconds():
            return Figure(type="seconds", value=str(value.value))
        case Day():
            return Figure(type="day", value=value.on.isoformat())
        case Month():
            return Figure(type="month", value=value.first.isoformat())
    raise TypeError(f"a message cannot hold {type(value).__name__}")


def _decode_value(value: EncodedValue) -> MessageValue:
    if isinstance(value, list):
        return tuple(_decode_value(item) for item in value)
    if isinstance(value, EncodedMessage):
        return decode(value)
    return _figure(value) if isinstance(value, Figure) else value


def _figure(figure: Figure) -> MessageValue:
    match figure.type:
        case "count":
            return Count(int(figure.value))
        case "number":
            return Number(float(figure.value), figure.decimals or 0)
        case "percent":
            return Percent(float(figure.value), figure.decimals or 0)
        case "money":
            return Money(Decimal(figure.value), figure.currency or "")
        case "short":
            return Short(Decimal(figure.value), figure.currency or "")
        case "minutes":
            return Minutes(float(figure.value))
        case "seconds":
            return Seconds(int(figure.value))
        case "day":
            return Day(date.fromisoformat(figure.value))
        case "month":
            return Month(date.fromisoformat(figure.value))
