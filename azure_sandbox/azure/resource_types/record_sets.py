"""Microsoft.Network/privateDnsZones/{A, AAAA, CNAME, MX, PTR, SOA, SRV, TXT}: record sets of private zones."""

from __future__ import annotations

import ipaddress
import re
import uuid
from typing import Any, ClassVar, cast

from ...rules import OWN_CHOICE, Rule
from .. import tags
from ..bodies import Json, properties, read_object, read_objects
from ..errors import AzureError, Rejection
from ..private_dns_type import PrivateDnsType
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..type_names import CNAME_RECORD_SETS, PRIVATE_DNS_ZONES, RECORD_SETS, SOA_RECORD_SETS, VIRTUAL_NETWORK_LINKS

_RECORDED = "Azure/azure-cli, command_modules/privatedns/tests/latest/recordings"
_LIMITS = "MicrosoftDocs/azure-docs, includes/private-dns-limits.md"
MAX_RECORDS = 20
MAX_RECORD_SETS = 25_000

RECORD_SET_NOT_FOUND = Rejection(
    says="The error for a record set that does not exist lacks the usual `error` around code and message",
    source=f"{_RECORDED}; Azure/azure-cli#27374",
    status=404,
    wrapped=False,
    code="NotFound",
    message="The resource record '{name}' does not exist in resource group '{group}' of subscription '{subscription}'.",
)
INVALID_RECORD_SET = Rejection(
    says="A record set has a `ttl`, which has no default, and records with all properties of their type",
    source="Azure/azure-rest-api-specs#13011; polymind-inc/acmebot#823; that the answer is the same for records is an "
    "own choice",
    wrapped=False,
    code="BadRequest",
    message="The request was invalid.",
)
BAD_ADDRESS = Rejection(
    says="The addresses of A records are IPv4 addresses, those of AAAA records IPv6 addresses",
    source=f"{OWN_CHOICE}: code and text",
    wrapped=False,
    code="BadRequest",
    message="The {version} address '{address}' is not valid.",
)
BAD_NAME = Rejection(
    says="A record set's name is relative to its zone: labels of letters, digits, `-` and `_`; `@` is the zone, and "
    "`*` can be the first label",
    source="MicrosoftDocs/azure-docs, articles/dns/dns-zones-records.md; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The record set name '{name}' is not valid.",
)
BAD_TTL = Rejection(
    says="A TTL is 1 to 2,147,483,647 seconds",
    source="MicrosoftDocs/azure-docs, articles/dns/dns-private-records.md; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The TTL {ttl} of record set '{name}' is not valid.",
)
TOO_MANY_RECORDS = Rejection(
    says="A record set has at most 20 records",
    source=f"{_LIMITS}; hashicorp/terraform-provider-azurerm#12406 (the status); code and text are an own choice",
    status=409,
    wrapped=False,
    code="Conflict",
    message="The record set '{name}' has {count} records, 20 are allowed.",
)
EQUAL_RECORDS = Rejection(
    says="The records of a record set are different",
    source="Azure/azure-cli#22886, #10467",
    wrapped=False,
    code="BadRequest",
    message="The list of record sets of type '{kind}' may not contain multiple entries with the same '{property}'.",
)
TOO_MANY_SETS = Rejection(
    says="A zone has at most 25,000 record sets",
    source=f"{_LIMITS}; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="The private DNS zone '{zone}' has as many record sets as it can have.",
)
BAD_DOMAIN = Rejection(
    says="The target of a CNAME, MX, PTR or SRV record is a domain name",
    source="kubernetes-sigs/external-dns#4855 (a public zone)",
    wrapped=False,
    code="BadRequest",
    message="The domain name '{name}' is invalid.",
)
TEXT_TOO_LONG = Rejection(
    says="A TXT record has at most 1,024 characters, in strings of at most 255",
    source="MicrosoftDocs/azure-docs, articles/dns/dns-private-records.md; code and text are an own choice",
    wrapped=False,
    code="BadRequest",
    message="A TXT record of record set '{name}' is too long: 1024 characters are allowed, in strings of 255.",
)
CNAME_BESIDE_OTHERS = Rejection(
    says="A CNAME is the only record set with its name; so the zone's own name `@`, which has the SOA record set, has "
    "none",
    source="rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto#26 (a public zone); MicrosoftDocs/azure-docs, "
    "articles/dns/dns-private-records.md",
    status=409,
    wrapped=False,
    code="Conflict",
    message="The CNAME record could not be created because another record with the same name already exists in this "
    "zone.",
)
OTHERS_BESIDE_CNAME = Rejection(
    says="Another record set cannot be created with the name of a CNAME",
    source="MicrosoftDocs/azure-docs#85496, kubernetes-sigs/external-dns#5358 (public zones)",
    status=409,
    wrapped=False,
    code="Conflict",
    message="The record could not be created because a CNAME record with the same name already exists in this zone.",
)
SOA_STAYS = Rejection(
    says="The SOA record set is created with its zone; it can be updated, not deleted",
    source="Azure/azure-powershell, src/PrivateDns/PrivateDns.Test/SessionRecords, TestRecordSetSOA",
    wrapped=False,
    code="BadRequest",
    message="Record sets of type 'SOA' with name '@' cannot be deleted.",
)
ONE_SOA = Rejection(
    says="A zone has only one SOA record set, at `@`",
    source="Azure/azure-powershell, src/PrivateDns (the command's words); that Azure says the same is an own choice",
    wrapped=False,
    code="BadRequest",
    message="There can be only one record set of type SOA, and it can be modified but not deleted.",
)
RECORD_SET_EXISTS = Rejection(
    says="A PUT of a record set that must not exist (`If-None-Match: *`) is rejected if it exists",
    source=f"{_RECORDED}/test_PutRecordSet_IfNoneMatchFailure_ExpectError.yaml",
    status=412,
    wrapped=False,
    code="PreconditionFailed",
    message="The Record set {name} exists already and hence cannot be created again.",
)
RECORD_SET_CHANGED = Rejection(
    says="A PUT or DELETE of a record set that has changed meanwhile (`If-Match`) is rejected",
    source=_RECORDED,
    status=412,
    wrapped=False,
    code="PreconditionFailed",
    message="The Record set {name} has been modified (etag mismatch).",
)
SHAPE = Rule(
    says="A PUT of a record set is final at once; the `fqdn` ends in a dot, the etag is a bare guid, and `metadata` is "
    "present only if sent",
    source=_RECORDED,
)

