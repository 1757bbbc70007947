"""Many engines on one sandbox, some of them killed: no object is lost, and none exists twice."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack, environment

from .worlds import RED, TWO_BY_TWO

PROGRAM = """
import pulumi
from pulumi_azure_native import Provider, privatedns

options = pulumi.ResourceOptions(provider=Provider("red", subscription_id="{subscription}"))
zone = privatedns.PrivateZone(
    "zone", private_zone_name="{name}.example", resource_group_name="red", location="Global", opts=options
)
for number in range(12):
    privatedns.PrivateRecordSet(
        f"host-{{number}}",
        relative_record_set_name=f"host-{{number}}",
        record_type="A",
        private_zone_name=zone.name,
        resource_group_name="red",
        ttl=60,
        a_records=[{{"ipv4_address": f"10.0.0.{{number}}"}}],
        opts=options,
    )
"""
NAMES = [f"team-{number}" for number in range(4)]


@pytest.fixture
def home(tmp_path: Path) -> SandboxHome:
    home = SandboxHome(tmp_path / "sandbox")
    home.reset(TWO_BY_TWO)
    return home


def start_command(home: SandboxHome, directory: Path, *arguments: str, warm: bool = True) -> subprocess.Popen[str]:
    """Start a command in a program's directory, with its output in one pipe."""
    return subprocess.Popen(
        arguments,
        cwd=directory,
        env=environment(home, warm=warm),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_engines_run_at_once_and_a_repair_finishes_what_was_killed(home: SandboxHome, tmp_path: Path) -> None:
    """A build server runs a stack for each team, and is switched off."""
    directories = {name: tmp_path / name for name in NAMES}
    for name, directory in directories.items():
        directory.mkdir()
        (directory / "Pulumi.yaml").write_text(f"{{name: {name}, runtime: python}}")
        (directory / "__main__.py").write_text(PROGRAM.format(name=name, subscription=RED.split("/")[2]))
        Stack(directory, home).init()
    up = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview", "--stack", "test"]
    processes = {name: start_command(home, directory, *up, warm=False) for name, directory in directories.items()}
    # Whichever has its first record is killed at once: it may have all of them while another one starts.
    running, deadline = {*NAMES[::2]}, time.monotonic() + 60
    while running:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # The engines need the processor.
        ids = [resource["id"] for resource in home.azure.list()]
        for name in [name for name in running if any(f"/{name}.example/A/" in id for id in ids)]:
            processes[name].kill()
            running.remove(name)
    for name, process in processes.items():
        output, _ = process.communicate()
        assert process.returncode == (-9 if name in NAMES[::2] else 0), output

    for name in NAMES[::2]:
        for command in (["adx-private-link", "repair", "--stack", "test", "--yes"], up):
            process = start_command(home, directories[name], *command)
            output, _ = process.communicate()
            assert process.returncode == 0, output

    ids = [resource["id"] for resource in home.azure.list() if "privateDnsZones" in resource["id"]]
    assert sorted(id for id in ids if "/SOA/" not in id) == sorted(
        f"{RED}/providers/Microsoft.Network/privateDnsZones/{name}.example{record}"
        for name in NAMES
        for record in ("", *(f"/A/host-{number}" for number in range(12)))
    )
    for name in NAMES:
        deployment = json.loads(home.state_of(name, "test").read_text())["checkpoint"]["latest"]
        types = [resource["type"] for resource in deployment["resources"]]
        assert len([type for type in types if type.startswith("azure-native:")]) == 13
        assert not deployment.get("pending_operations")
