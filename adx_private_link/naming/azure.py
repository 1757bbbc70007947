"""
The names of what a stack makes, as far as settings alone decide them.

Names are a contract: Pulumi knows a resource by its logical name, Azure by its physical one, and another name is
another object. Both are made from keys; whoever renames a key says what it was (`formerly`), and the names stay.
"""

from __future__ import annotations

import hashlib

from ..resource_ids import EndpointId, LinkId, ServiceId, ZoneId
from ..settings import (
    ClusterSettings,
    ConsumerSettings,
    DnsSettings,
    ExistingZones,
    ExternalConsumerSettings,
    HandOverSource,
    Role,
    Settings,
)

MOST_OF_ENDPOINT = 64
"""Characters in the name of a private endpoint (MicrosoftDocs/azure-docs, resource-name-rules.md)."""
_MOST_OF_LINK = 80
"""Characters in the name of a virtual network link (the same page)."""

Named = ClusterSettings | HandOverSource | ConsumerSettings | ExternalConsumerSettings


def lasting(key: str, given: Named) -> str:
    """The key that names are made from."""
    return given.formerly or key


def cluster(settings: Settings, key: str) -> str:
    """The lasting key of a cluster."""
    return lasting(key, settings.cluster(key))


def load_balancer(cluster: str, role: Role, suffix: str) -> str:
    """What Azure Data Explorer calls the load balancer of a role, public (`elb`) or internal (`ilb`)."""
    return f"{'kucompute' if role == 'engine' else 'kudatamgmt'}-{cluster}-{suffix}"


def service_name(cluster: str, role: str) -> str:
    """Of a private link service that the settings do not name."""
    return f"pls-{cluster}-{role}"


def endpoint_name(cluster: str, role: Role, consumer: str) -> str:
    """Of a private endpoint that the settings do not name."""
    return at_most(MOST_OF_ENDPOINT, long_endpoint_name(cluster, role, consumer))


def long_endpoint_name(cluster: str, role: Role, consumer: str) -> str:
    """Of a private endpoint in full: too long for Azure's naming rules where both keys are long."""
    return f"pe-{cluster}-{role}-{consumer}"


def connection_name(cluster: str, role: Role) -> str:
    """Of the connection on a private endpoint."""
    return f"{cluster}-{role}"


def link_name(consumer: str, key: str) -> str:
    """Of a virtual network link that the settings do not name."""
    return at_most(_MOST_OF_LINK, f"{consumer}-{key}")


def at_most(length: int, name: str) -> str:
    """A name that Azure takes; what is cut off stays distinguishable."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def service(settings: Settings, key: str, role: Role) -> ServiceId:
    """The private link service of a role."""
    given = settings.clusters[key]
    name = given.service(role).name or service_name(cluster(settings, key), role)
    return ServiceId.of(given.home.subscription, given.resource_group or given.home.resource_group, name)


def endpoint(settings: Settings, key: str, consumer: str, role: Role) -> EndpointId:
    """The private endpoint of a consumer for a role."""
    given = settings.consumers[consumer]
    by_default = endpoint_name(cluster(settings, key), role, lasting(consumer, given))
    name = given.endpoint(key, role).name or by_default
    return EndpointId.of(given.subnet_id.subscription, given.resource_group or given.subnet_id.resource_group, name)


def zone(given: ConsumerSettings, name: str) -> ZoneId | None:
    """The zone of a name that holds a consumer's records; None where the consumer names no such zone."""
    match given.dns:
        case DnsSettings() as dns:
            return ZoneId.of(given.zone_subscription, dns.resource_group, name)
        case ExistingZones() as dns:
            return next((id for id in dns.zone_ids if id.name.lower() == name), None)
        case _:
            return None


def link(settings: Settings, consumer: str, key: str, zone: ZoneId) -> LinkId:
    """A consumer's virtual network link, by its key, in a zone."""
    given = settings.consumers[consumer]
    assert not isinstance(given.dns, str)
    name = given.dns.links[key].name or link_name(lasting(consumer, given), key)
    return LinkId.of(zone.subscription, zone.resource_group, zone.name, name)
