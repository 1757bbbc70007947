"""What there is in Azure, as GET answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ...facts.records import DEAD
from ...resource_ids import EndpointId, ServiceId, SubnetId, ZoneId
from ...settings import HandedRecord, Role


def _without_nulls(given: Any) -> Any:
    match given:
        case dict():
            mapping = cast("dict[str, Any]", given)
            return {name: _without_nulls(each) for name, each in mapping.items() if each is not None}
        case list():
            return [_without_nulls(each) for each in cast("list[Any]", given)]
        case _:
            return given


def _each(name: str) -> BeforeValidator:
    """One property of each object of a list; whatever is no such object is refused as no text."""

    def texts(given: Any) -> Any:
        if not isinstance(given, list):
            return given
        listed = cast("list[Any]", given)
        return [cast("dict[str, Any]", each).get(name) if isinstance(each, dict) else None for each in listed]

    return BeforeValidator(texts)


_Ids = Annotated[tuple[str, ...], _each("id")]


def _at(*path: str, default: Any = None) -> Any:
    return Field(default=default, validation_alias=AliasPath("properties", *path))


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nothing(cls, given: Any) -> Any:
        """`null` says as little as a property that is not there."""
        return _without_nulls(given)


class _Resource(_Answer):
    id: str
    tags: dict[str, str] = Field(default_factory=dict[str, str])


class NatConfiguration(_Answer):
    """A NAT address of a service."""

    name: str
    primary: bool = _at("primary", default=False)
    subnet_id: str = _at("subnet", "id", default="")
    address: str | None = _at("privateIPAddress")
    method: str = _at("privateIPAllocationMethod", default="Dynamic")


class ServiceConnection(_Answer):
    """A connection as the service lists it."""

    endpoint_id: str = _at("privateEndpoint", "id", default="")
    state: str = _at("privateLinkServiceConnectionState", "status", default="Pending")


class FoundService(_Resource):
    """A private link service."""

    alias: str = _at("alias", default="")
    frontend_ids: _Ids = _at("loadBalancerFrontendIpConfigurations", default=())
    nat: tuple[NatConfiguration, ...] = _at("ipConfigurations", default=())
    visibility: tuple[str, ...] = _at("visibility", "subscriptions", default=())
    auto_approval: tuple[str, ...] = _at("autoApproval", "subscriptions", default=())
    fqdns: tuple[str, ...] = _at("fqdns", default=())
    proxy_protocol: bool = _at("enableProxyProtocol", default=False)
    connections: tuple[ServiceConnection, ...] = _at("privateEndpointConnections", default=())

    @property
    def parsed(self) -> ServiceId:
        return ServiceId.parse(self.id)


class EndpointConnection(_Answer):
    """A connection as the endpoint has it."""

    name: str
    target: str = _at("privateLinkServiceId", default="")
    request_message: str = _at("requestMessage", default="")
    state: str = _at("privateLinkServiceConnectionState", "status", default="Pending")


class IpConfiguration(_Answer):
    """A static address of an endpoint."""

    name: str
    address: str = _at("privateIPAddress", default="")


class FoundEndpoint(_Resource):
    """A private endpoint."""

    subnet: str = _at("subnet", "id", default="")
    manual: tuple[EndpointConnection, ...] = _at("manualPrivateLinkServiceConnections", default=())
    automatic: tuple[EndpointConnection, ...] = _at("privateLinkServiceConnections", default=())
    interface_ids: _Ids = _at("networkInterfaces", default=())
    ip_configurations: tuple[IpConfiguration, ...] = _at("ipConfigurations", default=())
    interface_name: str = _at("customNetworkInterfaceName", default="")
    group_ids: _Ids = _at("applicationSecurityGroups", default=())

    @property
    def parsed(self) -> EndpointId:
        return EndpointId.parse(self.id)

    @property
    def subnet_id(self) -> SubnetId:
        return SubnetId.parse(self.subnet)

    @property
    def connection(self) -> EndpointConnection:
        """Its one connection."""
        return (*self.manual, *self.automatic)[0]

    @property
    def is_dead(self) -> bool:
        return self.connection.state in DEAD


class FoundLink(_Resource):
    """A virtual network link."""

    name: str
    network_id: str = _at("virtualNetwork", "id", default="")
    registration: bool = _at("registrationEnabled", default=False)
    resolution_policy: str = _at("resolutionPolicy", default="Default")


class FoundRecord(_Answer):
    """An A record set."""

    id: str
    name: str
    ttl: int = _at("ttl", default=0)
    addresses: Annotated[tuple[str, ...], _each("ipv4Address")] = _at("aRecords", default=())


class FoundZone(_Resource):
    """A private DNS zone; its links and A records come from requests of their own."""

    name: str
    record_sets: int = _at("numberOfRecordSets", default=0)
    links: tuple[FoundLink, ...] = ()
    records: tuple[FoundRecord, ...] = ()

    @property
    def parsed(self) -> ZoneId:
        return ZoneId.parse(self.id)

    def record(self, name: str) -> FoundRecord | None:
        return next((each for each in self.records if each.name.lower() == name.lower()), None)

    def link_to(self, network_id: str) -> FoundLink | None:
        return next((each for each in self.links if each.network_id.lower() == network_id.lower()), None)


class FoundCluster(_Answer):
    """A cluster that is injected in a virtual network."""

    id: str
    uri: str = _at("uri", default="")
    ingestion_uri: str = _at("dataIngestionUri", default="")
    subnet_id: str = _at("virtualNetworkConfiguration", "subnetId", default="")
    engine_address_id: str = _at("virtualNetworkConfiguration", "enginePublicIpId", default="")
    ingestion_address_id: str = _at("virtualNetworkConfiguration", "dataManagementPublicIpId", default="")


class Frontend(_Answer):
    """A frontend of a load balancer."""

    id: str
    address_id: str = _at("publicIPAddress", "id", default="")


class FoundLoadBalancer(_Answer):
    """A load balancer of a cluster."""

    frontends: tuple[Frontend, ...] = _at("frontendIPConfigurations", default=())


class _InterfaceConfiguration(_Answer):
    address: str = _at("privateIPAddress", default="")


class FoundInterface(_Answer):
    """The network interface of an endpoint."""

    configurations: tuple[_InterfaceConfiguration, ...] = _at("ipConfigurations", default=())


class FoundZoneGroup(_Resource):
    """A zone group of an endpoint."""


@dataclass(frozen=True)
class ClusterTargets:
    """A cluster whose services are looked for."""

    key: str
    resource_group: str
    zone_name: str
    records: Mapping[Role, Sequence[HandedRecord]]
    """What its clients need in the zone."""
    subnet_id: str
    frontends: Mapping[Role, Sequence[Frontend]]
    """Those that a service of the role may be on; the one that is taken by default comes first."""


@dataclass(frozen=True)
class Found:
    """All that there is of private access to some clusters."""

    clusters: tuple[ClusterTargets, ...]
    services: tuple[FoundService, ...]
    endpoints: tuple[FoundEndpoint, ...]
    addresses: Mapping[str, str]
    """Of endpoints, by their id in lower case."""
    zones: tuple[FoundZone, ...]
    zone_groups: Mapping[str, tuple[str, ...]]
    """Ids of the zone groups of endpoints, by the endpoint's id in lower case."""
    subscriptions: frozenset[str]
    """Where endpoints and zones were looked for."""

    def address(self, endpoint: FoundEndpoint) -> str:
        return self.addresses.get(endpoint.id.lower(), "")
