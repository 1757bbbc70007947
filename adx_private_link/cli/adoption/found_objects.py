"""Objects in Azure, parsed from the responses to GET requests."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ...facts.records import DEAD
from ...resource_ids import EndpointId, LinkId, ServiceId, SubnetId, ZoneId


def _without_nulls(value: Any) -> Any:
    match value:
        case dict():
            mapping = cast("dict[str, Any]", value)
            return {name: _without_nulls(member) for name, member in mapping.items() if member is not None}
        case list():
            return [_without_nulls(item) for item in cast("list[Any]", value)]
        case _:
            return value


def _property_of_items(name: str) -> BeforeValidator:
    """Return a validator that takes one property of each object in a list."""

    def values(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        items = cast("list[Any]", value)
        # An item without the property becomes None, which is rejected because it is no text.
        return [cast("dict[str, Any]", item).get(name) if isinstance(item, dict) else None for item in items]

    return BeforeValidator(values)


_Ids = Annotated[tuple[str, ...], _property_of_items("id")]


def _property(*path: str, default: Any = None) -> Any:
    """Return a field that is read from a path below `properties`."""
    return Field(default=default, validation_alias=AliasPath("properties", *path))


class _AzureObject(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        """Drop properties that are `null`: Azure writes that, or leaves the property out."""
        return _without_nulls(value)


class _TaggedObject(_AzureObject):
    id: str
    tags: dict[str, str] = Field(default_factory=dict[str, str])


class NatConfiguration(_AzureObject):
    """A NAT address of a private link service."""

    name: str
    primary: bool = _property("primary", default=False)
    subnet_id: str = _property("subnet", "id", default="")
    address: str | None = _property("privateIPAddress")
    method: str = _property("privateIPAllocationMethod", default="Dynamic")


class TargetConnection(_AzureObject):
    """A connection in the list of a private link service or of a cluster."""

    endpoint_id: str = _property("privateEndpoint", "id", default="")
    state: str = _property("privateLinkServiceConnectionState", "status", default="Pending")


class FoundService(_TaggedObject):
    """A private link service."""

    alias: str = _property("alias", default="")
    frontend_ids: _Ids = _property("loadBalancerFrontendIpConfigurations", default=())
    nat: tuple[NatConfiguration, ...] = _property("ipConfigurations", default=())
    visibility: tuple[str, ...] = _property("visibility", "subscriptions", default=())
    auto_approval: tuple[str, ...] = _property("autoApproval", "subscriptions", default=())
    fqdns: tuple[str, ...] = _property("fqdns", default=())
    proxy_protocol: bool = _property("enableProxyProtocol", default=False)
    connections: tuple[TargetConnection, ...] = _property("privateEndpointConnections", default=())

    @property
    def resource_id(self) -> ServiceId:
        return ServiceId.parse(self.id)


class EndpointConnection(_AzureObject):
    """A connection in the list of a private endpoint."""

    name: str
    target: str = _property("privateLinkServiceId", default="")
    request_message: str = _property("requestMessage", default="")
    state: str = _property("privateLinkServiceConnectionState", "status", default="Pending")


class IpConfiguration(_AzureObject):
    """A static address of a private endpoint."""

    name: str
    address: str = _property("privateIPAddress", default="")


class FoundEndpoint(_TaggedObject):
    """A private endpoint."""

    subnet: str = _property("subnet", "id", default="")
    manual_connections: tuple[EndpointConnection, ...] = _property("manualPrivateLinkServiceConnections", default=())
    automatic_connections: tuple[EndpointConnection, ...] = _property("privateLinkServiceConnections", default=())
    interface_ids: _Ids = _property("networkInterfaces", default=())
    ip_configurations: tuple[IpConfiguration, ...] = _property("ipConfigurations", default=())
    interface_name: str = _property("customNetworkInterfaceName", default="")
    security_group_ids: _Ids = _property("applicationSecurityGroups", default=())

    @property
    def resource_id(self) -> EndpointId:
        return EndpointId.parse(self.id)

    @property
    def subnet_id(self) -> SubnetId:
        return SubnetId.parse(self.subnet)

    @property
    def connections(self) -> tuple[EndpointConnection, ...]:
        return (*self.manual_connections, *self.automatic_connections)

    @property
    def connection(self) -> EndpointConnection:
        """Its connection: Azure accepts exactly one on each endpoint."""
        return self.connections[0]

    @property
    def is_dead(self) -> bool:
        return self.connection.state in DEAD


class FoundLink(_TaggedObject):
    """A virtual network link of a zone."""

    name: str
    network_id: str = _property("virtualNetwork", "id", default="")
    registration: bool = _property("registrationEnabled", default=False)
    resolution_policy: str = _property("resolutionPolicy", default="Default")

    @property
    def zone_name(self) -> str:
        return LinkId.parse(self.id).names[0]


class FoundRecord(_AzureObject):
    """A record set of type A."""

    id: str
    name: str
    ttl: int = _property("ttl", default=0)
    addresses: Annotated[tuple[str, ...], _property_of_items("ipv4Address")] = _property("aRecords", default=())


class FoundZone(_TaggedObject):
    """A private DNS zone; further requests return its links and A records."""

    name: str
    record_sets: int = _property("numberOfRecordSets", default=0)
    links: tuple[FoundLink, ...] = ()
    records: tuple[FoundRecord, ...] = ()

    @property
    def resource_id(self) -> ZoneId:
        return ZoneId.parse(self.id)

    def record(self, name: str) -> FoundRecord | None:
        """Return the record set of a name."""
        return next((record for record in self.records if record.name.lower() == name.lower()), None)

    def link_to(self, network_id: str) -> FoundLink | None:
        """Return the link to a network."""
        return next((link for link in self.links if link.network_id.lower() == network_id.lower()), None)


class FoundCluster(_AzureObject):
    """A cluster; an injected one has a subnet."""

    id: str
    uri: str = _property("uri", default="")
    ingestion_uri: str = _property("dataIngestionUri", default="")
    network_state: str = _property("virtualNetworkConfiguration", "state", default="Enabled")
    subnet_id: str = _property("virtualNetworkConfiguration", "subnetId", default="")
    engine_address_id: str = _property("virtualNetworkConfiguration", "enginePublicIpId", default="")
    ingestion_address_id: str = _property("virtualNetworkConfiguration", "dataManagementPublicIpId", default="")
    connections: tuple[TargetConnection, ...] = _property("privateEndpointConnections", default=())

    @property
    def is_migrated(self) -> bool:
        """Whether it was injected in a virtual network once, and is native now."""
        return bool(self.subnet_id) and self.network_state == "Disabled"

    @property
    def is_native(self) -> bool:
        """Whether private endpoints connect to the cluster itself."""
        return not self.subnet_id or self.is_migrated


class FoundFrontend(_AzureObject):
    """A frontend of a load balancer."""

    id: str
    address_id: str = _property("publicIPAddress", "id", default="")


class FoundLoadBalancer(_AzureObject):
    """A load balancer of a cluster."""

    frontends: tuple[FoundFrontend, ...] = _property("frontendIPConfigurations", default=())


class InterfaceConfiguration(_AzureObject):
    """An address of a network interface."""

    address: str = _property("privateIPAddress", default="")
    member: str = _property("privateLinkConnectionProperties", "requiredMemberName", default="")
    """What of a native cluster it leads to; empty for an endpoint of a private link service."""


class FoundInterface(_AzureObject):
    """The network interface of a private endpoint."""

    configurations: tuple[InterfaceConfiguration, ...] = _property("ipConfigurations", default=())


class WrittenRecord(_AzureObject):
    """A record that Azure has written for a zone group."""

    name: str = Field(validation_alias="recordSetName")


class ZoneConfig(_AzureObject):
    """A zone of a zone group."""

    zone: str = _property("privateDnsZoneId", default="")
    records: tuple[WrittenRecord, ...] = _property("recordSets", default=())

    @property
    def zone_id(self) -> ZoneId:
        return ZoneId.parse(self.zone)


class FoundZoneGroup(_TaggedObject):
    """A zone group of a private endpoint."""

    name: str
    configs: tuple[ZoneConfig, ...] = _property("privateDnsZoneConfigs", default=())

    @property
    def zones(self) -> dict[str, ZoneId]:
        """Its zones, by name in lower case."""
        return {config.zone_id.name.lower(): config.zone_id for config in self.configs}
