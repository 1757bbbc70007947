"""The `pulumi` program: its output, or an error with its words and the next step."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from ..errors import CommandError
from ..terminal.console import console
from ..terminal.own_commands import repair_command, this_command
from .preview import Diagnostic

_SECTION = re.compile(r"^Diagnostics:\n((?:(?: .*)?\n)+)", re.MULTILINE)
"""The part of Pulumi's text that says why a command failed; the rest is the progress of every resource."""

UNREADABLE_STATE = "failed to load checkpoint"
"""Pulumi's words about a state that it cannot read."""

_NEEDS_REPAIR = (
    UNREADABLE_STATE,
    "snapshot integrity",
    "state file contains errors",
    "exited prematurely",
    "the stack is currently locked by",
)
"""
Pulumi's words about a state that it cannot read or that breaks its rules (when it uses the state, and when it imports
it), about a plugin that was killed, and about the lock of an update that is running or was killed.
"""
_NO_LAYOUT = "corrupt store"
"""Pulumi's words about a backend whose `meta.yaml` it cannot read (pulumi/pulumi, `pkg/backend/diy/meta.go`)."""
_OF_LATER_VERSION = (
    "unsupported checkpoint version",
    "needs support for the following features",
    "this stack's deployment version is too new",
)
"""Pulumi's words about a whole state that a later version wrote (pulumi/pulumi, `pkg/resource/stack`)."""


def run_pulumi(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """
    Run a `pulumi` command, and return its standard output.

    Raises:
        CommandError: `pulumi` is not installed.
        PulumiError: The command has failed.
    """
    command = ["pulumi", "--non-interactive", *arguments]
    try:
        process = subprocess.Popen(  # noqa: S603 - arguments, no shell
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, **(environment or {})},
        )
    except FileNotFoundError:
        raise CommandError("`pulumi` is not on PATH. Install Pulumi, or activate its environment.") from None
    try:
        output, errors = process.communicate()
    except KeyboardInterrupt:
        _wait_for_end(process)
        raise
    if process.returncode:
        words = errors.strip() or _diagnostics(output)
        raise PulumiError(command, words, printed=output, was_killed=process.returncode < 0)
    return output


def _wait_for_end(process: subprocess.Popen[str]) -> None:
    """Wait for Pulumi, which Ctrl-C has interrupted as well. Killed, it would leave a lock and gaps in the state."""
    console(stderr=True).print("Pulumi ends the operations that are running; Ctrl-C again kills it.")
    try:
        process.communicate()
    except KeyboardInterrupt:
        process.kill()
        process.communicate()


def selected_stack(stack: str | None) -> str:
    """Return the name of a stack: the argument, or the stack that Pulumi has selected."""
    return stack or run_pulumi("stack", "--show-name").strip()


def require_version(oldest: tuple[int, int, int], command: str) -> None:
    """
    Check the version of `pulumi`.

    Raises:
        CommandError: The version is older than `oldest`.
    """
    output = run_pulumi("version").strip()
    version = tuple(int(number) for number in re.findall(r"\d+", output)[:3])
    if version < oldest:
        raise CommandError(
            f"{command} needs Pulumi {'.'.join(map(str, oldest))} or later, and this is {output}. Update Pulumi."
        )


class _Output(BaseModel):
    diagnostics: list[Diagnostic] = Field(default_factory=list[Diagnostic])


def _diagnostics(output: str) -> str:
    """Return the diagnostics in the standard output of a command with or without `--json`; all of it if it has none."""
    try:
        diagnostics = _Output.model_validate_json(output).diagnostics
    except ValidationError:
        section = _SECTION.search(output)
        return (section[1] if section else output).strip()
    return "".join(diagnostic.message for diagnostic in diagnostics).strip()


class PulumiError(CommandError):
    """A `pulumi` command has failed."""

    def __init__(self, command: list[str], output: str, *, printed: str = "", was_killed: bool = False) -> None:
        killed = "it was killed\n" if was_killed else ""
        reason = f"{' '.join(command)}: {killed}{output}"
        hint = _hint(output)
        needs_repair = was_killed or any(text in output for text in _NEEDS_REPAIR)
        stack = command[command.index("--stack") + 1] if "--stack" in command else None
        step = f"run `{repair_command(stack)}`, then run this command again" if needs_repair and not hint else ""
        super().__init__(f"{reason}\n{hint}" if hint else reason, next_step=step)
        self.output = output
        """Why it failed, in Pulumi's words."""
        self.printed = printed
        """Its standard output."""

    @property
    def is_of_later_version(self) -> bool:
        """Whether a later version of Pulumi wrote the state, which is not damaged."""
        return any(text in self.output for text in _OF_LATER_VERSION)


def _hint(output: str) -> str | None:
    """Return the next step if Pulumi cannot use the backend or its states as they are; otherwise None."""
    if any(text in output for text in _OF_LATER_VERSION):
        return (
            "A later version of Pulumi wrote this state; it is not damaged. Update Pulumi, then run this command again."
        )
    if _NO_LAYOUT in output:
        return (
            "The file .pulumi/meta.yaml in the backend's directory is damaged; the states are not. Replace its content "
            "with the line `version: 1` (`version: 0` if .pulumi/stacks has no directory for each project), then run "
            "this command again."
        )
    is_logged_out = "PULUMI_ACCESS_TOKEN must be set" in output
    if not is_logged_out and "no stack named" not in output and "no stack selected" not in output:
        return None
    directories = (Path.cwd(), *Path.cwd().parents)
    if "AZURE_SANDBOX_HOME" not in os.environ and any((directory / ".sandbox").is_dir() for directory in directories):
        return f"If the stack is in this directory's sandbox (.sandbox), run: azure-sandbox run -- {this_command()}"
    return "Log in to the stack's backend: `pulumi login`." if is_logged_out else None
