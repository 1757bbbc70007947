"""Azure and people spell ids in different ways: the engine plans nothing for it, and no connection is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from .conftest import Deployed
from .worlds import BLUE, CLUSTER_ONE, RED_NETWORK, one_and_red

NAT_SUBNET = f"{CLUSTER_ONE.partition('/providers/')[0]}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/adx"
PARTNER = ResourceId.parse(f"{BLUE}/providers/Microsoft.Network/privateEndpoints/theirs")


def connect_a_partner(stack: Stack) -> None:
    """Connect an endpoint of others, which keeps Azure from deleting the service."""
    alias: str = stack.outputs()["clusters"]["one"]["services"]["engine"]["alias"]
    connection = {"name": "c", "properties": {"privateLinkServiceId": alias, "requestMessage": "hello"}}
    subnet = f"{BLUE}/providers/Microsoft.Network/virtualNetworks/blue/subnets/clients"
    properties: dict[str, Any] = {"subnet": {"id": subnet}, "manualPrivateLinkServiceConnections": [connection]}
    stack.home.azure.put(PARTNER, {"location": "eastus", "properties": properties})


def let_azure_respell(stack: Stack) -> None:
    """Spell the resource groups in all of Azure's ids in another way (MicrosoftDocs/azure-docs#36222)."""
    with closing(sqlite3.connect(stack.home.directory / "azure.db")) as database, database:
        for group in ("first", "red", "blue"):
            database.execute(
                "UPDATE resources SET body = replace(body, ?, ?)",
                (f"/resourceGroups/{group}/", f"/resourcegroups/{group.upper()}/"),
            )


def respell(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with all ids in upper case."""
    cluster, consumer = settings["clusters"]["one"], settings["consumers"]["red"]
    return {
        "clusters": {"one": {**cluster, "id": cluster["id"].upper(), "nat": {"subnet_id": NAT_SUBNET.upper()}}},
        "consumers": {
            "red": {
                "subnet_id": consumer["subnet_id"].upper(),
                "dns": {"resource_group": "RED", "links": {"own": {"network_id": RED_NETWORK.upper()}}},
            }
        },
    }


def test_another_spelling_changes_nothing(deployed: Deployed) -> None:
    """
    A replacement would disconnect the stack's own clients first.

    Then Azure would reject the deletion of the service, which a partner is connected to, and the outage would stay.
    """
    stack = deployed(one_and_red())
    settings = one_and_red()
    settings["clusters"]["one"]["visibility"] = [id.split("/")[2] for id in (RED_NETWORK, BLUE)]
    stack.configure(**settings)
    assert stack.up().succeeded
    connect_a_partner(stack)
    assert stack.up().succeeded, "the services are protected from now on"
    let_azure_respell(stack)
    respelled = respell(settings)
    stack.configure(**respelled)
    for flags in ([], ["--refresh"], []):
        run = stack.up(*flags)
        assert (run.exit_code, run.operations) == (0, []), run.output

    consumer = respelled["consumers"]["red"]
    consumer["subnet_id"] = consumer["subnet_id"].replace("CLIENTS", "OTHERS")
    stack.configure(**respelled)
    planned = stack.preview()
    assert planned.succeeded, planned.output
    endpoints = [operation for operation in planned.operations if "PrivateEndpoint" in operation]
    assert {operation.rsplit(".", 1)[0] for operation in endpoints} == {
        "delete-replaced PrivateEndpoint one.red",
        "create-replacement PrivateEndpoint one.red",
    }
    respelled["clusters"]["one"]["nat"]["subnet_id"] = NAT_SUBNET.upper().replace("/SUBNETS/ADX", "/SUBNETS/NAT")
    stack.configure(**respelled)
    failed = stack.preview()
    assert failed.exit_code != 0
    assert PARTNER.text.lower() in failed.output.lower()
