"""One run of `pulumi`: how long it took, and what its program and its provider took."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_LOOKED = 0.02
"""Seconds between two looks at the processes."""
_SPAN = 0.1
"""Seconds over which is asked who has worked; Linux counts CPU in hundredths."""


@dataclass(frozen=True)
class Taken:
    """What one run has taken."""

    wall: float
    """Seconds."""
    program_cpu: float
    program_memory: float
    """Megabytes, at the most."""
    provider_cpu: float
    provider_alone: float
    """Seconds in which the provider worked, and neither the engine nor the program: they waited for it."""


class BenchmarkError(Exception):
    """What was to be measured has failed."""


def taken(command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> Taken:
    """Run a command of Pulumi's, and look at its processes meanwhile."""
    output = directory / "output.txt"
    with output.open("w") as file:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=directory, env={**environment}, stdout=file, stderr=subprocess.STDOUT)
        watch = _Watch(process.pid)
        watch.start()
        code = process.wait()
        wall = time.perf_counter() - started
        watch.over.set()
        watch.join()
    if code:
        raise BenchmarkError(f"{' '.join(command)} failed:\n{output.read_text()[-4000:]}")
    return Taken(
        wall,
        program_cpu=watch.cpu("program"),
        program_memory=watch.memory("program"),
        provider_cpu=watch.cpu("provider"),
        provider_alone=watch.provider_alone,
    )


class _Watch(threading.Thread):
    """Looks at all processes that a command has started, as long as it runs."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self._root = psutil.Process(pid)
        self._kinds: dict[int, str] = {}
        self._cpu: dict[int, float] = {}
        self._memory: dict[int, float] = {}
        self.provider_alone = 0.0

    def run(self) -> None:
        since, provider, others = time.perf_counter(), 0.0, 0.0
        while not self.over.wait(_LOOKED):
            self._look()
            if (span := time.perf_counter() - since) >= _SPAN:
                worked, others_worked = self.cpu("provider") - provider, self.cpu("program") + self.cpu("") - others
                self.provider_alone += min(worked, max(0.0, span - others_worked))
                since, provider, others = since + span, provider + worked, others + others_worked

    def _look(self) -> None:
        for each in self._processes():
            try:
                kind = self._kinds.get(each.pid) or _kind(each.cmdline())
                times = each.cpu_times()
                self._kinds[each.pid] = kind
                self._cpu[each.pid] = times.user + times.system
                if kind == "program":
                    self._memory[each.pid] = max(self._memory.get(each.pid, 0.0), _most_memory(each.pid))
            except (psutil.Error, OSError):
                continue

    def cpu(self, kind: str) -> float:
        return sum(self._cpu[pid] for pid, each in self._kinds.items() if each == kind)

    def memory(self, kind: str) -> float:
        return max((self._memory.get(pid, 0.0) for pid, each in self._kinds.items() if each == kind), default=0.0)

    def _processes(self) -> Iterator[psutil.Process]:
        try:
            yield from (self._root, *self._root.children(recursive=True))
        except psutil.Error:
            return


def _kind(command: Sequence[str]) -> str:
    said = " ".join(command)
    if "pulumi-language-python-exec" in said:
        return "program"
    return "provider" if "azure_sandbox.provider" in said else ""


def _most_memory(pid: int) -> float:
    """What Linux says that a process has had at the most."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
