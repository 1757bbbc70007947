"""Pulumi's own flows on a deployed stack finish their work, and print nothing that needs an explanation."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import Any

from azure_sandbox.azure import Trouble
from azure_sandbox.testing import Run, Stack, environment
from tests.waiting import wait_until

from .conftest import Deployed
from .harness import COMMAND, expect_success
from .worlds import BLUE, RED, RED_ZONE, one_and_red, two_by_two

ENDPOINTS = ["update PrivateEndpoint one.red.engine", "update PrivateEndpoint one.red.ingestion"]
SERVICES = ["update PrivateLinkService one.engine", "update PrivateLinkService one.ingestion"]


def _create_tagged_settings() -> dict[str, Any]:
    """Return settings whose tags change each service and each endpoint."""
    settings = one_and_red()
    for section, key in (("clusters", "one"), ("consumers", "red")):
        settings[section][key]["tags"] = {"team": "data"}
    return settings


def _expect_quiet(run: Run) -> list[str]:
    """Return the operations of a run that printed nothing: no warning, no plugin that "exited prematurely"."""
    assert expect_success(run).output == ""
    return sorted(run.operations)


def _find_resource(stack: Stack, end: str) -> dict[str, Any]:
    (resource,) = (resource for resource in stack.state() if resource["urn"].endswith(end))
    return resource


def _find_urn(stack: Stack, end: str) -> str:
    return _find_resource(stack, end)["urn"]


def _repair(stack: Stack) -> None:
    subprocess.run(
        [*COMMAND, "repair", "--stack", stack.name, "--yes"],
        cwd=stack.directory,
        env=environment(stack.home),
        check=True,
        capture_output=True,
    )


def test_a_refresh_within_another_command_prints_nothing(deployed: Deployed) -> None:
    """`verify` recommends it, and people run it after a change in the portal."""
    stack = deployed(one_and_red())
    stack.attached = False
    assert _expect_quiet(stack.preview("--refresh", "--expect-no-changes")) == []
    assert _expect_quiet(stack.up("--refresh", "--run-program")) == []
    destroyed = stack.pulumi("destroy", "--yes", "--skip-preview", "--refresh", "--run-program")
    assert "prematurely" not in destroyed.stdout + destroyed.stderr
    assert not [resource for resource in stack.world() if "/privateEndpoints/" in resource["id"]]


def test_an_update_can_be_applied_in_parts(deployed: Deployed) -> None:
    """Targets, exclusions and plans leave the rest for later, and outputs stay complete."""
    stack = deployed(one_and_red())
    outputs = stack.outputs()
    stack.configure(**_create_tagged_settings())
    assert _expect_quiet(stack.up("--target", "**PrivateEndpoint::one.red.engine")) == ENDPOINTS[:1]
    assert stack.outputs() == outputs
    assert (
        _expect_quiet(stack.up("--target", "**PrivateLinkService::one.engine", "--target-dependents")) == SERVICES[:1]
    )
    excluded = ["--exclude", "**PrivateLinkService::one.ingestion", "--exclude-dependents"]
    assert _expect_quiet(stack.up(*excluded)) == []
    stack.pulumi("preview", "--save-plan", "plan.json")
    assert _expect_quiet(stack.up("--plan", "plan.json", "--continue-on-error")) == [ENDPOINTS[1], SERVICES[1]]
    assert stack.outputs() == outputs
    assert _expect_quiet(stack.preview("--expect-no-changes")) == []


def test_an_import_and_a_repair_restore_resources_to_the_state(deployed: Deployed) -> None:
    """`pulumi state delete` removes resources from the state that still exist in Azure."""
    stack = deployed(one_and_red())
    link = _find_resource(stack, f"::{RED_ZONE.replace('@red', '@red.red')}")
    stack.pulumi("state", "delete", link["urn"], "--yes")
    # An import by hand names the parent and the provider that the program gives the resource.
    parent, provider = link["parent"], link["provider"].rpartition("::")[0]
    name = link["urn"].rpartition("::")[2]
    stack.pulumi(
        "import", link["type"], name, link["id"], "--parent", f"zone={parent}", "--provider", f"red={provider}",
        "--yes", "--skip-preview", "--protect=false", "--generate-code=false",
    )  # fmt: skip

    # For a record, the error of `up` names the command that restores it.
    stack.pulumi("state", "delete", _find_urn(stack, f"::adxone@{RED_ZONE}"), "--yes")
    failed = stack.up()
    assert failed.exit_code != 0
    assert failed.operations == [f"create PrivateRecordSet adxone@{RED_ZONE}"]
    assert "run `adx-private-link repair`" in failed.output
    _repair(stack)
    assert _expect_quiet(stack.up()) == []
    assert _expect_quiet(stack.preview("--expect-no-changes")) == []


def test_the_next_update_finishes_one_that_was_interrupted(deployed: Deployed) -> None:
    """People press Ctrl-C in the middle of a change, and follow Pulumi's advice then."""
    stack = deployed(one_and_red())
    outputs = stack.outputs()
    stack.configure(**_create_tagged_settings())
    stack.home.azure.add_trouble(Trouble(kind="slow", on="PUT *", seconds=2.0, times=None))
    running = subprocess.Popen(
        ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview", "--stack", stack.name],
        cwd=stack.directory,
        env=environment(stack.home, warm=False),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_until(lambda: any(call.startswith("PUT") for call in stack.home.azure.calls()), 300)
    running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=300)
    assert running.returncode != 0
    assert "prematurely" not in printed
    assert "Traceback" not in printed
    stack.home.azure.end_troubles()
    stack.pulumi("cancel", "--yes")
    assert _expect_quiet(stack.up()) == [*ENDPOINTS, *SERVICES]
    assert stack.outputs() == outputs
    assert _expect_quiet(stack.preview("--expect-no-changes")) == []


