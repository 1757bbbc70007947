"""Zones, links and records change: clients keep an answer, and no name leads where nothing is."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import ResourceId

from .changing import change, in_order
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


def with_blue() -> dict[str, Any]:
    """One cluster and both consumers."""
    settings = one_and_red()
    settings["consumers"]["blue"] = {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"resource_group": "dns"}}
    return settings


def link(network: str, subscription: str = RED_SUBSCRIPTION) -> str:
    return f"VirtualNetworkLink {ZONE}@{network}.{subscription}"


RED_LINK, OUTSIDE_LINK = link("red.red"), link("outside.red")
BLUE_LINK = link("blue.blue", BLUE_SUBSCRIPTION)


def replaced(resource: str) -> list[str]:
    return [f"delete-replaced {resource}", f"create-replacement {resource}"]


def moved(to: str, zone: str) -> list[str]:
    """Records are made in the new zone, and the old zone goes with all that is in it; a network has one link."""
    return [
        *(f"create PrivateRecordSet {each}@{to}" for each in RECORDS),
        *(f"delete PrivateRecordSet {each}@{zone}" for each in RECORDS),
        f"delete PrivateZone {zone}",
        f"delete KustoPrivateDnsZone {zone}",
        f"create azure-native {to.rpartition('.')[2]}",
        f"create KustoPrivateDnsZone {to}",
        *replaced(RED_LINK if zone == RED_ZONE else BLUE_LINK),
    ]


def test_links_locks_and_the_ttl_of_a_zone(deployed: Deployed) -> None:
    """What a zone has beside its records comes and goes without them; then networks go to other consumers' zones."""
    stack, settings = deployed(one_and_red()), one_and_red()
    zone = f"update KustoPrivateDnsZone {RED_ZONE}"

    # More networks share the endpoints; nothing else is touched.
    links = {"own": {}, "outside": {"network_id": OUTSIDE_NETWORK}, "blue": {"network_id": BLUE_NETWORK}}
    settings["consumers"]["red"]["dns"] = {"resource_group": "red", "links": links, "ttl": 60, "lock": True}
    assert sorted(change(stack, settings)) == sorted(
        [
            zone,
            f"create {OUTSIDE_LINK}",
            f"create {BLUE_LINK}",
            *(f"update PrivateRecordSet {each}@{RED_ZONE}" for each in RECORDS),
            f"create ManagementLockByScope {RED_ZONE}.lock",
        ]
    )
    assert stack.resolve(OUTSIDE_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.3.0.")

    # A lock keeps people from deleting the zone; records come and go under it. The network of a consumer that comes
    # shared the other one's endpoints by a link: the link to its own zone replaces that.
    settings = with_blue()
    settings["consumers"]["red"] |= {"roles": ["engine"], "dns": {"resource_group": "red", "lock": True}}
    operations = change(stack, settings)
    assert f"delete PrivateRecordSet ingest-adxone@{RED_ZONE}" in operations
    assert [each for each in operations if RED_LINK in each or OUTSIDE_LINK in each] == [f"delete {OUTSIDE_LINK}"]
    in_order(operations, *replaced(BLUE_LINK))
    assert stack.resolve(OUTSIDE_NETWORK, HOST)[1] == "40.1.1.1"
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")

    # Azure links a network to one zone of a name only: the old link goes before the new one comes.
    settings["consumers"]["red"]["dns"]["lock"] = False
    settings["consumers"]["blue"]["dns"]["resource_group"] = "blue"
    operations = change(stack, settings)
    assert [each for each in operations if RED_ZONE in each] == [f"delete ManagementLockByScope {RED_ZONE}.lock"]
    in_order(operations, *replaced(BLUE_LINK))
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")

    # What the message on colliding consumers advises, in one step.
    del settings["consumers"]["red"]
    settings["consumers"]["blue"]["dns"]["links"] = {"own": {}, "red": {"network_id": RED_NETWORK}}
    change(stack, settings)
    for network in (BLUE_NETWORK, RED_NETWORK):
        assert stack.resolve(network, HOST)[1].startswith("10.4.0.")


def test_zones_of_other_subscriptions_and_elsewhere(deployed: Deployed) -> None:
    """
    A resource group of the same name in another subscription is another place: the zone is replaced, the endpoints
    stay. A hub's zone takes over, with a link that this stack makes; the hub's own zone is left alone afterwards.
    """
    stack = deployed(with_blue())
    group = f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/red"
    for id in (group, HUB_ZONE_ID.partition("/providers/")[0]):
        stack.home.azure.put(ResourceId.parse(id), {"location": "eastus"})
    stack.home.azure.put(ResourceId.parse(HUB_ZONE_ID), {"location": "global"})
    settings = with_blue()
    settings["consumers"]["red"]["dns"] = {"resource_group": "red", "subscription": OTHER_SUBSCRIPTION}
    settings["consumers"]["blue"]["dns"] = {"zone_ids": [HUB_ZONE_ID], "links": {"own": {}}}
    operations = change(stack, settings)
    other = f"{ZONE}@red.{OTHER_SUBSCRIPTION}"
    assert sorted(operations) == sorted(
        [*moved(other, RED_ZONE), f"create PrivateZone {other}", *moved(HUB_ZONE, BLUE_ZONE)]
    )
    in_order(operations, f"create PrivateZone {other}", *replaced(RED_LINK), f"delete PrivateZone {RED_ZONE}")
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")

    # Names are kept elsewhere: the endpoints stay; clients that Azure's DNS serves get the public answer.
    settings["consumers"]["red"]["dns"] = "elsewhere"
    # A link gets another network. Azure takes its name once in a zone: the old link goes before the new one comes.
    settings["consumers"]["blue"]["dns"]["links"] = {"own": {"network_id": OUTSIDE_NETWORK}}
    operations = change(stack, settings)
    of_blue = [each for each in operations if each in (*replaced(BLUE_LINK), *replaced(OUTSIDE_LINK))]
    assert sorted(each for each in operations if each not in of_blue) == sorted(
        [
            *(f"delete PrivateRecordSet {each}@{other}" for each in RECORDS),
            f"delete {RED_LINK}",
            f"delete PrivateZone {other}",
            f"delete KustoPrivateDnsZone {other}",
            f"delete azure-native {OTHER_SUBSCRIPTION}",
            f"update KustoPrivateDnsZone {HUB_ZONE}",
        ]
    )
    assert of_blue == [f"delete-replaced {BLUE_LINK}", f"create-replacement {OUTSIDE_LINK}"]
    in_order(operations, f"delete {RED_LINK}", f"delete PrivateZone {other}")
    assert stack.resolve(RED_NETWORK, HOST)[1] == "40.1.1.1"
    assert set(stack.outputs()["clusters"]["one"]["endpoints"]["red"]["engine"]["hosts"]) == {HOST}

    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert [each["id"] for each in stack.world() if "/privatednszones/" in each["id"].lower()] == [
        HUB_ZONE_ID,
        f"{HUB_ZONE_ID}/SOA/@",
    ]
