"""
Physical names: what Azure calls the resources of a stack.

Names are a contract: another name is another object in Azure. Default names are made from keys. A renamed key keeps all
names as long as the settings say what it was (`formerly`).
"""

from __future__ import annotations

import hashlib
import re

from ..resource_ids import EndpointId, LinkId, ServiceId, ZoneId
from ..settings import (
    ClusterSettings,
    ConsumerSettings,
    ExternalConsumerSettings,
    HandOverSource,
    LinkSettings,
    ManagedEndpointSettings,
    Role,
    Settings,
    Target,
)
from .logical import ApprovalName

MOST_OF_ENDPOINT = 64
"""Characters in the name of a private endpoint (MicrosoftDocs/azure-docs, resource-name-rules.md)."""
_MOST_OF_LINK = 80
"""Characters in the name of a virtual network link (the same page)."""
MOST_OF_DEPLOYMENT = 64
"""Characters in the name of a deployment (the same page)."""

Keyed = ClusterSettings | HandOverSource | ConsumerSettings | ExternalConsumerSettings | ManagedEndpointSettings
"""Settings whose key names are made from."""


def naming_key(key: str, settings: Keyed) -> str:
    """Return the key that names are made from: the one under which the object was created."""
    return settings.formerly or key


def cluster_naming_key(settings: Settings, cluster: str) -> str:
    """Return the key that the names of a cluster's resources are made from."""
    return naming_key(cluster, settings.cluster(cluster))


def load_balancer_name(cluster: str, role: Role, suffix: str) -> str:
    """Return what Azure Data Explorer calls the load balancer of a role, public (`elb`) or internal (`ilb`)."""
    return f"{'kucompute' if role == 'engine' else 'kudatamgmt'}-{cluster}-{suffix}"


def service_name(cluster: str, role: Role) -> str:
    """Return the default name of a private link service."""
    return f"pls-{cluster}-{role}"


def parse_service_name(name: str, target: str) -> str | None:
    """Return the cluster's key in the default name of a private link service; None for a name that was given."""
    match = re.fullmatch(f"pls-(.+)-{re.escape(target)}", name)
    return match[1] if match else None


def endpoint_name(cluster: str, target: Target, consumer: str) -> str:
    """Return the default name of a private endpoint."""
    return shorten(long_endpoint_name(cluster, target, consumer), MOST_OF_ENDPOINT)


def long_endpoint_name(cluster: str, target: Target, consumer: str) -> str:
    """Return the default name of a private endpoint in full, which Azure's rules can find too long."""
    return f"pe-{cluster}-{target}-{consumer}"


def connection_name(cluster: str, target: Target) -> str:
    """Return the name of the connection on a private endpoint."""
    return f"{cluster}-{target}"


def approval_name(approval: ApprovalName) -> str:
    """Return the name of the deployment that approves connections."""
    name = f"approve-{approval.cluster}.{approval.consumer}.{approval.target}"
    return shorten(name, MOST_OF_DEPLOYMENT)


ZONE_GROUP = "default"
"""The default name of a private endpoint's zone group; Azure's portal gives it, too. An endpoint has one only."""


def zone_group_name(consumer: ConsumerSettings, cluster: str) -> str:
    """Return the name of the zone group of a consumer's private endpoint for a native cluster."""
    return consumer.endpoint(cluster, "cluster").zone_group or ZONE_GROUP


def service_alert_name(service: str) -> str:
    """Return the name of the alert on a private link service."""
    return f"{service}-nat-ports"


def endpoint_alert_name(endpoint: str) -> str:
    """Return the name of the alert on a private endpoint."""
    return f"{endpoint}-no-traffic"


def default_link_name(consumer: str, link: str) -> str:
    """Return the default name of a virtual network link."""
    return shorten(f"{consumer}-{link}", _MOST_OF_LINK)


def shorten(name: str, length: int) -> str:
    """Shorten a name to what Azure accepts; a hash keeps shortened names apart."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def service_id(settings: Settings, cluster: str, role: Role) -> ServiceId:
    """Return the id of the private link service of a role."""
    cluster_settings = settings.clusters[cluster]
    name = cluster_settings.service(role).name or service_name(cluster_naming_key(settings, cluster), role)
    home = cluster_settings.home
    return ServiceId.of(home.subscription, cluster_settings.resource_group or home.resource_group, name)


def endpoint_id(settings: Settings, cluster: str, consumer: str, target: Target) -> EndpointId:
    """Return the id of a consumer's private endpoint for a target."""
    consumer_settings = settings.consumers[consumer]
    default = endpoint_name(cluster_naming_key(settings, cluster), target, naming_key(consumer, consumer_settings))
    subnet = consumer_settings.subnet_id
    return EndpointId.of(
        subnet.subscription,
        consumer_settings.resource_group or subnet.resource_group,
        consumer_settings.endpoint(cluster, target).name or default,
    )


def made_zone_id(consumer: ConsumerSettings, name: str) -> ZoneId | None:
    """Return the id of the zone of a name that this stack creates for a consumer; None if it creates none."""
    zones = consumer.zones
    return ZoneId.of(consumer.zone_subscription, zones.resource_group, name) if zones and zones.resource_group else None


def link_id(settings: Settings, consumer: str, key: str, link: LinkSettings, zone: ZoneId) -> LinkId:
    """Return the id of a consumer's virtual network link in a zone."""
    return _link_id(naming_key(consumer, settings.consumers[consumer]), key, link, zone)


def shared_link_id(zones: str, key: str, link: LinkSettings, zone: ZoneId) -> LinkId:
    """Return the id of a virtual network link in a zone for other stacks; `zones` is the key of its settings."""
    return _link_id(zones, key, link, zone)


def _link_id(owner: str, key: str, link: LinkSettings, zone: ZoneId) -> LinkId:
    return LinkId.of(zone.subscription, zone.resource_group, zone.name, link.name or default_link_name(owner, key))
