"""The fixture `azure_sandbox`, with programs as other projects write them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pulumi
import pytest
from pulumi import automation

from azure_sandbox.testing import Sandbox

PROGRAM = """
import pulumi
from pulumi_azure_native import Provider, privatedns
from helper import ZONE

privatedns.PrivateZone(
    "zone",
    private_zone_name=pulumi.Config().get("zone") or ZONE,
    resource_group_name="analytics",
    location="Global",
    opts=pulumi.ResourceOptions(provider=Provider("p", subscription_id="22222222-2222-2222-2222-222222222222")),
)
"""


MISSPELT = """
import pulumi
from pulumi_azure_native import Provider

inputs = {"privateZoneName": "a.b", "resourceGroupName": "analytics", "location": "Global", "tagz": {"a": "b"}}
provider = Provider("p", subscription_id="22222222-2222-2222-2222-222222222222")
pulumi.CustomResource(
    "azure-native:privatedns:PrivateZone", "zone", inputs, pulumi.ResourceOptions(provider=provider, version="3.29.0")
)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program of two files, in a checkout with an environment."""
    directory = tmp_path / "program"
    (directory / ".venv").mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text("{name: other, runtime: python}")
    (directory / "__main__.py").write_text(PROGRAM)
    (directory / "helper.py").write_text('ZONE = "corp.example"\n')
    return directory


def list_zones(sandbox: Sandbox) -> list[str]:
    resources = sandbox.azure.list()
    return [resource["name"] for resource in resources if resource["type"] == "Microsoft.Network/privateDnsZones"]


def test_a_program_is_deployed_and_its_directory_stays_unchanged(azure_sandbox: Sandbox, program: Path) -> None:
    """The tests of a project must leave no stack file in its checkout."""
    before = sorted(program.rglob("*"))
    first, second = azure_sandbox.stack(program), azure_sandbox.stack(program, "second")
    second.configure(zone="second.example")
    for stack in (first, second):
        update = stack.up()
        assert update.succeeded, update.output
    assert list_zones(azure_sandbox) == ["corp.example", "second.example"]
    assert sorted(program.rglob("*")) == before
    assert not (first.directory / ".venv").exists()


def test_a_misspelt_property_is_an_error(azure_sandbox: Sandbox, program: Path) -> None:
    """The real provider drops it silently, so a typo would stay unnoticed until production."""
    (program / "__main__.py").write_text(MISSPELT)
    run = azure_sandbox.stack(program).preview()
    assert not run.succeeded
    assert "tagz" in run.output
    assert "tags" in run.output


def test_a_test_can_start_from_its_own_world(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    """Other projects test with their own networks and clusters."""
    world = tmp_path / "world.yaml"
    world.write_text("resources: [{id: /subscriptions/s/resourceGroups/g, location: westus}]")
    azure_sandbox.start_from(world)
    assert [resource["name"] for resource in azure_sandbox.azure.list()] == ["g"]


def test_the_automation_api_runs_an_inline_program(azure_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs of the Automation API start Pulumi themselves, with the fixture's variables only."""
    from pulumi_azure_native import Provider, privatedns

    def register_zone() -> None:
        provider = Provider("p", subscription_id="22222222-2222-2222-2222-222222222222")
        privatedns.PrivateZone(
            "zone",
            private_zone_name="inline.example",
            resource_group_name="analytics",
            location="Global",
            opts=pulumi.ResourceOptions(provider=provider),
        )

    monkeypatch.setenv("PATH", azure_sandbox.environment["PATH"])
    stack = automation.create_stack(
        "test", "inline", register_zone, opts=automation.LocalWorkspaceOptions(env_vars=azure_sandbox.environment)
    )
    assert stack.up(log_flow=False).summary.result == "succeeded"
    assert list_zones(azure_sandbox) == ["inline.example"]
    assert stack.preview().change_summary.keys() == {"same"}
    stack.destroy()
    assert list_zones(azure_sandbox) == []


def test_the_real_azure_is_out_of_reach(azure_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's shell has credentials of production, and a test must not use them."""
    monkeypatch.setenv("ARM_CLIENT_SECRET", "real")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://real")
    assert "real" not in azure_sandbox.environment.values()
    assert os.environ["ARM_CLIENT_SECRET"] == "real"


def test_the_engine_accepts_the_schema_of_the_provider(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    """YAML programs and `pulumi package add` need it: the engine binds every type, and stops at the first mistake."""
    completed = subprocess.run(
        ["pulumi", "package", "get-schema", "azure-native"],
        cwd=tmp_path,
        env=azure_sandbox.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
