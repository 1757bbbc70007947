"""The smallest program of your own: one cluster, and one network with private access."""

import pulumi
import pulumi_azure_native as azure_native

from adx_private_link import AdxPrivateLink

ADX = "11111111-1111-1111-1111-111111111111"
ANALYTICS = "22222222-2222-2222-2222-222222222222"

link = AdxPrivateLink(
    "myadx",
    cluster={"id": f"/subscriptions/{ADX}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/myadx"},
    consumers={
        "analytics": {
            "subnet_id": f"/subscriptions/{ANALYTICS}/resourceGroups/analytics/providers/Microsoft.Network"
            "/virtualNetworks/analytics-vnet/subnets/clients",
            "dns": {"resource_group": "analytics"},
        }
    },
    providers={id: azure_native.Provider(id, subscription_id=id) for id in (ADX, ANALYTICS)},
)

pulumi.export("clusters", {"myadx": link.outputs})
pulumi.export("alias", link.services["engine"].alias)
pulumi.export("address", link.endpoints["analytics"]["engine"].address)
