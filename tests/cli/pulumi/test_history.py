"""The last update is read from the history of a stack."""

from __future__ import annotations

import pytest

from adx_private_link.cli.pulumi import history
from adx_private_link.cli.pulumi.history import last_update
from adx_private_link.cli.pulumi.run import PulumiError


@pytest.mark.parametrize("answer", ["", "null", '[{"kind": 5}]', None])
def test_a_damaged_history_hides_only_the_time(answer: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`access` still shows the outputs, which are in the state."""

    def pulumi(*_: str) -> str:
        if answer is None:
            raise PulumiError(["pulumi"], "error: reading history file: unexpected end of JSON input")
        return answer

    monkeypatch.setattr(history, "run_pulumi", pulumi)
    assert last_update("s") is None
