"""A stack that an earlier version of the library deployed stays as it is with this version."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from .harness import expect_success
from .recordings import RECORDINGS, Recording, open_recording


def assert_contains(outputs: Any, recorded: Any) -> None:
    """Check that outputs are as they were; a newer version may add some."""
    if isinstance(recorded, dict):
        for name, value in cast("dict[str, Any]", recorded).items():
            assert_contains(outputs[name], value)
    else:
        assert outputs == recorded


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_a_stack_of_the_previous_version_previews_no_change(recording: Recording, tmp_path: Path) -> None:
    """An upgrade of the library must not touch what is deployed."""
    for stack in open_recording(recording, tmp_path / "stacks"):
        recorded = {resource["urn"] for resource in stack.state()}
        assert len(recorded) >= 9, "the recording is not that of a deployed stack"
        outputs = stack.outputs()
        preview = expect_success(stack.preview("--expect-no-changes"))
        assert preview.operations == []
        assert set(preview.urns) <= recorded
        expect_success(stack.up())
        assert_contains(stack.outputs(), outputs)
        assert {resource["urn"] for resource in stack.state()} == recorded
