"""
The program that an expert would write by hand for the clusters and networks of the benchmarks, without the library.

It creates the same resources in Azure, and its previews are as precise: computed values are looked up by id.
"""

from typing import Any

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import kusto, network, privatedns, resources

config = pulumi.Config("adx-private-link")
clusters: dict[str, Any] = config.require_object("clusters")
consumers: dict[str, Any] = config.require_object("consumers")

ROLES = {"engine": "kucompute", "ingestion": "kudatamgmt"}
ZONE = "privatelink.westus.kusto.windows.net"
APPROVAL = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"service": {"type": "string"}, "connections": {"type": "array"}},
    "resources": [
        {
            "type": "Microsoft.Network/privateLinkServices/privateEndpointConnections",
            "apiVersion": "2024-05-01",
            "name": "[concat(parameters('service'), '/', parameters('connections')[copyIndex()])]",
            "copy": {"name": "connections", "count": "[length(parameters('connections'))]"},
            "properties": {
                "privateLinkServiceConnectionState": {
                    "status": "Approved",
                    "description": "Approved by the service's owner",
                    "actionsRequired": "None",
                }
            },
        }
    ],
}

providers: dict[str, azure_native.Provider] = {}


def drop_aliases(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    args.opts.aliases = []
    return pulumi.ResourceTransformationResult(args.props, args.opts)


if config.get_bool("without_aliases"):
    pulumi.runtime.register_stack_transformation(drop_aliases)


def provider_of(id: str) -> azure_native.Provider:
    subscription = id.split("/")[2]
    if subscription not in providers:
        providers[subscription] = azure_native.Provider(subscription, subscription_id=subscription)
    return providers[subscription]


def group_of(id: str) -> str:
    return id.split("/")[4]


def create_service(name: str, role: str, cluster_id: str) -> network.PrivateLinkService:
    owner, group = provider_of(cluster_id), group_of(cluster_id)
    invoke = pulumi.InvokeOutputOptions(provider=owner)
    cluster = kusto.get_cluster_output(cluster_name=name, resource_group_name=group, opts=invoke)
    balancer = network.get_load_balancer_output(
        load_balancer_name=f"{ROLES[role]}-{name}-elb", resource_group_name=group, opts=invoke
    )

    def frontend_id(values: list[Any]) -> str:
        address, frontends = values
        return next(frontend["id"] for frontend in frontends if frontend["public_ip_address"]["id"] == address)

    configuration = cluster.virtual_network_configuration
    address = configuration.engine_public_ip_id if role == "engine" else configuration.data_management_public_ip_id

    uri = cluster.uri if role == "engine" else cluster.data_ingestion_uri
    return network.PrivateLinkService(
        f"{name}.{role}",
        service_name=f"pls-{name}-{role}",
        resource_group_name=group,
        location=cluster.location.apply(lambda location: location.replace(" ", "").lower()),
        load_balancer_frontend_ip_configurations=[
            {"id": pulumi.Output.all(address, balancer.frontend_ip_configurations).apply(frontend_id)}
        ],
        ip_configurations=[
            {
                "name": "nat-1",
                "primary": True,
                "subnet": {"id": configuration.subnet_id},
            }
        ],
        fqdns=[uri.apply(lambda uri: uri.removeprefix("https://"))],
        visibility={"subscriptions": [consumer["subnet_id"].split("/")[2] for consumer in consumers.values()]},
        opts=pulumi.ResourceOptions(provider=owner, delete_before_replace=True),
    )


def create_access(
    name: str, role: str, cluster_id: str, service: network.PrivateLinkService, consumer: str
) -> pulumi.Output[str]:
    subnet = consumers[consumer]["subnet_id"]
    owner, guest, group = provider_of(cluster_id), provider_of(subnet), group_of(cluster_id)

    service_lookup = network.get_private_link_service_output(
        service_name=service.name, resource_group_name=group, opts=pulumi.InvokeOutputOptions(provider=owner)
    )
    endpoint = network.PrivateEndpoint(
        f"{name}.{consumer}.{role}",
        private_endpoint_name=f"pe-{name}-{role}-{consumer}",
        resource_group_name=group_of(subnet),
        location="westus",
        subnet={"id": subnet},
        manual_private_link_service_connections=[
            {"name": f"{name}-{role}", "private_link_service_id": service_lookup.alias, "request_message": "Please"}
        ],
        opts=pulumi.ResourceOptions(
            provider=guest,
            delete_before_replace=True,
            ignore_changes=[
                "manualPrivateLinkServiceConnections[*].privateLinkServiceConnectionState",
                "manualPrivateLinkServiceConnections[*].groupIds",
            ],
        ),
    )
    service_with_connections = network.get_private_link_service_output(
        service_name=service.name,
        resource_group_name=group,
        opts=pulumi.InvokeOutputOptions(provider=owner, depends_on=[endpoint]),
    )
    connections = pulumi.Output.all(endpoint.id, service_with_connections.private_endpoint_connections).apply(
        lambda values: sorted(
            connection["name"]
            for connection in values[1]
            if connection["private_endpoint"]["id"].lower() == str(values[0]).lower()
        )
    )
    approval = resources.Deployment(
        f"{name}.{consumer}.{role}.approval",
        deployment_name=f"approve-{name}.{consumer}.{role}",
        resource_group_name=group,
        properties={
            "mode": resources.DeploymentMode.INCREMENTAL,
            "template": APPROVAL,
            "parameters": {"service": {"value": service.name}, "connections": {"value": connections}},
        },
        opts=pulumi.ResourceOptions(provider=owner),
    )
    approved_endpoint = network.get_private_endpoint_output(
        private_endpoint_name=endpoint.name,
        resource_group_name=group_of(subnet),
        opts=pulumi.InvokeOutputOptions(provider=guest, depends_on=[approval]),
    )
    interface = network.get_network_interface_output(
        network_interface_name=approved_endpoint.network_interfaces[0].id.apply(
            lambda interface: interface.split("/")[-1]
        ),
        resource_group_name=group_of(subnet),
        opts=pulumi.InvokeOutputOptions(provider=guest),
    )
    address = interface.ip_configurations[0].private_ip_address
    host = name if role == "engine" else f"ingest-{name}"
    privatedns.PrivateRecordSet(
        f"{host}@{consumer}",
        relative_record_set_name=host,
        record_type="A",
        private_zone_name=zones[consumer].name,
        resource_group_name=consumers[consumer]["dns"]["resource_group"],
        ttl=300,
        a_records=[{"ipv4_address": address}],
        opts=pulumi.ResourceOptions(provider=guest, depends_on=[approval], delete_before_replace=True),
    )
    return address


def create_zone(consumer: str, settings: dict[str, Any]) -> privatedns.PrivateZone:
    opts = pulumi.ResourceOptions(provider=provider_of(settings["subnet_id"]))
    group = settings["dns"]["resource_group"]
    zone = privatedns.PrivateZone(
        consumer, private_zone_name=ZONE, resource_group_name=group, location="Global", opts=opts
    )
    privatedns.VirtualNetworkLink(
        consumer,
        virtual_network_link_name=f"{consumer}-own",
        private_zone_name=zone.name,
        resource_group_name=group,
        location="Global",
        registration_enabled=False,
        resolution_policy="NxDomainRedirect",
        virtual_network={"id": settings["subnet_id"].partition("/subnets/")[0]},
        opts=opts,
    )
    return zone


zones = {consumer: create_zone(consumer, settings) for consumer, settings in consumers.items()}
addresses: dict[str, pulumi.Output[str]] = {}
for name, cluster in clusters.items():
    for role in ROLES:
        service = create_service(name, role, cluster["id"])
        for consumer in consumers:
            addresses[f"{name}.{consumer}.{role}"] = create_access(name, role, cluster["id"], service, consumer)
pulumi.export("addresses", addresses)
