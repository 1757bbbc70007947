"""Two clusters, two consumers: what is done to them, from where to where, and how it ends when nothing goes wrong."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from azure_sandbox.azure import Json, Trouble
from azure_sandbox.testing import Run, Stack, environment
from tests.stack import harness
from tests.stack.worlds import TWO_BY_TWO, everybody

PHASES = ("up", "change", "destroy")
"""A first deployment; one that updates, replaces and keeps; and the end."""


@dataclass(frozen=True)
class Call:
    """One request of a provider to Azure: the `occurrence`th of its kind in a phase."""

    phase: str
    text: str
    """`PUT /subscriptions/…`; what Azure makes up is a `*`."""
    occurrence: int

    @property
    def method(self) -> str:
        return self.text.split()[0]


@dataclass(frozen=True)
class Ending:
    """What is there when a phase has ended well."""

    world: list[Any]
    urns: list[str]


def changed() -> Json:
    """Another frontend makes a service anew with all that hangs on it; tags and a record's TTL change in place."""
    settings = everybody()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    settings["clusters"]["two"]["tags"] = {"owner": "data"}
    settings["consumers"]["blue"]["dns"]["ttl"] = 60
    return settings


class Scene:
    """Every phase once without trouble: where it starts, which requests it makes, and how it ends."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.calls: list[Call] = []
        self._ending: dict[str, Ending] = {}
        stack = harness.Stack(directory / "play", TWO_BY_TWO)
        # Remembers the requests, and troubles nobody.
        stack.home.azure.add_trouble(Trouble(kind="slow", times=0))
        counted: Counter[str] = Counter()
        for phase in PHASES:
            # What the last phase asked stays asked: only the number of requests starts anew.
            self._start(phase, stack)
            run = act(stack, phase)
            if not run.succeeded:
                raise AssertionError(f"{phase} fails without any trouble:\n{run.output}")
            made = Counter(stack.home.azure.calls())
            self.calls += [
                Call(phase, text, occurrence)
                for text, count in made.items()
                for occurrence in range(1, count - counted[text] + 1)
            ]
            counted = made
            self._ending[phase] = ending(stack)

    def stage(self, phase: str, directory: Path) -> Stack:
        """A stack of its own where a phase starts."""
        return _copied(self._directory / phase, directory)

    def ended_well(self, phase: str, stack: Stack) -> str | None:
        """What is not as it would be without trouble, if anything."""
        found, wanted = ending(stack), self._ending[phase]
        if lost := set(wanted.urns) ^ set(found.urns):
            return f"the state differs in {sorted(lost)}"
        differing = [
            each for each in (*found.world, *wanted.world) if not (each in found.world and each in wanted.world)
        ]
        return f"the world differs: {differing}" if differing else None

    def _start(self, phase: str, stack: Stack) -> None:
        if phase != "destroy":
            stack.configure(**(everybody() if phase == "up" else changed()))
        start = _copied(stack.directory, self._directory / phase)
        start.home.azure.end_troubles()


def act(stack: Stack, phase: str) -> Run:
    """Do what the phase does."""
    return stack.destroy() if phase == "destroy" else stack.up()


def repair(stack: Stack) -> subprocess.CompletedProcess[str]:
    """What docs/how-to/your-own-clusters.md says to do after an interrupted update."""
    return subprocess.run(
        ["adx-private-link", "repair", "--stack", "test", "--yes"],
        cwd=stack.directory,
        env=environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
    )


def ending(stack: Stack) -> Ending:
    return Ending(_shape(stack.world()), sorted(each["urn"] for each in stack.state()))


def _copied(source: Path, directory: Path) -> Stack:
    shutil.copytree(source, directory)
    return harness.Stack.opened(directory)


_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MADE_UP = {
    "etag",
    "linkIdentifier",
    "timestamp",
    "correlationId",
    "duration",
    "macAddress",
    "internalId",
    "serialNumber",
}


def _shape(world: list[Json]) -> list[Any]:
    """A world without what Azure makes up anew each time: guids, etags, and which address is whose."""
    given = set(re.findall(r"[0-9a-f-]{36}", TWO_BY_TWO.read_text()))
    owners = {
        configuration["properties"]["privateIPAddress"]: f"address of {each['id']}"
        for each in world
        if each["type"] == "Microsoft.Network/networkInterfaces"
        for configuration in each["properties"]["ipConfigurations"]
    }

    def shaped(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shaped(each) for name, each in cast("Json", value).items() if name not in _MADE_UP}
        if isinstance(value, list):
            return [shaped(each) for each in cast("list[Any]", value)]
        if isinstance(value, str):
            return _GUID.sub(lambda found: found[0] if found[0] in given else "*", owners.get(value, value))
        return value

    return sorted((shaped(copy.copy(each)) for each in world), key=lambda each: str(each["id"]))
