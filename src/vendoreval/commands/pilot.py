"""`vendoreval pilot`: plan a trial of vendors, deal the leads, read the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from vendoreval.commands.json_text import json_text
from vendoreval.commands.options import (
    LanguageOption,
    agreement_of,
    read_period,
    spoken_language,
    wrong_option,
)
from vendoreval.commands.pilot_minutes import MinutesOfPilot, minutes_of_pilot
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.pilot import (
    PilotPlan,
    PilotTerms,
    PilotVerdict,
    pilot_plan,
    pilot_split,
    pilot_verdict,
)
from vendoreval.pilot.files import read_key, read_leads, read_plan, write_plan, write_split
from vendoreval.pilot.outcomes import calls_for, lead_outcomes
from vendoreval.pilot.plan import DesignName
from vendoreval.text import Count, Day, Message, Number, Percent, language, msg
from vendoreval.workspace import Workspace

pilot_app = typer.Typer(
    name="pilot", help="A vendor on trial: how many leads, who gets which, does it sell.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

_DESIGN_NAMES = {
    "fixed": msg("one look at the end"),
    "looks": msg("a few looks"),
    "daily": msg("a look every day"),
}
_VendorOption = Annotated[
    list[str] | None, typer.Option("--vendor", help="A vendor on trial; several times.")
]
_JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@pilot_app.command("plan")
def plan(
    target: Annotated[
        float | None, typer.Option(help="Share of leads that a good vendor sells to: 0.03.")
    ] = None,
    unacceptable: Annotated[
        float | None, typer.Option(help="Share at which a vendor must not pass: 0.02.")
    ] = None,
    target_cost: Annotated[str, typer.Option(help="Instead: cost of one sale aimed at.")] = "",
    unacceptable_cost: Annotated[
        str, typer.Option(help="Instead: cost of one sale that is too much.")
    ] = "",
    level: Annotated[float, typer.Option(help="Chance of passing wrongly.")] = 0.05,
    power: Annotated[float, typer.Option(help="Chance of passing rightly.")] = 0.80,
    design: Annotated[str, typer.Option(help="fixed, looks or daily.")] = "daily",
    looks: Annotated[int, typer.Option(help="Looks of the design `looks`.")] = 5,
    vendor: _VendorOption = None,
    holdout: Annotated[float, typer.Option(help="Share of leads nobody on trial gets.")] = 0.0,
    leads_a_day: Annotated[int | None, typer.Option(help="Leads a vendor works a day.")] = None,
    cost_of_a_lead: Annotated[str, typer.Option(help="What working one lead costs.")] = "",
    value_of_a_sale: Annotated[str, typer.Option(help="Margin of a sale before that.")] = "",
    currency: Annotated[str, typer.Option(help="Of the amounts, such as RUB.")] = "",
    maturing_days: Annotated[int, typer.Option(help="Days a sale may take.", min=0)] = 30,
    starts_on: Annotated[str, typer.Option(help="First day: 2026-12-01.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the plan there (JSON).")] = None,
    as_json: _JsonOption = False,
    lang: LanguageOption = None,
) -> None:  # fmt: skip
    """Say how many leads and days a trial takes, under every design, with its errors."""
    code = spoken_language(lang)
    terms: dict[str, Any] = {
        "vendors": tuple(vendor or ("vendor",)), "design": design, "level": level, "power": power,
        "holdout_share": holdout, "leads_a_day": leads_a_day, "currency": currency,
        "value_of_a_sale": _amount("--value-of-a-sale", value_of_a_sale), "looks": looks,
        "maturing_days": maturing_days, "starts_on": _day("--starts-on", starts_on),
    }  # fmt: skip
    cost = _amount("--cost-of-a-lead", cost_of_a_lead)
    costs = (_amount("--target-cost", target_cost),
             _amount("--unacceptable-cost", unacceptable_cost))  # fmt: skip
    if target is not None and unacceptable is not None:
        made = pilot_plan(PilotTerms(target, unacceptable, cost_of_a_lead=cost, **terms))
    elif costs[0] is not None and costs[1] is not None and cost is not None:
        made = pilot_plan(PilotTerms.of_costs(costs[0], costs[1], cost, **terms))
    else:
        raise AgreementError(
            plain_problem(
                "pilot plan", msg("neither two shares nor two costs are given"),
                msg("--target and --unacceptable, or --target-cost, --unacceptable-cost and "
                    "--cost-of-a-lead"),
                msg("for example: --target 0.03 --unacceptable 0.02"),
            )
        )  # fmt: skip
    if as_json:
        typer.echo(json_text(made.to_json()))
    else:
        for line in plan_lines(made, code):
            typer.echo(line)
    if out is not None:
        typer.echo(str(write_plan(made, out)), err=as_json)


def plan_lines(made: PilotPlan, code: str) -> Iterator[str]:
    """Yield the plan: the errors agreed, each design, the chosen one in leads, days, money."""
    speak = language(code).say
    terms = made.terms
    yield speak(
        msg("A vendor that sells to %(bad)s of its leads passes with a chance of at most "
            "%(level)s, one that sells to %(good)s with at least %(power)s.",
            bad=Percent(terms.unacceptable, 2), level=Percent(terms.level),
            good=Percent(terms.target, 2), power=Percent(terms.power))
    )  # fmt: skip
    for facts in made.designs:
        mark = "→" if facts.name == terms.design else " "
        yield speak(
            msg("%(mark)s %(name)s: %(most)s leads of a vendor at the longest, on average "
                "%(bad)s when it sells too little and %(good)s when it sells; passes wrongly "
                "%(wrongly)s, rightly %(rightly)s", mark=mark, name=_DESIGN_NAMES[facts.name],
                most=Count(facts.most_leads), bad=Number(facts.bad.expected_leads, 0),
                good=Number(facts.good.expected_leads, 0), wrongly=Percent(facts.bad.sells, 1),
                rightly=Percent(facts.good.sells, 1))
        )  # fmt: skip
    yield speak(
        msg("To tell two vendors with these shares apart from each other: %(leads)s leads each.",
            leads=Count(made.two_arms))
    )  # fmt: skip
    yield speak(
        msg("Leads for %(vendors)s and the holdout: %(leads)s at the longest.",
            vendors=", ".join(terms.vendors), leads=Count(made.leads_needed))
    )  # fmt: skip
    if made.days is not None:
        yield speak(msg("Days at the longest, until the last lead had its time: %(days)s.",
                        days=Count(made.days)))  # fmt: skip
    if made.ends_on is not None:
        yield speak(msg("Last day at the longest: %(day)s.", day=Day(made.ends_on)))
    for name, leads in (("good", made.chosen.good), ("bad", made.chosen.bad)):
        cost = made.cost(leads.expected_leads)
        if cost is not None:
            said = (
                msg("Cost of one vendor that sells, on average: %(cost)s %(currency)s.",
                    cost=Number(float(cost), 0), currency=terms.currency)
                if name == "good" else
                msg("Cost of one vendor that sells too little, on average: %(cost)s %(currency)s.",
                    cost=Number(float(cost), 0), currency=terms.currency)
            )  # fmt: skip
            yield speak(said)


@pilot_app.command("split")
def split(
    leads: Annotated[Path, typer.Argument(help="CSV with lead_id and whatever strata need.")],
    seed: Annotated[int, typer.Option(help="With it the same leads are dealt alike; keep it.")],
    out: Annotated[Path, typer.Option(help="Folder of the pilot: key, lists, facts.")],
    plan_file: Annotated[
        Path | None, typer.Option("--plan", help="The plan: its vendors and holdout.")
    ] = None,
    vendor: _VendorOption = None,
    holdout: Annotated[float | None, typer.Option(help="Share nobody on trial gets.")] = None,
    by: Annotated[str, typer.Option(help="Columns of the strata, with commas.")] = "",
    seed_leads: Annotated[
        Path | None, typer.Option(help="CSV with lead_id of the client's own people.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Deal leads to vendors at random within strata; the key stays with the client."""
    code = spoken_language(lang)
    made_plan = None if plan_file is None else read_plan(plan_file)
    vendors = tuple(vendor or (made_plan.terms.vendors if made_plan else ()))
    share = holdout if holdout is not None else (
        made_plan.terms.holdout_share if made_plan else 0.0
    )  # fmt: skip
    table = read_leads(leads)
    own = read_leads(seed_leads) if seed_leads is not None else None
    if own is not None and "lead_id" not in own.columns:
        raise wrong_option("--seed-leads", str(seed_leads), msg("a CSV with the column lead_id"))
    made = pilot_split(
        table, vendors, seed, strata=tuple(name.strip() for name in by.split(",") if name.strip()),
        holdout_share=share, seed_leads=() if own is None else tuple(own["lead_id"]),
    )  # fmt: skip
    paths = write_split(made, table, out, made_plan)
    speak = language(code).say
    for arm, count in made.to_json()["arms"].items():
        typer.echo(speak(msg("%(arm)s: %(leads)s leads", arm=arm, leads=Count(count))))
    if made_plan is not None and len(table) < made_plan.leads_needed:
        typer.echo(
            speak(msg("%(leads)s leads are fewer than the %(planned)s planned at the longest: the "
                      "pilot can end without a verdict", leads=Count(len(table)),
                      planned=Count(made_plan.leads_needed)))
        )  # fmt: skip
    typer.echo(speak(msg("The key stays with the client: %(file)s", file=str(paths[0]))))
    for path in paths[1:]:
        typer.echo(str(path))


