"""A stack that an earlier version of the library deployed is a stack of this version: an update changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from .harness import succeeded
from .recordings import RECORDINGS, Recording, open_recording


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_a_stack_of_the_version_before_previews_empty(recording: Recording, tmp_path: Path) -> None:
    for stack in open_recording(recording, tmp_path / "stacks"):
        recorded = {resource["urn"] for resource in stack.state()}
        assert len(recorded) >= 9, "the recording is not that of a deployed stack"
        outputs = stack.outputs()
        preview = succeeded(stack.preview("--expect-no-changes"))
        assert preview.operations == []
        assert set(preview.urns) <= recorded
        succeeded(stack.up())
        assert stack.outputs() == outputs
        assert {resource["urn"] for resource in stack.state()} == recorded
