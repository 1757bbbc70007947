"""Locations that come from the resource group."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Trouble
from azure_sandbox.provider import group_locations

from ..fake_engine import UNKNOWN, Engine
from ..rule_marks import holds
from ..small_world import CONSUMER, SandboxCloud

ENDPOINT = "network:PrivateEndpoint"


IN_GROUP = {"resourceGroupName": "consumer"}


@holds(group_locations.UNKNOWN_GROUP)
def test_an_unknown_group_makes_the_location_unknown(engine: Engine) -> None:
    assert engine.check(ENDPOINT, {"resourceGroupName": UNKNOWN})[0]["location"] == UNKNOWN


@pytest.mark.parametrize("kind", ["refused", "unavailable"])
@holds(group_locations.GROUP_UNREADABLE)
def test_a_group_that_cannot_be_read_gives_no_location(engine: Engine, cloud: SandboxCloud, kind: Any) -> None:
    """A program whose identity may not read the resource group must set locations itself."""
    cloud.azure.add_trouble(Trouble(kind=kind, on=f"GET {CONSUMER}", times=None))
    checked, failures = engine.check(ENDPOINT, IN_GROUP)
    assert "location" not in checked
    assert failures == []
    assert "location" not in engine.check(ENDPOINT, {"resourceGroupName": "gone"})[0]


@holds(group_locations.GROUP_READ_ONCE)
def test_a_groups_location_is_read_once(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="slow", seconds=0))
    for _ in range(3):
        engine.check(ENDPOINT, IN_GROUP)
    assert cloud.azure.calls() == [f"GET {CONSUMER.lower()}"]
