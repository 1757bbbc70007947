"""Two clusters, two consumers, four subscriptions: they come and go, announced and done, and they are renamed."""

from __future__ import annotations

from typing import Any

from .changing import change, in_order
from .conftest import Deployed
from .worlds import (
    BLUE_NETWORK,
    BLUE_ZONE,
    CLUSTER_TWO,
    OUTSIDE_NETWORK,
    RED_NETWORK,
    RED_ZONE,
    everybody,
    one_and_red,
)

HOST = "adxone.westus.kusto.windows.net"
RECORDS = {"engine": "adx", "ingestion": "ingest-adx"}


def backwards(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings, written in another order at every level."""
    return {
        name: backwards(value) if isinstance(value, dict) else value  # pyright: ignore[reportUnknownArgumentType]
        for name, value in reversed(settings.items())
    }


def test_everybody_reaches_everything_and_outsiders_nothing(deployed: Deployed) -> None:
    """One zone in each network serves both clusters of the region; a network without one keeps the public answer."""
    stack = deployed(everybody())
    for cluster, public in (("one", "40.1.1.1"), ("two", "40.2.2.1")):
        host = f"adx{cluster}.westus.kusto.windows.net"
        assert stack.resolve(RED_NETWORK, host)[1].startswith("10.3.0.")
        assert stack.resolve(BLUE_NETWORK, host)[1].startswith("10.4.0.")
        assert stack.resolve(OUTSIDE_NETWORK, host)[1] == public


def created(cluster: str, consumer: str, zone: str) -> list[str]:
    """What connects a consumer to a cluster."""
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


def test_a_cluster_and_a_consumer_come_and_go(deployed: Deployed) -> None:
    """
    A cluster's records come into the zone that is there. A service lets a consumer's subscription in before its
    endpoints ask, and a name is there when its endpoint is.
    """
    stack = deployed(one_and_red())
    operations = change(stack, everybody())
    cluster = [
        f"create azure-native {CLUSTER_TWO.split('/')[2]}",
        "create AdxPrivateLink two",
        "create ClusterServices two",
        *(f"create PrivateLinkService two.{role}" for role in RECORDS),
        *created("two", "red", RED_ZONE),
    ]
    consumer = [
        "update AdxPrivateLink one",
        *(f"update PrivateLinkService one.{role}" for role in RECORDS),
        f"create azure-native {BLUE_NETWORK.split('/')[2]}",
        f"create KustoPrivateDnsZone {BLUE_ZONE}",
        f"create PrivateZone {BLUE_ZONE}",
        f"create VirtualNetworkLink {BLUE_ZONE.split('@')[0]}@blue.blue.{BLUE_ZONE.rsplit('.', 1)[1]}",
        *created("one", "blue", BLUE_ZONE),
    ]
    assert sorted(operations) == sorted([*cluster, *consumer, *created("two", "blue", BLUE_ZONE)])
    for role, record in RECORDS.items():
        in_order(
            operations,
            f"update PrivateLinkService one.{role}",
            f"create PrivateEndpoint one.blue.{role}",
            f"create Deployment one.blue.{role}.approval",
            f"create PrivateRecordSet {record}one@{BLUE_ZONE}",
        )
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")
    assert stack.resolve(RED_NETWORK, "adxtwo.westus.kusto.windows.net")[1].startswith("10.3.0.")

    # Only this consumer's objects are deleted; protecting the first cluster changes nothing in Azure.
    settings = everybody()
    settings["clusters"]["one"]["protect"] = True
    del settings["consumers"]["blue"]
    operations = change(stack, settings)
    deleted = [each for each in operations if each.startswith("delete")]
    assert len(deleted) == 4 * 3 + 2 + 4, "4 endpoints, approvals, records; 2 consumer sides; zone and all that is its"
    # Nobody of that subscription may ask for a connection any more.
    assert sorted(each for each in operations if not each.startswith("delete")) == [
        # The components say who their consumers are.
        "update AdxPrivateLink one",
        "update AdxPrivateLink two",
        "update PrivateLinkService one.engine",
        "update PrivateLinkService one.ingestion",
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
    ]
    for name in ("adxone", "adxtwo"):
        in_order(
            operations,
            f"delete PrivateRecordSet {name}@{BLUE_ZONE}",
            f"delete PrivateEndpoint {name.removeprefix('adx')}.blue.engine",
        )
    assert stack.resolve(BLUE_NETWORK, HOST)[1] == "40.1.1.1"
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")

    # The preview refuses to delete a protected service: `protect` has to be removed from the settings first.
    settings["clusters"]["one"]["roles"] = ["engine"]
    stack.configure(**settings)
    preview = stack.preview()
    assert not preview.succeeded
    assert "protected" in preview.output

    # A cluster's records go before the endpoints that they lead to.
    operations = change(stack, one_and_red())
    assert sorted(operations) == sorted(each.replace("create", "delete") for each in cluster)
    in_order(
        operations,
        f"delete PrivateRecordSet adxtwo@{RED_ZONE}",
        "delete PrivateEndpoint two.red.engine",
        "delete PrivateLinkService two.engine",
    )


def test_keys_are_renamed_and_the_settings_sorted(deployed: Deployed) -> None:
    """
    People sort their files; nothing may be renamed, and so replaced, by it. Services keep the names, and so the
    aliases, that everybody connects by, and endpoints those that they were made with: only the components tell of it.
    """
    stack = deployed(everybody())
    settings = backwards(everybody())
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
