"""What was measured: a line each for people, JSON for the next comparison."""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure."""

    name: str
    """`preview.50_clusters.wall`, from what is measured to how."""
    value: float
    unit: str
    """`x` for a ratio of pairs that were measured one after the other."""

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3g} {self.unit}"


def ratio(name: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """The median of the ratios of pairs: the machine's speed drifts, and both of a pair meet the same."""
    return Figure(name, statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), "x")


def median(name: str, values: Iterable[float], unit: str) -> Figure:
    """The median of several runs."""
    return Figure(name, statistics.median(values), unit)


def write(file: Path, figures: Sequence[Figure]) -> None:
    """Figures with their machine and date; those of other parts stay, since all of it takes hours."""
    taken = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
    }
    known: dict[str, object] = json.loads(file.read_text()) if file.exists() else {}
    new = {each.name: {"value": each.value, "unit": each.unit, **taken} for each in figures}
    file.write_text(json.dumps({**known, **new}, indent=2) + "\n")


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", file.read_text()) if file.exists() else None
    return found[1] if found else platform.processor()
