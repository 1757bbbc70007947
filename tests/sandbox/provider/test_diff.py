"""Which differences of the inputs are an update, and which are a replacement."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.provider import diff
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..engine import UNKNOWN, Engine
from ..holds import holds
from ..places import CLIENTS

ENDPOINT = "network:PrivateEndpoint"


RECORD = "privatedns:PrivateRecordSet"


BASE = {"resourceGroupName": "consumer", "location": "westus", "privateEndpointName": "pe", "subnet": {"id": CLIENTS}}


def records(*addresses: str) -> dict[str, Any]:
    return {"aRecords": [{"ipv4Address": each} for each in addresses]}


@holds(diff.INPUTS_ONLY)
def test_no_change(engine: Engine) -> None:
    found = engine.diff(ENDPOINT, BASE, BASE, {"location": "elsewhere"})
    assert (found.changed, found.kinds, found.properties, found.replaces) == (False, {}, [], [])


@holds(diff.INPUTS_ONLY)
def test_outputs_are_not_compared(engine: Engine) -> None:
    """Drift shows after a refresh only."""
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
def test_in_place(engine: Engine, old: dict[str, Any], new: dict[str, Any], path: str, kind: str) -> None:
    """Of an endpoint the provider believes that Azure changes nearly everything in place; Azure does not."""
    found = engine.diff(ENDPOINT, {**BASE, **old}, {**BASE, **new})
    assert found.changed
    assert found.kinds == {path: kind}
    assert found.properties == [path.split(".", maxsplit=1)[0]]
    assert found.replaces == []
    assert not found.delete_first


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
    found = engine.diff(type, old, new)
    assert found.kinds == {path: "UPDATE_REPLACE"}
    assert found.replaces == [path]


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
def test_what_azure_refuses_the_provider_would_do_in_place(engine: Engine, type: str, property: str) -> None:
    """Why the library says `replace_on_changes` itself."""
    assert engine.diff(type, {property: "a"}, {property: "b"}).kinds == {property: "UPDATE"}


@holds(diff.BELOW_FORCE_NEW)
def test_policies_added_to_an_endpoints_subnet_are_an_update_only(engine: Engine) -> None:
    """What `SubnetArgs(id=…)` sends besides the id."""
    new = {**BASE, "subnet": {"id": CLIENTS, "privateEndpointNetworkPolicies": "Disabled"}}
    assert engine.diff(ENDPOINT, BASE, new).kinds == {"subnet.privateEndpointNetworkPolicies": "ADD"}


@holds(diff.ADOPTED)
def test_an_adopted_default_does_not_replace(engine: Engine) -> None:
    bare = {name: each for name, each in BASE.items() if name != "subnet"}
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
def test_spelled_otherwise_is_no_change(engine: Engine, new: dict[str, Any]) -> None:
    assert not engine.diff(ENDPOINT, BASE, {**BASE, **new}).changed


@holds(diff.OLD_API_VERSION)
def test_a_missing_api_version_is_taken_from_the_state(engine: Engine) -> None:
    """What an import leaves in the inputs."""
    new = {**BASE, "azureApiVersion": "2024-05-01"}
    assert not engine.diff(ENDPOINT, BASE, new, {"azureApiVersion": "2024-05-01"}).changed
    other = engine.diff(ENDPOINT, BASE, new, {"azureApiVersion": "2023-02-01"})
    assert other.kinds == {"azureApiVersion": "UPDATE"}
    # What differs is the state, not the inputs.
    assert other.of_inputs == []
    assert engine.diff(ENDPOINT, BASE, new).kinds == {"azureApiVersion": "ADD"}


@holds(diff.RECORDS_ARE_SETS)
def test_the_order_of_records_does_not_matter(engine: Engine) -> None:
    assert not engine.diff(RECORD, records("10.0.0.1", "10.0.0.2"), records("10.0.0.2", "10.0.0.1")).changed
    assert not engine.diff(RECORD, records("10.0.0.1", "10.0.0.1"), records("10.0.0.1", "10.0.0.1")).changed


@holds(diff.RECORDS_ARE_SETS)
def test_another_record_hides_behind_the_one_that_is_gone(engine: Engine) -> None:
    """Both are at the same position: the old one of the old list, the new one of the new list."""
    changed = engine.diff(RECORD, records("10.0.0.1"), records("10.0.0.3"))
    assert changed.changed
    assert changed.kinds == {"aRecords[0]": "DELETE"}
    grown = engine.diff(RECORD, records("10.0.0.1"), records("10.0.0.3", "10.0.0.1"))
    assert grown.kinds == {"aRecords[0]": "ADD"}


@holds(diff.POSITIONS)
def test_the_order_of_connections_does(engine: Engine) -> None:
    old, new = [{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}]
    found = engine.diff(
        ENDPOINT, {"manualPrivateLinkServiceConnections": old}, {"manualPrivateLinkServiceConnections": new}
    )
    assert len(found.kinds) == 2


@holds(diff.DEFAULTS_ADDED)
def test_a_default_that_is_only_said_is_no_change(engine: Engine) -> None:
    """What `SubnetArgs` sends of itself must not touch a subnet that was made without."""
    subnet = {"resourceGroupName": "g", "virtualNetworkName": "v", "subnetName": "s"}
    said = {"privateEndpointNetworkPolicies": "Disabled", "privateLinkServiceNetworkPolicies": "Enabled"}
    found = engine.diff("network:Subnet", subnet, {**subnet, **said})
    assert not found.changed
    assert (found.kinds, found.properties, found.of_inputs) == (dict.fromkeys(said, "ADD"), [], [])
    other = engine.diff("network:Subnet", subnet, {**subnet, "privateLinkServiceNetworkPolicies": "Disabled"})
    assert other.changed
    assert other.of_inputs == ["privateLinkServiceNetworkPolicies"]
    gone = engine.diff("network:Subnet", {**subnet, **said}, subnet)
    assert gone.changed


@holds(diff.DEFAULTS_ADDED)
def test_below_the_top_there_are_no_defaults(engine: Engine) -> None:
    """The noise of issue #1845: an endpoint's `subnet=SubnetArgs(id=…)` instead of `{"id": …}`."""
    new = {**BASE, "subnet": {"id": CLIENTS, "privateEndpointNetworkPolicies": "Disabled"}}
    assert engine.diff(ENDPOINT, BASE, new).changed


