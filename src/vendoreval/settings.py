"""`vendoreval.yaml`: what one client company says about itself, and its `policy.yaml`."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from vendoreval.agreement.extensions import Currency, Exact
from vendoreval.agreement.problems import model_problems
from vendoreval.agreement.yaml_file import read_yaml
from vendoreval.errors import AgreementError, Problem
from vendoreval.tables import REPORTS
from vendoreval.text import msg
from vendoreval.zones import known_zone

FILE_NAME = "vendoreval.yaml"
POLICY_FILE = "policy.yaml"
PASSWORD_VARIABLE = "VENDOREVAL_SMTP_PASSWORD"  # noqa: S105  the name of a variable
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


def _zone(value: str) -> str:
    if not known_zone(value):
        raise ValueError("write a name of the IANA list, such as Europe/Moscow")
    return value


class Ceiling(BaseModel):
    """What one surviving sale may cost, in the client's currency, net of VAT."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Exact | None = Field(default=None, gt=0)
    campaigns: dict[str, Exact] = {}


def _address(value: str) -> str:
    if len(value) > 254 or _ADDRESS.fullmatch(value) is None:
        raise ValueError("write an address such as director@example.org")
    return value


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("write it in one line, without control characters")
    return value


def _reader(value: object) -> object:
    """Let a plain address stand for a reader."""
    return {"address": value} if isinstance(value, str) else value


Address = Annotated[str, AfterValidator(_address)]
OneLine = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]


class MailReader(BaseModel):
    """Who gets the audit, and in which language (the workspace's when not given)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address
    name: OneLine | None = None
    language: Literal["ru", "en"] | None = None


class MailSettings(BaseModel):
    """How the audit is mailed; the password is never here, see `PASSWORD_VARIABLE`.

    Parameters
    ----------
    security
        ``starttls`` (usual on port 587), ``tls`` from the first byte (465), or ``none``,
        which only a server on this machine may have.
    port
        The usual one of the security when not given.
    user
        Name to log in with; without it nobody logs in.
    certificates
        File with the certificates of the company's own authority, when the system does
        not know it.
    timeout_seconds
        How long the server may be silent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    server: OneLine
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: OneLine | None = None
    sender: Address = Field(alias="from")
    to: tuple[Annotated[MailReader, BeforeValidator(_reader)], ...] = Field(min_length=1)
    certificates: Path | None = None
    timeout_seconds: int = Field(default=60, ge=1, le=3600)

    @model_validator(mode="after")
    def _is_safe(self) -> MailSettings:
        if self.security == "none" and self.server not in _THIS_MACHINE:
            raise ValueError("write security: starttls or tls; none is for this machine only")
        if self.security == "none" and self.user is not None:
            raise ValueError("a password does not go without TLS: leave user out, or use tls")
        return self

    @property
    def used_port(self) -> int:
        """The port that is asked."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


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


class TableSettings(BaseModel):
    """Where the company's own warehouse holds the rows of one report already.

    Parameters
    ----------
    table
        Its name there, with the schema.
    columns
        Our column -> an expression over its columns, in the warehouse's own SQL.
    timezone
        In which its times of the day are written.
    where
        A condition its rows must meet.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    columns: dict[str, str]
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    where: str | None = None


def _reports(value: dict[str, TableSettings]) -> dict[str, TableSettings]:
    unknown = sorted(set(value) - set(REPORTS))
    if unknown:
        raise ValueError(f"write one of {', '.join(REPORTS)} instead of {', '.join(unknown)}")
    return value


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
    engine
        Where queries run: an address as `connect` takes it.
    tables
        Report -> the table in which the engine holds its rows already.
    policy
        Thresholds that differ from the usual ones; they may also stand in `policy.yaml`
        beside this file, which can be signed and kept on its own.
    mail
        How the audit is mailed; `None` when it is not.
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
    tables: Annotated[dict[str, TableSettings], AfterValidator(_reports)] = {}
    policy: dict[str, Decimal | int | str] = {}
    mail: MailSettings | None = None
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
