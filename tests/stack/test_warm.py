"""A program in the warm interpreter and one that starts by itself: nobody can tell them apart, but by the clock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azure_sandbox.testing import Run, Sandbox, Stack

_TELLS = """
import os, sys
import pulumi
from pulumi_azure_native import Provider, privatedns
from helper import ZONE

print("to standard output")
print("to standard error", file=sys.stderr)
pulumi.warn("a warning")
pulumi.export("secret", pulumi.Output.secret({"a": 1}))
pulumi.export("tells", {
    "argv": sys.argv, "directory": os.path.basename(os.getcwd()), "name": __name__, "path": sys.path[0] == os.getcwd(),
    "variables": sorted(
        name
        for name in os.environ
        if not name.startswith(("AZURE_SANDBOX_", "PYTEST_", "_"))
        and name not in ("PULUMI_DEBUG_PROVIDERS", "PULUMI_SKIP_CHECKPOINTS")
    ),
})
privatedns.PrivateZone(
    "zone",
    private_zone_name=pulumi.Config().get("zone") or ZONE,
    resource_group_name="analytics",
    location="Global",
    opts=pulumi.ResourceOptions(provider=Provider("p", subscription_id="22222222-2222-2222-2222-222222222222")),
)
"""
_ENDS = {
    "raises": "raise ValueError('broken')",
    "is told": "import pulumi\nraise pulumi.RunError('no such cluster')",
    "exits": "raise SystemExit(3)",
    "misses a module": "import nothing_of_the_kind",
}


def _both(sandbox: Sandbox, program: Path) -> list[Stack]:
    stacks = [sandbox.stack(program, name) for name in ("warm", "cold")]
    for stack in stacks:
        stack.warm = stack.name == "warm"
        stack.configure(zone=f"{stack.name}.example")
    return stacks


def _told(run: Run, stack: Stack) -> tuple[object, ...]:
    # Two streams are two pipes: in which order the engine reads them, nobody says.
    return (
        run.exit_code,
        _alike(run.operations, stack),
        sorted(_alike(run.output, stack).splitlines()),
        _alike(run.urns, stack),
    )


def _alike(told: object, stack: Stack) -> str:
    return str(told).replace(str(stack.directory), "DIRECTORY").replace(stack.name, "NAME")


def _program(directory: Path, code: str) -> Path:
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("{name: other, runtime: python}")
    (directory / "__main__.py").write_text(code)
    (directory / "helper.py").write_text('ZONE = "corp.example"\n')
    return directory


def test_a_program_sees_and_tells_the_same(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    stacks = _both(azure_sandbox, _program(tmp_path / "program", _TELLS))
    updates = [stack.up(preview=True) for stack in stacks]
    previews = [run.preview for run in updates if run.preview]
    for runs in (previews, updates):
        _assert_alike(runs, stacks)
        assert "to standard output" in runs[0].output
        assert "to standard error" in runs[0].output
    tells, tells_cold = (_alike(stack.outputs(), stack) for stack in stacks)
    assert tells == tells_cold
    kept = [[(each["type"], each["urn"], each.get("inputs")) for each in stack.state()] for stack in stacks]
    assert _alike(kept[0], stacks[0]) == _alike(kept[1], stacks[1])
    _assert_outputs_and_state_are_those_of_pulumi(stacks[0])
    _assert_alike([stack.refresh() for stack in stacks], stacks)
    _assert_alike([stack.destroy() for stack in stacks], stacks)


def _assert_alike(runs: list[Run], stacks: list[Stack]) -> None:
    assert runs[0].succeeded, runs[0].output
    warm, cold = (_told(run, stack) for run, stack in zip(runs, stacks, strict=True))
    assert warm == cold


def _assert_outputs_and_state_are_those_of_pulumi(stack: Stack) -> None:
    """They are read from the state's file, since the command takes longer than many an operation."""
    assert stack.outputs() == json.loads(stack.pulumi("stack", "output", "--json").stdout)
    assert stack.outputs()["secret"] == "[secret]"
    assert stack.state() == json.loads(stack.pulumi("stack", "export").stdout)["deployment"]["resources"]


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> list[Stack]:
    directory = tmp_path_factory.mktemp("failing")
    return _both(Sandbox(directory / "sandbox"), _program(directory / "program", ""))


@pytest.mark.parametrize("code", _ENDS.values(), ids=_ENDS)
def test_a_program_fails_the_same_way(failing: list[Stack], code: str) -> None:
    for stack in failing:
        (stack.directory / "__main__.py").write_text(code)
    runs = [stack.preview() for stack in failing]
    assert not runs[0].succeeded
    warm, cold = (_told(run, stack) for run, stack in zip(runs, failing, strict=True))
    assert warm == cold


def test_an_edited_program_is_the_one_that_runs(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    stack = azure_sandbox.stack(_program(tmp_path / "program", _TELLS))
    assert stack.up().operations[-1] == "create PrivateZone zone"
    (stack.directory / "helper.py").write_text('ZONE = "other.example"\n')
    assert any("PrivateZone" in each for each in stack.up().operations)
    assert [each["name"] for each in azure_sandbox.azure.list() if each["type"].endswith("/privateDnsZones")] == [
        "other.example"
    ]


def test_another_python_is_not_handed_over(
    azure_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Python's own variables say holds from its start on."""
    program = _program(tmp_path / "program", "import pulumi, elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "elsewhere.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    run = azure_sandbox.stack(program).preview()
    assert run.succeeded, run.output
