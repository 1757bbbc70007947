"""A private link service."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from ..facts import lookups
from ..resource_ids import ServiceId, SubnetId
from ..settings import KeptOfService
from ..topology.records import NamedInService, ServiceNode
from .address_order import before_dynamic_service, static_service
from .context import Context
from .lock import make_lock

_KEPT: dict[KeptOfService, str] = {
    "fqdns": "fqdns",
    "visibility": "visibility",
    "auto_approval": "autoApproval",
    "nat_addresses": "ipConfigurations",
    "proxy_protocol": "enableProxyProtocol",
    "tags": "tags",
}
_NAMED: dict[NamedInService, str] = {
    "name": "serviceName",
    "frontend": "loadBalancerFrontendIpConfigurations",
    "visibility": "visibility",
    "auto_approval": "autoApproval",
}


@dataclass(frozen=True)
class Service:
    """A private link service in front of the engine or the ingestion of a cluster, registered."""

    node: ServiceNode
    resource: network.PrivateLinkService
    id: pulumi.Output[str]
    alias: pulumi.Output[str]
    """`{name}.{guid}.{region}.azure.privatelinkservice`: what consumers connect to."""


async def look_up_service(node: ServiceNode, name: str, context: Context) -> network.GetPrivateLinkServiceResult:
    """Look up a service; `name` is the resource's output, known as soon as the service exists."""
    look_up = lookups.private_link_service(ServiceId.of(node.place.subscription, node.place.resource_group, name))
    return await context.look_up(look_up, f"Private link service {node.name}")


def make_service(node: ServiceNode, context: Context) -> Service:
    """Register a service. Azure changes neither its frontend nor its NAT subnet: a change replaces it."""
    is_static = any(node.nat_addresses)
    resource = network.PrivateLinkService(
        node.logical_name,
        service_name=node.name,
        resource_group_name=node.place.resource_group,
        location=node.place.location,
        # Dicts, not argument classes: those of subnets and frontends would add defaults to the request.
        load_balancer_frontend_ip_configurations=[{"id": str(node.frontend_id)}] if node.frontend_id else [],
        ip_configurations=[
            _nat_address(number, address, node.nat_subnet_id) for number, address in enumerate(node.nat_addresses, 1)
        ],
        fqdns=list(node.hosts),
        enable_proxy_protocol=node.proxy_protocol or None,
        # Without a list Azure accepts only callers with rights on the service; what an empty one does is not settled.
        visibility={"subscriptions": list(node.visibility)} if node.visibility else None,
        auto_approval={"subscriptions": list(node.auto_approval)} if node.auto_approval else None,
        tags=dict(node.tags) or None,
        opts=context.resource(
            node.place.subscription,
            depends_on=None if is_static else before_dynamic_service(node.nat_subnet_id),
            delete_before_replace=True,
            protect=node.protect or None,
            replace_on_changes=["loadBalancerFrontendIpConfigurations", "location", "ipConfigurations[*].subnet"],
            ignore_changes=["*"]
            if node.is_left
            else [
                *(_KEPT[name] for name in node.keep),
                *(_NAMED[name] for name in node.as_deployed),
                # A refresh writes a re-spelt `id` into the inputs; the program gives none.
                *(f"ipConfigurations[{n}].{name}" for n in range(node.deployed_addresses) for name in ("subnet", "id")),
            ],
        ),
    )
    if is_static:
        static_service(node.nat_subnet_id, resource)
    if node.lock:
        make_lock(node.logical_name, resource, resource.id, node.place.subscription, context)

    async def look_up_alias(known: list[str]) -> str:
        return (await look_up_service(node, known[1], context)).alias

    alias = pulumi.Output.all(resource.id, resource.name).apply(look_up_alias)
    return Service(node, resource, resource.id, alias)


def _nat_address(
    number: int, address: str | None, subnet: SubnetId
) -> network.PrivateLinkServiceIpConfigurationArgsDict:
    configuration: network.PrivateLinkServiceIpConfigurationArgsDict = {
        "name": f"nat-{number}",
        "primary": number == 1,
        "subnet": {"id": str(subnet)},
    }
    if address is not None:
        configuration["private_ip_address"] = address
        configuration["private_ip_allocation_method"] = network.IPAllocationMethod.STATIC
    return configuration
