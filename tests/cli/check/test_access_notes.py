"""Notes of `check` on the access that `lock-down` would apply."""

from __future__ import annotations

from typing import Any

from adx_private_link.cli.check.access_notes import notes_on_access
from adx_private_link.program import parse

from ...samples.building import small
from ...samples.smallest import small_with_cluster


def _notes(**written: Any) -> list[str]:
    return [*notes_on_access(parse(small_with_cluster(**written)))]


def test_a_closed_cluster_is_noted_with_who_loses_access() -> None:
    """A reviewer sees it in the pull request, before anyone runs `lock-down`."""
    [note] = _notes(public_access="closed")
    assert note.startswith("clusters.myadx.public_access is not compared with Azure")
    assert "`adx-private-link lock-down myadx` applies it" in note
    assert "the Power BI service" in note


def test_what_costs_nobody_anything_is_not_noted() -> None:
    assert _notes(public_access="open", outbound="open", trusted_tenants="all") == []
    assert [*notes_on_access(parse(small()))] == []


def test_each_tightened_setting_has_a_note() -> None:
    notes = _notes(outbound={"fqdns": []}, trusted_tenants="own", public_access=["Grafana"])
    assert [note.partition(" ")[0] for note in notes] == [
        "clusters.myadx.trusted_tenants",
        "clusters.myadx.outbound",
        "clusters.myadx.public_access",
    ]
    assert "Azure Managed Grafana" not in notes[2]
