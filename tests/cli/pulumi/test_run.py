"""What is said when `pulumi` fails: its own words, and the next step where they leave it open."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from adx_private_link.cli.pulumi.run import PulumiError

from ..projects import run, write

_LOGGED_OUT = "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions"
_ELSEWHERE = "error: no stack named 'dev' found"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("AZURE_SANDBOX_HOME", raising=False)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    return write(tmp_path / "project")


def _failing(project: Path, said: str) -> None:
    pulumi = project.parent / "bin" / "pulumi"
    pulumi.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 255\n')
    pulumi.chmod(0o755)


@pytest.mark.parametrize("said", [_LOGGED_OUT, _ELSEWHERE])
def test_a_sandbox_that_is_here_is_thought_of(project: Path, said: str) -> None:
    """`make up` deploys into the sandbox; without its environment Pulumi asks for a token that nobody needs."""
    _failing(project, said)
    (project / ".sandbox").mkdir()
    result = run(project, "access")
    assert result.exit_code == 2
    assert said in result.output
    assert "run: azure-sandbox run -- adx-private-link access" in " ".join(result.output.split())


@pytest.mark.parametrize(
    "given",
    [
        ["release", "--stack", "dev", "--yes", "two words"],
        ["verify", "--consumer", "it's"],
        ["dns", "export", "--format", "json", "-s", "$(dev)"],
    ],
)
def test_the_next_step_repeats_the_arguments(project: Path, given: list[str]) -> None:
    """People copy the line: without its arguments, or without their quotes, it is another command."""
    _failing(project, _LOGGED_OUT)
    (project / ".sandbox").mkdir()
    hint = run(project, *given).output.splitlines()[-1]
    assert shlex.split(hint.partition("run: ")[2]) == ["azure-sandbox", "run", "--", "adx-private-link", *given]


def test_the_repair_that_is_advised_is_of_the_stack_that_is_meant(project: Path) -> None:
    for said in ("error: failed to load checkpoint: unexpected end", "error: does not have output property 'clusters'"):
        _failing(project, said)
        assert "run `adx-private-link repair --stack prod`" in run(project, "access", "--stack", "prod").output
        assert "run `adx-private-link repair`" in run(project, "access").output


def test_without_one_it_is_a_login(project: Path) -> None:
    _failing(project, _LOGGED_OUT)
    assert "Log in to the stack's backend: `pulumi login`." in run(project, "access").output
    _failing(project, "error: something else")
    assert "Log in" not in run(project, "access").output


def test_within_the_sandbox_it_is_no_advice(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(project, _ELSEWHERE)
    (project / ".sandbox").mkdir()
    monkeypatch.setenv("AZURE_SANDBOX_HOME", str(project / ".sandbox"))
    assert "azure-sandbox run" not in run(project, "access").output


def test_every_command_that_meets_a_damaged_state_names_the_one_that_restores_it() -> None:
    damaged = PulumiError(
        ["pulumi", "stack", "export"], "error: failed to load checkpoint: unexpected end of JSON input"
    )
    assert "run `adx-private-link repair`" in damaged.message
    breaks_rule = PulumiError(["pulumi", "import"], "error: snapshot integrity failure; refusing to use it: child …")
    assert "run `adx-private-link repair`" in breaks_rule.message
    assert "repair" not in PulumiError(["pulumi"], "error: no stack named 's' found").message
