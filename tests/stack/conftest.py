"""Stacks that several tests look at, deployed once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
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


@pytest.fixture(scope="session")
def _deployments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], Path]:
    found: dict[str, Path] = {}

    def deployment(settings: dict[str, Any]) -> Path:
        """The directory of a stack with these settings: deployed by the first test that asks for it."""
        key = json.dumps(settings)
        if key not in found:
            stack = Stack(tmp_path_factory.mktemp("deployed") / "stack", TWO_BY_TWO)
            stack.configure(**settings)
            done = stack.up()
            assert done.succeeded, done.output
            found[key] = stack.directory
        return found[key]

    return deployment


@pytest.fixture
def deployed(_deployments: Callable[[dict[str, Any]], Path], tmp_path: Path) -> Deployed:
    """A stack that is deployed in a world of its own: `deployed(settings)`."""

    def copied(settings: dict[str, Any]) -> testing.Stack:
        shutil.copytree(_deployments(settings), tmp_path / "stack")
        return Stack.opened(tmp_path / "stack")

    return copied
