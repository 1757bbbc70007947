"""Unexpected output of Pulumi is an error that names the command, and a rejected state is an error with the remedy."""

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
def test_unexpected_output_is_an_error_that_names_the_command(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PULUMI_ENABLE_STREAMING_JSON_PREVIEW`, for example, prints several lines of JSON."""

    def pulumi(*_: str, **__: object) -> str:
        return answer

    monkeypatch.setattr(stack, "run_pulumi", pulumi)
    with pytest.raises(CommandError, match="`pulumi stack export` gave an unexpected answer"):
        PulumiStack("s").export_state()
    with pytest.raises(CommandError, match="`pulumi preview --json` gave an unexpected answer"):
        PulumiStack("s").preview()


def test_the_error_about_a_rejected_state_does_not_advise_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi advises `--force`, after which no command uses the state."""

    def reject(*_: str, **__: object) -> str:
        output = """error: 2 errors occurred:
    1) resource 'urn' is from a different stack (other != s)
    2) importing this file could be dangerous; rerun with --force to proceed anyway"""
        raise PulumiError(["pulumi", "stack", "import"], output)

    monkeypatch.setattr(stack, "run_pulumi", reject)
    with pytest.raises(CommandError) as error:
        PulumiStack("s").import_state(ExportedState(deployment=Deployment()))
    assert "from a different stack" in error.value.message
    assert "`pulumi state repair --stack s`" in error.value.message
    assert "--force" not in error.value.message
