"""Zones, links and records change: clients keep an answer, and no name points at a deleted endpoint."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import ResourceId

from .changing import assert_order, change
from .conftest import Deployed
from .worlds import BLUE_NETWORK, BLUE_ZONE, OUTSIDE_NETWORK, RED_NETWORK, RED_ZONE, one_and_red

HOST = "adxone.westus.kusto.windows.net"
ZONE = "privatelink.westus.kusto.windows.net"
RECORDS = ("adxone", "ingest-adxone")
RED_SUBSCRIPTION = RED_NETWORK.split("/")[2]
BLUE_SUBSCRIPTION = BLUE_NETWORK.split("/")[2]
HUB_SUBSCRIPTION = "55555555-5555-5555-5555-555555555555"
OTHER_SUBSCRIPTION = "66666666-6666-6666-6666-666666666666"
HUB_ZONE = f"{ZONE}@dns.{HUB_SUBSCRIPTION}"
HUB_ZONE_ID = f"/subscriptions/{HUB_SUBSCRIPTION}/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/{ZONE}"


def one_red_and_blue() -> dict[str, Any]:
    """Return settings of one cluster and both consumers."""
    settings = one_and_red()
    settings["consumers"]["blue"] = {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"resource_group": "dns"}}
    return settings


def link_name(network: str, subscription: str = RED_SUBSCRIPTION) -> str:
    """Return the type and the logical name of a network's link."""
    return f"VirtualNetworkLink {ZONE}@{network}.{subscription}"


RED_LINK, OUTSIDE_LINK = link_name("red.red"), link_name("outside.red")
BLUE_LINK = link_name("blue.blue", BLUE_SUBSCRIPTION)


def list_replacement(resource: str) -> list[str]:
    """List the operations that replace a resource."""
    return [f"delete-replaced {resource}", f"create-replacement {resource}"]


def list_move(zone: str, target: str) -> list[str]:
    """List the operations that move records and the network's only link to another zone, and delete the old one."""
    return [
        *(f"create PrivateRecordSet {record}@{target}" for record in RECORDS),
        *(f"delete PrivateRecordSet {record}@{zone}" for record in RECORDS),
        f"delete PrivateZone {zone}",
        f"delete KustoPrivateDnsZone {zone}",
        f"create azure-native {target.rpartition('.')[2]}",
        f"create KustoPrivateDnsZone {target}",
        *list_replacement(RED_LINK if zone == RED_ZONE else BLUE_LINK),
    ]


