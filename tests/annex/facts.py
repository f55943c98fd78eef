"""Every fact of an agreement's file, and how a document may write it: an own walk over the YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from vendoreval.text import language

# entries that number, type or locate another one for programs
TYPING = {
    "kind", "logicalType", "physicalType", "locale", "source", "primaryKey",
    "primaryKeyPosition", "vendor", "timezone?", "library?", "property",
}  # fmt: skip
# key -> value -> English and Russian words; a `None` says that nothing is to be said
WORDS: dict[str, dict[Any, tuple[str, str] | None]] = {
    "status": {"active": ("in force", "действует"), "draft": ("draft", "проект")},
    "every": {"day": ("every day", "каждый день"), "month": ("every month", "каждый месяц")},
    "required": {True: ("required", "обязательно"), False: None},
    "unique": {True: None, False: None},
    "criticalDataElement": {True: ("critical:", "существенная графа")},
    "notAfter": {"delivery-time": ("not later than the day of sending", "не позже дня отправки")},
    "decimalComma": {True: ("decimal mark: comma", "десятичный знак: запятая")},
    "skipFooter": {"subtotal": ("subtotals", "подытоги"),
                   "total": ("totals", "итоги"),
                   "footer": ("lines below the rows", "строки под данными"),
                   "repeated header": ("repeated headers", "повторные заголовки")},
    "delimiter": {"\t": ("delimiter: tab", "разделитель: табуляция")},
    "severity": {"error": ("when broken: a fault", "при нарушении: ошибка"),
                 "warning": ("when broken: a warning", "при нарушении: предупреждение")},
    "dimension": {"consistency": ("consistency", "согласованность"),
                  "completeness": ("completeness", "полнота")},
    "metric": {"rowCount": ("the number of rows is greater", "число строк: больше")},
    "missingDays": {"fault": ("only one report has is a difference", "считается расхождением"),
                    "ignore": ("only one report has is left aside", "не сравнивается")},
    "driver": {"operational": ("for the daily work", "для текущей работы"),
               "regulatory": ("required by rules", "по требованию правил")},
    "acceptedForms": {"hh:mm:ss": ("hours:minutes:seconds", "часы:минуты:секунды"),
                      "mm:ss": ("minutes:seconds", "минуты:секунды"),
                      "hh:mm": ("hours:minutes", "часы:минуты"),
                      "seconds": ("seconds", "секунды"), "minutes": ("minutes", "минуты"),
                      "minutes (decimal comma)": ("minutes with decimals", "минуты с дробной"),
                      "excel-time": ("time of the spreadsheet", "время таблицы")},
    "unit": {"s": ("seconds", "секунды"), "min": ("minutes", "минуты"), "h": ("hour", "час"),
             "money": ("money", "ден"), "percent": ("per cent", "процент"),
             "share": ("share, 0 to 1", "доля"), "d": ("calendar day", "календарн"),
             "rows": None, "y": ("year", "год"), "month": ("month", "месяц"),
             "talk_minute": ("minute of talk", "минута разговора"),
             "agent_hour": ("hour of one agent on line", "час одного оператора"),
             "sale": ("sale", "продажа"), "dial": ("dial", "набор"),
             "fixed": ("fixed fee", "фиксированная плата")},
    "vat_mode": {"net": ("comes on top", "начисляется сверху"),
                 "gross": ("the price includes VAT", "цена включает НДС"),
                 "exempt": ("exempt from VAT", "без НДС (освобождено)")},
    "clock_starts": {"dial": ("from the dial", "от набора"),
                     "answer": ("from the answer", "от ответа")},
    "clock_ends": {"wrap_end": ("to the end of the notes", "до конца постобработки"),
                   "hangup": ("to the hang-up", "до отбоя")},
    "hold_billable": {False: ("time on hold is not paid for", "удержание не оплачивается"),
                      True: ("time on hold is paid for", "удержание оплачивается")},
    "minimum_seconds": {0: ("no least time of a call", "наименьшего времени звонка нет")},
    "rounding": {"half_up": ("rounded to the nearest step", "округление до ближайшего шага"),
                 "down": ("rounded down", "округление вниз"),
                 "up": ("rounded up", "округление вверх")},
    "round_scope": {"day": ("seconds of a day are added first", "складываются секунды дня"),
                    "call": ("each call is rounded by itself", "звонок округляется отдельно")},
    "money_rounding": {"total": ("only the total of an invoice", "только итог счёта")},
    "kind": {"graduated": ("at the price of the step it falls into", "в которую она попадает")},
    "prorated": {False: ("owed whole for every month begun", "начатый месяц причитается целиком")},
    "missing": {False: ("never came does not count", "непереданный отчёт не считается")},
    "receipt": {False: ("no receipt is needed", "подтверждающий документ не нужен")},
    "by": {"client": ("told by: the client", "сообщил: заказчик"),
           "vendor": ("told by: the vendor", "сообщил: подрядчик")},
    "decided_by": {"both": ("decided by: both sides", "решает: обе стороны")},
    "measure": {"conversion": ("of the leads worked", "в обработанных лидах"),
                "cancellation_share": ("cancelled sales, of all", "доля отменённых продаж"),
                "review_score": ("mean score of the reviews", "средняя оценка")},
    "language": {"ru": ("Russian", "русский")},
    "timezone": {False: None},
    "type": {"sql": None, "foreignKey": None, "library": None},
    # what the names of the standard mean
    "sla": {"frequency": ("delivered every", "период передачи"),
            "timeOfAvailability": ("deadline", "срок"), "retention": ("kept for", "хранится")},
}  # fmt: skip
# a name that only the standard's own typing needs
_NAMED = {(), ("schema", "quality"), ("customProperties", "disclosures")}
_QUIET = {"logicalTypeOptions.format=i32", "logicalTypeOptions.format=i64"}


def facts(value: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every entry of a file with the keys that lead to it; our own properties by name."""
    if isinstance(value, dict):
        if value.get("vendor") == "vendoreval" and "property" in value:
            yield from facts(value["value"], (*keys, value["property"]))
            return
        for key, entry in value.items():
            # a short name that the description in two languages begins with
            if key == "businessName" and str(value.get("description", "")).startswith(str(entry)):
                continue
            yield from facts(entry, (*keys, key))
    elif isinstance(value, list):
        for entry in value:
            yield from facts(entry, keys)
    elif value is not None:
        yield keys, value


