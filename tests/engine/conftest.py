"""Fixtures of a machine and of a release server."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from engine import install as installer

from .machine import Machine
from .release_server import Release, serve


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Machine]:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(machine.bin), str(machine.programs)]))
    monkeypatch.setenv("ADX_PRIVATE_LINK_CACHE", str(tmp_path / "cache"))
    with socket.socket() as bound:  # it does not listen, so connections are rejected
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setattr(installer, "RELEASE", f"http://127.0.0.1:{bound.getsockname()[1]}")
        yield machine


@pytest.fixture
def release(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Generator[Release]:
    assert machine
    release = Release()
    with serve(release) as port:
        monkeypatch.setattr(installer, "RELEASE", f"http://127.0.0.1:{port}")
        monkeypatch.setattr(installer, "CHECKSUMS", {**installer.CHECKSUMS})
        yield release
