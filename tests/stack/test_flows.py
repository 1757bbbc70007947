"""Pulumi's own flows on a deployed stack: each ends with its work done, and with nothing said that needs explaining."""

from __future__ import annotations

import subprocess
from typing import Any

from azure_sandbox.testing import Run, Stack, environment

from .conftest import Deployed
from .harness import succeeded
from .worlds import RED_ZONE, one_and_red

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


def _urn(stack: Stack, end: str) -> str:
    (urn,) = (each["urn"] for each in stack.state() if each["urn"].endswith(end))
    return urn


def test_refreshing_on_the_way(deployed: Deployed) -> None:
    """What people run after somebody has clicked, and what `verify` recommends."""
    stack = deployed(one_and_red())
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


def test_a_resource_that_leaves_the_state_comes_back_by_a_repair(deployed: Deployed) -> None:
    """`pulumi state delete` forgets a record that is still there; `up` says what to do, and then does it."""
    stack = deployed(one_and_red())
    stack.pulumi("state", "delete", _urn(stack, f"::adxone@{RED_ZONE}"), "--yes")
    failed = stack.up()
    assert failed.exit_code != 0
    assert "run `adx-private-link repair`" in failed.output
    subprocess.run(
        ["adx-private-link", "repair", "--stack", stack.name, "--yes"],
        cwd=stack.directory,
        env=environment(stack.home),
        check=True,
        capture_output=True,
    )
    assert _quiet(stack.up()) == []
    assert _quiet(stack.preview("--expect-no-changes")) == []
