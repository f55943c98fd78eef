"""Simulated worlds: the same each time, honest underneath, odd exactly where they say so."""

from __future__ import annotations

import contextlib
import hashlib
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendoreval import Workspace, checks
from vendoreval.errors import AgreementError
from vendoreval.simulation import RECIPES, SCHEMES, ZOO, Dose, Scheme, World, simulate
from vendoreval.simulation.plants.registry import ALIASES
from vendoreval.simulation.world.outcomes import is_conversation
from vendoreval.simulation.world.work import Work, billable
from vendoreval.tables import REPORTS

SIZE = {"vendors": 1, "months": 4, "agents": 6, "dials_a_month": 2500, "seed": 11}


@cache
def world(*schemes: str, zoo: tuple[str, ...] = (), **size: int) -> World:
    return simulate(schemes=schemes, zoo=zoo, **(SIZE | size))


def planted(name: str, dose: str = ":::2") -> World:
    """Return the usual small world with one thing planted from the second month on."""
    text = name + dose
    return world(zoo=(text,)) if name in ZOO else world(text)


def work_of(one: World) -> Work:
    return one.built[0].work


def scheme_of(one: World) -> Scheme:
    (found,) = one.truth.schemes
    return found


def calls(one: World) -> pl.DataFrame:
    return one.frame("calls")


# ------------------------------------------------------------------ the whole


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    def digest(folder: Path) -> dict[str, str]:
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    size = {"vendors": 2, "months": 2, "agents": 3, "dials_a_month": 150}
    for name in ("one", "again"):
        simulate(tmp_path / name, **size, schemes=["S4:0.3"], zoo=["beta/bad_rows"])
    simulate(tmp_path / "other", **size, seed=2, schemes=["S4:0.3"], zoo=["beta/bad_rows"])
    first = digest(tmp_path / "one")
    assert digest(tmp_path / "again") == first
    other = digest(tmp_path / "other")
    assert all(other[name] != first[name] for name in first if "calls" in name)


def test_an_honest_workspace_is_accepted_without_a_fault(tmp_path: Path) -> None:
    one = simulate(tmp_path / "w", vendors=1, months=2, agents=3, dials_a_month=200)
    done = Workspace.open(tmp_path / "w").ingest()
    assert {entry.report.delivery.schema.name for entry in done if entry.report} == set(REPORTS)
    for entry in done:
        assert entry.report is not None and entry.problems == ()
        assert entry.report.rows.accepted == entry.report.rows.delivered, entry.path
        assert not [fault for fault, count in entry.report.counts.items() if count], entry.path
    ledger = Workspace.open(tmp_path / "w").ledger
    for report in ("calls", "sales", "funnel", "client_sales", "invoice_lines"):
        kept = ledger.rows(report).to_frame()
        assert len(kept) == len(one.frame(report))


def test_what_the_ledger_keeps_is_the_frame_of_the_world(tmp_path: Path) -> None:
    one = simulate(tmp_path / "w", vendors=1, months=1, agents=3, dials_a_month=150)
    workspace = Workspace.open(tmp_path / "w")
    workspace.ingest()
    kept = workspace.ledger.calls("alpha").to_frame().sort_values("call_id", ignore_index=True)
    ours = calls(one).sort("call_id").to_pandas()
    for column in ("call_id", "started_at", "talk_seconds", "disposition", "lead_id", "phone"):
        assert kept[column].tolist() == ours[column].tolist(), column


def test_the_truth_lies_beside_the_workspace(tmp_path: Path) -> None:
    one = simulate(
        tmp_path / "w", vendors=2, months=2, agents=4, dials_a_month=300,
        schemes=["alpha/two_calls_at_once:0.2:0.5:1"], zoo=["beta/hard_list"],
    )  # fmt: skip
    value = json.loads((tmp_path / "w" / "truth.json").read_text(encoding="utf-8"))
    assert [(s["vendor"], s["kind"], s["honest"]) for s in value["schemes"]] == [
        ("alpha", "two_calls_at_once", False), ("beta", "hard_list", True),
    ]  # fmt: skip
    rows = pl.read_csv(tmp_path / "w" / "truth_rows.csv")
    assert set(rows["key"]) <= set(calls(one)["call_id"])
    assert len(rows) == scheme_of(World(1, one.calendar, one.built[:1])).count


