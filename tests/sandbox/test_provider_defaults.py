"""What Check fills in: names, locations, the API version."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from azure_sandbox.azure import Trouble
from azure_sandbox.provider import autonaming, group_locations, input_defaults

from .engine import UNKNOWN, Engine
from .holds import holds
from .places import CONSUMER, Cloud

ENDPOINT = "network:PrivateEndpoint"
LINK = "privatedns:VirtualNetworkLink"
IN_GROUP = {"resourceGroupName": "consumer"}
IN_ZONE = {**IN_GROUP, "privateZoneName": "a.b"}
DEPLOYMENT = {**IN_GROUP, "properties": {"mode": "Incremental"}}
_Naming = provider_pb2.CheckRequest.AutonamingOptions


@holds(autonaming.NAME_IS_RANDOM)
def test_a_missing_name_is_drawn_for_top_level_types(engine: Engine) -> None:
    inputs, failures = engine.check(ENDPOINT, IN_GROUP)
    name = inputs["privateEndpointName"]
    assert name.startswith("thing")
    assert len(name) == len("thing") + 8
    assert set(name.removeprefix("thing")) <= set("0123456789abcdef")
    assert inputs["__createBeforeDelete"] is True
    assert failures == []


@holds(autonaming.NAME_IS_RANDOM)
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
        ("network:PrivateDnsZoneGroup", {**IN_GROUP, "privateEndpointName": "pe"}, "privateDnsZoneGroupName"),
        ("network:PrivateLinkServicePrivateEndpointConnection", {**IN_GROUP, "serviceName": "pls"}, "peConnectionName"),
    ],
)
@holds(autonaming.NAME_IS_COPIED)
def test_nested_types_are_named_as_the_program_names_them(
    engine: Engine, type: str, inputs: dict[str, Any], property: str
) -> None:
    checked, _ = engine.check(type, inputs, name="exact")
    assert checked[property] == "exact"
    assert "__createBeforeDelete" not in checked


@pytest.mark.parametrize("drawn", [True, False])
@holds(autonaming.NAME_IS_KEPT)
def test_a_name_once_filled_in_stays(engine: Engine, *, drawn: bool) -> None:
    olds = {**IN_GROUP, "privateEndpointName": "thing12345678", **({"__createBeforeDelete": True} if drawn else {})}
    for naming in (None, _Naming(proposed_name="other", mode=_Naming.ENFORCE), _Naming(mode=_Naming.DISABLE)):
        inputs, _ = engine.check(ENDPOINT, IN_GROUP, olds, seed=b"other", autonaming=naming)
        assert inputs["privateEndpointName"] == "thing12345678"
        assert inputs.get("__createBeforeDelete", False) is drawn


@holds(autonaming.NAME_IS_KEPT)
def test_a_given_name_wins(engine: Engine) -> None:
    olds = {**IN_GROUP, "privateEndpointName": "old", "__createBeforeDelete": True}
    inputs, _ = engine.check(ENDPOINT, {**IN_GROUP, "privateEndpointName": "new"}, olds)
    assert inputs["privateEndpointName"] == "new"
    assert "__createBeforeDelete" not in inputs


@holds(autonaming.UNKNOWN_NAME)
def test_an_unknown_name_counts_as_given(engine: Engine) -> None:
    inputs, failures = engine.check(ENDPOINT, {**IN_GROUP, "privateEndpointName": UNKNOWN, "location": UNKNOWN})
    assert (inputs["privateEndpointName"], inputs["location"]) == (UNKNOWN, UNKNOWN)
    assert failures == []


@pytest.mark.parametrize("mode", [_Naming.PROPOSE, _Naming.ENFORCE])
@pytest.mark.parametrize(
    ("type", "inputs", "property"),
    [(ENDPOINT, IN_GROUP, "privateEndpointName"), (LINK, IN_ZONE, "virtualNetworkLinkName")],
)
@holds(autonaming.NAME_IS_PROPOSED)
def test_the_projects_autonaming_is_heard(
    engine: Engine, type: str, inputs: dict[str, Any], property: str, mode: _Naming.Mode.ValueType
) -> None:
    """Also where the logical name would be copied, and then a replacement is made before its predecessor is gone."""
    proposed, _ = engine.check(type, inputs, autonaming=_Naming(proposed_name="house-style", mode=mode))
    assert proposed[property] == "house-style"
    assert proposed["__createBeforeDelete"] is True


@holds(autonaming.NAME_IS_REQUIRED)
def test_autonaming_can_be_forbidden(engine: Engine) -> None:
    _, failures = engine.check(ENDPOINT, IN_GROUP, autonaming=_Naming(mode=_Naming.DISABLE))
    assert failures == ["missing required property 'privateEndpointName'"]


@holds(input_defaults.LOCATION_ORDER)
def test_location_old_before_configured_before_the_groups(engine: Engine) -> None:
    assert engine.check(ENDPOINT, IN_GROUP)[0]["location"] == "westus"
    engine.configure(location="northeurope")
    assert engine.check(ENDPOINT, IN_GROUP)[0]["location"] == "northeurope"
    assert engine.check(ENDPOINT, IN_GROUP, {"location": "eastus"})[0]["location"] == "eastus"
    assert engine.check(ENDPOINT, {**IN_GROUP, "location": "here"}, {"location": "eastus"})[0]["location"] == "here"


@holds(input_defaults.PRIVATE_DNS_GETS_A_REGION)
def test_private_dns_gets_a_region_too_unless_told_otherwise(engine: Engine) -> None:
    """A trap: Azure then refuses, since private DNS is `global`."""
    assert engine.check(LINK, IN_ZONE)[0]["location"] == "westus"
    assert engine.check(LINK, {**IN_ZONE, "location": "Global"})[0]["location"] == "Global"


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        ("resources:Deployment", DEPLOYMENT),
        ("network:Subnet", {**IN_GROUP, "virtualNetworkName": "vnet"}),
        ("network:PrivateDnsZoneGroup", {**IN_GROUP, "privateEndpointName": "pe"}),
        ("privatedns:PrivateRecordSet", {**IN_ZONE, "recordType": "A"}),
    ],
)
@holds(input_defaults.NO_LOCATION)
def test_no_location_where_there_is_none_to_have(engine: Engine, type: str, inputs: dict[str, Any]) -> None:
    engine.configure(location="northeurope")
    checked, failures = engine.check(type, inputs)
    assert "location" not in checked
    assert failures == []


@holds(group_locations.UNKNOWN_GROUP)
def test_an_unknown_group_makes_the_location_unknown(engine: Engine) -> None:
    assert engine.check(ENDPOINT, {"resourceGroupName": UNKNOWN})[0]["location"] == UNKNOWN


@pytest.mark.parametrize("kind", ["refused", "unavailable"])
@holds(group_locations.GROUP_UNREADABLE)
def test_a_group_that_cannot_be_read_has_no_location(engine: Engine, cloud: Cloud, kind: Any) -> None:
    """An identity that may work in a group, but not read it, must say locations itself."""
    cloud.azure.add_trouble(Trouble(kind=kind, on=f"GET {CONSUMER}", times=None))
    checked, failures = engine.check(ENDPOINT, IN_GROUP)
    assert "location" not in checked
    assert failures == []
    assert "location" not in engine.check(ENDPOINT, {"resourceGroupName": "gone"})[0]


@holds(group_locations.GROUP_READ_ONCE)
def test_a_groups_location_is_read_once(engine: Engine, cloud: Cloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="slow", seconds=0))
    for _ in range(3):
        engine.check(ENDPOINT, IN_GROUP)
    assert cloud.azure.calls() == [f"GET {CONSUMER.lower()}"]


@pytest.mark.parametrize(
    ("type", "version"),
    [
        (ENDPOINT, "2024-05-01"),
        ("privatedns:PrivateZone", "2024-06-01"),
        ("resources:Deployment", "2024-03-01"),
        ("kusto:Cluster", "2024-04-13"),
    ],
)
@holds(input_defaults.API_VERSION_IN_INPUTS)
def test_the_api_version_joins_the_inputs(engine: Engine, type: str, version: str) -> None:
    assert engine.check(type, IN_GROUP)[0]["azureApiVersion"] == version
    assert engine.check(type, {**IN_GROUP, "azureApiVersion": "2020-01-01"})[0]["azureApiVersion"] == "2020-01-01"


@holds(input_defaults.NULLS_ARE_ABSENT)
def test_nulls_are_absent_at_any_depth(engine: Engine) -> None:
    """What a program says about a property by saying None about it: nothing."""
    given = {**IN_GROUP, "privateEndpointName": None, "tags": None, "subnet": {"id": "a", "addressPrefix": None}}
    inputs, _ = engine.check(ENDPOINT, given)
    assert inputs["privateEndpointName"].startswith("thing")
    assert inputs["subnet"] == {"id": "a"}
    assert "tags" not in inputs
