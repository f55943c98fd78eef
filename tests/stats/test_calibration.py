"""Error rates on small simulated worlds, each with its seed: honest silence first, then power.

`benchmarks/evidence` prints the same with as many worlds as one likes. The limits are four
binomial standard errors from what the research note measured, or from the nominal level.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vendoreval import stats


def at_most(chance: float, worlds: int) -> float:
    """Return the share that honest results exceed once in 30,000 at this chance."""
    return chance + 4 * (chance * (1 - chance) / worlds) ** 0.5


def rate(worlds: int, seed: int, test: Callable[[np.random.Generator], bool]) -> float:
    """Return how often a test says yes in worlds of one seed."""
    rng = np.random.default_rng(seed)
    return sum(test(rng) for _ in range(worlds)) / worlds


# ------------------------------------------------------------------------ own past


def vendor(
    rng: np.random.Generator, worlds: int, padding: float = 0.0, seats: int = 30
) -> np.ndarray:
    """Return ln(sales per minute) of two years: 60 leads a seat, 4 % sell, season, noise."""
    month = np.arange(24)
    mood = 0.15 * np.sin(2 * np.pi * month / 12 + rng.uniform(0, 6.3, (worlds, 1)))
    mood = mood + rng.normal(0, 0.07, (worlds, 24))
    sales = rng.poisson(60 * seats * 0.04 * np.exp(mood))
    minutes = np.exp(rng.normal(0, 0.03, (worlds, 24))) * (1 + padding * (month >= 8))
    return np.log((sales + 0.5) / minutes)


def test_sales_per_minute_accuses_no_honest_vendor() -> None:
    worlds = 1500
    path = stats.own_past_e_values(vendor(np.random.default_rng(1), worlds), "down")
    ever = (path.max(axis=1) >= 20).mean()
    assert ever <= 0.05
    # a martingale: its mean stays 1 at every look, by the honest ones it does not see
    assert path[:, 12].mean() < 1 + 4 * path[:, 12].std() / worlds**0.5


@pytest.mark.parametrize(("padding", "least", "most"), [(0.35, 0.6, 0.95), (1.0, 0.97, 1.0)])
def test_sales_per_minute_finds_padding(padding: float, least: float, most: float) -> None:
    path = stats.own_past_e_values(vendor(np.random.default_rng(2), 300, padding), "down")
    assert least <= (path.max(axis=1) >= 20).mean() <= most


def test_padding_since_the_first_day_is_not_seen() -> None:
    honest = vendor(np.random.default_rng(3), 50)
    always = honest - np.log(1.5)
    assert stats.own_past_e_values(always, "down") == pytest.approx(
        stats.own_past_e_values(honest, "down")
    )


def test_a_worse_list_is_no_padding_when_its_mix_is_known() -> None:
    rng = np.random.default_rng(4)
    worse = vendor(rng, 300) + np.log(0.7) * (np.arange(24) >= 12)
    plain = stats.own_past_e_values(worse, "down").max(axis=1) >= 20
    mix = np.column_stack([stats.seasons(24), np.arange(24) >= 12])
    known = stats.own_past_e_values(worse, "down", regressors=mix).max(axis=1) >= 20
    assert plain.mean() > 0.6
    assert known.mean() <= at_most(0.05, 300)


def staff(rng: np.random.Generator, padding: float = 0.0, padders: float = 1.0) -> np.ndarray:
    """Return ln(minutes per lead) of thirty seats with 40 % turnover in two years."""
    rows = []
    for _ in range(30):
        start = 0
        while start < 24:
            stop = min(24, start + int(rng.geometric(0.042)))
            row = np.full(24, np.nan)
            row[start:stop] = rng.normal(0, 0.2) + rng.normal(0, 0.15, stop - start)
            if rng.random() < padders:
                row[max(start, 8) : stop] += np.log1p(padding)
            rows.append(row)
            start = stop
    return np.array(rows) + rng.normal(0, 0.03, 24)


def test_minutes_per_lead_with_persons_removed() -> None:
    def alarm(padding: float) -> Callable[[np.random.Generator], bool]:
        def test(rng: np.random.Generator) -> bool:
            effects = stats.month_effects(staff(rng, padding)).effects
            return bool(stats.own_past_e_values(effects, "up").max() >= 20)

        return test

    assert rate(200, 5, alarm(0.0)) <= at_most(0.02, 200)
    assert rate(60, 6, alarm(0.20)) >= 0.95
    # what each monthly audit would have seen, persons fitted again every month
    assert rate(20, 7, lambda rng: bool(stats.month_effects_path(staff(rng)).max() >= 20)) <= 0.2
    late = rate(10, 8, lambda rng: bool(stats.month_effects_path(staff(rng, 0.2)).max() >= 20))
    assert late >= 0.9


def test_who_started() -> None:
    rng = np.random.default_rng(9)
    named = 0
    for _ in range(100):
        e = stats.person_e_values(staff(rng))
        named += any(stats.e_benjamini_hochberg(e, 0.05))
    assert named / 100 <= at_most(0.02, 100)


def test_what_padding_cost_is_covered() -> None:
    rng = np.random.default_rng(10)
    covered, ratios, worlds = 0, [], 120
    minutes = np.where(np.arange(24) >= 8, 1200.0, 1000.0)
    for _ in range(worlds):
        effects = stats.month_effects(staff(rng, 0.20)).effects
        found = stats.departure(effects, minutes, "up")
        covered += found.total_low <= 16 * 200 <= found.total_high
        ratios.append(found.total / 3200)
    assert covered / worlds >= 0.8
    assert 0.9 <= np.median(ratios) <= 1.1


def test_the_gate_lets_a_script_that_sells_pass_for_a_question_only() -> None:
    rng = np.random.default_rng(11)
    leads = np.full(24, 1800.0)

    def gate(better: float) -> float:
        passed = 0
        for _ in range(300):
            mood = np.exp(rng.normal(0, 0.07, 24))
            sales = rng.poisson(72 * mood * np.where(np.arange(24) >= 8, better, 1.0))
            passed += stats.sales_gate(np.log(1.15), 0.02, sales, leads, 8).p_value < 0.05
        return passed / 300

    assert gate(1.15) <= at_most(0.06, 300)
    assert gate(1.0) >= 0.7


# ----------------------------------------------------------------------- small vendors


def test_small_honest_vendors_are_not_accused_for_the_skew_of_their_counts() -> None:
    rng = np.random.default_rng(31)
    sold = np.array([10, 12, 15, 20, 30, 60, 200, 500], float)
    worlds, normal, counted = 60, 0, 0
    for _ in range(worlds):
        counts = rng.poisson(sold * np.exp(rng.normal(0, 0.05, len(sold))))
        levels = np.log((counts + 0.5) / (sold + 0.5))
        for exact in (False, True):
            results = stats.trimmed_leave_one_out(levels, 1 / sold, rng, draws=1000, counted=exact)
            small = sum(r.p_value < 0.02 for r in results[:4])
            counted, normal = (counted + small, normal) if exact else (counted, normal + small)
    assert counted / (4 * worlds) <= at_most(0.02, 4 * worlds)
    assert counted < normal


# ------------------------------------------------------------------------ e-values


def test_honest_e_values_average_to_one_at_most() -> None:
    rng = np.random.default_rng(12)
    worlds = 20_000
    shape = 20.0
    counts = rng.poisson(80 * rng.gamma(shape, 1 / shape, worlds))
    above = np.array([stats.e_value_above(float(c), 80, shape) for c in np.unique(counts)])
    values = above[np.searchsorted(np.unique(counts), counts)]
    assert values.mean() < 1 + 4 * values.std() / worlds**0.5
    assert values.mean() > 0.9
    total = 1 / (0.05 * 0.1 * 0.9)
    yes = rng.binomial(500, rng.beta(0.1 * total, 0.9 * total, worlds))
    shares = [stats.beta_binomial_e_value(int(y), 500, 0.1, 0.05, [1.5, 3]) for y in range(501)]
    values = np.array(shares)[yes]
    assert values.mean() < 1 + 4 * values.std() / worlds**0.5
    assert values.mean() > 0.9


def test_a_lasting_honest_handicap_piles_up_no_evidence() -> None:
    """24 looks at vendors that honestly differ by 15 %: ever 20 in far fewer than 5 %."""
    rng = np.random.default_rng(13)
    worlds, ever, multiplied = 400, 0, 0
    shape = stats.honest_shape(0.15**2)
    for _ in range(worlds):
        skill = float(rng.gamma(shape, 1 / shape))
        sales = rng.poisson(100 * skill, 24).cumsum()
        looks = [stats.e_value_below(float(s), 100.0 * (t + 1), shape) for t, s in enumerate(sales)]
        ever += max(looks) >= 20
        monthly = np.diff(sales, prepend=0)
        z = (monthly - 100) / np.sqrt(100 + 100**2 / shape)
        p = np.clip(stats_normal(z), 1e-12, 1)
        product = np.cumprod([stats.calibrated_e_value(float(value)) for value in p])
        multiplied += bool(product.max() >= 20)
    assert ever / worlds <= at_most(0.02, worlds)
    # the ablation: multiplied monthly p-values accuse many
    assert multiplied / worlds > 0.05


def stats_normal(z: np.ndarray) -> np.ndarray:
    """Return the standard normal distribution function."""
    from scipy import special  # noqa: PLC0415 - one use

    return np.asarray(special.ndtr(z))


# --------------------------------------------------------------- calls and mechanical tests


def durations(rng: np.random.Generator, calls: int, moved: float = 0.0) -> np.ndarray:
    """Return a histogram of seconds: three kinds of calls, near misses of 60 s moved."""
    kind = rng.choice(3, calls, p=[0.55, 0.30, 0.15])
    log_sd = np.array([0.6, 0.8, 0.6])[kind]
    seconds = np.exp(rng.normal(np.log([14, 75, 360])[kind], log_sd)).astype(int)
    near = (seconds >= 45) & (seconds < 60) & (rng.random(calls) < moved)
    seconds[near] = rng.integers(60, 65, int(near.sum()))
    return np.bincount(np.minimum(seconds, 1000), minlength=1001).astype(float)


def test_bunching_level_power_and_size() -> None:
    worlds = 250
    honest = [
        stats.bunching(durations(np.random.default_rng([14, i]), 5000), 60) for i in range(worlds)
    ]
    p = np.array([found.p_value for found in honest])
    assert (p < 0.05).mean() <= at_most(0.06, worlds)
    assert (p < 0.001).mean() <= at_most(0.001, worlds)
    moved = [
        stats.bunching(durations(np.random.default_rng([15, i]), 5000, 0.2), 60) for i in range(80)
    ]
    assert np.mean([found.p_value < 0.001 for found in moved]) >= 0.9
    placebo = [
        found.p_value
        for i in range(40)
        for found in stats.placebo_thresholds(
            durations(np.random.default_rng([16, i]), 20_000, 0.3), 60
        )
    ]
    assert np.mean(np.array(placebo) < 0.01) <= at_most(0.02, len(placebo))


def test_excess_calls_are_neither_biased_nor_too_sure() -> None:
    rng = np.random.default_rng(17)
    covered, excess, worlds = 0, [], 80
    for _ in range(worlds):
        honest = durations(rng, 20_000)
        moved = rng.binomial(honest[45:60].astype(int), 0.25)
        counts = honest.copy()
        counts[45:60] -= moved
        counts[60:65] += rng.multinomial(moved.sum(), np.full(5, 0.2))
        found = stats.bunching(counts, 60)
        covered += found.excess_low <= moved.sum() <= found.excess_high
        excess.append(found.excess / moved.sum())
    assert covered / worlds >= 0.8
    assert 0.93 <= np.mean(excess) <= 1.07


def test_honest_lengths_do_not_heap() -> None:
    rng = np.random.default_rng(18)
    worlds, small = 80, 0
    for _ in range(worlds):
        counts = durations(rng, 200_000)
        small += sum(stats.heaping(counts, m).p_value < 0.01 for m in (5, 10, 30, 60))
    assert small / (4 * worlds) <= at_most(0.012, 4 * worlds)
    rounded = durations(rng, 50_000)
    on = np.arange(60, 601, 30)
    rounded[on] += np.round(0.3 * rounded[on])
    assert stats.heaping(rounded, 30).p_value < 1e-6


def test_heaping_knows_agents() -> None:
    """Agents who differ in the lengths of their calls do not heap."""
    rng = np.random.default_rng(19)
    worlds, small = 150, 0
    for _ in range(worlds):
        means = rng.uniform(80, 250, 12)
        agents = rng.poisson(60 * np.exp(-np.arange(620) / means[:, None]))
        small += stats.heaping(agents, 10).p_value < 0.05
    assert small / worlds <= at_most(0.05, worlds)


def test_repeated_values_hold_their_level() -> None:
    rng = np.random.default_rng(20)
    usual = np.exp(-np.arange(400) / 120)
    usual /= usual.sum()
    worlds = 300
    small = rate(
        worlds,
        20,
        lambda _: (
            stats.repeated_values(rng.multinomial(1500, usual), usual, rng, draws=99).p_value
            <= 0.05
        ),
    )
    assert small <= at_most(0.05, worlds)


def test_machines_stand_out_among_people_and_people_do_not() -> None:
    rng = np.random.default_rng(21)
    worlds, wrong, found = 400, 0, 0
    for _ in range(worlds):
        shapes = []
        for agent in range(20):
            regular = 120.0 if agent == 0 else float(rng.lognormal(0.5, 0.3))
            gaps = rng.gamma(regular, 40 / regular, 250)
            fit = stats.gap_shape(250, gaps.sum(), (gaps**2).sum(), np.log(gaps).sum())
            shapes.append(np.log(float(fit.shape)))
        p = stats.against_population(shapes).p_high
        found += p[0] < 0.001
        wrong += int((p[1:] < 0.01).sum())
    assert found / worlds > 0.95
    assert wrong / (19 * worlds) <= at_most(0.011, 19 * worlds)


def test_elasticity_holds_its_level_and_sees_padding() -> None:
    def below(padding: float) -> Callable[[np.random.Generator], bool]:
        def test(rng: np.random.Generator) -> bool:
            work = np.exp(rng.normal(0, 0.2, 52))
            sales = rng.poisson(120 * work)
            minutes = 5000 * work * np.exp(rng.normal(0, padding, 52))
            return stats.elasticity(sales, minutes).p_below() < 0.01

        return test

    assert rate(400, 22, below(0.0)) <= at_most(0.012, 400)
    assert rate(60, 23, below(0.3)) >= 0.85


def test_change_points_of_noisy_weeks_hold_their_level() -> None:
    def alarm(rng: np.random.Generator) -> bool:
        weeks = rng.poisson(rng.gamma(10, 5, 52))
        return stats.rate_change_point(weeks, np.ones(52), rng, draws=99).p_value <= 0.05

    assert rate(300, 24, alarm) <= at_most(0.06, 300)


def test_tail_minutes_know_agents() -> None:
    rng = np.random.default_rng(25)
    worlds, agent, covered, naive = 300, 0, 0, 0
    usual = np.array([0.6, 0.25, 0.1, 0.05])
    for _ in range(worlds):
        tail = 0.05 * np.exp(rng.normal(-0.08, 0.4, 40))
        shares = np.column_stack([np.outer(1 - tail, usual[:3] / 0.95), tail])
        rows = np.array([rng.multinomial(500, share) for share in shares])
        found = stats.excess_tail_minutes(rows, usual * 1e6, [0.5, 2, 5, 12], 3)
        agent += found.p_value < 0.01
        covered += found.low <= 0 <= found.high
        error = (0.05 * 0.95 / 20_000) ** 0.5
        naive += (found.share - 0.05) / error > 2.326
    assert agent / worlds <= at_most(0.012, worlds)
    assert 0.84 <= covered / worlds <= 0.96
    assert naive / worlds > 0.08


def test_the_lower_limit_of_a_sample_covers() -> None:
    """2.3 % wrong, 150 draws: the note has .980 at a nominal .95."""
    rng = np.random.default_rng(26)
    truth = 0.04 * 0.575
    covered = 0
    for _ in range(1000):
        taints = (rng.random(150) < 0.04) * rng.uniform(0.15, 1.0, 150)
        covered += stats.sampled_overbilling(taints).share_low <= truth
    assert covered / 1000 >= 0.95


def test_a_randomised_split_is_judged_by_agents() -> None:
    def below(rng: np.random.Generator) -> bool:
        skill = np.exp(rng.normal(-0.06, 0.35, (2, 15)))
        sold = rng.poisson(25 * skill)
        return stats.compare_sides(sold[0], [600] * 15, sold[1], [600] * 15).p_below() < 0.05

    assert rate(500, 27, below) <= at_most(0.06, 500)


def test_a_coin_for_each_lead_says_what_minutes_sell() -> None:
    rng = np.random.default_rng(28)
    covered, worlds = 0, 200
    for _ in range(worlds):
        minutes = rng.lognormal(1.5, 0.8, 8000)
        sales = (rng.random(8000) < 0.04).astype(float)
        leads = np.column_stack([minutes, sales])
        leads[4000:, 0] = np.minimum(leads[4000:, 0], 8)
        found = stats.minute_value(leads[:4000], leads[4000:])
        covered += found.low <= 0 <= found.high
    assert 0.82 <= covered / worlds <= 0.97


def test_the_cliff_holds_its_level() -> None:
    def alarm(rng: np.random.Generator) -> bool:
        days = np.array([[4000.0, 3600.0], [20_000.0, 18_500.0]])
        return stats.hazard_cliff(rng.poisson(days * [0.006, 0.004]), days).p_value < 0.05

    assert rate(150, 29, alarm) <= at_most(0.06, 150)


def test_a_cusum_with_a_guessed_baseline_alarms_too_often() -> None:
    """The note: 24 months, k = .5, h = 5: .018 with a known baseline, .126 with twelve months."""
    rng = np.random.default_rng(30)
    known = guessed = 0
    for _ in range(1000):
        past, months = rng.normal(size=12), rng.normal(size=24)
        known += bool((stats.cusum_chart(months, 0.0, 0.5, 5.0).low > 5).any())
        z = (months - past.mean()) / past.std(ddof=1)
        guessed += bool((stats.cusum_chart(z, 0.0, 0.5, 5.0).low > 5).any())
    assert 0.005 <= known / 1000 <= 0.035
    assert 0.09 <= guessed / 1000 <= 0.18
