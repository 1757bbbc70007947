"""The files of a stack in a backend of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from adx_private_link.cli.pulumi.run import PulumiError
from adx_private_link.cli.pulumi.stack import PulumiStack
from adx_private_link.cli.pulumi.state import ExportedState
from adx_private_link.cli.pulumi.state_copies import WholeCopy, find_damage, read_copy
from adx_private_link.cli.pulumi.state_files import StateFiles


@pytest.fixture
def new_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], StateFiles]:
    """Return a function that creates the files of a stack, which Pulumi reads from then on."""
    numbers = itertools.count()

    def make() -> StateFiles:
        files = StateFiles(tmp_path / str(next(numbers)) / ".pulumi", "p", "s")
        for directory in ("stacks/p", "history/p/s", "backups/p/s", "locks/organization/p/s"):
            (files.root / directory).mkdir(parents=True)

        def export(_stack: PulumiStack) -> ExportedState:
            """Export the state, which must be whole, as Pulumi does."""
            copy = read_copy(files, files.state)
            if not isinstance(copy, WholeCopy):
                raise PulumiError(["pulumi"], "error: no stack named 's' found")
            assert find_damage(files) is None
            return copy.state

        monkeypatch.setattr(PulumiStack, "export_state", export)
        return files

    return make


@pytest.fixture
def files(new_files: Callable[[], StateFiles]) -> StateFiles:
    return new_files()
