"""What programs of other people meet when they test with the fixture."""

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
    """A program of more than one file, with what lies about in a checkout."""
    directory = tmp_path / "program"
    (directory / ".venv").mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text("{name: other, runtime: python}")
    (directory / "__main__.py").write_text(PROGRAM)
    (directory / "helper.py").write_text('ZONE = "corp.example"\n')
    return directory


def zones(sandbox: Sandbox) -> list[str]:
    return [each["name"] for each in sandbox.azure.list() if each["type"] == "Microsoft.Network/privateDnsZones"]


def test_a_program_is_deployed_and_its_directory_left_alone(azure_sandbox: Sandbox, program: Path) -> None:
    before = sorted(program.rglob("*"))
    first, second = azure_sandbox.stack(program), azure_sandbox.stack(program, "second")
    second.configure(zone="second.example")
    for stack in (first, second):
        done = stack.up()
        assert done.succeeded, done.output
    assert zones(azure_sandbox) == ["corp.example", "second.example"]
    assert sorted(program.rglob("*")) == before
    assert not (first.directory / ".venv").exists()


def test_a_misspelt_property_is_an_error(azure_sandbox: Sandbox, program: Path) -> None:
    """The real provider drops it without a word."""
    (program / "__main__.py").write_text(MISSPELT)
    run = azure_sandbox.stack(program).preview()
    assert not run.succeeded
    assert "tagz" in run.output
    assert "tags" in run.output


def test_a_world_of_the_tests_own(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text("resources: [{id: /subscriptions/s/resourceGroups/g, location: westus}]")
    azure_sandbox.start_from(world)
    assert [each["name"] for each in azure_sandbox.azure.list()] == ["g"]


def test_an_inline_program_through_the_automation_api(azure_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from pulumi_azure_native import Provider, privatedns

    def inline() -> None:
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
        "test", "inline", inline, opts=automation.LocalWorkspaceOptions(env_vars=azure_sandbox.environment)
    )
    assert stack.up(log_flow=False).summary.result == "succeeded"
    assert zones(azure_sandbox) == ["inline.example"]
    assert stack.preview().change_summary.keys() == {"same"}
    stack.destroy()
    assert zones(azure_sandbox) == []


def test_the_real_azure_is_out_of_reach(azure_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_CLIENT_SECRET", "real")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://real")
    assert "real" not in azure_sandbox.environment.values()
    assert os.environ["ARM_CLIENT_SECRET"] == "real"


def test_the_engine_takes_the_providers_schema(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    """As for YAML programs and `pulumi package add`: it binds every type, and gives up at the first mistake."""
    done = subprocess.run(
        ["pulumi", "package", "get-schema", "azure-native"],
        cwd=tmp_path,
        env=azure_sandbox.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
