"""The engine behaves as the release, although the build changes its sources."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("value", "exit_code"), [("1415fc1f4eaeb5e096ee58c1480016638fff29bf", 1), ("hello", 0)])
def test_a_value_that_looks_like_a_secret_is_recognised(tmp_path: Path, value: str, exit_code: int) -> None:
    """The build reads its dictionaries only when they are needed (`cli/edits.toml`); the release answers the same."""
    (tmp_path / "Pulumi.yaml").write_text("name: project\nruntime: python\n")
    (tmp_path / "Pulumi.test.yaml").write_text("")
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PULUMI_BACKEND_URL": tmp_path.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "sandbox",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    command = ["pulumi", "--non-interactive", "config", "set", "apiPassword", value, "--stack", "test"]
    for arguments in (["pulumi", "--non-interactive", "stack", "init", "test"], command):
        completed = subprocess.run(
            arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
    assert completed.returncode == exit_code, completed.stderr
    assert ("looks like a secret" in completed.stderr) == bool(exit_code)


@pytest.mark.parametrize(("kind", "exit_code"), [("nonsense", 1), ("string", 0)])
def test_an_invalid_package_schema_is_rejected(tmp_path: Path, kind: str, exit_code: int) -> None:
    """The build compiles the meta-schema only when it is needed (`cli/edits.toml`); the release answers the same."""
    schema = tmp_path / "schema.json"
    resource = {"inputProperties": {"name": {"type": kind}}}
    schema.write_text(json.dumps({"name": "shop", "version": "1.0.0", "resources": {"shop:index:Shelf": resource}}))
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    command = ["pulumi", "--non-interactive", "schema", "check", str(schema)]
    completed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert completed.returncode == exit_code, completed.stderr
    assert ("#/resources/shop:index:Shelf/inputProperties/name/type: value must be" in completed.stderr) == bool(
        exit_code
    )
