"""The access as deployed: the outputs of a stack, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..outputs import ENDPOINT, ENGINE, INGESTION, ZONES, clusters, endpoint, native_clusters, run

GREEN = "\x1b[32m"
RED = "\x1b[31m"


def test_a_state_that_was_not_checked_is_not_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection may have been rejected since then, or the record deleted."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    waiting = {"engine": endpoint({}, "Pending")}
    output = run(tmp_path, clusters(other=waiting), "access").output
    assert "Approved" in output
    assert GREEN not in output
    assert f"{RED}Pending" in output
    assert "These are the outputs of a file. To ask Azure, run `adx-private-link access --live`." in output


def test_live_and_a_file_are_rejected_together(tmp_path: Path) -> None:
    result = run(tmp_path, clusters(), "access", "--live")
    assert result.exit_code == 2
    assert "leave FILE out" in result.output


def test_resources_that_an_update_left_out_are_not_shown(tmp_path: Path) -> None:
    """`pulumi up --target` stores unknown values for resources that it does not create."""
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    left_out = {"id": unknown, "connection_state": unknown, "hosts": {ENGINE: unknown}}
    waiting = {**endpoint({}), "connection_state": unknown, "hosts": {ENGINE: unknown}}
    result = run(tmp_path, clusters(new={"engine": left_out}, changed={"engine": waiting}), "access")
    assert result.exit_code == 0, result.output
    assert unknown not in result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert ["changed", "myadx", "(engine)", "-", "-", "Unknown"] in lines
    assert not [line for line in lines if line[:1] == ["new"]]


def test_json_has_the_same_access(tmp_path: Path) -> None:
    waiting = {"engine": endpoint({}, "Pending")}
    access = json.loads(run(tmp_path, clusters(other=waiting), "access", "--format", "json").stdout)
    assert access["updated"] is None
    columns = ("consumer", "target", "role", "host", "connection", "zone_group")
    assert [tuple(host[column] for column in columns) for host in access["hosts"]] == [
        ("analytics", "ingestion", "ingestion", INGESTION, "Approved", None),
        ("analytics", "engine", "engine", ENGINE, "Approved", None),
        ("other", "engine", None, None, "Pending", None),
    ]


def test_every_name_of_a_native_cluster_is_shown_with_its_role(tmp_path: Path) -> None:
    """Without the names of the storage accounts, queued ingestion fails (azure-kusto-spark#390)."""
    lines = [line.split() for line in run(tmp_path, native_clusters(), "access").output.splitlines()]
    for number, (host, (role, _)) in enumerate(ZONES.items(), start=4):
        assert ["analytics", host, role, f"10.3.0.{number}", "Approved"] in lines
    access = json.loads(run(tmp_path, native_clusters(), "access", "--format", "json").stdout)
    assert {host["target"] for host in access["hosts"]} == {"cluster"}
    assert {host["zone_group"] for host in access["hosts"]} == {f"{ENDPOINT}/privateDnsZoneGroups/default"}
    assert {host["host"]: host["role"] for host in access["hosts"]} == {host: role for host, (role, _) in ZONES.items()}
