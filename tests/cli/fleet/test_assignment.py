"""Which cluster is in which stack: a cluster that moved would be deleted by one stack and created by another."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.cli.fleet.assignment import Assigned, Assignments, Group, RecordedStack, assign

_KEYS = [f"c{number}" for number in range(12)]
_groups = st.dictionaries(st.sampled_from(_KEYS), st.sampled_from([("a",), ("b",), ("c",)]))
_histories = st.lists(_groups, min_size=1, max_size=4)


def _assign(recorded: Assignments, groups: Mapping[str, Group], at_most: int = 3) -> Assigned:
    return assign(recorded, ["team"], groups, at_most)


def _places(assignments: Assignments) -> dict[str, str]:
    return {cluster: name for name, stack in assignments.stacks.items() for cluster in stack.clusters}


@given(_histories, st.integers(1, 4))
def test_no_cluster_moves_whatever_comes_and_goes(history: list[dict[str, Group]], at_most: int) -> None:
    """The inventory of a year has many changes, and none may interrupt access to a cluster that it does not name."""
    recorded = Assignments()
    for groups in history:
        before = _places(recorded)
        recorded = _assign(recorded, groups, at_most).assignments
        after = _places(recorded)
        assert after.keys() == groups.keys()
        for cluster in before.keys() & after.keys():
            assert after[cluster] == before[cluster]
        assert all(len(stack.clusters) <= at_most for stack in recorded.stacks.values())


@given(_groups, st.integers(1, 4))
def test_a_stack_has_clusters_of_one_group(groups: dict[str, Group], at_most: int) -> None:
    """A group is what one team deploys, with one identity."""
    for stack in _assign(Assignments(), groups, at_most).assignments.stacks.values():
        assert {groups[cluster] for cluster in stack.clusters} == {tuple(stack.group)}


@given(_groups, st.permutations(_KEYS), st.integers(1, 4))
def test_the_order_in_which_people_write_decides_nothing(
    groups: dict[str, Group], order: list[str], at_most: int
) -> None:
    """Two branches that sort the inventory differently would otherwise conflict."""
    shuffled = {key: groups[key] for key in order if key in groups}
    first, second = _assign(Assignments(), groups, at_most), _assign(Assignments(), shuffled, at_most)
    assert first == second
    assert _assign(first.assignments, shuffled, at_most) == first


def test_a_new_cluster_takes_the_free_place_of_its_group() -> None:
    """Stacks that only ever grow in number would be small ones in the end."""
    recorded = _assign(Assignments(), dict.fromkeys(["a", "b", "c", "d"], ("x",)), 2).assignments
    assert _places(recorded) == {"a": "x.1", "b": "x.1", "c": "x.2", "d": "x.2"}
    after = _assign(recorded, dict.fromkeys(["a", "c", "d", "e", "f"], ("x",)), 2).assignments
    assert _places(after) == {"a": "x.1", "e": "x.1", "c": "x.2", "d": "x.2", "f": "x.3"}


def test_a_lower_limit_moves_nothing() -> None:
    recorded = _assign(Assignments(), dict.fromkeys(["a", "b", "c"], ("x",))).assignments
    after = _assign(recorded, dict.fromkeys(["a", "b", "c", "d"], ("x",)), 1).assignments
    assert _places(after) == {"a": "x.1", "b": "x.1", "c": "x.1", "d": "x.2"}


def test_another_label_is_a_problem_and_no_move() -> None:
    """A typing error in a label must not delete the endpoints of a cluster."""
    recorded = _assign(Assignments(), {"a": ("x",), "b": ("x",)}).assignments
    after = _assign(recorded, {"a": ("y",), "b": ("x",)})
    assert after.assignments == recorded
    [problem] = after.problems
    assert problem.path == "clusters.a.labels"
    assert "x.1 (team: x)" in problem.message


def test_a_renamed_cluster_keeps_its_place() -> None:
    recorded = _assign(Assignments(), dict.fromkeys(["a", "b", "c"], ("x",)), 2).assignments
    after = assign(recorded, ["team"], dict.fromkeys(["new", "b", "c"], ("x",)), 2, {"new": "a"})
    assert _places(after.assignments) == {"new": "x.1", "b": "x.1", "c": "x.2"}
    assert not after.problems


def test_a_stack_without_clusters_is_destroyed_by_a_person() -> None:
    """Deleting its file would leave its objects in Azure, where nothing names them any more."""
    recorded = _assign(Assignments(), {"a": ("x",), "b": ("y",)}).assignments
    after = _assign(recorded, {"b": ("y",), "c": ("x",)})
    [problem] = after.problems
    assert problem.path == "stacks.x.1"
    assert "pulumi destroy --stack x.1" in problem.remedy
    # The new cluster must not be in a stack that is about to be destroyed.
    assert _places(after.assignments) == {"b": "y.1", "c": "x.2"}


def test_another_grouping_is_a_problem() -> None:
    recorded = _assign(Assignments(), {"a": ("x",)}).assignments
    after = assign(recorded, ["region"], {"a": ("west",)}, 2)
    assert [problem.path for problem in after.problems] == ["group_by"]
    assert after.assignments == recorded


def test_a_cluster_in_two_stacks_is_a_problem() -> None:
    """A merge of two branches can leave both lines."""
    recorded = Assignments(
        group_by=["team"],
        stacks={name: RecordedStack(group=["x"], clusters=["a"]) for name in ("x.1", "x.2")},
    )
    after = _assign(recorded, {"a": ("x",)})
    assert [problem.path for problem in after.problems] == ["stacks.x.2.clusters", "stacks.x.2"]
