"""A pilot on disk: the plan, the key that the client keeps, a list for each vendor.

`key.csv` names every lead's arm and stays with the client; `split.json` holds seed and hash;
`leads_VENDOR.csv` is what a vendor gets. Nothing is ever written over.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pandas as pd

from vendoreval.errors import AgreementError, plain_problem
from vendoreval.formulas import guard_formula
from vendoreval.pilot.plan import PilotPlan
from vendoreval.pilot.split import HOLDOUT, PilotSplit, check_key, pilot_split
from vendoreval.replacing import stop_if_taken, write_new
from vendoreval.text import Message, msg

PLAN: Final = "plan.json"
SPLIT: Final = "split.json"
KEY: Final = "key.csv"
_PHONE: Final = re.compile(r"\+[0-9][0-9 ()-]*")


def read_leads(path: Path) -> pd.DataFrame:
    """Read the leads to deal as text: a CSV with `lead_id` and whatever strata need.

    Raises
    ------
    AgreementError
        If there is no such file, or it is no table.
    """
    try:
        table = pd.read_csv(path, dtype="string", keep_default_na=False, sep=None, engine="python")
    except FileNotFoundError:
        raise _wrong(path, msg("there is no such file")) from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
        raise _wrong(path, msg("it is not a CSV table in UTF-8")) from None
    table.columns = pd.Index([str(name).strip().lstrip("\ufeff") for name in table.columns])
    return table


def write_plan(plan: PilotPlan, path: Path) -> Path:
    """Write a plan; an existing file is never written over."""
    text = json.dumps(plan.to_json(), indent=2, ensure_ascii=False) + "\n"
    return write_new(path, text.encode())


def read_plan(path: Path) -> PilotPlan:
    """Read a plan.

    Raises
    ------
    AgreementError
        If there is none, or its terms were changed by hand.
    """
    return PilotPlan.from_json(_json(path), str(path))


def write_split(
    split: PilotSplit, leads: pd.DataFrame, folder: Path, plan: PilotPlan | None = None
) -> tuple[Path, ...]:
    """Write key, facts and the lists of the vendors; return their paths, the key first.

    Parameters
    ----------
    leads
        The leads with every column that a vendor is to get.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {KEY: split.table.to_csv(index=False)}
    facts: dict[str, Any] = split.to_json()
    if plan is not None:
        facts["plan"] = plan.to_json()["digest"]
    texts[SPLIT] = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    by_key = leads.assign(lead_id=leads["lead_id"].astype(str)).set_index("lead_id")
    for arm in split.shares:
        if arm == HOLDOUT:
            continue
        own = by_key.loc[split.leads_of(arm)["lead_id"]].reset_index()
        texts[f"leads_{_plain(arm)}.csv"] = (
            own.map(_harmless).rename(columns=guard_formula).to_csv(index=False)
        )
    for name in texts:
        stop_if_taken(folder / name)
    for name, text in texts.items():
        write_new(folder / name, text.encode())
    return tuple(folder / name for name in texts)


def read_key(folder: Path) -> pd.DataFrame:
    """Read the kept key and hold it against its seed and hash.

    Returns
    -------
    pandas.DataFrame
        lead_id, arm, stratum, position, is_seed.

    Raises
    ------
    AgreementError
        If a file is missing, or the key is not the one its seed deals.
    """
    facts = _json(folder / SPLIT)
    kept = read_leads(folder / KEY)
    missing = {"lead_id", "arm", "stratum", "position"} - set(kept.columns)
    if missing:
        raise _wrong(folder / KEY, msg("there is no column %(names)s",
                                       names=", ".join(sorted(missing))))  # fmt: skip
    try:
        shares = {str(k): float(v) for k, v in facts["shares"].items()}
        seed, digest = int(facts["seed"]), str(facts["digest"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _wrong(folder / SPLIT, msg("it is not what `pilot split` wrote")) from None
    made = pilot_split(
        kept, [arm for arm in shares if arm != HOLDOUT], seed, strata=("stratum",),
        holdout_share=shares.get(HOLDOUT, 0.0),
    )  # fmt: skip
    check_key(kept, made)
    if made.digest != digest:
        raise AgreementError(
            plain_problem(
                str(folder / KEY), msg("its hash is not the one noted in %(file)s", file=SPLIT),
                msg("the key as `vendoreval pilot split` wrote it"),
                msg("take both from the client's copy; a pilot whose split was changed proves "
                    "nothing"),
            )
        )  # fmt: skip
    return kept.assign(position=kept["position"].astype(int))


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _wrong(path, msg("there is no such file")) from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise _wrong(path, msg("it is not JSON")) from None
    if not isinstance(value, dict):
        raise _wrong(path, msg("it is not JSON"))
    return value


def _harmless(cell: object) -> object:
    """Return a cell that a spreadsheet does not take for a formula; phones keep their plus."""
    if not isinstance(cell, str) or _PHONE.fullmatch(cell):
        return cell
    return guard_formula(cell)


def _plain(name: str) -> str:
    return "".join(mark if mark.isalnum() or mark in "-_" else "_" for mark in name) or "vendor"


def _wrong(path: Path, found: Message) -> AgreementError:
    return AgreementError(
        plain_problem(
            str(path), found, msg("a file that `vendoreval pilot` wrote, or a CSV of leads"),
            msg("check the path"),
        )
    )  # fmt: skip


__all__ = [
    "KEY", "PLAN", "SPLIT", "read_key", "read_leads", "read_plan", "write_plan", "write_split",
]  # fmt: skip
