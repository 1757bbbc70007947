"""Which differences of the inputs are an update, and which are a replacement."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.provider import diff
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..fake_engine import UNKNOWN, Engine
from ..rule_marks import holds
from ..small_world import CLIENTS

ENDPOINT = "network:PrivateEndpoint"


RECORD = "privatedns:PrivateRecordSet"


BASE = {"resourceGroupName": "consumer", "location": "westus", "privateEndpointName": "pe", "subnet": {"id": CLIENTS}}


def records(*addresses: str) -> dict[str, Any]:
    return {"aRecords": [{"ipv4Address": address} for address in addresses]}


@holds(diff.INPUTS_ONLY)
def test_equal_inputs_are_no_change(engine: Engine) -> None:
    difference = engine.diff(ENDPOINT, BASE, BASE, {"location": "elsewhere"})
    assert (difference.changed, difference.kinds, difference.properties, difference.replaces) == (False, {}, [], [])


@holds(diff.INPUTS_ONLY)
def test_outputs_are_not_compared(engine: Engine) -> None:
    """Drift appears only after a refresh."""
    assert not engine.diff(ENDPOINT, BASE, BASE, {**BASE, "tags": {"by": "hand"}}).changed


@pytest.mark.parametrize(
    ("old", "new", "path", "kind"),
    [
        ({}, {"tags": {"a": "b"}}, "tags", "ADD"),
        ({"tags": {"a": "b"}}, {}, "tags", "DELETE"),
        ({"tags": {"a": "b"}}, {"tags": {"a": "c"}}, "tags.a", "UPDATE"),
        ({"tags": {"a": "b"}}, {"tags": {"a": "b", "c": "d"}}, "tags.c", "ADD"),
        ({"location": "westus"}, {"location": "eastus"}, "location", "UPDATE"),
        (
            {"customNetworkInterfaceName": "a"},
            {"customNetworkInterfaceName": "b"},
            "customNetworkInterfaceName",
            "UPDATE",
        ),
        ({"tags": {"a": "b"}}, {"tags": UNKNOWN}, "tags", "UPDATE"),
        (
            {"manualPrivateLinkServiceConnections": [{"name": "a", "privateLinkServiceId": "x"}]},
            {"manualPrivateLinkServiceConnections": [{"name": "a", "privateLinkServiceId": "X"}]},
            "manualPrivateLinkServiceConnections[0].privateLinkServiceId",
            "UPDATE",
        ),
    ],
)
@holds(diff.PROPERTY_BY_PROPERTY)
def test_updates(engine: Engine, old: dict[str, Any], new: dict[str, Any], path: str, kind: str) -> None:
    """The provider assumes that Azure updates nearly all of an endpoint; Azure rejects that."""
    difference = engine.diff(ENDPOINT, {**BASE, **old}, {**BASE, **new})
    assert difference.changed
    assert difference.kinds == {path: kind}
    assert difference.properties == [path.split(".", maxsplit=1)[0]]
    assert difference.replaces == []
    assert not difference.delete_first


@pytest.mark.parametrize(
    ("type", "old", "new", "path"),
    [
        (ENDPOINT, {"subnet": {"id": "a"}}, {"subnet": {"id": "b"}}, "subnet.id"),
        (ENDPOINT, {"privateEndpointName": "a"}, {"privateEndpointName": "b"}, "privateEndpointName"),
        (ENDPOINT, {"privateEndpointName": "a"}, {"privateEndpointName": UNKNOWN}, "privateEndpointName"),
        (ENDPOINT, {"resourceGroupName": "a"}, {"resourceGroupName": "b"}, "resourceGroupName"),
        ("privatedns:PrivateZone", {"location": "global"}, {"location": "westus"}, "location"),
        ("privatedns:VirtualNetworkLink", {"location": "global"}, {"location": "westus"}, "location"),
        ("privatedns:VirtualNetworkLink", {"privateZoneName": "a"}, {"privateZoneName": "A"}, "privateZoneName"),
        (RECORD, {"recordType": "A"}, {"recordType": "AAAA"}, "recordType"),
        ("network:VirtualNetwork", {"location": "a"}, {"location": "b"}, "location"),
        ("network:PublicIPAddress", {"sku": {"name": "Basic"}}, {"sku": {"name": "Standard"}}, "sku.name"),
        ("network:PublicIPAddress", {"location": "a"}, {"location": "b"}, "location"),
        ("resources:ResourceGroup", {"location": "a"}, {"location": "b"}, "location"),
        ("kusto:Cluster", {"location": "a"}, {"location": "b"}, "location"),
    ],
)
@holds(diff.PATH_REPLACES, diff.FORCE_NEW)
def test_replacements(engine: Engine, type: str, old: dict[str, Any], new: dict[str, Any], path: str) -> None:
    difference = engine.diff(type, old, new)
    assert difference.kinds == {path: "UPDATE_REPLACE"}
    assert difference.replaces == [path]


@pytest.mark.parametrize(
    ("type", "property"),
    [
        ("network:PrivateLinkService", "location"),
        ("network:PrivateLinkService", "loadBalancerFrontendIpConfigurations"),
        ("network:LoadBalancer", "location"),
        ("network:Subnet", "addressPrefix"),
        ("privatedns:VirtualNetworkLink", "virtualNetwork"),
        (RECORD, "aRecords"),
        ("resources:Deployment", "properties"),
    ],
)
@holds(diff.FORCE_NEW)
def test_updates_that_azure_rejects(engine: Engine, type: str, property: str) -> None:
    """The library therefore sets `replace_on_changes`."""
    assert engine.diff(type, {property: "a"}, {property: "b"}).kinds == {property: "UPDATE"}


@holds(diff.BELOW_FORCE_NEW)
def test_policies_added_to_the_subnet_of_an_endpoint_are_an_update(engine: Engine) -> None:
    """`SubnetArgs(id=…)` sends them besides the id."""
    new = {**BASE, "subnet": {"id": CLIENTS, "privateEndpointNetworkPolicies": "Disabled"}}
    assert engine.diff(ENDPOINT, BASE, new).kinds == {"subnet.privateEndpointNetworkPolicies": "ADD"}


@holds(diff.ADOPTED)
def test_an_added_property_with_the_value_of_the_state_does_not_replace(engine: Engine) -> None:
    bare = {name: value for name, value in BASE.items() if name != "subnet"}
    assert engine.diff(ENDPOINT, bare, BASE, {"subnet": {"id": CLIENTS}}).kinds == {"subnet": "ADD"}
    assert engine.diff(ENDPOINT, bare, BASE).kinds == {"subnet": "ADD_REPLACE"}


@pytest.mark.parametrize(
    "new",
    [
        {"resourceGroupName": "CONSUMER"},
        {"location": "West US"},
        {"location": "WESTUS"},
        {"__createBeforeDelete": True},
    ],
)
@holds(diff.LENIENT)
def test_another_spelling_of_group_or_location_is_no_change(engine: Engine, new: dict[str, Any]) -> None:
    assert not engine.diff(ENDPOINT, BASE, {**BASE, **new}).changed


@holds(diff.OLD_API_VERSION)
def test_a_missing_api_version_is_taken_from_the_state(engine: Engine) -> None:
    """An import leaves the inputs without one."""
    new = {**BASE, "azureApiVersion": "2024-05-01"}
    assert not engine.diff(ENDPOINT, BASE, new, {"azureApiVersion": "2024-05-01"}).changed
    other = engine.diff(ENDPOINT, BASE, new, {"azureApiVersion": "2023-02-01"})
    assert other.kinds == {"azureApiVersion": "UPDATE"}
    # What differs is the state, not the inputs.
    assert other.of_inputs == []
    assert engine.diff(ENDPOINT, BASE, new).kinds == {"azureApiVersion": "ADD"}


@holds(diff.RECORDS_ARE_SETS)
def test_the_order_of_records_is_no_change(engine: Engine) -> None:
    assert not engine.diff(RECORD, records("10.0.0.1", "10.0.0.2"), records("10.0.0.2", "10.0.0.1")).changed
    assert not engine.diff(RECORD, records("10.0.0.1", "10.0.0.1"), records("10.0.0.1", "10.0.0.1")).changed


@holds(diff.RECORDS_ARE_SETS)
def test_a_new_record_at_the_position_of_a_removed_one_is_shown_as_removed(engine: Engine) -> None:
    """Both have the same position, the old one in the old list and the new one in the new list."""
    changed = engine.diff(RECORD, records("10.0.0.1"), records("10.0.0.3"))
    assert changed.changed
    assert changed.kinds == {"aRecords[0]": "DELETE"}
    grown = engine.diff(RECORD, records("10.0.0.1"), records("10.0.0.3", "10.0.0.1"))
    assert grown.kinds == {"aRecords[0]": "ADD"}


@holds(diff.POSITIONS)
def test_the_order_of_connections_is_a_change(engine: Engine) -> None:
    old, new = [{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}]
    difference = engine.diff(
        ENDPOINT, {"manualPrivateLinkServiceConnections": old}, {"manualPrivateLinkServiceConnections": new}
    )
    assert len(difference.kinds) == 2


@holds(diff.DEFAULTS_ADDED)
def test_an_added_default_is_no_change(engine: Engine) -> None:
    """`SubnetArgs` sends defaults, and must not update a subnet that was created without them."""
    subnet = {"resourceGroupName": "g", "virtualNetworkName": "v", "subnetName": "s"}
    defaults = {"privateEndpointNetworkPolicies": "Disabled", "privateLinkServiceNetworkPolicies": "Enabled"}
    difference = engine.diff("network:Subnet", subnet, {**subnet, **defaults})
    assert not difference.changed
    assert (difference.kinds, difference.properties, difference.of_inputs) == (dict.fromkeys(defaults, "ADD"), [], [])
    other = engine.diff("network:Subnet", subnet, {**subnet, "privateLinkServiceNetworkPolicies": "Disabled"})
    assert other.changed
    assert other.of_inputs == ["privateLinkServiceNetworkPolicies"]
    gone = engine.diff("network:Subnet", {**subnet, **defaults}, subnet)
    assert gone.changed


@holds(diff.DEFAULTS_ADDED)
def test_an_added_default_of_a_nested_type_is_a_change(engine: Engine) -> None:
    """The noise of issue #1845: an endpoint's `subnet=SubnetArgs(id=…)` instead of `{"id": …}`."""
    new = {**BASE, "subnet": {"id": CLIENTS, "privateEndpointNetworkPolicies": "Disabled"}}
    assert engine.diff(ENDPOINT, BASE, new).changed


