"""The names of one consumer, and the endpoints that publish none."""

from __future__ import annotations

from pathlib import Path

from ..outputs import ENGINE, INGESTION, PRIVATE, clusters, endpoint, exported, run


def test_each_consumer_has_its_own_records(tmp_path: Path) -> None:
    outputs = clusters(tools={"engine": endpoint({ENGINE: ["10.6.0.4"]})})
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts")
    assert result.exit_code == 2
    assert "The stack has several consumers. Name one with --consumer: analytics, tools." in result.output
    assert f"10.6.0.4 {ENGINE}" in exported(tmp_path, outputs, "--format", "hosts", "--consumer", "tools")
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts", "-c", "unknown")
    assert "have no consumer 'unknown'" in result.output


def test_unpublished_endpoints_are_reported(tmp_path: Path) -> None:
    outputs = clusters()
    outputs["myadx"]["endpoints"]["analytics"]["ingestion"] = endpoint({}, "Pending")
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts")
    assert "Not published: myadx (ingestion), because its connection was Pending." in result.stderr
    assert (INGESTION in result.stdout, ENGINE in result.stdout) == (False, True)
    outputs["myadx"]["endpoints"]["analytics"]["engine"] = endpoint({}, "Pending")
    assert run(tmp_path, outputs, "dns", "export", "--format", "hosts").exit_code == 2


def test_outputs_of_an_older_version_name_no_zone(tmp_path: Path) -> None:
    outputs = clusters()
    del outputs["myadx"]["zone"]
    assert PRIVATE in exported(tmp_path, outputs, "--format", "hosts")
