"""Clusters come, go and change: a service that others know by its alias is not made anew without need."""

from __future__ import annotations

from azure_sandbox.azure import Json, ResourceId
from azure_sandbox.testing import Stack

from .changing import change, in_order
from .conftest import Deployed
from .worlds import BLUE_ZONE, CLUSTER_ONE, RED_NETWORK, RED_ZONE, everybody

ROLES = ("engine", "ingestion")
NAT_SUBNET = f"{CLUSTER_ONE.partition('/providers/')[0]}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nat"
LOCKS = {key: {f"ManagementLockByScope {key}.{role}.lock" for role in ROLES} for key in ("one", "two")}
LEGACY_RECORDS = [
    f"PrivateRecordSet {name}@{zone}"
    for name in ("private-adxtwo", "ingest-private-adxtwo")
    for zone in (RED_ZONE, BLUE_ZONE)
]
"""Of the second cluster."""
COMPONENTS = ["update ClusterServices two", "update ConsumerEndpoints two.blue", "update ConsumerEndpoints two.red"]
"""They say which names they publish."""
EVERY_SERVICE = [f"update PrivateLinkService {key}.{role}" for key in ("one", "two") for role in ROLES]
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


def service(stack: Stack, cluster: str, role: str) -> Json:
    """A private link service, as Azure has it."""
    return stack.home.azure.get(ResourceId.parse(stack.outputs()["clusters"][cluster]["services"][role]["id"]))


def addresses(stack: Stack, cluster: str, role: str) -> list[Json]:
    """What a private link service translates to."""
    return [each["properties"] for each in service(stack, cluster, role)["properties"]["ipConfigurations"]]


def test_services_change_in_place_or_are_made_anew_in_the_right_order(deployed: Deployed) -> None:
    """Tags, NAT addresses, locks and legacy names update in place; another frontend or NAT subnet replaces services."""
    stack = deployed(everybody())
    settings = everybody()
    one, two = settings["clusters"]["one"], settings["clusters"]["two"]

    # In such a preview the provider makes every other output of the service unknown, its alias among them.
    one["tags"] = {"owner": "data"}
    # So that the cluster's own firewall can name it.
    one["services"] = {"engine": {"nat_addresses": ["10.1.0.40"]}}
    one["lock"] = two["lock"] = True
    # More connections at once, through the same service.
    two["nat"] = {"addresses": 3}
    # Programs that were configured with them go on; services and endpoints stay.
    two["legacy_names"] = True
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            *EVERY_SERVICE,
            *(f"create {each}" for each in (*LOCKS["one"], *LOCKS["two"], *LEGACY_RECORDS)),
            *COMPONENTS,
        ]
    )
    assert [service(stack, "one", role)["tags"]["owner"] for role in ROLES] == ["data", "data"]
    assert [each["privateIPAddress"] for each in addresses(stack, "one", "engine")] == ["10.1.0.40"]
    assert [len(addresses(stack, "two", role)) for role in ROLES] == [3, 3]

    # Azure cannot move a service, nor delete one that is connected; a record never points at a dead endpoint. The
    # setting says that the service moves, and so the stack's own lock goes first and comes again; others would be
    # refused.
    one["services"]["engine"]["frontend"] = "spare"
    lock = "ManagementLockByScope one.engine.lock"
    operations = change(stack, settings)
    assert sorted(operations) == sorted([*REPLACED_ENGINE, f"delete-replaced {lock}", f"create-replacement {lock}"])
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
    in_order(
        operations,
        f"delete-replaced {lock}",
        "delete-replaced PrivateLinkService one.engine",
        "create-replacement PrivateLinkService one.engine",
        f"create-replacement {lock}",
    )
    assert stack.resolve(RED_NETWORK, "adxone.westus.kusto.windows.net")[1].startswith("10.3.0.")
    states = {
        endpoint["connection_state"]
        for cluster in stack.outputs()["clusters"].values()
        for targets in cluster["endpoints"].values()
        for endpoint in targets.values()
    }
    assert states == {"Approved"}

    # Azure does not move a service's addresses: service and endpoints are replaced, as the preview announces.
    settings["clusters"] = everybody()["clusters"]
    settings["clusters"]["one"]["nat"] = {"subnet_id": NAT_SUBNET}
    settings["clusters"]["two"]["nat"] = two["nat"]  # Azure takes no NAT address away
    operations = change(stack, settings)
    assert sorted(each for each in operations if "PrivateLinkService" in each and "delete" not in each) == [
        "create-replacement PrivateLinkService one.engine",
        "create-replacement PrivateLinkService one.ingestion",
        # The names of the cluster are its services' FQDNs.
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
    ]
    assert {each["subnet"]["id"] for role in ROLES for each in addresses(stack, "one", role)} == {NAT_SUBNET}
    assert {each for each in operations if each.startswith("delete ")} == {
        f"delete {each}" for each in (*LOCKS["two"], *LEGACY_RECORDS)
    }
    locks = {each for each in operations if "ManagementLock" in each}
    assert locks == {
        *(f"delete {each}" for each in LOCKS["two"]),
        *(f"delete-replaced {each}" for each in LOCKS["one"]),
    }
