"""`vendoreval.yaml`: what one client company says about itself, and its `policy.yaml`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from vendoreval.agreement.extensions import Currency, Exact
from vendoreval.agreement.problems import model_problems
from vendoreval.agreement.yaml_file import read_yaml
from vendoreval.errors import AgreementError, Problem
from vendoreval.text import msg
from vendoreval.zones import known_zone

FILE_NAME = "vendoreval.yaml"
POLICY_FILE = "policy.yaml"


def _zone(value: str) -> str:
    if not known_zone(value):
        raise ValueError("write a name of the IANA list, such as Europe/Moscow")
    return value


class Ceiling(BaseModel):
    """What one surviving sale may cost, in the client's currency, net of VAT."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Exact | None = Field(default=None, gt=0)
    campaigns: dict[str, Exact] = {}


class Look(BaseModel):
    """How the client's report looks; see `report_templates/README.md`.

    Parameters
    ----------
    logo
        PNG or SVG, relative to the workspace.
    accent
        Colour such as ``#0B5CAD``.
    words
        Language -> English wording of the report -> own wording.
    templates
        Folder with own templates, relative to the workspace.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    logo: str | None = None
    accent: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None
    words: dict[Literal["ru", "en"], dict[str, Annotated[str, Field(max_length=200)]]] = {}
    templates: str | None = None


class Settings(BaseModel):
    """The client company.

    Parameters
    ----------
    payment_horizon_days
        How long after a sale its payment and cancellation are waited for; younger
        sales are not yet mature.
    sale_lag_days
        How long after a claimed sale the CRM may take to show it.
    lead_allocation
        Who decides which vendor gets a lead: the `client`, a `random` draw, or the `vendor`
        itself, which makes levels of different vendors incomparable.
    policy
        Thresholds that differ from the usual ones; they may also stand in `policy.yaml`
        beside this file, which can be signed and kept on its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str
    currency: Currency
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    language: Literal["ru", "en"] = "en"
    ceiling: Ceiling = Ceiling()
    payment_horizon_days: int = Field(default=30, ge=0)
    sale_lag_days: int = Field(default=7, ge=0)
    lead_allocation: Literal["client", "random", "vendor"] = "client"
    engine: str = "duckdb"
    policy: dict[str, Decimal | int | str] = {}
    report: Look = Look()

    def ceiling_of(self, campaign: str | None = None) -> Decimal | None:
        """Return the ceiling of a campaign, else the general one."""
        if campaign is not None and campaign in self.ceiling.campaigns:
            return self.ceiling.campaigns[campaign]
        return self.ceiling.default


def load_settings(path: Path) -> Settings:
    """Read `vendoreval.yaml`, and `policy.yaml` beside it when there is one.

    Raises
    ------
    AgreementError
        With every problem of the files at once.
    """
    value = read_yaml(path)
    try:
        settings = Settings.model_validate(value or {})
    except ValidationError as error:
        raise AgreementError(model_problems(str(path), error)) from None
    return _with_policy(settings, path.with_name(POLICY_FILE))


class _PolicyFile(BaseModel):
    """The thresholds of `policy.yaml`: name and value, nothing else."""

    policy: dict[str, Decimal | int | str]


def _with_policy(settings: Settings, path: Path) -> Settings:
    if not path.exists():
        return settings
    value = read_yaml(path)
    try:
        own = _PolicyFile.model_validate({"policy": value or {}}).policy
    except ValidationError as error:
        raise AgreementError(model_problems(str(path), error)) from None
    twice = sorted(set(own) & set(settings.policy))
    if twice:
        raise AgreementError(
            [
                Problem(
                    str(path),
                    f"$.{name}",
                    msg("the threshold stands in %(other)s too", other=FILE_NAME),
                    msg("one place for a threshold"),
                    msg("strike it out in one of the two files"),
                )
                for name in twice
            ]
        )
    return settings.model_copy(update={"policy": {**settings.policy, **own}})
