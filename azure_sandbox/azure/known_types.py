"""The resource types that the sandbox has."""

from __future__ import annotations

from ..rules import OWN_CHOICE
from .errors import Rejection
from .resource_ids import ResourceId
from .resource_type import ResourceType
from .resource_types import record_sets
from .resource_types.action_groups import ActionGroup
from .resource_types.application_security_groups import ApplicationSecurityGroup
from .resource_types.attached_database_configurations import AttachedDatabaseConfiguration
from .resource_types.cluster_connections import ClusterConnection
from .resource_types.cluster_private_link_resources import ClusterPrivateLinkResource
from .resource_types.clusters import Cluster
from .resource_types.deployments import Deployment
from .resource_types.diagnostic_settings import DiagnosticSetting
from .resource_types.event_hubs_connections import EventHubsConnection
from .resource_types.event_hubs_namespaces import EventHubsNamespace
from .resource_types.load_balancers import LoadBalancer
from .resource_types.locks import Lock
from .resource_types.log_analytics_workspaces import LogAnalyticsWorkspace
from .resource_types.managed_private_endpoints import ManagedPrivateEndpoint
from .resource_types.metric_alerts import MetricAlert
from .resource_types.network_interfaces import NetworkInterface
from .resource_types.network_security_groups import NetworkSecurityGroup
from .resource_types.private_dns_zone_groups import PrivateDnsZoneGroup
from .resource_types.private_dns_zones import PrivateZone
from .resource_types.private_endpoints import PrivateEndpoint
from .resource_types.private_link_service_connections import PrivateLinkServiceConnection
from .resource_types.private_link_services import PrivateLinkService
from .resource_types.public_ip_addresses import PublicIPAddress
from .resource_types.resource_groups import ResourceGroup
from .resource_types.role_assignments import RoleAssignment
from .resource_types.role_definitions import RoleDefinition
from .resource_types.route_tables import RouteTable
from .resource_types.storage_account_connections import StorageAccountConnection
from .resource_types.storage_accounts import StorageAccount
from .resource_types.subnets import Subnet
from .resource_types.virtual_network_links import VirtualNetworkLink
from .resource_types.virtual_network_peerings import VirtualNetworkPeering
from .resource_types.virtual_networks import VirtualNetwork

UNKNOWN_TYPE = Rejection(
    says="The sandbox rejects a resource type that it lacks, and lists the types that it has",
    source=OWN_CHOICE,
    status=404,
    code="InvalidResourceType",
    message="The sandbox has no resource type '{type}'. It has: {known}.",
)

_KNOWN_TYPES: dict[str, ResourceType] = {
    resource_type.type.lower(): resource_type
    for resource_type in (
        ActionGroup(),
        ApplicationSecurityGroup(),
        AttachedDatabaseConfiguration(),
        Cluster(),
        ClusterConnection(),
        ClusterPrivateLinkResource(),
        Deployment(),
        DiagnosticSetting(),
        EventHubsConnection(),
        EventHubsNamespace(),
        LoadBalancer(),
        Lock(),
        LogAnalyticsWorkspace(),
        ManagedPrivateEndpoint(),
        MetricAlert(),
        NetworkInterface(),
        NetworkSecurityGroup(),
        PrivateDnsZoneGroup(),
        PrivateEndpoint(),
        PrivateLinkService(),
        PrivateLinkServiceConnection(),
        PrivateZone(),
        PublicIPAddress(),
        *record_sets.TYPES,
        ResourceGroup(),
        RoleAssignment(),
        RoleDefinition(),
        RouteTable(),
        StorageAccount(),
        StorageAccountConnection(),
        Subnet(),
        VirtualNetwork(),
        VirtualNetworkLink(),
        VirtualNetworkPeering(),
    )
}


def is_known_type(type: str) -> bool:
    """Whether the sandbox has resources of this type."""
    return type.lower() in _KNOWN_TYPES


def type_of(id: ResourceId) -> ResourceType:
    """The resource type that an id names, with its rules."""
    try:
        return _KNOWN_TYPES[id.type.lower()]
    except KeyError:
        known = ", ".join(sorted(resource_type.type for resource_type in _KNOWN_TYPES.values()))
        raise UNKNOWN_TYPE(type=id.type, known=known) from None
