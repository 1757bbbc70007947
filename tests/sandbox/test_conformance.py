"""The sandbox's answers beside Azure's documented ones: every key, every value, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, OperationFailed, ResourceId

from . import documented
from .documented import (
    CLUSTER_ID,
    DEPLOYMENT_ID,
    DOCUMENTED_ADDRESS,
    DOCUMENTED_BALANCER,
    DOCUMENTED_NETWORK,
    LOCK_ID,
    OWN_INTERFACE_ID,
    ZONE_GROUP_ID,
    Like,
)
from .places import (
    CLIENTS,
    CONSUMER_SUBSCRIPTION,
    ENDPOINT,
    GROUP,
    NAT,
    OWNER,
    SERVICE,
    ZONE,
    ZONE_NAME,
    Cloud,
    a_record,
    endpoint,
    link,
    nat,
    network,
    service,
    subnet,
    zone,
)


@dataclass(frozen=True)
class Difference:
    """Where an answer differs (`properties.subnets[].name`), and how."""

    path: str
    kind: str
    says: str = field(default="", compare=False)


def differences(expected: Any, answer: Any, path: str = "") -> Iterator[Difference]:
    if isinstance(expected, Like):
        if not expected.matches(answer):
            yield Difference(path, "value", f"{answer!r} instead of {expected!r}")
    elif isinstance(expected, dict) and isinstance(answer, dict):
        yield from _differences_of_objects(expected, answer, path)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(expected, list) and isinstance(answer, list):
        yield from _differences_of_lists(expected, answer, path)  # pyright: ignore[reportUnknownArgumentType]
    elif type(expected) is not type(answer) or expected != answer:  # pyright: ignore[reportUnknownArgumentType]
        yield Difference(path, "value", f"{answer!r} instead of {expected!r}")


def _differences_of_objects(expected: Json, answer: Json, path: str) -> Iterator[Difference]:
    prefix = f"{path}." if path else ""
    for name, value in expected.items():
        if name in answer:
            yield from differences(value, answer[name], f"{prefix}{name}")
        else:
            yield Difference(f"{prefix}{name}", "missing")
    for name in answer:
        if name not in expected:
            yield Difference(f"{prefix}{name}", "extra", repr(answer[name]))


def _differences_of_lists(expected: list[Any], answer: list[Any], path: str) -> Iterator[Difference]:
    if len(expected) != len(answer):
        yield Difference(path, "value", f"{len(answer)} items instead of {len(expected)}: {answer!r}")
    for value, each in zip(expected, answer, strict=False):
        yield from differences(value, each, f"{path}[]")


COMPARED: Json = {"etag": Like(r"\d+"), "properties": {"items": [{"name": "a", "on": False}], "tags": {}}}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"etag": "1", "properties": {"items": [{"name": "a", "on": False}], "tags": {}}}, [], id="none"),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "a"}], "tags": {}}},
            [("properties.items[].on", "missing")],
            id="a missing key",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "a", "on": False}], "tags": {"b": None}}},
            [("properties.tags.b", "extra")],
            id="an extra key",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "A", "on": False}], "tags": {}}},
            [("properties.items[].name", "value")],
            id="a wrong value",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "a", "on": 0}], "tags": {}}},
            [("properties.items[].on", "value")],
            id="an equal value of another type",
        ),
        pytest.param(
            {"etag": "one", "properties": {"items": [{"name": "a", "on": False}], "tags": {}}},
            [("etag", "value")],
            id="a wrong pattern",
        ),
        pytest.param(
            {"etag": 1, "properties": {"items": [{"name": "a", "on": False}], "tags": {}}},
            [("etag", "value")],
            id="no text where there is a pattern",
        ),
        pytest.param(
            {"etag": "1", "properties": {"Items": [], "tags": {}}},
            [("properties.items", "missing"), ("properties.Items", "extra")],
            id="another casing",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [], "tags": {}}}, [("properties.items", "value")], id="a shorter list"
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": None, "tags": []}},
            [("properties.items", "value"), ("properties.tags", "value")],
            id="another kind of value",
        ),
    ],
)
def test_the_comparison_tells_where_and_how(answer: Json, expected: list[tuple[str, str]]) -> None:
    assert [(each.path, each.kind) for each in differences(COMPARED, answer)] == expected


@dataclass(frozen=True)
class Case:
    """A resource: Azure's answer, what makes it in the sandbox (and says its id), and what differs for a reason."""

    documented: Json
    make: Callable[[Cloud], str]
    # Keys that the sandbox has and the documented answer lacks, with the reason: a newer API version (the schema is
    # that of 2024-05-01 and later), or an example that is abridged.
    newer: dict[str, str] = field(default_factory=dict[str, str])
    # Where the sandbox is not as Azure is, with the reason.
    differs: dict[str, str] = field(default_factory=dict[str, str])


