"""The measurement of one `pulumi` command: its time, and the time and memory of its program and its provider."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_INTERVAL = 0.02
"""Seconds between two samples of the processes."""
_SPAN = 0.1
"""Seconds over which the work of processes is compared; Linux counts CPU time in hundredths of a second."""


@dataclass(frozen=True)
class Measurement:
    """The measurement of one command."""

    wall: float
    """Seconds."""
    program_cpu: float
    program_memory: float
    """The maximum, in megabytes."""
    provider_cpu: float
    provider_alone: float
    """Seconds in which the provider worked, while the engine and the program waited for it."""


class BenchmarkError(Exception):
    """A command that failed while it was measured."""


def measure(command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> Measurement:
    """Run a `pulumi` command, and measure its processes."""
    output = directory / "output.txt"
    with output.open("w") as file:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=directory, env={**environment}, stdout=file, stderr=subprocess.STDOUT)
        sampler = _Sampler(process.pid)
        sampler.start()
        code = process.wait()
        wall = time.perf_counter() - started
        sampler.ended.set()
        sampler.join()
    if code:
        raise BenchmarkError(f"{' '.join(command)} failed:\n{output.read_text()[-4000:]}")
    return Measurement(
        wall,
        program_cpu=sampler.cpu("program"),
        program_memory=sampler.memory("program"),
        provider_cpu=sampler.cpu("provider"),
        provider_alone=sampler.provider_alone,
    )


class _Sampler(threading.Thread):
    """Samples the CPU time and the memory of all processes of a command while it runs."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self._root = psutil.Process(pid)
        self._kinds: dict[int, str] = {}
        self._cpu: dict[int, float] = {}
        self._memory: dict[int, float] = {}
        self.provider_alone = 0.0

    def run(self) -> None:
        since, provider, others = time.perf_counter(), 0.0, 0.0
        while not self.ended.wait(_INTERVAL):
            self._sample()
            if (span := time.perf_counter() - since) >= _SPAN:
                provider_work = self.cpu("provider") - provider
                other_work = self.cpu("program") + self.cpu("") - others
                self.provider_alone += min(provider_work, max(0.0, span - other_work))
                since, provider, others = since + span, provider + provider_work, others + other_work

    def _sample(self) -> None:
        for process in processes_of(self._root):
            try:
                kind = self._kinds.get(process.pid) or _kind(process.cmdline())
                times = process.cpu_times()
                self._kinds[process.pid] = kind
                self._cpu[process.pid] = times.user + times.system
                if kind == "program":
                    memory = max(self._memory.get(process.pid, 0.0), _max_memory(process.pid))
                    self._memory[process.pid] = memory
            except (psutil.Error, OSError):
                continue

    def cpu(self, kind: str) -> float:
        return sum(self._cpu[pid] for pid in self._pids(kind))

    def memory(self, kind: str) -> float:
        return max((self._memory.get(pid, 0.0) for pid in self._pids(kind)), default=0.0)

    def _pids(self, kind: str) -> list[int]:
        return [pid for pid, other_kind in self._kinds.items() if other_kind == kind]


def processes_of(root: psutil.Process) -> Iterator[psutil.Process]:
    """A process, and all that it started."""
    try:
        yield from (root, *root.children(recursive=True))
    except psutil.Error:
        return


def _kind(command: Sequence[str]) -> str:
    """`program`, `provider`, or empty for every other process."""
    line = " ".join(command)
    if "pulumi-language-python-exec" in line:
        return "program"
    return "provider" if "azure_sandbox.provider" in line else ""


def _max_memory(pid: int) -> float:
    """The maximum memory of a process, from Linux's own count, in megabytes."""
    match = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(match[1]) / 1024 if match else 0.0
