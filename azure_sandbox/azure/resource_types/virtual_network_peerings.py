"""Microsoft.Network/virtualNetworks/virtualNetworkPeerings: connections between two networks."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator

from ...rules import OWN_CHOICE, Rule
from ..address_prefixes import list_address_prefixes
from ..bodies import Json, linked_id, properties, read_flag, read_object, read_required_id
from ..errors import Rejection
from ..network_names import check_name
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import VIRTUAL_NETWORK_PEERINGS, VIRTUAL_NETWORKS

NO_REMOTE = Rejection(
    says="The remote network of a peering exists, in any region",
    source="Azure/azure-cli and people's failed deployments (`InvalidGlobalResourceReference`, code and text)",
    code="InvalidGlobalResourceReference",
    message="Resource {target} referenced by resource {peering} was not found. Please make sure that the referenced "
    "resource exists.",
)
SPACES_OVERLAP = Rejection(
    says="Networks whose address spaces overlap cannot be peered",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-networks-faq.md; code and text are those of "
    "`az network vnet peering create`",
    code="VnetAddressSpacesOverlap",
    message="Cannot create or update peering {peering}. Virtual networks {network} and {remote} cannot be peered "
    "because their address spaces overlap. Overlapping address prefixes: {prefixes}",
)
ANOTHER_PEERING = Rejection(
    says="A virtual network has at most one peering with another",
    source="kyma-project/cloud-manager, pkg/kcp/provider/azure/meta (code, and the text without its ids)",
    code="AnotherPeeringAlreadyReferencesRemoteVnet",
    message="Peering {other} already references remote virtual network {remote}. Cannot add another peering {peering} "
    "referencing the same remote virtual network.",
)
CONNECTED = Rule(
    says="A peering is Initiated until the remote network has a peering back; then both are Connected. A peering shows "
    "the address space of the remote network",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-network-manage-peering.md",
)
SYNC_LEVEL = Rule(
    says="A peering keeps the remote address space of its creation (`remoteAddressSpace`). After a change of that "
    "space it is LocalNotInSync and its counterpart RemoteNotInSync, until a PUT with `syncRemoteAddressSpace`; other "
    "PUTs do not synchronise",
    source="Azure/azure-powershell, src/Network/Network.Test/ScenarioTests/VirtualNetworkTests.ps1; Azure/bicep#18379. "
    f"That the parameter of the query is read from the properties is an {OWN_CHOICE}",
)
REMOTE_IS_FINAL = Rejection(
    says="The remote network of a peering cannot change",
    source="hashicorp/terraform-provider-azurerm, virtual_network_peering_resource.go (ForceNew); code and text are an "
    "own choice",
    code="ChangingRemoteVirtualNetworkNotAllowed",
    message="Peering {peering} cannot lead to another virtual network.",
)

_SWITCHES = {
    "allowVirtualNetworkAccess": True,
    "allowForwardedTraffic": False,
    "allowGatewayTransit": False,
    "useRemoteGateways": False,
    "doNotVerifyRemoteGateways": False,
    "peerCompleteVnets": True,
}
"""The switches of a peering, with their defaults."""
_SYNC_LEVELS = {
    (True, True): "FullyInSync",
    (True, False): "RemoteNotInSync",
    (False, True): "LocalNotInSync",
    (False, False): "LocalAndRemoteNotInSync",
}
"""By whether a peering, and whether its counterpart, has the current address space of its remote network."""


class VirtualNetworkPeering(ResourceType):
    type = VIRTUAL_NETWORK_PEERINGS
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        requested = properties(body)
        target = read_required_id(requested, "remoteVirtualNetwork")
        remote = arm.store.get(target)
        if remote is None or remote.type != VIRTUAL_NETWORKS.lower():
            raise NO_REMOTE(target=target, peering=id.text)
        network = arm.store.get(parent_of(id.key))
        assert network is not None
        overlaps = list(_list_overlaps(list_address_prefixes(network.body), list_address_prefixes(remote.body)))
        if overlaps:
            raise SPACES_OVERLAP(peering=id.text, network=network.id, remote=remote.id, prefixes=", ".join(overlaps))
        if old and linked_id(properties(old), "remoteVirtualNetwork") != remote.id:
            raise REMOTE_IS_FINAL(peering=id.text)
        for other in arm.store.children(network.id, self.type):
            if other.id.lower() != id.key and _leads_to(other, remote.id):
                raise ANOTHER_PEERING(peering=id.text, other=other.id, remote=remote.id)
        remote_space = properties(old)["remoteAddressSpace"] if old else None
        if remote_space is None or str(requested.get("syncRemoteAddressSpace")).lower() == "true":
            remote_space = {"addressPrefixes": list_address_prefixes(remote.body)}
        switches = {
            name: default if requested.get(name) is None else read_flag(requested, name)
            for name, default in _SWITCHES.items()
        }
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "remoteVirtualNetwork": {"id": remote.id},
                "remoteAddressSpace": remote_space,
                **switches,
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        target = str(linked_id(properties(body), "remoteVirtualNetwork"))
        remote = arm.store.get(target)
        network = arm.store.get(parent_of(id.key))
        counterparts = [
            peering
            for peering in arm.store.children(target, VIRTUAL_NETWORK_PEERINGS)
            if _leads_to(peering, parent_of(id.text))
        ]
        remote_in_sync = bool(counterparts) and all(_is_in_sync(peering.body, network) for peering in counterparts)
        computed: Json = {
            "peeringState": "Disconnected" if remote is None else "Connected" if counterparts else "Initiated",
            "peeringSyncLevel": _SYNC_LEVELS[_is_in_sync(body, remote), remote_in_sync],
            "remoteVirtualNetworkAddressSpace": {
                "addressPrefixes": list_address_prefixes(remote.body) if remote else []
            },
        }
        # The network has no etag yet while its own PUT creates the peering.
        answer = {**body, "etag": network.body.get("etag")} if network else body
        return {**answer, "properties": {**properties(answer), **computed}}

    def referenced_ids(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "remoteVirtualNetwork"))]


def put_peerings(arm: ResourceManager, network: ResourceId, peerings: list[Json]) -> None:
    """Create and update the peerings in the body of a network, and delete all others."""
    names = {peering["name"].lower() for peering in peerings}
    for old_peering in arm.store.children(network.key, VIRTUAL_NETWORK_PEERINGS):
        if old_peering.body["name"].lower() not in names:
            arm.delete(ResourceId.parse(old_peering.id))
    for peering in peerings:
        arm.put(network.child("virtualNetworkPeerings", peering["name"]), peering)


def _leads_to(peering: Stored, network: str) -> bool:
    return str(linked_id(properties(peering.body), "remoteVirtualNetwork")).lower() == network.lower()


def _is_in_sync(peering: Json, remote: Stored | None) -> bool:
    peered_prefixes = read_object(properties(peering), "remoteAddressSpace")["addressPrefixes"]
    return remote is None or peered_prefixes == list_address_prefixes(remote.body)


def _list_overlaps(prefixes: list[str], others: list[str]) -> Iterator[str]:
    for prefix in prefixes:
        if any(ipaddress.ip_network(prefix).overlaps(ipaddress.ip_network(other)) for other in others):
            yield prefix