def test_a_zone_leaves_the_stack_and_stays_in_azure(deployed: Deployed) -> None:
    """`zone_ids` with the stack's own zone would delete the zone; as the error says, the state has to lose it first."""
    stack, settings = deployed(one_and_red()), one_and_red()
    world = stack.world()
    zone = f"{RED}/providers/Microsoft.Network/privateDnsZones/{RED_ZONE.partition('@')[0]}"
    settings["consumers"]["red"]["dns"] = {"zone_ids": [zone]}
    stack.configure(**settings)
    failed = stack.preview()
    component = _find_urn(stack, f"index:KustoPrivateDnsZone::{RED_ZONE}")
    assert failed.exit_code != 0
    assert f"pulumi state delete --target-dependents '{component}'" in failed.output
    stack.pulumi("state", "delete", "--target-dependents", component, "--yes")
    _repair(stack)
    expect_success(stack.up())
    assert stack.world() == world


def _pulumi(stack: Stack, *arguments: str) -> str:
    command = ["pulumi", "--non-interactive", *arguments]
    completed = subprocess.run(
        command, cwd=stack.directory, env=environment(stack.home), check=False, capture_output=True, text=True
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


def test_a_cluster_moves_to_a_stack_of_its_own(deployed: Deployed) -> None:
    """`pulumi state move` deletes nothing in one stack and creates nothing in the other; both share the zones."""
    stack, settings = deployed(two_by_two()), two_by_two()
    world = stack.world()
    other = Stack(stack.directory, stack.home, "other")
    other.init()
    two = _find_urn(stack, ":AdxPrivateLink::two")
    # Pulumi 3.259 does not rename what a moved resource is replaced with, and then rejects its own state.
    state = json.loads(_pulumi(stack, "stack", "export", "--stack=test"))
    for resource in state["deployment"]["resources"]:
        resource.pop("replaceWith", None)
    file = stack.directory / "state.json"
    file.write_text(json.dumps(state))
    _pulumi(stack, "stack", "import", "--stack=test", f"--file={file}")
    _pulumi(stack, "state", "move", "--source=test", "--dest=other", "--yes", two)

    zones = {"red": RED, "blue": BLUE.replace("/blue", "/dns")}
    name = RED_ZONE.partition("@")[0]
    consumers = {
        key: {**consumer, "dns": {"zone_ids": [f"{zones[key]}/providers/Microsoft.Network/privateDnsZones/{name}"]}}
        for key, consumer in settings["consumers"].items()
    }
    stack.configure(clusters={"one": settings["clusters"]["one"]}, consumers=settings["consumers"])
    other.configure(clusters={"two": settings["clusters"]["two"]}, consumers=consumers)
    assert _expect_quiet(stack.up()) == ["delete azure-native 22222222-2222-2222-2222-222222222222"]
    # The components of existing zones are nothing in Azure.
    assert {tuple(operation.split()[:2]) for operation in _expect_quiet(other.up())} == {
        ("create", "KustoPrivateDnsZone")
    }
    assert stack.world() == world
