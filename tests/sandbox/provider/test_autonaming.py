"""Names that Check fills in."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from azure_sandbox.provider import autonaming

from ..fake_engine import UNKNOWN, Engine
from ..rule_marks import holds

ENDPOINT = "network:PrivateEndpoint"


LINK = "privatedns:VirtualNetworkLink"


IN_GROUP = {"resourceGroupName": "consumer"}


IN_ZONE = {**IN_GROUP, "privateZoneName": "a.b"}


_Naming = provider_pb2.CheckRequest.AutonamingOptions


@holds(autonaming.NAME_IS_RANDOM)
def test_a_missing_name_of_a_top_level_type_is_random(engine: Engine) -> None:
    inputs, failures = engine.check(ENDPOINT, IN_GROUP)
    name = inputs["privateEndpointName"]
    assert name.startswith("thing")
    assert len(name) == len("thing") + 8
    assert set(name.removeprefix("thing")) <= set("0123456789abcdef")
    assert inputs["__createBeforeDelete"] is True
    assert failures == []


@holds(autonaming.NAME_IS_RANDOM)
def test_the_same_seed_gives_the_same_name(engine: Engine) -> None:
    """The preview announces the name that the update creates."""
    names = [engine.check(ENDPOINT, IN_GROUP, seed=seed)[0]["privateEndpointName"] for seed in (b"a", b"a", b"b")]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(
    ("type", "inputs", "property"),
    [
        (LINK, IN_ZONE, "virtualNetworkLinkName"),
        ("privatedns:PrivateRecordSet", {**IN_ZONE, "recordType": "A"}, "relativeRecordSetName"),
        ("network:Subnet", {**IN_GROUP, "virtualNetworkName": "vnet"}, "subnetName"),
        ("network:PrivateDnsZoneGroup", {**IN_GROUP, "privateEndpointName": "pe"}, "privateDnsZoneGroupName"),
        ("network:PrivateLinkServicePrivateEndpointConnection", {**IN_GROUP, "serviceName": "pls"}, "peConnectionName"),
        ("kusto:PrivateEndpointConnection", {**IN_GROUP, "clusterName": "adx"}, "privateEndpointConnectionName"),
    ],
)
@holds(autonaming.NAME_IS_COPIED)
def test_a_missing_name_of_a_nested_type_is_the_logical_name(
    engine: Engine, type: str, inputs: dict[str, Any], property: str
) -> None:
    checked, _ = engine.check(type, inputs, name="exact")
    assert checked[property] == "exact"
    assert "__createBeforeDelete" not in checked


@pytest.mark.parametrize("is_random", [True, False])
@holds(autonaming.NAME_IS_KEPT)
def test_a_name_that_was_filled_in_is_kept(engine: Engine, *, is_random: bool) -> None:
    olds = {**IN_GROUP, "privateEndpointName": "thing12345678", **({"__createBeforeDelete": True} if is_random else {})}
    for naming in (None, _Naming(proposed_name="other", mode=_Naming.ENFORCE), _Naming(mode=_Naming.DISABLE)):
        inputs, _ = engine.check(ENDPOINT, IN_GROUP, olds, seed=b"other", autonaming=naming)
        assert inputs["privateEndpointName"] == "thing12345678"
        assert inputs.get("__createBeforeDelete", False) is is_random


@holds(autonaming.NAME_IS_KEPT)
def test_a_new_name_in_the_program_is_used(engine: Engine) -> None:
    olds = {**IN_GROUP, "privateEndpointName": "old", "__createBeforeDelete": True}
    inputs, _ = engine.check(ENDPOINT, {**IN_GROUP, "privateEndpointName": "new"}, olds)
    assert inputs["privateEndpointName"] == "new"
    assert "__createBeforeDelete" not in inputs


@holds(autonaming.UNKNOWN_NAME)
def test_an_unknown_name_counts_as_set(engine: Engine) -> None:
    inputs, failures = engine.check(ENDPOINT, {**IN_GROUP, "privateEndpointName": UNKNOWN, "location": UNKNOWN})
    assert (inputs["privateEndpointName"], inputs["location"]) == (UNKNOWN, UNKNOWN)
    assert failures == []


@pytest.mark.parametrize("mode", [_Naming.PROPOSE, _Naming.ENFORCE])
@pytest.mark.parametrize(
    ("type", "inputs", "property"),
    [(ENDPOINT, IN_GROUP, "privateEndpointName"), (LINK, IN_ZONE, "virtualNetworkLinkName")],
)
@holds(autonaming.NAME_IS_PROPOSED)
def test_autonaming_of_the_project_proposes_the_name(
    engine: Engine, type: str, inputs: dict[str, Any], property: str, mode: _Naming.Mode.ValueType
) -> None:
    """Also of a nested type; a replacement is then created before the old resource is deleted."""
    proposed, _ = engine.check(type, inputs, autonaming=_Naming(proposed_name="house-style", mode=mode))
    assert proposed[property] == "house-style"
    assert proposed["__createBeforeDelete"] is True


@holds(autonaming.NAME_IS_REQUIRED)
def test_disabled_autonaming_requires_a_name(engine: Engine) -> None:
    _, failures = engine.check(ENDPOINT, IN_GROUP, autonaming=_Naming(mode=_Naming.DISABLE))
    assert failures == ["missing required property 'privateEndpointName'"]
