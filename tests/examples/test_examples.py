"""Every example is deployed twice, checked from each network, and destroyed without a trace."""

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
"""The public addresses of the engine and of ingestion."""

ADDRESSES: dict[str, dict[str, tuple[str, str]]] = {
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
    "shared_zones": {ANALYTICS: PUBLIC, CLUSTERS: PUBLIC},
    "sovereign": {AGENCY: ("10.2.0.4", "10.2.0.5"), GOVERNMENT: ("52.127.1.1", "52.127.1.2")},
}
"""The addresses of engine and ingestion for clients of each network; Azure decides which of two is the engine's."""

NATIVE = {
    "locked_down": 10,
    "moving": 2,
    "native": 8,
    "native_described": 8,
    "native_hub_and_spoke": 8,
    "managed_endpoints": 8,
    "both_kinds": 10,
    "watched": 10,
}
"""Examples with a native cluster, and how many names resolve to an address in the network of the clients."""


@pytest.mark.parametrize("example", sorted({*ADDRESSES, *NATIVE} - {"everything"}))
def test_an_example_can_be_deployed_twice_and_destroyed(tmp_path: Path, example: str) -> None:
    """Readers copy an example and expect that it works as it is."""
    stack = Repository(tmp_path, example).stack()
    before = stack.world()
    deploy_twice(stack, example)
    expect_success(stack.destroy())
    assert stack.world() == before


def test_the_example_with_every_setting_works(tmp_path: Path) -> None:
    """It has legacy names, static addresses, names that are kept elsewhere, and protected resources."""
    stack = Repository(tmp_path, "everything").stack()
    before = stack.world()
    update = deploy_twice(stack, "everything")
    assert update.preview
    assert sorted(update.preview.operations) == sorted(update.operations)
    assert "visible_to_all: everyone who knows the alias" in update.preview.output
    for name, expected in (("private-myadx", "10.3.0.10"), ("ingest-private-myadx", "10.3.0.11")):
        assert resolve(stack, ANALYTICS, f"{name}.privatelink.westus.kusto.windows.net") == expected
    endpoints = stack.outputs()["clusters"]["myadx"]["endpoints"]
    states = {endpoint["connection_state"] for targets in endpoints.values() for endpoint in targets.values()}
    assert states == {"Approved"}
    assert endpoints["tools"]["engine"]["hosts"]["myadx.westus.kusto.windows.net"] == ["10.6.0.4"]

    assert "protected" in stack.destroy().output
    stack.pulumi("state", "unprotect", "--all", "--yes")
    expect_success(stack.destroy())
    assert stack.world() == before


def deploy_twice(stack: Stack, example: str) -> Run:
    """
    Return the first update, which is run with the plugin.

    A second update has nothing to do, and clients of each network get the expected addresses.
    """
    # All examples have the same program, so that only one of them starts it as a user does.
    stack.warm = example != "defaults"
    stack.attached = False
    first = expect_success(stack.up(preview=example == "everything"))
    stack.warm = stack.attached = True
    assert all(operation.startswith("create ") for operation in first.operations), first.operations
    assert expect_success(stack.up("--refresh")).operations == []
    if example in NATIVE:
        check_native(stack, NATIVE[example])
    for network, expected in ADDRESSES.get(example, {}).items():
        resolved = [resolve(stack, network, host) for host in name_hosts(example)]
        assert sorted(resolved) == sorted(expected), network
    return first


def check_native(stack: Stack, names: int) -> None:
    """Check that every name in the outputs leads clients to its own address, and all others to a public one."""
    clusters = stack.outputs()["clusters"].values()
    endpoints = [endpoint for cluster in clusters for endpoint in cluster["endpoints"]["analytics"].values()]
    managed = [managed for cluster in clusters for managed in cluster.get("managed_endpoints", {}).values()]
    assert {endpoint["connection_state"] for endpoint in (*endpoints, *managed)} == {"Approved"}
    hosts = {host: address for endpoint in endpoints for host, [address] in endpoint["hosts"].items()}
    assert len(hosts) == len(set(hosts.values())) == names
    for host, address in hosts.items():
        assert address.startswith("10.3.0.")
        assert resolve(stack, ANALYTICS, host) == address
        assert not resolve(stack, OTHERS, host).startswith("10.")


