"""Many engines on one sandbox, some of them killed: nobody loses anything, and nothing is there twice."""

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


def pulumi(home: SandboxHome, directory: Path, *arguments: str, warm: bool = True) -> subprocess.Popen[str]:
    return subprocess.Popen(
        arguments,
        cwd=directory,
        env=environment(home, warm=warm),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_engines_at_once_and_half_of_them_killed(home: SandboxHome, tmp_path: Path) -> None:
    """A build server that runs a stack a team, and is switched off."""
    directories = {name: tmp_path / name for name in NAMES}
    for name, directory in directories.items():
        directory.mkdir()
        (directory / "Pulumi.yaml").write_text(f"{{name: {name}, runtime: python}}")
        (directory / "__main__.py").write_text(PROGRAM.format(name=name, subscription=RED.split("/")[2]))
        Stack(directory, home).init()
    up = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview", "--stack", "test"]
    running = {name: pulumi(home, directory, *up, warm=False) for name, directory in directories.items()}
    for name in NAMES[::2]:
        zone = f"{RED}/providers/Microsoft.Network/privateDnsZones/{name}.example"
        deadline = time.monotonic() + 60
        while not any(each["id"].startswith(f"{zone}/A/") for each in home.azure.list()):
            assert time.monotonic() < deadline
            time.sleep(0.05)  # the engines need the processor, too
        running[name].kill()
    for name, process in running.items():
        said, _ = process.communicate()
        assert process.returncode == (-9 if name in NAMES[::2] else 0), said

    for name in NAMES[::2]:
        for command in (["adx-private-link", "repair", "--stack", "test", "--yes"], up):
            process = pulumi(home, directories[name], *command)
            said, _ = process.communicate()
            assert process.returncode == 0, said

    made = [each["id"] for each in home.azure.list() if "privateDnsZones" in each["id"]]
    assert sorted(each for each in made if "/SOA/" not in each) == sorted(
        f"{RED}/providers/Microsoft.Network/privateDnsZones/{name}.example{below}"
        for name in NAMES
        for below in ("", *(f"/A/host-{number}" for number in range(12)))
    )
    for name in NAMES:
        deployment = json.loads(home.state_of(name, "test").read_text())["checkpoint"]["latest"]
        assert len([each for each in deployment["resources"] if each["type"].startswith("azure-native:")]) == 13
        assert not deployment.get("pending_operations")
