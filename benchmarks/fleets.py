"""What a fleet costs: its update, its previews with one worker and with two, and its commands without Pulumi."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome

from .figures import Figure
from .measurement import BenchmarkError, processes_of
from .programs import library
from .progress import report_progress
from .worlds import Json, network_id, settings, write_world

_CLUSTERS = 20
"""Clusters of a stack."""
_DEPLOYED = 60
"""Stacks that are updated and previewed."""
_STACKS = 300
"""Stacks of the commands that read and write files only."""
_ZONES = [
    "privatelink.westus.kusto.windows.net",
    "privatelink.blob.core.windows.net",
    "privatelink.queue.core.windows.net",
    "privatelink.table.core.windows.net",
]
_ALL = ("--select", "group=all")
"""The stacks with clusters."""
_ENDPOINTS = 900
"""Private endpoints of a network, of which Azure allows 1,000."""
_SECONDS_BETWEEN_SAMPLES = 0.5


def measure_fleet(stacks: int = _DEPLOYED) -> Iterator[Figure]:
    """Update native clusters of one consumer, preview them, and report previews in which every stack changes."""
    with tempfile.TemporaryDirectory() as directory:
        fleet = _Fleet(Path(directory) / "deployed", stacks)
        fleet.deploy()
        yield from _rates("up", stacks, fleet.run("up", *_ALL, "--yes", "--workers", "2"))
        for workers in ("1", "2"):
            result = fleet.run("preview", *_ALL, "--workers", workers, "--results", f"previews-{workers}")
            yield from _rates(f"preview.{workers}_workers", stacks, result)
        fleet.write_inventory(tags={"owner": "network"})
        fleet.run("write")
        yield from _rates("preview.changed.2_workers", stacks, fleet.run("preview", *_ALL, "--workers", "2"))
        yield from _measure_files(Path(directory) / "files", fleet)


def _measure_files(directory: Path, deployed: _Fleet) -> Iterator[Figure]:
    """The commands that ask neither Pulumi nor Azure, on copies of what the deployed stacks have."""
    fleet = _Fleet(directory, _STACKS)
    for name, command in (("write", ["write"]), ("check", ["check"])):
        yield _seconds(f"{_STACKS}_stacks.{name}", fleet.run(*command))
    for kind in ("preview", "preview/previews", "outputs"):
        source, target = deployed.directory / "fleet-results" / kind, directory / "fleet-results" / kind
        target.mkdir(parents=True)
        for number in range(1, _STACKS + 1):
            of = (number - 1) % deployed.stacks + 1
            text = (source / f"all.{of}.json").read_text()
            (target / f"all.{number}.json").write_text(text.replace(f"all.{of}", f"all.{number}"))
    for name, command in (("report", ["report"]), ("page", ["page"])):
        yield _seconds(f"{_STACKS}_stacks.{name}", fleet.run(*command))


def _rates(name: str, stacks: int, run: _Run) -> Iterator[Figure]:
    yield Figure(f"fleet.{stacks}_stacks.{name}.rate", stacks / run.wall * 60, "stacks a minute")
    yield Figure(f"fleet.{stacks}_stacks.{name}.cpu", run.cpu / stacks, "s of CPU a stack")
    yield Figure(f"fleet.{stacks}_stacks.{name}.memory", run.memory, "MB")


def _seconds(name: str, run: _Run) -> Figure:
    return Figure(f"fleet.{name}", run.wall, "s")


@dataclass(frozen=True)
class _Run:
    wall: float
    cpu: float
    """Seconds of the whole machine: an engine does not wait for plugins that it stops, so its own time lacks theirs."""
    memory: float
    """The maximum of all its processes together, in megabytes; shared memory counts once."""


class _Fleet:
    """A fleet of native clusters, in a sandbox of its own."""

    def __init__(self, directory: Path, stacks: int) -> None:
        self.directory, self.stacks = directory, stacks
        networks = -(-stacks * _CLUSTERS // _ENDPOINTS)
        self._consumers = {f"team{number}": f"22222222-2222-2222-2222-{number:012}" for number in range(networks)}
        directory.mkdir()
        library().write(directory)
        self.write_inventory()
        self._home = SandboxHome(directory / ".sandbox")

    def write_inventory(self, tags: dict[str, str] | None = None) -> None:
        """Write the inventory, with the tags of all consumers."""
        clusters: Json = settings(self.stacks * _CLUSTERS, "native")["clusters"]
        keys = [*clusters]
        networks = [network_id(*consumer) for consumer in self._consumers.items()]
        consumers = {
            key: {
                "clusters": keys[number * _ENDPOINTS : (number + 1) * _ENDPOINTS],
                "subnet_id": f"{networks[number]}/subnets/clients",
            }
            for number, key in enumerate(self._consumers)
        }
        group = networks[0].partition("/providers/")[0]
        inventory: Json = {
            "group_by": [],
            "at_most": _CLUSTERS,
            "defaults": {"consumer": {"tags": tags or {}}},
            "clusters": clusters,
            "consumers": consumers,
            "zones": {"west": {"resource_group_id": group, "names": _ZONES}},
        }
        (self.directory / "fleet.yaml").write_text(yaml.safe_dump(inventory, sort_keys=False))

    def deploy(self) -> None:
        """Create all stacks, and the zones, which the others need."""
        world = self.directory / "world.yaml"
        write_world(world, self.stacks * _CLUSTERS, "native", self._consumers)
        self._home.reset(world)
        self.run("write")
        self.run("up", "--yes", "--create", "--select", "group=zones")
        for number in range(1, self.stacks + 1):
            command = ["pulumi", "--non-interactive", "stack", "init", f"all.{number}"]
            subprocess.run(command, cwd=self.directory, env=self._environment, check=True, capture_output=True)

    @property
    def _environment(self) -> dict[str, str]:
        return sandbox_environment(self._home, os.environ)

    def run(self, *arguments: str) -> _Run:
        """Run a command of the fleet."""
        report_progress(f"fleet of {self.stacks} stacks: {' '.join(arguments)}")
        command = [str(Path(sys.executable).with_name("adx-private-link")), "fleet", *arguments]
        output = self.directory / "output.txt"
        with output.open("w") as file:
            started, busy = time.perf_counter(), _busy_seconds()
            process = subprocess.Popen(
                command, cwd=self.directory, env=self._environment, stdout=file, stderr=subprocess.STDOUT
            )
            sampler = _MemorySampler(process.pid)
            sampler.start()
            code = process.wait()
            wall = time.perf_counter() - started
            cpu = _busy_seconds() - busy
            sampler.ended.set()
            sampler.join()
        if code:
            raise BenchmarkError(f"{' '.join(command)} failed:\n{output.read_text()[-4000:]}")
        return _Run(wall, cpu, sampler.memory)


class _MemorySampler(threading.Thread):
    """Samples the memory of a process and of everything below it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.memory = 0.0
        self._root = psutil.Process(pid)

    def run(self) -> None:
        while not self.ended.wait(_SECONDS_BETWEEN_SAMPLES):
            self.memory = max(self.memory, sum(map(_memory, processes_of(self._root))))


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def _memory(process: psutil.Process) -> float:
    """The memory of a process, in megabytes, with its part of what it shares with others."""
    try:
        return process.memory_full_info().pss / 1024**2
    except (psutil.Error, OSError):
        return 0.0
