"""The program: the stack's settings -> facts -> topology -> components -> outputs."""

import pulumi

import adx_private_link as adx
from adx_private_link.sdk_costs import leave_out_sdk_costs
from adx_private_link.stack import load_settings, start_providers

CONFIG = "adx-private-link"


async def main() -> pulumi.Inputs:
    settings = load_settings(CONFIG)
    providers = await start_providers(settings.subscriptions)
    topology = adx.plan(settings, await adx.read_facts(settings, providers), prefix=f"{CONFIG}:")

    clusters = adx.register_clusters(topology, providers=providers)
    outputs: dict[str, pulumi.Input[object]] = {"clusters": {key: link.outputs for key, link in clusters.items()}}
    if settings.external_consumers:
        outputs["hand_overs"] = {key: link.hand_over for key, link in clusters.items() if link.hand_over}
    return outputs


leave_out_sdk_costs()
pulumi.run(main)
