"""Stacks that several tests look at, deployed once a session."""

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
Deployed = Callable[[dict[str, Any]], testing.Stack]


@pytest.fixture
def new_stack(tmp_path: Path) -> StackMaker:
    """Make a stack with a sandbox of its own: `new_stack(world)`."""

    def make(world: Path | None = None, program: Path = PROJECT) -> Stack:
        return Stack(tmp_path / "stack", world, program)

    return make


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """The only process of pytest-xdist that is at it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def _deployments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], Path]:
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def deployment(settings: dict[str, Any]) -> Path:
        """The directory of a stack with these settings: deployed by the first test of the session that asks for it."""
        key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:16]
        directory = shared / f"deployed-{key}"
        with _locked(shared / f"deployed-{key}.lock"):
            if not directory.exists():
                stack = Stack(tmp_path_factory.mktemp("deploying") / "stack", TWO_BY_TWO)
                stack.configure(**settings)
                done = stack.up()
                assert done.succeeded, done.output
                stack.directory.rename(directory)
        return directory

    return deployment


@pytest.fixture
def deployed(_deployments: Callable[[dict[str, Any]], Path], tmp_path: Path) -> Deployed:
    """A stack that is deployed in a world of its own: `deployed(settings)`."""

    def copied(settings: dict[str, Any]) -> testing.Stack:
        shutil.copytree(_deployments(settings), tmp_path / "stack")
        return Stack.opened(tmp_path / "stack")

    return copied
