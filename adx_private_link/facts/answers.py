"""Azure's answers as facts: what of each object the graph has to know."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Any, cast

from pulumi_azure_native import eventhub, kusto, network, privatedns, storage

from ..naming.hosts import host_of
from ..naming.logical import RecordName
from ..resource_ids import (
    ApplicationSecurityGroupId,
    EndpointId,
    FrontendId,
    LoadBalancerId,
    NetworkId,
    PublicAddressId,
    ServiceId,
    SubnetId,
    ZoneId,
)
from .cluster_access import AccessState, CalloutPolicy, access_state
from .records import (
    ClusterFacts,
    ConnectionFacts,
    Deployed,
    EndpointFacts,
    FrontendFacts,
    LinkFacts,
    LoadBalancerFacts,
    ManagedEndpointFacts,
    NameWriter,
    NetworkFacts,
    ServiceFacts,
    SubnetFacts,
    Unreadable,
    ZoneGroupFacts,
)


def is_absent(answer: object) -> bool:
    """Return whether Azure has no such object."""
    return isinstance(answer, Unreadable) and answer.not_found


def cluster_of(answer: kusto.GetClusterResult | Unreadable) -> ClusterFacts | Unreadable:
    """Return the facts of a cluster."""
    if isinstance(answer, Unreadable):
        return answer
    injection = answer.virtual_network_configuration
    subnet_id = SubnetId.read(injection.subnet_id) if injection else None
    has_left = injection is not None and injection.state == "Disabled"
    return ClusterFacts(
        location=region_of(answer.location),
        # A cluster that is being created has no URIs.
        hosts={"engine": host_of(answer.uri), "ingestion": host_of(answer.data_ingestion_uri)} if answer.uri else {},
        subnet_id=None if has_left else subnet_id,
        former_subnet_id=subnet_id if has_left else None,
        state=answer.state or "Running",
        access=_access_of(answer),
        connections=connections_of(answer.private_endpoint_connections),
        public_ip_ids={
            "engine": PublicAddressId.read(injection.engine_public_ip_id),
            "ingestion": PublicAddressId.read(injection.data_management_public_ip_id),
        }
        if injection
        else {},
    )


def _access_of(cluster: kusto.GetClusterResult) -> AccessState:
    return access_state(
        public_access=cluster.public_network_access,
        ranges=cluster.allowed_ip_range_list,
        outbound=cluster.restrict_outbound_network_access,
        fqdns=cluster.allowed_fqdn_list,
        callouts=[
            CalloutPolicy.read(policy.callout_id, policy.callout_uri_regex, policy.outbound_access)
            for policy in cluster.callout_policies or ()
        ],
        tenants=[tenant.value or "" for tenant in cluster.trusted_external_tenants or ()],
    )


def managed_endpoint_of(
    answer: kusto.GetManagedPrivateEndpointResult | Unreadable,
) -> ManagedEndpointFacts | Unreadable:
    """Return the facts of a managed private endpoint."""
    if isinstance(answer, Unreadable):
        return answer
    return ManagedEndpointFacts(
        target_id=answer.private_link_resource_id,
        group=answer.group_id,
        region=region_of(answer.private_link_resource_region or ""),
        request_message=answer.request_message or "",
        has_failed=answer.provisioning_state == "Failed",
    )


def load_balancer_of(answer: network.GetLoadBalancerResult | Unreadable) -> LoadBalancerFacts | Unreadable:
    """Return the facts of a load balancer."""
    if isinstance(answer, Unreadable):
        return answer
    return LoadBalancerFacts(
        id=LoadBalancerId.parse(answer.id),
        location=region_of(answer.location or ""),
        sku=(answer.sku.name if answer.sku else None) or "Basic",
        frontends=tuple(
            FrontendFacts(id, PublicAddressId.read(address.id if (address := frontend.public_ip_address) else None))
            for frontend in answer.frontend_ip_configurations or ()
            if (id := FrontendId.read(frontend.id))
        ),
    )


def network_of(answer: network.GetVirtualNetworkResult | Unreadable) -> NetworkFacts | Unreadable:
    """Return the facts of a virtual network and its subnets."""
    if isinstance(answer, Unreadable):
        return answer
    return NetworkFacts(
        location=region_of(answer.location or ""),
        subnets={
            (subnet.name or "").lower(): SubnetFacts(
                service_policies_enabled=subnet.private_link_service_network_policies != "Disabled",
                delegated_to=subnet.delegations[0].service_name if subnet.delegations else None,
                prefixes=_prefixes(subnet.address_prefixes or [subnet.address_prefix]),
                used=max(len(subnet.ip_configurations or ()), len(subnet.private_endpoints or ())),
                endpoint_keys=frozenset((endpoint.id or "").lower() for endpoint in subnet.private_endpoints or ()),
            )
            for subnet in answer.subnets or ()
        },
    )


def _prefixes(prefixes: Sequence[str | None]) -> tuple[IPv4Network, ...]:
    """Private link supports IPv4 only (MicrosoftDocs, private-link-service-overview.md, "Limitations")."""
    return tuple(IPv4Network(prefix) for prefix in prefixes if prefix and ":" not in prefix)


def service_of(answer: network.GetPrivateLinkServiceResult | Unreadable) -> ServiceFacts | Unreadable:
    """Return the facts of a private link service."""
    if isinstance(answer, Unreadable):
        return answer
    frontends, addresses = answer.load_balancer_frontend_ip_configurations, answer.ip_configurations
    subnet = addresses[0].subnet if addresses else None
    return ServiceFacts(
        id=ServiceId.parse(answer.id),
        location=region_of(answer.location or ""),
        frontend_id=FrontendId.read(frontends[0].id if frontends else None),
        nat_subnet_id=SubnetId.read(subnet.id if subnet else None),
        nat_addresses=tuple(
            address.private_ip_address if address.private_ip_allocation_method == "Static" else None
            for address in addresses or ()
        ),
        connections=connections_of(answer.private_endpoint_connections),
        alias=answer.alias,
        visibility=tuple((answer.visibility.subscriptions if answer.visibility else None) or ()),
        auto_approval=tuple((answer.auto_approval.subscriptions if answer.auto_approval else None) or ()),
    )


def connections_of(
    connections: Sequence[network.outputs.PrivateEndpointConnectionResponse]
    | Sequence[kusto.outputs.PrivateEndpointConnectionResponse]
    | Sequence[storage.outputs.PrivateEndpointConnectionResponse]
    | Sequence[eventhub.outputs.PrivateEndpointConnectionResponse]
    | None,
) -> tuple[ConnectionFacts, ...]:
    """Return the facts of the connections that their target lists."""
    return tuple(
        ConnectionFacts(
            name=connection.name or "",
            endpoint_id=EndpointId.read(endpoint.id if (endpoint := connection.private_endpoint) else None),
            state=(state.status if (state := connection.private_link_service_connection_state) else None) or "Pending",
            description=(state.description if state else None) or "",
        )
        for connection in connections or ()  # a test of a program may leave them out
    )


def endpoint_of(answer: network.GetPrivateEndpointResult | Unreadable) -> EndpointFacts | Unreadable:
    """Return the facts of a private endpoint."""
    if isinstance(answer, Unreadable):
        return answer
    connection = _connection(answer)
    groups = (ApplicationSecurityGroupId.read(group.id) for group in answer.application_security_groups or ())
    state = connection_state(answer)
    return EndpointFacts(
        state=state,
        subnet_id=SubnetId.read(answer.subnet.id if answer.subnet else None),
        connects_to=(connection.private_link_service_id if connection else None) or "",
        interface_name=answer.custom_network_interface_name or "",
        request_message=(connection.request_message if connection else None) or "",
        application_security_groups=tuple(group for group in groups if group),
        # Azure shows the names of an approved endpoint unless a zone group writes them (hashicorp/terraform-provider-
        # azurerm, private_endpoint). One of a private link service has none to show.
        has_zone_group=bool(
            connection and connection.group_ids and state == "Approved" and answer.custom_dns_configs == []
        ),
    )


def zone_group_of(answer: network.GetPrivateDnsZoneGroupResult | Unreadable) -> ZoneGroupFacts | Unreadable:
    """Return the facts of a private endpoint's zone group."""
    if isinstance(answer, Unreadable):
        return answer
    configs = answer.private_dns_zone_configs or ()
    return ZoneGroupFacts({config.name or "": ZoneId.read(config.private_dns_zone_id) for config in configs})


