"""One consumer's private endpoint: the endpoint, its approval, its addresses and its names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network, privatedns, resources

from ..facts import lookups
from ..facts.answers import connection_state
from ..facts.records import DEAD
from ..outputs import NameOutput
from ..plain_text import escaped
from ..resource_ids import EndpointId
from ..settings import ROLES, HostRole, KeptOfEndpoint, Target
from ..topology.records import (
    ClusterConnection,
    EndpointNode,
    HandedAlias,
    Host,
    NamedInEndpoint,
    ServiceAlias,
    ServiceById,
)
from .address_order import before_dynamic_endpoint, static_endpoint
from .approval_targets import ApprovalTarget, cluster_target, service_target
from .connection_approval import make_approval
from .context import Context
from .endpoint_addresses import Member, address_of_role, list_hosts, look_up_members, static_address
from .endpoint_names import make_record, make_zone_group
from .metric_alert import make_alert
from .one_at_a_time import after, last_write, note_write
from .private_dns_zone import PrivateDnsZone
from .private_link_service import Service
from .waiting import WAIT, poll

_MANUAL = "manualPrivateLinkServiceConnections"
_AUTOMATIC = "privateLinkServiceConnections"
_KEPT: dict[KeptOfEndpoint, str] = {
    "connection_name": "{connections}[*].name",
    "request_message": "{connections}[*].requestMessage",
    "address": "ipConfigurations",
    "application_security_groups": "applicationSecurityGroups",
    "tags": "tags",
}

_NAMED: dict[NamedInEndpoint, str] = {
    "name": "privateEndpointName",
    "subnet": "subnet",
    "target": "{connections}[*].privateLinkServiceId",
    "interface_name": "customNetworkInterfaceName",
    "application_security_groups": "applicationSecurityGroups",
}


@dataclass(frozen=True)
class Endpoint:
    """A private endpoint, connected and published."""

    node: EndpointNode
    resource: network.PrivateEndpoint
    approval: resources.Deployment | None
    """None where Azure approves by itself."""
    records: Mapping[str, privatedns.PrivateRecordSet]
    """The A records of this stack, by host name."""
    zone_group: network.PrivateDnsZoneGroup | None
    """The zone group by which Azure writes the records of a native cluster."""
    id: pulumi.Output[str]
    address: pulumi.Output[str]
    """Of a native cluster, the address of the engine."""
    members: pulumi.Output[Sequence[Member]] | None
    """The addresses of an endpoint of a native cluster; None of one of a private link service, which has one only."""
    connection_state: pulumi.Output[str]
    """After the update: `Approved`, unless its node says why nothing is published."""

    @property
    def hosts(self) -> pulumi.Input[Mapping[str, pulumi.Input[list[str]]]]:
        """What each host name resolves to in the consumer's network, once it is published."""
        if self.members is not None:
            return self.members.apply(
                lambda members: {name: [address] for name, (_, address) in list_hosts(self.node, members).items()}
            )
        return {host.name: self.address.apply(lambda address: [address]) for host in self.node.hosts}

    @property
    def names(self) -> pulumi.Input[Mapping[str, Mapping[str, str]]]:
        """What each host name is for, and the private DNS zone of its record."""
        if self.members is not None:
            return self.members.apply(
                lambda members: {name: _name(host) for name, (host, _) in list_hosts(self.node, members).items()}
            )
        return {host.name: _name(host) for host in self.node.hosts}


def _name(host: Host) -> dict[str, str]:
    return NameOutput.write(role=host.role, zone=host.zone)


@dataclass(frozen=True)
class _Shown:
    """An endpoint, as Azure shows it."""

    state: str
    interface_id: str


