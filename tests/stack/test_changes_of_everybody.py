"""Two clusters, two consumers, four subscriptions: what each change of the settings does, announced and done."""

from __future__ import annotations

from typing import Any

from .changing import change, in_order
from .conftest import Deployed
from .worlds import BLUE_NETWORK, BLUE_ZONE, OUTSIDE_NETWORK, RED_NETWORK, RED_ZONE, everybody

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


def test_the_order_of_the_settings_does_not_matter(deployed: Deployed) -> None:
    """People sort their files; nothing may be renamed, and so replaced, by it."""
    stack = deployed(everybody())
    stack.configure(**backwards(everybody()))
    preview = stack.preview("--expect-no-changes")
    assert preview.succeeded, preview.output
    assert preview.operations == []


def test_a_tag_updates_the_tagged_resources_and_nothing_else(deployed: Deployed) -> None:
    """In such a preview the provider makes every other output of the service unknown, its alias among them."""
    settings = everybody()
    settings["clusters"]["one"]["tags"] = {"owner": "data"}
    assert sorted(change(deployed(everybody()), settings)) == [
        "update PrivateLinkService one.engine",
        "update PrivateLinkService one.ingestion",
    ]


def test_a_changed_frontend_makes_service_endpoints_and_records_anew_in_the_right_order(deployed: Deployed) -> None:
    """Azure cannot move a service, nor delete one that is connected; a record never points at a dead endpoint."""
    stack = deployed(everybody())
    settings = everybody()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    operations = change(stack, settings)
    assert sorted(operations) == REPLACED_ENGINE
    for consumer, zone in (("red", RED_ZONE), ("blue", BLUE_ZONE)):
        in_order(
            operations,
            f"delete-replaced PrivateRecordSet adxone@{zone}",
            f"delete-replaced PrivateEndpoint one.{consumer}.engine",
            "delete-replaced PrivateLinkService one.engine",
            "create-replacement PrivateLinkService one.engine",
            f"create-replacement PrivateEndpoint one.{consumer}.engine",
            f"update Deployment one.{consumer}.engine.approval",
            f"create-replacement PrivateRecordSet adxone@{zone}",
        )
    assert stack.resolve(RED_NETWORK, "adxone.westus.kusto.windows.net")[1].startswith("10.3.0.")
    states = {
        endpoint["connection_state"]
        for cluster in stack.outputs()["clusters"].values()
        for targets in cluster["endpoints"].values()
        for endpoint in targets.values()
    }
    assert states == {"Approved"}


def test_removing_a_consumer_removes_its_objects_and_nobody_elses(deployed: Deployed) -> None:
    stack = deployed(everybody())
    settings = everybody()
    del settings["consumers"]["blue"]
    operations = change(stack, settings)
    deleted = [each for each in operations if each.startswith("delete")]
    assert len(deleted) == 4 * 3 + 2 + 4, "4 endpoints, approvals, records; 2 consumer sides; zone and all that is its"
    # Nobody of that subscription may ask for a connection any more.
    assert sorted(each for each in operations if each.startswith("update")) == [
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
    assert stack.resolve(BLUE_NETWORK, "adxone.westus.kusto.windows.net")[1] == "40.1.1.1"
    assert stack.resolve(RED_NETWORK, "adxone.westus.kusto.windows.net")[1].startswith("10.3.0.")


def test_a_zone_moves_to_another_resource_group(deployed: Deployed) -> None:
    """Azure links a network to one zone of a name only: the old link goes before the new one comes."""
    stack = deployed(everybody())
    settings = everybody()
    settings["consumers"]["blue"]["dns"]["resource_group"] = "blue"
    change(stack, settings)
    assert stack.resolve(BLUE_NETWORK, "adxtwo.westus.kusto.windows.net")[1].startswith("10.4.0.")


def test_a_network_moves_to_the_zone_of_another_consumer(deployed: Deployed) -> None:
    """What the message on colliding consumers advises, in one step."""
    stack = deployed(everybody())
    settings = everybody()
    del settings["consumers"]["red"]
    settings["consumers"]["blue"]["dns"]["links"] = {"own": {}, "red": {"network_id": RED_NETWORK}}
    change(stack, settings)
    for network in (BLUE_NETWORK, RED_NETWORK):
        assert stack.resolve(network, "adxone.westus.kusto.windows.net")[1].startswith("10.4.0.")


def test_a_nat_subnet_changes(deployed: Deployed) -> None:
    """Azure does not move a service's addresses: service and endpoints are made anew, in the preview as well."""
    settings = everybody()
    subnet = (
        settings["clusters"]["one"]["id"].split("/providers/")[0] + "/providers/Microsoft.Network/virtualNetworks/vnet"
    )
    settings["clusters"]["one"]["nat"] = {"subnet_id": f"{subnet}/subnets/nat"}
    operations = change(deployed(everybody()), settings)
    assert sum(each.startswith("create-replacement PrivateLinkService") for each in operations) == 2
