"""
The work on one stack: what a worker does, wherever it runs.

A worker may be killed at any time, and its work starts again elsewhere. So everything that it does can be done twice,
and what the other one left, a lock and objects that its state lacks, is repaired first.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from ..errors import CommandError
from ..pulumi.history import Update
from ..pulumi.locks import Lock
from ..pulumi.preview import Diagnostic, Preview
from ..pulumi.run import PulumiError, run_pulumi
from ..report.reading import read_plan
from ..report.summary import stack_report
from ..report.violations import Violation, policy_events, read_violations
from ..tool_output import parse_output
from .results import Operation, Results, StackResult, Status

_LOCKED = "the stack is currently locked by"
_HOLDER = re.compile(r"created by (?P<username>[^@\n]*)@(?P<hostname>\S+) \(pid (?P<pid>\d+)\) at (?P<timestamp>\S+)")
"""The holder of a lock in Pulumi's error (pulumi/pulumi, `pkg/backend/diy/lock.go`)."""
_INTERRUPTED = ("already existing resource", "exited prematurely", "snapshot integrity", "pending operations")
"""Pulumi's words about what a killed update leaves, beside its lock."""
_MOST_ATTEMPTS = 4
_SECONDS_BETWEEN = 3.0


class Task(BaseModel):
    """The work on one stack, for any process that has the program's directory."""

    model_config = ConfigDict(frozen=True)

    stack: str
    operation: Operation
    directory: Path
    """The directory of the program."""
    results: Path
    fingerprint: str
    environment: dict[str, str]
    """The stack's own backend and identity. All other variables are the worker's."""
    secrets_provider: str | None = None
    creates: bool = False
    """Whether a missing stack is created."""
    fail_on: tuple[str, ...] = ()
    """The codes of the risks with which nothing is updated."""
    policy_pack: Path | None = None
    """The policy pack of previews and updates, as Pulumi takes it."""
    policy_pack_config: Path | None = None
    patience: float = 600
    """The seconds for which another update of the stack is waited for."""


def work_on(task: Task) -> str:
    """
    Do the work on a stack, write its result, and return the stack's name.

    Raises:
        CommandError: The result cannot be written.
    """
    work = _Work(task)
    Results(task.results).write(work.run())
    return task.stack


@dataclass
class _Outcome:
    status: Status
    changes: dict[str, int] = field(default_factory=dict[str, int])
    risks: list[str] = field(default_factory=list[str])
    violations: list[str] = field(default_factory=list[str])


class _PolicyError(CommandError):
    """A stack violates mandatory policies."""

    def __init__(self, error: PulumiError, events: bytes, violations: Sequence[Violation]) -> None:
        self.policies = _names(violations)
        lines = [f"  {violation.policy}: {violation.resource} {violation.message}" for violation in violations]
        super().__init__("\n".join([f"Violates policies: {', '.join(self.policies)}", *lines, error.output]))
        self.printed, self.events = error.printed, events


