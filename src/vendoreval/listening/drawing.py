"""Drawing by lot: a random part that stands for all calls, and a part from the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

RANDOM: Final = "random"
EVIDENCE: Final = "evidence"


def allocate(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """Return how many calls to draw from each group: one at least, the rest by size.

    Parameters
    ----------
    sizes
        Calls of each group, all above 0.
    count
        Calls to draw, from 0 to all of them; with fewer than there are groups nobody can be
        given one each, and the result is empty.

    Examples
    --------
    >>> allocate({"first": 900, "further": 80, "quote": 15, "result": 5}, 20)
    {'first': 16, 'further': 2, 'quote': 1, 'result': 1}
    >>> allocate({"first": 900, "result": 5}, 1)
    {}
    """
    if count < len(sizes):
        return {}
    given = dict.fromkeys(sizes, 1)
    left, rest = count - len(sizes), sum(sizes.values()) - len(sizes)
    if left == 0 or rest == 0:
        return given
    exact = {group: left * (size - 1) / rest for group, size in sizes.items()}
    for group, share in exact.items():
        given[group] += int(share)
    # what is left after rounding down goes to the largest remainders
    by_remainder = sorted(sizes, key=lambda group: (int(exact[group]) - exact[group], group))
    for group in by_remainder[: count - sum(given.values())]:
        given[group] += 1
    return given


def draw_random(calls: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw calls so that each has a known chance, and every step of the way is heard.

    Parameters
    ----------
    calls
        `call_id` and `step`, in any order.
    count
        From 0 to all of them.

    Returns
    -------
    pandas.DataFrame
        The drawn rows with `inclusion_probability`: the calls drawn of its step by the calls
        there are. A share of all calls is estimated by weighing each by its inverse.
    """
    ordered = calls.sort_values("call_id", kind="stable")
    sizes = {str(step): len(rows) for step, rows in ordered.groupby("step", sort=True)}
    shares = allocate(sizes, count)
    if not shares:
        groups = {"": (ordered, count)}
    else:
        groups = {s: (ordered[ordered["step"] == s], shares[s]) for s in sorted(sizes)}
    parts = []
    for rows, wanted in groups.values():
        places = rng.permutation(len(rows))[:wanted]
        drawn = rows.iloc[np.sort(places)]
        parts.append(drawn.assign(inclusion_probability=wanted / max(len(rows), 1)))
    return pd.concat(parts, ignore_index=True)


def draw_evidence(
    found: Mapping[str, Sequence[str]], count: int, rng: np.random.Generator
) -> dict[str, str]:
    """Draw calls from the evidence of checks in turn, by lot inside each.

    Parameters
    ----------
    found
        Check -> its calls.

    Returns
    -------
    dict
        call_id -> check, in the order drawn; each call once.
    """
    queues = {
        check: [sorted(set(calls))[place] for place in rng.permutation(len(set(calls)))]
        for check, calls in sorted(found.items())
        if calls
    }
    drawn: dict[str, str] = {}
    while queues and len(drawn) < count:
        for check in list(queues):
            while queues[check] and queues[check][0] in drawn:
                queues[check].pop(0)
            if not queues[check]:
                del queues[check]
            elif len(drawn) < count:
                drawn[queues[check].pop(0)] = check
    return drawn
