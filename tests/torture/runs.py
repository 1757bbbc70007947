"""Which trouble meets which request, and whether the library stands it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azure_sandbox.azure import Trouble
from azure_sandbox.azure.trouble import KILLS, Kind
from azure_sandbox.testing import Run, Stack

from .scene import PHASES, Call, Scene, act, repair

_GIVES_UP = 4
"""The provider tries four times; only then does a program hear of it."""
_LINKS = 500
# The language host has one of its own when an update ends before its program does.
_OUR_TRACEBACK = re.compile(r'File ".*adx_private_link/')

# What can meet a request. A GET has no operation that fails afterwards; only services and endpoints show late.
_MEETS: dict[str, dict[Kind, int]] = {
    "PUT": {"throttled": _GIVES_UP, "conflict": _GIVES_UP, "refused": 1, "retryable": 1, "failed": 1},
    "DELETE": {"throttled": _GIVES_UP, "conflict": _GIVES_UP, "refused": 1, "failed": 1},
    "GET": {"throttled": _GIVES_UP, "refused": 1},
}
_SHOWS_LATE = ("/privatelinkservices/", "/privateendpoints/")


@dataclass(frozen=True)
class Case:
    """A phase and the trouble that it meets."""

    phase: str
    trouble: Trouble

    @property
    def label(self) -> str:
        how = " each" if self.trouble.each else f" #{self.trouble.skip + 1}" if self.trouble.skip else ""
        return f"{self.phase} {self.trouble.kind} {self.trouble.on}{how}"

    @property
    def kills(self) -> bool:
        return self.trouble.kills


@dataclass(frozen=True)
class Outcome:
    """How a case ended."""

    case: Case
    runs: int
    lost: str | None
    """What went wrong that must not; None when all is well."""


def cases(calls: list[Call]) -> list[Case]:
    """
    Every request of every phase with every trouble that can meet it.

    A case is one trouble for all requests of a method in a phase, each of which meets it once: the first update ends at
    the first of them, the next one goes on from there, and so to the end.
    """
    met = sorted({(call.phase, call.method) for call in calls}, key=lambda each: (PHASES.index(each[0]), each[1]))
    return [each for phase, method in met for each in _all_of(phase, method)]


def sample(calls: list[Call], count: int, seed: int) -> list[Case]:
    """Some requests that change something, each alone with one trouble; no kind of trouble comes more than others."""
    chosen = random.Random(seed)
    by_kind: dict[Kind, list[Case]] = {}
    for call in calls:
        for each in _alone(call):
            by_kind.setdefault(each.trouble.kind, []).append(each)
    kinds = sorted(by_kind)
    return [chosen.choice(by_kind[kinds[number % len(kinds)]]) for number in range(count)]


def _all_of(phase: str, method: str) -> Iterator[Case]:
    kinds: dict[Kind, int] = {**_MEETS[method], "unavailable": 1, **dict.fromkeys(KILLS, 1)}
    for kind, times in kinds.items():
        # A resource is read before it is made, after it was made, and looked up.
        for skip in range(3 if method == "GET" and kind in _MEETS[method] else 1):
            yield Case(phase, Trouble(kind=kind, on=f"{method} *", each=True, skip=skip, times=times))
    if method == "PUT":
        for type in _SHOWS_LATE:
            yield Case(phase, Trouble(kind="lagging", on=f"PUT *{type}*", each=True))


def _alone(call: Call) -> Iterator[Case]:
    if call.method == "GET":
        return
    kinds: dict[Kind, int] = {**_MEETS[call.method], **dict.fromkeys(KILLS, 1)}
    if call.method == "PUT" and f"{call.text.rsplit('/', 1)[0]}/".endswith(_SHOWS_LATE):
        kinds["lagging"] = 1
    for kind, times in kinds.items():
        yield Case(call.phase, Trouble(kind=kind, on=call.text, skip=call.occurrence - 1, times=times))


def attempt(case: Case, scene: Scene, directory: Path) -> Outcome:
    """Let a phase meet its trouble; what comes after must end as if nothing had been."""
    stack = scene.stage(case.phase, directory)
    azure = stack.home.azure
    azure.add_trouble(case.trouble)
    stack.warm = not case.kills
    runs = 0
    for runs in range(1, _LINKS if case.trouble.each else 2):
        run = act(stack, case.phase)
        lost = _complaint(case, run) or (_repaired(stack) if case.kills and not run.succeeded else None)
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
    return Outcome(case, runs, scene.ended_well(case.phase, stack))


def _repaired(stack: Stack) -> str | None:
    """Repairs; a repair that is killed in its turn is run again."""
    while True:
        before = stack.home.azure.troubles()
        done = repair(stack)
        if done.returncode == 0:
            return None
        if stack.home.azure.troubles() == before or _OUR_TRACEBACK.search(done.stderr):
            return f"repair fails:\n{done.stdout}{done.stderr}"


def _complaint(case: Case, run: Run) -> str | None:
    """What a failing run fails to say."""
    if run.succeeded or case.trouble.kind == "kills-engine":
        return None
    if _OUR_TRACEBACK.search(run.output):
        return f"a traceback:\n{run.output}"
    # The program has no part in `destroy`: there the words are the engine's and Azure's own.
    if case.phase != "destroy" and not re.search(r"Next: |^ *-> ", run.output, re.MULTILINE):
        return f"no next step:\n{run.output}"
    if not re.search(r"\b(one|two|red|blue|westus)\b", run.output):
        return f"nothing is named:\n{run.output}"
    return None
