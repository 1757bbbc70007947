"""One consumer's private endpoint: the endpoint, its approval, its address and its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import pulumi
from pulumi_azure_native import network, privatedns, resources

from ..facts import lookups
from ..facts.answers import connection_state
from ..facts.records import DEAD
from ..plain_text import escaped
from ..resource_ids import EndpointId, InterfaceId
from ..settings import KeptOfEndpoint, Target
from ..topology.records import EndpointNode, HandedAlias, NamedInEndpoint, RecordNode, ServiceAlias, ServiceById
from .address_order import before_dynamic_endpoint, static_endpoint
from .connection_approval import make_approval
from .context import Context
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

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Endpoint:
    """A private endpoint, connected and published."""

    node: EndpointNode
    resource: network.PrivateEndpoint
    approval: resources.Deployment | None
    """None where Azure approves by itself."""
    records: Mapping[str, privatedns.PrivateRecordSet]
    """The A records, by host name."""
    id: pulumi.Output[str]
    address: pulumi.Output[str]
    connection_state: pulumi.Output[str]
    """After the update: `Approved`, unless its node says why nothing is published."""

    @property
    def hosts(self) -> dict[str, pulumi.Output[list[str]]]:
        """What each host name resolves to in the consumer's network, once it is published."""
        return {host: self.address.apply(lambda address: [address]) for host in self.node.hosts}


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
) -> Endpoint:
    """Register an endpoint, its approval and, when it may carry traffic, its records."""
    resource = _make_resource(node, services, context)
    if node.address:
        static_endpoint(node.subnet_id, resource)
    approval = (
        make_approval(node.approval, services[node.target], resource, context, wait=node.withheld is None)
        if node.approval
        else None
    )

    async def look_up(known: list[str]) -> _Shown:
        return _require_usable(node, await _look_up(node, known[1], context))

    shown = pulumi.Output.all(resource.id, resource.name).apply(look_up)

    async def final_state(known: list[object]) -> str:
        before, name = known[0], str(known[1])
        assert isinstance(before, _Shown)
        if before.state == "Approved" or node.withheld or pulumi.runtime.is_dry_run():
            return before.state
        return await _approved_state(node, name, context)

    # The approval's id is among what is awaited: a state read before it would be out of date.
    waited_for = [approval.id] if approval else []
    state = pulumi.Output.all(shown, resource.name, *waited_for).apply(final_state)
    address = _address(node, resource, shown, context)
    records = {
        record.host: _make_record(record, address, approval, zones[record.zone], context) for record in node.records
    }
    return Endpoint(node, resource, approval, records, resource.id, address, state)


def _make_resource(node: EndpointNode, services: Mapping[Target, Service], context: Context) -> network.PrivateEndpoint:
    connections = _AUTOMATIC if node.request_message is None else _MANUAL
    connection: network.PrivateLinkServiceConnectionArgsDict = {
        "name": node.connection_name,
        "private_link_service_id": _connects_to(node, services),
        "group_ids": [],
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
            ignore_changes=[
                f"{connections}[*].privateLinkServiceConnectionState",
                f"{connections}[*].id",
                # A private link service has none: Azure does not answer them, and so an import does not have them.
                f"{connections}[*].groupIds",
                "customDnsConfigs",
                *(_KEPT[name].format(connections=connections) for name in node.keep),
                *(_NAMED[name].format(connections=connections) for name in node.as_deployed),
            ],
        ),
    )


def _connects_to(node: EndpointNode, services: Mapping[Target, Service]) -> pulumi.Input[str]:
    match node.connects_to:
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
            "if it stays so, look at the deployment of its approval in the service's resource group."
        )
    return shown.state


def _address(
    node: EndpointNode, resource: network.PrivateEndpoint, shown: pulumi.Output[_Shown], context: Context
) -> pulumi.Output[str]:
    """The address of an endpoint, which depends on it: records are deleted before the endpoint is."""

    async def from_interface(shown: _Shown) -> str:
        # `customDnsConfigs` is empty for a private link service; the address is on the network interface.
        interface = await context.look_up(
            lookups.network_interface(InterfaceId.parse(shown.interface_id)),
            f"The network interface of private endpoint {node.name}",
        )
        addresses = [address.private_ip_address for address in interface.ip_configurations or ()]
        return next(address for address in addresses if address)

    if node.address is None:
        return shown.apply(from_interface)
    static = node.address
    if not pulumi.runtime.is_dry_run():
        return shown.apply(lambda _: static)

    async def known(value: _Value) -> _Value:
        return value

    # A preview shows it, though the endpoint is not there yet.
    return pulumi.Output({resource}, known(static), is_known=known(value=True))


def _require_usable(node: EndpointNode, shown: _Shown) -> _Shown:
    """DNS never points at a dead endpoint."""
    if node.withheld:
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


def _make_record(
    node: RecordNode,
    address: pulumi.Output[str],
    approval: resources.Deployment | None,
    zone: PrivateDnsZone,
    context: Context,
) -> privatedns.PrivateRecordSet:
    return privatedns.PrivateRecordSet(
        node.logical_name,
        relative_record_set_name=node.name,
        record_type="A",
        # The zone's own output: it is known in previews, and it keeps the order when the zone is replaced.
        private_zone_name=zone.name,
        resource_group_name=zone.node.resource_group,
        ttl=node.ttl,
        a_records=[{"ipv4_address": address}],
        opts=context.resource(
            zone.node.subscription,
            depends_on=[approval] if approval else None,
            replace_with=[zone.zone] if zone.zone else None,
            delete_before_replace=True,
            # The record of a replaced endpoint goes away first and comes back last.
            replace_on_changes=["aRecords"],
            ignore_changes=[
                # The logical name says which record it is, and in which zone; another spelling is no other record.
                "privateZoneName",
                "relativeRecordSetName",
                *(["ttl"] if "ttl" in node.keep else []),
            ],
        ),
    )
