"""The result of one run of `pulumi`, read from the engine's events."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from ..azure import Json


@dataclass(frozen=True)
class Run:
    """One run of `pulumi`."""

    exit_code: int
    operations: list[str]
    """The operations in order, without unchanged resources: `create PrivateEndpoint myadx.analytics.engine`."""
    output: str
    """The messages that a person would read, each after the name of its resource."""
    urns: list[str]
    """All resources of the run."""
    preview: Run | None = None
    """The preview at the beginning of an update, if the update had one."""

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0


def read_run(command: str, exit_code: int, stdout: str, stderr: str) -> Run:
    """The run of a `pulumi` command with `--json`."""
    events = [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]
    # A preview and the update after it each begin with a prelude.
    starts = [index for index, event in enumerate(events) if "preludeEvent" in event]
    update = starts[-1] if len(starts) > 1 else 0
    return _read_events(
        command,
        events[update:],
        exit_code=exit_code,
        stderr=stderr,
        preview=_read_events(command, events[:update]) if update else None,
    )


def _read_events(
    command: str, events: list[Json], *, exit_code: int = 0, stderr: str = "", preview: Run | None = None
) -> Run:
    started = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    diagnostics = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    # `replace` only announces the two operations that follow it.
    operations = [metadata for metadata in started if metadata["op"] not in ("same", "replace", "refresh")]
    if command == "refresh":
        operations = [
            event["resOutputsEvent"]["metadata"]
            for event in events
            if "resOutputsEvent" in event and event["resOutputsEvent"]["metadata"]["op"] in ("update", "delete")
        ]
    return Run(
        exit_code,
        [_format_operation(metadata) for metadata in operations],
        "".join(_format_diagnostic(diagnostic) for diagnostic in diagnostics if diagnostic["severity"] != "debug")
        + stderr,
        sorted({metadata["urn"] for metadata in started}),
        preview,
    )


def _format_operation(metadata: dict[str, Any]) -> str:
    """`create PrivateEndpoint myadx.analytics.engine`."""
    type_name, name = str(metadata["type"]).rsplit(":", 1)[-1], cast("str", metadata["urn"]).rsplit("::", 1)[1]
    return f"{metadata['op']} {type_name} {name}"


def _format_diagnostic(diagnostic: dict[str, Any]) -> str:
    """The message after the name of its resource, as Pulumi shows it."""
    urn = str(diagnostic.get("urn") or "")
    return f"{urn.rsplit('::', 1)[1]}: {diagnostic['message']}" if "::" in urn else diagnostic["message"]
