"""A sample of `make torture`: an operation meets trouble, and what comes after ends as if nothing had been."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.runs import attempt, sample_cases
from tests.torture.scene import Scene


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.mark.parametrize("number", range(8))
def test_trouble_is_told_and_passes(scene: Scene, tmp_path: Path, number: int) -> None:
    """One of each kind of trouble, on some request of the first `up`, a change or `destroy`; the seed says which."""
    case = sample_cases(scene.calls, 8, seed=1)[number]
    outcome = attempt(case, scene, tmp_path / "stack")
    assert outcome.lost is None, f"{case.label}\n{outcome.lost}"
