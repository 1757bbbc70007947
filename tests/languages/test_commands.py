"""Commands for stacks of programs in other languages, which have their settings in code."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from azure_sandbox.azure import ResourceId
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack, environment
from tests.stack.harness import COMMAND, expect_success
from tests.stack.test_repair import crash, repair

from .conftest import PROJECT
from .test_errors import NEWADX


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """The example in YAML, without its outputs, as a stack that is not deployed."""
    home = SandboxHome(tmp_path / ".sandbox")
    home.reset(None)
    program = yaml.safe_load((PROJECT / "examples" / "yaml" / "Pulumi.yaml").read_text())
    del program["outputs"]
    (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump(program))
    stack = Stack(tmp_path, home)
    stack.init()
    return stack


def run(stack: Stack, *arguments: str) -> str:
    """Run a command that succeeds, and return its output."""
    completed = run_any(stack, *arguments)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


def run_any(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=stack.directory,
        env=environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_read_the_components_of_a_stack_without_outputs(stack: Stack) -> None:
    """A program exports what it likes."""
    expect_success(stack.up())

    access = json.loads(run(stack, "access", "--stack", "test", "--format", "json"))
    assert {"myadx.westus.kusto.windows.net", "newadx.westus.kusto.windows.net"} <= {
        host["host"] for host in access["hosts"]
    }
    assert run(stack, "access", "--stack", "test", "--live", "--component", "links").count("as deployed") == 10
    records = run(stack, "dns", "export", "--stack", "test", "--format", "json")
    assert len(json.loads(records)["records"]) == 10

    missing = run_any(stack, "access", "--stack", "test", "--component", "other")
    assert missing.returncode == 2
    assert "The stack has no component other with clusters. It has: links." in missing.stderr


def test_two_components_with_one_cluster_are_told_apart(stack: Stack) -> None:
    """A component of a whole stack, and one of a single cluster, for another network."""
    program = yaml.safe_load((stack.directory / "Pulumi.yaml").read_text())
    resources = program["resources"]
    settings = resources["links"]["properties"]
    consumer = settings["consumers"]["analytics"]
    subnet = consumer["subnetId"].replace("2", "3").replace("analytics", "others")
    subscriptions = {"clusters": NEWADX.split("/")[2], "others": subnet.split("/")[2]}
    for name, subscription in subscriptions.items():
        provider = {"type": "pulumi:providers:azure-native", "properties": {"subscriptionId": subscription}}
        resources[name] = provider
    resources["newadx"] = {
        "type": "adx-private-link:AdxPrivateLink",
        "properties": {
            "cluster": settings["clusters"]["newadx"],
            "consumers": {"others": {"subnetId": subnet, "dns": "elsewhere"}},
            "providers": {subscription: f"${{{name}}}" for name, subscription in subscriptions.items()},
        },
    }
    # In JSON, because the YAML host reads no anchors.
    (stack.directory / "Pulumi.yaml").write_text(json.dumps(program))
    # One after the other: Azure rejects writes to one cluster at the same time, and components wait for their own only.
    expect_success(stack.up("--parallel", "1"))

    both = run_any(stack, "access", "--stack", "test")
    assert (both.returncode, "name one of the components" in both.stderr) == (2, True), both.stderr
    assert "others" in run(stack, "access", "--stack", "test", "--component", "newadx")


def test_adopt_imports_what_the_program_describes(stack: Stack) -> None:
    """The state was lost, or the objects were created by hand with these names."""
    expect_success(stack.up())
    before = stack.world()
    stack.pulumi("stack", "rm", "--force", "--yes")
    stack.init()

    output = run(stack, "adopt", "--stack", "test", "--yes")
    assert "After the import, `pulumi preview` shows no changes." in output
    assert expect_success(stack.up("--refresh")).operations == []
    assert stack.world() == before


def test_repair_continues_a_killed_update(stack: Stack) -> None:
    """The engine is killed when Azure has created the first endpoint."""
    crash(stack, "kills-engine", "PUT */privateEndpoints/pe-newadx-cluster-analytics")
    code, output = repair(stack, "--yes")
    assert code == 0, output
    expect_success(stack.up())
    assert expect_success(stack.up("--refresh")).operations == []


def test_an_object_that_was_removed_is_named_with_the_next_step(stack: Stack) -> None:
    """Children fail after the component is registered, with errors that are meant for people."""
    expect_success(stack.up())
    [endpoint] = [object["id"] for object in stack.world() if object["id"].endswith("/pe-newadx-cluster-analytics")]
    stack.home.azure.delete(ResourceId.parse(endpoint))
    run = stack.preview()
    assert not run.succeeded
    assert (
        "has a problem: Private endpoint pe-newadx-cluster-analytics is in the stack's state but no longer"
        in run.output
    )
    assert "run `pulumi refresh`" in run.output
    assert "Traceback" not in run.output
    expect_success(stack.refresh())
    expect_success(stack.up())


def test_a_stack_of_this_projects_program_becomes_a_component(tmp_path: Path, stack: Stack) -> None:
    """A team moves its settings into a program in YAML, and nothing in Azure changes."""
    directory = tmp_path / "moved"
    directory.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(PROJECT / name, directory)
    moved = Stack(directory, stack.home)
    moved.init()
    settings = yaml.safe_load((PROJECT / "Pulumi.dev.yaml").read_text())["config"]
    moved.configure(**{key.partition(":")[2]: value for key, value in settings.items()})
    expect_success(moved.up())

    project = yaml.safe_load((directory / "Pulumi.yaml").read_text())["name"]
    program = yaml.safe_load((stack.directory / "Pulumi.yaml").read_text())
    (directory / "Pulumi.yaml").write_text(yaml.safe_dump({**program, "name": project}))
    assert expect_success(moved.up()).operations == ["create AdxPrivateLinks links"]
    assert expect_success(moved.up("--refresh")).operations == []
