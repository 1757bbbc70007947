"""The scene of all cases: a cluster of each kind, two consumers, the phases of their life, and how each phase ends."""

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
from tests.stack.worlds import BOTH_KINDS, both_kinds

PHASES = ("up", "change", "migrate", "roll-back", "destroy")
"""
A first deployment, an update with updates and replacements that also prepares the injected cluster for its move, the
move and the way back, and the end.
"""

COMMANDS = ("migrate", "roll-back")
"""The phases that are commands of this library, which run several updates."""


@dataclass(frozen=True)
class Call:
    """One request of a provider to Azure: the `occurrence`th of its kind in a phase."""

    phase: str
    text: str
    """`PUT /subscriptions/…`, with `*` for what Azure generates."""
    occurrence: int

    @property
    def method(self) -> str:
        return self.text.split()[0]


@dataclass(frozen=True)
class Ending:
    """The resources in Azure and in the state after a phase."""

    world: list[Any]
    urns: list[str]


def first_settings() -> Json:
    """The settings of the first deployment: `one` is injected, and `two` is native."""
    settings = both_kinds()
    settings["clusters"] = {"one": settings["clusters"]["old"], "two": settings["clusters"]["new"]}
    settings["consumers"]["red"]["dns"]["ttl"] = settings["consumers"]["blue"]["dns"]["ttl"] = 2
    return settings


def changed_settings() -> Json:
    """
    The settings of the update: a new frontend replaces a service and its endpoints, and a new interface an endpoint of
    the native cluster with its zone group. Tags and a TTL are updated.
    """
    settings = first_settings()
    settings["clusters"]["one"] |= {"services": {"engine": {"frontend": "spare"}}, "targets": "both"}
    settings["consumers"]["blue"]["dns"]["ttl"] = 1
    settings["consumers"]["blue"]["endpoints"] = {"two": {"cluster": {"interface_name": "nic-two"}}}
    settings["consumers"]["red"]["tags"] = {"owner": "data"}
    return settings


class Scene:
    """Every phase, run once without trouble: its start, its requests and its end."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.calls: list[Call] = []
        self._endings: dict[str, Ending] = {}
        stack = harness.Stack(directory / "play", BOTH_KINDS)
        # A trouble that no request meets makes Azure record the requests.
        stack.home.azure.add_trouble(Trouble(kind="slow", times=0))
        counted: Counter[str] = Counter()
        for phase in PHASES:
            # The recorded requests include those of earlier phases.
            self._start(phase, stack)
            run = act(stack, phase)
            if not run.succeeded:
                raise AssertionError(f"{phase} fails without any trouble:\n{run.output}")
            calls = Counter(stack.home.azure.calls())
            self.calls += [
                Call(phase, text, occurrence)
                for text, count in calls.items()
                for occurrence in range(1, count - counted[text] + 1)
            ]
            counted = calls
            self._endings[phase] = read_ending(stack)

    def stage(self, phase: str, directory: Path) -> Stack:
        """A copy of the stack at the start of a phase."""
        return _copied(self._directory / phase, directory)

    def difference(self, phase: str, stack: Stack) -> str | None:
        """The difference to the end without trouble; None if there is none."""
        actual, expected = read_ending(stack), self._endings[phase]
        if lost := set(expected.urns) ^ set(actual.urns):
            return f"the state differs in {sorted(lost)}"
        differing = [
            resource
            for resource in (*actual.world, *expected.world)
            if not (resource in actual.world and resource in expected.world)
        ]
        return f"the world differs: {differing}" if differing else None

    def _start(self, phase: str, stack: Stack) -> None:
        if phase != "destroy":
            stack.configure(**(first_settings() if phase == "up" else changed_settings()))
        start = _copied(stack.directory, self._directory / phase)
        start.home.azure.end_troubles()


def act(stack: Stack, phase: str) -> Run:
    """Run the operation of a phase."""
    match phase:
        case "destroy":
            return stack.destroy()
        case _ if phase in COMMANDS:
            completed = _run(stack, phase, "one", "--bridge", "--resume", "--owner", "nobody", "--yes")
            return Run(completed.returncode, [], completed.stdout + completed.stderr, [])
        case _:
            return stack.up()


def repair(stack: Stack) -> subprocess.CompletedProcess[str]:
    """Run `adx-private-link repair`, as after an interrupted update."""
    return _run(stack, "repair", "--yes")


def _run(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["adx-private-link", *arguments, "--stack", "test"],
        cwd=stack.directory,
        env=environment(stack.home, warm=stack.warm),
        capture_output=True,
        text=True,
        check=False,
    )


def read_ending(stack: Stack) -> Ending:
    return Ending(_normalise(stack.world()), sorted(resource["urn"] for resource in stack.state()))


def _copied(source: Path, directory: Path) -> Stack:
    shutil.copytree(source, directory)
    return harness.Stack.open(directory)


_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GENERATED = {
    "etag",
    "linkIdentifier",
    "timestamp",
    "correlationId",
    "duration",
    "macAddress",
    "internalId",
    "serialNumber",
}


def _member_of(configuration: Json) -> str:
    """What of its target an address of an interface leads to; a private link service has no such parts."""
    link: Json = configuration["properties"].get("privateLinkConnectionProperties") or {}
    return str(link.get("requiredMemberName", ""))


def _normalise(world: list[Json]) -> list[Any]:
    """A world without what Azure generates: GUIDs, etags, and the choice of addresses."""
    fixed_ids = set(re.findall(r"[0-9a-f-]{36}", BOTH_KINDS.read_text()))
    owners = {
        configuration["properties"]["privateIPAddress"]: f"address of {resource['id']} {_member_of(configuration)}"
        for resource in world
        if resource["type"] == "Microsoft.Network/networkInterfaces"
        for configuration in resource["properties"]["ipConfigurations"]
    }

    def normalised(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: normalised(item) for name, item in cast("Json", value).items() if name not in _GENERATED}
        if isinstance(value, list):
            return [normalised(item) for item in cast("list[Any]", value)]
        if isinstance(value, str):
            return _GUID.sub(lambda match: match[0] if match[0] in fixed_ids else "*", owners.get(value, value))
        return value

    return sorted((normalised(copy.copy(resource)) for resource in world), key=lambda resource: str(resource["id"]))
