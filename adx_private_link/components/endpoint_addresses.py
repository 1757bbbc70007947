"""The addresses of a private endpoint, which its network interface has: one for each member of its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi
from pulumi_azure_native import network

from ..facts import lookups
from ..naming.hosts import role_of_member, zone_of_member
from ..resource_ids import InterfaceId
from ..settings import HostRole
from ..topology.records import EndpointNode, Host
from .context import Context

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Member:
    """One address of an endpoint, and what of the target it leads to."""

    name: str
    """Such as `Engine` or `blob-{account}`; empty for a private link service, which has no members."""
    address: str
    hosts: Sequence[str]
    """The host names that Azure names for it."""

    @property
    def role(self) -> HostRole:
        return role_of_member(self.name)


async def look_up_members(node: EndpointNode, interface_id: str, context: Context) -> Sequence[Member]:
    """
    Look up the addresses of an endpoint.

    `customDnsConfigs` is empty for a private link service, and where a zone group writes the names; the network
    interface has them always.
    """
    interface = await context.look_up(
        lookups.network_interface(InterfaceId.parse(interface_id)),
        f"The network interface of private endpoint {node.name}",
    )
    members: list[Member] = []
    for configuration in interface.ip_configurations or ():
        link = configuration.private_link_connection_properties
        if configuration.private_ip_address:
            name = link.required_member_name if link else ""
            hosts = [host.lower() for host in (link.fqdns or ())] if link else []
            members.append(Member(name or "", configuration.private_ip_address, hosts))
    return members


def address_of_role(members: Sequence[Member], role: HostRole) -> str:
    """Return the address for a role; the only one of an endpoint of a private link service."""
    return next((member.address for member in members if member.role == role), members[0].address)


def list_hosts(node: EndpointNode, members: Sequence[Member]) -> dict[str, tuple[Host, str]]:
    """Return each host name that leads to an endpoint of a native cluster, with what it is for and its address."""
    hosts = {host.name: (host, address_of_role(members, host.role)) for host in node.hosts}
    for member in members if node.hosts else ():
        for name in member.hosts:
            record = name.partition(".")[0]
            host = Host(name, member.role, zone_of_member(member.name, node.zone_names), record)
            hosts.setdefault(name, (host, member.address))
    return hosts


def static_address(address: str, resource: network.PrivateEndpoint, shown: pulumi.Output[Any]) -> pulumi.Output[str]:
    """Return the static address of an endpoint, which depends on it: records are deleted before the endpoint is."""
    if not pulumi.runtime.is_dry_run():
        return shown.apply(lambda _: address)

    async def known(value: _Value) -> _Value:
        return value

    # A preview shows it, though the endpoint is not there yet.
    return pulumi.Output({resource}, known(address), is_known=known(value=True))
