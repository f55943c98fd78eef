"""Who gets which lead: drawn by a seed within strata, kept by the client, checked by its hash.

Within each stratum the leads are ordered by a hash of seed and key and dealt in blocks, so
that shares hold in every stratum, nobody can steer who gets the good leads, and anyone who
has the seed deals them again and sees whether the kept file was touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from vendoreval.errors import AgreementError, plain_problem
from vendoreval.text import Message, msg

HOLDOUT: Final = "holdout"


@dataclass(frozen=True)
class PilotSplit:
    """Leads dealt out.

    Parameters
    ----------
    table
        One row a lead in the order of dealing: lead_id, arm, stratum, position (within the
        arm, from 1), is_seed.
    seed
        With it the same leads are dealt alike.
    """

    table: pd.DataFrame
    seed: int
    shares: Mapping[str, float]
    strata: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Hash of every assignment."""
        rows = self.table[["lead_id", "arm", "position"]].itertuples(index=False, name=None)
        text = json.dumps([list(row) for row in rows], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def leads_of(self, arm: str) -> pd.DataFrame:
        """Return the leads of one arm in their order, without what only the client may know.

        Raises
        ------
        KeyError
            If there is no such arm.
        """
        if arm not in self.shares:
            raise KeyError(arm)
        return self.table.loc[self.table["arm"] == arm, ["lead_id", "position"]]

    def to_json(self) -> dict[str, Any]:
        """Return seed, shares, strata, counts and hash; the key itself is a table."""
        return {
            "seed": self.seed, "shares": dict(self.shares), "strata": list(self.strata),
            "leads": len(self.table),
            "arms": {str(k): int(v) for k, v in self.table["arm"].value_counts().items()},
            "seed_leads": int(self.table["is_seed"].sum()), "digest": self.digest,
        }  # fmt: skip


def pilot_split(
    leads: pd.DataFrame,
    vendors: Sequence[str],
    seed: int,
    *,
    strata: Sequence[str] = (),
    holdout_share: float = 0.0,
    seed_leads: Sequence[str] = (),
) -> PilotSplit:
    """Deal leads to vendors on trial.

    Parameters
    ----------
    leads
        One row a lead with `lead_id` and the columns of `strata`.
    vendors
        Equal shares of what is not held out.
    strata
        Columns within whose values the shares hold: list, segment, region.
    holdout_share
        Share that nobody on trial gets, 0 to below 1.
    seed_leads
        Keys of leads that are the client's own people: marked in the key only.

    Raises
    ------
    AgreementError
        If a lead stands twice, has no key, or a column is missing.

    Examples
    --------
    >>> leads = pd.DataFrame({"lead_id": [f"L{n}" for n in range(10)]})
    >>> split = pilot_split(leads, ["alpha", "beta"], seed=7)
    >>> split.table.arm.value_counts().sort_index().to_dict()
    {'alpha': 5, 'beta': 5}
    """
    _check(leads, vendors, strata, holdout_share)
    shares = {vendor: (1 - holdout_share) / len(vendors) for vendor in vendors}
    if holdout_share:
        shares[HOLDOUT] = holdout_share
    keys = leads["lead_id"].astype(str)
    names = (
        leads[list(strata)].astype("string").fillna("").agg(" / ".join, axis=1)
        if strata else pd.Series("", index=leads.index)
    )  # fmt: skip
    table = pd.DataFrame({"lead_id": keys, "stratum": names.astype(str)})
    table["rank"] = [hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest() for key in keys]
    table = table.sort_values(["stratum", "rank"], ignore_index=True)
    table["arm"] = [
        arm
        for name, group in table.groupby("stratum", sort=True)
        for arm in _dealt(len(group), shares, f"{seed}\n{name}")
    ]
    # the order of work is drawn too, across strata: early leads are a fair part of all
    table = table.sort_values("rank", ignore_index=True)
    table["position"] = table.groupby("arm").cumcount() + 1
    table["is_seed"] = table["lead_id"].isin({str(key) for key in seed_leads})
    kept = table[["lead_id", "arm", "stratum", "position", "is_seed"]]
    return PilotSplit(kept, seed, shares, tuple(strata))


def _dealt(count: int, shares: Mapping[str, float], salt: str) -> Sequence[str]:
    """Return an arm for each of `count` leads: whoever is furthest behind its share is next."""
    # ties fall by a hash, so that not the same vendor gets the odd lead of every stratum
    order = sorted(shares, key=lambda arm: hashlib.sha256(f"{salt}\n{arm}".encode()).hexdigest())
    got = dict.fromkeys(order, 0)
    arms = []
    for n in range(1, count + 1):
        arm = max(order, key=lambda name: round(shares[name] * n - got[name], 9))
        got[arm] += 1
        arms.append(arm)
    return arms


def check_key(kept: pd.DataFrame, made: PilotSplit) -> None:
    """Refuse a kept key that is not the one its seed deals.

    Parameters
    ----------
    kept
        The key as read from its file: lead_id, arm.
    made
        The same leads dealt again.

    Raises
    ------
    AgreementError
        Naming how many leads stand elsewhere, were added or are gone.
    """
    was = made.table.set_index("lead_id")["arm"]
    now = kept.assign(lead_id=kept["lead_id"].astype(str)).set_index("lead_id")["arm"].astype(str)
    if now.index.has_duplicates:
        raise _edited(msg("a lead stands twice in it"))
    both = was.index.intersection(now.index)
    moved = int((was.loc[both] != now.loc[both]).sum())
    added, gone = len(now) - len(both), len(was) - len(both)
    if moved or added or gone:
        raise _edited(
            msg("it is not the one its seed deals: %(moved)s leads in another arm, %(added)s "
                "added, %(gone)s gone", moved=moved, added=added, gone=gone)
        )  # fmt: skip


def _edited(found: Message) -> AgreementError:
    return AgreementError(
        plain_problem(
            "key.csv", found, msg("the key as `vendoreval pilot split` wrote it"),
            msg("take it from the client's copy; a pilot whose split was changed proves nothing"),
        )
    )  # fmt: skip


def _check(
    leads: pd.DataFrame, vendors: Sequence[str], strata: Sequence[str], holdout_share: float
) -> None:
    problems = []
    missing = [name for name in ("lead_id", *strata) if name not in leads.columns]
    if missing:
        problems.append(
            plain_problem("leads", msg("there is no column %(names)s", names=", ".join(missing)),
                          msg("the columns: %(names)s", names=", ".join(map(str, leads.columns))),
                          msg("name the columns as the file does"))
        )  # fmt: skip
    elif leads["lead_id"].isna().any() or (leads["lead_id"].astype(str).str.strip() == "").any():
        problems.append(
            plain_problem("leads", msg("a lead has no key"), msg("lead_id in every row"),
                          msg("give each lead a key of its own"))
        )  # fmt: skip
    elif (twice := int(leads["lead_id"].astype(str).duplicated().sum())) > 0:
        problems.append(
            plain_problem("leads", msg("%(count)s leads stand twice", count=twice),
                          msg("each lead once"), msg("remove the repeats before the split"))
        )  # fmt: skip
    if not vendors or len(set(vendors)) < len(vendors) or HOLDOUT in vendors:
        problems.append(
            plain_problem("--vendor", msg("%(value)s is written", value=", ".join(vendors) or "-"),
                          msg("each vendor on trial once, and none called holdout"),
                          msg("choose another value"))
        )  # fmt: skip
    if not 0 <= holdout_share < 1:
        problems.append(
            plain_problem("--holdout", msg("%(value)s is written", value=str(holdout_share)),
                          msg("a share from 0 to below 1"), msg("choose another value"))
        )  # fmt: skip
    if problems:
        raise AgreementError(problems)
