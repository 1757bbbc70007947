"""The peerings of a virtual network: what they may lead to."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from .errors import Refusal
from .ids import ResourceId
from .resource_type import Scope, properties, required_link, section
from .store import Json
from .type_names import VIRTUAL_NETWORKS

NO_REMOTE = Refusal(
    says="A peering leads to a virtual network that exists, in whatever region",
    source="Azure/azure-cli and people's failed deployments (`InvalidGlobalResourceReference`, code and text)",
    code="InvalidGlobalResourceReference",
    message="Resource {target} referenced by resource {peering} was not found. Please make sure that the referenced "
    "resource exists.",
)
SPACES_OVERLAP = Refusal(
    says="Networks whose address spaces overlap cannot be peered",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; code and text are those of "
    "`az network vnet peering create`",
    code="VnetAddressSpacesOverlap",
    message="Cannot create or update peering {peering}. Virtual networks {network} and {remote} cannot be peered "
    "because their address spaces overlap. Overlapping address prefixes: {prefixes}",
)


def check(scope: Scope, id: ResourceId, space: list[str], peering: Json) -> None:
    """Refuses a peering of a network with this address space."""
    shown = f"{id.text}/virtualNetworkPeerings/{peering['name']}"
    target = required_link(properties(peering), "remoteVirtualNetwork")
    remote = scope.store.get(target)
    if remote is None or remote.type != VIRTUAL_NETWORKS.lower():
        raise NO_REMOTE(target=target, peering=shown)
    others: list[str] = section(properties(remote.body), "addressSpace")["addressPrefixes"]
    if common := list(_overlapping(space, others)):
        raise SPACES_OVERLAP(peering=shown, network=id.text, remote=remote.id, prefixes=", ".join(common))


def _overlapping(space: list[str], others: list[str]) -> Iterator[str]:
    for each in space:
        if any(ipaddress.ip_network(each).overlaps(ipaddress.ip_network(other)) for other in others):
            yield each
