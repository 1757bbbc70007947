"""
The reports of a cluster that leaves its virtual network and returns, from the previews of the real engine.

They are in `reports/moves/`, to be read; `REPORTS=write pytest tests/stack/test_reports_of_moves.py` writes them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from azure_sandbox import portal_changes

from .conftest import Deployed
from .harness import expect_success
from .reporting import READ, assert_as_recorded, fails_on, preview, run_report
from .test_move_by_up import CLUSTER, moving

PARTNER = {"partner": {"subscription": "44444444-4444-4444-4444-444444444444"}}


def test_reports_say_what_each_step_of_a_move_does_to_people(deployed: Deployed) -> None:
    """A reviewer sees a preparation that harms nobody, a bridge that is public, and a move that changes addresses."""
    stack = deployed(moving())

    def step(name: str, settings: dict[str, Any], *, harms: Sequence[str] = (), spares: Sequence[str] = ()) -> None:
        printed = preview(stack, settings)
        assert_as_recorded(run_report(printed), READ / "moves" / f"{name}.md")
        assert {risk for risk in (*harms, *spares) if fails_on(risk, printed)} == {*harms}

    cuts = ("access-removed", "record-removed", "service-removed", "zone-group-removed")
    step("prepared", moving(targets="both"), spares=(*cuts, "record-changed"))
    expect_success(stack.up())
    step("bridge", moving(targets="both", names="public"), harms=["record-removed"])
    portal_changes.leave_network(stack.home.azure, CLUSTER)
    step("left", moving(targets="both"), harms=["record-changed"], spares=cuts)
    expect_success(stack.up())
    step("services_deleted", moving(targets="cluster"), harms=["service-retired"], spares=(*cuts, "record-changed"))
    portal_changes.return_to_network(stack.home.azure, CLUSTER)
    step("returned", moving(targets="both"), harms=["record-changed"], spares=cuts)
