"""The stack output `clusters`, as other tools read it."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

_Address = Annotated[str, AfterValidator(lambda given: str(IPv4Address(given)))]


class _Output(BaseModel):
    # A newer version of the library may write more; what is known here stays readable.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ServiceOutput(_Output):
    """A private link service."""

    id: str
    alias: str


class EndpointOutput(_Output):
    """A private endpoint and what it publishes."""

    id: str
    connection_state: str
    hosts: dict[str, Annotated[list[_Address], Field(min_length=1)]]
    """Addresses by host name; private endpoints have IPv4 ones."""


class ClusterOutput(_Output):
    """One cluster: services by role, endpoints by consumer and target."""

    zone: str | None = None
    """Its private DNS zone; not in what older versions put out."""
    services: dict[str, ServiceOutput]
    endpoints: dict[str, dict[str, EndpointOutput]]


class ClustersOutput(RootModel[dict[str, ClusterOutput]]):
    """All clusters of a stack, by key."""
