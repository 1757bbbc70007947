"""Zone groups change: Azure writes the names of native clusters, and clients keep an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from .changing import assert_order, change
from .conftest import Deployed
from .harness import expect_success
from .native_names import MEMBERS, assert_private, assert_public, hosts_of
from .worlds import (
    BLUE,
    BLUE_NETWORK,
    BOTH_KINDS,
    HUB,
    NATIVE_ONE,
    NATIVE_ZONES,
    RED,
    RED_NETWORK,
    STORAGE_ZONES,
    native_and_red,
    two_natives,
)

GROUP = "PrivateDnsZoneGroup one.red.cluster.zone-group"
ENDPOINT = "PrivateEndpoint one.red.cluster"
APPROVAL = "Deployment one.red.cluster.approval"
ENDPOINT_ID = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-cluster-red"
GROUP_ID = ResourceId.parse(f"{ENDPOINT_ID}/privateDnsZoneGroups/default")
REPLACEMENT = [
    f"delete-replaced {GROUP}",
    f"delete-replaced {ENDPOINT}",
    f"create-replacement {ENDPOINT}",
    f"update {APPROVAL}",
    f"create-replacement {GROUP}",
]
"""A replaced endpoint, in order: no name points at a deleted endpoint, or at one that is not approved yet."""


def create_zones(stack: Stack, group: str, network: str) -> None:
    """Create the four zones in a resource group, linked to a network, as a platform team does."""
    stack.home.azure.put(ResourceId.parse(group), {"location": "eastus"})
    for name in NATIVE_ZONES:
        zone = f"{group}/providers/Microsoft.Network/privateDnsZones/{name}"
        link = {
            "virtualNetwork": {"id": network},
            "registrationEnabled": False,
            "resolutionPolicy": "NxDomainRedirect",
        }
        stack.home.azure.put(ResourceId.parse(zone), {"location": "global"})
        stack.home.azure.put(
            ResourceId.parse(f"{zone}/virtualNetworkLinks/platform"), {"location": "global", "properties": link}
        )


def list_zones(prefix: str, place: str) -> list[str]:
    """List an operation on the zones of a native cluster in a place."""
    return [f"{prefix} {name}@{place}" for name in NATIVE_ZONES]


def test_tags_of_an_endpoint_leave_its_names_alone(deployed: Deployed) -> None:
    """In the preview of a tag the provider makes the other outputs of the endpoint unknown, as its interface."""
    stack, settings = deployed(native_and_red(), BOTH_KINDS), native_and_red()
    settings["consumers"]["red"]["tags"] = {"team": "data"}
    assert change(stack, settings) == [f"update {ENDPOINT}"]
    assert_private(stack, "one", "red")


@pytest.mark.parametrize(
    "changed",
    [
        {"request_message": "please"},
        {"subnet_id": f"{RED_NETWORK}/subnets/others"},
        {"endpoints": {"one": {"cluster": {"interface_name": "nic-one"}}}},
        {"endpoints": {"one": {"cluster": {"name": "pe-own"}}}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_group_of_a_replaced_endpoint_is_deleted_first_and_created_last(
    deployed: Deployed, changed: dict[str, Any]
) -> None:
    """Azure can change none of these in place, and a name must not lead to an endpoint without an approval."""
    stack, settings = deployed(native_and_red(), BOTH_KINDS), native_and_red()
    settings["consumers"]["red"] |= changed
    operations = change(stack, settings)
    assert sorted(operations) == sorted(REPLACEMENT)
    assert_order(operations, *REPLACEMENT)
    assert_private(stack, "one", "red")


def test_a_connection_by_id_is_approved_by_azure_and_back(deployed: Deployed) -> None:
    """The owner's identity has the right to approve, so the deployment of the approval is not needed."""
    stack, settings = deployed(native_and_red(), BOTH_KINDS), native_and_red()
    settings["consumers"]["red"]["approval"] = "resource_id"
    operations = change(stack, settings)
    without_approval = [operation for operation in REPLACEMENT if APPROVAL not in operation]
    assert sorted(operations) == sorted([*without_approval, f"delete {APPROVAL}"])
    assert_order(operations, *without_approval)
    assert_private(stack, "one", "red")

    operations = change(stack, native_and_red())
    assert sorted(operations) == sorted([*without_approval, f"create {APPROVAL}"])
    assert_order(operations, *without_approval[:-1], f"create {APPROVAL}", without_approval[-1])
    assert_private(stack, "one", "red")


