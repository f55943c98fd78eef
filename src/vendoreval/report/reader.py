"""Read a document in one language: sentences from their messages, figures as people write them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from vendoreval.period import Period
from vendoreval.report.brand import PLAIN, Brand
from vendoreval.report.encoding import EncodedMessage, decode
from vendoreval.report.models import AuditDocument, FindingModel, MeasureModel, RangeModel, Said
from vendoreval.report.words import UNITS
from vendoreval.text import N_, Language, Message, language, msg

DASH = "—"
_NBSP = "\u00a0"
# from here on the money columns are in thousands, millions, and so on
_SCALES: tuple[tuple[int, int, str], ...] = (
    (20_000_000_000, 10**9, N_("%(unit)s billion")),
    (20_000_000, 10**6, N_("%(unit)s million")),
    (20_000, 10**3, N_("%(unit)s thousand")),
)
# a larger figure is too long for a column of a table
_LONGEST_FIGURE = 10_000_000
_LONGEST_NAME = 21


def capital(text: str) -> str:
    """Return text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def unbroken(text: str) -> str:
    """Return text in which no per cent sign can begin a line."""
    return text.replace(" %", _NBSP + "%")


def headline_money(finding: FindingModel) -> Decimal | None:
    """Return what a finding is shown with: its lower limit; of a fact or question the amount."""
    if finding.money is None:
        return None
    return finding.money.low if finding.tier == "finding" else finding.money.point


