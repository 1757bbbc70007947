"""A run of a fleet: an operation on many stacks, in waves, without those that have a result already."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..yaml.documents import mapping, read_yaml
from .engine import Engine
from .reading import Fleet
from .results import Operation, Results, StackResult
from .selection import in_waves
from .stacks import FleetStack
from .work import Task


@dataclass(frozen=True)
class Options:
    """What a run does with each stack."""

    operation: Operation
    results: Path
    fail_on: tuple[str, ...] = ()
    creates: bool = False
    patience: float = 600
    policy_pack: Path | None = None
    policy_pack_config: Path | None = None


@dataclass(frozen=True)
class Plan:
    """The waves of a run, and the results that it need not repeat."""

    waves: Sequence[Sequence[Task]]
    done: Sequence[StackResult]

    @property
    def tasks(self) -> list[Task]:
        """All tasks."""
        return [task for wave in self.waves for task in wave]


def plan_run(fleet: Fleet, stacks: Sequence[FleetStack], canary: Mapping[str, str], options: Options) -> Plan:
    """Plan a run: a stack with a final result of the same fingerprint is done."""
    common = [_fingerprint_of_program(fleet.directory), *options.fail_on, *_fingerprint_of_policies(options)]
    results = Results(options.results.absolute())
    done: list[StackResult] = []
    waves: list[list[Task]] = []
    # Only updates need the zones of others; canaries come first in any case.
    has_order = options.operation == "up" or canary
    for wave in in_waves(stacks, canary) if has_order else [[*stacks]]:
        tasks: list[Task] = []
        for stack in wave:
            task = _task(fleet, stack, options, common)
            result = results.read(options.operation, stack.name)
            if result and result.is_final and result.fingerprint == task.fingerprint:
                done.append(result)
            else:
                tasks.append(task)
        waves += [tasks] if tasks else []
    return Plan(waves, done)


def run_waves(plan: Plan, engine: Engine) -> Iterator[StackResult]:
    """
    Run a plan, and yield each result as its stack ends. A wave with a failure or a risk is the last one.

    Raises:
        CommandError: The scheduler has ended.
    """
    for number, wave in enumerate(plan.waves):
        has_stopped = False
        for result in engine.run(wave, stops=number < len(plan.waves) - 1):
            has_stopped = has_stopped or not result.is_final
            yield result
        if has_stopped:
            return


def _task(fleet: Fleet, stack: FleetStack, options: Options, common: Sequence[str]) -> Task:
    backend = {"PULUMI_BACKEND_URL": stack.options.backend} if stack.options.backend else {}
    # Pulumi writes the key of a new stack's secrets into its file, which is no other configuration.
    config = mapping(read_yaml(fleet.stack_file(stack.name)).content).get("config")
    parts = [json.dumps(config, sort_keys=True), stack.options.model_dump_json(), *common]
    pack, pack_config = options.policy_pack, options.policy_pack_config
    # Violations are in the event log only, an option for tools that call Pulumi.
    debug = {"PULUMI_DEBUG_COMMANDS": "true"} if pack else {}
    return Task(
        stack=stack.name,
        operation=options.operation,
        directory=fleet.project.file.parent.absolute(),
        results=options.results.absolute(),
        fingerprint=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        environment={**backend, **stack.options.environment, **debug},
        secrets_provider=stack.options.secrets_provider,
        creates=options.creates,
        fail_on=options.fail_on,
        patience=options.patience,
        policy_pack=pack.absolute() if pack else None,
        policy_pack_config=pack_config.absolute() if pack_config else None,
    )


def _fingerprint_of_policies(options: Options) -> list[str]:
    """The policy pack and the content of its file; nothing without a pack."""
    if not options.policy_pack:
        return []
    config = options.policy_pack_config
    return [str(options.policy_pack), hashlib.sha256(config.read_bytes()).hexdigest() if config else ""]


def _fingerprint_of_program(directory: Path) -> str:
    """The commit of the program, and what is changed in its tracked files; empty without Git."""
    commands: list[list[str]] = [["git", "rev-parse", "HEAD"], ["git", "diff", "HEAD", "--binary", "--", "*.py"]]
    return "\0".join(_output(command, directory) for command in commands)


def _output(command: list[str], directory: Path) -> str:
    try:
        completed = subprocess.run(  # noqa: S603 - arguments, no shell
            command, cwd=directory, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError:
        return ""
    return completed.stdout if completed.returncode == 0 else ""
