"""Native clusters and their consumers are added, removed and renamed, beside an injected cluster too."""

from __future__ import annotations

from azure_sandbox.azure import ResourceId

from .changing import assert_order, change
from .conftest import Deployed
from .harness import expect_success
from .native_names import assert_private, assert_public, hosts_of
from .test_changes_of_whole_stacks import reverse_order
from .worlds import (
    BLUE_NETWORK,
    BOTH_KINDS,
    CLUSTER_ONE,
    HUB,
    NATIVE_ONE,
    NATIVE_TWO,
    NATIVE_ZONES,
    OUTSIDE_NETWORK,
    RED_NETWORK,
    RED_ZONE,
    STORAGE_ZONES,
    both_kinds,
    native_and_red,
    two_natives,
)

RED_PLACE = RED_ZONE.partition("@")[2]
PROVIDERS = {
    key: f"azure-native {id.split('/')[2]}" for key, id in {"two": NATIVE_TWO, "blue": BLUE_NETWORK, "hub": HUB}.items()
}
HUB_ZONES = [f"KustoPrivateDnsZone {zone}@hub.{HUB.split('/')[2]}" for zone in NATIVE_ZONES]


def list_chain(cluster: str, consumer: str) -> list[str]:
    """List the resources that connect a consumer to a native cluster, in the order of their creation."""
    return [
        f"PrivateEndpoint {cluster}.{consumer}.cluster",
        f"Deployment {cluster}.{consumer}.cluster.approval",
        f"PrivateDnsZoneGroup {cluster}.{consumer}.cluster.zone-group",
    ]


def list_access(cluster: str, consumer: str) -> list[str]:
    """List the same resources and their component."""
    return [f"ConsumerEndpoints {cluster}.{consumer}", *list_chain(cluster, consumer)]


def test_a_cluster_and_a_consumer_are_added_and_removed(deployed: Deployed) -> None:
    """The names of a new cluster go into the existing zones, and nothing of the first one is touched."""
    stack = deployed(native_and_red(), BOTH_KINDS)
    cluster = ["AdxPrivateLink two", PROVIDERS["two"], *list_access("two", "red")]
    consumer = [PROVIDERS["blue"], PROVIDERS["hub"], *HUB_ZONES, *list_access("one", "blue")]
    both = [*cluster, *consumer, *list_access("two", "blue")]
    operations = change(stack, two_natives())
    assert sorted(operations) == sorted([*(f"create {name}" for name in both), "update AdxPrivateLink one"])
    for key in ("one", "two"):
        assert_order(operations, *(f"create {name}" for name in list_chain(key, "blue")))
        for network in ("red", "blue"):
            assert_private(stack, key, network)
    assert_public(stack, OUTSIDE_NETWORK, *hosts_of(stack, "one", "red"))

    hosts = hosts_of(stack, "one", "blue")
    operations = change(stack, native_and_red())
    assert sorted(operations) == sorted([*(f"delete {name}" for name in both), "update AdxPrivateLink one"])
    for key in ("one", "two"):
        for network in ("red", "blue"):
            if (key, network) != ("one", "red"):
                group, endpoint = list_chain(key, network)[::-2]
                assert_order(operations, f"delete {group}", f"delete {endpoint}")
    assert_private(stack, "one", "red")
    assert_public(stack, BLUE_NETWORK, *hosts)


def test_renamed_keys_and_another_order_change_no_resource(deployed: Deployed) -> None:
    """People sort their files and rename their keys; only the components' summaries change."""
    stack = deployed(two_natives(), BOTH_KINDS)
    settings = reverse_order(two_natives())
    settings["clusters"]["first"] = {**settings["clusters"].pop("one"), "formerly": "one"}
    settings["consumers"]["reds"] = {**settings["consumers"].pop("red"), "formerly": "red"}
    before = stack.outputs()["clusters"]
    assert sorted(change(stack, settings)) == [
        "update AdxPrivateLink one",
        "update AdxPrivateLink two",
        "update ConsumerEndpoints one.red",
        "update ConsumerEndpoints two.red",
    ]
    for cluster in before.values():
        cluster["endpoints"]["reds"] = cluster["endpoints"].pop("red")
    assert stack.outputs()["clusters"] == {"first": before["one"], "two": before["two"]}


