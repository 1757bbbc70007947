"""Microsoft.Network/privateDnsZones/virtualNetworkLinks: networks, registration, and resolution policies."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, linked_id, properties, read_flag, read_required_id
from ..errors import AzureError, Rejection
from ..private_dns_type import PrivateDnsType, check_global, failed_operation
from ..references import parse_ids
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..type_names import VIRTUAL_NETWORK_LINKS, VIRTUAL_NETWORKS

_RECORDED = "Azure/azure-cli, command_modules/privatedns/tests/latest/recordings"
_LIMITS = "MicrosoftDocs/azure-docs, includes/private-dns-limits.md"
_SESSIONS = "Azure/azure-powershell, src/PrivateDns/PrivateDns.Test/SessionRecords"

MAX_LINKS = 1_000
MAX_REGISTRATION_LINKS = 100
MAX_ZONES_OF_A_NETWORK = 1_000

LINK_NAME = Rejection(
    says="A link's name has 1 to 80 letters, digits, `_`, `.` and `-`, begins with a letter or digit, and does not end "
    "with `.` or `-`",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; code and text "
    "are an own choice",
    code="BadRequest",
    message="The virtual network link name '{link}' is not valid.",
)
TOO_MANY_LINKS = Rejection(
    says="A zone has at most 1,000 links, 100 of them with registration",
    source=f"{_LIMITS}; code and text are an own choice",
    code="BadRequest",
    message="The private DNS zone '{zone}' has {limit} virtual network links already, as many as it can have.",
)
TOO_MANY_ZONES = Rejection(
    says="A network is linked to at most 1,000 zones",
    source=f"{_LIMITS}; code and text are an own choice",
    code="BadRequest",
    message="Virtual network '{network}' has {limit} private DNS zones already, as many as it can have.",
)
OVERLAPPING = Rejection(
    says="A network is linked to at most one zone of a name",
    source="microsoft-foundry/foundry-samples#214; MicrosoftDocs/azure-aks-docs#212 (whether parent and child zones "
    "overlap is not settled: here they do not)",
    code="BadRequest",
    message="A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link "
    "virtual "
    "network with '{zone}' and '{other}' zones.",
)
ONE_REGISTRATION = Rejection(
    says="A network registers its machines in at most one zone",
    source="MicrosoftDocs/azure-docs, articles/dns/private-dns-autoregistration.md",
    status=409,
    code="Conflict",
    message="A virtual network can only be linked to 1 Private DNS zone(s) with auto-registration enabled; conflicting "
    "Private DNS zone is '{other}'.",
)
NO_REGISTRATION_SETTING = Rejection(
    says="A link sets `registrationEnabled`, which has no default",
    source="Azure/terraform-provider-azapi#649; Azure/azure-rest-api-specs#31176",
    wrapped=False,
    code="BadRequest",
    message="The specified virtual network link registration setting is invalid.",
)
NO_NETWORK = Rejection(
    says="A link refers to a network that exists",
    source="Azure/azure-cli#23351; that the usual `error` is missing around code and text, as in other answers about "
    f"links, is an {OWN_CHOICE}",
    wrapped=False,
    code="BadRequest",
    message="Virtual network resource not found for '{network}'",
)
NOT_A_NETWORK = Rejection(
    says="A link refers to a virtual network",
    source=OWN_CHOICE,
    code="BadRequest",
    message="'{id}' is not a virtual network.",
)
NETWORK_CHANGED = Rejection(
    says="The network of a link cannot be changed",
    source="hashicorp/terraform-provider-azurerm, private_dns_zone_virtual_network_link (ForceNew); code and text "
    "are an "
    "own choice",
    code="BadRequest",
    message="The virtual network of link '{link}' cannot be changed.",
)
POLICY_NOT_ALLOWED = Rejection(
    says="A link has a resolution policy, even `Default`, only in a privatelink zone: a zone with the label "
    "`privatelink`",
    source=f"Azure/Azure-Landing-Zones#4088; {_SESSIONS}, TestCreateLinkWithNoPolicy (the zone "
    "`ps3735.privatelink.test`); the text is an own choice",
    code="BadRequest",
    message="Resolution policy '{policy}' is not supported for '{zone}', which is no privatelink zone.",
)
LINK_EXISTS = Rejection(
    says="A PUT of a link that must not exist (`If-None-Match: *`) is accepted and fails afterwards if it exists",
    source=_RECORDED,
    status=200,
    code="PreconditionFailed",
    message="The Virtual Network link {link} for the Private DNS zone {zone} exists already and hence cannot be "
    "created "
    "again.",
)
LINK_CHANGED = Rejection(
    says="A PUT or DELETE of a link that has changed meanwhile (`If-Match`) is accepted and fails afterwards",
    source=f"{_RECORDED}/test_PatchLink_LinkExistsIfMatchFailure_ExpectError.yaml",
    status=200,
    code="PreconditionFailed",
    message="The Virtual Network link '{link}' for the Private DNS zone '{zone}' has been modified (etag mismatch).",
)
REGISTRATION_TAKES_TIME = Rule(
    says="A link that registers machines is `InProgress` in the answer to its PUT and `Completed` afterwards; any "
    "other link is `Completed` at once",
    source=f"{_RECORDED}; kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatednszonegroupclient/testdata (a "
    f"GET soon after); when it completes is an {OWN_CHOICE}",
)
LINK_OUTLIVES = Rule(
    says="A link outlives its network, and the zone still cannot be deleted",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link; Azure/azure-cli#15010 (it may also be "
    "invisible)",
)

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?")
_POLICIES = ("Default", "NxDomainRedirect")


class VirtualNetworkLink(PrivateDnsType):
    type = VIRTUAL_NETWORK_LINKS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_global(self.type, body)
        if not _NAME.fullmatch(id.name):
            raise LINK_NAME(link=id.name)
        requested = properties(body)
        target = read_required_id(requested, "virtualNetwork")
        if requested.get("registrationEnabled") is None:
            raise NO_REGISTRATION_SETTING()
        registers = read_flag(requested, "registrationEnabled")
        network = arm.store.get(target)
        if network is None:
            raise NO_NETWORK(network=target)
        if network.body["type"] != VIRTUAL_NETWORKS:
            raise NOT_A_NETWORK(id=target)
        if old and str(linked_id(properties(old), "virtualNetwork")).lower() != target.lower():
            raise NETWORK_CHANGED(link=id.name)
        self._check_other_links(arm, id, target, registers=registers)
        self._check_limits(arm, id, registers=registers)
        if registers and not (old and properties(old)["registrationEnabled"]):
            # Only the answer to this PUT shows that the registration is in progress.
            arm.store.hide(_registration_key(id), 1)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "registrationEnabled": registers,
                **_read_resolution_policy(id.names[0], requested.get("resolutionPolicy")),
                "virtualNetwork": {"id": target},
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        state = "InProgress" if arm.store.is_hidden(_registration_key(id)) else "Completed"
        return {**body, "properties": {**properties(body), "virtualNetworkLinkState": state}}

    @staticmethod
    def _check_other_links(arm: ResourceManager, id: ResourceId, network: str, *, registers: bool) -> None:
        links = arm.store.referrers(network, VIRTUAL_NETWORK_LINKS)
        if sum(link.id.lower() != id.key for link in links) >= MAX_ZONES_OF_A_NETWORK:
            raise TOO_MANY_ZONES(network=network, limit=MAX_ZONES_OF_A_NETWORK)
        for other in links:
            other_zone = ResourceId.parse(other.id).names[0]
            if other.id.lower() == id.key:
                continue
            if other_zone.lower() == id.names[0].lower():
                raise OVERLAPPING(zone=id.names[0], other=other_zone)
            if registers and properties(other.body)["registrationEnabled"]:
                raise ONE_REGISTRATION(other=other_zone)

    @staticmethod
    def _check_limits(arm: ResourceManager, id: ResourceId, *, registers: bool) -> None:
        assert id.parent is not None
        links = arm.store.children(id.parent.key, VIRTUAL_NETWORK_LINKS)
        others = [link for link in links if link.id.lower() != id.key]
        registering = [link for link in others if properties(link.body)["registrationEnabled"]]
        if len(others) >= MAX_LINKS:
            raise TOO_MANY_LINKS(zone=id.names[0], limit=MAX_LINKS)
        if registers and len(registering) >= MAX_REGISTRATION_LINKS:
            raise TOO_MANY_LINKS(zone=id.names[0], limit=MAX_REGISTRATION_LINKS)

    def referenced_ids(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "virtualNetwork"))]

    def linked_actions(self, id: ResourceId, body: Json) -> Iterable[tuple[str, str]]:
        networks = parse_ids([linked_id(properties(body), "virtualNetwork")])
        return [("Microsoft.Network/virtualNetworks/join/action", network) for network in networks]

    def new_etag(self) -> str:
        return f'"{uuid.uuid4()}"'

    def exists_error(self, id: ResourceId) -> AzureError:
        return failed_operation(LINK_EXISTS(link=id.name, zone=id.names[0]))

    def changed_error(self, id: ResourceId, requested: str, etag: str) -> AzureError:
        return failed_operation(LINK_CHANGED(link=id.name, zone=id.names[0]))


def _registration_key(link: ResourceId) -> str:
    return f"registration of {link.key}"


def _read_resolution_policy(zone: str, policy: object) -> Json:
    """The property with a link's resolution policy; empty outside privatelink zones."""
    if "privatelink" in zone.lower().split("."):
        if policy not in (None, *_POLICIES):
            raise CANNOT_PARSE()
        return {"resolutionPolicy": policy or "Default"}
    if policy is not None:
        raise POLICY_NOT_ALLOWED(policy=policy, zone=zone)
    return {}
