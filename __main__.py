"""The program: the stack's settings -> facts -> topology -> components -> outputs."""

import pulumi

from adx_private_link import AdxPrivateLink, KustoPrivateDnsZone, plan, read_facts
from adx_private_link.stack import load_settings, make_providers

CONFIG = "adx-private-link"


async def main() -> pulumi.Inputs:
    settings = load_settings(CONFIG)
    providers = make_providers(settings.subscriptions)
    facts = await read_facts(settings, providers)
    planned = plan(settings, facts, prefix=f"{CONFIG}:")

    zones = {key: KustoPrivateDnsZone(node, providers=providers) for key, node in planned.zones.items()}
    clusters = {
        key: AdxPrivateLink(
            key,
            settings.cluster(key),
            settings.consumers_of(key),
            settings.external_consumers_of(key),
            facts=facts,
            zones=zones,
            providers=providers,
        )
        for key in planned.clusters
    }
    for key, zone in zones.items():
        zone.link_after([record for cluster in clusters.values() for record in cluster.records_in(key)])

    outputs: dict[str, pulumi.Input[object]] = {"clusters": {key: each.outputs for key, each in clusters.items()}}
    if settings.external_consumers:
        outputs["hand_overs"] = {key: each.hand_over for key, each in clusters.items() if each.hand_over}
    return outputs


pulumi.run(main)
