"""The program: the stack's settings -> facts -> topology -> components -> outputs."""

import pulumi
import pulumi_azure_native as azure_native

from adx_private_link import AdxPrivateLink, KustoPrivateDnsZone, read_facts, topology
from adx_private_link.stack import load_settings

CONFIG = "adx-private-link"


async def main() -> pulumi.Inputs:
    settings = load_settings(CONFIG)
    # Named by its subscription for good: a provider that moved to another one would preview as a mere update.
    providers = {
        subscription: azure_native.Provider(subscription, subscription_id=subscription)
        for subscription in settings.subscriptions
    }
    facts = await read_facts(settings, providers)
    planned = topology(settings, facts, prefix=f"{CONFIG}:")

    zones = {key: KustoPrivateDnsZone(node, providers=providers) for key, node in planned.zones.items()}
    clusters = {
        key: AdxPrivateLink(
            key, settings.clusters[key], settings.consumers_of(key), facts=facts, zones=zones, providers=providers
        )
        for key in planned.clusters
    }
    for key, zone in zones.items():
        zone.link_after([record for cluster in clusters.values() for record in cluster.records_in(key)])
    return {"clusters": {key: cluster.outputs for key, cluster in clusters.items()}}


pulumi.run(main)
