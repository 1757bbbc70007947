"""Microsoft.Network/virtualNetworks/virtualNetworkPeerings: networks that reach each other."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, linked_id, properties, read_flag, read_object, read_required_id
from ..errors import Refusal
from ..network_names import check_name
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..store import Stored
from ..type_names import VIRTUAL_NETWORK_PEERINGS, VIRTUAL_NETWORKS

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
ANOTHER_PEERING = Refusal(
    says="A virtual network has one peering with another one",
    source="kyma-project/cloud-manager, pkg/kcp/provider/azure/meta (code, and the text without its ids)",
    code="AnotherPeeringAlreadyReferencesRemoteVnet",
    message="Peering {other} already references remote virtual network {remote}. Cannot add another peering {peering} "
    "referencing the same remote virtual network.",
)
CONNECTED = Rule(
    says="A peering is Initiated until the other network has one back; then both are Connected. It shows the address "
    "space of the other network",
    source="MicrosoftDocs/azure-docs, articles/virtual-network/virtual-network-manage-peering.md",
)
SYNC_LEVEL = Rule(
    says="A peering keeps the remote address space that it was created with (`remoteAddressSpace`). After a change of "
    "that space it is LocalNotInSync and its counterpart RemoteNotInSync, until a PUT with `syncRemoteAddressSpace`; "
    "another PUT does not synchronise",
    source="Azure/azure-powershell, src/Network/Network.Test/ScenarioTests/VirtualNetworkTests.ps1; Azure/bicep#18379. "
    f"That the parameter of the query is read from the properties is an {OWN_CHOICE}",
)
REMOTE_IS_FINAL = Refusal(
    says="A peering keeps the network that it leads to",
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
"""What a peering allows unless it says otherwise."""
_SYNC_LEVELS = {
    (True, True): "FullyInSync",
    (True, False): "RemoteNotInSync",
    (False, True): "LocalNotInSync",
    (False, False): "LocalAndRemoteNotInSync",
}
"""By whether a peering and its counterpart have the address spaces that the networks have now."""


class VirtualNetworkPeering(ResourceType):
    type = VIRTUAL_NETWORK_PEERINGS
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        given = properties(body)
        target = read_required_id(given, "remoteVirtualNetwork")
        remote = arm.store.get(target)
        if remote is None or remote.type != VIRTUAL_NETWORKS.lower():
            raise NO_REMOTE(target=target, peering=id.text)
        network = arm.store.get(id.key.rsplit("/", 2)[0])
        assert network is not None
        if common := list(_overlapping(_space(network), _space(remote))):
            raise SPACES_OVERLAP(peering=id.text, network=network.id, remote=remote.id, prefixes=", ".join(common))
        if old and linked_id(properties(old), "remoteVirtualNetwork") != remote.id:
            raise REMOTE_IS_FINAL(peering=id.text)
        for other in arm.store.children(network.id, self.type):
            if other.id.lower() != id.key and _leads_to(other, remote.id):
                raise ANOTHER_PEERING(peering=id.text, other=other.id, remote=remote.id)
        peered = properties(old)["remoteAddressSpace"] if old else None
        if peered is None or str(given.get("syncRemoteAddressSpace")).lower() == "true":
            peered = {"addressPrefixes": _space(remote)}
        switches = {
            name: read_flag(given, name) if given.get(name) is not None else off for name, off in _SWITCHES.items()
        }
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                "remoteVirtualNetwork": {"id": remote.id},
                "remoteAddressSpace": peered,
                **switches,
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        target = str(linked_id(properties(body), "remoteVirtualNetwork"))
        remote = arm.store.get(target)
        network = arm.store.get(id.key.rsplit("/", 2)[0])
        back = [
            each
            for each in arm.store.children(target, VIRTUAL_NETWORK_PEERINGS)
            if _leads_to(each, id.text.rsplit("/", 2)[0])
        ]
        remote_in_sync = bool(back) and all(_is_in_sync(each.body, network) for each in back)
        computed: Json = {
            "peeringState": "Disconnected" if remote is None else "Connected" if back else "Initiated",
            "peeringSyncLevel": _SYNC_LEVELS[_is_in_sync(body, remote), remote_in_sync],
            "remoteVirtualNetworkAddressSpace": {"addressPrefixes": _space(remote) if remote else []},
        }
        # A network that is just being made has no etag yet.
        shown = {**body, "etag": network.body.get("etag")} if network else body
        return {**shown, "properties": {**properties(shown), **computed}}

    def referenced_ids(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "remoteVirtualNetwork"))]


def put_peerings(arm: ResourceManager, network: ResourceId, wanted: list[Json]) -> None:
    """The peerings of a network are those that its own body lists."""
    names = {each["name"].lower() for each in wanted}
    for peering in arm.store.children(network.key, VIRTUAL_NETWORK_PEERINGS):
        if peering.body["name"].lower() not in names:
            arm.delete(ResourceId.parse(peering.id))
    for peering in wanted:
        arm.put(network.child("virtualNetworkPeerings", peering["name"]), peering)


def _leads_to(peering: Stored, network: str) -> bool:
    return str(linked_id(properties(peering.body), "remoteVirtualNetwork")).lower() == network.lower()


def _space(network: Stored) -> list[str]:
    return read_object(properties(network.body), "addressSpace")["addressPrefixes"]


def _is_in_sync(peering: Json, remote: Stored | None) -> bool:
    return remote is None or read_object(properties(peering), "remoteAddressSpace")["addressPrefixes"] == _space(remote)


def _overlapping(space: list[str], others: list[str]) -> Iterator[str]:
    for each in space:
        if any(ipaddress.ip_network(each).overlaps(ipaddress.ip_network(other)) for other in others):
            yield each
