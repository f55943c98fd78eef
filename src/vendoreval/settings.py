"""`vendoreval.yaml`: what one client company says about itself."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from vendoreval.agreement.extensions import Currency, Exact
from vendoreval.agreement.problems import model_problems
from vendoreval.agreement.yaml_file import read_yaml
from vendoreval.errors import AgreementError
from vendoreval.zones import known_zone

FILE_NAME = "vendoreval.yaml"


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
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str
    currency: Currency
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    language: Literal["ru", "en"] = "en"
    ceiling: Ceiling = Ceiling()
    payment_horizon_days: int = Field(default=30, ge=0)
    sale_lag_days: int = Field(default=7, ge=0)
    engine: str = "duckdb"
    policy: dict[str, Decimal | int | str] = {}
    report: Look = Look()

    def ceiling_of(self, campaign: str | None = None) -> Decimal | None:
        """Return the ceiling of a campaign, else the general one."""
        if campaign is not None and campaign in self.ceiling.campaigns:
            return self.ceiling.campaigns[campaign]
        return self.ceiling.default


def load_settings(path: Path) -> Settings:
    """Read `vendoreval.yaml`.

    Raises
    ------
    AgreementError
        With every problem of the file at once.
    """
    value = read_yaml(path)
    try:
        return Settings.model_validate(value or {})
    except ValidationError as error:
        raise AgreementError(model_problems(str(path), error)) from None