@pilot_app.command("verdict")
def verdict(
    folder: Annotated[Path, typer.Argument(help="The workspace's folder.")],
    pilot: Annotated[Path, typer.Option(help="Folder of the pilot, as `pilot split` wrote it.")],
    plan_file: Annotated[Path, typer.Option("--plan", help="The plan agreed beforehand.")],
    vendor: Annotated[str, typer.Option(help="Short name of the vendor.")],
    on: Annotated[str, typer.Option(help="Day of reading; today when not given.")] = "",
    period: Annotated[
        str, typer.Option(help="Hold minutes and invoice of this period as well: 2026-10.")
    ] = "",
    as_json: _JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Say whether a vendor on trial sells, by the design that was agreed."""
    workspace = Workspace.open(folder)
    code = spoken_language(lang, workspace)
    day = _day("--on", on) or date.today()
    made_plan, key = read_plan(plan_file), read_key(pilot)
    ledger = workspace.existing_ledger()
    outcomes = lead_outcomes(ledger, key, vendor)
    handed = outcomes["handed_on"].dropna()
    parties = agreement_of(workspace, vendor).parties
    until = None if parties is None else parties.effectiveTo
    made = pilot_verdict(
        made_plan, vendor, outcomes, day, agreement_until=until,
        calls=calls_for(ledger, vendor, min(handed), day) if len(handed) else None,
    )  # fmt: skip
    minutes = (
        minutes_of_pilot(workspace, ledger, vendor, read_period(period)) if period else None
    )  # fmt: skip
    if as_json:
        value = made.to_json()
        if minutes is not None:
            value |= minutes.to_json(code)
        typer.echo(json_text(value))
    else:
        for line in verdict_lines(made, minutes):
            typer.echo(language(code).say(line))


def verdict_lines(made: PilotVerdict, minutes: MinutesOfPilot | None) -> Iterator[Message]:
    """Yield the verdict, the ramp by week, the cost of being wrong, minutes and invoice."""
    yield from made.lines()
    for week in made.ramp:
        yield msg("  week %(week)s: %(sales)s of %(leads)s leads, between %(low)s and %(high)s",
                  week=Count(week.week), sales=Count(week.sales), leads=Count(week.leads),
                  low=Percent(week.low, 1), high=Percent(week.high, 1))  # fmt: skip
    if made.difference is not None:
        yield msg("Later half less earlier half: %(points)s points, between %(low)s and %(high)s",
                  points=Number(100 * made.difference[0], 1),
                  low=Number(100 * made.difference[1], 1),
                  high=Number(100 * made.difference[2], 1))  # fmt: skip
    if made.wrong is not None:
        yield msg("A wrong decision costs, for every thousand leads: hiring a vendor that sells "
                  "too little %(hired)s %(currency)s, refusing one that sells %(refused)s "
                  "%(currency)s", hired=Number(float(made.wrong.hired), 0),
                  refused=Number(float(made.wrong.refused), 0),
                  currency=made.wrong.currency)  # fmt: skip
    if minutes is not None:
        yield from minutes.lines()


def _amount(option: str, text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace(" ", "").replace(",", "."))
    except ArithmeticError:
        raise wrong_option(option, text, msg("an amount such as 120.50")) from None
    if not value.is_finite() or value <= 0:
        raise wrong_option(option, text, msg("an amount such as 120.50"))
    return value


def _day(option: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong_option(option, text, msg("a day such as 2024-01-01")) from None


__all__ = ["DesignName", "pilot_app", "plan_lines", "verdict_lines"]
