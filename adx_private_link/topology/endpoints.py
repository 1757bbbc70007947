"""Private endpoints: those of every consumer for the targets that a cluster offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..facts.records import NetworkFacts
from ..naming.accesses import Access
from ..naming.azure import connection_name, naming_key
from ..naming.logical import EndpointName
from ..settings import TARGETS, ConsumerSettings, Target
from .approvals import approval_of
from .as_deployed import is_replaced, named_as_deployed
from .consumers import report_unpublished
from .offers import Offer, OfferedTarget
from .planning import Planning
from .publishing import check_zone_group, listed_state, records_of, withheld_state, zone_group_of
from .records import ConnectsTo, EndpointNode, Place


def plan_endpoints(planning: Planning, offer: Offer) -> list[EndpointNode]:
    """Plan the endpoints of all consumers of a cluster."""
    for key, consumer in sorted(planning.settings.consumers_of(offer.cluster).items()):
        _check_targets(planning, offer, key, consumer)
    endpoints: list[EndpointNode] = []
    for access in planning.accesses.get(offer.cluster, ()):
        offered = offer.targets.get(access.target)
        if offered is None or not _is_allowed(planning, offer, access):
            continue
        if offered.idle == "left" and not _exists(planning, access):
            continue
        endpoint = _plan_endpoint(planning, offer, offered, access)
        if endpoint is not None:
            endpoints.append(endpoint)
    return endpoints


def _plan_endpoint(planning: Planning, offer: Offer, offered: OfferedTarget, access: Access) -> EndpointNode | None:
    consumer = planning.settings.consumers[access.consumer]
    network = planning.facts.network(consumer.subnet_id.network)
    if not isinstance(network, NetworkFacts):
        return None
    overrides = consumer.endpoint(access.cluster, access.target)
    logical_name = EndpointName(offer.name, naming_key(access.consumer, consumer), access.target)
    zone_group = zone_group_of(planning, access, offered, logical_name.zone_group)
    if zone_group:
        check_zone_group(planning, access, offered, logical_name.zone_group)
    connects_to = _connects_to(planning, offered, access, consumer)
    node = EndpointNode(
        consumer=access.consumer,
        target=access.target,
        logical_name=str(logical_name),
        component_name=str(logical_name.component),
        name=access.endpoint.name,
        place=Place(access.endpoint.subscription, access.endpoint.resource_group, network.location),
        subnet_id=consumer.subnet_id,
        connects_to=connects_to,
        connection_name=connection_name(offer.name, access.target),
        request_message=None
        if consumer.approval == "resource_id"
        else consumer.request_message or offer.request_message,
        approval=approval_of(offered, consumer, logical_name.approval),
        withheld=None,
        hosts=offered.hosts,
        records=records_of(planning, access, offered, consumer),
        zone_group=zone_group,
        zone_names=offer.zones_of(offered),
        idle=offered.idle,
        address=overrides.address,
        interface_name=overrides.interface_name,
        application_security_groups=tuple(consumer.application_security_groups),
        tags=consumer.tags,
        keep=tuple(overrides.keep),
        as_deployed=() if offered.idle == "left" else named_as_deployed(planning, access, consumer, connects_to),
    )
    if node.idle == "left":
        return replace(node, hosts=(), records=(), zone_group=None)
    # Another endpoint needs another approval, whatever the present one has.
    is_new = is_replaced(planning, node, access)
    if is_new and node.idle == "prepared":
        _check_left_by_names(planning, access)
    withheld = withheld_state(planning, access, offered, consumer, is_new=is_new)
    return replace(node, withheld=withheld, hosts=(), records=(), zone_group=None) if withheld or node.idle else node


def _check_left_by_names(planning: Planning, access: Access) -> None:
    """
    Check that no update replaces an endpoint from which it moves the names to services of the cluster.

    Pulumi deletes a replaced endpoint first, and with it the records that still lead to it.
    """
    former = next((other for other in planning.facts.former.endpoints if other.id.is_same(access.endpoint)), None)
    if former and former.hosts:
        planning.report(
            f"consumers.{access.consumer}",
            f"would replace private endpoint {access.endpoint.name} in the update that moves its names "
            f"({', '.join(sorted(former.hosts)[:2])} …) back to private link services; they would be gone meanwhile",
            "write the former settings of this endpoint, run `pulumi up`, then change them",
        )


def _exists(planning: Planning, access: Access) -> bool:
    """Whether Azure has the endpoint: a service lists its connection, or it was looked up itself."""
    return listed_state(planning, access) is not None or access.endpoint.key in planning.facts.endpoints


def _connects_to(planning: Planning, offered: OfferedTarget, access: Access, consumer: ConsumerSettings) -> ConnectsTo:
    by_id = consumer.endpoint(access.cluster, access.target).by_id
    if not by_id and consumer.approval != "resource_id":
        return offered.default
    if offered.by_id is not None:
        return offered.by_id
    message = f"connects by id, but cluster {access.cluster} is handed over by its alias"
    if by_id:
        path = f"consumers.{access.consumer}.endpoints.{access.cluster}.{access.target}.by_id"
        planning.report(path, message, "leave it out", by_id)
    else:
        planning.report(
            f"consumers.{access.consumer}.approval",
            message,
            "write `approve`, and its owner approves; or `auto`, where its owner trusts your subscription",
            consumer.approval,
        )
    return offered.default


# The targets that consumers may connect to


def _check_targets(planning: Planning, offer: Offer, key: str, consumer: ConsumerSettings) -> None:
    """Check that the targets that a consumer names are offered to it."""
    overrides = consumer.endpoints.get(offer.cluster, {})
    # An endpoint of a native cluster serves all roles.
    roles = () if "cluster" in offer.targets else consumer.roles or ()
    named: list[Target] = [*roles, *overrides]
    subscription = consumer.subnet_id.subscription
    allowed = offer.allowed_targets.get(subscription, TARGETS)
    for target in dict.fromkeys(named):
        path = f"consumers.{key}.{f'endpoints.{offer.cluster}.{target}' if target in overrides else 'roles'}"
        if target not in offer.targets:
            if not offer.has_left:
                report_unpublished(planning, path, target, offer.cluster, offer.targets)
        elif target not in allowed:
            planning.report(
                path,
                f"asks for {target}; the owner of cluster {offer.cluster} lets subscription {subscription} "
                f"connect to {_list_targets(allowed)} only",
                f"ask for {_list_targets(allowed)}, or remove the setting for everything that is allowed; or ask the "
                "owner to extend `external_consumers.*.roles`",
            )


def _is_allowed(planning: Planning, offer: Offer, access: Access) -> bool:
    """Whether the owner lets a consumer connect; a hand-over that allows less removes nothing that is connected."""
    subscription = planning.settings.consumers[access.consumer].subnet_id.subscription
    endpoint = planning.facts.endpoint(access.endpoint)
    is_connected = endpoint is not None and endpoint.state == "Approved"
    return is_connected or access.target in offer.allowed_targets.get(subscription, TARGETS)


def _list_targets(targets: Iterable[Target]) -> str:
    return " and ".join(target for target in TARGETS if target in targets)