def test_a_planting_changes_only_what_it_says() -> None:
    honest, other = work_of(world()), work_of(planted("two_calls_at_once"))
    assert other.leads.stage.tolist() == honest.leads.stage.tolist()
    kept = other.dials.filter(pl.col("mark") < 0).drop("number")
    assert kept.equals(honest.dials.drop("number"))


# ------------------------------------------------------------------ honest work


def test_figures_of_the_trade() -> None:
    work = work_of(world(dials_a_month=12_000))
    dials = work.dials
    spoken = is_conversation(dials["code"].to_numpy())
    fresh = dials.filter((pl.col("attempt") == 1) & pl.Series(~work.leads.dead[dials["lead"]]))
    answered = is_conversation(fresh["code"].to_numpy()).mean()
    # 5 to 20 of 100 dials are answered live
    assert 0.05 < answered < 0.25
    talk = np.log(dials["talk"].to_numpy()[spoken])
    assert 3.0 < np.median(talk) < 5.5 and 0.6 < talk.std() < 1.4
    sold = len(work.sales) / len(work.leads)
    assert 0.005 < sold < 0.06
    silent = dials.filter(pl.col("code") == 0)["ring"]
    assert silent.max() == work.conduct.ring_seconds


def test_answers_follow_the_hour_and_tire_with_attempts() -> None:
    dials = work_of(world(dials_a_month=40_000, seed=5, agents=12)).dials
    cold = dials.filter(pl.col("stage") <= 7).with_columns(
        spoken=pl.Series(is_conversation(dials["code"].to_numpy())), hour=pl.col("start") // 3600
    )
    first = cold.filter(pl.col("attempt") == 1)
    by_hour = dict(first.group_by("hour").agg(pl.col("spoken").mean()).iter_rows())
    assert by_hour[10] > by_hour[13]


def test_nobody_honest_is_in_two_calls_at_once() -> None:
    dials = work_of(world()).dials.sort("agent", "day", "start")
    busy = pl.sum_horizontal("ring", "talk", "hold", "wrap")
    free = (pl.col("start") - (pl.col("start") + busy).shift(1)).over("agent", "day")
    assert dials.select(free.min()).item() > 0


def test_people_learn_come_and_go() -> None:
    one = work_of(world(months=24, dials_a_month=400, agents=12))
    assert len(one.staff.codes) > 12
    gone = ~np.isnat(one.staff.left_on)
    assert gone.any()
    agent, day = one.column("agent"), one.calendar.days[one.column("day")]
    assert (day >= one.staff.hired_on[agent]).all()
    assert (day[gone[agent]] <= one.staff.left_on[agent[gone[agent]]]).all()


