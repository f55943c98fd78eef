"""Sentences and figures for people, in English and Russian.

Every sentence a user reads is a `Message`: an English template with typed
values. It becomes text only at the edge, by `Language.say`, so that one result
can be read in either language at any later time.
"""

from vendoreval.text.language import LANGUAGES, Language, language
from vendoreval.text.message import N_, Message, msg, nmsg
from vendoreval.text.values import (
    Bilingual,
    Count,
    Day,
    Minutes,
    Money,
    Month,
    Number,
    Percent,
    Seconds,
    Short,
    Value,
)

__all__ = [
    "LANGUAGES",
    "N_",
    "Bilingual",
    "Count",
    "Day",
    "Language",
    "Message",
    "Minutes",
    "Money",
    "Month",
    "Number",
    "Percent",
    "Seconds",
    "Short",
    "Value",
    "language",
    "msg",
    "nmsg",
]
