"""Consumers and roles change: each change touches as little as possible, in an order that Azure accepts."""

from __future__ import annotations

from .changing import assert_order, change
from .conftest import Deployed
from .worlds import BLUE_ZONE, RED_NETWORK, RED_ZONE, two_by_two

HOST = "adxone.westus.kusto.windows.net"
ROLES = {"engine": "adx", "ingestion": "ingest-adx"}
CLUSTERS = ("one", "two")


def list_replacements(cluster: str, consumer: str, role: str) -> list[str]:
    """List the operations that replace an endpoint and its record."""
    zone = {"red": RED_ZONE, "blue": BLUE_ZONE}[consumer]
    return [
        f"{action} {resource}"
        for resource in (
            f"PrivateEndpoint {cluster}.{consumer}.{role}",
            f"PrivateRecordSet {ROLES[role]}{cluster}@{zone}",
        )
        for action in ("delete-replaced", "create-replacement")
    ]


def list_all_replacements(consumer: str) -> list[str]:
    """List the operations that replace all endpoints of a consumer."""
    return [
        operation for cluster in CLUSTERS for role in ROLES for operation in list_replacements(cluster, consumer, role)
    ]


def list_approvals(consumer: str) -> list[str]:
    """List the approvals of a consumer's endpoints, by logical names."""
    return [f"Deployment {cluster}.{consumer}.{role}.approval" for cluster in CLUSTERS for role in ROLES]


def test_roles_and_approvals_are_removed_and_added(deployed: Deployed) -> None:
    """
    A cluster loses a role, a consumer loses one, and Azure now approves another consumer's connections by itself.

    Resources of other roles are not touched, and endpoints stay connected.
    """
    stack = deployed(two_by_two())
    # All resources of the role are deleted, from the record to the service.
    chains = [
        [
            f"PrivateRecordSet ingest-adxone@{zone}",
            f"Deployment one.{consumer}.ingestion.approval",
            f"PrivateEndpoint one.{consumer}.ingestion",
            "PrivateLinkService one.ingestion",
        ]
        for consumer, zone in (("red", RED_ZONE), ("blue", BLUE_ZONE))
    ]
    # The service stays, and keeps its alias.
    partial_chain = [
        f"PrivateRecordSet ingest-adxtwo@{RED_ZONE}",
        "Deployment two.red.ingestion.approval",
        "PrivateEndpoint two.red.ingestion",
    ]
    changed = {*chains[0], *chains[1], *partial_chain, *list_approvals("blue")}
    # The summaries of components list what they publish.
    components = [
        "update AdxPrivateLink one",
        "update ClusterServices one",
        *(f"update ConsumerEndpoints {name}" for name in ("one.blue", "one.red", "two.red")),
    ]
    # Azure applies a service's approval list to new connections only.
    services = [f"update PrivateLinkService {name}" for name in ("one.engine", "two.engine", "two.ingestion")]

    settings = two_by_two()
    settings["clusters"]["one"]["roles"] = ["engine"]
    settings["consumers"]["red"]["roles"] = ["engine"]
    settings["consumers"]["blue"]["approval"] = "auto"
    operations = change(stack, settings)
    assert sorted(operations) == sorted([*components, *services, *(f"delete {resource}" for resource in changed)])
    for chain in (*chains, partial_chain):
        assert_order(operations, *(f"delete {resource}" for resource in chain))
    # Clients get the public address again.
    assert stack.resolve(RED_NETWORK, f"ingest-{HOST}")[1] == "40.1.1.2"
    assert stack.resolve(RED_NETWORK, f"ingest-{HOST}".replace("one", "two"))[1] == "40.2.2.2"

    operations = change(stack, two_by_two())
    assert sorted(operations) == sorted([*components, *services, *(f"create {resource}" for resource in changed)])
    for chain in (*chains, partial_chain):
        assert_order(operations, *(f"create {resource}" for resource in reversed(chain)))


def test_a_change_replaces_only_the_endpoints_that_it_concerns(deployed: Deployed) -> None:
    """Azure cannot change an endpoint, and the new one has the same name: the old one is deleted first."""
    stack = deployed(two_by_two())
    settings = two_by_two()
    red, blue = settings["consumers"]["red"], settings["consumers"]["blue"]

    # A static address or a name replaces only its own endpoint.
    red["endpoints"] = {
        "one": {"engine": {"address": "10.3.0.77"}},
        "two": {"engine": {"interface_name": "nic-engine"}, "ingestion": {"name": "pe-queries"}},
    }
    replaced_of_red = [("one", "engine"), ("two", "engine"), ("two", "ingestion")]
    # Azure cannot change how an endpoint connects, and approves a connection by `resource_id` at once.
    blue["approval"] = "resource_id"
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            *(operation for cluster, role in replaced_of_red for operation in list_replacements(cluster, "red", role)),
            *(f"update Deployment {cluster}.red.{role}.approval" for cluster, role in replaced_of_red),
            *list_all_replacements("blue"),
            *(f"delete {approval}" for approval in list_approvals("blue")),
        ]
    )
    assert stack.resolve(RED_NETWORK, HOST)[1] == "10.3.0.77"
    endpoints = stack.outputs()["clusters"]["one"]["endpoints"]["blue"]
    assert {endpoint["connection_state"] for endpoint in endpoints.values()} == {"Approved"}

    # Another subnet replaces all of red's endpoints. Blue's connections need approvals again.
    settings = two_by_two()
    settings["consumers"]["red"]["subnet_id"] = f"{RED_NETWORK}/subnets/others"
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            *list_all_replacements("red"),
            *(f"update {approval}" for approval in list_approvals("red")),
            *list_all_replacements("blue"),
            *(f"create {approval}" for approval in list_approvals("blue")),
        ]
    )
    for cluster in CLUSTERS:
        for role, record in ROLES.items():
            assert_order(
                operations,
                f"delete-replaced PrivateRecordSet {record}{cluster}@{RED_ZONE}",
                f"delete-replaced PrivateEndpoint {cluster}.red.{role}",
                f"create-replacement PrivateEndpoint {cluster}.red.{role}",
                f"update Deployment {cluster}.red.{role}.approval",
                f"create-replacement PrivateRecordSet {record}{cluster}@{RED_ZONE}",
            )
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.1.")
