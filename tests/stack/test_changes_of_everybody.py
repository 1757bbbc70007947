"""Two clusters, two consumers, four subscriptions: what each change of the settings does, announced and done."""

from __future__ import annotations

from typing import Any

import pytest

from .harness import Run, Stack
from .worlds import BLUE_NETWORK, BLUE_ZONE, OUTSIDE_NETWORK, RED_NETWORK, RED_ZONE, TWO_BY_TWO, everybody

REPLACED_ENGINE = [
    "create-replacement PrivateEndpoint one.blue.engine",
    "create-replacement PrivateEndpoint one.red.engine",
    "create-replacement PrivateLinkService one.engine",
    f"create-replacement PrivateRecordSet adxone@{BLUE_ZONE}",
    f"create-replacement PrivateRecordSet adxone@{RED_ZONE}",
    "delete-replaced PrivateEndpoint one.blue.engine",
    "delete-replaced PrivateEndpoint one.red.engine",
    "delete-replaced PrivateLinkService one.engine",
    f"delete-replaced PrivateRecordSet adxone@{BLUE_ZONE}",
    f"delete-replaced PrivateRecordSet adxone@{RED_ZONE}",
    "update Deployment one.blue.engine.approval",
    "update Deployment one.red.engine.approval",
]


@pytest.fixture(scope="module")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return Stack(tmp_path_factory.mktemp("changes"), TWO_BY_TWO)


@pytest.fixture
def stack(shared_stack: Stack) -> Stack:
    """The stack with everybody connected, whatever the test before has left."""
    shared_stack.configure(**everybody())
    done = shared_stack.up()
    assert done.succeeded, done.output
    return shared_stack


def announced_and_done(stack: Stack, settings: dict[str, Any]) -> tuple[Run, Run]:
    stack.configure(**settings)
    preview, done = stack.preview(), stack.up()
    assert preview.succeeded, preview.output
    assert done.succeeded, done.output
    assert sorted(preview.operations) == sorted(done.operations)
    return preview, done


