"""The files of a stack are found in the backend that Pulumi uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adx_private_link.cli.pulumi import backend
from adx_private_link.cli.pulumi.backend import state_files_of
from adx_private_link.cli.pulumi.state_files import StateFiles


@pytest.mark.parametrize(
    ("address", "directory"),
    [
        ("file://~", "/home/ann"),
        ("file://~/state", "/home/ann/state"),
        ("file:///srv/with%20blank?metadata=skip", "/srv/with blank"),
        ("file://./state", "state"),
        ("https://api.pulumi.com/ann", None),
    ],
)
def test_the_files_are_found_by_the_address_of_the_backend(
    address: str, directory: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pulumi whoami` shows the address as it was written."""

    def whoami(*_: str) -> str:
        return json.dumps({"url": address})

    (tmp_path / "Pulumi.yaml").write_text("name: p")
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setattr(backend, "project_name", lambda: "p")
    monkeypatch.setattr(backend, "run_pulumi", whoami)
    monkeypatch.chdir(tmp_path)
    for name in ("s", "organization/s", "organization/p/s"):
        files = state_files_of(name)
        assert files == (directory and StateFiles(Path(tmp_path, directory, ".pulumi"), "p", "s"))
    other = state_files_of("organization/other/s")
    assert other is None or other.project == "other"
