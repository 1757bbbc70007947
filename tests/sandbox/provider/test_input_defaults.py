"""Locations and API versions that Check fills in."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.provider import input_defaults

from ..fake_engine import Engine
from ..rule_marks import holds

ENDPOINT = "network:PrivateEndpoint"


LINK = "privatedns:VirtualNetworkLink"


IN_GROUP = {"resourceGroupName": "consumer"}


IN_ZONE = {**IN_GROUP, "privateZoneName": "a.b"}


DEPLOYMENT = {**IN_GROUP, "properties": {"mode": "Incremental"}}


@holds(input_defaults.LOCATION_ORDER)
def test_the_default_location_is_the_old_one_the_configured_one_or_that_of_the_group(engine: Engine) -> None:
    assert engine.check(ENDPOINT, IN_GROUP)[0]["location"] == "westus"
    engine.configure(location="northeurope")
    assert engine.check(ENDPOINT, IN_GROUP)[0]["location"] == "northeurope"
    assert engine.check(ENDPOINT, IN_GROUP, {"location": "eastus"})[0]["location"] == "eastus"
    assert engine.check(ENDPOINT, {**IN_GROUP, "location": "here"}, {"location": "eastus"})[0]["location"] == "here"


@holds(input_defaults.PRIVATE_DNS_GETS_A_REGION)
def test_private_dns_gets_a_region_unless_the_program_sets_a_location(engine: Engine) -> None:
    """A trap: Azure then rejects it, because private DNS is `global`."""
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
def test_types_without_a_location_get_none(engine: Engine, type: str, inputs: dict[str, Any]) -> None:
    engine.configure(location="northeurope")
    checked, failures = engine.check(type, inputs)
    assert "location" not in checked
    assert failures == []


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
def test_the_inputs_get_the_api_version(engine: Engine, type: str, version: str) -> None:
    assert engine.check(type, IN_GROUP)[0]["azureApiVersion"] == version
    assert engine.check(type, {**IN_GROUP, "azureApiVersion": "2020-01-01"})[0]["azureApiVersion"] == "2020-01-01"


@holds(input_defaults.NULLS_ARE_ABSENT)
def test_nulls_are_absent_at_any_depth(engine: Engine) -> None:
    """A program that sets None sets nothing."""
    new_inputs = {**IN_GROUP, "privateEndpointName": None, "tags": None, "subnet": {"id": "a", "addressPrefix": None}}
    inputs, _ = engine.check(ENDPOINT, new_inputs)
    assert inputs["privateEndpointName"].startswith("thing")
    assert inputs["subnet"] == {"id": "a"}
    assert "tags" not in inputs
