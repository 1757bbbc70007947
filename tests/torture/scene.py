"""The scene of all cases: every phase without trouble, with its requests and its end."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from azure_sandbox.azure import Json, Trouble
from azure_sandbox.testing import Run, Stack, environment
from tests.stack import harness
from tests.stack.proofs import verify_from

from .phases import COMMANDS, PHASES, settings_in, write_world


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


class Scene:
    """Every phase, run once without trouble: its start, its requests and its end."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.calls: list[Call] = []
        self._endings: dict[str, Ending] = {}
        directory.mkdir(exist_ok=True)
        world = directory / "world.yaml"
        write_world(world)
        self._fixed_ids = {*_GUID.findall(world.read_text())}
        stack = harness.Stack(directory / "play", world)
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
            self._endings[phase] = self._read_ending(stack)

    def stage(self, phase: str, directory: Path) -> Stack:
        """A copy of the stack at the start of a phase."""
        return _copied(self._directory / phase, directory)

    def difference(self, phase: str, stack: Stack) -> str | None:
        """The difference to the end without trouble; None if there is none."""
        actual, expected = self._read_ending(stack), self._endings[phase]
        if lost := set(expected.urns) ^ set(actual.urns):
            return f"the state differs in {sorted(lost)}"
        differing = [
            resource
            for resource in (*actual.world, *expected.world)
            if not (resource in actual.world and resource in expected.world)
        ]
        return f"the world differs: {differing}" if differing else None

    def _read_ending(self, stack: Stack) -> Ending:
        world = _normalise(stack.world(), self._fixed_ids)
        return Ending(world, sorted(resource["urn"] for resource in stack.state()))

    def _start(self, phase: str, stack: Stack) -> None:
        if phase != "destroy":
            stack.configure(**settings_in(phase))
        if phase == "lock-down":
            for consumer in ("red", "blue"):
                verify_from(stack, consumer, stack.directory / f"{consumer}.json")
        start = _copied(stack.directory, self._directory / phase)
        start.home.azure.end_troubles()


def act(stack: Stack, phase: str) -> Run:
    """Run the operation of a phase."""
    match phase:
        case "destroy":
            return stack.destroy()
        case _ if phase in COMMANDS:
            completed = _run(stack, *COMMANDS[phase])
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


def _copied(source: Path, directory: Path) -> Stack:
    shutil.copytree(source, directory)
    return harness.Stack.open(directory)


_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GENERATED = {
    "etag",
    "linkIdentifier",
    "timestamp",
    "correlationId",
    "duration",
    "macAddress",
    "internalId",
    "serialNumber",
    "systemData",
}


_RECORD_OF_DEPLOYMENT = {"parameters", "providers", "outputResources"}
"""What a deployment put when it ran last, which is nothing once a connection is approved. Connections are compared."""


def _member_of(configuration: Json) -> str:
    """What of its target an address of an interface leads to; a private link service has no such parts."""
    link: Json = configuration["properties"].get("privateLinkConnectionProperties") or {}
    return str(link.get("requiredMemberName", ""))


def _normalise(world: list[Json], fixed_ids: Collection[str]) -> list[Any]:
    """A world without what Azure generates: GUIDs other than these, etags, records, and the choice of addresses."""
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

    resources = (normalised(_without_record(resource)) for resource in world)
    return sorted(resources, key=lambda resource: str(resource["id"]))


def _without_record(resource: Json) -> Json:
    """A resource as it is; a deployment without what it put."""
    if resource["type"] != "Microsoft.Resources/deployments":
        return resource
    kept = {name: value for name, value in resource["properties"].items() if name not in _RECORD_OF_DEPLOYMENT}
    return {**resource, "properties": kept}
