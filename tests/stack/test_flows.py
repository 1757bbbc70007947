"""Pulumi's own flows on a deployed stack: each ends with its work done, and with nothing said that needs explaining."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import Any

from azure_sandbox.azure import Trouble
from azure_sandbox.testing import Run, Stack, environment

from .conftest import Deployed
from .harness import COMMAND, succeeded
from .worlds import BLUE, RED, RED_ZONE, everybody, one_and_red

ENDPOINTS = ["update PrivateEndpoint one.red.engine", "update PrivateEndpoint one.red.ingestion"]
SERVICES = ["update PrivateLinkService one.engine", "update PrivateLinkService one.ingestion"]


def _tagged() -> dict[str, Any]:
    """A change of each service and each endpoint."""
    settings = one_and_red()
    for section, key in (("clusters", "one"), ("consumers", "red")):
        settings[section][key]["tags"] = {"team": "data"}
    return settings


def _quiet(run: Run) -> list[str]:
    """The operations of a run that says nothing: no warning, no plugin that "exited prematurely"."""
    assert succeeded(run).output == ""
    return sorted(run.operations)


def _resource(stack: Stack, end: str) -> dict[str, Any]:
    (resource,) = (each for each in stack.state() if each["urn"].endswith(end))
    return resource


def _urn(stack: Stack, end: str) -> str:
    return _resource(stack, end)["urn"]


def _repair(stack: Stack) -> None:
    subprocess.run(
        [*COMMAND, "repair", "--stack", stack.name, "--yes"],
        cwd=stack.directory,
        env=environment(stack.home),
        check=True,
        capture_output=True,
    )


def test_refreshing_on_the_way(deployed: Deployed) -> None:
    """What people run after somebody has clicked, and what `verify` recommends."""
    stack = deployed(one_and_red())
    stack.attached = False
    assert _quiet(stack.preview("--refresh", "--expect-no-changes")) == []
    assert _quiet(stack.up("--refresh", "--run-program")) == []
    destroyed = stack.pulumi("destroy", "--yes", "--skip-preview", "--refresh", "--run-program")
    assert "prematurely" not in destroyed.stdout + destroyed.stderr
    assert not [each for each in stack.world() if "/privateEndpoints/" in each["id"]]


def test_a_part_of_an_update_at_a_time(deployed: Deployed) -> None:
    """With targets, without what is excluded, by a plan: the rest stays to be done, and the outputs stay whole."""
    stack = deployed(one_and_red())
    outputs = stack.outputs()
    stack.configure(**_tagged())
    assert _quiet(stack.up("--target", "**PrivateEndpoint::one.red.engine")) == ENDPOINTS[:1]
    assert stack.outputs() == outputs
    assert _quiet(stack.up("--target", "**PrivateLinkService::one.engine", "--target-dependents")) == SERVICES[:1]
    excluded = ["--exclude", "**PrivateLinkService::one.ingestion", "--exclude-dependents"]
    assert _quiet(stack.up(*excluded)) == []
    stack.pulumi("preview", "--save-plan", "plan.json")
    assert _quiet(stack.up("--plan", "plan.json", "--continue-on-error")) == [ENDPOINTS[1], SERVICES[1]]
    assert stack.outputs() == outputs
    assert _quiet(stack.preview("--expect-no-changes")) == []


def test_resources_that_leave_the_state_come_back_by_an_import_and_a_repair(deployed: Deployed) -> None:
    """`pulumi state delete` forgets what is still there."""
    stack = deployed(one_and_red())
    link = _resource(stack, f"::{RED_ZONE.replace('@red', '@red.red')}")
    stack.pulumi("state", "delete", link["urn"], "--yes")
    # By hand, with the parent and the provider that the program gives it.
    parent, provider = link["parent"], link["provider"].rpartition("::")[0]
    name = link["urn"].rpartition("::")[2]
    stack.pulumi(
        "import", link["type"], name, link["id"], "--parent", f"zone={parent}", "--provider", f"red={provider}",
        "--yes", "--skip-preview", "--protect=false", "--generate-code=false",
    )  # fmt: skip

    # Of a record, `up` says what to do, and then does it: nothing else is left to do.
    stack.pulumi("state", "delete", _urn(stack, f"::adxone@{RED_ZONE}"), "--yes")
    failed = stack.up()
    assert failed.exit_code != 0
    assert failed.operations == [f"create PrivateRecordSet adxone@{RED_ZONE}"]
    assert "run `adx-private-link repair`" in failed.output
    _repair(stack)
    assert _quiet(stack.up()) == []
    assert _quiet(stack.preview("--expect-no-changes")) == []


def test_an_update_that_is_interrupted(deployed: Deployed) -> None:
    """Ctrl-C in the middle of a change, and what Pulumi advises then: the next update finishes it."""
    stack = deployed(one_and_red())
    outputs = stack.outputs()
    stack.configure(**_tagged())
    stack.home.azure.add_trouble(Trouble(kind="slow", on="PUT *", seconds=2.0, times=None))
    running = subprocess.Popen(
        ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview", "--stack", stack.name],
        cwd=stack.directory,
        env=environment(stack.home, warm=False),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 300
    while not any(each.startswith("PUT") for each in stack.home.azure.calls()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=300)
    assert running.returncode != 0
    assert "prematurely" not in printed
    assert "Traceback" not in printed
    stack.home.azure.end_troubles()
    stack.pulumi("cancel", "--yes")
    assert _quiet(stack.up()) == [*ENDPOINTS, *SERVICES]
    assert stack.outputs() == outputs
    assert _quiet(stack.preview("--expect-no-changes")) == []


def test_a_zone_leaves_the_stack(deployed: Deployed) -> None:
    """`zone_ids` with the stack's own zone would delete it; as the refusal says, its state forgets it first."""
    stack, settings = deployed(one_and_red()), one_and_red()
    world = stack.world()
    zone = f"{RED}/providers/Microsoft.Network/privateDnsZones/{RED_ZONE.partition('@')[0]}"
    settings["consumers"]["red"]["dns"] = {"zone_ids": [zone]}
    stack.configure(**settings)
    refused = stack.preview()
    component = _urn(stack, f"index:KustoPrivateDnsZone::{RED_ZONE}")
    assert refused.exit_code != 0
    assert f"pulumi state delete --target-dependents '{component}'" in refused.output
    stack.pulumi("state", "delete", "--target-dependents", component, "--yes")
    _repair(stack)
    succeeded(stack.up())
    assert stack.world() == world


