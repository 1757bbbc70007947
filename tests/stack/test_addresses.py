"""
A static address goes to the endpoint that has it in the settings, and a subnet that is too small is reported before
anything is created.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .conftest import StackMaker
from .harness import expect_success
from .worlds import RED_NETWORK, TWO_BY_TWO, two_by_two


def _create_settings(subnet: str, **addresses: str) -> dict[str, Any]:
    """Return settings of both clusters and one consumer, with static addresses for ingestion by cluster."""
    settings = two_by_two()
    endpoints = {key: {"ingestion": {"address": address}} for key, address in addresses.items()}
    red = {**settings["consumers"]["red"], "subnet_id": f"{RED_NETWORK}/subnets/{subnet}", "endpoints": endpoints}
    return {**settings, "consumers": {"red": red}}


def test_endpoints_of_one_subnet_get_their_own_addresses(new_stack: StackMaker, tmp_path: Path) -> None:
    """
    Three endpoints with dynamic addresses are created together with one whose static address is the lowest.

    One of the three took it in most first deployments (azurerm#17370), and every later update failed.
    """
    world = tmp_path / "world.yaml"
    world.write_text(TWO_BY_TWO.read_text().replace("10.3.1.0/24", "10.3.1.0/29"))
    stack = new_stack(world)

    stack.configure(**_create_settings("others"))
    too_small = stack.preview()
    assert not too_small.succeeded
    assert "4 more are needed, and 3 of 3 in 10.3.1.0/29 are free" in too_small.output

    stack.configure(**_create_settings("clients", two="10.3.0.4"))
    expect_success(stack.up())
    hosts = {
        (cluster, role): endpoint["hosts"]
        for cluster, published in stack.outputs()["clusters"].items()
        for role, endpoint in published["endpoints"]["red"].items()
    }
    assert next(iter(hosts["two", "ingestion"].values())) == ["10.3.0.4"]
    used = next(iter(hosts["one", "engine"].values()))[0]

    # Other endpoints depend on the one with the static address; a new address replaces only that one.
    stack.configure(**_create_settings("clients", two="10.3.0.20"))
    moved = expect_success(stack.up())
    assert [operation for operation in moved.operations if "PrivateEndpoint" in operation] == [
        "delete-replaced PrivateEndpoint two.red.ingestion",
        "create-replacement PrivateEndpoint two.red.ingestion",
    ]

    stack.configure(**_create_settings("clients", one=used, two="10.3.0.20"))
    conflict = stack.preview()
    assert not conflict.succeeded
    assert f"consumers.red.endpoints.one.ingestion.address = '{used}'" in conflict.output
    assert "is the address of private endpoint pe-one-engine-red" in conflict.output
