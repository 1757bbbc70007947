"""Fleets as people write them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import yaml

from ..projects import write

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters"
CLIENTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/virtualNetworks/analytics-vnet"
)
OTHERS = (
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/providers/Microsoft.Network"
    "/virtualNetworks/others-vnet"
)
DNS = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/dns"
NAMES = [
    "privatelink.westus.kusto.windows.net",
    *(f"privatelink.{service}.core.windows.net" for service in ("blob", "queue", "table")),
]

FLEET = f"""\
group_by: [team]
at_most: 2
clusters:
  a: {{labels: {{team: data}}, id: {ADX}/a}}
  b: {{labels: {{team: data}}, id: {ADX}/b}}
  c: {{labels: {{team: data}}, id: {ADX}/c}}
  d: {{labels: {{team: ops}}, id: {ADX}/d}}
consumers:
  analytics:
    clusters: {{team: data}}
    subnet_id: {CLIENTS}/subnets/clients
  others:
    clusters: [d]
    subnet_id: {OTHERS}/subnets/clients
  tools:
    clusters: [a, d]
    subnet_id: {CLIENTS}/subnets/tools
    dns: elsewhere
zones:
  west:
    resource_group_id: {DNS}
    names: [{", ".join(NAMES)}]
"""
"""Three stacks, and one with their zones."""


def write_fleet(directory: Path, text: str = FLEET) -> Path:
    """Write an inventory into a project of the library's program."""
    write(directory, project="name: adx-private-link\nruntime: python\n")
    (directory / "fleet.yaml").write_text(dedent(text))
    return directory


def content(directory: Path, stack: str) -> dict[str, object]:
    """Return the configuration in a stack's file, without the namespace of the settings."""
    config = yaml.safe_load((directory / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix("adx-private-link:"): value for key, value in config.items()}
