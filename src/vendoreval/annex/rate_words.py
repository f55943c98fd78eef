"""One line of the rate card in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from vendoreval.agreement.rate_clauses import Cap, MinimumCommitment, PerformanceStep
from vendoreval.agreement.rate_items import RateItem
from vendoreval.annex.document import Cell, Said
from vendoreval.annex.wording import exact, joined, percentage, price
from vendoreval.rating.lines import CALL_UNITS, CardLine
from vendoreval.text import Count, Day, Message, msg, nmsg

UNITS: Final = {
    "talk_minute": msg("minute of talk"),
    "handle_minute": msg("minute of talk and notes"),
    "worked_minute": msg("minute worked on a call, ringing and notes included"),
    "agent_hour": msg("hour of one agent on line"),
    "seat_month": msg("seat for a calendar month"),
    "dial": msg("dial"),
    "contact": msg("conversation"),
    "lead": msg("lead or meeting"),
    "sale": msg("sale"),
    "fixed": msg("fixed fee for a calendar month"),
}
MEASURES: Final = {
    "conversion": msg("sales that were not cancelled, of the leads worked"),
    "contact_share": msg("conversations, of the dials"),
    "sales": msg("sales that were not cancelled"),
    "cancellation_share": msg("cancelled sales, of all sales"),
    "review_score": msg("mean score of the reviews"),
    "reports_on_time_share": msg("reports in time, of those due"),
}
_ROUNDING: Final = {
    "up": msg("up"),
    "half_up": msg("to the nearest step, a half up"),
    "down": msg("down"),
}
_SCOPES: Final = {
    "call": msg("each call is rounded by itself"),
    "day": msg("the seconds of a day are added first, then rounded"),
    "invoice": msg("the seconds of the whole invoice are added first, then rounded"),
}
_Row = tuple[Said, Cell]


def line_rows(line: CardLine) -> Iterator[_Row]:
    """Yield every clause of a line of the card: what it is called, what it says."""
    item = line.item
    yield msg("Price"), (msg("%(price)s for each: %(unit)s", price=price(item.price, item.currency),
                             unit=UNITS[item.unit]),)  # fmt: skip
    yield msg("VAT"), (_vat(item),)
    yield msg("In force"), (_in_force(item),)
    yield msg("Campaigns"), (_campaigns(item),)
    if item.unit in CALL_UNITS:
        yield msg("Outcomes that are paid for"), tuple(_outcomes(line))
    if line.is_timed:
        yield msg("Clock"), (_clock(line),)
    if line.is_timed or item.unit == "agent_hour":
        yield msg("Counting"), tuple(_counting(item))
    yield from _fees(item)
    yield from _volume(item)
    yield from _performance(item)
    yield msg("Tolerance"), (_tolerance(item),)
    yield msg("Rounding of money"), (
        msg("each line of an invoice is rounded to the smallest coin, a half up")
        if item.money_rounding == "line"
        else msg("only the total of an invoice is rounded to the smallest coin, a half up"),
    )  # fmt: skip


def _vat(item: RateItem) -> Message:
    if item.vat_mode == "exempt":
        return msg("exempt from VAT")
    if item.vat_mode == "gross":
        return msg("the price includes VAT at %(rate)s", rate=percentage(item.vat_rate))
    if not item.vat_rate:
        return msg("the price is without VAT; the line names no rate of VAT")
    return msg("the price is without VAT; VAT at %(rate)s comes on top",
               rate=percentage(item.vat_rate))  # fmt: skip


def _in_force(item: RateItem) -> Message:
    first = Day(item.valid_from)
    if item.valid_to is None:
        return msg("from %(first)s, without an end; a call belongs to the instant it starts",
                   first=first)  # fmt: skip
    return msg(
        "from %(first)s, that day included, to %(end)s, that day not included; a call belongs to "
        "the instant it starts",
        first=first, end=Day(item.valid_to),
    )  # fmt: skip


def _campaigns(item: RateItem) -> Message:
    named: Message = (
        msg("only: %(names)s", names=", ".join(item.campaigns))
        if item.campaigns
        else msg("all that no other line names")
    )
    if not item.priority:
        return named
    return joined([named, msg("priority %(n)s: the higher one goes first", n=item.priority)])


def _outcomes(line: CardLine) -> Iterator[Message]:
    codes = ", ".join(line.dispositions)
    if line.item.billable_dispositions:
        yield msg("only: %(names)s", names=codes)
    else:
        yield msg("the line names none, so by the common rule: %(names)s", names=codes)
    yield msg("a test call is never paid for")


def _clock(line: CardLine) -> Message:
    first = msg("from the dial") if line.counts_ring else msg("from the answer")
    last = msg("to the end of the notes") if line.counts_wrap else msg("to the hang-up")
    hold = (
        msg("time on hold is paid for")
        if line.item.hold_billable
        else msg("time on hold is not paid for")
    )
    return joined([joined([first, last], " "), hold])


def _counting(item: RateItem) -> Iterator[Message]:
    if item.free_seconds:
        yield nmsg(
            "a call of %(n)s second or less costs nothing",
            "a call of %(n)s seconds or less costs nothing",
            item.free_seconds, n=Count(item.free_seconds),
        )  # fmt: skip
    if item.included_seconds:
        yield nmsg(
            "%(n)s second of each call is not charged",
            "%(n)s seconds of each call are not charged",
            item.included_seconds, n=Count(item.included_seconds),
        )  # fmt: skip
    if item.minimum_seconds:
        yield nmsg(
            "at least %(n)s second is charged",
            "at least %(n)s seconds are charged",
            item.minimum_seconds, n=Count(item.minimum_seconds),
        )  # fmt: skip
    else:
        yield msg("no least time of a call")
    yield msg(
        "first step %(first)s s, every further step %(next)s s, rounded %(way)s",
        first=Count(item.first_increment_seconds), next=Count(item.next_increment_seconds),
        way=_ROUNDING[item.rounding],
    )  # fmt: skip
    yield _SCOPES[item.round_scope]
    if item.maximum_seconds is not None:
        yield nmsg(
            "at most %(n)s second is charged",
            "at most %(n)s seconds are charged",
            item.maximum_seconds, n=Count(item.maximum_seconds),
        )  # fmt: skip


def _fees(item: RateItem) -> Iterator[_Row]:
    if item.connect_fee:
        yield msg("Connection fee"), (
            msg("%(price)s for every call that may be billed, was answered and is not free",
                price=price(item.connect_fee, item.currency)),
        )  # fmt: skip
    if item.setup_fee is not None:
        yield msg("Set-up fee"), (
            msg("%(price)s once, in the first month of the line",
                price=price(item.setup_fee, item.currency)),
        )  # fmt: skip
    if item.pass_through is not None:
        limit = (
            msg("costs are passed on as they arose, up to %(price)s a month",
                price=price(item.pass_through.maximum, item.currency))
            if item.pass_through.maximum is not None
            else msg("costs are passed on as they arose, up to the price of the line")
        )  # fmt: skip
        proof = (
            msg("a receipt is shown") if item.pass_through.receipt else msg("no receipt is needed")
        )
        yield msg("Costs passed on"), (limit, proof)


def _volume(item: RateItem) -> Iterator[_Row]:
    if item.tiers is not None:
        kind = (
            msg("each unit of a month at the price of the step it falls into")
            if item.tiers.kind == "graduated"
            else msg("all units of a month at the price of the step that the whole volume reaches")
        )
        steps: list[Said] = [kind]
        for step in item.tiers.steps:
            cost = price(step.price, item.currency)
            steps.append(
                msg("beyond that: %(price)s", price=cost)
                if step.up_to is None
                else msg("to the quantity %(n)s, itself included: %(price)s",
                         n=exact(step.up_to), price=cost)
            )  # fmt: skip
        yield msg("Steps of volume"), tuple(steps)
    if item.minimum_commitment is not None:
        part = (
            msg("a month in which the line is not in force every day owes a part of it")
            if item.minimum_commitment.prorated
            else msg("it is owed whole for every month begun")
        )
        yield msg("Least a month"), (_amount(item.minimum_commitment, item.currency), part)
    if item.cap is not None:
        yield msg("Most a month"), (_amount(item.cap, item.currency),)


def _amount(clause: MinimumCommitment | Cap, currency: str) -> Message:
    if clause.quantity is not None:
        return msg("quantity %(n)s", n=exact(clause.quantity))
    return price(_given(clause.amount), currency)


def _given(amount: Decimal | None) -> Decimal:
    """Return the amount of a clause that has no share and no quantity."""
    if amount is None:
        raise ValueError("a clause of the rate card says neither share, quantity nor amount")
    return amount


def _performance(item: RateItem) -> Iterator[_Row]:
    if item.bonus:
        yield msg("Bonus"), tuple(_steps(item.bonus, item.currency, msg("plus")))
    if item.malus:
        yield msg("Malus"), tuple(_steps(item.malus, item.currency, msg("minus")))
    if item.clawback is not None:
        yield msg("Cancelled sales"), (
            nmsg("%(share)s of the price comes back when the sale is cancelled within %(n)s day",
                 "%(share)s of the price comes back when the sale is cancelled within %(n)s days",
                 item.clawback.days, share=percentage(item.clawback.share),
                 n=Count(item.clawback.days)),
        )  # fmt: skip
    late = item.late_report_credit
    if late is not None:
        lowered = (
            msg("the line is lowered by %(share)s", share=percentage(late.share))
            if late.share is not None
            else msg(
                "the line is lowered by %(price)s", price=price(_given(late.amount), item.currency)
            )
        )
        which: Message = (
            msg("for each late report of: %(names)s", names=", ".join(late.reports))
            if late.reports
            else msg("for each late report")
        )
        missing = (
            msg("a report that never came counts like a late one")
            if late.missing
            else msg("a report that never came does not count")
        )
        most = msg("at most %(share)s of the line", share=percentage(late.maximum_share))
        yield msg("Late reports"), (joined([lowered, which], " "), missing, most)


def _steps(steps: Sequence[PerformanceStep], currency: str, sign: Message) -> Iterator[Message]:
    for step in steps:
        size = (
            msg("%(share)s of the line", share=percentage(step.share))
            if step.share is not None
            else price(_given(step.amount), currency)
        )
        yield msg("%(sign)s %(size)s when %(where)s", sign=sign, size=size, where=_where(step))


def _where(step: PerformanceStep) -> Message:
    what = MEASURES[step.measure]
    for sentence, bound in (
        (msg("%(what)s: at least %(n)s"), step.at_least),
        (msg("%(what)s: more than %(n)s"), step.above),
        (msg("%(what)s: at most %(n)s"), step.at_most),
        (msg("%(what)s: less than %(n)s"), step.below),
    ):
        if bound is not None:
            is_share = step.measure not in ("sales", "review_score")
            shown = percentage(bound) if is_share else exact(bound)
            return Message(sentence.template, {"what": what, "n": shown})
    return what


def _tolerance(item: RateItem) -> Message:
    agreed = item.invoice_tolerance
    if not agreed.relative and not agreed.absolute:
        return msg("none: invoice and log are compared exactly")
    return msg(
        "invoice and log may differ by the larger of %(relative)s and a quantity of "
        "%(absolute)s; both "
        "sides take that for noise of the clocks",
        absolute=exact(agreed.absolute), relative=percentage(agreed.relative),
    )  # fmt: skip
