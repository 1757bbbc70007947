"""The matrix of a stack whose picture would be unreadable: the approval of each connection."""

from __future__ import annotations

from adx_private_link.cli.picture.matrix import matrix
from adx_private_link.cli.picture.sketch import Sketch

from ...samples.building import clusters_and_consumers
from .drawing import draw_settings


def test_a_matrix_shows_the_approval_of_each_connection() -> None:
    sections = clusters_and_consumers(3, 2)
    sections["consumers"]["consumer1"] |= {"approval": "elsewhere", "clusters": ["cluster2"], "roles": ["engine"]}
    assert matrix(draw_settings(sections)).splitlines() == [
        "| cluster | `consumer0` | `consumer1` |",
        "| --- | --- | --- |",
        "| `cluster0` | by this stack | - |",
        "| `cluster1` | by this stack | - |",
        "| `cluster2` | by this stack | engine: by other means |",
    ]


def test_the_longer_side_of_a_matrix_goes_down() -> None:
    rows = matrix(draw_settings(clusters_and_consumers(2, 12))).splitlines()
    assert rows[0] == "| consumer | `cluster0` | `cluster1` |"
    assert [row.split("`")[1] for row in rows[2:]] == [f"consumer{number}" for number in range(12)]


def test_a_matrix_marks_changes() -> None:
    sketch = Sketch(pairs=9)
    sketch.cluster("adx", "s")
    sketch.service("adx", "engine", "pls", "s")
    sketch.endpoint("adx", "red", "engine", "pe", "s", "deleted")
    sketch.approval("adx", "red", "engine", "by this stack", "s")
    sketch.external("adx", "partner", "engine", "", "created")
    assert "| `red` | by this stack, deleted |" in matrix(sketch.picture)
    assert "| `partner (external)` | by this stack, created |" in matrix(sketch.picture)
