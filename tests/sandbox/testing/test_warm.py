"""A program in the warm interpreter behaves as one that starts in its own; only the time differs."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import psutil
import pytest

from azure_sandbox.testing import Run, Sandbox, Stack
from azure_sandbox.warm_python.environment import with_warm_python
from tests.waiting import wait_until

_REPORTING = """
import os, sys
import pulumi
from pulumi_azure_native import Provider, privatedns
from helper import ZONE

print("to standard output")
print("to standard error", file=sys.stderr)
pulumi.warn("a warning")
pulumi.export("secret", pulumi.Output.secret({"a": 1}))
pulumi.export("environment", {
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
_LASTING = """
import os, pathlib, sys, time

pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(600)
"""
_FAILING = {
    "raises": "raise ValueError('broken')",
    "raises RunError": "import pulumi\nraise pulumi.RunError('no such cluster')",
    "exits": "raise SystemExit(3)",
    "misses a module": "import nothing_of_the_kind",
}


def _create_warm_and_cold(sandbox: Sandbox, program: Path) -> list[Stack]:
    """Create two stacks of a program: one in the warm interpreter, one in its own."""
    stacks = [sandbox.stack(program, name) for name in ("warm", "cold")]
    for stack in stacks:
        stack.warm = stack.name == "warm"
        stack.configure(zone=f"{stack.name}.example")
    return stacks


def _describe(run: Run, stack: Stack) -> tuple[object, ...]:
    """Return all that a run shows, without the names in which two stacks differ."""
    return (
        run.exit_code,
        _remove_names(run.operations, stack),
        # The engine reads two pipes, and the order of their lines is not defined.
        sorted(_remove_names(run.output, stack).splitlines()),
        _remove_names(run.urns, stack),
    )


def _remove_names(value: object, stack: Stack) -> str:
    """Format a value without the names in which two stacks differ."""
    return str(value).replace(str(stack.directory), "DIRECTORY").replace(stack.name, "NAME")


def _create_program(directory: Path, code: str) -> Path:
    """Create a program with a module of its own."""
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("{name: other, runtime: python}")
    (directory / "__main__.py").write_text(code)
    (directory / "helper.py").write_text('ZONE = "corp.example"\n')
    return directory


def test_a_program_sees_and_does_the_same(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    """Tests in the warm interpreter prove something for users only if it makes no difference."""
    stacks = _create_warm_and_cold(azure_sandbox, _create_program(tmp_path / "program", _REPORTING))
    updates = [stack.up(preview=True) for stack in stacks]
    previews = [run.preview for run in updates if run.preview]
    for runs in (previews, updates):
        _assert_alike(runs, stacks)
        assert "to standard output" in runs[0].output
        assert "to standard error" in runs[0].output
    outputs, cold_outputs = (_remove_names(stack.outputs(), stack) for stack in stacks)
    assert outputs == cold_outputs
    states = [
        [(resource["type"], resource["urn"], resource.get("inputs")) for resource in stack.state()] for stack in stacks
    ]
    assert _remove_names(states[0], stacks[0]) == _remove_names(states[1], stacks[1])
    _assert_outputs_and_state_are_those_of_pulumi(stacks[0])
    _assert_alike([stack.refresh() for stack in stacks], stacks)
    _assert_alike([stack.destroy() for stack in stacks], stacks)


def _assert_alike(runs: list[Run], stacks: list[Stack]) -> None:
    assert runs[0].succeeded, runs[0].output
    warm, cold = (_describe(run, stack) for run, stack in zip(runs, stacks, strict=True))
    assert warm == cold


def _assert_outputs_and_state_are_those_of_pulumi(stack: Stack) -> None:
    """Compare what the fixture reads from the state's file, because the commands are slow, with Pulumi's own output."""
    assert stack.outputs() == json.loads(stack.pulumi("stack", "output", "--json").stdout)
    assert stack.outputs()["secret"] == "[secret]"
    assert stack.state() == json.loads(stack.pulumi("stack", "export").stdout)["deployment"]["resources"]


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> list[Stack]:
    directory = tmp_path_factory.mktemp("failing")
    return _create_warm_and_cold(Sandbox(directory / "sandbox"), _create_program(directory / "program", ""))


@pytest.mark.parametrize("code", _FAILING.values(), ids=_FAILING)
def test_a_program_fails_in_the_same_way(failing: list[Stack], code: str) -> None:
    """Errors are the part of a program that an interpreter could change most easily."""
    for stack in failing:
        (stack.directory / "__main__.py").write_text(code)
    runs = [stack.preview() for stack in failing]
    assert not runs[0].succeeded
    warm, cold = (_describe(run, stack) for run, stack in zip(runs, failing, strict=True))
    assert warm == cold


def test_a_program_runs_as_it_was_edited_last(azure_sandbox: Sandbox, tmp_path: Path) -> None:
    """A warm interpreter must not keep modules of an earlier run."""
    stack = azure_sandbox.stack(_create_program(tmp_path / "program", _REPORTING))
    assert stack.up().operations[-1] == "create PrivateZone zone"
    (stack.directory / "helper.py").write_text('ZONE = "other.example"\n')
    assert any("PrivateZone" in operation for operation in stack.up().operations)
    resources = azure_sandbox.azure.list()
    zones = [resource["name"] for resource in resources if resource["type"].endswith("/privateDnsZones")]
    assert zones == ["other.example"]


def test_a_program_with_variables_of_python_starts_in_its_own_interpreter(
    azure_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python reads its own variables only when it starts."""
    program = _create_program(tmp_path / "program", "import pulumi, elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "elsewhere.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    run = azure_sandbox.stack(program).preview()
    assert run.succeeded, run.output


def test_a_process_ends_with_a_launcher_that_did_not_wait_for_the_answer(tmp_path: Path) -> None:
    """An engine interrupts a plugin while it starts: it waits for the plugin's pipes, which what goes on has open."""
    script, started = tmp_path / "script.py", tmp_path / "started"
    script.write_text(_LASTING)
    warm = with_warm_python(os.environ)
    lists = (
        [str(script), str(started)],
        [str(tmp_path), str(os.getpid())],
        [f"{name}={value}" for name, value in warm.items()],
    )
    request = os.fsencode("\1".join("\0".join(texts) for texts in lists))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as launcher:
        launcher.connect(warm["AZURE_SANDBOX_WARM"])
        socket.send_fds(launcher, [len(request).to_bytes(8, "big")], [0, 1, 2])
        launcher.sendall(request)
        wait_until(started.exists, 60)
    wait_until(lambda: not psutil.pid_exists(int(started.read_text() or 0)), 60)


@pytest.mark.parametrize("sent", [b"", (100).to_bytes(8, "big"), (100).to_bytes(8, "big") + b"half"])
def test_a_launcher_that_ends_early_stops_no_other(sent: bytes, azure_sandbox: Sandbox, tmp_path: Path) -> None:
    """All tests of a process share one warm interpreter, and none has its streams for longer than it asks for."""
    interpreter, pipe = with_warm_python(os.environ)["AZURE_SANDBOX_WARM"], os.pipe()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as launcher:
        launcher.connect(interpreter)
        if sent:
            socket.send_fds(launcher, [sent], [pipe[1]] * 3)
    os.close(pipe[1])
    assert os.read(pipe[0], 1) == b"", "no other process has the pipe open"
    os.close(pipe[0])
    assert azure_sandbox.stack(_create_program(tmp_path / "program", "import pulumi")).preview().succeeded
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as launcher:
        launcher.connect(interpreter)
