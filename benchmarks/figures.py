"""Figures: the results of benchmarks, as lines for people and as JSON for the next comparison."""

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
    """One result."""

    name: str
    """The name, such as `preview.50_clusters.wall`."""
    value: float
    unit: str
    """The unit; `x` for a ratio."""

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3g} {self.unit}"


def ratio(name: str, values: Iterable[float], references: Iterable[float]) -> Figure:
    """The median of the ratios of pairs, because a machine's speed drifts, but not within a pair."""
    ratios = [value / reference for value, reference in zip(values, references, strict=True)]
    return Figure(name, statistics.median(ratios), "x")


def median(name: str, values: Iterable[float], unit: str) -> Figure:
    """The median of several runs."""
    return Figure(name, statistics.median(values), unit)


def write(file: Path, figures: Sequence[Figure]) -> None:
    """Write figures with the machine and the date; other figures in the file stay, because a full run takes hours."""
    origin = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
    }
    old: dict[str, object] = json.loads(file.read_text()) if file.exists() else {}
    new = {figure.name: {"value": figure.value, "unit": figure.unit, **origin} for figure in figures}
    file.write_text(json.dumps({**old, **new}, indent=2) + "\n")


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    match = re.search(r"model name\s*: (.*)", file.read_text()) if file.exists() else None
    return match[1] if match else platform.processor()
