"""Personal values as they may be shown to others: enough is left to find the row again."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[\w.+-]+@(?=[\w-]+(?:\.[\w-]+)+)")
_GAP = r"[\s\u00a0().-]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w+.,-])(?:\+\d(?:{_GAP}\d){{8,14}}|[78]{_GAP}[3489](?:{_GAP}\d){{9}}"
    rf"|\(?9\d\d\)?{_GAP}\d{{3}}[\s\u00a0-]?\d\d[\s\u00a0-]?\d\d)(?![\w])"
)


def mask_phone(text: str) -> str:
    """Return a phone of which only country, kind and the last two digits are left.

    Examples
    --------
    >>> mask_phone("8 (916) 123-45-12")
    '+7 9** ***-**-12'
    >>> mask_phone("+49 30 901820")
    '+4*******20'
    >>> mask_phone("102")
    '***'
    """
    if "*" in text:
        # masked already; a second pass would take the last digits too
        return text
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) == 10 and digits[0] == "9":
        digits = "7" + digits
    if len(digits) == 11 and digits[0] in "78":
        return f"+7 {digits[1]}** ***-**-{digits[-2:]}"
    if len(digits) < 7:
        return "*" * len(digits)
    return f"+{digits[0]}{'*' * (len(digits) - 3)}{digits[-2:]}"


def mask_text(text: str) -> str:
    """Return text with phones and e-mail addresses inside it masked.

    Examples
    --------
    >>> mask_text("call +7 916 123-45-12 or ivan@example.org")
    'call +7 9** ***-**-12 or i***@example.org'
    """
    text = _PHONE.sub(lambda found: mask_phone(found[0]), text)
    return _EMAIL.sub(lambda found: f"{found[0][0]}***@", text)


def mask_personal(text: str) -> str:
    """Return the value of a personal column, its ends only; phones as `mask_phone` writes them.

    Examples
    --------
    >>> mask_personal("8 (916) 123-45-12"), mask_personal("Иванова"), mask_personal("Ли")
    ('+7 9** ***-**-12', 'И***…ва', '***')
    """
    if not text or "***" in text:
        return text
    if _PHONE.fullmatch(text.strip()):
        return mask_phone(text)
    return f"{text[0]}***…{text[-2:]}" if len(text) > 5 else "***"
