"""Write the demo: five vendors, six months, planted schemes and honest look-alikes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vendoreval.simulation import folder as folders
from vendoreval.simulation.days import calendar
from vendoreval.simulation.demo_vendors import VENDORS, DemoVendor
from vendoreval.simulation.simulate import world_of
from vendoreval.simulation.simulated import World
from vendoreval.simulation.truth import DemoTruth
from vendoreval.simulation.world.client import Client

MONTHS = 6
CEILING = "8000.00"
_DIALS_A_MONTH = 20_000
_SMALL_DIALS_A_MONTH = 1_200
_REPORTS = ("calls", "agent_days", "funnel", "sales", "invoice_lines", "roster")
_CLIENT_REPORTS = ("leads", "client_sales")


def write_demo(
    folder: str | Path, *, small: bool = False, seed: int = 20261031, end: str = "2026-10"
) -> DemoTruth:
    """Write a complete workspace whose truth is known.

    Parameters
    ----------
    folder
        Where; made when it is not there.
    small
        About 1,200 calls for each vendor and month instead of 20,000.
    seed
        Equal seeds give equal bytes.
    end
        The last of the six months.

    Returns
    -------
    DemoTruth
        What was planted; also in `truth.json` of the folder.

    Examples
    --------
    >>> write_demo("demo", small=True)  # doctest: +SKIP
    DemoTruth(5 vendors, 2026-05 to 2026-10, seed 20261031)
    """
    folder = Path(folder)
    dials = _SMALL_DIALS_A_MONTH if small else _DIALS_A_MONTH
    client = Client.draw(calendar(end, MONTHS), seed, spread=0.0)
    world = world_of(
        [vendor.conduct(dials, small=small) for vendor in VENDORS],
        client,
        [dose for vendor in VENDORS for dose in vendor.doses],
    )
    _write(world, folder, VENDORS)
    return DemoTruth(
        folder=folder,
        seed=seed,
        periods=world.truth.periods,
        vendors=world.truth.vendors,
        calls=world.truth.calls,
        schemes=World(seed, world.calendar, world.built, folder).truth.schemes,
    )


def _write(world: World, folder: Path, vendors: Sequence[DemoVendor]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    comment = "Demo: one client company and five invented vendors."
    folders.write_settings(folder, comment, CEILING)
    for number, (vendor, one) in enumerate(zip(vendors, world.built, strict=True), start=1):
        folders.write_agreement(folder / "agreements", one, number, vendor.style, _REPORTS)
        folders.write_vendor(folder / "inbox" / vendor.name, one, vendor.style, _REPORTS)
    folders.write_client_agreement(folder / "agreements", _CLIENT_REPORTS)
    folders.write_client(folder / "client", world, _CLIENT_REPORTS)
    folders.write_truth(world, folder)