def wanted(keys: tuple[str, ...], value: Any, code: str) -> tuple[str, ...]:
    """Return the ways in which a document may say a fact; empty when there is nothing to say."""
    key = keys[-1]
    place = 0 if code == "en" else 1
    if key == "property" and keys[0] == "slaProperties":
        return (WORDS["sla"][value][place],)
    if key == "id" and keys[:-1] not in _NAMED:
        return ()
    if key in TYPING and key not in WORDS and "customProperties" not in keys[-2:]:
        return ()
    if key == "kind" and len(keys) == 1:
        return ()
    if f"{keys[-2]}.{key}={value}" in _QUIET if len(keys) > 1 else False:
        return ()
    if key in WORDS and isinstance(value, str | bool | int) and value in WORDS[key]:
        words = WORDS[key][value]
        return (words[place],) if words else ()
    return tuple(_written(value, code))


def _written(value: Any, code: str) -> Iterator[str]:
    text = " ".join(str(value).split())
    if not text or text == "pii":
        return
    english, slash, russian = text.partition(" / ")
    if slash and re.search("[А-яЁё]", russian):
        yield english if code == "en" else russian
        return
    yield text
    speak = language(code)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = None
    if number is not None and number.is_finite():
        decimals = max(-int(number.normalize().as_tuple().exponent), 0)
        yield speak.number(number, decimals)
        yield speak.number(number, max(decimals, 2))
        yield speak.number(number * 100, max(decimals - 2, 0)) + ("%" if code == "en" else " %")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return
    yield speak.day(day)


def missing(value: Any, text: str, code: str) -> list[str]:
    """Return the facts of a file that a document does not say."""
    squeezed = squeeze(text)
    lost = []
    for keys, fact in facts(value):
        ways = wanted(keys, fact, code)
        if ways and not any(_stands(way, text, squeezed) for way in ways):
            lost.append(f"{'.'.join(keys)}: {fact}")
    return sorted(set(lost))


def squeeze(text: str) -> str:
    """Return a text without blanks: lines of a document break anywhere."""
    return re.sub(r"\s+", "", text.replace("\u00ad", ""))


def _stands(way: str, text: str, squeezed: str) -> bool:
    bare = squeeze(way)
    if re.fullmatch(r"[0-9.,]+%?", bare):
        # a number is not a part of a longer one
        pattern = rf"(?<![0-9]){re.escape(bare)}(?![0-9])"
        grouped = re.sub(r"(?<=[0-9])\s(?=[0-9]{3}|%)", "", text)
        return any(re.search(pattern, whole) for whole in (text, grouped))
    return bare in squeezed
