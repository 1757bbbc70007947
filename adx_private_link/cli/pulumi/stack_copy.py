"""A copy of a stack in a temporary backend, on which commands try changes."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .project import project_name
from .recovery import require_whole
from .stack import PulumiStack
from .state import ExportedState, StoredState
from .state_files import StateFiles

# `StackCopy` reads and writes the file uncompressed, even if the user's own backend compresses it.
_UNCOMPRESSED = {"PULUMI_DIY_BACKEND_GZIP": "false", "PULUMI_DIY_BACKEND_ZSTD": "false"}


@dataclass(frozen=True, kw_only=True)
class StackCopy(PulumiStack):
    """A copy of a stack whose state is read and written without starting Pulumi."""

    files: StateFiles

    def export_state(self) -> ExportedState:
        return StoredState.model_validate_json(self.files.state.read_bytes()).to_export()

    def import_state(self, state: ExportedState) -> None:
        require_whole(self.name, state)
        self.files.state.write_text(StoredState.from_export(self.files.full_name, state).json_text())


@contextmanager
def stack_copy(stack: str, state: ExportedState) -> Generator[StackCopy]:
    """
    Make a copy of a stack with this state, the same program and the same settings, for the time of the block.

    Raises:
        CommandError: The state breaks Pulumi's rules.
    """
    with tempfile.TemporaryDirectory(prefix="adx-private-link-") as directory:
        files = StateFiles(Path(directory, ".pulumi"), project_name(), stack.rsplit("/", 1)[-1])
        files.state.parent.mkdir(parents=True)
        # Without this file, Pulumi expects the older layout, which has no directories of projects.
        (files.root / "meta.yaml").write_text("version: 1\n")
        environment = {"PULUMI_BACKEND_URL": Path(directory).as_uri(), **_UNCOMPRESSED}
        copy = StackCopy(files.stack, environment, files=files)
        copy.import_state(state.with_resources(state.deployment.resources))
        yield copy
