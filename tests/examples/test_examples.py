"""Every example: deployed, deployed again, looked at from each network, and destroyed to the world it began with."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Run, Stack
from tests.stack.harness import expect_success

from . import pages
from .repository import EXAMPLES, Repository

_NETWORK = "providers/Microsoft.Network/virtualNetworks"
_OWNER = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups"
ANALYTICS = f"/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/{_NETWORK}/analytics-vnet"
OTHERS = f"/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/{_NETWORK}/others-vnet"
CLUSTERS = f"{_OWNER}/adx/{_NETWORK}/adx-vnet"
APPS = f"{_OWNER}/apps/{_NETWORK}/apps-vnet"
HUB = f"/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/hub/{_NETWORK}/hub-vnet"
TOOLS = f"/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/dns/{_NETWORK}/tools-vnet"
AGENCY = f"/subscriptions/66666666-6666-6666-6666-666666666666/resourceGroups/agency/{_NETWORK}/agency-vnet"
GOVERNMENT = f"/subscriptions/55555555-5555-5555-5555-555555555555/resourceGroups/adx/{_NETWORK}/adx-vnet"

PUBLIC = ("40.122.110.154", "40.122.110.155")
"""Of the engine and of ingestion."""

REACHED: dict[str, dict[str, tuple[str, str]]] = {
    "defaults": {APPS: ("10.5.0.4", "10.5.0.5"), ANALYTICS: PUBLIC, CLUSTERS: PUBLIC},
    "two_subscriptions": {ANALYTICS: ("10.3.0.4", "10.3.0.5"), OTHERS: PUBLIC, CLUSTERS: PUBLIC},
    "hub_and_spoke": {
        **dict.fromkeys([HUB, ANALYTICS, OTHERS], ("10.10.0.4", "10.10.0.5")),
        CLUSTERS: PUBLIC,
    },
    "existing_zone": {ANALYTICS: ("10.3.0.4", "10.3.0.5"), OTHERS: PUBLIC},
    "described": {ANALYTICS: ("10.3.0.4", "10.3.0.5"), OTHERS: PUBLIC},
    "everything": {
        ANALYTICS: ("10.3.0.10", "10.3.0.11"),
        CLUSTERS: ("10.3.0.10", "10.3.0.11"),
        OTHERS: ("10.4.0.4", "10.4.0.5"),
        TOOLS: PUBLIC,
    },
    "sovereign": {AGENCY: ("10.2.0.4", "10.2.0.5"), GOVERNMENT: ("52.127.1.1", "52.127.1.2")},
}
"""What a network's clients get for the engine and for ingestion; which of two addresses is whose is up to Azure."""


@pytest.mark.parametrize("example", sorted(REACHED.keys() - {"everything"}))
def test_an_example(tmp_path: Path, example: str) -> None:
    stack = Repository(tmp_path, example).stack()
    before = stack.world()
    deploy_twice(stack, example)
    expect_success(stack.destroy())
    assert stack.world() == before


def test_everything(tmp_path: Path) -> None:
    """Legacy names, static addresses in the preview, names that are kept elsewhere; and a protection to let go of."""
    stack = Repository(tmp_path, "everything").stack()
    before = stack.world()
    done = deploy_twice(stack, "everything")
    assert done.preview
    assert sorted(done.preview.operations) == sorted(done.operations)
    assert "visible_to_all: everyone who knows the alias" in done.preview.output
    for name, expected in (("private-myadx", "10.3.0.10"), ("ingest-private-myadx", "10.3.0.11")):
        assert address(stack, ANALYTICS, f"{name}.privatelink.westus.kusto.windows.net") == expected
    endpoints = stack.outputs()["clusters"]["myadx"]["endpoints"]
    assert {each["connection_state"] for targets in endpoints.values() for each in targets.values()} == {"Approved"}
    assert endpoints["tools"]["engine"]["hosts"]["myadx.westus.kusto.windows.net"] == ["10.6.0.4"]

    assert "protected" in stack.destroy().output
    stack.pulumi("state", "unprotect", "--all", "--yes")
    expect_success(stack.destroy())
    assert stack.world() == before


def deploy_twice(stack: Stack, example: str) -> Run:
    """The first update, with the plugin, after which nothing is left to do, and every network gets what it should."""
    # They have one program: it starts once as it starts for a user.
    stack.warm = example != "defaults"
    stack.attached = False
    first = expect_success(stack.up(preview=example == "everything"))
    stack.warm = stack.attached = True
    assert not [each for each in first.operations if not each.startswith("create ")], first.operations
    assert expect_success(stack.up("--refresh")).operations == []
    for network, expected in REACHED[example].items():
        found = [address(stack, network, host) for host in hosts(example)]
        assert sorted(found) == sorted(expected), network
    return first


def hosts(example: str) -> tuple[str, str]:
    name = (
        "govadx.usgovvirginia.kusto.usgovcloudapi.net" if example == "sovereign" else "myadx.westus.kusto.windows.net"
    )
    return name, f"ingest-{name}"


def address(stack: Stack, network: str, host: str) -> str:
    *_, found = stack.resolve(network, host)
    return found


def test_every_network_in_the_world_was_looked_at() -> None:
    """An example's folder that has no row here would be an example that nobody has tried."""
    folders = {each.name for each in EXAMPLES.iterdir() if each.is_dir()}
    assert folders == {*REACHED, "from_the_portal", "hand_over", "live", "own_program"}


def test_the_words_of_the_page(tmp_path: Path) -> None:
    """What a newcomer types, in a copy of the checkout."""
    repository = Repository(tmp_path, "hub_and_spoke")
    first, *_ = pages.commands()
    told = pages.run(first, tmp_path, tmp_path / "examples" / "hub_and_spoke" / ".sandbox")
    assert "Resources:" in told
    assert repository.folder.exists()


def test_a_hand_over_between_two_tenants(tmp_path: Path) -> None:
    """The page's own words, looked at after each of its paragraphs."""
    repository = Repository(tmp_path, "hand_over")
    _, hand_over, *_ = pages.commands()
    home = repository.folder / ".sandbox"
    publish, ask, approve, part = hand_over.split("\n\n")
    owner, partner = (Stack(repository.folder / each, SandboxHome(home), each) for each in ("owner", "partner"))

    pages.run(publish, tmp_path, home)
    services = {each["id"] for each in owner.world() if each["type"] == "Microsoft.Network/privateLinkServices"}
    assert len(services) == 2
    pages.run(ask, repository.folder, home)
    assert address(partner, OTHERS, "myadx.westus.kusto.windows.net") == PUBLIC[0], "not approved yet"
    pages.run(approve, repository.folder, home)
    found = {address(partner, OTHERS, f"{each}.westus.kusto.windows.net") for each in ("myadx", "ingest-myadx")}
    assert found == {"10.4.0.4", "10.4.0.5"}
    assert address(partner, ANALYTICS, "myadx.westus.kusto.windows.net") == PUBLIC[0]
    for stack in (owner, partner):
        assert expect_success(stack.up("--refresh")).operations == []
    pages.run(part, repository.folder, home)
    began = SandboxHome(tmp_path / "another")
    began.reset(repository.folder / "world.yaml")
    assert [each["id"] for each in owner.world()] == [each["id"] for each in began.azure.list()]
