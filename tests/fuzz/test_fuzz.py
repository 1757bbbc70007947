"""A sample of `make fuzz`, the same in each run."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .targets import TARGETS, Scene


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Generator[Scene]:
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE", ""))
        made = Scene(tmp_path_factory.mktemp("fuzz"))
        with made.servers:
            yield made
    os.chdir(before)


@pytest.mark.parametrize("name", TARGETS)
def test_a_sample(scene: Scene, name: str) -> None:
    """Each of these was a traceback, a crash or a hang once, or is a neighbour of one."""
    target = TARGETS[name]

    @settings(
        max_examples=int(60 * target.share),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(cast("Iterable[HealthCheck]", HealthCheck)),  # its metaclass has no annotations
    )
    @given(st.data())
    def sample(data: st.DataObject) -> None:
        target.run(scene, data.draw(target.inputs))

    sample()
