"""Stack traces: the engine writes those of all resources to the state with every step of an update."""

from __future__ import annotations

import sys
import traceback

import pytest

from adx_private_link.components.stack_traces import short_stack_traces


def _deep(calls: int) -> int:
    """The number of calls that a stack trace has below this many."""
    return _deep(calls - 1) if calls else len(traceback.extract_stack())


def test_stack_traces_are_short_meanwhile() -> None:
    with short_stack_traces():
        assert _deep(50) < 10
        with short_stack_traces():  # a component in a component
            assert _deep(50) < 10
        assert _deep(50) < 10
    assert _deep(50) > 50
    assert not hasattr(sys, "tracebacklimit")


def test_a_limit_of_the_program_itself_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "tracebacklimit", 20, raising=False)
    with short_stack_traces():
        assert _deep(50) < 10
    assert _deep(50) == 20


def test_an_error_is_printed_in_full() -> None:
    """It leads to the program that uses the component."""

    def fail(calls: int) -> None:
        if calls:
            fail(calls - 1)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no") as error, short_stack_traces():
        fail(50)
    assert len(traceback.extract_tb(error.value.__traceback__)) > 50
    assert not hasattr(sys, "tracebacklimit")
