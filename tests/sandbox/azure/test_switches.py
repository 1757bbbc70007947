"""Switches: their values, and where they are set."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Azure, StoreFile, World
from azure_sandbox.azure.switches import MANUAL_RECORD, SWITCHES

from ..small_world import SandboxCloud


def test_the_first_value_is_the_default(cloud: SandboxCloud) -> None:
    assert cloud.azure.switches() == {name: next(iter(switch.values)) for name, switch in SWITCHES.items()}


def test_a_world_sets_switches_until_the_next_world(store: StoreFile) -> None:
    azure = Azure(store)
    azure.start_from(World(resources=[], switches={MANUAL_RECORD.name: "refuse"}))
    assert azure.switches()[MANUAL_RECORD.name] == "refuse"
    azure.start_from(World(resources=[]))
    assert azure.switches()[MANUAL_RECORD.name] == MANUAL_RECORD.default


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("manual-record", "ask", "manual-record has no value ask; write overwrite or refuse"),
        ("manual", "refuse", "there is no switch manual; write one of approval-again, "),
    ],
)
def test_what_does_not_exist_cannot_be_set(cloud: SandboxCloud, name: str, value: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cloud.azure.set_switch(name, value)
