"""
Updates that would lose private names for good: each is refused in the preview, and nothing changes.

All of these were seen in hostile use: preview and update agreed, the update succeeded, and the names were public.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from .changing import change
from .conftest import Deployed
from .harness import expect_success
from .native_names import assert_private, assert_public, hosts_of
from .worlds import BOTH_KINDS, CLUSTER_ONE, HUB, NATIVE_ONE, NATIVE_TWO, RED, native_and_red, two_natives

NETWORK = f"{RED}/providers/Microsoft.Network"
HOSTS = {"engine": "adxone.westus.kusto.windows.net", "ingestion": "ingest-adxone.westus.kusto.windows.net"}


def refuse(stack: Stack, settings: dict[str, Any], *texts: str) -> None:
    """Check that a change is refused with these texts, and that nothing has changed."""
    before = stack.world()
    stack.configure(**settings)
    output = expect_failure(stack)
    for text in texts:
        assert text in output
    assert stack.world() == before


def expect_failure(stack: Stack) -> str:
    run = stack.up(preview=True)
    assert not run.succeeded
    assert "adx_private_link/" not in run.output, "a traceback"
    return run.output


def _with(section: str, key: str, value: Any) -> dict[str, Any]:
    settings = two_natives()
    settings[section][key] |= value
    return settings


def _renamed(section: str, old: str, new: str, **more: Any) -> dict[str, Any]:
    settings = two_natives()
    settings[section][new] = {**settings[section].pop(old), **more}
    return settings


def _exchanged() -> dict[str, Any]:
    return {**two_natives(), "clusters": {"one": {"id": NATIVE_TWO}, "two": {"id": NATIVE_ONE}}}


_LOSSES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a key in another case": (_renamed("clusters", "one", "ONE"), "clusters.ONE", "write `formerly: one`"),
    "a former key that nothing had": (
        _with("consumers", "blue", {"formerly": "green"}),
        "consumers.blue",
        "remove `formerly`, and every name stays",
    ),
    "a removed cluster's id under a key that stays": (
        {**two_natives(), "clusters": {"one": {"id": NATIVE_TWO}}},
        "clusters.one",
        "write `formerly: two`",
    ),
    "a consumer of another subscription in the same hub": (
        {
            **two_natives(),
            "consumers": {
                "red": two_natives()["consumers"]["red"],
                "spoke": {"subnet_id": f"{NETWORK}/virtualNetworks/red/subnets/others", "dns": {"zones_in": [HUB]}},
            },
        },
        "consumers.spoke",
        "write `formerly: blue`",
    ),
    "two keys that are exchanged": (_exchanged(), "consumers.blue.dns", "would write names that"),
}


@pytest.mark.parametrize(("settings", "path", "remedy"), _LOSSES.values(), ids=_LOSSES.keys())
def test_names_are_not_lost(deployed: Deployed, settings: dict[str, Any], path: str, remedy: str) -> None:
    stack = deployed(two_natives(), BOTH_KINDS)
    refuse(stack, settings, f"adx-private-link:{path}\n", remedy)
    for key in ("one", "two"):
        for consumer in ("red", "blue"):
            assert_private(stack, key, consumer)


def test_a_former_key_is_not_removed(deployed: Deployed) -> None:
    """`formerly` looks like something to tidy up after the update."""
    stack = deployed(two_natives(), BOTH_KINDS)
    change(stack, _renamed("clusters", "one", "uno", formerly="one"))
    refuse(stack, _renamed("clusters", "one", "uno"), "adx-private-link:clusters.uno\n", "write `formerly: one`")


def test_names_are_not_lost_after_a_failed_update(deployed: Deployed, tmp_path: Path) -> None:
    """An update that failed leaves the outputs of the one before, and a zone group in the state."""
    stack = deployed(two_natives(), BOTH_KINDS)
    state = json.loads(stack.pulumi("stack", "export").stdout)
    [root] = (resource for resource in state["deployment"]["resources"] if resource["type"] == "pulumi:pulumi:Stack")
    for cluster in root["outputs"]["clusters"].values():
        del cluster["endpoints"]["blue"]
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    stack.pulumi("stack", "import", "--file", str(file))
    refuse(
        stack, _renamed("consumers", "blue", "green"), "adx-private-link:consumers.green\n", "write `formerly: blue`"
    )


def test_record_sets_do_not_become_a_zone_group_in_one_update(deployed: Deployed) -> None:
    """A cluster left its network, and its owner describes it as native: its record sets would go last."""
    settings: dict[str, Any] = {**native_and_red(), "clusters": {"one": {"id": CLUSTER_ONE}}}
    stack = deployed(settings, BOTH_KINDS)
    settings["clusters"]["one"]["described"] = {"location": "westus", "hosts": HOSTS}
    refuse(stack, settings, "adx-private-link:consumers.red.dns\n", "would write names that", "adxone@privatelink")


def test_a_second_stack_takes_no_names(deployed: Deployed) -> None:
    """Two teams share a hub: the second stack would take the names of the first, and delete them when it goes."""
    stack = deployed(two_natives(), BOTH_KINDS)
    other = Stack(stack.directory, stack.home, "other")
    other.init()
    spoke = {"subnet_id": f"{NETWORK}/virtualNetworks/red/subnets/others", "dns": {"zones_in": [HUB]}}
    settings = {"clusters": {"first": {"id": NATIVE_ONE}}, "consumers": {"spoke": spoke}}
    refuse(other, settings, "adx-private-link:consumers.spoke.dns\n", "has newone.westus.kusto.windows.net already (")
    assert_private(stack, "one", "blue")


def test_another_spelling_of_a_zone_group_changes_nothing(deployed: Deployed) -> None:
    settings = native_and_red()
    named = {**settings["consumers"]["red"], "endpoints": {"one": {"cluster": {"zone_group": "FromPortal"}}}}
    stack = deployed({**settings, "consumers": {"red": named}}, BOTH_KINDS)
    named["endpoints"] = {"one": {"cluster": {"zone_group": "fromportal"}}}
    assert change(stack, {**settings, "consumers": {"red": named}}) == []


def test_a_replaced_endpoint_waits_for_its_owner_again(deployed: Deployed) -> None:
    """The new endpoint is another one to the cluster's owner: its names are withheld, and the update succeeds."""
    settings = native_and_red()
    settings["consumers"]["red"]["approval"] = "elsewhere"
    stack = deployed(settings, BOTH_KINDS)
    endpoint = ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-cluster-red")
    portal_changes.decide_connection(stack.home.azure, endpoint, "Approved")
    expect_success(stack.up())
    assert_private(stack, "one", "red")
    hosts = hosts_of(stack, "one", "red")
    settings["consumers"]["red"]["request_message"] = "for the data team"
    group = "PrivateDnsZoneGroup one.red.cluster.zone-group"
    operations = change(stack, settings)
    assert f"delete-replaced {group}" in operations
    assert not any(operation.startswith("create") and operation.endswith(group) for operation in operations)
    assert_public(stack, f"{NETWORK}/virtualNetworks/red", *hosts)
    portal_changes.decide_connection(stack.home.azure, endpoint, "Approved")
    assert f"create {group}" in change(stack, settings)
    assert_private(stack, "one", "red")
