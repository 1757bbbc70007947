"""Every example runs twice, the second run changes nothing, and nothing is left of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import StackMaker
from .harness import PROJECT

EXAMPLES = sorted(each.parent for each in (PROJECT / "examples").glob("*/Pulumi.yaml"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.name)
def test_example(example: Path, new_stack: StackMaker) -> None:
    stack = new_stack(program=example)
    before = stack.world()
    done = stack.up()
    assert done.succeeded, done.output
    assert stack.outputs()["address"].startswith("10.3.0.")
    again = stack.up("--expect-no-changes")
    assert again.succeeded, again.output
    assert stack.destroy().succeeded
    assert stack.world() == before
