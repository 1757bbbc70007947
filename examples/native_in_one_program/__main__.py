"""A program that creates a native cluster, and private access to it, in one `pulumi up`."""

import pulumi
import pulumi_azure_native as azure_native

from adx_private_link import AdxPrivateLink

ADX = "11111111-1111-1111-1111-111111111111"
ANALYTICS = "22222222-2222-2222-2222-222222222222"
NAME, LOCATION = "freshadx", "westus"

providers = {id: azure_native.Provider(id, subscription_id=id) for id in (ADX, ANALYTICS)}

cluster = azure_native.kusto.Cluster(
    NAME,
    cluster_name=NAME,
    resource_group_name="adx",
    location=LOCATION,
    sku={"name": "Standard_E8ads_v5", "tier": "Standard", "capacity": 2},
    opts=pulumi.ResourceOptions(provider=providers[ADX]),
)

host = f"{NAME}.{LOCATION}.kusto.windows.net"
link = AdxPrivateLink(
    NAME,
    # The names follow from the cluster's name and region, so that the plan is complete before the cluster exists.
    cluster={
        "id": f"/subscriptions/{ADX}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/{NAME}",
        "described": {"location": LOCATION, "hosts": {"engine": host, "ingestion": f"ingest-{host}"}},
    },
    cluster_id=cluster.id,
    consumers={
        "analytics": {
            "subnet_id": f"/subscriptions/{ANALYTICS}/resourceGroups/analytics/providers/Microsoft.Network"
            "/virtualNetworks/analytics-vnet/subnets/clients",
            "dns": {"resource_group": "analytics", "storage_zones": "made"},
        }
    },
    providers=providers,
)

pulumi.export("clusters", {NAME: link.outputs})
pulumi.export("hosts", link.endpoints["analytics"]["cluster"].hosts)
