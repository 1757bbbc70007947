"""Updates of managed private endpoints that are killed, or that Azure does not answer, at every request."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Trouble
from azure_sandbox.azure.trouble import KILLS, Kind
from azure_sandbox.testing import Stack

from .conftest import Deployed, StackMaker
from .harness import expect_success
from .sources import LAKE, NEW_LAKE, SOURCES, name_of, reading_from, states_of, states_on
from .test_repair import repair

_MOST_RUNS = 60


def meet(stack: Stack, kind: Kind, method: str, run: str = "up") -> None:
    """Run until it succeeds, with one more request of a method that meets trouble each time; repair after a kill."""
    azure = stack.home.azure
    azure.add_trouble(Trouble(kind=kind, on=f"{method} *", each=True))
    stack.warm = kind not in KILLS
    for _ in range(_MOST_RUNS):
        update = stack.destroy() if run == "destroy" else stack.up()
        if update.succeeded:
            break
        assert "adx_private_link/" not in update.output, update.output
        if kind in KILLS:
            _repair(stack)
    else:
        pytest.fail("it does not converge")
    assert any(count for _, count in azure.troubles()), "the trouble was never met"
    azure.end_troubles()
    stack.warm = True


def _repair(stack: Stack) -> None:
    """Repair, again where the repair is killed itself."""
    while True:
        before = stack.home.azure.troubles()
        code, output = repair(stack, "--yes")
        if code == 0:
            return
        assert stack.home.azure.troubles() != before, output


def expect_end(stack: Stack, states: dict[str, str]) -> None:
    """Nothing is left to do, and every connection is approved."""
    expect_success(stack.up())
    assert states_of(stack) == states
    expect_success(stack.preview("--expect-no-changes", "--refresh"))


@pytest.mark.parametrize("method", ["PUT", "GET"])
@pytest.mark.parametrize("kind", [*KILLS, "unavailable"])
def test_a_first_update_converges(new_stack: StackMaker, kind: Any, method: str) -> None:
    stack = new_stack(SOURCES)
    stack.configure(**reading_from("lake", "other"))
    meet(stack, kind, method)
    expect_end(stack, dict.fromkeys(("lake", "other"), "Approved"))
    assert states_on(stack, LAKE) == {name_of("lake"): "Approved"}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("kind", [*KILLS, "unavailable"])
def test_a_replacement_converges(deployed: Deployed, kind: Any, method: str) -> None:
    """The old connection is gone when it is killed, and the new one waits for its approval."""
    stack = deployed(reading_from("lake", "other"), SOURCES)
    stack.configure(**reading_from("other", lake={"target": NEW_LAKE, "group": "blob"}))
    meet(stack, kind, method)
    expect_end(stack, dict.fromkeys(("lake", "other"), "Approved"))
    assert states_on(stack, LAKE) == {}
    assert states_on(stack, NEW_LAKE) == {name_of("lake"): "Approved"}


@pytest.mark.parametrize("kind", [*KILLS, "maintenance"])
def test_a_destruction_converges(deployed: Deployed, kind: Any) -> None:
    stack = deployed(reading_from("lake", "other"), SOURCES)
    meet(stack, kind, "DELETE", "destroy")
    assert states_on(stack, LAKE) == {}
