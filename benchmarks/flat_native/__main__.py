"""
The program that an expert would write by hand for the native clusters of the benchmarks, without the library.

It creates the same resources in Azure, and its previews are as precise: computed values are looked up by id.
"""

from typing import Any

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import kusto, network, privatedns, resources

config = pulumi.Config("adx-private-link")
clusters: dict[str, Any] = config.require_object("clusters")
consumers: dict[str, Any] = config.require_object("consumers")

ZONES = {
    "kusto": "privatelink.westus.kusto.windows.net",
    **{service: f"privatelink.{service}.core.windows.net" for service in ("blob", "queue", "table")},
}
APPROVAL = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"cluster": {"type": "string"}, "connections": {"type": "array"}},
    "resources": [
        {
            "type": "Microsoft.Kusto/clusters/privateEndpointConnections",
            "apiVersion": "2024-04-13",
            "name": "[concat(parameters('cluster'), '/', parameters('connections')[copyIndex()])]",
            "copy": {"name": "connections", "count": "[length(parameters('connections'))]"},
            "properties": {
                "privateLinkServiceConnectionState": {
                    "status": "Approved",
                    "description": "Approved by the cluster's owner",
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


def create_access(
    name: str, cluster_id: str, consumer: str, before: list[pulumi.Resource]
) -> tuple[resources.Deployment, pulumi.Output[list[str]]]:
    subnet = consumers[consumer]["subnet_id"]
    owner, guest, group = provider_of(cluster_id), provider_of(subnet), group_of(cluster_id)

    endpoint = network.PrivateEndpoint(
        f"{name}.{consumer}",
        private_endpoint_name=f"pe-{name}-{consumer}",
        resource_group_name=group_of(subnet),
        location="westus",
        subnet={"id": subnet},
        manual_private_link_service_connections=[
            {
                "name": name,
                "private_link_service_id": cluster_id,
                "group_ids": ["cluster"],
                "request_message": "Please",
            }
        ],
        opts=pulumi.ResourceOptions(
            provider=guest,
            delete_before_replace=True,
            ignore_changes=["manualPrivateLinkServiceConnections[*].privateLinkServiceConnectionState"],
            depends_on=before,
        ),
    )
    cluster = kusto.get_cluster_output(
        cluster_name=name,
        resource_group_name=group,
        opts=pulumi.InvokeOutputOptions(provider=owner, depends_on=[endpoint]),
    )
    connections = pulumi.Output.all(endpoint.id, cluster.private_endpoint_connections).apply(
        lambda values: sorted(
            connection["name"]
            for connection in values[1]
            if connection["private_endpoint"]["id"].lower() == str(values[0]).lower()
        )
    )
    approval = resources.Deployment(
        f"{name}.{consumer}.approval",
        deployment_name=f"approve-{name}.{consumer}",
        resource_group_name=group,
        properties={
            "mode": resources.DeploymentMode.INCREMENTAL,
            "template": APPROVAL,
            "parameters": {"cluster": {"value": name}, "connections": {"value": connections}},
        },
        opts=pulumi.ResourceOptions(provider=owner),
    )
    network.PrivateDnsZoneGroup(
        f"{name}.{consumer}.zones",
        private_dns_zone_group_name="default",
        private_endpoint_name=endpoint.name,
        resource_group_name=group_of(subnet),
        private_dns_zone_configs=[
            {"name": content, "private_dns_zone_id": zone.id} for content, zone in zones[consumer].items()
        ],
        opts=pulumi.ResourceOptions(provider=guest, depends_on=[approval], delete_before_replace=True),
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
    addresses = interface.ip_configurations.apply(
        lambda configurations: [configuration["private_ip_address"] for configuration in configurations]
    )
    return approval, addresses


def create_zone(consumer: str, settings: dict[str, Any], content: str) -> privatedns.PrivateZone:
    opts = pulumi.ResourceOptions(provider=provider_of(settings["subnet_id"]))
    group = settings["dns"]["resource_group"]
    zone = privatedns.PrivateZone(
        f"{consumer}.{content}",
        private_zone_name=ZONES[content],
        resource_group_name=group,
        location="Global",
        opts=opts,
    )
    privatedns.VirtualNetworkLink(
        f"{consumer}.{content}",
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


zones = {
    consumer: {content: create_zone(consumer, settings, content) for content in ZONES}
    for consumer, settings in consumers.items()
}
outputs: dict[str, pulumi.Output[list[str]]] = {}
for name, cluster in clusters.items():
    last: list[pulumi.Resource] = []
    for consumer in consumers:
        # A cluster takes one write at a time.
        approval, outputs[f"{name}.{consumer}"] = create_access(name, cluster["id"], consumer, last)
        last = [approval]
pulumi.export("addresses", outputs)
