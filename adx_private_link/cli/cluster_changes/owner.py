"""
Who owns a cluster resource: a PATCH lasts only if no other program writes the cluster afterwards.

Pulumi, Terraform and Bicep PUT a cluster, and a PUT sets what it leaves out to the default (azure-cli-extensions#9966,
pulumi-azure-native#2175): their next deployment would undo the change. So their programs have to change first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Owner = Literal["nobody", "pulumi", "terraform", "bicep"]
OWNERS: tuple[Owner, ...] = ("nobody", "pulumi", "terraform", "bicep")
"""The answers to the question which program deploys the cluster: a person who did it once does not undo a change."""


@dataclass(frozen=True)
class OwnerLines:
    """The lines of a change in the programs of owners, each below the cluster's resource."""

    pulumi: Sequence[str]
    """Arguments of `azure_native.kusto.Cluster` in Python."""
    terraform: Sequence[str]
    """Arguments of `azurerm_kusto_cluster`."""
    bicep: Sequence[str]
    """Properties of `Microsoft.Kusto/clusters`."""


_HEADS: Mapping[Owner, tuple[str, str]] = {
    "pulumi": ("azure_native.kusto.Cluster(\n    …", ")"),
    "terraform": ('resource "azurerm_kusto_cluster" "…" {\n    …', "}"),
    "bicep": ("resource … 'Microsoft.Kusto/clusters@2024-04-13' = {\n  properties: {\n    …", "  }\n}"),
}


def format_lines(owner: Owner, lines: OwnerLines) -> str:
    """Return the lines that an owner writes into the program of the cluster, within the cluster's resource."""
    head, end = _HEADS[owner]
    chosen = {"pulumi": lines.pulumi, "terraform": lines.terraform, "bicep": lines.bicep}[owner]
    return "\n".join([head, *(f"    {line}" for line in chosen), end])
