"""The stack output `clusters`: its models, by which it is written and read."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    RootModel,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from .output_base import OutputModel
from .resource_ids import EndpointId, ManagedEndpointId, ResourceId, ServiceId, ZoneGroupId
from .settings.keys import Key
from .settings.managed_endpoints import parse_managed_target
from .settings.value_types import ClusterKind, HostName, PlainText, ZoneName

_Address = Annotated[str, AfterValidator(lambda text: str(IPv4Address(text)))]
_State = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,40}$")]
"""Of a connection: Approved, Pending, Rejected, Disconnected, and what Azure may add; Unknown is this library's."""
_Role = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,40}$")]
"""What a host name is for, such as `storage`; a newer version of the library may have more."""
_Target = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,40}$")]
"""What an endpoint connects to, such as `engine`; a newer version of the library may have more."""

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""
What an update that leaves resources out (`--target`, `--exclude`) stores as their outputs (`UnknownStringValue` in
pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go). A program reads it as an object of Pulumi's, or as nothing.
"""


def _known(value: Any) -> Any:
    """A value without what an update has left out."""
    match value:
        case dict():
            fields = cast("dict[str, Any]", value)
            return {key: _known(item) for key, item in fields.items() if not _is_unknown(item)}
        case list():
            return [_known(item) for item in cast("list[Any]", value) if not _is_unknown(item)]
        case _:
            return value


def _is_unknown(value: Any) -> bool:
    return value == _UNKNOWN or not isinstance(value, str | int | float | dict | list | None)


def _created(value: Any) -> Any:
    """Services or endpoints without those that do not exist yet: nothing is known of them but their host names."""
    if not isinstance(value, dict):
        return value
    return {key: item for key, item in cast("dict[str, Any]", value).items() if not _is_left_out(item)}


def _is_left_out(value: Any) -> bool:
    return isinstance(value, dict) and {*cast("dict[str, Any]", value)} <= {"hosts", "names"}


_Created = BeforeValidator(_created)


def _created_managed(value: Any) -> Any:
    """Managed private endpoints without those that do not exist yet: nothing is known of them but their targets."""
    if not isinstance(value, dict):
        return value
    endpoints = cast("dict[str, Any]", value)
    return {key: item for key, item in endpoints.items() if not _lacks_id(item)}


def _lacks_id(value: Any) -> bool:
    return isinstance(value, dict) and "id" not in cast("dict[str, Any]", value)


def _require_one_spelling(hosts: object) -> object:
    """Host names in any case are one: of two spellings, one would silently hide the other."""
    spellings: dict[str, str] = {}
    for host in cast("dict[str, Any]", hosts) if isinstance(hosts, dict) else ():
        other = spellings.setdefault(host.lower(), host)
        if other != host:
            raise PydanticCustomError("repeated_host", "{one} and {other} are one name", {"one": other, "other": host})
    return cast("object", hosts)


def _id_of(kind: type[ResourceId]) -> AfterValidator:
    return AfterValidator(lambda text: str(kind.parse(text)))


class ServiceOutput(OutputModel):
    """A private link service."""

    id: Annotated[PlainText, _id_of(ServiceId)]
    alias: PlainText


class NameOutput(OutputModel):
    """What a host name is for, and the private DNS zone of its record."""

    role: _Role
    zone: ZoneName


class EndpointOutput(OutputModel):
    """A private endpoint and what it publishes."""

    id: Annotated[PlainText, _id_of(EndpointId)]
    connection_state: _State = "Unknown"
    hosts: Annotated[
        dict[HostName, Annotated[list[_Address], Field(min_length=1)]], BeforeValidator(_require_one_spelling)
    ] = Field(default_factory=dict[str, list[str]])
    """
    Addresses by host name; private endpoints have IPv4 ones. Unknown, and so none, where an update ended after it had
    created the endpoint of a native cluster.
    """
    names: Annotated[dict[HostName, NameOutput], BeforeValidator(_require_one_spelling)] = Field(
        default_factory=dict[str, NameOutput]
    )
    """Role and zone by host name; not in what older versions put out."""
    idle: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,40}$")] | None = None
    """Why it publishes nothing, although nothing is wrong: `prepared`, `left` or `public` (`topology.records.Idle`)."""
    zone_group: Annotated[PlainText, _id_of(ZoneGroupId)] | None = None
    """The zone group that writes its records; None where record sets of the stack are the records."""

    @property
    def is_accepted_in_any_state(self) -> bool:
        """Whether its connection does not matter: the cluster has left its network and the service behind."""
        return self.idle == "left"

    @property
    def addresses(self) -> frozenset[str]:
        """Its addresses; none for an endpoint that publishes nothing."""
        return frozenset(address for addresses in self.hosts.values() for address in addresses)


class ManagedEndpointOutput(OutputModel):
    """A managed private endpoint: how the cluster itself reaches one of its sources of data."""

    id: Annotated[PlainText, _id_of(ManagedEndpointId)]
    target: Annotated[PlainText, AfterValidator(lambda text: str(parse_managed_target(text)))]
    """The id of what it connects to."""
    group: PlainText
    connection_state: _State = "Unknown"
    """Of its connection on the target; Unknown where this stack does not see the target."""


class ClusterOutput(OutputModel):
    """One cluster: services by role, endpoints by consumer and target, its own managed endpoints by key."""

    zone: ZoneName | None = None
    """Its private DNS zone; not in what older versions put out."""
    services: Annotated[dict[_Target, ServiceOutput], _Created]
    endpoints: dict[Key, Annotated[dict[_Target, EndpointOutput], _Created]]
    managed_endpoints: Annotated[dict[Key, ManagedEndpointOutput], BeforeValidator(_created_managed)] = Field(
        default_factory=dict[str, ManagedEndpointOutput]
    )
    """Not in what older versions put out."""


class ClustersOutput(RootModel[dict[Key, ClusterOutput]]):
    """All clusters of a stack, by key; without what does not exist because an update left it out."""

    @model_validator(mode="before")
    @classmethod
    def _without_unknown(cls, value: Any) -> Any:
        return _known(value)


def kinds_of(clusters: Mapping[str, ClusterOutput]) -> dict[str, ClusterKind]:
    """Find the kinds of clusters, by key, as far as endpoints and services show them."""
    kinds: dict[str, ClusterKind] = {}
    for key, cluster in clusters.items():
        targets = {target for endpoints in cluster.endpoints.values() for target in endpoints}
        natives = [endpoints["cluster"] for endpoints in cluster.endpoints.values() if "cluster" in endpoints]
        if targets or cluster.services:
            # Beside services, the endpoints of the cluster itself publish once it has left its network.
            is_native = bool(natives) and (not cluster.services or any(endpoint.hosts for endpoint in natives))
            kinds[key] = "native" if is_native else "injected"
    return kinds


def is_of_this_library(clusters: object) -> bool:
    """Whether an output `clusters` has the form of this one, however damaged; other programs have outputs, too."""
    return isinstance(clusters, Mapping) and any(
        isinstance(cluster, Mapping) and {"services", "endpoints"} & {*cast("Mapping[str, object]", cluster)}
        for cluster in cast("Mapping[str, object]", clusters).values()
    )