class _Work:
    """The work on one stack, with what it has come across so far."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.attempts = 0
        self.repaired = False
        self.started = time.monotonic()

    def run(self) -> StackResult:
        """Try until the operation succeeds, or fails for a reason that waiting and repairing do not remove."""
        while True:
            self.attempts += 1
            try:
                self._require_stack()
                outcome = self._operate()
                self._keep_outputs()
                return self._result(outcome)
            except PulumiError as error:
                if not self._can_try_again(error):
                    return self._failed(error.message)
            except _PolicyError as error:
                return self._new(status="failed", error=error.message, violations=error.policies)
            except CommandError as error:
                return self._failed(error.message)

    # Operations

    def _operate(self) -> _Outcome:
        match self.task.operation:
            case "preview":
                return self._preview()
            case "drift":
                return self._preview("--refresh")
            case "refresh":
                self._pulumi("refresh", "--yes", "--skip-preview")
                return self._changed("refresh")
            case "up":
                return self._up()

    def _preview(self, *flags: str) -> _Outcome:
        output, events = self._print_preview(*flags)
        preview = parse_output(TypeAdapter(Preview), output, "`pulumi preview --json`")
        changes = {operation: count for operation, count in preview.change_summary.items() if operation != "same"}
        report = stack_report(read_plan(output.encode(), self.task.stack, events))
        risks = sorted({risk.kind for risk in report.risks})
        is_stopped = bool({*risks} & {*self.task.fail_on})
        status: Status = "risk" if is_stopped else "changed" if changes else "unchanged"
        return _Outcome(status, changes, risks, _names(report.violations))

    def _print_preview(self, *flags: str) -> tuple[str, bytes]:
        """Preview, and keep what was printed, with the events of policies: for a failed preview, its error."""
        keep = partial(Results(self.task.results).write_preview, self.task.operation, self.task.stack)
        try:
            output, events = self._with_policies("preview", "--json", "--show-sames", *flags)
        except PulumiError as error:
            if not _is_of_killed(error):
                failed = Preview(diagnostics=[Diagnostic(message=error.output, severity="error")])
                keep(failed.model_dump_json(by_alias=True), b"")
            raise
        except _PolicyError as error:
            keep(error.printed, error.events)
            raise
        keep(output, events)
        return output, events

    def _up(self) -> _Outcome:
        if not self.task.fail_on:
            _, events = self._with_policies("up", "--yes", "--skip-preview")
            done = self._changed("update")
            return replace(done, violations=_names(read_violations(events)))
        with tempfile.TemporaryDirectory() as directory:
            # What was previewed is what is deployed, whatever changes meanwhile.
            plan = str(Path(directory) / "plan.json")
            previewed = self._preview("--save-plan", plan)
            if previewed.status == "risk":
                return previewed
            self._pulumi("up", "--yes", "--skip-preview", "--plan", plan)
        done = self._changed("update")
        return replace(done, risks=previewed.risks, violations=previewed.violations)

    def _with_policies(self, *arguments: str) -> tuple[str, bytes]:
        """
        Run a command with the policy pack, and return its output and the events of policies.

        Raises:
            _PolicyError: Mandatory policies are violated.
        """
        pack, config = self.task.policy_pack, self.task.policy_pack_config
        if pack is None:
            return self._pulumi(*arguments), b""
        with tempfile.TemporaryDirectory() as directory:
            log = Path(directory) / "events"
            flags = ["--policy-pack", str(pack), *(["--policy-pack-config", str(config)] if config else [])]
            try:
                output = self._pulumi(*arguments, *flags, "--event-log", str(log))
            except PulumiError as error:
                events = _policy_events(log)
                if mandatory := [found for found in read_violations(events) if found.level == "mandatory"]:
                    raise _PolicyError(error, events, mandatory) from None
                raise
            return output, _policy_events(log)

    def _changed(self, kind: Literal["update", "refresh"]) -> _Outcome:
        """What the last update has done, as its history has it."""
        output = self._pulumi("stack", "history", "--json", "--page-size", "1")
        updates = parse_output(TypeAdapter(list[Update]), output, "`pulumi stack history --json`")
        counts = updates[0].resource_changes if updates and updates[0].kind == kind else {}
        changes = {operation: count for operation, count in counts.items() if operation != "same"}
        return _Outcome("changed" if changes else "unchanged", changes)

    def _keep_outputs(self) -> None:
        """Keep the stack's output `clusters`, for the page of the fleet."""
        try:
            output = self._pulumi("stack", "output", "clusters", "--json")
        except PulumiError as error:
            if "does not have output property" not in error.output:
                raise
            return  # it is not deployed yet
        Results(self.task.results).write_outputs(self.task.stack, output)

    # Stacks and states that are not ready

    def _require_stack(self) -> None:
        """Create the stack if it is missing and may be created."""
        try:
            self._pulumi("stack", "export")
        except PulumiError as error:
            if "no stack named" not in error.output:
                raise
            if not self.task.creates:
                raise CommandError(
                    f"The stack {self.task.stack} does not exist in its backend. Run `adx-private-link fleet up "
                    "--create` where you can commit the stack file, in which Pulumi writes the key of the stack's "
                    "secrets."
                ) from None
            provider = self.task.secrets_provider
            self._pulumi("stack", "init", "--no-select", *(["--secrets-provider", provider] if provider else []))

    def _can_try_again(self, error: PulumiError) -> bool:
        """Wait for another update, or repair what a killed one left; return whether the operation is worth a try."""
        is_patient = time.monotonic() - self.started < self.task.patience
        if _LOCKED in error.output:
            lock = lock_in(error.output)
            if lock is None or lock.is_alive or not lock.is_of_this_machine:
                time.sleep(_SECONDS_BETWEEN)
                return is_patient
        elif not _is_of_killed(error):
            return False
        return self.attempts < _MOST_ATTEMPTS and self._repair()

    def _repair(self) -> bool:
        """
        Repair the state by `adx-private-link repair`, and return whether that succeeded.

        It runs in a process of its own, because it works with the environment and the directory of its process.
        """
        command = [sys.executable, "-P", "-m", "adx_private_link", "repair", "--stack", self.task.stack, "--yes"]
        completed = subprocess.run(  # noqa: S603 - arguments, no shell
            command, cwd=self.task.directory, env=self._environment, capture_output=True, text=True, check=False
        )
        self.repaired = self.repaired or completed.returncode == 0
        return completed.returncode == 0

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.task.environment}

    def _pulumi(self, *arguments: str) -> str:
        directory = str(self.task.directory)
        return run_pulumi(*arguments, "--cwd", directory, "--stack", self.task.stack, environment=self.task.environment)

    # Results

    def _result(self, outcome: _Outcome) -> StackResult:
        return self._new(
            status=outcome.status, changes=outcome.changes, risks=outcome.risks, violations=outcome.violations
        )

    def _failed(self, error: str) -> StackResult:
        lock = lock_in(error) if _LOCKED in error else None
        if lock and not lock.is_of_this_machine:
            error = (
                f"The stack is locked: {lock}. Whether that update is still running cannot be known here. Once it has "
                f"ended, run `adx-private-link repair --stack {self.task.stack}`.\n{error}"
            )
        return self._new(status="failed", error=error)

    def _new(self, **values: Any) -> StackResult:
        return StackResult(
            stack=self.task.stack,
            operation=self.task.operation,
            fingerprint=self.task.fingerprint,
            attempts=self.attempts,
            repaired=self.repaired,
            seconds=round(time.monotonic() - self.started, 1),
            **values,
        )


def _names(violations: Iterable[Violation]) -> list[str]:
    return sorted({violation.policy for violation in violations})


def _policy_events(log: Path) -> bytes:
    return policy_events(log.read_bytes()) if log.exists() else b""


def lock_in(output: str) -> Lock | None:
    """Return the lock that Pulumi's error names; None if it names none."""
    match = _HOLDER.search(output)
    return Lock.model_validate(match.groupdict()) if match else None


def _is_of_killed(error: PulumiError) -> bool:
    """Whether an error is about what a killed update left."""
    return _LOCKED in error.output or any(words in error.output for words in _INTERRUPTED)
