"""Clusters change: a service is replaced only where Azure cannot update it, because consumers know its alias."""

from __future__ import annotations

from azure_sandbox.azure import Json, ResourceId
from azure_sandbox.testing import Stack

from .changing import assert_order, change
from .conftest import Deployed
from .worlds import BLUE_ZONE, CLUSTER_ONE, RED_NETWORK, RED_ZONE, two_by_two

ROLES = ("engine", "ingestion")
NAT_SUBNET = f"{CLUSTER_ONE.partition('/providers/')[0]}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nat"
LOCKS = {key: {f"ManagementLockByScope {key}.{role}.lock" for role in ROLES} for key in ("one", "two")}
LEGACY_RECORDS = [
    f"PrivateRecordSet {name}@{zone}"
    for name in ("private-adxtwo", "ingest-private-adxtwo")
    for zone in (RED_ZONE, BLUE_ZONE)
]
"""The records of the second cluster's legacy names."""
COMPONENTS = ["update ClusterServices two", "update ConsumerEndpoints two.blue", "update ConsumerEndpoints two.red"]
"""Components whose summaries list the published names."""
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


def get_service(stack: Stack, cluster: str, role: str) -> Json:
    """Return a private link service, as Azure has it."""
    return stack.home.azure.get(ResourceId.parse(stack.outputs()["clusters"][cluster]["services"][role]["id"]))


def get_nat_addresses(stack: Stack, cluster: str, role: str) -> list[Json]:
    """Return the NAT address configurations of a private link service."""
    configurations = get_service(stack, cluster, role)["properties"]["ipConfigurations"]
    return [configuration["properties"] for configuration in configurations]


def test_services_are_updated_in_place_or_replaced_in_the_right_order(deployed: Deployed) -> None:
    """Tags, NAT addresses, locks and legacy names update in place; a new frontend or NAT subnet replaces services."""
    stack = deployed(two_by_two())
    settings = two_by_two()
    one, two = settings["clusters"]["one"], settings["clusters"]["two"]

    # In the preview of a tag the provider makes the other outputs of the service unknown, its alias among them.
    one["tags"] = {"owner": "data"}
    # A static address can be named in the cluster's own firewall.
    one["services"] = {"engine": {"nat_addresses": ["10.1.0.40"]}}
    one["lock"] = two["lock"] = True
    # More addresses carry more connections at once through the same service.
    two["nat"] = {"addresses": 3}
    # Legacy names keep programs working that use them; services and endpoints stay.
    two["legacy_names"] = True
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            *EVERY_SERVICE,
            *(f"create {resource}" for resource in (*LOCKS["one"], *LOCKS["two"], *LEGACY_RECORDS)),
            *COMPONENTS,
        ]
    )
    assert [get_service(stack, "one", role)["tags"]["owner"] for role in ROLES] == ["data", "data"]
    assert [address["privateIPAddress"] for address in get_nat_addresses(stack, "one", "engine")] == ["10.1.0.40"]
    assert [len(get_nat_addresses(stack, "two", role)) for role in ROLES] == [3, 3]

    # Azure can neither move a service nor delete a connected one, and a record never points at a deleted endpoint.
    # The stack's own lock is deleted first and created again, because the setting asks for the replacement. Locks of
    # others make Azure reject it.
    one["services"]["engine"]["frontend"] = "spare"
    lock = "ManagementLockByScope one.engine.lock"
    operations = change(stack, settings)
    assert sorted(operations) == sorted([*REPLACED_ENGINE, f"delete-replaced {lock}", f"create-replacement {lock}"])
    for consumer, zone in (("red", RED_ZONE), ("blue", BLUE_ZONE)):
        assert_order(
            operations,
            f"delete-replaced PrivateRecordSet adxone@{zone}",
            f"delete-replaced PrivateEndpoint one.{consumer}.engine",
            "delete-replaced PrivateLinkService one.engine",
            "create-replacement PrivateLinkService one.engine",
            f"create-replacement PrivateEndpoint one.{consumer}.engine",
            f"update Deployment one.{consumer}.engine.approval",
            f"create-replacement PrivateRecordSet adxone@{zone}",
        )
    assert_order(
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
    settings["clusters"] = two_by_two()["clusters"]
    settings["clusters"]["one"]["nat"] = {"subnet_id": NAT_SUBNET}
    settings["clusters"]["two"]["nat"] = two["nat"]  # Azure removes no NAT address from a service.
    operations = change(stack, settings)
    services = [operation for operation in operations if "PrivateLinkService" in operation]
    assert sorted(operation for operation in services if "delete" not in operation) == [
        "create-replacement PrivateLinkService one.engine",
        "create-replacement PrivateLinkService one.ingestion",
        # The host names of a cluster are its services' FQDNs.
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
    ]
    nat_addresses = [address for role in ROLES for address in get_nat_addresses(stack, "one", role)]
    assert {address["subnet"]["id"] for address in nat_addresses} == {NAT_SUBNET}
    assert {operation for operation in operations if operation.startswith("delete ")} == {
        f"delete {resource}" for resource in (*LOCKS["two"], *LEGACY_RECORDS)
    }
    lock_operations = {operation for operation in operations if "ManagementLock" in operation}
    assert lock_operations == {
        *(f"delete {lock}" for lock in LOCKS["two"]),
        *(f"delete-replaced {lock}" for lock in LOCKS["one"]),
    }
