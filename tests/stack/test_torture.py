"""A sample of `make torture`: an operation meets trouble, and the operations after it end as without the trouble."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.runs import attempt, sample_cases
from tests.torture.scene import Scene


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.mark.parametrize("number", range(9))
def test_a_stack_recovers_from_trouble(scene: Scene, tmp_path: Path, number: int) -> None:
    """The seed selects one request of an `up`, a change or a `destroy` for each kind of trouble."""
    case = sample_cases(scene.calls, 9, seed=1)[number]
    outcome = attempt(case, scene, tmp_path / "stack")
    assert outcome.lost is None, f"{case.label}\n{outcome.lost}"
