"""Consumers change, and roles come and go: each change does the least, in an order that Azure accepts."""

from __future__ import annotations

from .changing import change, in_order
from .conftest import Deployed
from .worlds import BLUE_ZONE, RED_NETWORK, RED_ZONE, everybody

HOST = "adxone.westus.kusto.windows.net"
ROLES = {"engine": "adx", "ingestion": "ingest-adx"}
CLUSTERS = ("one", "two")


def replaced(cluster: str, consumer: str, role: str) -> list[str]:
    """An endpoint, with the record that leads to it."""
    zone = {"red": RED_ZONE, "blue": BLUE_ZONE}[consumer]
    return [
        f"{how} {kind}"
        for kind in (f"PrivateEndpoint {cluster}.{consumer}.{role}", f"PrivateRecordSet {ROLES[role]}{cluster}@{zone}")
        for how in ("delete-replaced", "create-replacement")
    ]


def approvals(consumer: str) -> list[str]:
    return [f"Deployment {cluster}.{consumer}.{role}.approval" for cluster in CLUSTERS for role in ROLES]


def test_roles_and_approvals_come_and_go(deployed: Deployed) -> None:
    """
    A cluster publishes a role less, a consumer wants one less, another consumer's connections are approved by Azure
    from now on: what is not of that role is not touched, and endpoints stay connected.
    """
    stack = deployed(everybody())
    # The whole chain of the role goes, the last first.
    chains = [
        [
            f"PrivateRecordSet ingest-adxone@{zone}",
            f"Deployment one.{consumer}.ingestion.approval",
            f"PrivateEndpoint one.{consumer}.ingestion",
            "PrivateLinkService one.ingestion",
        ]
        for consumer, zone in (("red", RED_ZONE), ("blue", BLUE_ZONE))
    ]
    # The service stays, with its alias.
    end = [
        f"PrivateRecordSet ingest-adxtwo@{RED_ZONE}",
        "Deployment two.red.ingestion.approval",
        "PrivateEndpoint two.red.ingestion",
    ]
    gone = {*chains[0], *chains[1], *end, *approvals("blue")}
    # The components say what they publish.
    components = [
        "update AdxPrivateLink one",
        "update ClusterServices one",
        *(f"update ConsumerEndpoints {each}" for each in ("one.blue", "one.red", "two.red")),
    ]
    # Only new connections are looked at.
    services = [f"update PrivateLinkService {each}" for each in ("one.engine", "two.engine", "two.ingestion")]

    settings = everybody()
    settings["clusters"]["one"]["roles"] = ["engine"]
    settings["consumers"]["red"]["roles"] = ["engine"]
    settings["consumers"]["blue"]["approval"] = "auto"
    operations = change(stack, settings)
    assert sorted(operations) == sorted([*components, *services, *(f"delete {each}" for each in gone)])
    for chain in (*chains, end):
        in_order(operations, *(f"delete {each}" for each in chain))
    # Clients fall back to the public address.
    assert stack.resolve(RED_NETWORK, f"ingest-{HOST}")[1] == "40.1.1.2"
    assert stack.resolve(RED_NETWORK, f"ingest-{HOST}".replace("one", "two"))[1] == "40.2.2.2"

    operations = change(stack, everybody())
    assert sorted(operations) == sorted([*components, *services, *(f"create {each}" for each in gone)])
    for chain in (*chains, end):
        in_order(operations, *(f"create {each}" for each in reversed(chain)))


def test_endpoints_are_made_anew(deployed: Deployed) -> None:
    """Azure changes no endpoint, and the new one has the old one's name: so the old one goes first."""
    stack = deployed(everybody())
    settings = everybody()
    red, blue = settings["consumers"]["red"], settings["consumers"]["blue"]

    # A static address, a name: only the endpoint that gets it.
    red["endpoints"] = {
        "one": {"engine": {"address": "10.3.0.77"}},
        "two": {"engine": {"interface_name": "nic-engine"}, "ingestion": {"name": "pe-queries"}},
    }
    of_red = [("one", "engine"), ("two", "engine"), ("two", "ingestion")]
    # Another kind of connection is another endpoint, and needs no approval.
    blue["approval"] = "resource_id"
    of_blue = [operation for cluster in CLUSTERS for role in ROLES for operation in replaced(cluster, "blue", role)]
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            *(operation for cluster, role in of_red for operation in replaced(cluster, "red", role)),
            *(f"update Deployment {cluster}.red.{role}.approval" for cluster, role in of_red),
            *of_blue,
            *(f"delete {each}" for each in approvals("blue")),
        ]
    )
    assert stack.resolve(RED_NETWORK, HOST)[1] == "10.3.0.77"
    states = {each["connection_state"] for each in stack.outputs()["clusters"]["one"]["endpoints"]["blue"].values()}
    assert states == {"Approved"}

    # All of them, with another subnet; and back: the old endpoints go, the new ones wait for their approval.
    settings = everybody()
    settings["consumers"]["red"]["subnet_id"] = f"{RED_NETWORK}/subnets/others"
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            *(operation for cluster in CLUSTERS for role in ROLES for operation in replaced(cluster, "red", role)),
            *(f"update {each}" for each in approvals("red")),
            *of_blue,
            *(f"create {each}" for each in approvals("blue")),
        ]
    )
    for cluster in CLUSTERS:
        for role, record in ROLES.items():
            in_order(
                operations,
                f"delete-replaced PrivateRecordSet {record}{cluster}@{RED_ZONE}",
                f"delete-replaced PrivateEndpoint {cluster}.red.{role}",
                f"create-replacement PrivateEndpoint {cluster}.red.{role}",
                f"update Deployment {cluster}.red.{role}.approval",
                f"create-replacement PrivateRecordSet {record}{cluster}@{RED_ZONE}",
            )
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.1.")