def test_the_invoice_is_the_card_applied_to_the_log() -> None:
    one = world()
    work, reports = one.built[0].work, one.built[0].reports
    first, step = work.conduct.increments
    calls_of = reports["calls"]
    spoken = calls_of.filter(pl.col("billed_seconds") > 0)
    held = spoken["talk_seconds"] + spoken["hold_seconds"]
    beyond = (held - first).clip(0)
    by_hand = first + ((beyond + step - 1) // step) * step
    assert spoken["billed_seconds"].to_list() == by_hand.to_list()
    minutes = sum(Decimal(text) for text in reports["invoice_lines"]["quantity"])
    assert abs(minutes * 60 - int(spoken["billed_seconds"].sum())) < 1


# ------------------------------------------------------------------ every planting


@pytest.mark.parametrize("name", RECIPES)
def test_every_planting_leaves_a_world_that_holds_together(name: str) -> None:
    one = planted(name)
    truth = scheme_of(one)
    assert (truth.kind, truth.honest) == (name, name in ZOO)
    for report in (*one.built[0].reports, "leads", "client_sales", "carrier_calls"):
        if report in REPORTS:
            frame = one.frame(report)
            assert len(frame) > 0 or report in ("incidents", "do_not_call"), report
    log = calls(one)
    assert log["call_id"].n_unique() == len(log) or name == "export_retry"
    assert log["talk_seconds"].min() >= 0 and log["billed_seconds"].min() >= 0
    sold = one.frame("sales")
    assert set(sold["call_id"]) <= set(log["call_id"]) or name in (
        "missing_days", "restated_history",
    )  # fmt: skip


@pytest.mark.parametrize("name", [n for n in SCHEMES if n != "closer_without_sales"])
def test_every_scheme_does_something_and_says_how_much(name: str) -> None:
    truth = scheme_of(planted(name))
    assert truth.count > 0
    assert truth.since == "2026-08"
    assert truth.seconds >= 0 and truth.money >= 0
    rows = planted(name).truth_rows()
    if len(rows):
        assert set(rows["kind"]) == {name} and set(rows["honest"]) == {False}


@pytest.mark.parametrize(
    "name",
    ["stretched_talk", "inflated_hold", "long_calls_held_open", "two_calls_at_once",
     "invented_calls", "replayed_calls", "off_list_calls", "same_numbers_again"],
)  # fmt: skip
@pytest.mark.parametrize("strength", [0.05, 0.2, 0.5])
def test_strength_is_the_share_of_minutes_added(name: str, strength: float) -> None:
    one = work_of(planted(name, f":{strength}:1:1"))
    honest = work_of(world())
    spoken = billable(honest.dials, (1, 1))[honest.in_reports()].sum()
    added = billable(one.dials, (1, 1))[one.in_reports()].sum() - spoken
    assert added / spoken == pytest.approx(strength, rel=0.15)


def test_only_the_share_of_agents_is_concerned() -> None:
    one = work_of(planted("stretched_talk", ":0.5:0.34:1"))
    touched = one.dials.filter(pl.col("added") > 0)["agent"].unique()
    seats = {int(one.staff.seat[agent]) for agent in touched}
    assert len(seats) == 2
    assert scheme_of(planted("stretched_talk", ":0.5:0.34:1")).agents


@settings(max_examples=12)
@given(st.floats(0.02, 1.0), st.floats(0.05, 1.0), st.integers(1, 4))
def test_more_of_a_scheme_never_adds_less(strength: float, share: float, start: int) -> None:
    def seconds(times: float) -> int:
        dose = Dose("stretched_talk", strength * times, share, start)
        one = simulate(vendors=1, months=4, agents=3, dials_a_month=150, schemes=[dose])
        return one.truth.schemes[0].seconds

    assert 0 <= seconds(1) <= seconds(2)


def test_drift_grows_month_by_month() -> None:
    one = work_of(planted("slow_drift", ":0.1:1:1"))
    month = one.calendar.month_of_day[one.column("day")]
    added = np.bincount(month, one.column("added"), 5)
    talked = np.bincount(month, one.column("talk"), 5)
    shares = added[1:] / (talked[1:] - added[1:])
    assert shares == pytest.approx([0.1, 0.21, 0.331, 0.4641], rel=0.15)


def test_schemes_can_be_combined() -> None:
    one = world("S1:0.2:1:1", "S9:0.3:1:2")
    assert [s.kind for s in one.truth.schemes] == ["sales_cancelled_late", "stretched_talk"]
    assert all(s.count for s in one.truth.schemes)


# ------------------------------------------------------------------ their signatures


def test_two_calls_at_once_lie_inside_one_another() -> None:
    rows = work_of(planted("two_calls_at_once")).dials.sort("agent", "day", "start")
    end = pl.col("start") + pl.col("ring") + pl.col("talk") + pl.col("hold")
    open_until = end.cum_max().shift(1).over("agent", "day")
    late = rows.filter(pl.col("start") < open_until)
    assert late.filter(pl.col("mark") == 0).height >= 0.9 * rows.filter(pl.col("mark") == 0).height


def test_invented_calls_keep_a_beat_that_people_do_not() -> None:
    rows = work_of(planted("invented_calls")).dials.sort("agent", "day", "start")
    gap = pl.col("start").diff().over("agent", "day")
    made = rows.filter(pl.col("mark") == 0).select(gap).to_series().drop_nulls()
    real = rows.filter(pl.col("mark") < 0).select(gap).to_series().drop_nulls()
    assert made.std() == 0
    assert real.std() / real.mean() > 0.4


def test_replayed_calls_repeat_lengths_and_jitter_hides_it() -> None:
    def repeats(name: str) -> int:
        rows = work_of(planted(name)).dials.filter(pl.col("talk") >= 10)
        rows = rows.sort("agent", "day", "start")
        runs = [pl.col(part).shift(back).over("agent", "day").alias(f"{part}{back}")
                for part in ("talk", "hold", "wrap") for back in range(3)]  # fmt: skip
        counted = rows.select(runs).drop_nulls().group_by(pl.all()).len()
        return counted.filter(pl.col("len") > 1).height

    assert repeats("replayed_calls") > 20 * max(repeats("replayed_with_jitter"), 1) > 0
    assert work_of(world()).dials.height > 0


def test_bunching_fills_just_past_a_minute_and_empties_before() -> None:
    honest, pushed = (calls(world(dials_a_month=20_000, agents=12)),
                      calls(world("S2:0.5:1:1", dials_a_month=20_000, agents=12)))  # fmt: skip

    def between(frame: pl.DataFrame, low: int, high: int) -> int:
        return frame.filter(pl.col("talk_seconds").is_between(low, high)).height

    assert between(pushed, 60, 64) > 1.7 * between(honest, 60, 64)
    assert between(pushed, 45, 59) < 0.7 * between(honest, 45, 59)
    assert between(pushed, 70, 120) == between(honest, 70, 120)


def test_rounding_follows_another_rule_than_the_card() -> None:
    log = calls(planted("rounded_up", ":1:1:1"))
    talked = log.filter(pl.col("billed_seconds") > 0)
    assert set(talked["billed_seconds"] % 60) == {0}
    assert work_of(planted("rounded_up", ":1:1:1")).conduct.increments == (1, 1)


def test_off_list_and_do_not_call() -> None:
    one = planted("off_list_calls")
    handed = set(one.frame("leads")["phone"])
    strange = calls(one).filter(~pl.col("phone").is_in(list(handed)))
    assert strange.height == scheme_of(one).count > 0
    assert strange["lead_id"].null_count() == strange.height
    one = planted("calls_after_do_not_call", ":1:1:1")
    asked = one.frame("do_not_call").select("phone", "requested_on")
    later = calls(one).join(asked, on="phone").filter(pl.col("started_on") > pl.col("requested_on"))
    assert later.height >= scheme_of(one).count > 0


def test_banks_lose_the_declined_and_migrations_lose_anybody() -> None:
    def gone(name: str) -> set[str]:
        funnel = planted(name).frame("funnel")
        first, last = (funnel.filter(pl.col("snapshot_on") == day) for day in
                       sorted(funnel["snapshot_on"].unique())[-3:-1])  # fmt: skip
        return set(first.join(last, on="lead_id", how="anti")["stage"])

    assert gone("bank_deletions") <= {"lost", "junk"}
    full = {row["lead_id"] for row in world().frame("funnel").to_dicts()}
    lost = full - set(planted("crm_migration").frame("funnel").filter(
        pl.col("snapshot_on") > pl.date(2026, 9, 1))["lead_id"])  # fmt: skip
    stages = {row["stage"] for row in world().frame("funnel").to_dicts() if row["lead_id"] in lost}
    assert {"contacted", "no_answer_closed", "lost"} <= stages


def test_sales_that_nobody_knows_and_sales_that_die_late() -> None:
    one = planted("unknown_sales")
    known = set(one.frame("client_sales")["lead_id"])
    claimed = one.frame("sales")
    assert claimed.filter(~pl.col("lead_id").is_in(list(known))).height == scheme_of(one).count
    late = work_of(planted("sales_cancelled_late")).sales.filter(pl.col("mark") == 0)
    assert late["cancel_days"].min() > 30


def test_history_is_sent_twice_and_the_second_time_longer(tmp_path: Path) -> None:
    simulate(
        tmp_path, vendors=1, months=3, agents=3, dials_a_month=200,
        schemes=["restated_history:0.5:1:1"],
    )  # fmt: skip
    first = pl.read_csv(tmp_path / "inbox/alpha/calls_2026-08.csv")
    second = pl.read_csv(tmp_path / "inbox/alpha/resent/calls_2026-08.csv")
    assert second["call_id"].to_list() == first["call_id"].to_list()
    assert second["talk_seconds"].sum() > first["talk_seconds"].sum()
    assert not (tmp_path / "inbox/alpha/resent/calls_2026-10.csv").exists()


def test_honest_cases_are_what_their_names_say() -> None:
    def talk(one: World) -> float:
        return float(calls(one)["talk_seconds"].sum())

    honest = world()
    assert len(work_of(planted("tiny_vendor")).sales) < 50
    assert work_of(planted("new_team")).staff.hired_on.min() > np.datetime64("2026-05-01")
    skewed = work_of(planted("clock_skew")).dials
    assert (skewed["start"] != work_of(honest).dials["start"]).mean() > 0.4 or skewed.height
    assert len(planted("export_retry").frame("calls")) > len(calls(honest))
    inbound = calls(planted("inbound_only"))
    assert set(inbound["direction"]) == {"inbound"}
    assert inbound.filter(pl.col("talk_seconds") > 0).height > 0.9 * inbound.height
    strike = calls(planted("strike_month")).filter(pl.col("started_on").dt.month() == 8)
    assert strike["started_on"].n_unique() < 14
    assert work_of(planted("minimum_fee")).conduct.rate_card[0]["minimum_commitment"]
    early = planted("daylight_saving").frame("calls")["started_at"].dt.hour()
    assert early.min() < calls(honest)["started_at"].dt.hour().min()
    assert talk(planted("longer_script")) > talk(honest)
    qualifier = scheme_of(planted("qualifier"))
    assert not set(qualifier.agents) & set(planted("qualifier").frame("sales")["agent_id"])


def test_the_adaptive_padder_keeps_the_shape_of_talk() -> None:
    honest, padded = (
        np.log(w.dials.filter(pl.col("talk") > 20)["talk"].to_numpy())
        for w in (work_of(world()), work_of(planted("adaptive_padding", ":0.2:1:1")))
    )
    assert padded.mean() > honest.mean()
    assert padded.std() == pytest.approx(honest.std(), rel=0.08)


# ------------------------------------------------------------------ names and doses


def test_every_check_names_a_scheme_that_can_be_planted() -> None:
    assert {check.catches for check in checks.ALL} <= set(SCHEMES)


def test_names_numbers_and_the_zoo() -> None:
    assert sorted(ALIASES) == sorted(f"S{n}" for n in range(1, 16))
    assert {
        "hard_list", "new_team", "tiny_vendor", "sixty_second_billing", "script_to_threshold",
        "predictive_dialer", "clock_skew", "daylight_saving", "shared_login", "crm_migration",
        "privacy_erasure", "export_retry", "price_rise", "strike_month", "callback_campaign",
        "switchboard_numbers", "minimum_fee", "holiday_month", "star_leaves", "inbound_only",
    } <= set(ZOO)  # fmt: skip
    assert not set(SCHEMES) & set(ZOO)
    assert all(RECIPES[name].about.endswith(".") for name in RECIPES)


@given(
    st.sampled_from(SCHEMES), st.floats(0.001, 5), st.floats(0.001, 1),
    st.none() | st.integers(1, 24) | st.just("2026-03"),
)  # fmt: skip
def test_doses_are_read_as_they_are_written(
    name: str, strength: float, share: float, start: int | str | None
) -> None:
    tail = "" if start is None else f":{start}"
    dose = Dose.parse(f"beta/{name}:{strength!r}:{share!r}{tail}")
    assert dose == Dose(name, strength, share, start, "beta")


@given(st.text(max_size=30))
def test_any_text_is_a_dose_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert Dose.parse(text).name


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"schemes": ["nothing"]}, "nothing"),
        ({"schemes": ["hard_list"]}, "hard_list"),
        ({"zoo": ["stretched_talk"]}, "stretched_talk"),
        ({"schemes": ["stretched_talk:-1"]}, "stretched_talk:-1"),
        ({"schemes": ["zeta/stretched_talk"]}, "zeta/stretched_talk"),
        ({"schemes": ["S1", "stretched_talk:0.5"]}, "stretched_talk:0.5"),
        ({"schemes": ["S1:0.2:1:2030-01"]}, "2030-01"),
        ({"vendors": 0}, "0"),
        ({"end": "2026"}, "2026"),
        ({"end": "2026-10-05"}, "2026-10-05"),
        ({"tau": -0.5}, "-0.5"),
        ({"seed": -1}, "-1"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, object], named: str) -> None:
    with pytest.raises(AgreementError) as raised:
        simulate(**({"vendors": 2, "months": 2} | arguments))  # type: ignore[arg-type]  # wrong on purpose
    for code in ("en", "ru"):
        assert named in raised.value.describe(code)


def test_all_wrong_arguments_are_named_at_once() -> None:
    with pytest.raises(AgreementError) as raised:
        simulate(vendors=0, months=999, schemes=["a", "b:c"], zoo=["d"])
    assert len(raised.value.problems) == 5


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(AgreementError) as raised:
        simulate(tmp_path / "file" / "w", vendors=1, months=1, agents=2, dials_a_month=30)
    assert "file" in raised.value.describe("ru")


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(AgreementError):
        simulate(tmp_path, vendors=1, months=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
