"""The provider of the components ends with its engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.sandbox.provider.test_end_of_engine import ENGINE, alive
from tests.waiting import wait_until


def test_the_provider_ends_when_its_engine_is_killed(tmp_path: Path) -> None:
    """The engine has no time to end it, and it would wait for the next request for good."""
    provider = Path(sys.executable).with_name("pulumi-resource-adx-private-link")
    command = [sys.executable, "-c", ENGINE, str(provider), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as engine:
        assert engine.stdout is not None
        pid, port = map(int, engine.stdout.readline().split())
        assert port
        assert alive(pid)
        engine.kill()
    wait_until(lambda: not alive(pid), 10)
