"""The networks of a cluster and two consumers, and load balancers that take the place of the cluster's."""

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import network, resources

config = pulumi.Config()
subscription, location = config.require("subscription"), config.require("location")
in_subscription = pulumi.ResourceOptions(provider=azure_native.Provider("azure", subscription_id=subscription))

groups = {
    name: resources.ResourceGroup(name, resource_group_name=name, location=location, opts=in_subscription)
    for name in ("adx-private-link-live", "adx-private-link-live-two")
}


def create_network(name: str, group: str, prefix: str, *, for_services: bool = False) -> network.VirtualNetwork:
    """Create a network with one subnet."""
    return network.VirtualNetwork(
        name,
        virtual_network_name=name,
        resource_group_name=groups[group].name,
        location=location,
        address_space={"address_prefixes": [prefix]},
        subnets=[
            {
                "name": "default",
                "address_prefix": prefix,
                # Azure rejects a private link service in a subnet with these policies.
                "private_link_service_network_policies": "Disabled" if for_services else "Enabled",
            }
        ],
        opts=in_subscription,
    )


cluster = create_network("cluster-vnet", "adx-private-link-live", "10.90.0.0/24", for_services=True)
create_network("one-vnet", "adx-private-link-live", "10.91.0.0/24")
create_network("two-vnet", "adx-private-link-live-two", "10.92.0.0/24")

for role in ("engine", "ingestion"):
    network.LoadBalancer(
        f"live-{role}",
        load_balancer_name=f"live-{role}",
        resource_group_name=groups["adx-private-link-live"].name,
        location=location,
        sku={"name": "Standard"},
        frontend_ip_configurations=[
            {"name": role, "subnet": {"id": pulumi.Output.concat(cluster.id, "/subnets/default")}}
        ],
        opts=in_subscription,
    )
