"""The error of a failed `pulumi` command has Pulumi's words, and the next step if these do not name it."""

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


def _let_pulumi_fail(project: Path, output: str) -> None:
    pulumi = project.parent / "bin" / "pulumi"
    pulumi.write_text(f'#!/bin/sh\necho "{output}" >&2\nexit 255\n')
    pulumi.chmod(0o755)


@pytest.mark.parametrize("output", [_LOGGED_OUT, _ELSEWHERE])
def test_a_sandbox_in_the_directory_is_proposed(project: Path, output: str) -> None:
    """`make up` deploys into the sandbox. Without the sandbox's environment, Pulumi asks for a token of its cloud."""
    _let_pulumi_fail(project, output)
    (project / ".sandbox").mkdir()
    result = run(project, "access")
    assert result.exit_code == 2
    assert output in result.output
    assert "run: azure-sandbox run -- adx-private-link access" in " ".join(result.output.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["release", "--stack", "dev", "--yes", "two words"],
        ["verify", "--consumer", "it's"],
        ["dns", "export", "--format", "json", "-s", "$(dev)"],
    ],
)
def test_the_next_step_repeats_the_arguments(project: Path, arguments: list[str]) -> None:
    """Users copy the line, which would be another command without its arguments or without their quotes."""
    _let_pulumi_fail(project, _LOGGED_OUT)
    (project / ".sandbox").mkdir()
    hint = run(project, *arguments).output.splitlines()[-1]
    assert shlex.split(hint.partition("run: ")[2]) == ["azure-sandbox", "run", "--", "adx-private-link", *arguments]


def test_the_proposed_repair_names_the_stack(project: Path) -> None:
    damaged = "error: failed to load checkpoint: unexpected end"
    without_output = "error: does not have output property 'clusters'"
    for output in (damaged, without_output):
        _let_pulumi_fail(project, output)
        if output == without_output:
            pulumi = project.parent / "bin" / "pulumi"
            answers = (("export", '{"deployment": {}}'), ("show-name", "prod"))
            cases = "".join(f"*{name}*) echo '{answer}'; exit 0 ;;\n" for name, answer in answers)
            pulumi.write_text(pulumi.read_text().replace("\n", f'\ncase "$*" in\n{cases}esac\n', 1))
        assert "run `adx-private-link repair --stack prod`" in run(project, "access", "--stack", "prod").output
        assert "run `adx-private-link repair`" in run(project, "access").output


def test_without_a_sandbox_a_login_is_proposed(project: Path) -> None:
    _let_pulumi_fail(project, _LOGGED_OUT)
    assert "Log in to the stack's backend: `pulumi login`." in run(project, "access").output
    _let_pulumi_fail(project, "error: something else")
    assert "Log in" not in run(project, "access").output


def test_within_the_sandbox_it_is_not_proposed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _let_pulumi_fail(project, _ELSEWHERE)
    (project / ".sandbox").mkdir()
    monkeypatch.setenv("AZURE_SANDBOX_HOME", str(project / ".sandbox"))
    assert "azure-sandbox run" not in run(project, "access").output


def test_the_error_about_a_damaged_state_proposes_a_repair() -> None:
    damaged = PulumiError(
        ["pulumi", "stack", "export"], "error: failed to load checkpoint: unexpected end of JSON input"
    )
    assert "run `adx-private-link repair`" in damaged.message
    breaks_rule = PulumiError(["pulumi", "import"], "error: snapshot integrity failure; refusing to use it: child …")
    assert "run `adx-private-link repair`" in breaks_rule.message
    assert "repair" not in PulumiError(["pulumi"], "error: no stack named 's' found").message
