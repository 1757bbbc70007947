"""Microsoft.Network/privateDnsZones/{A, AAAA, CNAME, MX, PTR, SOA, SRV, TXT}: the record sets of a private zone."""

from __future__ import annotations

import ipaddress
import re
import uuid
from typing import Any, ClassVar

from ..rules import OWN_CHOICE, Rule
from .errors import AzureError, Refusal
from .ids import ResourceId
from .resource_type import ResourceType, Scope, items, properties
from .store import Json

ZONES = "Microsoft.Network/privateDnsZones"
SOA = f"{ZONES}/SOA"

_RECORDED = "Azure/azure-cli, command_modules/privatedns/tests/latest/recordings"
_LIMITS = "MicrosoftDocs/azure-docs, includes/private-dns-limits.md"
MAX_RECORDS = 20
MAX_RECORD_SETS = 25_000

NOT_FOUND = Refusal(
    says="A record set that is not there is told without the usual `error` around code and message",
    source=_RECORDED,
    status=404,
    wrapped=False,
    code="NotFound",
    message="The resource record '{name}' does not exist in resource group '{group}'.",
)
BAD_ADDRESS = Refusal(
    says="The addresses of A and AAAA records are addresses",
    source=f"{OWN_CHOICE}: code and text",
    wrapped=False,
    code="BadRequest",
    message="The {version} address '{address}' is not valid.",
)
BAD_NAME = Refusal(
    says="A record set is named relative to its zone: labels of letters, digits, `-` and `_`; `@` for the zone, `*` "
    "first",
    source="MicrosoftDocs/azure-docs, articles/dns/dns-zones-records.md; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The record set name '{name}' is not valid.",
)
BAD_TTL = Refusal(
    says="A TTL is 0 to 2,147,483,647 seconds",
    source="RFC 2181, 8; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The TTL {ttl} of record set '{name}' is not valid.",
)
TOO_MANY_RECORDS = Refusal(
    says="A record set has at most 20 records",
    source=f"{_LIMITS}; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The record set '{name}' has {count} records, 20 are allowed.",
)
TOO_MANY_SETS = Refusal(
    says="A zone has at most 25,000 record sets",
    source=f"{_LIMITS}; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The private DNS zone '{zone}' has as many record sets as it can have.",
)
ALIAS_BESIDE_OTHERS = Refusal(
    says="A CNAME is alone under its name; so the zone's own name `@`, which has the SOA record, has none",
    source="MicrosoftDocs/azure-docs, articles/dns/dns-zones-records.md (public DNS); the text of the private zone "
    "is an "
    "own choice",
    status=409,
    wrapped=False,
    code="Conflict",
    message="The {kind} record could not be created because another record with the same name already exists in this "
    "zone.",
)
SOA_STAYS = Refusal(
    says="The SOA record set is there with its zone, and cannot be made elsewhere or deleted",
    source="MicrosoftDocs/azure-docs, articles/dns/dns-zones-records.md; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The SOA record set of zone '{zone}' can be neither made nor deleted by itself.",
)
EXISTS = Refusal(
    says="A record set that must not exist (`If-None-Match: *`) is refused when it does",
    source=f"{OWN_CHOICE}: by analogy with the etag mismatch",
    status=412,
    wrapped=False,
    code="PreconditionFailed",
    message="The Record set {name} exists already and hence cannot be created again.",
)
CHANGED_MEANWHILE = Refusal(
    says="A record set that was changed meanwhile (`If-Match`) is refused",
    source=_RECORDED,
    status=412,
    wrapped=False,
    code="PreconditionFailed",
    message="The Record set {name} has been modified (etag mismatch).",
)
SHAPE = Rule(
    says="A record set is done at once; its `fqdn` ends in a dot, its etag is a bare guid, `metadata` is there when "
    "sent",
    source=_RECORDED,
)

_NAME = re.compile(r"@|(\*|[A-Za-z0-9_-]{1,63})(\.[A-Za-z0-9_-]{1,63})*")


