"""The phases in the life of a stack with a cluster of each kind and two consumers, and the world that it begins in."""

from __future__ import annotations

from pathlib import Path

import yaml

from adx_private_link.azure_actions import IDENTITIES
from adx_private_link.resource_ids import PublicAddressId, SubnetId
from adx_private_link.rights.records import ClusterNetwork
from adx_private_link.settings import ROLES, ClusterKind
from azure_sandbox.azure import Json, ResourceId
from tests.stack.least_rights import assignments, printed_roles
from tests.stack.sources import LAKE, NEW_LAKE
from tests.stack.worlds import BOTH_KINDS, CLUSTER_ONE, both_kinds

PHASES = ("up", "rights", "change", "migrate", "roll-back", "lock-down", "open", "destroy")
"""
A first deployment, the check of rights, an update with updates and replacements that also prepares the injected cluster
for its move, the move and the way back, the native cluster closed to the public and opened, and the end.
"""

COMMANDS = {
    "rights": ("rights", "--check"),
    "migrate": ("migrate", "one", "--bridge", "--resume", "--owner", "nobody", "--yes"),
    "roll-back": ("roll-back", "one", "--bridge", "--resume", "--owner", "nobody", "--yes"),
    "lock-down": ("lock-down", "two", "--proof", "red.json", "--proof", "blue.json", "--owner", "nobody", "--yes"),
    "open": ("lock-down", "two", "--open", "--yes"),
}
"""The phases that are commands of this library."""


_NETWORKS = f"{ResourceId.parse(CLUSTER_ONE).group.text}/providers/Microsoft.Network"


def settings_in(phase: str) -> Json:
    """The settings of a phase."""
    return _first_settings() if phase in ("up", "rights") else _changed_settings()


def _first_settings() -> Json:
    """The settings of the first deployment: `one` is injected, and `two` is native and reads from a storage account."""
    settings = both_kinds()
    settings["clusters"] = {"one": settings["clusters"]["old"], "two": settings["clusters"]["new"]}
    settings["clusters"]["two"]["managed_endpoints"] = {"lake": {"target": LAKE, "group": "blob"}}
    settings["consumers"]["red"]["dns"]["ttl"] = settings["consumers"]["blue"]["dns"]["ttl"] = 2
    return settings


def _changed_settings() -> Json:
    """
    The settings of the update: a new frontend replaces a service and its endpoints, a new interface an endpoint of the
    native cluster with its zone group, and a new storage account a managed private endpoint. Tags and a TTL are
    updated. The native cluster is to be closed.
    """
    settings = _first_settings()
    settings["clusters"]["one"] |= {"services": {"engine": {"frontend": "spare"}}, "targets": "both"}
    settings["clusters"]["two"] |= {
        "managed_endpoints": {"lake": {"target": NEW_LAKE, "group": "blob"}},
        "trusted_tenants": "own",
        "outbound": {"fqdns": ["a.example"]},
        "public_access": "closed",
    }
    settings["consumers"]["blue"]["dns"]["ttl"] = 1
    settings["consumers"]["blue"]["endpoints"] = {"two": {"cluster": {"interface_name": "nic-two"}}}
    settings["consumers"]["red"]["tags"] = {"owner": "data"}
    return settings


def write_world(file: Path) -> None:
    """
    Write the world of the scene: the clusters, the storage accounts, and the rights of the printed roles alone.

    With nothing but these rights, every command also recovers from every trouble.
    """
    content: Json = yaml.safe_load(BOTH_KINDS.read_text())
    content["resources"] += [
        {"id": ResourceId.parse(LAKE).group.text, "location": "westus"},
        *(
            {"id": id, "location": "westus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
            for id in (LAKE, NEW_LAKE)
        ),
    ]
    # Connections wait for their approval, whatever the caller's rights are (MicrosoftDocs/azure-docs#111201).
    content["switches"] = {"approval-by-rights": "waits"}
    content["rights"] = _least_rights()
    file.write_text(yaml.safe_dump(content, sort_keys=False))


def _least_rights() -> list[Json]:
    addresses = [PublicAddressId.parse(f"{_NETWORKS}/publicIPAddresses/one-{role}") for role in ROLES]
    networks = {
        "one": ClusterNetwork(SubnetId.parse(f"{_NETWORKS}/virtualNetworks/vnet/subnets/adx"), tuple(addresses))
    }
    kinds: dict[str, ClusterKind] = {"one": "injected", "two": "native"}
    rights: list[Json] = []
    for settings in (_first_settings(), _changed_settings()):
        rights += assignments(printed_roles(settings, kinds, networks), IDENTITIES)
    return rights
