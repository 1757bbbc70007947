"""The examples in other languages, as stacks, and the SDKs that they use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack

PROJECT = Path(__file__).parents[2]
_NOT_COPIED = shutil.ignore_patterns(".sandbox", "node_modules", "Pulumi.*.yaml")

Example = Callable[[str], Stack]


def run(command: Sequence[str], directory: Path) -> str:
    """Run a tool of the environment, such as `npm`, and return its output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    completed = subprocess.run(
        command, cwd=directory, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the generated SDKs and the examples, which refer to them."""
    directory = tmp_path_factory.mktemp("checkout")
    shutil.copytree(PROJECT / "examples", directory / "examples", ignore=_NOT_COPIED)
    (directory / "sdks").mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PROJECT / "sdks" / name, directory / "sdks")
    run(["generate-sdks", str(PROJECT / "sdks" / "schema.json"), "sdks"], directory)
    return directory


@pytest.fixture
def example(checkout: Path, tmp_path: Path) -> Example:
    """Create a stack of an example in the default world."""

    def create(name: str) -> Stack:
        home = SandboxHome(tmp_path / ".sandbox")
        home.reset(None)
        stack = Stack(checkout / "examples" / name, home)
        stack.init()
        return stack

    return create
