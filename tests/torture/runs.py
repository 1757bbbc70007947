"""Cases of trouble: which request meets which trouble, and whether the library survives it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adx_private_link.next_steps import STOPPED
from azure_sandbox.azure import Trouble
from azure_sandbox.azure.trouble import KILLS, Kind
from azure_sandbox.testing import Run, Stack

from .scene import COMMANDS, PHASES, Call, Scene, act, repair

_ATTEMPTS = 4
"""The attempts of the provider, after which a program gets the error."""
_MAX_RUNS = 500
_SYMPTOM = "exited prematurely"
"""What the engine prints of a provider that has stopped, and the runbook lists as a symptom."""
# The language host prints a traceback of its own when an update ends before its program.
_OUR_TRACEBACK = re.compile(r'File ".*adx_private_link/')

# The trouble that a request can meet. A GET has no operation that fails later; only services and endpoints lag.
_KINDS_BY_METHOD: dict[str, dict[Kind, int]] = {
    "PUT": {
        "throttled": _ATTEMPTS,
        "conflict": _ATTEMPTS,
        "refused": 1,
        "retryable": 1,
        "failed": 1,
        "maintenance": 1,
    },
    # `az` tries once.
    "PATCH": {"throttled": 1, "conflict": 1, "refused": 1, "retryable": 1, "failed": 1, "maintenance": 1},
    "DELETE": {"throttled": _ATTEMPTS, "conflict": _ATTEMPTS, "refused": 1, "failed": 1},
    "GET": {"throttled": _ATTEMPTS, "refused": 1},
}
_LAGGING = ("/privatelinkservices/", "/privateendpoints/")


@dataclass(frozen=True)
class Case:
    """A phase, and the trouble that it meets."""

    phase: str
    trouble: Trouble

    @property
    def label(self) -> str:
        suffix = " each" if self.trouble.each else f" #{self.trouble.skip + 1}" if self.trouble.skip else ""
        return f"{self.phase} {self.trouble.kind} {self.trouble.on}{suffix}"

    @property
    def kills(self) -> bool:
        return self.trouble.kills


@dataclass(frozen=True)
class Outcome:
    """The outcome of a case."""

    case: Case
    runs: int
    lost: str | None
    """The failure; None for a success."""


def all_cases(calls: list[Call]) -> list[Case]:
    """
    The cases of every phase: every request meets every trouble that it can meet.

    In a case, all requests of one method meet one trouble once each: the first update ends at the first request, the
    next update at the second, and so on.
    """
    calls_by_method: dict[tuple[int, str], list[Call]] = {}
    for call in calls:
        calls_by_method.setdefault((PHASES.index(call.phase), call.method), []).append(call)
    return [case for _, same in sorted(calls_by_method.items()) for case in _cases_of_method(same)]


def sample_cases(calls: list[Call], count: int, seed: int) -> list[Case]:
    """Random cases of single requests that change something; every kind of trouble has the same share."""
    generator = random.Random(seed)
    by_kind: dict[Kind, list[Case]] = {}
    for call in calls:
        for case in _cases_of_call(call):
            by_kind.setdefault(case.trouble.kind, []).append(case)
    kinds = sorted(by_kind)
    return [generator.choice(by_kind[kinds[number % len(kinds)]]) for number in range(count)]


def _cases_of_method(calls: Sequence[Call]) -> Iterator[Case]:
    """The cases of the calls of one method in one phase."""
    phase, method = calls[0].phase, calls[0].method
    kinds: dict[Kind, int] = {**_KINDS_BY_METHOD[method], "unavailable": 1, **dict.fromkeys(KILLS, 1)}
    for kind, times in kinds.items():
        # A resource is read before and after its creation, and by a look-up.
        is_repeated = method == "GET" and kind in _KINDS_BY_METHOD[method]
        for skip in range(min(3, max(call.occurrence for call in calls)) if is_repeated else 1):
            yield Case(phase, Trouble(kind=kind, on=_requests(phase, method), each=True, skip=skip, times=times))
    if method == "PUT":
        for type in _LAGGING:
            if any(type in call.text for call in calls):
                yield Case(phase, Trouble(kind="lagging", on=f"PUT *{type}*", each=True))


def _requests(phase: str, method: str) -> str:
    """
    The requests of a method in a phase that meet trouble.

    A command looks at everything in each of its steps; trouble with what it only looks at ends it before it has changed
    anything. The cluster is what it waits for.
    """
    is_look_of_command = method == "GET" and phase in COMMANDS
    return "GET */microsoft.kusto/clusters/*" if is_look_of_command else f"{method} *"


def _cases_of_call(call: Call) -> Iterator[Case]:
    if call.method == "GET":
        return
    kinds: dict[Kind, int] = {**_KINDS_BY_METHOD[call.method], **dict.fromkeys(KILLS, 1)}
    if call.method == "PUT" and f"{call.text.rsplit('/', 1)[0]}/".endswith(_LAGGING):
        kinds["lagging"] = 1
    for kind, times in kinds.items():
        yield Case(call.phase, Trouble(kind=kind, on=call.text, skip=call.occurrence - 1, times=times))


def attempt(case: Case, scene: Scene, directory: Path) -> Outcome:
    """Run a phase with its trouble, then without; it must end as if there had been no trouble."""
    stack = scene.stage(case.phase, directory)
    azure = stack.home.azure
    azure.add_trouble(case.trouble)
    stack.warm = not case.kills
    runs = 0
    for runs in range(1, _MAX_RUNS if case.trouble.each else 2):
        run = act(stack, case.phase)
        lost = _missing_text(case, run) or (_repaired(stack) if case.kills and not run.succeeded else None)
        if lost:
            return Outcome(case, runs, lost)
        if run.succeeded:
            break
    if not any(met for _, met in azure.troubles()):
        return Outcome(case, runs, "the trouble was never met")
    azure.end_troubles()
    stack.warm = True
    run = act(stack, case.phase)
    if not run.succeeded:
        return Outcome(case, runs, f"afterwards it still fails:\n{run.output}")
    return Outcome(case, runs, scene.difference(case.phase, stack))


def _repaired(stack: Stack) -> str | None:
    """Repair the stack, again if a repair is killed. Returns the failure."""
    while True:
        before = stack.home.azure.troubles()
        completed = repair(stack)
        if completed.returncode == 0:
            return None
        if stack.home.azure.troubles() == before or _OUR_TRACEBACK.search(completed.stderr):
            return f"repair fails:\n{completed.stdout}{completed.stderr}"


def _missing_text(case: Case, run: Run) -> str | None:
    """The failure if the output of a failed run lacks a next step or a name."""
    if run.succeeded or case.trouble.kind == "kills-engine":
        return None
    if _OUR_TRACEBACK.search(run.output):
        return f"a traceback:\n{run.output}"
    # `destroy` does not run the program, so its output is the engine's and Azure's.
    has_step = re.search(r"Next: |^ *-> ", run.output, re.MULTILINE) or _is_stopped_before_operation(run)
    if case.phase != "destroy" and not has_step:
        return f"no next step:\n{run.output}"
    if not re.search(r"\b(one|two|adxone|newone|red|blue|westus)\b", run.output):
        return f"nothing is named:\n{run.output}"
    return None


def _is_stopped_before_operation(run: Run) -> bool:
    """
    Whether the provider stopped before the engine began the operations of the resources that it names.

    The engine asks the provider to check a resource's inputs first, and hooks have a say in operations only. Then the
    symptom leads to the runbook's next step.
    """
    stopped = re.finditer(rf"^([\w.-]+): .*(?:{STOPPED})", run.output, re.MULTILINE)
    named = {match[1] for match in stopped}
    begun = {operation.rpartition(" ")[2] for operation in run.operations}
    return _SYMPTOM in run.output and bool(named) and begun.isdisjoint(named)