def test_links_locks_and_ttl_of_a_zone_change_alone(deployed: Deployed) -> None:
    """A change of links, locks or the TTL touches nothing else. Then networks move to the zones of other consumers."""
    stack, settings = deployed(one_and_red()), one_and_red()
    # More networks share the endpoints; nothing else is touched.
    links = {"own": {}, "outside": {"network_id": OUTSIDE_NETWORK}, "blue": {"network_id": BLUE_NETWORK}}
    settings["consumers"]["red"]["dns"] = {"resource_group": "red", "links": links, "ttl": 60, "lock": True}
    assert sorted(change(stack, settings)) == sorted(
        [
            f"update KustoPrivateDnsZone {RED_ZONE}",
            f"create {OUTSIDE_LINK}",
            f"create {BLUE_LINK}",
            *(f"update PrivateRecordSet {record}@{RED_ZONE}" for record in RECORDS),
            f"create ManagementLockByScope {RED_ZONE}.lock",
        ]
    )
    assert stack.resolve(OUTSIDE_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.3.0.")

    # A lock keeps people from deleting the zone, and its records can still change. A new consumer's network shared the
    # other consumer's endpoints through a link: the link to its own zone replaces it.
    settings = one_red_and_blue()
    settings["consumers"]["red"] |= {"roles": ["engine"], "dns": {"resource_group": "red", "lock": True}}
    operations = change(stack, settings)
    assert f"delete PrivateRecordSet ingest-adxone@{RED_ZONE}" in operations
    links_of_red = [operation for operation in operations if RED_LINK in operation or OUTSIDE_LINK in operation]
    assert links_of_red == [f"delete {OUTSIDE_LINK}"]
    assert_order(operations, *list_replacement(BLUE_LINK))
    assert stack.resolve(OUTSIDE_NETWORK, HOST)[1] == "40.1.1.1"
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")

    # Azure links a network to one zone of a name only: the old link is deleted before the new one is created.
    settings["consumers"]["red"]["dns"]["lock"] = False
    settings["consumers"]["blue"]["dns"]["resource_group"] = "blue"
    operations = change(stack, settings)
    lock = f"ManagementLockByScope {RED_ZONE}.lock"
    assert [operation for operation in operations if RED_ZONE in operation] == [f"delete {lock}"]
    assert_order(operations, *list_replacement(BLUE_LINK))
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")

    # The remedy for two consumers that write one record is applied in one step.
    del settings["consumers"]["red"]
    settings["consumers"]["blue"]["dns"]["links"] = {"own": {}, "red": {"network_id": RED_NETWORK}}
    change(stack, settings)
    for network in (BLUE_NETWORK, RED_NETWORK):
        assert stack.resolve(network, HOST)[1].startswith("10.4.0.")


def test_names_move_to_another_subscription_a_hub_and_elsewhere(deployed: Deployed) -> None:
    """
    A zone in a resource group of the same name in another subscription is another zone: endpoints stay.

    The records of blue move to a hub's zone with a link of this stack; `destroy` leaves the hub's zone alone.
    """
    stack = deployed(one_red_and_blue())
    group = f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/red"
    for id in (group, HUB_ZONE_ID.partition("/providers/")[0]):
        stack.home.azure.put(ResourceId.parse(id), {"location": "eastus"})
    stack.home.azure.put(ResourceId.parse(HUB_ZONE_ID), {"location": "global"})
    settings = one_red_and_blue()
    settings["consumers"]["red"]["dns"] = {"resource_group": "red", "subscription": OTHER_SUBSCRIPTION}
    settings["consumers"]["blue"]["dns"] = {"zone_ids": [HUB_ZONE_ID], "links": {"own": {}}}
    operations = change(stack, settings)
    other_zone = f"{ZONE}@red.{OTHER_SUBSCRIPTION}"
    assert sorted(operations) == sorted(
        [*list_move(RED_ZONE, other_zone), f"create PrivateZone {other_zone}", *list_move(BLUE_ZONE, HUB_ZONE)]
    )
    creation, deletion = f"create PrivateZone {other_zone}", f"delete PrivateZone {RED_ZONE}"
    assert_order(operations, creation, *list_replacement(RED_LINK), deletion)
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")

    # With names elsewhere the endpoints stay, and clients of Azure's DNS get the public answer.
    settings["consumers"]["red"]["dns"] = "elsewhere"
    # Azure allows a link's name once in a zone: the old link is deleted before that of the other network is created.
    settings["consumers"]["blue"]["dns"]["links"] = {"own": {"network_id": OUTSIDE_NETWORK}}
    operations = change(stack, settings)
    replacements = (*list_replacement(BLUE_LINK), *list_replacement(OUTSIDE_LINK))
    links_of_blue = [operation for operation in operations if operation in replacements]
    assert sorted(operation for operation in operations if operation not in links_of_blue) == sorted(
        [
            *(f"delete PrivateRecordSet {record}@{other_zone}" for record in RECORDS),
            f"delete {RED_LINK}",
            f"delete PrivateZone {other_zone}",
            f"delete KustoPrivateDnsZone {other_zone}",
            f"delete azure-native {OTHER_SUBSCRIPTION}",
            f"update KustoPrivateDnsZone {HUB_ZONE}",
        ]
    )
    assert links_of_blue == [f"delete-replaced {BLUE_LINK}", f"create-replacement {OUTSIDE_LINK}"]
    assert_order(operations, f"delete {RED_LINK}", f"delete PrivateZone {other_zone}")
    assert stack.resolve(RED_NETWORK, HOST)[1] == "40.1.1.1"
    assert set(stack.outputs()["clusters"]["one"]["endpoints"]["red"]["engine"]["hosts"]) == {HOST}

    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    ids = [resource["id"] for resource in stack.world()]
    assert [id for id in ids if "/privatednszones/" in id.lower()] == [
        HUB_ZONE_ID,
        f"{HUB_ZONE_ID}/SOA/@",
    ]
