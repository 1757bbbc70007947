"""Zones, links and records change: clients keep an answer, and no name leads where nothing is."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import ResourceId

from .changing import change, in_order
from .conftest import Deployed
from .worlds import BLUE, BLUE_NETWORK, OUTSIDE_NETWORK, RED_NETWORK, RED_ZONE, one_and_red

HOST = "adxone.westus.kusto.windows.net"
ZONE = "privatelink.westus.kusto.windows.net"
RECORDS = ("adxone", "ingest-adxone")
RED_LINK = f"{ZONE}@red.red.33333333-3333-3333-3333-333333333333"
OUTSIDE_LINK = f"{ZONE}@outside.red.33333333-3333-3333-3333-333333333333"
BLUE_SUBSCRIPTION = "44444444-4444-4444-4444-444444444444"
HUB_ZONE = f"{ZONE}@dns.{BLUE_SUBSCRIPTION}"
HUB_ZONE_ID = f"{BLUE.replace('/blue', '/dns')}/providers/Microsoft.Network/privateDnsZones/{ZONE}"


def with_dns(dns: Any) -> dict[str, Any]:
    settings = one_and_red()
    settings["consumers"]["red"]["dns"] = dns
    return settings


def moved(to: str, *others: str) -> list[str]:
    """Records are made in the new zone, and the old zone goes with all that is in it."""
    return sorted(
        [
            *(f"create PrivateRecordSet {each}@{to}" for each in RECORDS),
            *(f"delete PrivateRecordSet {each}@{RED_ZONE}" for each in RECORDS),
            f"delete PrivateZone {RED_ZONE}",
            f"delete KustoPrivateDnsZone {RED_ZONE}",
            f"create azure-native {BLUE_SUBSCRIPTION}",
            f"create KustoPrivateDnsZone {to}",
            *others,
        ]
    )


def test_a_link_is_added_and_removed(deployed: Deployed) -> None:
    """One more network shares the endpoints; nothing else is touched."""
    stack = deployed(one_and_red())
    links = {"own": {}, "outside": {"network_id": OUTSIDE_NETWORK}}
    zone = f"update KustoPrivateDnsZone {RED_ZONE}"
    operations = change(stack, with_dns({"resource_group": "red", "links": links}))
    assert operations == [zone, f"create VirtualNetworkLink {OUTSIDE_LINK}"]
    assert stack.resolve(OUTSIDE_NETWORK, HOST)[1].startswith("10.3.0.")
    assert change(stack, one_and_red()) == [zone, f"delete VirtualNetworkLink {OUTSIDE_LINK}"]
    assert stack.resolve(OUTSIDE_NETWORK, HOST)[1] == "40.1.1.1"


def test_a_zone_of_another_subscription(deployed: Deployed) -> None:
    """A resource group of the same name there is another place: the zone is made anew, the endpoints stay."""
    stack = deployed(one_and_red())
    group = ResourceId.parse(f"/subscriptions/{BLUE_SUBSCRIPTION}/resourceGroups/red")
    stack.home.azure.put(group, {"location": "eastus"})
    operations = change(stack, with_dns({"resource_group": "red", "subscription": BLUE_SUBSCRIPTION}))
    to = f"{ZONE}@red.{BLUE_SUBSCRIPTION}"
    replaced_link = (
        f"delete-replaced VirtualNetworkLink {RED_LINK}",
        f"create-replacement VirtualNetworkLink {RED_LINK}",
    )
    assert sorted(operations) == moved(to, f"create PrivateZone {to}", *replaced_link)
    in_order(operations, f"create PrivateZone {to}", *replaced_link, f"delete PrivateZone {RED_ZONE}")
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")


def test_a_zone_that_exists(deployed: Deployed) -> None:
    """The hub's zone takes over, with a link that this stack makes; the hub's own zone is left alone afterwards."""
    stack = deployed(one_and_red())
    stack.home.azure.put(ResourceId.parse(HUB_ZONE_ID), {"location": "global"})
    operations = change(stack, with_dns({"zone_ids": [HUB_ZONE_ID], "links": {"own": {}}}))
    replaced_link = (
        f"delete-replaced VirtualNetworkLink {RED_LINK}",
        f"create-replacement VirtualNetworkLink {RED_LINK}",
    )
    assert sorted(operations) == moved(HUB_ZONE, *replaced_link)
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")
    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert [each["id"] for each in stack.world() if "/privatednszones/" in each["id"].lower()] == [
        HUB_ZONE_ID,
        f"{HUB_ZONE_ID}/SOA/@",
    ]


def test_names_are_kept_elsewhere(deployed: Deployed) -> None:
    """The endpoints stay; clients that Azure's DNS serves get the public answer."""
    stack = deployed(one_and_red())
    operations = change(stack, with_dns("elsewhere"))
    assert sorted(operations) == sorted(
        [
            *(f"delete PrivateRecordSet {each}@{RED_ZONE}" for each in RECORDS),
            f"delete VirtualNetworkLink {RED_LINK}",
            f"delete PrivateZone {RED_ZONE}",
            f"delete KustoPrivateDnsZone {RED_ZONE}",
        ]
    )
    in_order(operations, f"delete VirtualNetworkLink {RED_LINK}", f"delete PrivateZone {RED_ZONE}")
    assert stack.resolve(RED_NETWORK, HOST)[1] == "40.1.1.1"
    assert set(stack.outputs()["clusters"]["one"]["endpoints"]["red"]["engine"]["hosts"]) == {HOST}


def test_a_ttl_changes_in_place(deployed: Deployed) -> None:
    operations = change(deployed(one_and_red()), with_dns({"resource_group": "red", "ttl": 60}))
    assert sorted(operations) == [f"update PrivateRecordSet {each}@{RED_ZONE}" for each in RECORDS]


def test_a_zone_is_locked_and_unlocked(deployed: Deployed) -> None:
    """A lock keeps people from deleting the zone; records come and go under it."""
    stack = deployed(one_and_red())
    assert change(stack, with_dns({"resource_group": "red", "lock": True})) == [
        f"create ManagementLockByScope {RED_ZONE}.lock"
    ]
    settings = with_dns({"resource_group": "red", "lock": True})
    settings["consumers"]["red"]["roles"] = ["engine"]
    assert f"delete PrivateRecordSet ingest-adxone@{RED_ZONE}" in change(stack, settings)
    settings["consumers"]["red"]["dns"]["lock"] = False
    assert change(stack, settings) == [f"delete ManagementLockByScope {RED_ZONE}.lock"]


def test_a_network_gets_a_consumer_of_its_own(deployed: Deployed) -> None:
    """It shared another one's endpoints by a link; the link to the new zone replaces that to the old one."""
    links = {"own": {}, "blue": {"network_id": BLUE_NETWORK}}
    stack = deployed(with_dns({"resource_group": "red", "links": links}))
    settings = one_and_red()
    settings["consumers"]["blue"] = {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"resource_group": "dns"}}
    operations = change(stack, settings)
    link = f"{ZONE}@blue.blue.{BLUE_SUBSCRIPTION}"
    in_order(operations, f"delete-replaced VirtualNetworkLink {link}", f"create-replacement VirtualNetworkLink {link}")
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")
