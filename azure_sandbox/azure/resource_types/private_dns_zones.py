"""Microsoft.Network/privateDnsZones: zones and their virtual network links."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterable

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, flag, linked_id, properties, required_link
from ..errors import AzureError, OperationFailed, Refusal
from ..references import ids_among
from ..resource_ids import ResourceId
from ..resource_type import Scope
from ..store import Json
from .record_sets import KINDS, MAX_RECORD_SETS, SOA, ZONES, PrivateDnsType, zone_start
from .virtual_networks import VirtualNetwork

LINKS = f"{ZONES}/virtualNetworkLinks"

_RECORDED = "Azure/azure-cli, command_modules/privatedns/tests/latest/recordings"
_LIMITS = "MicrosoftDocs/azure-docs, includes/private-dns-limits.md"
_SESSIONS = "Azure/azure-powershell, src/PrivateDns/PrivateDns.Test/SessionRecords"
_ZONES_PAGE = "MicrosoftDocs/azure-docs, articles/dns/private-dns-privatednszone.md"
MAX_ZONES = 1_000
MAX_LINKS = 1_000
MAX_REGISTRATION_LINKS = 100
MAX_ZONES_OF_A_NETWORK = 1_000

GLOBAL_ONLY = Refusal(
    says="Zones and links lie in the location `global`",
    source=f"{_RECORDED}; pulumi-azure-native gives them the stack's region unless the program says otherwise",
    code="LocationNotAvailableForResourceType",
    message="The provided location '{location}' is not available for resource type '{type}'. List of available regions "
    "for the resource type is 'global'.",
)
NOT_ENOUGH_LABELS = Refusal(
    says="A zone's name has at least two labels",
    source="crossplane-contrib/provider-upjet-azure#19",
    code="BadRequest",
    message="The zone name '{zone}' does not have enough labels. Zone names must have two or more labels.",
)
ZONE_NAME = Refusal(
    says="A zone's name has at most 34 labels, each of up to 63 letters, digits, `-` and `_`",
    source=f"{_ZONES_PAGE}, articles/azure-resource-manager/management/resource-name-rules.md; the text is an own "
    "choice",
    code="BadRequest",
    message="The zone name '{zone}' is not valid: it must have at most 34 labels, each of 1 to 63 letters, digits, "
    "hyphens or underscores.",
)
LINK_NAME = Refusal(
    says="A link's name has 1 to 80 letters, digits, `_`, `.` and `-`, a letter or digit first and no `.` or `-` last",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; code and text "
    "are an own choice",
    code="BadRequest",
    message="The virtual network link name '{link}' is not valid.",
)
RESERVED_ZONE = Refusal(
    says="Azure's own domains are no private zones; domains below them may be",
    source=f"{_ZONES_PAGE} (the list); MicrosoftDocs/azure-docs#102958 (`azure-api.net`, and the text)",
    code="BadRequest",
    message="The Private DNS zone name '{zone}' is not permitted as it is a reserved Azure infrastucture domain and "
    "creating such zones may have unintended consequences for DNS resolution for services deployed in your virtual "
    "networks. Refer https://docs.microsoft.com/en-us/azure/dns/private-dns-privatednszone#restrictions for more "
    "details.",
)
TOO_MANY_ZONES = Refusal(
    says="A subscription has at most 1,000 zones, and a network is linked to at most 1,000",
    source=f"{_LIMITS}; code and text are an own choice",
    code="BadRequest",
    message="{holder} has {limit} private DNS zones already, as many as it can have.",
)
NESTED_RESOURCES = Refusal(
    says="A zone with virtual network links cannot be deleted; its record sets go with it",
    source=_RECORDED,
    status=409,
    code="CannotDeleteResource",
    message="Cannot delete resource while nested resources exist. Some existing nested resource IDs include: {nested}. "
    "Please delete all nested resources before deleting this resource.",
)
TOO_MANY_LINKS = Refusal(
    says="A zone has at most 1,000 links, 100 of them with registration",
    source=f"{_LIMITS}; code and text are an own choice",
    code="BadRequest",
    message="The private DNS zone '{zone}' has {limit} virtual network links already, as many as it can have.",
)
OVERLAPPING = Refusal(
    says="A network is linked to one zone of a name only",
    source="microsoft-foundry/foundry-samples#214; MicrosoftDocs/azure-aks-docs#212 (whether parent and child zones "
    "overlap is not settled: here they do not)",
    code="BadRequest",
    message="A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link "
    "virtual "
    "network with '{zone}' and '{other}' zones.",
)
ONE_REGISTRATION = Refusal(
    says="A network registers its machines in one zone only",
    source="MicrosoftDocs/azure-docs, articles/dns/private-dns-autoregistration.md",
    status=409,
    code="Conflict",
    message="A virtual network can only be linked to 1 Private DNS zone(s) with auto-registration enabled; conflicting "
    "Private DNS zone is '{other}'.",
)
NO_REGISTRATION_SETTING = Refusal(
    says="A link says whether machines are registered (`registrationEnabled`): there is no default",
    source="Azure/terraform-provider-azapi#649; Azure/azure-rest-api-specs#31176",
    wrapped=False,
    code="BadRequest",
    message="The specified virtual network link registration setting is invalid.",
)
NO_NETWORK = Refusal(
    says="The network of a link must exist",
    source="Azure/azure-cli#23351; that the usual `error` is missing around code and text, as in other answers about "
    f"links, is an {OWN_CHOICE}",
    wrapped=False,
    code="BadRequest",
    message="Virtual network resource not found for '{network}'",
)
NOT_A_NETWORK = Refusal(
    says="A link leads to a virtual network",
    source=OWN_CHOICE,
    code="BadRequest",
    message="'{id}' is not a virtual network.",
)
NETWORK_CHANGED = Refusal(
    says="The network of a link cannot be changed",
    source="hashicorp/terraform-provider-azurerm, private_dns_zone_virtual_network_link (ForceNew); code and text "
    "are an "
    "own choice",
    code="BadRequest",
    message="The virtual network of link '{link}' cannot be changed.",
)
POLICY_NOT_ALLOWED = Refusal(
    says="A link has a resolution policy, be it `Default`, in privatelink zones only: those with the label "
    "`privatelink`",
    source=f"Azure/Azure-Landing-Zones#4088; {_SESSIONS}, TestCreateLinkWithNoPolicy (the zone "
    "`ps3735.privatelink.test`); the text is an own choice",
    code="BadRequest",
    message="Resolution policy '{policy}' is not supported for '{zone}', which is no privatelink zone.",
)
ZONE_EXISTS = Refusal(
    says="A zone that must not exist (`If-None-Match: *`) is accepted, and fails afterwards",
    source=_RECORDED,
    status=200,
    code="PreconditionFailed",
    message="The Zone {zone} exists already and hence cannot be created again.",
)
LINK_EXISTS = Refusal(
    says="The same of a link",
    source=_RECORDED,
    status=200,
    code="PreconditionFailed",
    message="The Virtual Network link {link} for the Private DNS zone {zone} exists already and hence cannot be "
    "created "
    "again.",
)
ZONE_CHANGED = Refusal(
    says="A zone that was changed meanwhile (`If-Match`) is not overwritten or deleted: accepted, and fails afterwards",
    source=f"{_RECORDED}/test_PatchZone_ZoneExistsIfMatchFailure_ExpectError.yaml; {_SESSIONS}, "
    "TestZoneRemoveEtagMismatch",
    status=200,
    code="PreconditionFailed",
    message="The Zone {zone} has been modified (etag mismatch).",
)
LINK_CHANGED = Refusal(
    says="The same of a link",
    source=f"{_RECORDED}/test_PatchLink_LinkExistsIfMatchFailure_ExpectError.yaml",
    status=200,
    code="PreconditionFailed",
    message="The Virtual Network link '{link}' for the Private DNS zone '{zone}' has been modified (etag mismatch).",
)
ZONE_SHAPE = Rule(
    says="A zone's etag is a bare guid, a link's is quoted; a zone counts its record sets, its SOA record first",
    source=_RECORDED,
)

REGISTRATION_TAKES_TIME = Rule(
    says="A link that registers machines is `InProgress` in the answer to its PUT, and `Completed` afterwards; any "
    "other link is `Completed` at once",
    source=f"{_RECORDED}; kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatednszonegroupclient/testdata (a "
    f"GET soon after); when it completes is an {OWN_CHOICE}",
)
INTERNAL_ID = Rule(
    says="A zone has an `internalId` that stays: Base64 of `ImmutableZoneIdentity;<guid>;0`",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatezoneclient/testdata",
)
LINK_OUTLIVES = Rule(
    says="A link outlives its network, and keeps its zone from being deleted still",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link; Azure/azure-cli#15010 (there it may be "
    "invisible besides)",
)

_LINK = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?")
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_RESERVED = frozenset(
    {
        "azclient.ms",
        "azure-api.net",
        "azure.com",
        "cloudapp.net",
        "core.windows.net",
        "microsoft.com",
        "msidentity.com",
        "trafficmanager.net",
        "windows.net",
    }
)
_POLICIES = ("Default", "NxDomainRedirect")


class _Global(PrivateDnsType):
    """Private DNS has no region: its resources are `global`."""

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if body["location"] != "global":
            raise GLOBAL_ONLY(location=body["location"], type=self.type)
        return {}


class PrivateZone(_Global):
    type = ZONES

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        super().put(scope, id, body, old)
        _check_zone_name(id.name)
        if old is None:
            within = f"/subscriptions/{id.subscription}/".lower()
            if sum(each.id.lower().startswith(within) for each in scope.store.of_type(ZONES)) >= MAX_ZONES:
                raise TOO_MANY_ZONES(holder=f"Subscription '{id.subscription}'", limit=MAX_ZONES)
            soa = id.child("SOA", "@")
            scope.store.put(soa.text, SOA, zone_start(soa), ())
        return {
            "properties": {
                "internalId": (old and properties(old).get("internalId")) or _internal_id(),
                "maxNumberOfRecordSets": MAX_RECORD_SETS,
                "maxNumberOfVirtualNetworkLinks": MAX_LINKS,
                "maxNumberOfVirtualNetworkLinksWithRegistration": MAX_REGISTRATION_LINKS,
                "provisioningState": "Succeeded",
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        links = scope.store.children(id.key, LINKS)
        counts = {
            "numberOfRecordSets": sum(len(scope.store.children(id.key, each)) for each in KINDS),
            "numberOfVirtualNetworkLinks": len(links),
            "numberOfVirtualNetworkLinksWithRegistration": sum(
                properties(each.body)["registrationEnabled"] for each in links
            ),
        }
        return {**body, "properties": {**properties(body), **counts}}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        if links := scope.store.children(id.key, LINKS):
            names = ", ".join(f"'{ZONES}/{id.name}/virtualNetworkLinks/{each.body['name']}'" for each in links)
            raise NESTED_RESOURCES(nested=names)
        for kind in KINDS:
            for record in scope.store.children(id.key, kind):
                scope.store.delete(record.id)

    def etag(self) -> str:
        return str(uuid.uuid4())

    def exists_already(self, id: ResourceId) -> AzureError:
        return _afterwards(ZONE_EXISTS(zone=id.name))

    def changed_meanwhile(self, id: ResourceId, given: str, etag: str) -> AzureError:
        return _afterwards(ZONE_CHANGED(zone=id.name))


class VirtualNetworkLink(_Global):
    type = LINKS

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        super().put(scope, id, body, old)
        if not _LINK.fullmatch(id.name):
            raise LINK_NAME(link=id.name)
        given = properties(body)
        network = required_link(given, "virtualNetwork")
        if given.get("registrationEnabled") is None:
            raise NO_REGISTRATION_SETTING()
        registers = flag(given, "registrationEnabled")
        target = scope.store.get(network)
        if target is None:
            raise NO_NETWORK(network=network)
        if target.body["type"] != VirtualNetwork.type:
            raise NOT_A_NETWORK(id=network)
        if old and str(linked_id(properties(old), "virtualNetwork")).lower() != network.lower():
            raise NETWORK_CHANGED(link=id.name)
        self._check_other_links(scope, id, network, registers=registers)
        self._check_limits(scope, id, registers=registers)
        if registers and not (old and properties(old)["registrationEnabled"]):
            # The answer to this PUT is the one look at it.
            scope.store.lag(_registration(id), 1)
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "registrationEnabled": registers,
                **_resolution_policy(id.names[0], given.get("resolutionPolicy")),
                "virtualNetwork": {"id": network},
            }
        }

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        state = "InProgress" if scope.store.lags(_registration(id)) else "Completed"
        return {**body, "properties": {**properties(body), "virtualNetworkLinkState": state}}

    @staticmethod
    def _check_other_links(scope: Scope, id: ResourceId, network: str, *, registers: bool) -> None:
        linked = scope.store.referrers(network, LINKS)
        if sum(each.id.lower() != id.key for each in linked) >= MAX_ZONES_OF_A_NETWORK:
            raise TOO_MANY_ZONES(holder=f"Virtual network '{network}'", limit=MAX_ZONES_OF_A_NETWORK)
        for other in linked:
            other_zone = ResourceId.parse(other.id).names[0]
            if other.id.lower() == id.key:
                continue
            if other_zone.lower() == id.names[0].lower():
                raise OVERLAPPING(zone=id.names[0], other=other_zone)
            if registers and properties(other.body)["registrationEnabled"]:
                raise ONE_REGISTRATION(other=other_zone)

    @staticmethod
    def _check_limits(scope: Scope, id: ResourceId, *, registers: bool) -> None:
        assert id.parent is not None
        others = [each for each in scope.store.children(id.parent.key, LINKS) if each.id.lower() != id.key]
        registering = [each for each in others if properties(each.body)["registrationEnabled"]]
        if len(others) >= MAX_LINKS:
            raise TOO_MANY_LINKS(zone=id.names[0], limit=MAX_LINKS)
        if registers and len(registering) >= MAX_REGISTRATION_LINKS:
            raise TOO_MANY_LINKS(zone=id.names[0], limit=MAX_REGISTRATION_LINKS)

    def refers_to(self, body: Json) -> list[str]:
        return [str(linked_id(properties(body), "virtualNetwork"))]

    def linked_actions(self, id: ResourceId, body: Json) -> Iterable[tuple[str, str]]:
        networks = ids_among([linked_id(properties(body), "virtualNetwork")])
        return [("Microsoft.Network/virtualNetworks/join/action", each) for each in networks]

    def etag(self) -> str:
        return f'"{uuid.uuid4()}"'

    def exists_already(self, id: ResourceId) -> AzureError:
        return _afterwards(LINK_EXISTS(link=id.name, zone=id.names[0]))

    def changed_meanwhile(self, id: ResourceId, given: str, etag: str) -> AzureError:
        return _afterwards(LINK_CHANGED(link=id.name, zone=id.names[0]))


def _internal_id() -> str:
    return base64.b64encode(f"ImmutableZoneIdentity;{uuid.uuid4()};0".encode()).decode()


def _registration(link: ResourceId) -> str:
    return f"registration of {link.key}"


def _check_zone_name(name: str) -> None:
    labels = name.split(".")
    if len(labels) < 2:
        raise NOT_ENOUGH_LABELS(zone=name)
    if len(labels) > 34 or not all(_LABEL.fullmatch(each) for each in labels):
        raise ZONE_NAME(zone=name)
    if name.lower() in _RESERVED:
        raise RESERVED_ZONE(zone=name)


def _resolution_policy(zone: str, policy: object) -> Json:
    """What a link says of it; in other zones than privatelink ones there is no such thing."""
    if "privatelink" in zone.lower().split("."):
        if policy not in (None, *_POLICIES):
            raise CANNOT_PARSE()
        return {"resolutionPolicy": policy or "Default"}
    if policy is not None:
        raise POLICY_NOT_ALLOWED(policy=policy, zone=zone)
    return {}


def _afterwards(error: AzureError) -> OperationFailed:
    return OperationFailed(error.status, error.code, error.message)


TYPES = (PrivateZone(), VirtualNetworkLink())
