"""Clusters and consumers of four subscriptions are added, removed and renamed."""

from __future__ import annotations

from typing import Any

from .changing import assert_order, change
from .conftest import Deployed
from .worlds import (
    BLUE_NETWORK,
    BLUE_ZONE,
    CLUSTER_TWO,
    OUTSIDE_NETWORK,
    RED_NETWORK,
    RED_ZONE,
    one_and_red,
    two_by_two,
)

HOST = "adxone.westus.kusto.windows.net"
RECORDS = {"engine": "adx", "ingestion": "ingest-adx"}


def reverse_order(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the same settings, in the reverse order at every level."""
    return {
        name: reverse_order(value) if isinstance(value, dict) else value  # pyright: ignore[reportUnknownArgumentType]
        for name, value in reversed(settings.items())
    }


def test_consumers_get_private_addresses_and_other_networks_public_ones(deployed: Deployed) -> None:
    """One zone in each network serves both clusters of the region; a network without a zone keeps the public answer."""
    stack = deployed(two_by_two())
    for cluster, public in (("one", "40.1.1.1"), ("two", "40.2.2.1")):
        host = f"adx{cluster}.westus.kusto.windows.net"
        assert stack.resolve(RED_NETWORK, host)[1].startswith("10.3.0.")
        assert stack.resolve(BLUE_NETWORK, host)[1].startswith("10.4.0.")
        assert stack.resolve(OUTSIDE_NETWORK, host)[1] == public


def list_creations(cluster: str, consumer: str, zone: str) -> list[str]:
    """List the operations that connect a consumer to a cluster."""
    return [
        f"create ConsumerEndpoints {cluster}.{consumer}",
        *(
            operation
            for role, record in RECORDS.items()
            for operation in (
                f"create PrivateEndpoint {cluster}.{consumer}.{role}",
                f"create Deployment {cluster}.{consumer}.{role}.approval",
                f"create PrivateRecordSet {record}{cluster}@{zone}",
            )
        ),
    ]


def test_a_cluster_and_a_consumer_are_added_and_removed(deployed: Deployed) -> None:
    """
    The records of a new cluster go into the existing zone.

    A service admits a consumer's subscription before the endpoints connect, and a record follows its endpoint.
    """
    stack = deployed(one_and_red())
    operations = change(stack, two_by_two())
    cluster = [
        f"create azure-native {CLUSTER_TWO.split('/')[2]}",
        "create AdxPrivateLink two",
        "create ClusterServices two",
        *(f"create PrivateLinkService two.{role}" for role in RECORDS),
        *list_creations("two", "red", RED_ZONE),
    ]
    consumer = [
        "update AdxPrivateLink one",
        *(f"update PrivateLinkService one.{role}" for role in RECORDS),
        f"create azure-native {BLUE_NETWORK.split('/')[2]}",
        f"create KustoPrivateDnsZone {BLUE_ZONE}",
        f"create PrivateZone {BLUE_ZONE}",
        f"create VirtualNetworkLink {BLUE_ZONE.split('@')[0]}@blue.blue.{BLUE_ZONE.rsplit('.', 1)[1]}",
        *list_creations("one", "blue", BLUE_ZONE),
    ]
    assert sorted(operations) == sorted([*cluster, *consumer, *list_creations("two", "blue", BLUE_ZONE)])
    for role, record in RECORDS.items():
        assert_order(
            operations,
            f"update PrivateLinkService one.{role}",
            f"create PrivateEndpoint one.blue.{role}",
            f"create Deployment one.blue.{role}.approval",
            f"create PrivateRecordSet {record}one@{BLUE_ZONE}",
        )
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")
    assert stack.resolve(RED_NETWORK, "adxtwo.westus.kusto.windows.net")[1].startswith("10.3.0.")

    # Only this consumer's objects are deleted; protecting the first cluster changes nothing in Azure.
    settings = two_by_two()
    settings["clusters"]["one"]["protect"] = True
    del settings["consumers"]["blue"]
    operations = change(stack, settings)
    deleted = [operation for operation in operations if operation.startswith("delete")]
    assert len(deleted) == 4 * 3 + 2 + 4, (
        "4 endpoints, approvals and records; 2 components; a zone, its component, its link and its provider"
    )
    # The services no longer accept connections of that subscription.
    assert sorted(operation for operation in operations if not operation.startswith("delete")) == [
        # The summaries of these components list their consumers.
        "update AdxPrivateLink one",
        "update AdxPrivateLink two",
        "update PrivateLinkService one.engine",
        "update PrivateLinkService one.ingestion",
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
    ]
    for name in ("adxone", "adxtwo"):
        assert_order(
            operations,
            f"delete PrivateRecordSet {name}@{BLUE_ZONE}",
            f"delete PrivateEndpoint {name.removeprefix('adx')}.blue.engine",
        )
    assert stack.resolve(BLUE_NETWORK, HOST)[1] == "40.1.1.1"
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")

    # The preview fails if a protected service would be deleted: `protect` has to be removed from the settings first.
    settings["clusters"]["one"]["roles"] = ["engine"]
    stack.configure(**settings)
    preview = stack.preview()
    assert not preview.succeeded
    assert "protected" in preview.output

    # Records are deleted before the endpoints that they point at.
    operations = change(stack, one_and_red())
    assert sorted(operations) == sorted(operation.replace("create", "delete") for operation in cluster)
    assert_order(
        operations,
        f"delete PrivateRecordSet adxtwo@{RED_ZONE}",
        "delete PrivateEndpoint two.red.engine",
        "delete PrivateLinkService two.engine",
    )


def test_renamed_keys_and_another_order_change_no_resource(deployed: Deployed) -> None:
    """
    People sort their files and rename their keys; a renamed resource would be replaced.

    Services keep their names, and so the aliases that consumers connect to. Only the components' summaries change.
    """
    stack = deployed(two_by_two())
    settings = reverse_order(two_by_two())
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