def name_hosts(example: str) -> tuple[str, str]:
    """Return the host names of the engine and of ingestion."""
    name = (
        "govadx.usgovvirginia.kusto.usgovcloudapi.net" if example == "sovereign" else "myadx.westus.kusto.windows.net"
    )
    return name, f"ingest-{name}"


def resolve(stack: Stack, network: str, host: str) -> str:
    """Return the address that clients of a network get for a host."""
    *_, address = stack.resolve(network, host)
    return address


def test_every_example_is_tested() -> None:
    """A folder without a test would be an example that may not work."""
    folders = {folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()}
    others = {
        "fleet",
        "from_the_portal",
        "hand_over",
        "live",
        "native_hand_over",
        "native_in_one_program",
        "own_program",
    }
    other_languages = {"go", "typescript", "yaml", "yaml_providers"}  # tests/languages
    assert folders == {*ADDRESSES, *NATIVE, *others, *other_languages}


def test_a_native_cluster_needs_five_lines_a_consumer() -> None:
    """The common cases stay short."""
    for example in NATIVE.keys() - {"moving", "native_described"}:
        lines = (EXAMPLES / example / "Pulumi.example.yaml").read_text().splitlines()
        start = lines.index("  adx-private-link:consumers:") + 1
        consumer = [line for line in lines[start:] if line.startswith("    ")]
        assert len(consumer) <= 5, example


def test_the_first_commands_of_the_page_work(tmp_path: Path) -> None:
    """A newcomer types them in a checkout."""
    repository = Repository(tmp_path, "hub_and_spoke")
    first, *_ = pages.list_commands()
    output = pages.run(first, tmp_path, tmp_path / "examples" / "hub_and_spoke" / ".sandbox")
    assert "Resources:" in output
    assert repository.folder.exists()


@pytest.mark.parametrize(("example", "cluster"), [("hand_over", "myadx"), ("native_hand_over", "newadx")])
def test_the_commands_of_the_page_hand_a_cluster_over_to_another_tenant(
    tmp_path: Path, example: str, cluster: str
) -> None:
    """Each paragraph of the block is a step of the owner or the partner, with an effect of its own."""
    repository = Repository(tmp_path, example)
    _, hand_over, *_ = pages.list_commands()
    home = repository.folder / ".sandbox"
    publish, connect, approve, destroy = hand_over.replace("/hand_over", f"/{example}").split("\n\n")
    owner, partner = (Stack(repository.folder / name, SandboxHome(home), name) for name in ("owner", "partner"))
    hosts = [f"{name}.westus.kusto.windows.net" for name in (cluster, f"ingest-{cluster}")]

    pages.run(publish, tmp_path, home)
    types = [resource["type"] for resource in owner.world()]
    assert types.count("Microsoft.Network/privateLinkServices") == (2 if example == "hand_over" else 0)
    public = [resolve(partner, OTHERS, host) for host in hosts]
    pages.run(connect, repository.folder, home)
    # Without an approval nothing is published.
    assert [resolve(partner, OTHERS, host) for host in hosts] == public
    pages.run(approve, repository.folder, home)
    assert {resolve(partner, OTHERS, host) for host in hosts} == {"10.4.0.4", "10.4.0.5"}
    assert [resolve(partner, ANALYTICS, host) for host in hosts] == public
    for stack in (owner, partner):
        assert expect_success(stack.up("--refresh")).operations == []
    pages.run(destroy, repository.folder, home)
    original = SandboxHome(tmp_path / "original")
    original.reset(repository.folder / "world.yaml")
    ids = [resource["id"] for resource in original.azure.list()]
    assert [resource["id"] for resource in owner.world()] == ids