def test_names_move_to_zones_of_this_stack_in_another_group(deployed: Deployed) -> None:
    """A zone in another resource group is another zone; the endpoint and its approval stay."""
    stack, settings = deployed(native_and_red(), BOTH_KINDS), native_and_red()
    settings["consumers"]["red"]["dns"] |= {"resource_group": "dns", "subscription": BLUE.split("/")[2]}
    operations = change(stack, settings)
    old, new = "red.33333333-3333-3333-3333-333333333333", "dns.44444444-4444-4444-4444-444444444444"
    links = list_zones("VirtualNetworkLink", f"red.{old}")
    assert sorted(operations) == sorted(
        [
            f"create azure-native {BLUE.split('/')[2]}",
            *list_zones("create PrivateZone", new),
            *list_zones("create KustoPrivateDnsZone", new),
            *(f"{action} {link}" for link in links for action in ("delete-replaced", "create-replacement")),
            f"delete-replaced {GROUP}",
            f"create-replacement {GROUP}",
            *list_zones("delete PrivateZone", old),
            *list_zones("delete KustoPrivateDnsZone", old),
        ]
    )
    for zone in NATIVE_ZONES:
        assert_order(
            operations,
            f"create PrivateZone {zone}@{new}",
            f"delete-replaced {GROUP}",
            f"create-replacement {GROUP}",
            f"delete PrivateZone {zone}@{old}",
        )
    assert_private(stack, "one", "red")


def test_names_move_between_hubs_and_to_a_policy(deployed: Deployed) -> None:
    """Azure rejects another zone under the name of a config, so the group is replaced, and no endpoint is touched."""
    stack, settings = deployed(two_natives(), BOTH_KINDS), two_natives()
    groups = [f"PrivateDnsZoneGroup {cluster}.blue.cluster.zone-group" for cluster in ("one", "two")]
    other = BLUE.replace("/blue", "/hub")
    for zone in NATIVE_ZONES:
        id = f"{HUB}/providers/Microsoft.Network/privateDnsZones/{zone}/virtualNetworkLinks/blue"
        stack.home.azure.delete(ResourceId.parse(id))
    create_zones(stack, other, BLUE_NETWORK)
    settings["consumers"]["blue"]["dns"] = {"zones_in": [other]}
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            f"delete azure-native {HUB.split('/')[2]}",
            *list_zones("create KustoPrivateDnsZone", f"hub.{BLUE.split('/')[2]}"),
            *list_zones("delete KustoPrivateDnsZone", f"hub.{HUB.split('/')[2]}"),
            *(f"{action} {group}" for group in groups for action in ("delete-replaced", "create-replacement")),
        ]
    )
    for cluster in ("one", "two"):
        assert_private(stack, cluster, "blue")
        assert_private(stack, cluster, "red")

    # One zone by its id, the other three where they were: the same zones, so nothing changes.
    kusto, *_ = NATIVE_ZONES
    zone_id = f"{other}/providers/Microsoft.Network/privateDnsZones/{kusto}"
    settings["consumers"]["blue"]["dns"] = {"zone_ids": [zone_id], "zones_in": [other]}
    assert change(stack, settings) == []

    # With the names elsewhere the endpoints stay, and outputs still list every name for other DNS servers.
    settings["consumers"]["blue"]["dns"] = "elsewhere"
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            *(f"delete {group}" for group in groups),
            *list_zones("delete KustoPrivateDnsZone", f"hub.{BLUE.split('/')[2]}"),
        ]
    )
    hosts = hosts_of(stack, "one", "blue")
    assert len(hosts) == MEMBERS
    assert_public(stack, BLUE_NETWORK, *hosts)


def test_storage_zones_move_from_this_stack_to_the_hub(deployed: Deployed) -> None:
    """A stack that made the storage zones for a try moves to the platform team's, and keeps the zone of its own."""
    stack, settings = deployed(native_and_red(), BOTH_KINDS), native_and_red()
    settings["consumers"]["red"]["dns"] = {
        "resource_group": "red",
        "zones_in": [HUB],
        "link_existing": {"own": {}},
    }
    place, hub = "red.33333333-3333-3333-3333-333333333333", f"hub.{HUB.split('/')[2]}"
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            f"create azure-native {HUB.split('/')[2]}",
            *(f"create KustoPrivateDnsZone {zone}@{hub}" for zone in STORAGE_ZONES),
            *(
                f"delete {kind} {zone}@{place}"
                for zone in STORAGE_ZONES
                for kind in ("PrivateZone", "KustoPrivateDnsZone")
            ),
            *(
                f"{action} VirtualNetworkLink {zone}@red.{place}"
                for zone in STORAGE_ZONES
                for action in ("delete-replaced", "create-replacement")
            ),
            f"delete-replaced {GROUP}",
            f"create-replacement {GROUP}",
        ]
    )
    assert_private(stack, "one", "red")