ABRIDGED = "the example is abridged: recordings have it"
NEWER_CONNECTION = {"properties.privateEndpointLocation": "API version 2023-05-01 and later"}
NEWER_NETWORK = {
    "properties.privateEndpointVNetPolicies": "API version 2024-03-01 and later",
}
CLUSTER_DIFFERS = {
    "properties.allowedFQDNList": "spelt `allowedFqdnList` in the model of 2024-04-13",
    "location": "the recording has the region's display name; the sandbox has every region by its programmatic name",
}


def virtual_network(cloud: Cloud) -> str:
    policies = {"privateEndpointNetworkPolicies": "Enabled", "privateLinkServiceNetworkPolicies": "Enabled"}
    properties = {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "dhcpOptions": {},
        "subnets": [subnet("subnet1", "10.0.0.0/24", **policies)],
    }
    cloud.put(DOCUMENTED_NETWORK, {"location": "westus", "tags": {}, "properties": properties})
    return DOCUMENTED_NETWORK


def newer_network(cloud: Cloud) -> str:
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet("subnet1", "10.0.0.0/24")]}
    cloud.put(DOCUMENTED_NETWORK, {"location": "westus", "properties": properties})
    return DOCUMENTED_NETWORK


def subnet_alone(cloud: Cloud) -> str:
    return f"{virtual_network(cloud)}/subnets/subnet1"


PUBLIC_ADDRESS: Json = {
    "location": "westus",
    "sku": {"name": "Standard"},
    "properties": {
        "idleTimeoutInMinutes": 4,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
    },
}


def public_address(cloud: Cloud) -> str:
    cloud.put(DOCUMENTED_ADDRESS, PUBLIC_ADDRESS)
    return DOCUMENTED_ADDRESS


def basic_address(cloud: Cloud) -> str:
    cloud.put(DOCUMENTED_ADDRESS, {"location": "westus"})
    return DOCUMENTED_ADDRESS


def own_interface(cloud: Cloud) -> str:
    configuration = _inner("ipConfig1", privateIPAllocationMethod="Dynamic", subnet={"id": CLIENTS})
    cloud.put(OWN_INTERFACE_ID, {"location": "westus", "properties": {"ipConfigurations": [configuration]}})
    return OWN_INTERFACE_ID


def _inner(name: str, **properties: Any) -> Json:
    return {"name": name, "properties": properties}


PUBLIC_BALANCER: Json = {
    "location": "westus",
    "tags": {},
    "sku": {"name": "Standard"},
    "properties": {
        "backendAddressPools": [{"name": "be"}],
        "frontendIPConfigurations": [
            _inner("fe", publicIPAddress={"id": DOCUMENTED_ADDRESS}, privateIPAddressVersion="IPv4")
        ],
    },
}


def public_balancer(cloud: Cloud) -> str:
    public_address(cloud)
    cloud.put(DOCUMENTED_BALANCER, PUBLIC_BALANCER)
    return DOCUMENTED_BALANCER


def internal_balancer(cloud: Cloud) -> str:
    frontend = {"id": f"{DOCUMENTED_BALANCER}/frontendIPConfigurations/fe"}
    common = {
        "frontendIPConfiguration": frontend,
        "enableFloatingIP": True,
        "idleTimeoutInMinutes": 15,
        "protocol": "Tcp",
        "enableTcpReset": True,
    }
    rule = _inner(
        "rule",
        **common,
        frontendPort=80,
        backendPort=80,
        loadDistribution="Default",
        backendAddressPool={"id": f"{DOCUMENTED_BALANCER}/backendAddressPools/be"},
        probe={"id": f"{DOCUMENTED_BALANCER}/probes/probe"},
        disableOutboundSnat=False,
    )
    probe = _inner(
        "probe",
        protocol="Http",
        port=80,
        requestPath="healthcheck.aspx",
        intervalInSeconds=15,
        numberOfProbes=2,
        probeThreshold=1,
    )
    properties = {
        "frontendIPConfigurations": [_inner("fe", subnet={"id": NAT})],
        "backendAddressPools": [{"name": "be"}],
        "probes": [probe],
        "loadBalancingRules": [rule],
        "inboundNatRules": [_inner("nat", **common, frontendPort=3389, backendPort=3389)],
    }
    cloud.put(DOCUMENTED_BALANCER, {"location": "westus", "sku": {"name": "Standard"}, "properties": properties})
    return DOCUMENTED_BALANCER


