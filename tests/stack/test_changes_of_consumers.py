"""Consumers come, go and change: each change does the least, in an order that Azure accepts."""

from __future__ import annotations

from typing import Any

import pytest

from .changing import change, in_order
from .conftest import Deployed
from .worlds import BLUE_NETWORK, BLUE_ZONE, RED_NETWORK, RED_ZONE, everybody, one_and_red

HOST = "adxone.westus.kusto.windows.net"
ROLES = {"engine": "adxone", "ingestion": "ingest-adxone"}
ENDPOINTS_REPLACED = sorted(
    f"{how} {kind}"
    for role, record in ROLES.items()
    for kind in (f"PrivateEndpoint one.red.{role}", f"PrivateRecordSet {record}@{RED_ZONE}")
    for how in ("delete-replaced", "create-replacement")
)
"""One endpoint of each role, with the record that leads to it."""


def with_red(**changes: Any) -> dict[str, Any]:
    settings = one_and_red()
    settings["consumers"]["red"] |= changes
    return settings


def test_a_consumer_is_added(deployed: Deployed) -> None:
    """The service lets the subscription in before its endpoints ask, and a name is there when its endpoint is."""
    stack = deployed(one_and_red())
    settings = one_and_red()
    settings["consumers"]["blue"] = everybody()["consumers"]["blue"]
    operations = change(stack, settings)
    assert sorted(operations) == sorted(
        [
            "update AdxPrivateLink one",
            f"create azure-native {BLUE_NETWORK.split('/')[2]}",
            "create ConsumerEndpoints one.blue",
            f"create KustoPrivateDnsZone {BLUE_ZONE}",
            f"create PrivateZone {BLUE_ZONE}",
            f"create VirtualNetworkLink {BLUE_ZONE.split('@')[0]}@blue.blue.{BLUE_ZONE.rsplit('.', 1)[1]}",
            *(
                operation
                for role, record in ROLES.items()
                for operation in (
                    f"update PrivateLinkService one.{role}",
                    f"create PrivateEndpoint one.blue.{role}",
                    f"create Deployment one.blue.{role}.approval",
                    f"create PrivateRecordSet {record}@{BLUE_ZONE}",
                )
            ),
        ]
    )
    for role, record in ROLES.items():
        in_order(
            operations,
            f"update PrivateLinkService one.{role}",
            f"create PrivateEndpoint one.blue.{role}",
            f"create Deployment one.blue.{role}.approval",
            f"create PrivateRecordSet {record}@{BLUE_ZONE}",
        )
    assert stack.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")


def test_a_consumer_wants_one_role_less_and_then_again(deployed: Deployed) -> None:
    """Its clients fall back to the public address before the endpoint goes; the service stays, with its alias."""
    stack = deployed(one_and_red())
    operations = change(stack, with_red(roles=["engine"]))
    assert sorted(operations) == [
        "delete Deployment one.red.ingestion.approval",
        "delete PrivateEndpoint one.red.ingestion",
        f"delete PrivateRecordSet ingest-adxone@{RED_ZONE}",
        "update ConsumerEndpoints one.red",
    ]
    in_order(
        operations, f"delete PrivateRecordSet ingest-adxone@{RED_ZONE}", "delete PrivateEndpoint one.red.ingestion"
    )
    assert stack.resolve(RED_NETWORK, f"ingest-{HOST}")[1] == "40.1.1.2"
    assert change(stack, one_and_red()) == [
        "update ConsumerEndpoints one.red",
        "create PrivateEndpoint one.red.ingestion",
        "create Deployment one.red.ingestion.approval",
        f"create PrivateRecordSet ingest-adxone@{RED_ZONE}",
    ]


def test_a_consumers_key_is_renamed(deployed: Deployed) -> None:
    """Only the components tell of it: the endpoints keep the names that they were made with."""
    settings = one_and_red()
    settings["consumers"] = {"reds": {**settings["consumers"]["red"], "formerly": "red"}}
    assert change(deployed(one_and_red()), settings) == [
        "update AdxPrivateLink one",
        "update ConsumerEndpoints one.red",
    ]


def test_the_endpoints_move_to_another_subnet(deployed: Deployed) -> None:
    """Azure moves no endpoint, and the new one has the old one's name: so the old one goes first, after its record."""
    stack = deployed(one_and_red())
    operations = change(stack, with_red(subnet_id=f"{RED_NETWORK}/subnets/others"))
    approvals = [f"update Deployment one.red.{role}.approval" for role in ROLES]
    assert sorted(operations) == sorted([*ENDPOINTS_REPLACED, *approvals])
    for role, record in ROLES.items():
        in_order(
            operations,
            f"delete-replaced PrivateRecordSet {record}@{RED_ZONE}",
            f"delete-replaced PrivateEndpoint one.red.{role}",
            f"create-replacement PrivateEndpoint one.red.{role}",
            f"update Deployment one.red.{role}.approval",
            f"create-replacement PrivateRecordSet {record}@{RED_ZONE}",
        )
    assert stack.resolve(RED_NETWORK, HOST)[1].startswith("10.3.1.")


@pytest.mark.parametrize(
    "changed", [{"address": "10.3.0.77"}, {"interface_name": "nic-engine"}, {"name": "pe-queries"}]
)
def test_one_endpoint_is_made_anew(deployed: Deployed, changed: dict[str, str]) -> None:
    """A static address, a name: Azure changes none of it in an endpoint that is there. The other one stays."""
    stack = deployed(one_and_red())
    operations = change(stack, with_red(endpoints={"one": {"engine": changed}}))
    replaced = [each for each in ENDPOINTS_REPLACED if "ingest" not in each]
    assert sorted(operations) == sorted([*replaced, "update Deployment one.red.engine.approval"])
    if "address" in changed:
        assert stack.resolve(RED_NETWORK, HOST)[1] == "10.3.0.77"


def test_azure_approves_by_itself_from_now_on(deployed: Deployed) -> None:
    """The endpoints stay connected: only new connections are looked at."""
    operations = change(deployed(one_and_red()), with_red(approval="auto"))
    assert sorted(operations) == sorted(
        [
            *(f"update PrivateLinkService one.{role}" for role in ROLES),
            *(f"delete Deployment one.red.{role}.approval" for role in ROLES),
        ]
    )


def test_the_endpoints_connect_by_id_from_now_on(deployed: Deployed) -> None:
    """Another kind of connection is another endpoint; nobody has to approve it."""
    stack = deployed(one_and_red())
    operations = change(stack, with_red(approval="resource_id"))
    approvals = [f"delete Deployment one.red.{role}.approval" for role in ROLES]
    assert sorted(operations) == sorted([*ENDPOINTS_REPLACED, *approvals])
    states = {each["connection_state"] for each in stack.outputs()["clusters"]["one"]["endpoints"]["red"].values()}
    assert states == {"Approved"}
    # And back: the old endpoints go, the new ones wait for their approval.
    operations = change(stack, one_and_red())
    assert sorted(operations) == sorted(
        [*ENDPOINTS_REPLACED, *(each.replace("delete", "create") for each in approvals)]
    )
