"""Notes of `check`: what it expects of clusters, and where settings of a consumer take effect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from adx_private_link.cli.check.stack_file import check_stack_files

from ...samples.building import cluster, consumer, described, hand_over, hosts
from ...samples.native import STORAGE_ZONES, both_kinds, in_hub, made, native
from ..projects import run, write

_EXPECTED_INJECTED = (
    "is checked as an injected cluster; a native one also needs the storage zones in consumers.analytics.dns "
    "(`zones_in`, or `storage_zones: made`)"
)
_NATIVE = {"location": "westus", "hosts": hosts("newadx")}
"""A description of a native cluster, which leaves no doubt."""


def _project(directory: Path, settings: dict[str, Any]) -> Path:
    content = {f"adx-private-link:{name}": section for name, section in settings.items()}
    return write(directory, prod=yaml.safe_dump({"config": content}, sort_keys=False))


def _notes(directory: Path, settings: dict[str, Any]) -> list[str]:
    """Return the notes on valid settings, without the file's name."""
    [checked] = check_stack_files([_project(directory, settings) / "Pulumi.prod.yaml"])
    assert not checked.mistakes
    return [note.partition(".yaml: ")[2] for note in checked.expectations]


def test_a_cluster_of_unknown_kind_is_noted_with_what_the_other_kind_needs(tmp_path: Path) -> None:
    """Only Azure knows the kind: without the note, the first preview fails where the check was content."""
    assert _notes(tmp_path, native({"resource_group": "analytics"})) == [f"clusters.new {_EXPECTED_INJECTED}"]
    for dns in (in_hub(), made()):
        assert _notes(tmp_path, native(dns)) == [
            "clusters.new is checked as a native cluster; an injected one needs nothing else"
        ]


def test_what_differs_for_no_kind_is_not_noted(tmp_path: Path) -> None:
    """Where another team manages the names, no zone is missing."""
    assert _notes(tmp_path, native("elsewhere")) == []


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"nat": {"addresses": 2}}, id="a setting that only services have"),
        pytest.param({"described": described("newadx", "westus")}, id="a described injected cluster"),
    ],
)
def test_an_injected_cluster_is_known_by_its_settings(tmp_path: Path, settings: dict[str, Any]) -> None:
    written = native({"resource_group": "analytics"})
    written["clusters"]["new"] |= settings
    assert _notes(tmp_path, written) == []


def test_fewer_zones_than_needed_are_a_problem_where_the_kind_is_known(tmp_path: Path) -> None:
    """Without the storage zones, queued ingestion fails (azure-kusto-spark#390)."""
    for number, decided in enumerate(
        (
            {"clusters": {"new": {**cluster("newadx"), "described": _NATIVE}}},
            {"consumers": native({"resource_group": "analytics"}, endpoints={"new": {"cluster": {}}})["consumers"]},
        )
    ):
        settings = native({"resource_group": "analytics"}) | decided
        result = run(_project(tmp_path / str(number), settings), "check")
        assert result.exit_code == 1
        assert f"has no zone {', '.join(STORAGE_ZONES)}" in result.output
        assert "is checked as" not in result.output


def test_clusters_of_one_kind_share_a_note(tmp_path: Path) -> None:
    """A stack of fifty clusters would have fifty notes."""
    settings = native({"resource_group": "analytics"})
    settings["clusters"] = {f"c{number}": cluster(f"adx{number}") for number in range(12)}
    [note] = _notes(tmp_path, settings)
    assert note.startswith(
        "clusters.c0, clusters.c1, clusters.c2, clusters.c3, clusters.c4 and 7 more are checked as injected clusters; "
        "native ones also need the storage zones"
    )


def test_a_hand_over_says_the_kind(tmp_path: Path) -> None:
    settings = native({"resource_group": "analytics"})
    settings["hand_overs"] = {"theirs": {"inline": hand_over("theirs")}, "late": {"stack": "them/adx/prod"}}
    del settings["clusters"]
    assert _notes(tmp_path, settings) == [f"hand_overs.late {_EXPECTED_INJECTED}"]


# Effects


def _mixed(**consumer_settings: Any) -> dict[str, Any]:
    """Settings of a consumer of both kinds of clusters, which are known."""
    settings = both_kinds(**consumer_settings)
    settings["clusters"]["new"]["described"] = _NATIVE
    settings["clusters"]["old"]["nat"] = {"addresses": 1}
    return settings


@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({"approval": "auto"}, "approval takes effect on clusters.old; on the native clusters.new, this stack"),
        ({"roles": ["engine"]}, "roles takes effect on clusters.old; on the native clusters.new, one endpoint serves"),
        ({"dns": {**made(), "ttl": 30}}, "dns.ttl takes effect on clusters.old; on the native clusters.new, Azure"),
        ({"dns": {**made(), "keep": ["ttl"]}}, "dns.keep takes effect on clusters.old; on the native clusters.new, Az"),
    ],
)
def test_a_setting_that_takes_effect_on_some_clusters_is_noted(
    tmp_path: Path, settings: dict[str, Any], note: str
) -> None:
    """One consumer may reach both kinds: the setting is allowed, and does not do everywhere what people expect."""
    [only] = _notes(tmp_path, _mixed(**settings))
    assert only.startswith(f"consumers.analytics.{note}")


def test_a_setting_that_takes_effect_everywhere_is_not_noted(tmp_path: Path) -> None:
    assert _notes(tmp_path, _mixed()) == []
    settings = _mixed(approval="auto", roles=["engine"], clusters=["old"])
    settings["consumers"]["other"] = {**consumer("other", clusters=["new"]), "dns": "elsewhere"}
    assert _notes(tmp_path, settings) == []


def test_roles_of_an_external_consumer_are_noted(tmp_path: Path) -> None:
    settings = _mixed()
    partner = {"subscription": "33333333-3333-3333-3333-333333333333", "roles": ["engine"]}
    settings["external_consumers"] = {"partner": partner}
    [note] = _notes(tmp_path, settings)
    assert note.startswith("external_consumers.partner.roles takes effect on clusters.old; on the native clusters.new")


# Formats


def test_notes_are_in_every_form_but_annotations(tmp_path: Path) -> None:
    """A notice beside every pull request would not be read for long."""
    project = _project(tmp_path, native({"resource_group": "analytics"}))
    note = f"Pulumi.prod.yaml: clusters.new {_EXPECTED_INJECTED}"
    assert run(project, "check").output == f"{note}\n1 stack, no problems\n"
    assert json.loads(run(project, "check", "--format", "json").stdout)["notes"] == [note]
    assert run(project, "check", "--format", "github").output == ""
