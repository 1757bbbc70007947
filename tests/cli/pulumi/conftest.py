"""The files of a stack in a backend of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from adx_private_link.cli.pulumi.run import PulumiError
from adx_private_link.cli.pulumi.stack import PulumiStack
from adx_private_link.cli.pulumi.state import ExportedState
from adx_private_link.cli.pulumi.state_files import StateFiles, WholeCopy


@pytest.fixture
def new_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], StateFiles]:
    """The files of a stack that Pulumi reads from then on."""
    numbers = itertools.count()

    def make() -> StateFiles:
        made = StateFiles(tmp_path / str(next(numbers)) / ".pulumi", "p", "s")
        for each in ("stacks/p", "history/p/s", "backups/p/s", "locks/organization/p/s"):
            (made.root / each).mkdir(parents=True)

        def export(_stack: PulumiStack) -> ExportedState:
            """As Pulumi reads it, which must be able to."""
            found = made.read(made.state)
            if not isinstance(found, WholeCopy):
                raise PulumiError(["pulumi"], "error: no stack named 's' found")
            assert made.damage() is None
            return found.state

        monkeypatch.setattr(PulumiStack, "export_state", export)
        return made

    return make


@pytest.fixture
def files(new_files: Callable[[], StateFiles]) -> StateFiles:
    return new_files()
