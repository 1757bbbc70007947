"""The workflows as they are in their files, and their shell steps as GitHub runs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
PREVIEW = PROJECT / "docs" / "workflows" / "preview.yml"
UP = PROJECT / "docs" / "workflows" / "up.yml"
UP_STACK = PROJECT / "docs" / "workflows" / "up-stack.yml"
FOR_USERS = (PREVIEW, UP, UP_STACK)
BASH = shutil.which("bash") or "bash"
ALL = (*sorted((PROJECT / ".github" / "workflows").glob("*.yml")), *FOR_USERS)


def jobs(workflow: Path) -> dict[str, dict[str, Any]]:
    return yaml.safe_load(workflow.read_text())["jobs"]


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(workflow).values() for step in job.get("steps", [])]


def step(workflow: Path, job: str, name: str) -> dict[str, Any]:
    """The one step of a job that is called so."""
    (found,) = [each for each in jobs(workflow)[job]["steps"] if each.get("name") == name]
    return found


def script(workflow: Path, job: str, name: str) -> str:
    return step(workflow, job, name)["run"]


def environment(workflow: Path, job: str, name: str, values: Mapping[str, str]) -> dict[str, str]:
    """What a step sets of its environment; `values` has those of GitHub's expressions."""
    given: dict[str, str] = step(workflow, job, name).get("env", {})
    return {each: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], text) for each, text in given.items()}


def run(shell: str, directory: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step's shell as GitHub does with `shell: bash`."""
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", shell],
        cwd=directory,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
