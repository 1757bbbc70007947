"""What the policy pack costs: previews with it and without it, in turns."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from .figures import Figure, median, ratio
from .measurement import Measurement
from .programs import library
from .progress import report_progress
from .stacks import Stack

_PACK = Path(__file__).parents[1] / ".venv-policies" / "bin" / "adx-private-link-policies"


def compare_policies(clusters: int, runs: int) -> Iterator[Figure]:
    """Previews before anything is deployed, with all rules and without any."""
    with_pack: list[Measurement] = []
    without: list[Measurement] = []
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Path(directory), library(), clusters)
        for run in range(runs):
            report_progress(f"policies, {clusters} clusters: run {run + 1} of {runs}")
            without.append(stack.preview())
            with_pack.append(stack.preview("--policy-pack", str(_PACK)))
    name = f"policies.{clusters}_clusters"
    yield median(f"{name}.wall", [measurement.wall for measurement in with_pack], "s")
    yield median(f"{name}.without.wall", [measurement.wall for measurement in without], "s")
    yield ratio(
        f"{name}.to_without",
        [measurement.wall for measurement in with_pack],
        [measurement.wall for measurement in without],
    )
