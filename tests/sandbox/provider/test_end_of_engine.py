"""The plugin ends with its engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import grpc
import pytest

from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome
from tests.waiting import wait_until

from ..fake_engine import Engine


@pytest.fixture
def plugin(tmp_path: Path) -> list[str]:
    """The command that the engine runs for the provider."""
    home = SandboxHome(tmp_path / "home")
    directory = Path(sandbox_environment(home, os.environ)["PULUMI_HOME"])
    (executable,) = directory.rglob("pulumi-resource-azure-native")
    return [str(executable)]


# A small engine: it starts the provider, reads its port, prints both and waits.
ENGINE = """
import subprocess, sys, time
provider = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
print(provider.pid, provider.stdout.readline().strip(), flush=True)
time.sleep(60)
"""


def test_a_provider_ends_when_its_engine_is_killed(plugin: list[str], tmp_path: Path) -> None:
    # A program's own file must not replace a module of Python's.
    (tmp_path / "random.py").write_text("raise AssertionError('not your module')")
    command = [sys.executable, "-c", ENGINE, *plugin]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as engine:
        assert engine.stdout is not None
        pid, port = map(int, engine.stdout.readline().split())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            assert Engine(channel).version()
        assert alive(pid)
        engine.kill()
    wait_until(lambda: not alive(pid), 10)


def test_a_provider_ends_when_its_engine_dies_before_it_is_ready(plugin: list[str]) -> None:
    """Its parent has changed before it starts, and never changes again."""
    killed = subprocess.Popen([sys.executable, "-c", ENGINE, *plugin], stdout=subprocess.PIPE)
    with killed:
        children = Path(f"/proc/{killed.pid}/task/{killed.pid}/children")
        wait_until(lambda: bool(children.read_text().split()), 10)
        pid = int(children.read_text().split()[0])
        killed.kill()
    wait_until(lambda: not alive(pid), 10)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
