"""The stack output `clusters`, as other tools read it."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from .resource_ids import EndpointId, ResourceId, ServiceId
from .settings.types import HostName, Key, PlainText, ZoneName

_Address = Annotated[str, AfterValidator(lambda given: str(IPv4Address(given)))]
_State = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,40}$")]
"""Of a connection: Approved, Pending, Rejected, Disconnected, and what Azure may add."""
_Target = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,40}$")]
"""What an endpoint connects to, such as `engine`; a newer version of the library may have more."""


def _id_of(kind: type[ResourceId]) -> AfterValidator:
    return AfterValidator(lambda given: str(kind.parse(given)))


class _Output(BaseModel):
    # A newer version of the library may write more; what is known here stays readable.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ServiceOutput(_Output):
    """A private link service."""

    id: Annotated[PlainText, _id_of(ServiceId)]
    alias: PlainText


class EndpointOutput(_Output):
    """A private endpoint and what it publishes."""

    id: Annotated[PlainText, _id_of(EndpointId)]
    connection_state: _State
    hosts: dict[HostName, Annotated[list[_Address], Field(min_length=1)]]
    """Addresses by host name; private endpoints have IPv4 ones."""

    @property
    def address(self) -> str | None:
        """Its address; None for an endpoint that publishes nothing."""
        return next((address for addresses in self.hosts.values() for address in addresses), None)


class ClusterOutput(_Output):
    """One cluster: services by role, endpoints by consumer and target."""

    zone: ZoneName | None = None
    """Its private DNS zone; not in what older versions put out."""
    services: dict[_Target, ServiceOutput]
    endpoints: dict[Key, dict[_Target, EndpointOutput]]


class ClustersOutput(RootModel[dict[Key, ClusterOutput]]):
    """All clusters of a stack, by key."""
