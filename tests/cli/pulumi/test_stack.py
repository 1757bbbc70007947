"""What Pulumi answers about one stack may be anything: a line names the command."""

from __future__ import annotations

import pytest

from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi import stack
from adx_private_link.cli.pulumi.run import PulumiError
from adx_private_link.cli.pulumi.stack import PulumiStack
from adx_private_link.cli.pulumi.state import Deployment, ExportedState


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", '{"deployment": 0, "steps": 1}', '{"steps": 1}\n{"steps": 2}', "[" * 9999]
)
def test_an_answer_that_is_not_understood_names_its_command(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PULUMI_ENABLE_STREAMING_JSON_PREVIEW`, for one, makes lines of what was one answer."""

    def pulumi(*_: str, **__: object) -> str:
        return answer

    monkeypatch.setattr(stack, "run_pulumi", pulumi)
    with pytest.raises(CommandError, match="`pulumi stack export` gave an unexpected answer"):
        PulumiStack("s").export_state()
    with pytest.raises(CommandError, match="`pulumi preview --json` gave an unexpected answer"):
        PulumiStack("s").preview()


def test_a_state_that_pulumi_rejects_is_not_forced_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi itself proposes `--force`, after which no command uses the state any more."""

    def reject(*_: str, **__: object) -> str:
        said = """error: 2 errors occurred:
    1) resource 'urn' is from a different stack (other != s)
    2) importing this file could be dangerous; rerun with --force to proceed anyway"""
        raise PulumiError(["pulumi", "stack", "import"], said)

    monkeypatch.setattr(stack, "run_pulumi", reject)
    with pytest.raises(CommandError) as refused:
        PulumiStack("s").import_state(ExportedState(deployment=Deployment()))
    assert "from a different stack" in refused.value.message
    assert "`pulumi state repair --stack s`" in refused.value.message
    assert "--force" not in refused.value.message
