"""When the official release is installed, and when the engine is built instead."""

from __future__ import annotations

import re
import socket
import sys
import threading

import pytest

from engine import install as installer

from .machine import Machine
from .release_server import Release


def test_a_release_with_the_pinned_checksum_is_installed(machine: Machine, release: Release) -> None:
    release.publish()
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert machine.go_calls == []
    assert release.requests == [release.archive], "the release's own list of checksums proves nothing"


def test_a_release_with_another_checksum_ends_the_install(
    machine: Machine, release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    """An attacker who replaces the archive also replaces the checksums beside it."""
    pinned = installer.CHECKSUMS.get(installer.platform_name(), "0" * 64)
    release.publish()
    installer.CHECKSUMS[installer.platform_name()] = pinned
    machine.add_go()

    assert machine.install() == 1

    machine.assert_nothing_installed()
    assert machine.go_calls == []
    assert f"but {pinned} is pinned" in capsys.readouterr().err


def test_control_characters_of_the_server_are_escaped(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A proxy or a captive portal can answer anything; the error of a failed command is escaped too."""
    machine.add_program("go", "#!/bin/sh\nprintf '\\033[2J' >&2\nexit 1\n")
    machine.add_program("python", "#!/bin/sh\nprintf '\\033[2J'\nexit 1\n")
    monkeypatch.setattr(sys, "executable", str(machine.programs / "python"))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 404 \x1b[31mgone\x9b\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        monkeypatch.setattr(installer, "RELEASE", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setattr(installer, "CHECKSUMS", {installer.platform_name(): "0" * 64})
        assert machine.install() == 1
    printed = capsys.readouterr()
    assert "\\x1b[31mgone" in printed.out
    assert "\\x1b[2J" in printed.err
    assert (printed.out + printed.err).replace("\n", "").isprintable()


@pytest.mark.parametrize("why", ["platform", "version"])
def test_a_release_without_a_pinned_checksum_is_not_used(
    machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    release.publish()
    if why == "platform":
        del installer.CHECKSUMS[installer.platform_name()]
    else:
        monkeypatch.setattr(installer, "CHECKSUMS_VERSION", "3.0.0")
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert (bool(machine.go_calls), release.requests) == (True, [])


def test_checksums_are_pinned_for_the_pinned_version() -> None:
    """Another version has other checksums: until they are pinned, it is built from source."""
    assert installer.CHECKSUMS_VERSION == installer.PINNED
    assert all(re.fullmatch("[0-9a-f]{64}", checksum) for checksum in installer.CHECKSUMS.values())
    assert len({*installer.CHECKSUMS.values()}) == len(installer.CHECKSUMS)


def test_when_the_release_is_too_long_the_engine_is_built(
    machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    release.publish()
    monkeypatch.setattr(installer, "MAX_BYTES", 100)
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert "it is longer than 100 bytes" in capsys.readouterr().out


def test_when_the_release_arrives_too_slowly_the_engine_is_built(
    machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The timeout of a connection starts again with each byte."""
    release.publish()
    release.drip = 0.05
    monkeypatch.setattr(installer, "DOWNLOAD_TIMEOUT", 0.5)
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert "it takes longer than" in capsys.readouterr().out


@pytest.mark.parametrize("archive", ["link", "no archive", "cut off"])
def test_a_release_that_cannot_be_unpacked_leaves_nothing(
    machine: Machine, release: Release, capsys: pytest.CaptureFixture[str], archive: str
) -> None:
    release.publish(linked=archive == "link")
    if archive != "link":
        content = release.files[release.archive]
        release.publish_archive(b"no archive" if archive == "no archive" else content[: len(content) // 2])
    machine.add_go()

    assert machine.install() == 1

    machine.assert_nothing_installed()
    assert "Put a pulumi of your own on PATH" in capsys.readouterr().err


def test_when_the_release_cannot_be_reached_the_engine_is_built(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert "the official release cannot be downloaded: " in capsys.readouterr().out


def test_when_the_release_lacks_this_platform_the_engine_is_built(machine: Machine, release: Release) -> None:
    release.publish()
    del release.files[release.archive]
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert machine.go_calls


def test_when_the_release_is_incomplete_the_engine_is_built(machine: Machine, release: Release) -> None:
    release.publish()
    release.missing_bytes = 1
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert machine.go_calls
