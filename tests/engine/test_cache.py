"""The cache of engines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import install as installer

from .machine import Machine
from .release_server import Release

DAMAGE: dict[str, Callable[[Path], object]] = {
    "changed": lambda engine: (engine / "pulumi").write_text("#!/bin/sh\nrm -rf ~\n"),
    "cut off": lambda engine: os.truncate(engine / "pulumi", 3),
    "missing": lambda engine: (engine / "pulumi-language-python").unlink(),
    "no list": lambda engine: (engine / installer.MANIFEST).unlink(),
    "another list": lambda engine: (engine / installer.MANIFEST).write_text("[" * 100_000),
    "a link": lambda engine: engine.rename(engine.parent.parent / "x") and engine.symlink_to("../x"),
    "writable by everybody": lambda engine: engine.chmod(0o777),
    "a file": lambda engine: shutil.rmtree(engine) or engine.write_text(""),
}


def test_the_next_checkout_uses_the_cache_without_network_or_build(
    machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.publish()
    assert machine.install() == 0
    requests = len(release.requests)
    monkeypatch.setattr(Machine, "bin", machine.root / "second" / "bin")

    assert machine.install() == 0

    machine.assert_installed()
    assert len(release.requests) == requests


@pytest.mark.parametrize(
    "damage",
    DAMAGE.items(),
    ids=lambda damage: damage[0],
)
def test_a_damaged_engine_is_replaced(
    machine: Machine, damage: tuple[str, Callable[[Path], object]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk, or a directory that other users can write."""
    machine.add_go()
    assert machine.install() == 0
    [engine] = machine.cached
    damage[1](engine)

    assert machine.install() == 0

    machine.assert_installed()
    assert len([call for call in machine.go_calls if call.startswith("build")]) == 4
    assert "is replaced" in capsys.readouterr().out


def test_engines_of_other_pins_are_kept_apart(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine.add_go()
    assert machine.install() == 0
    host = tmp_path / "host"
    host.mkdir()
    for name in ("go.mod", "go.sum"):
        (host / name).write_bytes((installer.PYTHON_HOST / name).read_bytes() + b"\n")
    monkeypatch.setattr(installer, "PYTHON_HOST", host)

    assert machine.install() == 0

    assert len(machine.cached) == 2


def test_parallel_installs_fill_the_cache_once(machine: Machine) -> None:
    machine.add_go("/bin/sleep 0.2")
    folders = [machine.root / f"checkout-{number}" / "bin" for number in range(3)]

    with ThreadPoolExecutor() as pool:
        list(pool.map(installer.install, folders))

    assert len([call for call in machine.go_calls if call.startswith("build")]) == 2
    assert len(machine.cached) == 1
    assert all((folder / "pulumi").exists() for folder in folders)
