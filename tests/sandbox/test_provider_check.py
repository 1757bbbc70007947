"""What Check does to inputs: names, locations, the API version; and what it refuses, in the provider's words."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from azure_sandbox.provider.schema import RESOURCES

from .engine import UNKNOWN, Engine
from .places import CONSUMER, Cloud

ENDPOINT = "network:PrivateEndpoint"
LINK = "privatedns:VirtualNetworkLink"
IN_GROUP = {"resourceGroupName": "consumer"}
IN_ZONE = {**IN_GROUP, "privateZoneName": "a.b"}


def test_a_missing_name_is_drawn_for_top_level_types(engine: Engine) -> None:
    inputs, failures = engine.check(ENDPOINT, IN_GROUP)
    name = inputs["privateEndpointName"]
    assert name.startswith("thing")
    assert len(name) == len("thing") + 8
    assert set(name.removeprefix("thing")) <= set("0123456789abcdef")
    assert inputs["__createBeforeDelete"] is True
    assert failures == []


def test_the_same_seed_draws_the_same_name(engine: Engine) -> None:
    """A preview and its update must announce and make one name."""
    drawn = [engine.check(ENDPOINT, IN_GROUP, seed=seed)[0]["privateEndpointName"] for seed in (b"a", b"a", b"b")]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("type", "inputs", "property"),
    [
        (LINK, IN_ZONE, "virtualNetworkLinkName"),
        ("privatedns:PrivateRecordSet", {**IN_ZONE, "recordType": "A"}, "relativeRecordSetName"),
        ("network:Subnet", {**IN_GROUP, "virtualNetworkName": "vnet"}, "subnetName"),
        (
            "network:PrivateLinkServicePrivateEndpointConnection",
            {**IN_GROUP, "serviceName": "pls"},
            "peConnectionName",
        ),
    ],
)
def test_nested_types_are_named_as_the_program_names_them(
    engine: Engine, type: str, inputs: dict[str, Any], property: str
) -> None:
    checked, _ = engine.check(type, inputs, name="exact")
    assert checked[property] == "exact"
    assert "__createBeforeDelete" not in checked


def test_a_name_once_drawn_stays(engine: Engine) -> None:
    olds = {**IN_GROUP, "privateEndpointName": "thing12345678", "__createBeforeDelete": True}
    inputs, _ = engine.check(ENDPOINT, IN_GROUP, olds, seed=b"other")
    assert inputs["privateEndpointName"] == "thing12345678"
    assert inputs["__createBeforeDelete"] is True


def test_a_given_name_wins(engine: Engine) -> None:
    olds = {**IN_GROUP, "privateEndpointName": "old", "__createBeforeDelete": True}
    inputs, _ = engine.check(ENDPOINT, {**IN_GROUP, "privateEndpointName": "new"}, olds)
    assert inputs["privateEndpointName"] == "new"
    assert "__createBeforeDelete" not in inputs


def test_an_unknown_name_counts_as_given(engine: Engine) -> None:
    inputs, failures = engine.check(ENDPOINT, {**IN_GROUP, "privateEndpointName": UNKNOWN})
    assert inputs["privateEndpointName"] == UNKNOWN
    assert failures == []


_Naming = provider_pb2.CheckRequest.AutonamingOptions


def test_the_projects_autonaming_is_heard(engine: Engine) -> None:
    proposed, _ = engine.check(
        ENDPOINT, IN_GROUP, autonaming=_Naming(proposed_name="house-style", mode=_Naming.PROPOSE)
    )
    assert proposed["privateEndpointName"] == "house-style"
    _, failures = engine.check(ENDPOINT, IN_GROUP, autonaming=_Naming(mode=_Naming.DISABLE))
    assert failures == ["missing required property 'privateEndpointName'"]


def test_location_old_before_configured_before_the_groups(engine: Engine) -> None:
    assert engine.check(ENDPOINT, IN_GROUP)[0]["location"] == "westus"
    engine.configure(location="northeurope")
    assert engine.check(ENDPOINT, IN_GROUP)[0]["location"] == "northeurope"
    assert engine.check(ENDPOINT, IN_GROUP, {"location": "eastus"})[0]["location"] == "eastus"
    assert engine.check(ENDPOINT, {**IN_GROUP, "location": "here"}, {"location": "eastus"})[0]["location"] == "here"


def test_private_dns_gets_a_region_too_unless_told_otherwise(engine: Engine) -> None:
    """A trap: Azure then refuses, since private DNS is `global`."""
    assert engine.check(LINK, IN_ZONE)[0]["location"] == "westus"
    assert engine.check(LINK, {**IN_ZONE, "location": "Global"})[0]["location"] == "Global"


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        ("resources:Deployment", {**IN_GROUP, "properties": {}}),
        ("network:Subnet", {**IN_GROUP, "virtualNetworkName": "vnet"}),
        ("privatedns:PrivateRecordSet", {**IN_ZONE, "recordType": "A"}),
        (ENDPOINT, {"resourceGroupName": "gone"}),
    ],
)
def test_no_location_where_there_is_none_to_have(engine: Engine, type: str, inputs: dict[str, Any]) -> None:
    checked, failures = engine.check(type, inputs)
    assert "location" not in checked
    assert failures == []


def test_an_unknown_group_makes_the_location_unknown(engine: Engine) -> None:
    assert engine.check(ENDPOINT, {"resourceGroupName": UNKNOWN})[0]["location"] == UNKNOWN


@pytest.mark.parametrize(
    ("type", "version"),
    [
        (ENDPOINT, "2024-05-01"),
        ("privatedns:PrivateZone", "2024-06-01"),
        ("resources:Deployment", "2024-03-01"),
        ("kusto:Cluster", "2024-04-13"),
    ],
)
def test_the_api_version_joins_the_inputs(engine: Engine, type: str, version: str) -> None:
    assert engine.check(type, IN_GROUP)[0]["azureApiVersion"] == version
    assert engine.check(type, {**IN_GROUP, "azureApiVersion": "2020-01-01"})[0]["azureApiVersion"] == "2020-01-01"


NO_LOCATION = (
    "missing required property 'location'. Either set it explicitly or configure it with "
    "'pulumi config set azure-native:location <value>'."
)


@pytest.mark.parametrize(
    ("type", "inputs", "failure"),
    [
        (ENDPOINT, {}, "missing required property 'resourceGroupName'"),
        ("resources:Deployment", IN_GROUP, "missing required property 'properties'"),
        ("resources:ResourceGroup", {}, NO_LOCATION),
        ("kusto:Cluster", {"resourceGroupName": "gone", "sku": {}}, NO_LOCATION),
        (ENDPOINT, {**IN_GROUP, "location": 1}, "'location' should be of type 'string' but got a number"),
        (ENDPOINT, {**IN_GROUP, "subnet": "id"}, "'subnet' should be of type 'object' but got a string"),
        (ENDPOINT, {**IN_GROUP, "subnet": {"id": ["a"]}}, "'subnet.id' should be of type 'string' but got an array"),
        (
            ENDPOINT,
            {**IN_GROUP, "manualPrivateLinkServiceConnections": [{"name": "a"}, {"name": 7}]},
            "'manualPrivateLinkServiceConnections[1].name' should be of type 'string' but got a number",
        ),
        (
            ENDPOINT,
            {**IN_GROUP, "manualPrivateLinkServiceConnections": {"name": "a"}},
            "'manualPrivateLinkServiceConnections' should be of type 'array' but got an object",
        ),
        (
            "privatedns:PrivateRecordSet",
            {**IN_ZONE, "recordType": "A", "ttl": "300"},
            "'ttl' should be of type 'number' but got a string",
        ),
        (
            "network:PublicIPAddress",
            {**IN_GROUP, "idleTimeoutInMinutes": 1.5},
            "'idleTimeoutInMinutes' must be an integer but got 1.500000",
        ),
    ],
)
def test_what_is_wrong_is_told_in_the_providers_words(
    engine: Engine, type: str, inputs: dict[str, Any], failure: str
) -> None:
    assert engine.check(type, inputs)[1] == [failure]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"privateEndpointNetworkPolicies": "Nonsense"}, id="enums are open strings"),
        pytest.param({"addresPrefix": "10.0.0.0/24"}, id="a misspelt property"),
        pytest.param({"defaultOutboundAccess": "yes"}, id="a boolean's type"),
        pytest.param({"addressPrefix": UNKNOWN}, id="what is not known yet"),
        pytest.param({"addressPrefix": None}, id="null is absent"),
    ],
)
def test_what_the_provider_lets_through(engine: Engine, more: dict[str, Any]) -> None:
    assert engine.check("network:Subnet", {**IN_GROUP, "virtualNetworkName": "vnet", **more})[1] == []


def test_what_it_does_not_know(engine: Engine) -> None:
    with engine.refused("Resource type azure-native:network:VirtualHub not found"):
        engine.check("network:VirtualHub", {})


def test_every_type_is_checked_without_a_crash(engine: Engine, cloud: Cloud) -> None:
    assert CONSUMER in cloud.ids()
    for token in RESOURCES:
        checked, _ = engine.check(token.removeprefix("azure-native:"), IN_GROUP)
        assert checked["azureApiVersion"]
