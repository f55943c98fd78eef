"""The simulator's talk and intervals beside two real data sets, figure by figure.

    python benchmarks/simulation_shapes.py [--seed 1]

Real: calls of an online school (its sales staff, lengths in seconds, clocks in minutes) and
of a bank's telephone campaigns (lengths only), below $VENDOREVAL_MATERIAL. Talk is compared
by quantiles relative to its own median, because what is sold decides how long a talk is;
intervals between dials by their shape within a day.
"""

from __future__ import annotations

import argparse
import gzip
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from vendoreval.simulation import simulate
from vendoreval.tables import CONVERSATION

Floats = npt.NDArray[np.float64]
QUANTILES = (0.05, 0.25, 0.75, 0.95, 0.99)
BREAK_SECONDS = 900


def material() -> Path:
    """Return the folder of the real data."""
    named = os.environ.get("VENDOREVAL_MATERIAL", "../shared")
    return (Path(__file__).resolve().parent.parent / named / "data").resolve()


def read(path: Path, separator: str) -> pl.DataFrame:
    """Return a packed CSV file, every value as text."""
    with gzip.open(path) as file:
        return pl.read_csv(file.read(), separator=separator, infer_schema=False)


def talk_shape(seconds: Floats) -> dict[str, float]:
    """Return what describes the shape of talk: spread and skew of its logarithm, quantiles."""
    logs = np.log(seconds)
    standard = (logs - logs.mean()) / logs.std()
    shape = {"n": float(len(seconds)), "median": float(np.median(seconds)),
             "log-sd": float(logs.std()), "log-skew": float((standard**3).mean())}  # fmt: skip
    for q in QUANTILES:
        shape[f"q{q:g}/median"] = float(np.quantile(seconds, q) / np.median(seconds))
    return shape


def interval_shape(intervals: Floats) -> dict[str, float]:
    """Return what describes intervals from dial to dial: spread, and the share of breaks."""
    busy = intervals[(intervals > 0) & (intervals <= BREAK_SECONDS)]
    return {
        "n": float(len(intervals)),
        "breaks": float((intervals > BREAK_SECONDS).mean()),
        "median": float(np.median(busy)),
        "CV": float(busy.std() / busy.mean()),
        "CV with breaks": float(intervals.std() / intervals.mean()),
    }


def school(folder: Path) -> tuple[Floats, Floats]:
    """Return talk of answered calls, and intervals between the calls of one contact owner."""
    place = folder / "school_crm_2023_24"
    calls = read(place / "calls.csv.gz", ",").with_columns(
        pl.col("Call Duration (in seconds)").cast(pl.Float64).alias("seconds")
    )
    talked = calls.filter(
        pl.col("Call Status").is_in(["Attended Dialled", "Received"]) & (pl.col("seconds") > 1)
    )
    owners = read(place / "contacts.csv.gz", ",").unique("Id").select("Id", "Contact Owner Name")
    dialled = calls.filter(pl.col("Call Type") == "Outbound").join(
        owners, left_on="CONTACT ID", right_on="Id"
    )
    at = pl.col("Call Start Date").str.slice(0, 10) + " " + pl.col("Call Start Time").str.slice(11)
    dialled = dialled.with_columns(at=at.str.to_datetime("%Y-%m-%d %H:%M:%S"))
    by_day = ("Contact Owner Name", "Call Start Date")
    dialled = dialled.sort(*by_day, "at")
    gaps = dialled.select(pl.col("at").diff().over(by_day).dt.total_seconds()).to_series()
    return talked["seconds"].to_numpy(), gaps.drop_nulls().to_numpy().astype(np.float64)


def bank(folder: Path) -> Floats:
    """Return talk of the bank's campaign calls."""
    calls = read(folder / "uci_bank_marketing" / "bank-full.csv.gz", ";")
    seconds = calls["duration"].cast(pl.Float64).to_numpy()
    return seconds[seconds > 1]


def simulated(seed: int) -> tuple[Floats, Floats]:
    """Return talk of conversations, and intervals between the dials of one agent."""
    calls = simulate(vendors=4, months=3, seed=seed).frame("calls")
    talked = calls.filter(pl.col("disposition").is_in(CONVERSATION))["talk_seconds"]
    by_day = ("vendor", "agent_id", "started_on")
    calls = calls.sort(*by_day, "started_at")
    gaps = calls.select(pl.col("started_at").diff().over(by_day).dt.total_seconds()).to_series()
    return (
        talked.to_numpy().astype(np.float64),
        gaps.drop_nulls().to_numpy().astype(np.float64),
    )


def print_table(title: str, columns: dict[str, dict[str, float]]) -> None:
    """Print one column for each source."""
    names = list(columns)
    print(f"\n{title}\n" + " " * 18 + "".join(f"{name:>14}" for name in names))
    for row in columns[names[0]]:
        cells = "".join(f"{columns[name][row]:14.3g}" for name in names)
        print(f"{row:18}{cells}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = material()
    school_talk, school_gaps = school(folder)
    ours, gaps = simulated(options.seed)
    # the school's clock has whole minutes, so ours is cut the same way beside it
    coarse = np.floor(gaps / 60) * 60
    print_table(
        "Talk of conversations, seconds",
        {"simulated": talk_shape(ours), "school": talk_shape(school_talk),
         "bank": talk_shape(bank(folder))},
    )  # fmt: skip
    print_table(
        "Intervals from dial to dial of one person and day, seconds",
        {"simulated": interval_shape(gaps), "to the minute": interval_shape(coarse),
         "school": interval_shape(school_gaps)},
    )  # fmt: skip


if __name__ == "__main__":
    main()
