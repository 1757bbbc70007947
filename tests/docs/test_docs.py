"""What the documentation says is so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from adx_private_link import parse
from adx_private_link.cli import main as adx_private_link
from azure_sandbox.cli import main as azure_sandbox
from docs.generate.pages import PAGES, REFERENCE
from tests.report.previews import Made

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The code blocks of the README in one language, without the indentation of a list around them."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(code) for _, code in found]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    # What collects the tests needs a process of its own.
    text = _printed(name) if name == "sandbox-rules.md" else PAGES[name]()
    assert (REFERENCE / name).read_text() == text, "run `make docs`"


def _printed(name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", name], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_program_and_its_test_in_the_readme_are_the_example() -> None:
    program, test = blocks("python")
    assert (PROJECT / "examples" / "own_program" / "__main__.py").read_text().endswith(program)
    assert (PROJECT / "examples" / "own_program" / "test_own_program.py").read_text().endswith(test)


def test_the_stack_files_in_the_readme_are_valid() -> None:
    shown = [settings_of(each) for each in blocks("yaml")]
    own, owner, partner = shown
    assert parse(own).clusters.keys() == {"myadx"}
    assert parse({**own, **owner}).external_consumers_of("myadx").keys() == {"partner"}
    assert parse(partner).hand_overs.keys() == {"myadx"}


def test_the_comment_in_the_readme_is_what_a_reviewer_gets() -> None:
    """`tests/stack/test_reports.py` has it from the real engine."""
    report = (PROJECT / "tests" / "stack" / "reports" / "service_replaced.md").read_text().partition("<details>")[0]
    assert "\n".join(f"> {line}".rstrip() for line in report.rstrip().splitlines()) in README


def test_the_commands_of_the_readme_that_need_no_engine_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(PROJECT / name, tmp_path)
    preview = Made()
    preview.cluster()
    (tmp_path / "prod.json").write_bytes(preview.content)
    monkeypatch.chdir(tmp_path)
    commands = re.findall(
        r"^adx-private-link ((?:check|graph|schema|report).*?)(?: > .*)?$", "\n".join(blocks("sh")), re.MULTILINE
    )
    assert [each.split()[0] for each in commands] == ["check", "graph", "graph", "schema", "report"]
    for command in commands:
        done = CliRunner().invoke(adx_private_link, command.split())
        assert done.exit_code == 0, done.output
        assert done.output


def settings_of(shown: str) -> dict[str, object]:
    filled = re.sub(r"<subscription[a-z ]*>", "11111111-1111-1111-1111-111111111111", shown)
    config = yaml.safe_load(re.sub(r"<[a-zA-Z ]+>", "name", filled))["config"]
    return {key.split(":")[1]: value for key, value in config.items()}


def test_the_sandbox_commands_of_the_readme_work(tmp_path: Path) -> None:
    shell = "\n".join(blocks("sh")).replace("\\\n", " ")
    commands = [line.split()[1:] for line in shell.splitlines() if line.startswith(".venv/bin/azure-sandbox")]
    assert len(commands) == 3
    # The reader has a sandbox by then, from `make up`.
    assert CliRunner().invoke(azure_sandbox, ["--home", str(tmp_path), "reset"]).exit_code == 0
    for command in commands:
        if command[0] == "run":
            continue  # `run` replaces its process; the stack tests run the same preview
        done = CliRunner().invoke(azure_sandbox, ["--home", str(tmp_path), *command])
        assert done.exit_code == 0, done.output
        assert "myadx" in done.output
