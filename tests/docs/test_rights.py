"""The page of the rights: exactly its actions deploy a stack, and without one of its rows Azure rejects something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stack.harness import PROJECT, Stack, expect_success
from tests.stack.natives import INJECTED, NATIVE, NETWORK

from .pages import page

_HUB = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/dns"
_LAKE = f"{NETWORK.partition('/providers/')[0]}/providers/Microsoft.Storage/storageAccounts/lake"
_SCOPES = [id.partition("/resourceGroups/")[0] for id in (NATIVE, NETWORK, _HUB)]
"""The subscriptions of the clusters, of the consumer, and of the hub."""

_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| (`[^|]+) \|$", re.MULTILINE)
ROWS = {
    f"{where}: {purpose}": actions for where, purpose, actions in _ROW.findall(page("docs/reference/rights.md").text)
}
"""The actions of each row, as the page has them."""

_OF_BOTH = [
    "cluster: reading it",
    "consumer's resource group and network: endpoints, zone groups",
    "zone's resource group, linked networks: DNS",
    "resource groups that the settings name: finding them before anything is created",
]
_JOIN = "each zone of a native cluster's names, existing ones too: zone groups"
_BY_AZURE = "native clusters, for `approval: resource_id`: approval by Azure"
NEEDED = {
    "native": [*_OF_BOTH, _JOIN, "native cluster and its resource group: approvals"],
    "native by id": [*_OF_BOTH, _JOIN, _BY_AZURE],
    "injected": [*_OF_BOTH, "resource group and network of an injected cluster: services, approvals"],
    "managed": [
        "cluster: reading it",
        "cluster, for `managed_endpoints`: managed private endpoints",
        "each target of `managed_endpoints` and its resource group, unless `approve: false`: their approvals",
    ],
}
"""The rows that a stack needs, by its kind."""


def deploy(directory: Path, kind: str, rows: Iterable[str]) -> Stack:
    """Prepare a stack of one cluster, with its own zone and a hub's storage zones, whose identity has some rights."""
    world = yaml.safe_load((PROJECT / "examples" / "native_hub_and_spoke" / "world.yaml").read_text())
    actions = sorted({action for row in rows for action in list_actions(ROWS[row])})
    world["rights"] = [{"who": "*", "scope": scope, "actions": actions} for scope in _SCOPES]
    world["resources"].append({"id": _LAKE, "location": "westus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}})
    file = directory / "world.yaml"
    file.write_text(yaml.safe_dump(world))
    stack = Stack(directory / "stack", file)
    consumer: dict[str, Any] = {
        "subnet_id": f"{NETWORK}/subnets/clients",
        "dns": {"resource_group": "analytics", "zones_in": [_HUB]},
        **({"approval": "resource_id"} if kind == "native by id" else {}),
    }
    cluster: dict[str, Any] = {"id": INJECTED if kind == "injected" else NATIVE}
    if kind == "managed":
        cluster["managed_endpoints"] = {"lake": {"target": _LAKE, "group": "blob"}}
    stack.configure(clusters={"one": cluster}, consumers={} if kind == "managed" else {"analytics": consumer})
    return stack


def list_actions(text: str) -> Iterator[str]:
    """List the actions in a cell: `…` stands for the resource type before it, and braces for several endings."""
    resource = ""
    for code in re.findall(r"`([^`]+)`", text):
        if not code.startswith("…"):
            resource = "/".join(code.split("/")[:2])
        pattern = code.replace("…", resource)
        start, brace, rest = pattern.partition("{")
        yield from (f"{start}{ending}" for ending in rest.rstrip("}").split(",")) if brace else [pattern]


def test_actions_are_read_from_a_cell() -> None:
    """The tests below would pass with no action at all if everything were allowed."""
    text = (
        "`Microsoft.Network/virtualNetworks/read`, `…/subnets/join/action`, `Microsoft.Kusto/clusters/{read,x/action}`"
    )
    assert [*list_actions(text)] == [
        "Microsoft.Network/virtualNetworks/read",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
        "Microsoft.Kusto/clusters/read",
        "Microsoft.Kusto/clusters/x/action",
    ]


@pytest.mark.parametrize("kind", NEEDED)
def test_the_rights_of_the_page_are_enough(tmp_path: Path, kind: str) -> None:
    """People give an identity these rights, and no others."""
    stack = deploy(tmp_path, kind, NEEDED[kind])
    expect_success(stack.up())
    expect_success(stack.refresh())
    assert expect_success(stack.preview()).operations == []
    expect_success(stack.destroy())


@pytest.mark.parametrize(("kind", "row"), [(kind, row) for kind, rows in NEEDED.items() for row in rows])
def test_each_row_of_the_page_is_needed(tmp_path: Path, kind: str, row: str) -> None:
    """A right that nobody needs is a risk."""
    stack = deploy(tmp_path, kind, [other for other in NEEDED[kind] if other != row])
    update = stack.up()
    assert not update.succeeded
    assert "Authorization" in update.output, update.output
