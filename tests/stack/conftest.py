"""Stacks that several tests look at, deployed once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .harness import PROJECT, Stack

StackMaker = Callable[..., Stack]


@pytest.fixture
def new_stack(tmp_path: Path) -> StackMaker:
    """Make a stack with a sandbox of its own: `new_stack(world)`."""

    def make(world: Path | None = None, program: Path = PROJECT) -> Stack:
        return Stack(tmp_path / "stack", world, program)

    return make
