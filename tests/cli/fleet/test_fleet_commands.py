"""`adx-private-link fleet check` and `fleet write`: every problem at its line of the inventory, and no other change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..projects import problem_lines, run
from .fleets import ADX, CLIENTS, FLEET, write_fleet

MISTAKES: dict[str, tuple[str, list[str]]] = {
    "a setting of a cluster": (
        FLEET.replace(f"id: {ADX}/d", f"id: {ADX}/d, lok: true"),
        ["fleet.yaml:7: clusters.d.lok: is not a setting; did you mean `lock`?"],
    ),
    "a setting of the inventory": (
        FLEET + "group: [x]\n",
        ["fleet.yaml:23: group: is not a setting; did you mean `group_by`?"],
    ),
    "a missing label": (
        FLEET.replace("{team: ops}", "{area: ops}"),
        ["fleet.yaml:7: clusters.d.labels: lacks team, by which clusters are grouped; add it"],
    ),
    "an unknown cluster": (
        FLEET.replace("[d]", "[d, x]"),
        ["fleet.yaml:13: consumers.others.clusters.1 ('x'): is not the key of a cluster; correct it"],
    ),
    "labels that no cluster has": (
        FLEET.replace("clusters: {team: data}", "clusters: {team: dat}"),
        ["fleet.yaml:10: consumers.analytics.clusters: names labels that no cluster has together; correct them"],
    ),
    "a default, once for all": (
        FLEET + "defaults:\n  cluster:\n    nat: {addresses: 9}\n",
        ["fleet.yaml:25: defaults.cluster.nat.addresses (9): is too large; write 8 or less"],
    ),
    "options of an unknown stack": (
        FLEET + "stacks: {dat: {backend: 'file:///x'}}\n",
        ["fleet.yaml:23: stacks.dat: is neither a stack nor a group of stacks; write one of: data,"],
    ),
    "an encrypted value": (
        FLEET + "defaults: {stack: {config: {azure-native:clientSecret: {secure: v1:x}}}}\n",
        ["fleet.yaml:23: defaults.stack.config.azure-native:clientSecret: is encrypted, and each"],
    ),
    "a cluster with two keys, in two stacks": (
        FLEET.replace(f"id: {ADX}/d", f"id: {ADX}/A"),
        ["fleet.yaml:7: clusters.d.id: publishes the cluster A in stack ops.1, and so does"],
    ),
    "a zone that two stacks create": (
        FLEET.replace(
            f"    subnet_id: {CLIENTS}/subnets/clients\n",
            f"    subnet_id: {CLIENTS}/subnets/clients\n    dns: {{resource_group: dns, storage_zones: made}}\n",
        ),
        ["fleet.yaml:12: consumers.analytics.dns: creates the zone "] * 4,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_at_its_line(tmp_path: Path, mistake: str) -> None:
    """People look for the line that they wrote, not for one of a generated file."""
    text, expected = MISTAKES[mistake]
    lines = problem_lines(write_fleet(tmp_path, text), "fleet", "check")
    for line, start in zip(lines, expected, strict=True):
        assert line.startswith(start)


def test_policies_are_checked_at_the_lines_of_the_inventory(tmp_path: Path) -> None:
    """A pull request changes the inventory, so its annotations belong there."""
    project = write_fleet(tmp_path, FLEET.replace(f"id: {ADX}/d", f"id: {ADX}/d, tags: {{owner: ops}}"))
    policies = {"all": "disabled", "required-tags": {"enforcementLevel": "mandatory", "names": ["owner"]}}
    (project / "policies.json").write_text(json.dumps(policies))
    lines = problem_lines(project, "fleet", "check", "--policies", "policies.json")
    assert {line.partition(":")[0] for line in lines} == {"fleet.yaml"}
    assert any(
        line.startswith("fleet.yaml:9: consumers.analytics: ") and "(policy required-tags)" in line for line in lines
    )
    assert run(project, "fleet", "check").exit_code == 0
    result = run(project, "fleet", "preview", "--policy-pack-config", "policies.json")
    assert (result.exit_code, "Give --policy-pack, too." in result.output) == (2, True)


def test_no_file_is_written_while_the_inventory_has_problems(tmp_path: Path) -> None:
    project = write_fleet(tmp_path, MISTAKES["a default, once for all"][0])
    result = run(project, "fleet", "write")
    assert result.exit_code == 1
    assert sorted(path.name for path in project.iterdir()) == ["Pulumi.yaml", "fleet.yaml"]


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    """A pull request shows what changed, and nothing else."""
    project = write_fleet(tmp_path)
    assert run(project, "fleet", "write", "--check").exit_code == 1
    assert not (project / "fleet.stacks.yaml").exists()
    run(project, "fleet", "write")
    before = {path: path.stat().st_mtime_ns for path in project.iterdir()}
    result = run(project, "fleet", "write")
    assert (result.output, result.exit_code) == ("4 stacks, 0 files written\n", 0)
    assert {path: path.stat().st_mtime_ns for path in project.iterdir()} == before
    assert run(project, "fleet", "write", "--check").exit_code == 0


def test_a_problem_of_the_record_is_reported_in_its_file(tmp_path: Path) -> None:
    project = write_fleet(tmp_path)
    run(project, "fleet", "write")
    (project / "fleet.yaml").write_text(
        FLEET.replace(f"  d: {{labels: {{team: ops}}, id: {ADX}/d}}\n", "")
        .replace("[a, d]", "[a]")
        .replace("[d]", "[]")
    )
    [line] = problem_lines(project, "fleet", "check")
    assert line.startswith("fleet.stacks.yaml:17: stacks.ops.1: has no cluster of the inventory any more; run `pulumi")


def test_the_written_files_have_no_problems(tmp_path: Path) -> None:
    """`check` is what runs in other pipelines."""
    project = write_fleet(tmp_path)
    run(project, "fleet", "write")
    result = run(project, "check")
    assert result.exit_code == 0
    assert result.output.endswith("4 stacks, no problems\n")


def test_results_for_programs(tmp_path: Path) -> None:
    project = write_fleet(tmp_path, FLEET.replace("[d]", "[d, x]"))
    result = json.loads(run(project, "fleet", "check", "--format", "json").output)
    assert [(problem["file"], problem["line"]) for problem in result["problems"]] == [("fleet.yaml", 13)]
    [annotation] = run(project, "fleet", "check", "--format", "github").output.splitlines()
    assert annotation.startswith("::error file=")


def test_without_an_inventory_the_command_says_where_it_belongs(tmp_path: Path) -> None:
    result = run(tmp_path, "fleet", "check")
    assert result.exit_code == 2
    assert "fleet.yaml does not exist" in result.output


def test_a_fleet_of_three_hundred_stacks_is_checked_in_seconds(tmp_path: Path) -> None:
    """A check that takes minutes is not run before a commit."""
    import time

    clusters = "".join(
        f"  c{team}-{number}: {{labels: {{team: t{team}}}, id: {ADX}/c{team}-{number}}}\n"
        for team in range(300)
        for number in range(5)
    )
    consumers = "".join(
        f"  n{team}: {{clusters: {{team: t{team}}}, subnet_id: {CLIENTS}-{team}/subnets/clients}}\n"
        for team in range(300)
    )
    zones = FLEET[FLEET.index("zones:") :]
    project = write_fleet(tmp_path, f"group_by: [team]\nclusters:\n{clusters}consumers:\n{consumers}{zones}")
    start = time.process_time()
    result = run(project, "fleet", "check")
    assert result.output == "301 stacks, no problems\n"
    assert time.process_time() - start < 10
