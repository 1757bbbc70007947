"""`adx-private-link adopt`: what people have clicked together is taken over as it is."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack, environment

from . import harness
from .conftest import StackMaker

WORLD = harness.PROJECT / "examples" / "from_the_portal" / "world.yaml"
ANALYTICS = "22222222-2222-2222-2222-222222222222"
CLIENTS = f"/subscriptions/{ANALYTICS}/resourceGroups/analytics/providers/Microsoft.Network"
NETWORK = f"{CLIENTS}/virtualNetworks/analytics-vnet"
ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
CLUSTER = f"{ADX}/providers/Microsoft.Kusto/Clusters/myadx"
HOSTS = ("myadx.westus.kusto.windows.net", "ingest-myadx.westus.kusto.windows.net")


@pytest.fixture
def stack(new_stack: StackMaker) -> Stack:
    return new_stack(WORLD)


def adopt(stack: Stack, *arguments: str) -> str:
    done = _started(stack, *arguments)
    told, _ = done.communicate()
    assert done.returncode == 0, told
    return told


def _started(stack: Stack, *arguments: str) -> subprocess.Popen[str]:
    command = ["adx-private-link", "adopt", "--stack", stack.name, "--yes", "--subscription", ANALYTICS, *arguments]
    return subprocess.Popen(
        command,
        cwd=stack.directory,
        env={**environment(stack.home), "TMPDIR": str(_temporary(stack))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _temporary(stack: Stack) -> Path:
    directory = stack.directory / "tmp"
    directory.mkdir(exist_ok=True)
    return directory


def settings_of(stack: Stack) -> dict[str, Any]:
    config = yaml.safe_load((stack.directory / f"Pulumi.{stack.name}.yaml").read_text())["config"]
    return {key.removeprefix("adx-private-link:"): value for key, value in config.items()}


def resolved(stack: Stack) -> list[list[str]]:
    return [stack.resolve(NETWORK, host) for host in HOSTS]


def is_done(stack: Stack) -> None:
    """Nothing is left to do, now, after a refresh, and after the update that writes down what depends on what."""
    for run in (stack.preview, stack.up, lambda: stack.up("--refresh")):
        assert harness.succeeded(run()).operations == []


def test_what_was_made_by_hand_goes_on_as_it_was(stack: Stack) -> None:
    """No object is touched, no name stops resolving; and from now on it is the stack's."""
    before, names = stack.world(), resolved(stack)
    told = adopt(stack, CLUSTER)
    assert "After the import, `pulumi preview` shows no changes." in told
    assert "somebody else's, Approved on AzureDataExplorerPLS" in told
    assert "/A/otheradx" in told
    is_done(stack)
    assert stack.world() == before
    assert resolved(stack) == names
    assert "nothing to take over" in adopt(stack)

    # A change goes through: approvals by the stack from now on, and tags.
    settings = settings_of(stack)
    settings["consumers"]["analytics-vnet"] |= {"approval": "approve", "tags": {"team": "analytics"}}
    stack.configure(**settings)
    done = harness.succeeded(stack.up())
    assert sorted(each.split()[0] for each in done.operations) == ["create", "create", "update", "update"]
    assert resolved(stack) == names
    assert harness.succeeded(stack.up("--refresh")).operations == []

    # Somebody else's connection keeps the services from going, as ever.
    assert "protected" in stack.destroy().output


def test_what_the_settings_say_otherwise_shows_in_the_next_preview(stack: Stack) -> None:
    """The adoption hides no difference: whoever says another message gets the endpoint replaced, and is told before."""
    subnet = f"{NETWORK}/subnets/clients"
    zone = f"{CLIENTS.replace('/analytics/', '/dns/')}/privateDnsZones/privatelink.westus.kusto.windows.net"
    stack.configure(
        clusters={"myadx": {"id": CLUSTER, "tags": {"owner": "us"}}},
        consumers={"team": {"subnet_id": subnet, "roles": ["engine"], "dns": {"zone_ids": [zone], "ttl": 60}}},
    )
    told = adopt(stack)
    assert "keep: [tags]" not in told
    assert "clusters.myadx.tags" in told
    assert "consumers.team.dns" in told
    preview = harness.succeeded(stack.preview())
    for each in preview.operations:
        assert each in told
    assert "update PrivateLinkService myadx.engine" in preview.operations


def test_an_adoption_that_is_killed_is_simply_run_again(stack: Stack) -> None:
    """At any moment: while it looks, while it tries, with the settings written, in the middle of the import."""
    before = stack.world()
    file = stack.directory / f"Pulumi.{stack.name}.yaml"
    state = stack.directory / ".sandbox" / "stacks" / ".pulumi" / "stacks" / "adx-private-link" / f"{stack.name}.json"
    moments: list[Callable[[], bool]] = [
        lambda: True,
        lambda: any(_temporary(stack).glob("adx-private-link-*/backend/.pulumi/locks/**/*.json")),
        lambda: "consumers" in file.read_text(),
        lambda: list(state.parents[2].glob("locks/**/*.json")) != [],
        lambda: state.exists() and "PrivateLinkService" in state.read_text(),
    ]
    for moment in moments:
        _kill_when(moment, _started(stack, CLUSTER))
        assert stack.world() == before
    adopt(stack, CLUSTER)
    is_done(stack)
    assert stack.world() == before


def _kill_when(moment: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not moment():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_stack_whose_state_was_lost_is_found_again(new_stack: StackMaker) -> None:
    """The settings are there, the objects are there: deployed by the stack itself, approvals included."""
    stack = new_stack()
    consumer = {"subnet_id": f"{NETWORK}/subnets/clients", "dns": {"resource_group": "analytics", "lock": True}}
    settings: dict[str, Any] = {"clusters": {"myadx": {"id": CLUSTER}}, "consumers": {"analytics": consumer}}
    stack.configure(**settings)
    harness.succeeded(stack.up())
    before = stack.world()
    stack.pulumi("stack", "rm", "--force", "--yes", "--preserve-config")
    stack.pulumi("stack", "init", stack.name)
    stack.configure(**{**settings, "consumers": {"analytics": {**consumer, "approval": "approve"}}})
    adopt(stack)
    is_done(stack)
    assert stack.world() == before
    harness.succeeded(stack.destroy())
    gone = ResourceId.parse(f"{CLIENTS}/privateEndpoints/pe-myadx-engine-analytics")
    assert gone.text not in {each["id"] for each in stack.world()}
