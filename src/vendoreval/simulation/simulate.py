"""Draw a world by size, seed and what is planted in it; write it as a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from vendoreval.errors import AgreementError, Problem, os_problem, plain_problem
from vendoreval.period import Period
from vendoreval.simulation.build import LateStartError, build, first_month
from vendoreval.simulation.days import Calendar, calendar
from vendoreval.simulation.folder import write_world
from vendoreval.simulation.plants.dose import Dose
from vendoreval.simulation.plants.registry import ALIASES, SCHEMES, ZOO
from vendoreval.simulation.simulated import World
from vendoreval.simulation.world.client import Client
from vendoreval.simulation.world.conduct import Conduct, draw_conduct
from vendoreval.text import Message, msg

NAMES = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
)  # fmt: skip
EVERYBODY = "*"
_MOST = 99


def simulate(
    folder: str | Path | None = None,
    *,
    vendors: int = 3,
    months: int = 6,
    seed: int = 1,
    end: str = "2026-10",
    schemes: Sequence[str | Dose] = (),
    zoo: Sequence[str | Dose] = (),
    agents: int = 12,
    dials_a_month: int = 6000,
    tau: float = 0.05,
    season: float = 0.0,
) -> World:
    """Draw a world with known truth and, when a folder is named, write it as a workspace.

    Parameters
    ----------
    folder
        A new or empty folder; nothing is written without one.
    vendors, months
        How many vendors (1 to 99) report for how many months (1 to 120).
    seed
        Equal seeds and arguments give equal bytes. A planting changes only what it says:
        the same seed without it gives the same honest world underneath.
    end
        The last month.
    schemes, zoo
        What is planted, as ``[VENDOR/]NAME[:strength[:share_of_agents[:start_month]]]`` or a
        `Dose`; the vendor ``*`` is everybody, none is the first. `schemes` takes the names of
        `SCHEMES` and S1 to S15, `zoo` the honest cases of `ZOO`.
    agents, dials_a_month
        Seats, and dials of an ordinary month, of each vendor.
    tau
        Log-sd of sales per minute between honest vendors.
    season
        Log amplitude of a yearly wave of sales, the same for all vendors.

    Returns
    -------
    World

    Raises
    ------
    AgreementError
        If an argument is wrong, all of them at once, or the folder is not empty.

    Examples
    --------
    >>> simulate(vendors=2, months=1, agents=3, dials_a_month=200,
    ...          schemes=["beta/invoice_above_log:0.1"], zoo=["hard_list"])
    World(2 vendors, 2026-10 to 2026-10, seed 1, planted: hard_list, invoice_above_log)
    """
    conducts, client, doses = vendors_of(
        vendors=vendors, months=months, seed=seed, end=end, schemes=schemes, zoo=zoo,
        agents=agents, dials_a_month=dials_a_month, tau=tau, season=season,
    )  # fmt: skip
    if folder is not None:
        refuse_full(Path(folder))
    try:
        return world_of(conducts, client, doses, folder)
    except OSError as error:
        raise AgreementError(os_problem(str(folder), error)) from error


def vendors_of(
    *,
    vendors: int,
    months: int,
    seed: int,
    end: str,
    schemes: Sequence[str | Dose],
    zoo: Sequence[str | Dose],
    agents: int,
    dials_a_month: int,
    tau: float,
    season: float,
) -> tuple[list[Conduct], Client, list[Dose]]:
    """Draw how the vendors work, and check what is to be planted; see `simulate`.

    Raises
    ------
    AgreementError
        If an argument is wrong, all of them at once.
    """
    names = [NAMES[n] if n < len(NAMES) else f"vendor{n + 1:02d}" for n in range(vendors)]
    sizes = {
        "--vendors": (vendors, 1, _MOST), "--months": (months, 1, 120),
        "--agents": (agents, 2, 2000), "--dials": (dials_a_month, 20, 5_000_000),
        "--tau": (tau, 0, 1), "--season": (season, 0, 1), "--seed": (seed, 0, 2**63),
    }  # fmt: skip
    doses = _checked(schemes, zoo, names, end, sizes)
    client = Client.draw(calendar(end, months), seed)
    refuse_late(doses, client.calendar)
    conducts = []
    for place, name in enumerate(names, start=1):
        rng = np.random.default_rng([seed, place])
        drawn = draw_conduct(name, name.title() + " Contact", rng, tau)
        drawn = replace(drawn, agents=agents, dials_a_month=dials_a_month)
        conducts.append(_seasonal(drawn, season, months))
    return conducts, client, doses


def refuse_late(doses: Sequence[Dose], days: Calendar) -> None:
    """Refuse plantings that start outside the reported months.

    Raises
    ------
    AgreementError
        With all of them.
    """
    problems = []
    for dose in doses:
        try:
            first_month(dose, days, 1)
        except LateStartError as error:
            expected = msg("one of: %(allowed)s", allowed=", ".join(error.months))
            problems.append(_problem("--scheme", error.start, expected))
    if problems:
        raise AgreementError(problems)


def doses_at(doses: Sequence[Dose], vendor: str, place: int) -> list[Dose]:
    """Return what is planted at one vendor; a dose without a vendor goes to the first."""
    return [
        dose
        for dose in doses
        if dose.vendor in (vendor, EVERYBODY) or (dose.vendor is None and place == 1)
    ]


def world_of(
    conducts: Sequence[Conduct],
    client: Client,
    doses: Sequence[Dose],
    folder: str | Path | None = None,
) -> World:
    """Let vendors of given conduct work, and write the world when a folder is named.

    Parameters
    ----------
    doses
        What is planted; a dose without a vendor goes to the first.

    Raises
    ------
    LateStartError
        If a planting starts outside the reported months.
    """
    built = tuple(
        build(conduct, place, client, doses_at(doses, conduct.name, place))
        for place, conduct in enumerate(conducts, start=1)
    )  # fmt: skip
    world = World(client.seed, client.calendar, built, None if folder is None else Path(folder))
    if folder is not None:
        write_world(world, Path(folder))
    return world


def _seasonal(conduct: Conduct, season: float, months: int) -> Conduct:
    """Lay a yearly wave over sales: a factor from each month on, relative to the one before."""
    if season == 0.0:
        return conduct
    level = np.exp(season * np.sin(2 * np.pi * np.arange(months + 1) / 12))
    steps = {n: float(level[n] / level[n - 1]) for n in range(1, months + 1)}
    return replace(conduct, sale_factor=steps)


def refuse_full(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises
    ------
    AgreementError
        If it does, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AgreementError(
            plain_problem(
                str(folder),
                msg("it is there already and not empty"),
                msg("a new or empty folder"),
                msg("name another folder"),
            )
        )


def _checked(
    schemes: Sequence[str | Dose],
    zoo: Sequence[str | Dose],
    names: Sequence[str],
    end: str,
    sizes: Mapping[str, tuple[float, float, float]],
) -> list[Dose]:
    """Return what is to be planted, or every problem of the arguments at once."""
    problems = []
    if not _is_month(end):
        problems.append(
            plain_problem(
                "--end",
                msg("%(value)s is written", value=end),
                msg("a month such as 2026-10"),
                msg("write the period in that form"),
            )
        )
    problems += [
        plain_problem(
            option,
            msg("%(value)s is written", value=str(value)),
            msg("a number from %(low)s to %(high)s", low=str(low), high=str(high)),
            msg("choose a number within these bounds"),
        )
        for option, (value, low, high) in sizes.items()
        if not low <= value <= high
    ]
    doses: list[Dose] = []
    for option, given, allowed in (("--scheme", schemes, SCHEMES), ("--zoo", zoo, ZOO)):
        for entry in given:
            dose = _dose(entry, option, allowed, names)
            if isinstance(dose, Problem):
                problems.append(dose)
            elif _same(dose, doses, names):
                problems.append(_problem(option, entry, msg("each planting once at a vendor")))
            else:
                doses.append(dose)
    if problems:
        raise AgreementError(problems)
    return doses


def _is_month(text: str) -> bool:
    try:
        period = Period.parse(text)
    except ValueError:
        return False
    return period == Period.month_of(period.start)


def _dose(
    entry: str | Dose, option: str, allowed: Sequence[str], names: Sequence[str]
) -> Dose | Problem:
    try:
        dose = Dose.parse(entry) if isinstance(entry, str) else entry
    except ValueError:
        return _problem(
            option,
            entry,
            msg(
                "[VENDOR/]NAME[:strength[:share_of_agents[:start_month]]], the strength above 0 "
                "and at most 5, the share above 0 and at most 1, the month 3 or 2026-03"
            ),
        )
    name = ALIASES.get(dose.name, dose.name)
    if name not in allowed:
        return _problem(option, entry, msg("one of: %(allowed)s", allowed=", ".join(allowed)))
    if dose.vendor not in (None, EVERYBODY, *names):
        return _problem(option, entry, msg("one of: %(allowed)s", allowed=", ".join(names)))
    return replace(dose, name=name)


def _same(dose: Dose, before: Sequence[Dose], names: Sequence[str]) -> bool:
    def at(one: Dose) -> set[str]:
        return set(names) if one.vendor == EVERYBODY else {one.vendor or names[0]}

    return any(one.name == dose.name and at(one) & at(dose) for one in before)


def _problem(option: str, entry: str | Dose, expected: Message) -> Problem:
    return plain_problem(
        option,
        msg("%(value)s is written", value=str(entry)),
        expected,
        msg("correct it; vendoreval simulate --list names everything that can be planted"),
    )