class RecordSet(ResourceType):
    located = False
    long_running = False
    records: ClassVar[str]
    """The property that holds the records: a list, or one record."""

    @property
    def kind(self) -> str:
        return self.type.rsplit("/", 1)[1]

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        given = properties(body)
        ttl = given.get("ttl", 3600)
        if not _NAME.fullmatch(id.name):
            raise BAD_NAME(name=id.name)
        if not isinstance(ttl, (int, float)) or not 0 <= ttl < 2**31:
            raise BAD_TTL(ttl=ttl, name=id.name)
        self._check_neighbours(scope, id, old)
        return {
            "properties": {
                **({"metadata": given["metadata"]} if given.get("metadata") else {}),
                "fqdn": f"{id.names[0]}." if id.name == "@" else f"{id.name}.{id.names[0]}.",
                "ttl": int(ttl),
                self.records: self._checked(id, body),
                "isAutoRegistered": False,
            }
        }

    def _checked(self, id: ResourceId, body: Json) -> Any:
        listed = items(body, self.records)
        if len(listed) > MAX_RECORDS:
            raise TOO_MANY_RECORDS(name=id.name, count=len(listed))
        return listed

    def _check_neighbours(self, scope: Scope, id: ResourceId, old: Json | None) -> None:
        zone = id.parent
        assert zone is not None
        others = [each for kind in KINDS for each in scope.store.children(zone.key, kind) if each.id.lower() != id.key]
        if old is None and len(others) >= MAX_RECORD_SETS:
            raise TOO_MANY_SETS(zone=zone.name)
        for other in others:
            aliases = "CNAME" in (self.kind, ResourceId.parse(other.id).type.rsplit("/", 1)[1])
            if aliases and other.body["name"].lower() == id.name.lower():
                raise ALIAS_BESIDE_OTHERS(kind=self.kind)

    def missing(self, id: ResourceId) -> AzureError:
        return NOT_FOUND(name=id.name, group=id.resource_group)

    def exists_already(self, id: ResourceId) -> AzureError:
        return EXISTS(name=id.name)

    def changed_meanwhile(self, id: ResourceId) -> AzureError:
        return CHANGED_MEANWHILE(name=id.name)

    def etag(self) -> str:
        return str(uuid.uuid4())


class ARecordSet(RecordSet):
    type = f"{ZONES}/A"
    records = "aRecords"

    def _checked(self, id: ResourceId, body: Json) -> Any:
        listed = super()._checked(id, body)
        for each in listed:
            try:
                ipaddress.IPv4Address(str(each.get("ipv4Address")))
            except ValueError:
                raise BAD_ADDRESS(version="IPv4", address=each.get("ipv4Address")) from None
        return listed


class AaaaRecordSet(RecordSet):
    type = f"{ZONES}/AAAA"
    records = "aaaaRecords"

    def _checked(self, id: ResourceId, body: Json) -> Any:
        listed = super()._checked(id, body)
        for each in listed:
            try:
                ipaddress.IPv6Address(str(each.get("ipv6Address")))
            except ValueError:
                raise BAD_ADDRESS(version="IPv6", address=each.get("ipv6Address")) from None
        return listed


class MxRecordSet(RecordSet):
    type = f"{ZONES}/MX"
    records = "mxRecords"


class PtrRecordSet(RecordSet):
    type = f"{ZONES}/PTR"
    records = "ptrRecords"


class SrvRecordSet(RecordSet):
    type = f"{ZONES}/SRV"
    records = "srvRecords"


class TxtRecordSet(RecordSet):
    type = f"{ZONES}/TXT"
    records = "txtRecords"


class CnameRecordSet(RecordSet):
    type = f"{ZONES}/CNAME"
    records = "cnameRecord"

    def _checked(self, id: ResourceId, body: Json) -> Any:
        return properties(body).get(self.records) or {}


class SoaRecordSet(RecordSet):
    type = SOA
    records = "soaRecord"

    def _checked(self, id: ResourceId, body: Json) -> Any:
        if id.name != "@":
            raise SOA_STAYS(zone=id.names[0])
        return properties(body).get(self.records) or {}

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:
        raise SOA_STAYS(zone=id.names[0])


def zone_start(soa: ResourceId) -> Json:
    """The SOA record set that a new zone begins with."""
    return {
        "name": "@",
        "id": soa.text,
        "etag": str(uuid.uuid4()),
        "type": SOA,
        "properties": {
            "fqdn": f"{soa.names[0]}.",
            "ttl": 3600,
            "soaRecord": {
                "email": "azureprivatedns-host.microsoft.com",
                "expireTime": 2419200,
                "host": "azureprivatedns.net",
                "minimumTtl": 10,
                "refreshTime": 3600,
                "retryTime": 300,
                "serialNumber": 1,
            },
            "isAutoRegistered": False,
        },
    }


TYPES = (
    ARecordSet(),
    AaaaRecordSet(),
    CnameRecordSet(),
    MxRecordSet(),
    PtrRecordSet(),
    SoaRecordSet(),
    SrvRecordSet(),
    TxtRecordSet(),
)
KINDS = tuple(each.type for each in TYPES)
A_RECORDS = ARecordSet.type
