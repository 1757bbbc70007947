"""Microsoft.Network/privateDnsZones: names, limits, and the record sets and links of a zone."""

from __future__ import annotations

import base64
import re
import uuid

from ...rules import Rule
from ..bodies import Json, properties
from ..errors import AzureError, Rejection
from ..private_dns_type import PrivateDnsType, check_global, failed_operation
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..type_names import PRIVATE_DNS_ZONES, RECORD_SETS, SOA_RECORD_SETS, VIRTUAL_NETWORK_LINKS
from .record_sets import MAX_RECORD_SETS, new_soa_record_set
from .virtual_network_links import MAX_LINKS, MAX_REGISTRATION_LINKS

_RECORDED = "Azure/azure-cli, command_modules/privatedns/tests/latest/recordings"
_LIMITS = "MicrosoftDocs/azure-docs, includes/private-dns-limits.md"
_SESSIONS = "Azure/azure-powershell, src/PrivateDns/PrivateDns.Test/SessionRecords"
_ZONES_PAGE = "MicrosoftDocs/azure-docs, articles/dns/private-dns-privatednszone.md"
MAX_ZONES = 1_000

NOT_ENOUGH_LABELS = Rejection(
    says="A zone's name has at least two labels",
    source="crossplane-contrib/provider-upjet-azure#19",
    code="BadRequest",
    message="The zone name '{zone}' does not have enough labels. Zone names must have two or more labels.",
)
ZONE_NAME = Rejection(
    says="A zone's name has at most 34 labels, each of up to 63 letters, digits, `-` and `_`",
    source=f"{_ZONES_PAGE}, articles/azure-resource-manager/management/resource-name-rules.md; the text is an own "
    "choice",
    code="BadRequest",
    message="The zone name '{zone}' is not valid: it must have at most 34 labels, each of 1 to 63 letters, digits, "
    "hyphens or underscores.",
)
RESERVED_ZONE = Rejection(
    says="A domain of Azure's own cannot be a private zone; a domain below it can",
    source=f"{_ZONES_PAGE} (the list); MicrosoftDocs/azure-docs#102958 (`azure-api.net`, and the text)",
    code="BadRequest",
    message="The Private DNS zone name '{zone}' is not permitted as it is a reserved Azure infrastucture domain and "
    "creating such zones may have unintended consequences for DNS resolution for services deployed in your virtual "
    "networks. Refer https://docs.microsoft.com/en-us/azure/dns/private-dns-privatednszone#restrictions for more "
    "details.",
)
TOO_MANY_ZONES = Rejection(
    says="A subscription has at most 1,000 zones",
    source=f"{_LIMITS}; code and text are an own choice",
    code="BadRequest",
    message="Subscription '{subscription}' has {limit} private DNS zones already, as many as it can have.",
)
NESTED_RESOURCES = Rejection(
    says="A zone with virtual network links cannot be deleted; a deleted zone's record sets are deleted with it",
    source=_RECORDED,
    status=409,
    code="CannotDeleteResource",
    message="Cannot delete resource while nested resources exist. Some existing nested resource IDs include: {nested}. "
    "Please delete all nested resources before deleting this resource.",
)
ZONE_EXISTS = Rejection(
    says="A PUT of a zone that must not exist (`If-None-Match: *`) is accepted and fails afterwards if it exists",
    source=_RECORDED,
    status=200,
    code="PreconditionFailed",
    message="The Zone {zone} exists already and hence cannot be created again.",
)
ZONE_CHANGED = Rejection(
    says="A PUT or DELETE of a zone that has changed meanwhile (`If-Match`) is accepted and fails afterwards",
    source=f"{_RECORDED}/test_PatchZone_ZoneExistsIfMatchFailure_ExpectError.yaml; {_SESSIONS}, "
    "TestZoneRemoveEtagMismatch",
    status=200,
    code="PreconditionFailed",
    message="The Zone {zone} has been modified (etag mismatch).",
)
ZONE_SHAPE = Rule(
    says="The etag of a zone is a bare guid, the etag of a link a quoted one; a zone counts its record sets, including "
    "the SOA record set",
    source=_RECORDED,
)
INTERNAL_ID = Rule(
    says="A zone has an `internalId` that never changes: Base64 of `ImmutableZoneIdentity;<guid>;0`",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatezoneclient/testdata",
)

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


class PrivateZone(PrivateDnsType):
    type = PRIVATE_DNS_ZONES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_global(self.type, body)
        _check_zone_name(id.name)
        if old is None:
            prefix = f"/subscriptions/{id.subscription}/".lower()
            if sum(zone.id.lower().startswith(prefix) for zone in arm.store.of_type(PRIVATE_DNS_ZONES)) >= MAX_ZONES:
                raise TOO_MANY_ZONES(subscription=id.subscription, limit=MAX_ZONES)
            soa = id.child("SOA", "@")
            arm.store.put(soa.text, SOA_RECORD_SETS, new_soa_record_set(soa), ())
        return {
            "properties": {
                "internalId": (old and properties(old).get("internalId")) or _new_internal_id(),
                "maxNumberOfRecordSets": MAX_RECORD_SETS,
                "maxNumberOfVirtualNetworkLinks": MAX_LINKS,
                "maxNumberOfVirtualNetworkLinksWithRegistration": MAX_REGISTRATION_LINKS,
                "provisioningState": "Succeeded",
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        links = arm.store.children(id.key, VIRTUAL_NETWORK_LINKS)
        counts = {
            "numberOfRecordSets": sum(len(arm.store.children(id.key, type)) for type in RECORD_SETS),
            "numberOfVirtualNetworkLinks": len(links),
            "numberOfVirtualNetworkLinksWithRegistration": sum(
                properties(link.body)["registrationEnabled"] for link in links
            ),
        }
        return {**body, "properties": {**properties(body), **counts}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if links := arm.store.children(id.key, VIRTUAL_NETWORK_LINKS):
            names = ", ".join(
                f"'{PRIVATE_DNS_ZONES}/{id.name}/virtualNetworkLinks/{link.body['name']}'" for link in links
            )
            raise NESTED_RESOURCES(nested=names)
        for type in RECORD_SETS:
            for record_set in arm.store.children(id.key, type):
                arm.store.delete(record_set.id)

    def new_etag(self) -> str:
        return str(uuid.uuid4())

    def exists_error(self, id: ResourceId) -> AzureError:
        return failed_operation(ZONE_EXISTS(zone=id.name))

    def changed_error(self, id: ResourceId, requested: str, etag: str) -> AzureError:
        return failed_operation(ZONE_CHANGED(zone=id.name))


def _new_internal_id() -> str:
    return base64.b64encode(f"ImmutableZoneIdentity;{uuid.uuid4()};0".encode()).decode()


def _check_zone_name(name: str) -> None:
    labels = name.split(".")
    if len(labels) < 2:
        raise NOT_ENOUGH_LABELS(zone=name)
    if len(labels) > 34 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ZONE_NAME(zone=name)
    if name.lower() in _RESERVED:
        raise RESERVED_ZONE(zone=name)
