"""Clusters come, go and change: a service that others know by its alias is not made anew without need."""

from __future__ import annotations

from typing import Any

from .changing import change, in_order
from .conftest import Deployed
from .worlds import CLUSTER_TWO, RED_NETWORK, RED_ZONE, everybody, one_and_red

RECORDS = {"engine": "adxone", "ingestion": "ingest-adxone"}


def with_one(**changes: Any) -> dict[str, Any]:
    settings = one_and_red()
    settings["clusters"]["one"] |= changes
    return settings


def test_a_cluster_is_added_and_removed(deployed: Deployed) -> None:
    """Its records come into the zone that is there, and go before the endpoints that they lead to."""
    stack = deployed(one_and_red())
    settings = one_and_red()
    settings["clusters"]["two"] = everybody()["clusters"]["two"]
    operations = change(stack, settings)
    made = [
        f"create azure-native {CLUSTER_TWO.split('/')[2]}",
        "create AdxPrivateLink two",
        "create ClusterServices two",
        "create ConsumerEndpoints two.red",
        *(
            operation
            for role, record in RECORDS.items()
            for operation in (
                f"create PrivateLinkService two.{role}",
                f"create PrivateEndpoint two.red.{role}",
                f"create Deployment two.red.{role}.approval",
                f"create PrivateRecordSet {record.replace('one', 'two')}@{RED_ZONE}",
            )
        ),
    ]
    assert sorted(operations) == sorted(made)
    assert stack.resolve(RED_NETWORK, "adxtwo.westus.kusto.windows.net")[1].startswith("10.3.0.")

    operations = change(stack, one_and_red())
    assert sorted(operations) == sorted(each.replace("create", "delete") for each in made)
    in_order(
        operations,
        f"delete PrivateRecordSet adxtwo@{RED_ZONE}",
        "delete PrivateEndpoint two.red.engine",
        "delete PrivateLinkService two.engine",
    )


def test_a_role_is_not_published_any_more_and_then_again(deployed: Deployed) -> None:
    """The whole chain of that role goes, the last first; the other one is not touched."""
    stack = deployed(one_and_red())
    chain = [
        f"PrivateRecordSet ingest-adxone@{RED_ZONE}",
        "Deployment one.red.ingestion.approval",
        "PrivateEndpoint one.red.ingestion",
        "PrivateLinkService one.ingestion",
    ]
    # The components say what they publish.
    components = ["update AdxPrivateLink one", "update ClusterServices one", "update ConsumerEndpoints one.red"]
    operations = change(stack, with_one(roles=["engine"]))
    deleted = [f"delete {each}" for each in chain]
    assert sorted(operations) == sorted([*components, *deleted])
    in_order(operations, *deleted)
    operations = change(stack, one_and_red())
    created = [f"create {each}" for each in reversed(chain)]
    assert sorted(operations) == sorted([*components, *created])
    in_order(operations, *created)


def test_a_clusters_key_is_renamed(deployed: Deployed) -> None:
    """Its services keep the names, and so the aliases, that everybody connects by."""
    stack = deployed(one_and_red())
    settings = one_and_red()
    settings["clusters"] = {"first": {**settings["clusters"]["one"], "formerly": "one"}}
    before = stack.outputs()["clusters"]["one"]
    assert change(stack, settings) == []
    assert stack.outputs()["clusters"] == {"first": before}


def test_nat_addresses_are_added(deployed: Deployed) -> None:
    """More connections at once, through the same service."""
    operations = change(deployed(one_and_red()), with_one(nat={"addresses": 3}))
    assert sorted(operations) == [f"update PrivateLinkService one.{role}" for role in RECORDS]


def test_a_nat_address_becomes_static(deployed: Deployed) -> None:
    """So that the cluster's own firewall can name it."""
    settings = with_one(services={"engine": {"nat_addresses": ["10.1.0.40"]}})
    assert change(deployed(one_and_red()), settings) == ["update PrivateLinkService one.engine"]


def test_services_are_locked_and_unlocked(deployed: Deployed) -> None:
    stack = deployed(one_and_red())
    locks = [f"ManagementLockByScope one.{role}.lock" for role in RECORDS]
    assert sorted(change(stack, with_one(lock=True))) == [f"create {each}" for each in locks]
    assert sorted(change(stack, one_and_red())) == [f"delete {each}" for each in locks]


def test_a_locked_service_is_made_anew_all_the_same(deployed: Deployed) -> None:
    """The setting says so, and so the stack's own lock goes first and comes again; others would be refused."""
    stack = deployed(with_one(lock=True))
    operations = change(stack, with_one(lock=True, services={"engine": {"frontend": "spare"}}))
    in_order(
        operations,
        "delete-replaced ManagementLockByScope one.engine.lock",
        "delete-replaced PrivateLinkService one.engine",
        "create-replacement PrivateLinkService one.engine",
        "create-replacement ManagementLockByScope one.engine.lock",
    )


def test_legacy_names_are_two_more_records(deployed: Deployed) -> None:
    """Programs that were configured with them go on; services and endpoints stay."""
    stack = deployed(one_and_red())
    operations = change(stack, with_one(legacy_names=True))
    assert sorted(each for each in operations if each.startswith("create")) == [
        f"create PrivateRecordSet ingest-private-adxone@{RED_ZONE}",
        f"create PrivateRecordSet private-adxone@{RED_ZONE}",
    ]
    assert not [each for each in operations if each.startswith("delete") or "PrivateEndpoint" in each]


def test_a_protected_service_is_not_deleted(deployed: Deployed) -> None:
    """Whoever asks for it in the settings is asked to take it out there first: the preview refuses already."""
    stack = deployed(one_and_red())
    assert change(stack, with_one(protect=True)) == []
    stack.configure(**with_one(roles=["engine"], protect=True))
    preview = stack.preview()
    assert not preview.succeeded
    assert "protected" in preview.output
