"""Time zones by their IANA names."""

from __future__ import annotations

from zoneinfo import ZoneInfo


def known_zone(name: str) -> bool:
    """Whether the machine's time zone list knows the name.

    Examples
    --------
    >>> known_zone("Europe/Moscow"), known_zone("Moscow")
    (True, False)
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
