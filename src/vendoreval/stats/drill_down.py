"""From a named vendor to its checks and agents, and intervals of what was selected.

Who looks into selected groups only must test inside them at a stricter level: with R of
V vendors named, at ``level R / V``; then the agents of the selected checks at that level
times the share of checks selected. Intervals of selected findings are widened in the
same way, otherwise those that were picked for being large cover too seldom.

Sources: Benjamini & Bogomolov 2014 (selected families); Benjamini & Yekutieli 2005
(false coverage rate); Wang & Ramdas 2022 (e-BH).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from vendoreval.stats.multiplicity import benjamini_hochberg, e_benjamini_hochberg, simes


def selected_level(selected: int, tested: int, level: float) -> float:
    """Return the level inside selected groups: ``level * selected / tested``.

    Examples
    --------
    >>> selected_level(2, 12, 0.06)
    0.01
    """
    if not 0 <= selected <= tested or tested == 0 or not 0 < level < 1:
        raise ValueError("needs 0 <= selected <= tested, tested above 0 and a level in (0, 1)")
    return level * selected / tested


def e_drill_down(
    groups: Sequence[npt.ArrayLike], named: Sequence[bool], level: float
) -> list[list[bool]]:
    """Return which members of the named groups are named too, by e-BH at the stricter level.

    Parameters
    ----------
    groups
        E-values of each vendor's checks (or of each check's agents).
    named
        Which groups were named at `level`.
    level
        At which they were. For the step after this one pass `selected_level`.

    Examples
    --------
    Two of four vendors are named at .05, so that a check needs 1 / (.05 * 2 / 4) = 40, shared:

    >>> checks = [[90.0, 1.0], [30.0, 2.0], [500.0, 3.0], [1.0, 1.0]]
    >>> e_drill_down(checks, [True, False, True, False], 0.05)
    [[True, False], [False, False], [True, False], [False, False]]
    """
    return _inside(groups, named, level, e_benjamini_hochberg)


def p_drill_down(
    groups: Sequence[npt.ArrayLike], level: float
) -> tuple[list[bool], list[list[bool]]]:
    """Return which groups hold something (Simes, then BH), and what inside them.

    For the review tier: questions only.

    Parameters
    ----------
    groups
        P-values of each group, at least one each.
    level
        False discovery rate over groups, and on average inside the selected ones.

    Examples
    --------
    >>> p_drill_down([[0.001, 0.5], [0.4, 0.6], [0.03, 0.9]], 0.10)
    ([True, False, True], [[True, False], [False, False], [True, False]])
    """
    selected = benjamini_hochberg([simes(group) for group in groups], level)
    return selected, _inside(groups, selected, level, benjamini_hochberg)


def false_coverage_level(selected: int, tested: int, rate: float = 0.10) -> float:
    """Return the level of intervals of selected findings: ``1 - rate * selected / tested``.

    Of all intervals so reported, at most `rate` miss the truth on average, although only
    the striking ones are reported.

    Parameters
    ----------
    selected, tested
        R findings of m tested, ``1 <= R <= m``.
    rate
        .10 where 90 % intervals are wanted.

    Examples
    --------
    >>> round(false_coverage_level(3, 60), 3)
    0.995
    """
    if not 1 <= selected <= tested or not 0 < rate < 1:
        raise ValueError("needs 1 <= selected <= tested and a rate between 0 and 1")
    return 1 - rate * selected / tested


def _inside(
    groups: Sequence[npt.ArrayLike],
    named: Sequence[bool],
    level: float,
    rule: Callable[[npt.ArrayLike, float], list[bool]],
) -> list[list[bool]]:
    if len(groups) != len(named):
        raise ValueError("say for each group whether it is named")
    stricter = selected_level(sum(named), len(named), level) if groups else level
    return [
        rule(group, stricter) if is_named else [False] * np.size(np.asarray(group))
        for group, is_named in zip(groups, named, strict=True)
    ]
