// Private access to two clusters, for one network.
import { AdxPrivateLinks } from "adx-private-link";

const adx = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters";
const analytics =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network/virtualNetworks/analytics-vnet";

const links = new AdxPrivateLinks("links", {
    clusters: {
        newadx: { id: `${adx}/newadx` }, // native
        myadx: { id: `${adx}/myadx` }, // injected in a virtual network
    },
    consumers: {
        analytics: {
            subnetId: `${analytics}/subnets/clients`,
            dns: { resourceGroup: "analytics", storageZones: "made" },
        },
    },
});

export const clusters = links.clusters;
