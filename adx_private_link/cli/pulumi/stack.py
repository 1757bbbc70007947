"""One stack, as `pulumi` handles it: export and import its state, refresh, preview, import resources, destroy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from ..errors import CommandError
from ..tool_output import parse_output
from .preview import Preview
from .run import PulumiError, run_pulumi
from .state import ExportedState


@dataclass(frozen=True)
class PulumiStack:
    """A stack in the backend of an environment."""

    name: str
    environment: dict[str, str] | None = None

    def export_state(self) -> ExportedState:
        """Export the state, by `pulumi stack export`."""
        return parse_output(TypeAdapter(ExportedState), self._run("stack", "export"), "`pulumi stack export`")

    def import_state(self, state: ExportedState) -> None:
        """Replace the state, by `pulumi stack import`."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(state.json_text())
            file.flush()
            try:
                self._run("stack", "import", "--file", file.name)
            except PulumiError as error:
                if "--force" in error.output:
                    raise _rejected(self.name, error) from None
                if "locked" not in error.output:
                    raise
                raise CommandError(
                    f"{error.output}\nIf that update is not running, run `pulumi cancel`, then run this command again."
                ) from None

    def refresh(self, only: Iterable[str] = ()) -> None:
        """Read all resources from Azure, or only those with these URNs."""
        targets = [part for urn in only for part in ("--target", urn)]
        self._run("refresh", "--yes", "--skip-preview", *targets)

    def update(self, config_file: Path | None = None) -> None:
        """Update the stack, by `pulumi up`; with another configuration than that in the stack's file, if given."""
        file = ("--config-file", str(config_file)) if config_file else ()
        self._run("up", "--yes", "--skip-preview", *file)

    def destroy(self, *, one_at_a_time: bool = False) -> None:
        """Delete all resources of the state."""
        self._run("destroy", "--yes", "--skip-preview", *(["--parallel", "1"] if one_at_a_time else []))

    def preview(self, *flags: str) -> Preview:
        """Preview an update."""
        return parse_output(TypeAdapter(Preview), self._run("preview", "--json", *flags), "`pulumi preview --json`")

    def import_resources(self, file: Path) -> None:
        """Import all resources that an import file lists."""
        self._run("import", "--file", str(file), "--yes", "--skip-preview", "--protect=false", "--generate-code=false")

    def _run(self, *arguments: str) -> str:
        return run_pulumi(*arguments, "--stack", self.name, environment=self.environment)


def _rejected(stack: str, error: PulumiError) -> CommandError:
    """Return the error about a rejected state, without Pulumi's advice to import it with `--force`."""
    reasons = "\n".join(line for line in error.output.splitlines() if "--force" not in line)
    return CommandError(
        f"Pulumi rejects the state of {stack}: {reasons}\n"
        f"Run `pulumi state repair --stack {stack}`, then run this command again."
    )
