"""Publishing: which hosts of an endpoint get records, and where. DNS never points at a dead endpoint."""

from __future__ import annotations

from ..facts.records import DEAD, EndpointFacts, Unreadable
from ..naming.accesses import Access
from ..naming.logical import record_name
from ..settings import ConsumerSettings
from .offers import OfferedTarget
from .planning import Planning
from .records import EndpointNode, RecordNode


def withheld_state(
    planning: Planning, access: Access, offered: OfferedTarget, consumer: ConsumerSettings
) -> str | None:
    """Return the state of an endpoint's connection, where it keeps the hosts from being published."""
    state = listed_state(planning, access) or _shown_state(planning, access)
    if isinstance(state, Unreadable):
        # Unreadable does not mean "not approved": to withdraw records for it would be an outage.
        planning.report_unreadable(
            f"consumers.{access.consumer}", state, f"private endpoint {access.endpoint.name}", str(access.endpoint)
        )
        return None
    # An approval that follows in the same update, or that Azure gives by itself, is checked during the update.
    waits_for_owner = offered.approvals is None and consumer.approval == "approve"
    waits = waits_for_owner or consumer.approval == "elsewhere"
    return state if state in DEAD or (waits and state != "Approved") else None


def listed_state(planning: Planning, access: Access) -> str | None:
    """Return the state that a service of this stack lists; None for a connection that its owner has removed."""
    service = planning.facts.service(access.service)
    connection = service.connection_of(access.endpoint) if service else None
    return connection.state if connection else None


def _shown_state(planning: Planning, access: Access) -> str | Unreadable:
    """The state that the endpoint itself shows; one that does not exist yet waits."""
    endpoint = planning.facts.endpoints.get(access.endpoint.key)
    return endpoint.state if isinstance(endpoint, EndpointFacts) else endpoint or "Pending"


def records_of(
    planning: Planning, access: Access, offered: OfferedTarget, consumer: ConsumerSettings
) -> tuple[RecordNode, ...]:
    """Plan the record sets of an endpoint's hosts in the consumer's zones."""
    dns = consumer.dns
    if isinstance(dns, str):
        return ()
    records: list[RecordNode] = []
    for host in offered.hosts:
        zone = planning.zone_key(access.consumer, host.zone)
        if zone is not None:
            name = record_name(host.record, zone)
            records.append(RecordNode(name, host.name, host.record, zone, dns.ttl, tuple(dns.keep)))
    return tuple(records)


def withheld_warning(endpoint: EndpointNode, cluster: str) -> str | None:
    """Return the warning of an endpoint that publishes nothing."""
    what = f"consumers.{endpoint.consumer}: private endpoint {endpoint.name} ({cluster}, {endpoint.target})"
    if endpoint.withheld in DEAD:
        return (
            f"{what} is {endpoint.withheld}, and Azure cannot bring it back: it has no records, and clients get the "
            f"public address. Unless this update replaces it, replace it after the service's owner agrees: `pulumi up "
            f"--replace '**PrivateEndpoint::{endpoint.logical_name}'`. The `pulumi up` after that publishes it."
        )
    if endpoint.withheld:
        return (
            f"{what} waits for the approval of the service's owner; it has no records until then. After the approval "
            "`pulumi up` publishes it."
        )
    return None
