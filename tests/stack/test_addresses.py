"""
Addresses on the real engine: a static one goes to the endpoint that has it in the settings, and a subnet that is too
small is reported before anything is created.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .conftest import StackMaker
from .harness import succeeded
from .worlds import RED_NETWORK, TWO_BY_TWO, everybody


def _settings(subnet: str, **addresses: str) -> dict[str, Any]:
    """Both clusters and one consumer, with static addresses by cluster: of its ingestion."""
    settings = everybody()
    endpoints = {key: {"ingestion": {"address": address}} for key, address in addresses.items()}
    red = {**settings["consumers"]["red"], "subnet_id": f"{RED_NETWORK}/subnets/{subnet}", "endpoints": endpoints}
    return {**settings, "consumers": {"red": red}}


def test_addresses_of_one_subnet(new_stack: StackMaker, tmp_path: Path) -> None:
    """
    Four endpoints: three of them dynamic, created at the same time as the one that is to have the lowest address.

    One of the three took it in most first deployments (azurerm#17370), and every later update failed.
    """
    world = tmp_path / "world.yaml"
    world.write_text(TWO_BY_TWO.read_text().replace("10.3.1.0/24", "10.3.1.0/29"))
    stack = new_stack(world)

    stack.configure(**_settings("others"))
    too_small = stack.preview()
    assert not too_small.succeeded
    assert "4 more are needed, and 3 of 3 in 10.3.1.0/29 are free" in too_small.output

    stack.configure(**_settings("clients", two="10.3.0.4"))
    succeeded(stack.up())
    found = {
        (cluster, role): endpoint["hosts"]
        for cluster, published in stack.outputs()["clusters"].items()
        for role, endpoint in published["endpoints"]["red"].items()
    }
    assert next(iter(found["two", "ingestion"].values())) == ["10.3.0.4"]
    held = next(iter(found["one", "engine"].values()))[0]

    # Other endpoints depend on the static one; only it is replaced with its address.
    stack.configure(**_settings("clients", two="10.3.0.20"))
    moved = succeeded(stack.up())
    assert [each for each in moved.operations if "PrivateEndpoint" in each] == [
        "delete-replaced PrivateEndpoint two.red.ingestion",
        "create-replacement PrivateEndpoint two.red.ingestion",
    ]

    stack.configure(**_settings("clients", one=held, two="10.3.0.20"))
    taken = stack.preview()
    assert not taken.succeeded
    assert f"consumers.red.endpoints.one.ingestion.address = '{held}'" in taken.output
    assert "is the address of private endpoint pe-one-engine-red" in taken.output
