"""The backend that keeps a stack's state: files on this machine, or a service."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from pydantic import BaseModel, TypeAdapter

from ..tool_output import parse_output
from .project import project_name
from .run import run_pulumi
from .state_files import StateFiles

_LOCAL = "file://"


class _Backend(BaseModel):
    url: str


def state_files_of(stack: str) -> StateFiles | None:
    """Return the files of a stack in a backend of local files; None for other backends, whose locks Pulumi reports."""
    output = run_pulumi("whoami", "--json", "--verbose")
    url = parse_output(TypeAdapter(_Backend), output, "`pulumi whoami --json --verbose`").url
    if not url.startswith(_LOCAL):
        return None
    # `stack`, `organization/stack` or `organization/project/stack`
    *project, name = stack.split("/")[1:] if "/" in stack else [stack]
    # Pulumi shows the address as it was written: `file://~`, `file://./state`, `file:///srv/state?metadata=skip`.
    root = Path(unquote(url.removeprefix(_LOCAL).partition("?")[0])).expanduser()
    return StateFiles(root.absolute() / ".pulumi", project[0] if project else project_name(), name)