def private_link_service(cloud: Cloud) -> str:
    lists = {
        "visibility": {"subscriptions": [CONSUMER_SUBSCRIPTION]},
        "autoApproval": {"subscriptions": [CONSUMER_SUBSCRIPTION]},
    }
    cloud.put(SERVICE, {**service(**lists), "tags": {}})
    return SERVICE


def bare_service(cloud: Cloud) -> str:
    cloud.put(SERVICE, service(visibility=None))
    return SERVICE


def static_service(cloud: Cloud) -> str:
    cloud.put(SERVICE, service(visibility=None, ipConfigurations=[nat("nat-1", privateIPAddress="10.1.0.9")]))
    return SERVICE


def automatic_endpoint(cloud: Cloud) -> str:
    cloud.put(SERVICE, service())
    cloud.put(ENDPOINT, endpoint(SERVICE, manual=False))
    return ENDPOINT


def manual_endpoint(cloud: Cloud) -> str:
    cloud.put(SERVICE, service())
    body = endpoint(SERVICE)
    body["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]["requestMessage"] = "let us in"
    cloud.put(ENDPOINT, body)
    return ENDPOINT


def pending_connection(cloud: Cloud) -> str:
    manual_endpoint(cloud)
    return cloud.connections()[0]["id"]


def approved_connection(cloud: Cloud) -> str:
    manual_endpoint(cloud)
    return cloud.decide("Approved")["id"]


def approved_endpoint(cloud: Cloud) -> str:
    approved_connection(cloud)
    return ENDPOINT


def interface_of_endpoint(cloud: Cloud) -> str:
    return cloud.get(automatic_endpoint(cloud))["properties"]["networkInterfaces"][0]["id"]


def interface_of_service(cloud: Cloud) -> str:
    return cloud.get(private_link_service(cloud))["properties"]["networkInterfaces"][0]["id"]


def private_zone(cloud: Cloud) -> str:
    cloud.put(ZONE, zone())
    return ZONE


def record_set(cloud: Cloud) -> str:
    return cloud.put(f"{private_zone(cloud)}/A/host", a_record("10.0.0.4"))["id"]


def other_record_set(kind: str) -> Callable[[Cloud], str]:
    def make(cloud: Cloud) -> str:
        body = {"properties": {"ttl": 3600, **documented.RECORDS[kind]}}
        return cloud.put(f"{private_zone(cloud)}/{kind}/host", body)["id"]

    return make


def first_record_set(cloud: Cloud) -> str:
    return f"{private_zone(cloud)}/SOA/@"


def network_link(cloud: Cloud) -> str:
    return cloud.put(f"{private_zone(cloud)}/virtualNetworkLinks/link", link(registrationEnabled=False))["id"]


def zone_group(cloud: Cloud) -> str:
    private_zone(cloud)
    manual_endpoint(cloud)
    cloud.put(
        ZONE_GROUP_ID,
        {"properties": {"privateDnsZoneConfigs": [_inner("kusto", privateDnsZoneId=private_zone(cloud))]}},
    )
    return ZONE_GROUP_ID


def cluster(cloud: Cloud) -> str:
    properties = {
        "enableDiskEncryption": False,
        "enableStreamingIngest": True,
        "enablePurge": True,
        "enableDoubleEncryption": False,
        "publicNetworkAccess": "Enabled",
        "allowedIpRangeList": ["0.0.0.0/0"],
        "engineType": "V3",
        "enableAutoStop": True,
    }
    sku = {"name": "Standard_E2a_v4", "capacity": 2, "tier": "Standard"}
    cloud.put(CLUSTER_ID, {"location": "westus", "tags": {}, "sku": sku, "properties": properties})
    return CLUSTER_ID


def security_group(cloud: Cloud) -> str:
    cloud.put(GROUP, {"location": "westus", "tags": {"foo": "doo"}})
    return GROUP


def lock(cloud: Cloud) -> str:
    cloud.put(LOCK_ID, {"properties": {"level": "CanNotDelete"}})
    return LOCK_ID


def resource_group(cloud: Cloud) -> str:
    assert cloud.get(OWNER)
    return OWNER


def _template(frontend: str) -> Json:
    balancer = {
        **PUBLIC_BALANCER,
        "properties": {"frontendIPConfigurations": [_inner("fe", publicIPAddress={"id": frontend})]},
    }
    resources: list[Json] = [
        {"type": "Microsoft.Network/publicIPAddresses", "dependsOn": [], **PUBLIC_ADDRESS},
        {
            "type": "Microsoft.Network/loadBalancers",
            "dependsOn": ["Microsoft.Network/publicIPAddresses/documented"],
            **balancer,
        },
    ]
    common = {"apiVersion": "2021-08-01", "name": "documented"}
    template: Json = {
        "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {},
        "resources": [{**common, **each} for each in resources],
    }
    return {"properties": {"mode": "incremental", "template": template, "parameters": {}}}


def succeeded_deployment(cloud: Cloud) -> str:
    cloud.put(DEPLOYMENT_ID, _template(DOCUMENTED_ADDRESS))
    return DEPLOYMENT_ID


def failed_deployment(cloud: Cloud) -> str:
    with pytest.raises(OperationFailed):
        cloud.put(DEPLOYMENT_ID, _template(network(OWNER, "publicIPAddresses", "none")))
    return DEPLOYMENT_ID


CASES: dict[str, Case] = {
    "a virtual network": Case(documented.VIRTUAL_NETWORK, virtual_network, newer=NEWER_NETWORK),
    "a virtual network of a newer API version": Case(documented.NEWER_NETWORK, newer_network),
    "a subnet": Case(documented.SUBNET, subnet_alone),
    "a public address": Case(documented.PUBLIC_ADDRESS, public_address),
    "a public address without a sku": Case(documented.BASIC_ADDRESS, basic_address),
    "a user's own network interface": Case(documented.OWN_INTERFACE, own_interface),
    "a public load balancer": Case(documented.PUBLIC_BALANCER, public_balancer),
    "an internal load balancer": Case(
        documented.INTERNAL_BALANCER,
        internal_balancer,
        newer=dict.fromkeys(
            [
                "sku.tier",
                "properties.outboundRules",
                "properties.backendAddressPools[].properties.loadBalancerBackendAddresses",
            ],
            ABRIDGED,
        ),
    ),
    "a private link service": Case(documented.PRIVATE_LINK_SERVICE, private_link_service),
    "a private link service without lists": Case(documented.BARE_SERVICE, bare_service),
    "a private link service with a static address": Case(documented.STATIC_SERVICE, static_service),
    "a pending connection of a service": Case(
        documented.PENDING_CONNECTION, pending_connection, newer=NEWER_CONNECTION
    ),
    "an approved connection of a service": Case(
        documented.APPROVED_CONNECTION, approved_connection, newer=NEWER_CONNECTION
    ),
    "an automatic endpoint": Case(documented.AUTOMATIC_ENDPOINT, automatic_endpoint),
    "a manual endpoint that waits": Case(documented.MANUAL_ENDPOINT, manual_endpoint),
    "a manual endpoint that was approved": Case(documented.APPROVED_ENDPOINT, approved_endpoint),
    "an endpoint's network interface": Case(documented.INTERFACE_OF_ENDPOINT, interface_of_endpoint),
    "a service's network interface": Case(documented.INTERFACE_OF_SERVICE, interface_of_service),
    "a zone group": Case(documented.ZONE_GROUP, zone_group),
    "a private zone": Case(documented.PRIVATE_ZONE, private_zone),
    "an A record set": Case(documented.RECORD_SET, record_set),
    **{
        f"a record set of type {kind}": Case(documented.record_set(kind, "host", **records), other_record_set(kind))
        for kind, records in documented.RECORDS.items()
    },
    "the SOA record set": Case(documented.FIRST_RECORD_SET, first_record_set),
    "a virtual network link": Case(
        documented.NETWORK_LINK, network_link, newer={"properties.resolutionPolicy": "API version 2024-06-01 and later"}
    ),
    "a cluster": Case(
        documented.CLUSTER,
        cluster,
        newer={
            "properties.allowedFqdnList": "spelt `allowedFQDNList` in the recording (2022-02-01)",
            "properties.publicIPType": "not in the recording (2022-02-01), in the model of 2024-04-13",
            "properties.privateEndpointConnections": "not in the recording (2022-02-01), in the model of 2024-04-13",
        },
        differs=CLUSTER_DIFFERS,
    ),
    "an application security group": Case(documented.SECURITY_GROUP, security_group),
    "a lock": Case(documented.LOCK, lock),
    "a resource group": Case(documented.RESOURCE_GROUP, resource_group),
    "a deployment that succeeded": Case(documented.SUCCEEDED_DEPLOYMENT, succeeded_deployment),
    "a deployment that failed": Case(
        documented.FAILED_DEPLOYMENT,
        failed_deployment,
        newer={"properties.outputResources": "no document shows whether a failed deployment lists what it deployed"},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_answers_as_azure_does(cloud: Cloud, case: Case) -> None:
    found = list(differences(case.documented, cloud.get(case.make(cloud))))
    unexplained = [
        each
        for each in found
        if each.path not in case.differs and (each.kind != "extra" or each.path not in case.newer)
    ]
    assert unexplained == []
    # What no longer differs leaves the lists.
    assert {*case.newer, *case.differs} - {each.path for each in found} == set()


# Azure/azure-cli, command_modules/privatedns/tests/latest/recordings: test_GetZone_ZoneNotExists_ExpectError.yaml,
# test_GetLink_ZoneNotExists_ExpectError.yaml,
# test_PutRecordSet_ZoneNotExists_ExpectError.yaml, test_PutRecordSet_IfNoneMatchFailure_ExpectError.yaml,
# test_PatchRecordSet_IfMatchFailure_ExpectError.yaml; for a group, azure-docs, troubleshooting/error-not-found.md.
NOT_FOUND = AzureError(
    404,
    "ResourceNotFound",
    f"The Resource 'Microsoft.Network/privateDnsZones/{ZONE_NAME}' under resource group 'consumer' was not found. For "
    "more details please go to https://aka.ms/ARMResourceNotFoundFix",
)
NO_LINK = AzureError(
    404,
    "ResourceNotFound",
    f"The Resource 'Microsoft.Network/privateDnsZones/{ZONE_NAME}/virtualNetworkLinks/link' under resource group "
    "'consumer' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
)
NO_GROUP = AzureError(404, "ResourceGroupNotFound", "Resource group 'owner-none' could not be found.")
NO_PARENT = AzureError(
    404,
    "ParentResourceNotFound",
    "Failed to perform 'write' on resource(s) of type 'privateDnsZones/A', because the parent resource "
    f"'{ZONE}' could not be found.",
)
EXISTS = AzureError(
    412, "PreconditionFailed", "The Record set host exists already and hence cannot be created again.", wrapped=False
)
CHANGED = AzureError(412, "PreconditionFailed", "The Record set host has been modified (etag mismatch).", wrapped=False)


def get(id: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.get(id)


def put_host(cloud: Cloud, **conditions: Any) -> None:
    cloud.azure.put(ResourceId.parse(f"{ZONE}/A/host"), a_record("10.0.0.4"), **conditions)


def put_host_again(**conditions: Any) -> Callable[[Cloud], None]:
    def again(cloud: Cloud) -> None:
        record_set(cloud)
        put_host(cloud, **conditions)

    return again


@pytest.mark.parametrize(
    ("refusal", "refused"),
    [
        pytest.param(NOT_FOUND, get(ZONE), id="no such resource"),
        pytest.param(NO_GROUP, get(f"{OWNER}-none"), id="no such group"),
        pytest.param(NO_LINK, get(f"{ZONE}/virtualNetworkLinks/link"), id="nor what lies in it"),
        pytest.param(NO_PARENT, put_host, id="no such zone"),
        pytest.param(EXISTS, put_host_again(if_none_match=True), id="a record set that exists"),
        pytest.param(CHANGED, put_host_again(if_match="another"), id="a record set that has changed"),
    ],
)
def test_it_refuses_as_azure_does(cloud: Cloud, refusal: AzureError, refused: Callable[[Cloud], object]) -> None:
    with pytest.raises(AzureError) as told:
        refused(cloud)
    assert told.value == refusal
