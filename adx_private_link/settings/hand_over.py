"""The hand-over: all that a consumer's own stack has to know of a cluster, as its owner's stack puts it out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .types import HostName, Location, Role, ZoneName


class _HandOver(BaseModel):
    # A newer owner may say more; what is known here stays readable.
    model_config = ConfigDict(extra="ignore", frozen=True)


class HandedRecord(_HandOver):
    """One host name, and the record that it needs in the zone."""

    host: HostName = Field(description="Host name of the cluster.")
    name: str = Field(description="Name of the A record in the zone.")


class HandedService(_HandOver):
    """One role's private link service."""

    alias: str = Field(
        pattern=r"^[^.\s]+\.[0-9a-fA-F-]{36}\.\w+\.azure\.privatelinkservice$",
        description="Alias of the private link service, `{name}.{GUID}.{region}.azure.privatelinkservice`.",
    )
    records: Annotated[tuple[HandedRecord, ...], Field(min_length=1)] = Field(
        description="Its host names, and the records that they need."
    )


class HandOver(_HandOver):
    """What a consumer's own stack takes as its only input about a cluster. No secret is in it."""

    version: Literal[1] = Field(default=1, description="A later version needs a later adx-private-link: update it.")
    cluster: str | None = Field(default=None, description="Resource id of the cluster, for people.")
    location: Location = Field(description="Region of the services.")
    zone: ZoneName = Field(description="Name of the private DNS zone.")
    request_message: str = Field(max_length=140, description="What the owner would like to read beside the connection.")
    services: Annotated[dict[Role, HandedService], Field(min_length=1)] = Field(
        description="The private link services by role: engine, ingestion."
    )
