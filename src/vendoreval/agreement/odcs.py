"""Strict models of an ODCS data contract, as far as the standard goes.

The official JSON Schema is asked first; these models then give every part a
type, forbid unknown keys at every level and read our own `customProperties`.

Source: Open Data Contract Standard v3.1 and v3.2 (Bitol, Apache-2.0).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

OUR_VENDOR = "vendoreval"
# short name of the agreement about the client's own files
CLIENT = "client"


class Odcs(BaseModel):
    """Base of every part: frozen, camelCase outside, unknown keys forbidden."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class CustomProperty(Odcs):
    """A key and value outside the standard; ours carry `vendor: vendoreval`."""

    id: str | None = None
    property: str
    value: Any
    description: str | None = None
    vendor: str | None = None


class AuthoritativeDefinition(Odcs):
    """A link to where a term is defined."""

    id: str | None = None
    url: str
    type: str
    description: str | None = None


class Extended(Odcs):
    """A part that may hold custom properties."""

    custom_properties: tuple[CustomProperty, ...] | None = None
    authoritative_definitions: tuple[AuthoritativeDefinition, ...] | None = None

    def extension(self, name: str, shape: Any, default: Any = None) -> Any:
        """Return the value of one of our custom properties, read into its shape."""
        for entry in self.custom_properties or ():
            if entry.property == name and entry.vendor == OUR_VENDOR:
                return TypeAdapter(shape).validate_python(entry.value)
        return default


class Synonym(Extended):
    """Another name of a report or column, with its language."""

    id: str | None = None
    synonym: str
    description: str | None = None
    locale: str | None = None
    source: str | None = None
    status: str | None = None


class EnumValue(Extended):
    """One allowed value."""

    id: str | None = None
    value: Any
    label: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None


class Relationship(Extended):
    """A foreign key; on a column `from` is the column itself."""

    id: str | None = None
    type: str | None = None
    from_: str | tuple[str, ...] | None = Field(default=None, alias="from")
    to: str | tuple[str, ...] | None = None


class Quality(Extended):
    """A rule about the data; operators such as `mustBe` hold numbers or pairs."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    business_impact: str | None = None
    dimension: str | None = None
    method: str | None = None
    severity: str | None = None
    type: str | None = None
    unit: str | None = None
    tags: tuple[str, ...] | None = None
    schedule: str | None = None
    scheduler: str | None = None
    metric: str | None = None
    rule: str | None = None
    arguments: dict[str, Any] | None = None
    query: str | None = None
    engine: str | None = None
    implementation: Any = None
    must_be: Any = None
    must_not_be: Any = None
    must_be_greater_than: int | float | None = None
    must_be_greater_or_equal_to: int | float | None = None
    must_be_less_than: int | float | None = None
    must_be_less_or_equal_to: int | float | None = None
    must_be_between: tuple[int | float, ...] | None = None
    must_not_be_between: tuple[int | float, ...] | None = None


class Element(Extended):
    """What reports and columns share."""

    id: str | None = None
    name: str | None = None
    business_name: str | None = None
    physical_name: str | None = None
    physical_type: str | None = None
    logical_type: str | None = None
    description: str | None = None
    deprecated: Any = None
    synonyms: tuple[Synonym, ...] | None = None
    tags: tuple[str, ...] | None = None
    quality: tuple[Quality, ...] | None = None
    relationships: tuple[Relationship, ...] | None = None
    context: Any = None

    def header_names(self) -> tuple[str, ...]:
        """Return the name and every synonym that may head the column."""
        return (self.name or "", *(entry.synonym for entry in self.synonyms or ()))


class Property(Element):
    """A column."""

    primary_key: bool = False
    primary_key_position: int | None = None
    required: bool = False
    unique: bool = False
    logical_type_options: dict[str, Any] | None = None
    semantic_type: Any = None
    partitioned: bool | None = None
    partition_key_position: int | None = None
    classification: str | None = None
    encrypted_name: str | None = None
    transform_source_objects: tuple[str, ...] | None = None
    transform_logic: str | None = None
    transform_description: str | None = None
    examples: tuple[Any, ...] | None = None
    enum: tuple[EnumValue, ...] | None = None
    critical_data_element: bool | None = None
    properties: tuple[Property, ...] | None = None
    items: Property | None = None
    map: Any = None


class SchemaObject(Element):
    """A report."""

    name: str
    data_granularity_description: str | None = None
    properties: tuple[Property, ...] | None = None


class Server(Extended):
    """Where the files arrive; its keys depend on the kind, checked by the official schema."""

    model_config = ConfigDict(
        extra="allow", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    server: str
    type: str
    delimiter: str | None = None


class Description(Extended):
    """Purpose and limits in words."""

    id: str | None = None
    purpose: str | None = None
    limitations: str | None = None
    usage: str | None = None


class Support(Extended):
    """Where to ask."""

    id: str | None = None
    channel: str
    url: str | None = None
    description: str | None = None
    tool: str | None = None
    scope: str | None = None
    invitation_url: str | None = None


class Price(Odcs):
    """The standard's single price; the full rate card is a custom property."""

    id: str | None = None
    price_amount: int | float | None = None
    price_currency: str | None = None
    price_unit: str | None = None


class TeamMember(Extended):
    """A person of either party."""

    id: str | None = None
    username: str
    name: str | None = None
    description: str | None = None
    role: str | None = None
    date_in: str | None = None
    date_out: str | None = None
    replaced_by_username: str | None = None
    tags: tuple[str, ...] | None = None


class Team(Extended):
    """The people of the agreement."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    members: tuple[TeamMember, ...] | None = None
    tags: tuple[str, ...] | None = None


class Role(Extended):
    """Who may read."""

    id: str | None = None
    role: str
    description: str | None = None
    access: str | None = None
    first_level_approvers: str | None = None
    second_level_approvers: str | None = None


class ServiceLevel(Extended):
    """Frequency, deadline, retention."""

    id: str | None = None
    property: str
    value: Any
    value_ext: Any = None
    unit: str | None = None
    element: str | None = None
    driver: str | None = None
    description: str | None = None
    scheduler: str | None = None
    schedule: str | None = None


class DataContract(Extended):
    """One ODCS file."""

    api_version: str
    kind: Literal["DataContract"]
    id: str
    version: str
    status: str | None = None
    name: str | None = None
    tenant: str | None = None
    tags: tuple[str, ...] | None = None
    servers: tuple[Server, ...] | None = None
    data_product: str | None = None
    description: Description | None = None
    domain: str | None = None
    context: Any = None
    schema_objects: tuple[SchemaObject, ...] | None = Field(default=None, alias="schema")
    support: tuple[Support, ...] | None = None
    price: Price | None = None
    team: Team | tuple[TeamMember, ...] | None = None
    roles: tuple[Role, ...] | None = None
    sla_default_element: str | None = None
    sla_properties: tuple[ServiceLevel, ...] | None = None
    contract_created_ts: str | None = None
