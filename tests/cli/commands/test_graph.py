"""`graph`: pictures of stack files."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.picture.legend import SENTENCE

from ...samples.building import ELSEWHERE, clusters_and_consumers
from .. import outputs

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Pulumi project with two stacks, and the working directory."""
    shutil.copy(PROJECT / "Pulumi.yaml", tmp_path)
    for stack in ("dev", "prod"):
        shutil.copy(PROJECT / "Pulumi.dev.yaml", tmp_path / f"Pulumi.{stack}.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_stacks_of_the_project_are_drawn(project: Path) -> None:
    del project
    result = CliRunner().invoke(main, ["graph"])
    assert result.exit_code == 0, result.output
    assert re.findall("^## (.*)$", result.output, re.MULTILINE) == ["dev", "prod"]
    assert result.output.count("```mermaid") == 2


def test_pictures_are_written_into_a_directory(project: Path) -> None:
    result = CliRunner().invoke(main, ["graph", "--format", "svg", "--output", "pictures"])
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in (project / "pictures").iterdir()) == ["dev.svg", "prod.svg"]


def test_two_svgs_need_a_directory(project: Path) -> None:
    del project
    result = CliRunner().invoke(main, ["graph", "--format", "svg"])
    assert result.exit_code == 2
    assert "add --output DIRECTORY" in result.output


def test_problems_are_reported_and_nothing_is_drawn(project: Path) -> None:
    file = project / "Pulumi.prod.yaml"
    content = yaml.safe_load(file.read_text())
    content["config"]["adx-private-link:consumers"]["analytics"]["subnet"] = "x"
    file.write_text(yaml.safe_dump(content))
    result = CliRunner().invoke(main, ["graph"])
    assert result.exit_code == 1
    assert "consumers.analytics.subnet: is not a setting" in result.output
    assert "mermaid" not in result.output


def test_without_graphviz_the_error_says_how_to_install_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del project
    monkeypatch.delitem(sys.modules, "adx_private_link.cli.picture.svg", raising=False)
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    result = CliRunner().invoke(main, ["graph", "--format", "svg", "Pulumi.dev.yaml"])
    assert result.exit_code == 2, "the command cannot do its work"
    assert "pip install 'adx-private-link[svg]'" in result.output


def write_stack(directory: Path, clusters: int, consumers: int) -> None:
    content = {f"adx-private-link:{key}": value for key, value in clusters_and_consumers(clusters, consumers).items()}
    (directory / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": content}))


def test_a_stack_that_is_too_large_for_a_picture_is_a_matrix(project: Path) -> None:
    write_stack(project, 30, 3)
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml"])
    assert result.exit_code == 0, result.output
    assert "| `cluster29` | by this stack | by this stack | by this stack |" in result.stdout
    assert "mermaid" not in result.stdout
    assert "186 objects would be unreadable" in result.stdout
    assert "--format svg" in result.stderr


def test_a_part_of_a_large_stack_is_a_picture(project: Path) -> None:
    write_stack(project, 30, 3)
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--cluster", "cluster7", "--cluster", "cluster10"])
    assert "```mermaid" in result.stdout
    assert {*re.findall(r"cluster<br/>(\w+)", result.stdout)} == {"cluster7", "cluster10"}
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--consumer", "consumer1", "--format", "mermaid"])
    assert {*re.findall(r"(consumer\d+) to", result.stdout)} == {"consumer1"}
    assert "resource group consumer1" in result.stdout
    assert "resource group consumer2" not in result.stdout


def test_an_unknown_key_is_reported_with_the_known_keys(project: Path) -> None:
    write_stack(project, 2, 1)
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--cluster", "cluster9"])
    assert result.exit_code == 2
    assert "cluster9" in result.stderr
    assert "cluster0, cluster1" in result.stderr


def test_a_small_stack_is_a_matrix_when_asked_for(project: Path) -> None:
    del project
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--format", "matrix"])
    assert "| cluster | `" in result.stdout
    assert "unreadable" not in result.output


def test_an_external_consumer_can_be_drawn_alone(project: Path) -> None:
    sections = {**clusters_and_consumers(2, 2), "external_consumers": {"partner": {"subscription": ELSEWHERE}}}
    content = {f"adx-private-link:{key}": value for key, value in sections.items()}
    (project / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": content}))
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--consumer", "partner", "--cluster", "cluster1"])
    assert "external consumer<br/>partner" in result.stdout
    assert "private endpoint" not in result.stdout.partition(SENTENCE)[0]


def test_too_many_arrows_for_mermaid_are_reported(project: Path) -> None:
    """Mermaid draws at most 500 arrows, and no picture at all with more."""
    content = {f"adx-private-link:{key}": value for key, value in clusters_and_consumers(40, 8).items()}
    (project / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": content}))
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--format", "mermaid"])
    assert "and Mermaid draws at most 500. Use --format svg." in result.stderr


@pytest.fixture
def deployed() -> str:
    """The output of the example stack: `myadx` is injected, and `newadx` is native."""
    native = json.loads(json.dumps(outputs.native_clusters()).replace("myadx", "newadx").replace("/pe", "/new"))
    return json.dumps(outputs.clusters() | native)


def test_a_kind_that_only_azure_knows_is_drawn_as_the_settings_fit_and_said_so(project: Path) -> None:
    """The picture of a pull request would show one network path, and the update create another."""
    del project
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml"])
    assert result.stdout.count("private link service<br/>") == 0
    assert "clusters.myadx, clusters.newadx are drawn as native clusters, which the settings fit" in result.stderr


def test_outputs_say_of_which_kind_deployed_clusters_are(project: Path, deployed: str) -> None:
    del project
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--outputs", "-"], input=deployed)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("private link service<br/>") == 2
    assert result.stdout.count("zone group<br/>") == 1
    assert "drawn as" not in result.stderr


def test_a_cluster_that_is_not_deployed_yet_is_still_expected(project: Path, deployed: str) -> None:
    del project
    one = json.dumps({"myadx": json.loads(deployed)["myadx"]})
    result = CliRunner().invoke(main, ["graph", "Pulumi.dev.yaml", "--outputs", "-"], input=one)
    assert "clusters.newadx is drawn as a native cluster" in result.stderr


def test_outputs_are_of_one_stack(project: Path, deployed: str) -> None:
    """Two stacks may have clusters of one key."""
    del project
    result = CliRunner().invoke(main, ["graph", "--outputs", "-"], input=deployed)
    assert result.exit_code == 2
    assert "--outputs is of one stack, and 2 are drawn" in result.stderr
