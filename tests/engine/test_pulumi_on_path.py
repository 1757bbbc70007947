"""Which `pulumi` on PATH is used."""

from __future__ import annotations

import os

import pytest

from engine import install as installer

from .machine import PULUMI, Machine


@pytest.mark.parametrize("version", ["v3.219.0", "v3.300.1-dev.0", "v4.0.0"])
def test_a_new_enough_pulumi_is_used(machine: Machine, capsys: pytest.CaptureFixture[str], version: str) -> None:
    pulumi = machine.add_pulumi(version)

    assert machine.install() == 0

    machine.assert_nothing_installed()
    assert str(pulumi) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("echo v3.218.9", "its version is 3.218.9; 3.219.0 or newer is needed"),
        ("echo 'no version is set'; exit 126", "it does not run; 3.219.0 or newer is needed"),
    ],
)
def test_a_pulumi_that_is_too_old_or_does_not_run_is_not_used(
    machine: Machine, capsys: pytest.CaptureFixture[str], says: str, reason: str
) -> None:
    machine.add_pulumi("")
    machine.add_program("pulumi", f"#!/bin/sh\n{says}\n")
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert reason in capsys.readouterr().out


def test_a_pulumi_without_its_python_host_is_not_used(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.add_program("pulumi", PULUMI)
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()
    assert "pulumi-language-python is neither beside it nor on PATH" in capsys.readouterr().out


def test_pulumi_may_be_a_link_into_the_folder_of_its_python_host(machine: Machine) -> None:
    machine.programs.mkdir()
    pulumi = machine.add_pulumi("v3.259.0", machine.root / "opt" / "pulumi")
    (machine.programs / "pulumi").symlink_to(pulumi)

    assert machine.install() == 0

    machine.assert_nothing_installed()


def test_a_pulumi_in_the_folder_itself_is_not_used(machine: Machine) -> None:
    machine.add_pulumi("v3.300.0", machine.bin)
    machine.add_go()

    assert machine.install() == 0

    machine.assert_installed()


def test_a_pulumi_of_another_active_checkout_is_not_used(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.add_go()
    installer.install(machine.root / "other" / "bin")
    monkeypatch.setenv("PATH", os.pathsep.join([str(machine.root / "other" / "bin"), str(machine.programs)]))

    assert machine.install() == 0

    machine.assert_installed()


def test_links_of_an_earlier_install_are_removed(machine: Machine) -> None:
    machine.add_go()
    assert machine.install() == 0
    machine.add_pulumi("v3.300.0")

    assert machine.install() == 0

    assert not list(machine.bin.glob("pulumi*"))