def spell_otherwise(settings: Any) -> Any:
    """Return settings with another spelling of every id; Azure compares ids without case."""
    text = json.dumps(settings)
    for written, other in (
        ("resourceGroups", "resourcegroups"),
        ("/first/", "/First/"),
        ("Microsoft.Kusto/Clusters", "microsoft.kusto/clusters"),
        ("newone", "NewOne"),
        ("newtwo", "NEWTWO"),
        ("/red/", "/RED/"),
        ("/clients", "/Clients"),
        ("/hub", "/Hub"),
        ("/blue/", "/Blue/"),
    ):
        assert written in text
        text = text.replace(written, other)
    return json.loads(text)


def test_another_spelling_of_every_id_changes_nothing(deployed: Deployed) -> None:
    """People copy ids from the portal, from the CLI and from logs (hashicorp/terraform-provider-azurerm#23356)."""
    stack = deployed(two_natives(), BOTH_KINDS)
    assert change(stack, spell_otherwise(two_natives())) == []
    expect_success(stack.refresh())
    assert change(stack, two_natives()) == []


def test_names_of_new_storage_accounts_need_no_update(deployed: Deployed) -> None:
    """Azure adds accounts under load, and nobody runs `pulumi up` for it."""
    stack = deployed(two_natives(), BOTH_KINDS)
    before = set(hosts_of(stack, "one", "red"))
    portal_changes.scale_out(stack.home.azure, ResourceId.parse(NATIVE_ONE))
    zones = {
        record["id"].split("/")[8]: record["id"].split("/")[-1]
        for record in stack.world()
        if "/privateDnsZones/" in record["id"] and record["id"].endswith("02")
    }
    for network, subnet in ((RED_NETWORK, "10.3.0."), (BLUE_NETWORK, "10.4.0.")):
        assert set(zones) == set(STORAGE_ZONES)
        for zone, account in zones.items():
            *_, address = stack.resolve(network, f"{account}.{zone.removeprefix('privatelink.')}")
            assert address.startswith(subnet)

    expect_success(stack.preview("--expect-no-changes"))
    refreshed = expect_success(stack.refresh())
    # Without the new addresses in the refresh this test would prove nothing.
    assert f"update {ENDPOINT}" in refreshed.operations
    assert expect_success(stack.preview("--expect-no-changes")).operations == []
    assert expect_success(stack.up()).operations == []
    assert set(hosts_of(stack, "one", "red")) > before
    assert_private(stack, "one", "red", names=MEMBERS + 3)
    assert_private(stack, "one", "blue", names=MEMBERS + 3)


def test_a_config_that_somebody_removed_is_added_in_place(deployed: Deployed) -> None:
    """The names of the other zones must not go away for it."""
    stack = deployed(native_and_red(), BOTH_KINDS)
    group = stack.home.azure.get(GROUP_ID)
    del group["properties"]["privateDnsZoneConfigs"][-1]
    stack.home.azure.put(GROUP_ID, group)
    hosts = hosts_of(stack, "one", "red")
    tables = [host for host in hosts if ".table." in host]
    assert_public(stack, RED_NETWORK, *tables)
    assert f"update {GROUP}" in expect_success(stack.refresh()).operations
    assert change(stack, native_and_red()) == [f"update {GROUP}"]
    assert_private(stack, "one", "red")


def test_a_group_that_somebody_deleted_is_created_again(deployed: Deployed) -> None:
    """Its records went away with it; the endpoint and its approval are as they were."""
    stack = deployed(native_and_red(), BOTH_KINDS)
    stack.home.azure.delete(GROUP_ID)
    assert_public(stack, RED_NETWORK, *hosts_of(stack, "one", "red"))
    assert f"delete {GROUP}" in expect_success(stack.refresh()).operations
    assert change(stack, native_and_red()) == [f"create {GROUP}"]
    assert_private(stack, "one", "red")
