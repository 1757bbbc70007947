"""Previews report what Azure, or the clients of a native cluster, would not survive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import ResourceId

from .conftest import Deployed, StackMaker
from .harness import expect_success
from .native_names import assert_private
from .test_refusals import expect_failure
from .worlds import BOTH_KINDS, CLUSTER_ONE, HUB, NATIVE_ONE, RED, RED_NETWORK, RED_ZONE, native_and_red, two_natives

RED_SUBNET = f"{RED_NETWORK}/subnets/others"
INJECTED_SUBNET = f"{CLUSTER_ONE.split('/providers/')[0]}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/adx"
ZONE = RED_ZONE.partition("@")[0]
BLUE = two_natives()["consumers"]["blue"]


def with_red(**more: Any) -> dict[str, Any]:
    """Return the smallest stack of a native cluster, with more settings of its consumer."""
    settings = native_and_red()
    settings["consumers"]["red"] |= more
    return settings


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        pytest.param(
            with_red(subnet_id=INJECTED_SUBNET),
            [("consumers.red.subnet_id", "is delegated to Microsoft.Kusto/clusters", "use another subnet")],
            id="subnet of an injected cluster",
        ),
        pytest.param(
            {
                **two_natives(),
                "consumers": {
                    **with_red(dns={"zones_in": [HUB]})["consumers"],
                    "blue": two_natives()["consumers"]["blue"],
                },
            },
            [("consumers.red.dns", "both would write the records of newone.", "one endpoint serves several networks")],
            id="two endpoints that write one zone",
        ),
        pytest.param(
            with_red(dns={"resource_group": "red"}),
            [
                (
                    "consumers.red.dns",
                    "without them clients do not find the storage",
                    "write `storage_zones: made`",
                )
            ],
            id="a zone for engine and ingestion only",
        ),
        pytest.param(
            with_red(dns={"zones_in": [RED]}),
            [
                ("consumers.red.dns.zones_in", f"{RED}'\n    has no zone privatelink.blob.", "usually the hub's"),
                (
                    "consumers.red.dns.zones_in",
                    f"{RED}'\n    has no zone {ZONE}, which",
                    "in which this stack creates it",
                ),
            ],
            id="a resource group without zones",
        ),
        pytest.param(
            with_red(dns={"zones_in": [f"{RED}x"]}),
            [("consumers.red.dns.zones_in.0", "does not exist in Azure (a resource group)", "correct it")],
            id="no such resource group",
        ),
        pytest.param(
            {**native_and_red(), "clusters": {"one": {"id": f"{NATIVE_ONE}x"}}},
            [("clusters.one.id", "does not exist in Azure", "correct it")],
            id="no such cluster",
        ),
        pytest.param(
            {
                **with_red(
                    approval="auto",
                    roles=["engine"],
                    dns={"resource_group": "red", "storage_zones": "made", "ttl": 60},
                    endpoints={"one": {"cluster": {"address": "10.3.0.9"}}},
                ),
                "clusters": {
                    "one": {
                        "id": NATIVE_ONE,
                        "nat": {"addresses": 2},
                        "services": {"engine": {"frontend": "public"}},
                        "visibility": [RED.split("/")[2]],
                        "legacy_names": True,
                    }
                },
            },
            [
                *(
                    (f"clusters.one.{name}", "concerns private link services, and the cluster is native", "remove it")
                    for name in ("nat", "services", "visibility", "legacy_names")
                ),
                ("consumers.red.approval", "all of its clusters are native", "leave it out, and this stack approves"),
                ("consumers.red.roles", "chooses roles", "remove it"),
                ("consumers.red.dns.ttl", "Azure writes their records, for 10 seconds", "remove it"),
                ("consumers.red.endpoints.one.cluster.address", "all dynamic", "remove it"),
            ],
            id="settings of services",
        ),
    ],
)
def test_a_preview_reports_what_cannot_work(
    new_stack: StackMaker, settings: dict[str, Any], problems: list[tuple[str, str, str]]
) -> None:
    """Each problem has its path and its remedy, and nothing was created."""
    stack = new_stack(BOTH_KINDS)
    stack.configure(**settings)
    output = expect_failure(stack).output
    for path, message, remedy in problems:
        assert f"adx-private-link:{path}" in output
        assert message in output
        assert remedy in output


def create_world(directory: Path, prefix: str) -> Path:
    """Create a world in which red's second subnet has this address range."""
    world = directory / "world.yaml"
    text = BOTH_KINDS.read_text()
    assert "10.3.1.0/24" in text
    world.write_text(text.replace("10.3.1.0/24", prefix))
    return world


def test_a_subnet_of_eight_addresses_is_too_small(new_stack: StackMaker, tmp_path: Path) -> None:
    """An endpoint takes eight addresses, Azure keeps five, and a subnet with endpoints cannot be resized."""
    stack = new_stack(create_world(tmp_path, "10.3.1.0/29"))
    stack.configure(**with_red(subnet_id=RED_SUBNET))
    output = expect_failure(stack).output
    assert "has 8 addresses, and the endpoint of a native cluster takes 8 at first and 5 are Azure's own" in output
    assert "use a subnet of /28 at least, better /27" in output


def test_a_subnet_without_room_for_more_accounts_is_a_warning(new_stack: StackMaker, tmp_path: Path) -> None:
    """The endpoint fits, and so does one more storage account; two endpoints do not fit."""
    stack = new_stack(create_world(tmp_path, "10.3.1.0/28"))
    stack.configure(**with_red(subnet_id=RED_SUBNET))
    update = expect_success(stack.up())
    assert "subnet others has 16 addresses" in update.output
    assert "Use a subnet of /27 or larger" in update.output
    assert_private(stack, "one", "red")

    settings = with_red(subnet_id=RED_SUBNET)
    settings["clusters"] = two_natives()["clusters"]
    stack.configure(**settings)
    assert "8 more are needed, and 3 of 11 in 10.3.1.0/28 are free" in expect_failure(stack).output


def test_a_zone_group_of_a_policy_is_reported_before_azure_rejects_a_second_one(deployed: Deployed) -> None:
    """Azure accepts one group for each endpoint (pulumi-azure-native#2179), and the policy's may come at any time."""
    stack = deployed(with_red(dns="elsewhere"), BOTH_KINDS)
    endpoint = f"{RED}/providers/Microsoft.Network/privateEndpoints/pe-one-cluster-red"
    zone = f"{HUB}/providers/Microsoft.Network/privateDnsZones/{ZONE}"
    config = {"name": "kusto", "properties": {"privateDnsZoneId": zone}}
    stack.home.azure.put(
        ResourceId.parse(f"{endpoint}/privateDnsZoneGroups/deployedByPolicy"),
        {"properties": {"privateDnsZoneConfigs": [config]}},
    )
    # What the policy manages stays its own.
    assert expect_success(stack.up("--refresh")).operations == []

    stack.configure(**native_and_red())
    output = expect_failure(stack).output
    assert "adx-private-link:consumers.red.dns" in output
    assert "private endpoint pe-one-cluster-red has one already, of an Azure policy or of the portal" in output
    assert "write `dns: elsewhere`" in output