def test_links_locks_and_tags_of_the_zones_change_alone(deployed: Deployed) -> None:
    """More networks share one endpoint through links, which is the remedy for two endpoints of one zone."""
    stack, settings = deployed(native_and_red(), BOTH_KINDS), native_and_red()
    settings["consumers"]["red"]["dns"] |= {
        "links": {"own": {}, "outside": {"network_id": OUTSIDE_NETWORK}},
        "lock": True,
        "tags": {"team": "data"},
    }
    operations = change(stack, settings)
    links = [f"VirtualNetworkLink {zone}@outside.{RED_PLACE}" for zone in NATIVE_ZONES]
    assert sorted(operation for operation in operations if operation.startswith("create")) == sorted(
        [
            *(f"create {link}" for link in links),
            *(f"create ManagementLockByScope {zone}@{RED_PLACE}.lock" for zone in NATIVE_ZONES),
        ]
    )
    assert {operation.split()[1] for operation in operations if not operation.startswith("create")} == {
        "KustoPrivateDnsZone",
        "PrivateZone",
        "VirtualNetworkLink",
    }
    hosts = hosts_of(stack, "one", "red")
    assert {host: stack.resolve(OUTSIDE_NETWORK, host)[1:] for host in hosts} == hosts

    # The accounts of another cluster, and so everybody's, keep their public answer in every linked network.
    members = stack.home.azure.members_of(ResourceId.parse(NATIVE_TWO))
    others = [host for member in members for host in member.fqdns]
    for network in (RED_NETWORK, OUTSIDE_NETWORK):
        assert_public(stack, network, *others)
    assert {operation.split()[0] for operation in change(stack, native_and_red())} == {"delete", "update"}
    assert_public(stack, OUTSIDE_NETWORK, *hosts)
    assert_private(stack, "one", "red")


def test_both_kinds_share_consumers_and_zones(deployed: Deployed) -> None:
    """A native cluster joins a stack of an injected one, which then leaves it; the other kind is not touched."""
    stack = deployed(both_kinds(), BOTH_KINDS)
    old = "adxone.westus.kusto.windows.net"
    for consumer, network, subnet in (("red", RED_NETWORK, "10.3.0."), ("blue", BLUE_NETWORK, "10.4.0.")):
        assert_private(stack, "new", consumer)
        assert stack.resolve(network, old)[1].startswith(subnet)

    settings = both_kinds()
    settings["clusters"] = {"new": {"id": NATIVE_ONE}}
    operations = change(stack, settings)
    assert {operation.split()[0] for operation in operations} == {"delete"}
    assert not [operation for operation in operations if " new." in operation]
    for consumer in ("red", "blue"):
        assert_private(stack, "new", consumer)
    assert_public(stack, RED_NETWORK, old)

    settings["clusters"] = {"old": {"id": CLUSTER_ONE}}
    operations = change(stack, settings)
    created = {operation.split()[1] for operation in operations if operation.startswith("create")}
    assert {"PrivateLinkService", "PrivateEndpoint", "Deployment", "PrivateRecordSet"} <= created
    # An injected cluster needs no storage zones.
    assert {f"delete PrivateZone {zone}@{RED_PLACE}" for zone in STORAGE_ZONES} <= set(operations)
    assert stack.resolve(RED_NETWORK, old)[1].startswith("10.3.0.")

    assert {operation.split()[0] for operation in change(stack, both_kinds())} <= {"create", "update"}
    for consumer in ("red", "blue"):
        assert_private(stack, "new", consumer)
    expect_success(stack.destroy())
    left = [str(resource["id"]) for resource in stack.world() if "privateEndpoint" in str(resource["id"])]
    assert left == []


def test_a_consumer_setting_applies_to_the_clusters_that_can_take_it(deployed: Deployed) -> None:
    """`ttl` concerns the record sets of the injected cluster only, and `roles` its endpoints."""
    stack, settings = deployed(both_kinds(), BOTH_KINDS), both_kinds()
    settings["consumers"]["red"]["roles"] = ["engine"]
    settings["consumers"]["red"]["dns"]["ttl"] = 60
    operations = change(stack, settings)
    assert [operation for operation in operations if " new" in operation] == []
    assert f"update PrivateRecordSet adxone@{RED_ZONE}" in operations
    assert "delete PrivateEndpoint old.red.ingestion" in operations
    assert_private(stack, "new", "red")
