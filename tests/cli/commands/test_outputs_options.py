"""Outputs in a file: encodings, wrong values, and a file beside a stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adx_private_link.cli import main

from ..outputs import ENGINE, clusters, endpoint, run


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_powershell_wrote(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "clusters.json"
    file.write_text(json.dumps(clusters()), encoding=encoding)
    result = CliRunner().invoke(main, ["dns", "export", "--format", "hosts", str(file)])
    assert (result.exit_code, ENGINE in result.stdout) == (0, True)


@pytest.mark.parametrize("addresses", [[], ["2001:db8::9"], ["somewhere"]])
def test_outputs_with_wrong_addresses(tmp_path: Path, addresses: list[str]) -> None:
    outputs = clusters()
    outputs["myadx"]["endpoints"]["analytics"]["engine"] = endpoint({ENGINE: addresses})
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts")
    assert (result.exit_code, "This is not the output `clusters`" in result.stderr) == (2, True)
    assert f"stack: myadx.endpoints.analytics.engine.hosts.{ENGINE}" in result.stderr


def test_a_file_and_a_stack_are_rejected_together(tmp_path: Path) -> None:
    result = run(tmp_path, clusters(), "dns", "export", "--format", "hosts", "--stack", "prod")
    assert (result.exit_code, "Give a file or --stack" in result.output) == (2, True)


def test_the_outputs_of_one_cluster_are_named_as_such(tmp_path: Path) -> None:
    """A program of one's own has `link.outputs`, and nothing tells that the commands want them by key."""
    result = run(tmp_path, clusters()["myadx"], "dns", "export", "--format", "hosts")
    assert result.exit_code == 2
    assert (
        'but that of one cluster. A program of your own exports it: `pulumi.export("clusters", {"KEY"' in result.stderr
    )