def make_endpoint(
    node: EndpointNode,
    services: Mapping[Target, Service],
    zones: Mapping[str, PrivateDnsZone],
    context: Context,
    cluster_id: pulumi.Output[str] | None = None,
) -> Endpoint:
    """
    Register an endpoint, its approval and, when it may carry traffic, its names.

    Args:
        node: The endpoint's record.
        services: The private link services of its cluster, by target.
        zones: The zones of its names, by key.
        context: The context of its component.
        cluster_id: The id of a native cluster that the same program creates.
    """
    resource = _make_resource(node, services, context, cluster_id)
    if node.address:
        static_endpoint(node.subnet_id, resource)
    if isinstance(node.connects_to, ClusterConnection):
        note_write(node.connects_to.id, resource)
    if node.alert:
        make_alert(node.alert, node.place, resource, is_same="name" in node.as_deployed, context=context)
    approval = (
        make_approval(
            node.approval, _approval_target(node, services), resource, context, wait=not node.is_accepted_in_any_state
        )
        if node.approval
        else None
    )

    async def look_up(known: list[str]) -> _Shown:
        return _require_usable(node, await _look_up(node, known[1], context))

    shown = pulumi.Output.all(resource.id, resource.name).apply(look_up)

    async def final_state(known: list[object]) -> str:
        before, name = known[0], str(known[1])
        assert isinstance(before, _Shown)
        if before.state == "Approved" or node.is_accepted_in_any_state or pulumi.runtime.is_dry_run():
            return before.state
        return await _approved_state(node, name, context)

    # The approval is among what is awaited: a state read before it would be out of date. Its name is not known if it
    # failed, though its id may be: then there is nothing to wait for.
    waited_for = [approval.id, approval.name] if approval else []
    state = pulumi.Output.all(shown, resource.name, *waited_for).apply(final_state)
    members, addresses = _look_up_addresses(node, resource, shown, state, context)
    target = [resource, *([services[node.target].resource] if node.target in services else [])]
    records = {
        record.host: make_record(record, addresses[record.role], target, approval, zones[record.zone], context)
        for record in node.records
    }
    zone_group = None
    if node.zone_group:
        # The engine skips the group of an endpoint that failed; the provider would reject a group without this name.
        approved_name = pulumi.Output.all(resource.name, state).apply(lambda _: node.name, run_with_unknowns=True)
        zone_group = make_zone_group(node.zone_group, node, resource, approved_name, zones, context)
    return Endpoint(node, resource, approval, records, zone_group, resource.id, addresses["engine"], members, state)


def _approval_target(node: EndpointNode, services: Mapping[Target, Service]) -> ApprovalTarget:
    if isinstance(node.connects_to, ClusterConnection):
        return cluster_target(node.connects_to.id)
    return service_target(services[node.target])


def _look_up_addresses(
    node: EndpointNode,
    resource: network.PrivateEndpoint,
    shown: pulumi.Output[_Shown],
    state: pulumi.Output[str],
    context: Context,
) -> tuple[pulumi.Output[Sequence[Member]] | None, Mapping[HostRole, pulumi.Output[str]]]:
    """The members of an endpoint of a native cluster, and the address for each role that records lead to."""

    async def look_up(shown: _Shown) -> Sequence[Member]:
        return await look_up_members(node, shown.interface_id, context)

    if isinstance(node.connects_to, ClusterConnection):
        # Azure names the hosts of a connection that is approved.
        members = pulumi.Output.all(shown, state).apply(lambda known: look_up(known[0]))
        return members, {role: _address_of_role(members, role) for role in ROLES}
    if node.address:
        address = static_address(node.address, resource, shown)
    else:
        address = shown.apply(look_up).apply(lambda members: members[0].address)
    return None, dict.fromkeys(ROLES, address)


def _address_of_role(members: pulumi.Output[Sequence[Member]], role: HostRole) -> pulumi.Output[str]:
    return members.apply(lambda known: address_of_role(known, role))


