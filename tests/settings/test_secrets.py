"""Encrypted settings are reported with their path, as far as it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from adx_private_link.settings.secrets import IS_ENCRYPTED, WRITE_IN_PLAIN, secret_problems

KEY = "adx-private-link:consumers"
STACK_FILE = f"""
config:
  {KEY}:
    red:
      subnet_id:
        secure: v1:abc
      clusters:
        - one
        - secure: v1:def
      tags: {{secure: text, beside: another}}
"""


def _problems(directory: Path, stack: str = "prod") -> list[tuple[str, str, str]]:
    return [(problem.path, problem.message, problem.remedy) for problem in secret_problems([KEY], directory, stack)]


def test_every_encrypted_setting_is_reported_with_its_path(tmp_path: Path) -> None:
    """A stack file may be long, and a tag may have the name `secure`."""
    (tmp_path / "Pulumi.prod.yaml").write_text(STACK_FILE)
    paths = [f"{KEY}.red.subnet_id", f"{KEY}.red.clusters.1"]
    assert _problems(tmp_path, "organization/project/prod") == [(path, IS_ENCRYPTED, WRITE_IN_PLAIN) for path in paths]


def test_stack_files_may_be_in_another_directory(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: access\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text(f"config:\n  {KEY}:\n    secure: v1:abc\n")
    assert _problems(tmp_path) == [(KEY, IS_ENCRYPTED, WRITE_IN_PLAIN)]


@pytest.mark.parametrize("content", [None, "", "- a", "config: 3", "config: {a: [", "[" * 5000, "\x00"])
def test_without_a_stack_file_the_key_is_reported(tmp_path: Path, content: str | None) -> None:
    """A program may run without a stack file, such as in Pulumi's automation."""
    if content is not None:
        (tmp_path / "Pulumi.prod.yaml").write_text(content)
    assert _problems(tmp_path) == [(KEY, "has an encrypted value", WRITE_IN_PLAIN)]