def backwards(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings, written in another order at every level."""
    return {
        name: backwards(value) if isinstance(value, dict) else value  # pyright: ignore[reportUnknownArgumentType]
        for name, value in reversed(settings.items())
    }


def test_everybody_reaches_everything_and_outsiders_nothing(stack: Stack) -> None:
    """One zone in each network serves both clusters of the region; a network without one keeps the public answer."""
    for cluster, public in (("one", "40.1.1.1"), ("two", "40.2.2.1")):
        host = f"adx{cluster}.westus.kusto.windows.net"
        assert stack.resolve(RED_NETWORK, host)[1].startswith("10.3.0.")
        assert stack.resolve(BLUE_NETWORK, host)[1].startswith("10.4.0.")
        assert stack.resolve(OUTSIDE_NETWORK, host)[1] == public


def test_the_order_of_the_settings_does_not_matter(stack: Stack) -> None:
    """People sort their files; nothing may be renamed, and so replaced, by it."""
    stack.configure(**backwards(everybody()))
    preview = stack.preview("--expect-no-changes")
    assert preview.succeeded, preview.output
    assert preview.operations == []


def test_a_tag_updates_the_tagged_resources_and_nothing_else(stack: Stack) -> None:
    """In such a preview the provider makes every other output of the service unknown, its alias among them."""
    settings = everybody()
    settings["clusters"]["one"]["tags"] = {"owner": "data"}
    preview, _ = announced_and_done(stack, settings)
    assert sorted(preview.operations) == [
        "update PrivateLinkService one.engine",
        "update PrivateLinkService one.ingestion",
    ]


def test_a_changed_frontend_makes_service_endpoints_and_records_anew_in_the_right_order(stack: Stack) -> None:
    """Azure cannot move a service, nor delete one that is connected; a record never points at a dead endpoint."""
    settings = everybody()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    runs = announced_and_done(stack, settings)
    for run in runs:
        assert sorted(run.operations) == REPLACED_ENGINE
        position = {each: index for index, each in enumerate(run.operations)}
        for consumer, zone in (("red", RED_ZONE), ("blue", BLUE_ZONE)):
            in_order = [
                f"delete-replaced PrivateRecordSet adxone@{zone}",
                f"delete-replaced PrivateEndpoint one.{consumer}.engine",
                "delete-replaced PrivateLinkService one.engine",
                "create-replacement PrivateLinkService one.engine",
                f"create-replacement PrivateEndpoint one.{consumer}.engine",
                f"update Deployment one.{consumer}.engine.approval",
                f"create-replacement PrivateRecordSet adxone@{zone}",
            ]
            assert [position[each] for each in in_order] == sorted(position[each] for each in in_order)
    assert stack.resolve(RED_NETWORK, "adxone.westus.kusto.windows.net")[1].startswith("10.3.0.")
    states = {
        endpoint["connection_state"]
        for cluster in stack.outputs()["clusters"].values()
        for targets in cluster["endpoints"].values()
        for endpoint in targets.values()
    }
    assert states == {"Approved"}
    assert stack.preview("--expect-no-changes").succeeded


def test_removing_a_consumer_removes_its_objects_and_nobody_elses(stack: Stack) -> None:
    settings = everybody()
    del settings["consumers"]["blue"]
    _, done = announced_and_done(stack, settings)
    deleted = [each for each in done.operations if each.startswith("delete")]
    assert len(deleted) == 4 * 3 + 2 + 4, "4 endpoints, approvals, records; 2 consumer sides; zone and all that is its"
    # Nobody of that subscription may ask for a connection any more.
    assert sorted(each for each in done.operations if each.startswith("update")) == [
        # The components say who their consumers are.
        "update AdxPrivateLink one",
        "update AdxPrivateLink two",
        "update PrivateLinkService one.engine",
        "update PrivateLinkService one.ingestion",
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
    ]
    assert stack.resolve(BLUE_NETWORK, "adxone.westus.kusto.windows.net")[1] == "40.1.1.1"
    assert stack.resolve(RED_NETWORK, "adxone.westus.kusto.windows.net")[1].startswith("10.3.0.")


def test_a_zone_moves_to_another_resource_group(stack: Stack) -> None:
    """Azure links a network to one zone of a name only: the old link goes before the new one comes."""
    settings = everybody()
    settings["consumers"]["blue"]["dns"]["resource_group"] = "blue"
    announced_and_done(stack, settings)
    assert stack.preview("--expect-no-changes").succeeded
    assert stack.resolve(BLUE_NETWORK, "adxtwo.westus.kusto.windows.net")[1].startswith("10.4.0.")


def test_a_network_moves_to_the_zone_of_another_consumer(stack: Stack) -> None:
    """What the message on colliding consumers advises, in one step."""
    settings = everybody()
    del settings["consumers"]["red"]
    settings["consumers"]["blue"]["dns"]["links"] = {"own": {}, "red": {"network_id": RED_NETWORK}}
    announced_and_done(stack, settings)
    for network in (BLUE_NETWORK, RED_NETWORK):
        assert stack.resolve(network, "adxone.westus.kusto.windows.net")[1].startswith("10.4.0.")


def test_a_nat_subnet_changes(stack: Stack) -> None:
    """Azure does not move a service's addresses: service and endpoints are made anew, in the preview as well."""
    settings = everybody()
    subnet = (
        settings["clusters"]["one"]["id"].split("/providers/")[0] + "/providers/Microsoft.Network/virtualNetworks/vnet"
    )
    settings["clusters"]["one"]["nat"] = {"subnet_id": f"{subnet}/subnets/nat"}
    preview, _ = announced_and_done(stack, settings)
    assert sum(each.startswith("create-replacement PrivateLinkService") for each in preview.operations) == 2
