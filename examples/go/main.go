// Private access to a native cluster, in Go.
package main

import (
	adx "adx-private-link/sdks/go/adxprivatelink"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		made := adx.StorageZonesMADE
		links, err := adx.NewAdxPrivateLinks(ctx, "links", &adx.AdxPrivateLinksArgs{
			Clusters: map[string]adx.ClusterSettingsArgs{
				"newadx": {
					Id: pulumi.StringRef("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/newadx"),
				},
			},
			Consumers: map[string]adx.ConsumerSettingsArgs{
				"analytics": {
					SubnetId: "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network/virtualNetworks/analytics-vnet/subnets/clients",
					Dns: &adx.DnsSettingsArgs{
						ResourceGroup: pulumi.StringRef("analytics"),
						StorageZones:  &made,
					},
				},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("clusters", links.Clusters)
		return nil
	})
}