_NAME = re.compile(r"@|(\*|[A-Za-z0-9_-]{1,63})(\.[A-Za-z0-9_-]{1,63})*")
_DOMAIN = re.compile(r"(?=.{1,254}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


class RecordSet(PrivateDnsType):
    located = False
    long_running = False
    records: ClassVar[str]
    """The property with the records: a list, or one record."""

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        ttl = requested.get("ttl")
        if not _NAME.fullmatch(id.name):
            raise BAD_NAME(name=id.name)
        if ttl is None:
            raise INVALID_RECORD_SET()
        if not _is_number(ttl, 1, 2**31):
            raise BAD_TTL(ttl=ttl, name=id.name)
        self._check_neighbours(arm, id, old)
        return {
            "properties": {
                **({"metadata": tags.keep_dns_tags(requested["metadata"])} if requested.get("metadata") else {}),
                "fqdn": f"{id.names[0]}." if id.name == "@" else f"{id.name}.{id.names[0]}.",
                "ttl": int(ttl),
                **self._read_records(id, body),
                "isAutoRegistered": False,
            }
        }

    def check_record(self, id: ResourceId, record: Json) -> None:
        """Reject a record that is not valid for this type."""

    def _read_records(self, id: ResourceId, body: Json) -> Json:
        """The property with the records."""
        records = read_objects(body, self.records)
        if len(records) > MAX_RECORDS:
            raise TOO_MANY_RECORDS(name=id.name, count=len(records))
        for record in records:
            self.check_record(id, record)
        if any(record in records[:position] for position, record in enumerate(records)):
            raise EQUAL_RECORDS(kind=self.type.rsplit("/", 1)[1], property=next(iter(records[0])))
        return {self.records: records}

    def _check_neighbours(self, arm: ResourceManager, id: ResourceId, old: Json | None) -> None:
        zone = id.parent
        assert zone is not None
        # A zone of a large stack has many records: their number is counted, and only those of this name are read.
        links = len(arm.store.children(zone.key, VIRTUAL_NETWORK_LINKS))
        if old is None and arm.store.count_children(zone.key) - links >= MAX_RECORD_SETS:
            raise TOO_MANY_SETS(zone=zone.name)
        for type in RECORD_SETS:
            if type == self.type or arm.store.get(zone.child(type.rsplit("/", 1)[1], id.name).key) is None:
                continue
            if self.type == CNAME_RECORD_SETS:
                raise CNAME_BESIDE_OTHERS()
            if type == CNAME_RECORD_SETS:
                raise OTHERS_BESIDE_CNAME()

    def missing_error(self, id: ResourceId) -> AzureError:
        return RECORD_SET_NOT_FOUND(name=id.name, group=id.resource_group, subscription=id.subscription)

    def exists_error(self, id: ResourceId) -> AzureError:
        return RECORD_SET_EXISTS(name=id.name)

    def changed_error(self, id: ResourceId, requested: str, etag: str) -> AzureError:
        return RECORD_SET_CHANGED(name=id.name)

    def new_etag(self) -> str:
        return str(uuid.uuid4())


class ARecordSet(RecordSet):
    type = f"{PRIVATE_DNS_ZONES}/A"
    records = "aRecords"

    def check_record(self, id: ResourceId, record: Json) -> None:
        try:
            ipaddress.IPv4Address(str(record.get("ipv4Address")))
        except ValueError:
            raise BAD_ADDRESS(version="IPv4", address=record.get("ipv4Address")) from None


class AaaaRecordSet(RecordSet):
    type = f"{PRIVATE_DNS_ZONES}/AAAA"
    records = "aaaaRecords"

    def check_record(self, id: ResourceId, record: Json) -> None:
        try:
            ipaddress.IPv6Address(str(record.get("ipv6Address")))
        except ValueError:
            raise BAD_ADDRESS(version="IPv6", address=record.get("ipv6Address")) from None


class MxRecordSet(RecordSet):
    type = f"{PRIVATE_DNS_ZONES}/MX"
    records = "mxRecords"

    def check_record(self, id: ResourceId, record: Json) -> None:
        _check_numbers(record, "preference")
        _check_domain(record.get("exchange"))


class PtrRecordSet(RecordSet):
    type = f"{PRIVATE_DNS_ZONES}/PTR"
    records = "ptrRecords"

    def check_record(self, id: ResourceId, record: Json) -> None:
        _check_domain(record.get("ptrdname"))


class SrvRecordSet(RecordSet):
    type = f"{PRIVATE_DNS_ZONES}/SRV"
    records = "srvRecords"

    def check_record(self, id: ResourceId, record: Json) -> None:
        _check_numbers(record, "priority", "weight", "port")
        _check_domain(record.get("target"))


class TxtRecordSet(RecordSet):
    type = f"{PRIVATE_DNS_ZONES}/TXT"
    records = "txtRecords"

    def check_record(self, id: ResourceId, record: Json) -> None:
        strings: Any = record.get("value")
        if not isinstance(strings, list) or not all(isinstance(string, str) for string in cast("list[Any]", strings)):
            raise INVALID_RECORD_SET()
        lengths = [len(string) for string in cast("list[str]", strings)]
        if max(lengths, default=0) > 255 or sum(lengths) > 1024:
            raise TEXT_TOO_LONG(name=id.name)


class CnameRecordSet(RecordSet):
    type = CNAME_RECORD_SETS
    records = "cnameRecord"

    def _read_records(self, id: ResourceId, body: Json) -> Json:
        record = read_object(properties(body), self.records)
        if record:
            _check_domain(record.get("cname"))
        return {self.records: record} if record else {}


class SoaRecordSet(RecordSet):
    type = SOA_RECORD_SETS
    records = "soaRecord"

    def _read_records(self, id: ResourceId, body: Json) -> Json:
        if id.name != "@":
            raise ONE_SOA()
        return {self.records: read_object(properties(body), self.records)}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        raise SOA_STAYS()


def _is_number(value: object, minimum: int, limit: int) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and minimum <= value < limit


def _check_numbers(record: Json, *names: str) -> None:
    if not all(_is_number(record.get(name), 0, 2**16) for name in names):
        raise INVALID_RECORD_SET()


def _check_domain(name: object) -> None:
    if not isinstance(name, str) or not _DOMAIN.fullmatch(name):
        raise BAD_DOMAIN(name=name)


def new_soa_record_set(soa: ResourceId) -> Json:
    """The SOA record set of a new zone."""
    return {
        "name": "@",
        "id": soa.text,
        "etag": str(uuid.uuid4()),
        "type": SOA_RECORD_SETS,
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
