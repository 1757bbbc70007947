"""A sample of `make fuzz`, the same in each run."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import __main__ as fuzz
from .targets import TARGETS, Scene, Target


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Generator[Scene]:
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE", ""))
        scene = Scene(tmp_path_factory.mktemp("fuzz"))
        with scene.servers:
            yield scene
    os.chdir(before)


@pytest.mark.parametrize("name", TARGETS)
def test_a_sample(scene: Scene, name: str) -> None:
    """Inputs of every kind; each kind once ended in a traceback, a crash or a hang."""
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


def _crash(_: Scene, number: int) -> None:
    if number > 500:
        os.kill(os.getpid(), signal.SIGKILL)


def _hang(_: Scene, number: int) -> None:
    if number > 500:
        time.sleep(600)


def _fail(_: Scene, number: int) -> None:
    assert number <= 500


@pytest.mark.parametrize(
    ("run", "slow", "message"),
    [
        pytest.param(_crash, 0, f"ended with {-signal.SIGKILL}", id="crash"),
        pytest.param(_hang, 1, "takes more than 1 s", id="hang"),
        pytest.param(_fail, 0, "AssertionError", id="traceback"),
    ],
)
def test_a_failing_input_is_reported(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[Scene, int], None], slow: int, message: str
) -> None:
    """Otherwise `0 tracebacks` would mean nothing."""
    monkeypatch.setitem(TARGETS, "bad", Target(st.integers(0, 1000), run))
    monkeypatch.setattr(fuzz, "HANGS", 1.0)
    result = fuzz.run_round("bad", 1, 50)
    assert message in result.failure
    assert result.slow == slow
    assert result.inputs
