"""Which inputs Check rejects, in the provider's words."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.provider import input_validation
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..fake_engine import UNKNOWN, Engine
from ..rule_marks import holds
from ..small_world import CONSUMER, SandboxCloud

ENDPOINT = "network:PrivateEndpoint"


CLUSTER = "kusto:Cluster"


IN_GROUP = {"resourceGroupName": "consumer"}


IN_ZONE = {**IN_GROUP, "privateZoneName": "a.b"}


IN_NETWORK = {**IN_GROUP, "virtualNetworkName": "vnet"}


SKU = {"name": "Standard_D11_v2", "tier": "Standard"}


NO_LOCATION = (
    "missing required property 'location'. Either set it explicitly or configure it with "
    "'pulumi config set azure-native:location <value>'."
)


@pytest.mark.parametrize(
    ("type", "inputs", "missing"),
    [
        (ENDPOINT, {}, ["'resourceGroupName'"]),
        ("network:PrivateDnsZoneGroup", IN_GROUP, ["'privateEndpointName'"]),
        ("privatedns:PrivateRecordSet", IN_ZONE, ["'recordType'"]),
        ("resources:Deployment", IN_GROUP, ["'properties'"]),
        ("resources:Deployment", {**IN_GROUP, "properties": {}}, ["'properties.mode'"]),
        (CLUSTER, {**IN_GROUP, "sku": {}}, ["'sku.name'", "'sku.tier'"]),
        (CLUSTER, IN_GROUP, ["'sku'"]),
        (
            "network:LoadBalancer",
            {**IN_GROUP, "probes": [{"port": 1, "protocol": "Tcp"}, {"port": 1}]},
            ["'probes[1].protocol'"],
        ),
        (
            "network:VirtualNetwork",
            {**IN_GROUP, "subnets": [{"routeTable": {"routes": [{"name": "r"}]}}]},
            ["'subnets[0].routeTable.routes[0].nextHopType'"],
        ),
    ],
)
@holds(input_validation.REQUIRED)
def test_a_missing_property_is_reported_with_its_path(
    engine: Engine, type: str, inputs: dict[str, Any], missing: list[str]
) -> None:
    assert engine.check(type, inputs)[1] == [f"missing required property {path}" for path in missing]


@pytest.mark.parametrize(
    ("type", "inputs"),
    [("resources:ResourceGroup", {}), (CLUSTER, {"resourceGroupName": "gone", "sku": SKU})],
)
@holds(input_validation.REQUIRED)
def test_a_missing_location_has_a_remedy(engine: Engine, type: str, inputs: dict[str, Any]) -> None:
    assert engine.check(type, inputs)[1] == [NO_LOCATION]


@pytest.mark.parametrize("type", [token for token in RESOURCE_SPECS if ":network:" in token or ":privatedns:" in token])
@holds(input_validation.REQUIRED_BY_THE_API)
def test_network_and_private_dns_types_require_their_path_only(engine: Engine, type: str) -> None:
    """Azure rejects what else is missing."""
    inputs = {**dict.fromkeys(RESOURCE_SPECS[type].path_parameters, "x"), "resourceGroupName": "gone"}
    checked, failures = engine.check(type.removeprefix("azure-native:"), inputs)
    assert "location" not in checked
    assert failures == []


@pytest.mark.parametrize(
    ("type", "inputs", "failure"),
    [
        (ENDPOINT, {**IN_GROUP, "location": 1}, "'location' should be of type 'string' but got a number"),
        (
            ENDPOINT,
            {**IN_GROUP, "privateEndpointName": 7},
            "'privateEndpointName' should be of type 'string' but got a number",
        ),
        (ENDPOINT, {**IN_GROUP, "subnet": "id"}, "'subnet' should be of type 'object' but got a string"),
        (ENDPOINT, {**IN_GROUP, "subnet": ["id"]}, "'subnet' should be of type 'object' but got an array"),
        (ENDPOINT, {**IN_GROUP, "tags": "a=b"}, "'tags' should be of type 'object' but got a string"),
        (ENDPOINT, {**IN_GROUP, "subnet": {"id": ["a"]}}, "'subnet.id' should be of type 'string' but got an array"),
        (
            ENDPOINT,
            {**IN_GROUP, "manualPrivateLinkServiceConnections": [{"name": "a"}, {"name": 7}]},
            "'manualPrivateLinkServiceConnections[1].name' should be of type 'string' but got a number",
        ),
        (
            ENDPOINT,
            {**IN_GROUP, "manualPrivateLinkServiceConnections": "alias"},
            "'manualPrivateLinkServiceConnections' should be of type 'array' but got a string",
        ),
        (
            "privatedns:PrivateRecordSet",
            {**IN_ZONE, "recordType": "A", "ttl": "300"},
            "'ttl' should be of type 'number' but got a string",
        ),
        (
            "network:PublicIPAddress",
            {**IN_GROUP, "idleTimeoutInMinutes": "4"},
            "'idleTimeoutInMinutes' should be of type 'integer' but got a string",
        ),
        (
            "network:Subnet",
            {**IN_NETWORK, "defaultOutboundAccess": "yes"},
            "'defaultOutboundAccess' should be of type 'boolean' but got a string",
        ),
        (
            "network:Subnet",
            {**IN_NETWORK, "privateEndpointNetworkPolicies": 1},
            "'privateEndpointNetworkPolicies' should be of type 'string' but got a number",
        ),
    ],
)
@holds(input_validation.TYPES)
def test_a_value_of_another_type_is_rejected(engine: Engine, type: str, inputs: dict[str, Any], failure: str) -> None:
    assert engine.check(type, inputs)[1] == [failure]


@holds(input_validation.INTEGERS)
def test_an_integer_has_no_fraction(engine: Engine) -> None:
    inputs = {**IN_GROUP, "idleTimeoutInMinutes": 1.5}
    failure = "'idleTimeoutInMinutes' must be an integer but got 1.500000"
    assert engine.check("network:PublicIPAddress", inputs)[1] == [failure]


@pytest.mark.parametrize(
    ("type", "inputs", "failures"),
    [
        (
            "resources:ResourceGroup",
            {"resourceGroupName": "x" * 91},
            ["'resourceGroupName' is too long (91): at most 90 characters allowed"],
        ),
        (
            CLUSTER,
            {"resourceGroupName": "a b", "sku": SKU},
            [r"'resourceGroupName' does not match expression '^[-\w\._\(\)]+$'"],
        ),
        (
            "resources:ResourceGroup",
            {"resourceGroupName": ""},
            [
                "'resourceGroupName' is too short (0): at least 1 characters required",
                r"'resourceGroupName' does not match expression '^[-\w\._\(\)]+$'",
            ],
        ),
        (
            "resources:ResourceGroup",
            {"resourceGroupName": "größe"},
            [r"'resourceGroupName' does not match expression '^[-\w\._\(\)]+$'"],
        ),
        (
            "resources:Deployment",
            {**IN_GROUP, "deploymentName": "x" * 65, "properties": {"mode": "Incremental"}},
            ["'deploymentName' is too long (65): at most 64 characters allowed"],
        ),
        (
            "storage:StorageAccount",
            {**IN_GROUP, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "accountName": "My-Data"},
            ["'accountName' does not match expression '^[a-z0-9]+$'"],
        ),
        ("network:VirtualNetwork", {"resourceGroupName": "a b" * 50}, []),
        ("privatedns:PrivateZone", {"resourceGroupName": "a b" * 50}, []),
    ],
)
@holds(input_validation.TEXT_LIMITS)
def test_names_have_the_limits_of_the_api(
    engine: Engine, type: str, inputs: dict[str, Any], failures: list[str]
) -> None:
    assert engine.check(type, {"location": "westus", **inputs})[1] == failures


@holds(input_validation.UNKNOWNS)
def test_an_unknown_value_is_never_rejected(engine: Engine) -> None:
    """Otherwise the preview of a whole stack would fail."""
    for token, spec in RESOURCE_SPECS.items():
        _, failures = engine.check(token.removeprefix("azure-native:"), dict.fromkeys(spec.inputs, UNKNOWN))
        assert failures == []


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"privateEndpointNetworkPolicies": "Nonsense"}, id="enums are open strings"),
        pytest.param({"natGateway": {"id": True}}, id="true in the place of a text"),
        pytest.param({"addressPrefix": {"a": "b"}}, id="an object in the place of a text"),
        pytest.param({"addressPrefixes": {"a": "b"}}, id="an object in the place of a list"),
        pytest.param({"networkSecurityGroup": {"tags": {"a": 1}}}, id="the values of a map"),
        pytest.param({"addressPrefix": None}, id="null is absent"),
    ],
)
@holds(input_validation.TYPES, input_validation.NOT_VALIDATED)
def test_values_that_are_not_validated(engine: Engine, more: dict[str, Any]) -> None:
    assert engine.check("network:Subnet", {**IN_NETWORK, **more})[1] == []


def test_every_type_can_be_checked(engine: Engine, cloud: SandboxCloud) -> None:
    assert CONSUMER in cloud.ids()
    for token in RESOURCE_SPECS:
        checked, _ = engine.check(token.removeprefix("azure-native:"), IN_GROUP)
        assert checked["azureApiVersion"]
