"""The process of the plugin."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest

from ..fake_engine import Engine
from ..small_world import OWNER_SUBSCRIPTION


def test_a_plugin_ends_at_once_when_it_is_interrupted(tmp_path: Path) -> None:
    """The engine ends plugins one after the other, and reports those that take too long as "exited prematurely"."""
    plugin = subprocess.Popen(
        [sys.executable, "-P", "-m", "azure_sandbox.provider", str(tmp_path / "azure.db"), "3.29.0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert plugin.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{plugin.stdout.readline().strip()}") as channel:
            Engine(channel).cancel()
        assert plugin.poll() is None, "it stays until it is interrupted"
        plugin.send_signal(signal.SIGINT)
        _, errors = plugin.communicate(timeout=60)
    finally:
        plugin.kill()
    assert (plugin.returncode, errors) == (-signal.SIGINT, "")


@pytest.mark.parametrize(("value", "strict"), [("1", True), ("0", False), (None, False)])
def test_strict_mode_is_turned_on_by_a_variable(tmp_path: Path, value: str | None, *, strict: bool) -> None:
    """By default the sandbox rejects what Azure rejects, and nothing else."""
    environment = {name: other_value for name, other_value in os.environ.items() if name != "AZURE_SANDBOX_STRICT"}
    if value is not None:
        environment["AZURE_SANDBOX_STRICT"] = value
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "azure_sandbox.provider", str(tmp_path / "azure.db"), "3.29.0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as plugin:
        try:
            assert plugin.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{plugin.stdout.readline().strip()}") as channel:
                engine = Engine(channel)
                engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
                group = {"resourceGroupName": "g", "location": "westus", "tag": "x"}
                assert bool(engine.check("resources:ResourceGroup", group)[1]) is strict
        finally:
            plugin.kill()
