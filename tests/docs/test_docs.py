"""Pages that come from the code, or show what tests have."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from adx_private_link import parse
from docs.generate.pages import PAGES, REFERENCE

from .pages import PROJECT, page


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


def test_the_program_and_its_test_are_the_example() -> None:
    example = PROJECT / "examples" / "own_program"
    for name, file in (("own-program", "__main__.py"), ("test-your-program", "test_own_program.py")):
        [program] = page(f"docs/how-to/{name}.md").blocks_in("python")
        assert (example / file).read_text().endswith(program.text)


def test_the_stack_files_of_an_owner_and_a_partner_are_valid() -> None:
    [own] = settings_of("docs/how-to/your-own-clusters.md")
    owner, partner = settings_of("docs/how-to/other-teams.md")
    assert parse(own).clusters.keys() == {"myadx"}
    assert parse({**own, **owner}).external_consumers_of("myadx").keys() == {"partner"}
    assert parse(partner).hand_overs.keys() == {"myadx"}


def settings_of(name: str) -> list[dict[str, object]]:
    configs = [yaml.safe_load(block.text)["config"] for block in page(name).blocks_in("yaml")]
    return [{key.split(":")[1]: value for key, value in config.items()} for config in configs]


def test_the_comment_that_is_shown_is_what_a_reviewer_gets() -> None:
    """`tests/stack/test_reports.py` has it from the real engine."""
    report = (PROJECT / "tests" / "stack" / "reports" / "service_replaced.md").read_text().partition("<details>")[0]
    shown = "\n".join(f"> {line}".rstrip() for line in report.rstrip().splitlines())
    assert shown in page("docs/how-to/pull-requests.md").text
