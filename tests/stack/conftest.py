"""Stacks that several tests use, deployed once a session."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox import testing

from .harness import PROJECT, Stack
from .worlds import TWO_BY_TWO

StackMaker = Callable[..., Stack]
Deployed = Callable[..., testing.Stack]


@pytest.fixture
def new_stack(tmp_path: Path) -> StackMaker:
    """Create a stack with a sandbox of its own: `new_stack(world)`."""

    def create(world: Path | None = None, program: Path = PROJECT) -> Stack:
        return Stack(tmp_path / "stack", world, program)

    return create


@contextmanager
def _hold_lock(path: Path) -> Generator[None]:
    """Hold the lock of a file: the processes of pytest-xdist take turns."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def _deployments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any], Path], Path]:
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def deploy_once(settings: dict[str, Any], world: Path) -> Path:
        """Return the directory of a stack with these settings; the first test of the session deploys it."""
        key = hashlib.sha256(json.dumps([settings, world.name]).encode()).hexdigest()[:16]
        directory = shared / f"deployed-{key}"
        with _hold_lock(shared / f"deployed-{key}.lock"):
            if not directory.exists():
                stack = Stack(tmp_path_factory.mktemp("deploying") / "stack", world)
                stack.configure(**settings)
                update = stack.up()
                assert update.succeeded, update.output
                stack.directory.rename(directory)
        return directory

    return deploy_once


@pytest.fixture
def deployed(_deployments: Callable[[dict[str, Any], Path], Path], tmp_path: Path) -> Deployed:
    """Copy a deployed stack, its sandbox included: `deployed(settings)`, in a world that is `TWO_BY_TWO` by default."""

    def copy_deployed(settings: dict[str, Any], world: Path = TWO_BY_TWO) -> testing.Stack:
        shutil.copytree(_deployments(settings, world), tmp_path / "stack")
        return Stack.open(tmp_path / "stack")

    return copy_deployed
