"""Look-ups: which failures are asked about again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from adx_private_link.facts import lookups

HALF_WRITTEN = (
    "invoke of pulumi:pulumi:readStackOutputs failed: invocation of pulumi:pulumi:readStackOutputs returned an error: "
    "failed to load checkpoint: EOF"
)
Ask = Callable[..., tuple[Any, int]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask for a stack's outputs after these failures: `ask(*failures)` returns the answer and the number of waits."""

    def ask_after(*failures: str) -> tuple[Any, int]:
        left, waits = list(failures), list[float]()

        async def invoke(*_: object) -> dict[str, Any]:
            if left:
                raise RuntimeError(left.pop(0))
            return {"outputs": {}}

        async def wait(seconds: float) -> None:
            waits.append(seconds)

        # In a preview, which another test may have left, equal look-ups are made once.
        monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
        monkeypatch.setattr(pulumi.runtime, "invoke_async", invoke)
        monkeypatch.setattr(asyncio, "sleep", wait)
        answer = asyncio.run(lookups.stack_outputs("organization/p/s").answer(pulumi.InvokeOptions()))
        assert not left
        return answer, len(waits)

    return ask_after


def test_a_state_that_is_being_written_is_read_again(ask: Ask) -> None:
    """In one of ten first updates, the state was read in that moment, and nothing guarded former services."""
    assert ask(HALF_WRITTEN, HALF_WRITTEN) == ({"outputs": {}}, 2)


def test_a_state_that_stays_unreadable_is_an_error(ask: Ask) -> None:
    with pytest.raises(RuntimeError, match="checkpoint: EOF"):
        ask(*[HALF_WRITTEN] * 100)


@pytest.mark.parametrize("failure", ["unknown stack", "failed to load checkpoint: invalid character"])
def test_other_failures_are_errors_at_once(ask: Ask, failure: str) -> None:
    with pytest.raises(RuntimeError, match=failure):
        ask(failure, "asked again")
