"""The workflow files, and their shell steps, which run here as on GitHub."""

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
DRIFT = PROJECT / "docs" / "workflows" / "drift.yml"
FLEET_PREVIEW = PROJECT / "docs" / "workflows" / "fleet-preview.yml"
FLEET_UP = PROJECT / "docs" / "workflows" / "fleet-up.yml"
FOR_USERS = (PREVIEW, UP, UP_STACK, DRIFT, FLEET_PREVIEW, FLEET_UP)
BASH = shutil.which("bash") or "bash"
ALL = (*sorted((PROJECT / ".github" / "workflows").glob("*.yml")), *FOR_USERS)
OF_RUN = {
    "github.token": "token",
    "github.server_url": "https://github.example",
    "github.repository": "owner/name",
    "github.run_id": "3",
}
"""The values of GitHub's expressions about a run."""


def jobs(workflow: Path) -> dict[str, dict[str, Any]]:
    return yaml.safe_load(workflow.read_text())["jobs"]


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(workflow).values() for step in job.get("steps", [])]


def step(workflow: Path, job: str, name: str) -> dict[str, Any]:
    """The step of a job with a name."""
    (step,) = [step for step in jobs(workflow)[job]["steps"] if step.get("name") == name]
    return step


def script(workflow: Path, job: str, name: str) -> str:
    return step(workflow, job, name)["run"]


def environment(workflow: Path, job: str, name: str, values: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of a step; `values` has the values of GitHub's expressions."""
    variables: dict[str, str] = step(workflow, job, name).get("env", {})
    return {
        variable: re.sub(r"\$\{\{ (.+?) \}\}", lambda match: values[match[1]], text)
        for variable, text in variables.items()
    }


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


def git(directory: Path, *arguments: str) -> str:
    """Run Git without the settings of this machine, and return its output."""
    identity = {f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.check_output(["git", *arguments], cwd=directory, env=environment, text=True).strip()