@holds(diff.INTERNAL_KEYS)
def test_internal_keys_are_not_compared(engine: Engine) -> None:
    old: dict[str, Any] = {**BASE, "subnet": {"id": CLIENTS, "__defaults": []}}
    new = {**BASE, "subnet": {"id": CLIENTS, "__defaults": ["x"]}, "__createBeforeDelete": True}
    assert not engine.diff(ENDPOINT, old, new).changed


@holds(diff.FORCE_NEW)
def test_no_other_property_replaces(engine: Engine) -> None:
    """The provider assumes that Azure updates every other property."""
    for token, spec in RESOURCE_SPECS.items():
        ordinary = [name for name in spec.body_inputs if name not in spec.force_new]
        difference = engine.diff(
            token.removeprefix("azure-native:"), dict.fromkeys(ordinary, "a"), dict.fromkeys(ordinary, "b")
        )
        assert difference.replaces == []
        assert difference.kinds == dict.fromkeys(ordinary, "UPDATE")


@holds(diff.FORCE_NEW)
def test_a_removed_property_can_replace(engine: Engine) -> None:
    bare = {name: value for name, value in BASE.items() if name != "subnet"}
    assert engine.diff(ENDPOINT, BASE, bare).kinds == {"subnet": "DELETE_REPLACE"}


@holds(diff.DELETED_FIRST)
def test_a_resource_with_an_explicit_name_is_deleted_before_its_replacement(engine: Engine) -> None:
    moved = {**BASE, "subnet": {"id": "other"}}
    assert engine.diff(ENDPOINT, BASE, moved).delete_first
    assert not engine.diff(ENDPOINT, {**BASE, "__createBeforeDelete": True}, moved).delete_first