def _make_resource(
    node: EndpointNode,
    services: Mapping[Target, Service],
    context: Context,
    cluster_id: pulumi.Output[str] | None,
) -> network.PrivateEndpoint:
    connections = _AUTOMATIC if node.request_message is None else _MANUAL
    connection: network.PrivateLinkServiceConnectionArgsDict = {
        "name": node.connection_name,
        "private_link_service_id": _connects_to(node, services, cluster_id),
        "group_ids": [node.connects_to.group] if isinstance(node.connects_to, ClusterConnection) else [],
    }
    if node.request_message is not None:
        connection["request_message"] = node.request_message
    return network.PrivateEndpoint(
        node.logical_name,
        private_endpoint_name=node.name,
        resource_group_name=node.place.resource_group,
        location=node.place.location,
        subnet={"id": str(node.subnet_id)},
        private_link_service_connections=[connection] if connections == _AUTOMATIC else None,
        manual_private_link_service_connections=[connection] if connections == _MANUAL else None,
        ip_configurations=[{"name": "static", "private_ip_address": node.address}] if node.address else None,
        custom_network_interface_name=node.interface_name,
        application_security_groups=[{"id": str(group)} for group in node.application_security_groups] or None,
        tags=dict(node.tags) or None,
        opts=context.resource(
            node.place.subscription,
            depends_on=None if node.address else before_dynamic_endpoint(node.subnet_id),
            delete_before_replace=True,
            # Azure cannot change any of these in place, although the provider thinks it can. Whole properties only:
            # with sub-paths the engine would delete the service before its endpoints.
            replace_on_changes=[_MANUAL, _AUTOMATIC, "ipConfigurations", "customNetworkInterfaceName", "location"],
            # A refresh writes what Azure decided into the inputs; none of it is the program's to change back.
            ignore_changes=["*"]
            if node.idle == "left"
            else [
                f"{connections}[*].privateLinkServiceConnectionState",
                f"{connections}[*].id",
                # A private link service has none: Azure does not answer them, and so an import does not have them.
                *([f"{connections}[*].groupIds"] if not connection["group_ids"] else []),
                "customDnsConfigs",
                *(_KEPT[name].format(connections=connections) for name in node.keep),
                *(_NAMED[name].format(connections=connections) for name in node.as_deployed),
            ],
        ),
    )


def _connects_to(
    node: EndpointNode, services: Mapping[Target, Service], cluster_id: pulumi.Output[str] | None
) -> pulumi.Input[str]:
    match node.connects_to:
        case ClusterConnection(id):
            before = last_write(id)
            waits = after(str(id), before)
            return waits if cluster_id is None else pulumi.Output.all(cluster_id, waits).apply(lambda known: known[0])
        case ServiceAlias(target):
            return services[target].alias
        case ServiceById(target):
            return services[target].id
        case HandedAlias(alias):
            return alias


async def _look_up(node: EndpointNode, name: str, context: Context) -> _Shown:
    look_up = lookups.private_endpoint(EndpointId.of(node.place.subscription, node.place.resource_group, name))
    answer = await context.look_up(look_up, f"Private endpoint {node.name}")
    return _Shown(connection_state(answer), answer.network_interfaces[0].id or "")


async def _approved_state(node: EndpointNode, name: str, context: Context) -> str:
    """The state after the approval; the endpoint's side may show it later than the service's."""
    shown = await poll(
        lambda: _look_up(node, name, context),
        lambda shown: shown.state == "Approved",
        f"private endpoint {node.name} to show its approval",
    )
    if shown.state != "Approved":
        raise pulumi.RunError(
            f"The connection of private endpoint {node.name} (consumer {node.consumer}, {node.target}) was "
            f"approved, but Azure still shows it as {escaped(shown.state)} after {WAIT:.0f} s. Run `pulumi up` again; "
            "if it stays so, look at the deployment of its approval in the resource group of its target."
        )
    return shown.state


def _require_usable(node: EndpointNode, shown: _Shown) -> _Shown:
    """DNS never points at a dead endpoint."""
    if node.is_accepted_in_any_state:
        return shown  # its warning says so
    if shown.state in DEAD:
        raise pulumi.RunError(
            f"The connection of private endpoint {node.name} (consumer {node.consumer}, {node.target}) is "
            f"{escaped(shown.state)}, and Azure cannot bring it back. Replace the endpoint: "
            f"`pulumi up --replace '**{node.logical_name}'`, after its owner agrees."
        )
    if node.approval is None and shown.state != "Approved":
        raise pulumi.RunError(
            f"The connection of private endpoint {node.name} (consumer {node.consumer}, {node.target}) is "
            f"{escaped(shown.state)}, not Approved: Azure did not approve it by itself, so nothing is published. "
            f"Write `approval: approve` for consumers.{node.consumer}, or approve it and run `pulumi up` again."
        )
    return shown