def test_a_cluster_that_moves_to_a_stack_of_its_own(deployed: Deployed) -> None:
    """`pulumi state move`: nothing is deleted in the one stack, nothing is created in the other; zones stay shared."""
    stack, settings = deployed(everybody()), everybody()
    world = stack.world()
    other = Stack(stack.directory, stack.home, "other")
    other.init()
    two = _urn(stack, ":AdxPrivateLink::two")
    moved = subprocess.run(
        ["pulumi", "--non-interactive", "state", "move", "--source=test", "--dest=other", "--yes", two],
        cwd=stack.directory,
        env=environment(stack.home),
        check=False,
        capture_output=True,
        text=True,
    )
    assert moved.returncode == 0, moved.stdout + moved.stderr

    zones = {"red": RED, "blue": BLUE.replace("/blue", "/dns")}
    name = RED_ZONE.partition("@")[0]
    consumers = {
        key: {**each, "dns": {"zone_ids": [f"{zones[key]}/providers/Microsoft.Network/privateDnsZones/{name}"]}}
        for key, each in settings["consumers"].items()
    }
    stack.configure(clusters={"one": settings["clusters"]["one"]}, consumers=settings["consumers"])
    other.configure(clusters={"two": settings["clusters"]["two"]}, consumers=consumers)
    assert _quiet(stack.up()) == ["delete azure-native 22222222-2222-2222-2222-222222222222"]
    # Components of zones that exist: nothing in Azure.
    assert {tuple(each.split()[:2]) for each in _quiet(other.up())} == {("create", "KustoPrivateDnsZone")}
    assert stack.world() == world