@holds(diff.INTERNAL_KEYS)
def test_internal_keys_are_no_properties(engine: Engine) -> None:
    old: dict[str, Any] = {**BASE, "subnet": {"id": CLIENTS, "__defaults": []}}
    new = {**BASE, "subnet": {"id": CLIENTS, "__defaults": ["x"]}, "__createBeforeDelete": True}
    assert not engine.diff(ENDPOINT, old, new).changed


@holds(diff.FORCE_NEW)
def test_nothing_else_replaces(engine: Engine) -> None:
    """For every other property the provider believes that Azure changes it in place."""
    for token, spec in RESOURCE_SPECS.items():
        ordinary = [name for name in spec.body_inputs if name not in spec.force_new]
        found = engine.diff(
            token.removeprefix("azure-native:"), dict.fromkeys(ordinary, "a"), dict.fromkeys(ordinary, "b")
        )
        assert found.replaces == []
        assert found.kinds == dict.fromkeys(ordinary, "UPDATE")


@holds(diff.FORCE_NEW)
def test_what_has_no_value_any_more_replaces_too(engine: Engine) -> None:
    bare = {name: each for name, each in BASE.items() if name != "subnet"}
    assert engine.diff(ENDPOINT, BASE, bare).kinds == {"subnet": "DELETE_REPLACE"}


@holds(diff.DELETED_FIRST)
def test_explicit_names_are_deleted_first_and_drawn_ones_last(engine: Engine) -> None:
    moved = {**BASE, "subnet": {"id": "other"}}
    assert engine.diff(ENDPOINT, BASE, moved).delete_first
    assert not engine.diff(ENDPOINT, {**BASE, "__createBeforeDelete": True}, moved).delete_first
