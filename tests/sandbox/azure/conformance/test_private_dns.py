"""Documented private DNS zones, record sets and virtual network links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azure_sandbox.azure import Json

from ...small_world import CONSUMER_NETWORK, ZONE, ZONE_NAME, SandboxCloud, link
from .comparison import Case, assert_conforms
from .patterns import GUID, QUOTED_GUID, Like, describe_network_resource
from .resources import create_private_zone, create_record_set

# Azure/azure-cli, command_modules/privatedns/tests/latest/recordings; for the zone,
# kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatezoneclient/testdata (api-version 2024-06-01).
PRIVATE_ZONE: Json = {
    **describe_network_resource(ZONE, "privateDnsZones"),
    "etag": GUID,
    "location": "global",
    "properties": {
        "internalId": Like(r"[A-Za-z0-9+/]+={0,2}"),
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
        "numberOfRecordSets": 1,
        "numberOfVirtualNetworkLinks": 0,
        "numberOfVirtualNetworkLinksWithRegistration": 0,
        "provisioningState": "Succeeded",
    },
}

RECORD_SET: Json = {
    **describe_network_resource(f"{ZONE}/A/host", "privateDnsZones/A"),
    "etag": GUID,
    "properties": {
        "fqdn": f"host.{ZONE_NAME}.",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.0.0.4"}],
        "isAutoRegistered": False,
    },
}


def documented_record_set(kind: str, name: str, **properties: Any) -> Json:
    """
    A record set as Azure answers it.

    Source: Azure/azure-cli, command_modules/privatedns/tests/latest/recordings: test_Private_Dns_Zone1_Import.yaml,
    test_CrudRecordSet_SRVRecord_ExpectCrudSuccessful.yaml and, for the SOA record set of a new zone,
    test_GetRecordSet_SoaRecord_ExpectRecordSetRetrieved.yaml.
    """
    return {
        **describe_network_resource(f"{ZONE}/{kind}/{name}", f"privateDnsZones/{kind}"),
        "etag": GUID,
        "properties": {
            "fqdn": f"{ZONE_NAME}." if name == "@" else f"{name}.{ZONE_NAME}.",
            "ttl": 3600,
            **properties,
            "isAutoRegistered": False,
        },
    }


RECORDS: dict[str, Json] = {
    "AAAA": {"aaaaRecords": [{"ipv6Address": "2001:4898:e0:99:6dc4:6329:1c99:4e69"}]},
    "CNAME": {"cnameRecord": {"cname": "contoso.com."}},
    "MX": {"mxRecords": [{"exchange": "mail.contoso.com.", "preference": 1}]},
    "PTR": {"ptrRecords": [{"ptrdname": "contoso.com"}]},
    "SRV": {"srvRecords": [{"port": 120, "priority": 1, "target": "targ.et", "weight": 5}]},
    "TXT": {"txtRecords": [{"value": ["manualtxt"]}]},
}

SOA_RECORD_SET = documented_record_set(
    "SOA",
    "@",
    soaRecord={
        "email": "azureprivatedns-host.microsoft.com",
        "expireTime": 2419200,
        "host": "azureprivatedns.net",
        "minimumTtl": 10,
        "refreshTime": 3600,
        "retryTime": 300,
        "serialNumber": 1,
    },
)

NETWORK_LINK: Json = {
    **describe_network_resource(f"{ZONE}/virtualNetworkLinks/link", "privateDnsZones/virtualNetworkLinks"),
    "etag": QUOTED_GUID,
    "location": "global",
    "properties": {
        "provisioningState": "Succeeded",
        "registrationEnabled": False,
        "virtualNetwork": {"id": CONSUMER_NETWORK},
        "virtualNetworkLinkState": "Completed",
    },
}


def record_set_creator(kind: str) -> Callable[[SandboxCloud], str]:
    def create(cloud: SandboxCloud) -> str:
        body = {"properties": {"ttl": 3600, **RECORDS[kind]}}
        return cloud.put(f"{create_private_zone(cloud)}/{kind}/host", body)["id"]

    return create


def find_soa_record_set(cloud: SandboxCloud) -> str:
    return f"{create_private_zone(cloud)}/SOA/@"


def create_network_link(cloud: SandboxCloud) -> str:
    return cloud.put(f"{create_private_zone(cloud)}/virtualNetworkLinks/link", link(registrationEnabled=False))["id"]


CASES: dict[str, Case] = {
    "a private zone": Case(PRIVATE_ZONE, create_private_zone),
    "an A record set": Case(RECORD_SET, create_record_set),
    **{
        f"a record set of type {kind}": Case(documented_record_set(kind, "host", **records), record_set_creator(kind))
        for kind, records in RECORDS.items()
    },
    "the SOA record set": Case(SOA_RECORD_SET, find_soa_record_set),
    "a virtual network link": Case(
        NETWORK_LINK, create_network_link, newer={"properties.resolutionPolicy": "API version 2024-06-01 and later"}
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_documented_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