class Reader:
    """Words and figures of one document in one language.

    Parameters
    ----------
    written
        The document.
    code
        The language to print in, its own when `None`.
    brand
        The client's own words for headings and labels.
    """

    def __init__(
        self, written: AuditDocument, code: str | None = None, brand: Brand = PLAIN
    ) -> None:
        self.document = written
        self._words = brand.words.get(code or written.language, {})
        self.language: Language = language(code or written.language)
        self.currency = written.currency
        self._titles = {vendor.vendor: vendor.title for vendor in written.vendors}
        self._scale, self._scaled = next(
            (entry[1:] for entry in _SCALES if written.money.at_risk >= entry[0]), (1, "")
        )

    # ------------------------------------------------------------ sentences

    def text(self, part: Said, name: str) -> str:
        """Return the sentence under a key of a part; empty when it has none."""
        message = part.messages.get(name)
        return self._say(message) if isinstance(message, EncodedMessage) else ""

    def texts(self, part: Said, name: str) -> tuple[str, ...]:
        """Return the sentences under a key of a part."""
        messages = part.messages.get(name)
        if not isinstance(messages, list):
            return ()
        return tuple(self._say(message) for message in messages)

    def _say(self, message: EncodedMessage) -> str:
        return unbroken(self.language.say(self._named(decode(message))))

    def _named(self, message: Message) -> Message:
        """Write a vendor's printed name where a sentence holds its short one."""
        values = {
            name: self._titles.get(value, value)
            if isinstance(value, str)
            else self._named(value)
            if isinstance(value, Message)
            else value
            for name, value in message.values.items()
        }
        return replace(message, values=values)

    def sentence(self, part: Said, name: str) -> str:
        """Return the sentence under a key with a capital letter and a full stop."""
        text = capital(self.text(part, name))
        return text if not text or text[-1] in ".?!…" else text + "."

    def word(self, template: str) -> str:
        """Return a fixed word."""
        own = self._words.get(template)
        return (own or self.language.translate(template)).replace("%%", "%")

    def vendor(self, vendor: str) -> str:
        """Return the printed name of a vendor."""
        return self._titles.get(vendor, vendor)

    def short_vendor(self, vendor: str) -> str:
        """Return a printed name cut to what a figure or a narrow column holds."""
        name = self.vendor(vendor)
        return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"

    # -------------------------------------------------------------- figures

    @property
    def money_unit(self) -> str:
        """The unit of the money columns."""
        mark = self.language.currency_mark(self.currency)
        if not self._scaled:
            return mark
        return self.language.say(msg(self._scaled, unit=mark))

    def cell_money(self, amount: Decimal | None) -> str:
        """Return an amount for a cell whose unit stands in the head; a dash for nothing."""
        if amount is None or amount == 0:
            return DASH
        if self._scale == 1:
            return self.compact(amount)
        scaled = amount / self._scale
        if abs(scaled) < Decimal("0.05"):
            # beside large amounts a small one is small, not nothing
            return f"<{_NBSP}{self.number(0.1, 1)}"
        return self.number(scaled, 1 if abs(scaled) < 1 else 0)

    def compact(self, value: float | Decimal | None, decimals: int = 0) -> str:
        """Return a number that fits a column: from ten million on with its three first digits."""
        if value is None or abs(float(value)) < _LONGEST_FIGURE:
            return self.number(value, decimals)
        short = self.language.short(Decimal(str(value)), self.currency)
        mark = self.language.currency_mark(self.currency)
        return short.replace(f"{mark}{_NBSP}", "").removesuffix(f"{_NBSP}{mark}")

    def number(self, value: float | Decimal | None, decimals: int = 0) -> str:
        """Return a number, or a dash."""
        return DASH if value is None else self.language.number(value, decimals)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """Return a share as a percentage, or a dash."""
        return DASH if share is None else self.language.percent(share, decimals)

    def short(self, amount: Decimal | float | None) -> str:
        """Return an amount for a headline."""
        if amount is None:
            return DASH
        return self.language.short(Decimal(str(amount)), self.currency)

    def money(self, amount: Decimal | float | None) -> str:
        """Return an amount, whole from a thousand on."""
        if amount is None:
            return DASH
        exact = Decimal(str(amount))
        if abs(exact) < 1000 and exact != exact.to_integral_value():
            return self.language.money(exact, self.currency)
        return self.language.whole_money(exact, self.currency)

    def money_range(self, money: RangeModel) -> str:
        """Return an interval of money with the currency written once."""
        return self.join_range(self.money(money.low), self.money(money.high))

    def short_range(self, low: Decimal, high: Decimal) -> str:
        """Return an interval of rounded money with the currency written once."""
        return self.join_range(self.short(low), self.short(high))

    def join_range(self, low: str, high: str) -> str:
        """Join two amounts; what both have in front or behind is written once."""
        if self.language.code == "ru":
            low = low.removesuffix(_NBSP + self.language.currency_mark(self.currency))
            if "." in low and low.endswith(high.split(_NBSP)[-2]):
                low = low.rpartition(_NBSP)[0]
        else:
            high = high.replace(self.currency + _NBSP, "", 1)
        return f"{low}–{high}"

    def quantity(self, value: float | None, unit: str) -> str:
        """Return a measured value with its unit."""
        if value is None:
            return DASH
        if unit in {"share", "percent"}:
            return self.percent(value, 2)
        if unit == "money":
            return self.money(Decimal(str(value)))
        decimals = 0 if float(value).is_integer() or abs(value) >= 1000 else 2
        name = UNITS.get(unit)
        text = self.language.number(value, decimals)
        return f"{text}{_NBSP}{self.word(name)}" if name else text

    def change(self, measure: MeasureModel | None) -> str:
        """Return the relative change of a measure against the compared period."""
        if measure is None or measure.value is None or not measure.previous:
            return ""
        return self.language.signed_percent(measure.value / measure.previous - 1)

    # ---------------------------------------------------------------- dates

    def period(self, text: str) -> str:
        """Return a period standing on its own."""
        period = Period.parse(text)
        if period.is_month:
            return self.language.month(period.start)
        return self.language.say(
            msg("%(first)s – %(last)s", first=self.language.day(period.start),
                last=self.language.day(period.last_day))
        )  # fmt: skip

    def month_mark(self, month: str) -> str:
        """Return a month for an axis: Oct 26."""
        first = Period.parse(month).start
        return f"{self.language.short_month(first)} {first:%y}"

    def inner_period(self, text: str) -> str:
        """Return a period inside a sentence; Russian months are not capitalised there."""
        name = self.period(text)
        return name[:1].lower() + name[1:] if self.language.code == "ru" else name
