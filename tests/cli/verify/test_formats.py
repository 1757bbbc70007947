"""The findings of `verify` as text: the table for people, and JUnit's XML for pipelines."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ..dns.servers import Server, free_port
from ..outputs import ENGINE, clusters, run
from .faults import OUTPUTS
from .native import HOSTS
from .native import OUTPUTS as NATIVE_OUTPUTS


def test_junit(network: Server, tmp_path: Path) -> None:
    file = tmp_path / "access.xml"
    arguments = ("verify", "--nameserver", network.address, "--port", str(free_port()), "--junit", str(file))
    assert run(tmp_path, OUTPUTS, *arguments).exit_code == 1
    suite = ET.parse(file).getroot()
    assert {**suite.attrib} == {
        "name": "adx-private-link verify analytics",
        "tests": "10",
        "failures": "2",
        "skipped": "4",
    }
    (failure,) = suite.findall(f"testcase[@name='{ENGINE} tcp']/failure")
    assert failure.attrib["type"] == "connection-refused"
    assert failure.text
    assert "these outputs are old" in failure.text


def test_the_table(network: Server, healthy_port: int, tmp_path: Path) -> None:
    result = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(healthy_port))
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["host", "connection", "dns", "tcp", "tls", "ping"]
    assert lines[2] == [ENGINE, "Approved", "ok", "ok", "ok", "ok"]
    assert lines[-1] == ["2", "names:", "no", "faults."]
    assert result.stderr == "verifying the names of analytics\n"


def test_a_remedy_is_printed_once(native_network: Server, tmp_path: Path) -> None:
    """A native cluster has eight hosts, and one firewall in between makes eight faults."""
    arguments = ("verify", "--nameserver", native_network.address, "--port", str(free_port()))
    lines = run(tmp_path, NATIVE_OUTPUTS, *arguments).stdout.splitlines()
    faults = [line for line in lines if "refuses connections at port" in line]
    assert len(faults) == len(HOSTS)
    assert [host for host in sorted(HOSTS) if not any(line.startswith(f"{host}: ") for line in faults)] == []
    assert sum("Check that no firewall refuses connections" in line for line in lines) == 1


def test_the_table_counts_names_in_words(tmp_path: Path) -> None:
    one = clusters()
    del one["myadx"]["endpoints"]["analytics"]["ingestion"]
    for outputs, sentence in ((one, "1 of 1 name has a fault."), (clusters(), "2 of 2 names have a fault.")):
        result = run(tmp_path, outputs, "verify", "--nameserver", f"127.0.0.1:{free_port()}", "--timeout", "0.2")
        assert sentence in result.stdout


def test_only_links_that_were_checked_are_green(
    network: Server, healthy_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection's state is as of the last update: it may have been rejected since."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(healthy_port))
    assert result.stdout.count("\x1b[32mok") == 2 * 4
    assert "\x1b[32mApproved" not in result.stdout


def test_a_junit_file_that_cannot_be_written(network: Server, healthy_port: int, tmp_path: Path) -> None:
    """The findings are printed first."""
    file = str(tmp_path / "nowhere" / "access.xml")
    port = str(healthy_port)
    result = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", port, "--junit", file)
    assert (result.exit_code, "no faults" in result.stdout) == (2, True)
    assert f"{file} cannot be written: No such file or directory." in result.stderr
