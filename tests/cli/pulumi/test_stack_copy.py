"""A copy of a stack has the files that Pulumi would write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi.stack_copy import stack_copy
from adx_private_link.cli.pulumi.state import ExportedState, StoredState

from .states import checkpoint


def _in_project(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (directory / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    monkeypatch.chdir(directory)


def test_a_copy_is_written_as_pulumi_would_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _in_project(tmp_path, monkeypatch)
    content = checkpoint("one", 1, secrets_providers={"type": "passphrase", "state": {"salt": "v1:x"}})
    state = StoredState.model_validate_json(content).to_export()
    with stack_copy("organization/p/s", state) as copy:
        copy.import_state(state)
        assert copy.files.state.parts[-3:] == ("stacks", "p", "s.json")
        assert json.loads(copy.files.state.read_bytes()) == {**json.loads(content), "features": []}
        assert copy.export_state() == state
        later = state.with_resources([])
        copy.import_state(later)
        assert copy.export_state() == later
    assert not copy.files.root.exists()


def test_a_state_that_breaks_a_rule_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise each command on the copy would fail, and advise the repair that is running."""
    _in_project(tmp_path, monkeypatch)
    resource = {"urn": "urn:pulumi:s::p::t::n", "type": "t", "parent": "urn of another"}
    broken = ExportedState.model_validate({"version": 3, "deployment": {"resources": [resource]}})
    with (
        pytest.raises(CommandError, match=r"which is missing[\s\S]*`pulumi state repair --stack s`"),
        stack_copy("s", broken),
    ):
        pass
