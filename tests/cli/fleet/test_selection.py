"""Which stacks a command works on: every stack is in exactly one shard, and zones come first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.cli.errors import ArgumentError
from adx_private_link.cli.fleet.inventory import StackOptions
from adx_private_link.cli.fleet.selection import Shard, in_waves, parse_labels, select
from adx_private_link.cli.fleet.stacks import FleetStack


def _stack(name: str, **labels: str) -> FleetStack:
    return FleetStack(name, name.partition(".")[0], labels, {}, StackOptions())


STACKS = [_stack("zones.west"), _stack("a.1", team="a"), _stack("a.2", team="a"), _stack("b.1", team="b")]


@given(st.integers(0, 30), st.integers(1, 9))
def test_every_stack_is_in_one_shard(stacks: int, shards: int) -> None:
    """A stack in no shard is never deployed, and one in two is deployed by two jobs at once."""
    fleet = [_stack(f"a.{number}") for number in range(stacks)]
    parts = [select(fleet, {}, Shard(number, shards)) for number in range(1, shards + 1)]
    assert sorted(stack.name for part in parts for stack in part) == sorted(stack.name for stack in fleet)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("text", ["0/8", "9/8", "3", "3/", "a/b", "1/0"])
def test_a_shard_that_does_not_exist_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Shard.parse(text)


def test_labels_select_stacks() -> None:
    assert [stack.name for stack in select(STACKS, parse_labels(["team=a"]), None)] == ["a.1", "a.2"]
    assert [stack.name for stack in select(STACKS, parse_labels(["group=zones"]), None)] == ["zones.west"]
    assert [stack.name for stack in select(STACKS, parse_labels(["team=a", "stack=a.2"]), None)] == ["a.2"]


@pytest.mark.parametrize("labels", [["team"], ["=a"], ["team="], ["team=a", "team=b"]])
def test_labels_that_no_stack_can_have_are_rejected(labels: list[str]) -> None:
    with pytest.raises(ArgumentError):
        parse_labels(labels)


def test_a_selection_of_nothing_is_an_error() -> None:
    """A typing error in a label would otherwise look like a fleet that is up to date."""
    with pytest.raises(ArgumentError, match="No stack has team=c"):
        select(STACKS, {"team": "c"}, None)


def test_waves_are_zones_canaries_and_the_others() -> None:
    waves = in_waves(STACKS, {"team": "b"})
    assert [[stack.name for stack in wave] for wave in waves] == [["zones.west"], ["b.1"], ["a.1", "a.2"]]
    assert len(in_waves(STACKS[1:], {})) == 1