def link_of(answer: privatedns.GetVirtualNetworkLinkResult | Unreadable) -> LinkFacts | Unreadable:
    """Return the facts of a virtual network link."""
    if isinstance(answer, Unreadable):
        return answer
    return LinkFacts(NetworkId.read(answer.virtual_network.id if answer.virtual_network else None))


def deployed_of(answer: Any) -> Deployed:
    """Return the resources of a stack's state; none where the engine answers nothing, as in a test of a program."""
    if not isinstance(answer, dict) or "outputs" not in answer:
        return Deployed()
    resources: dict[str, Any] = cast("dict[str, Any]", answer)["outputs"]
    writers = (_name_writer(urn, resource["outputs"]) for urn, resource in resources.items())
    return Deployed(frozenset(resources), tuple(writer for writer in writers if writer))


def _name_writer(urn: str, outputs: Any) -> NameWriter | None:
    """The names that a resource in the stack's state has written, if it is one that writes names."""
    *_, type, name = urn.split("::")
    match type.rpartition("$")[2]:
        case "azure-native:network:PrivateDnsZoneGroup":
            configs: list[Any] = outputs.get("privateDnsZoneConfigs") or []
            return NameWriter(
                name,
                frozenset(
                    zone.record_key(record["recordSetName"])
                    for config in configs
                    if (zone := ZoneId.read(config.get("privateDnsZoneId")))
                    for record in config.get("recordSets") or ()
                ),
            )
        case "azure-native:privatedns:PrivateRecordSet" if record := RecordName.parse(name):
            return NameWriter(name, frozenset({record.zone.id.record_key(record.record)}))
        case _:
            return None


def addresses_of_record(answer: privatedns.GetPrivateRecordSetResult) -> tuple[str, ...]:
    """Return the addresses of an A record."""
    return tuple(record.ipv4_address for record in answer.a_records or () if record.ipv4_address)


def connection_state(endpoint: network.GetPrivateEndpointResult) -> str:
    """Return the state of an endpoint's one connection."""
    connection = _connection(endpoint)
    state = connection.private_link_service_connection_state if connection else None
    return (state.status if state else None) or "Pending"


def _connection(
    endpoint: network.GetPrivateEndpointResult,
) -> network.outputs.PrivateLinkServiceConnectionResponse | None:
    connections = [
        *(endpoint.manual_private_link_service_connections or ()),
        *(endpoint.private_link_service_connections or ()),
    ]
    return connections[0] if connections else None


def region_of(location: str) -> str:
    """Return the name of a region: `West US` and `westus` are one."""
    return location.replace(" ", "").lower()
