"""The checks of an endpoint, against servers on loopback that break one link each."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import trustme

from ..dns.servers import Server, free_port
from ..outputs import ENGINE
from .faults import ADDRESS, NO_FAULTS, QUICK, WILDCARD, find_faults, kinds
from .kusto import cluster


def test_a_closed_port(network: Server, tmp_path: Path, outputs: dict[str, Any]) -> None:
    faults = find_faults(tmp_path, network, free_port(), outputs=outputs)
    assert kinds(faults) == {"connection": None, "dns": None, "tcp": "connection-refused"}
    assert "these outputs are old" in faults[ENGINE]["tcp"]["remedy"]


def test_packets_are_dropped(network: Server, tmp_path: Path, outputs: dict[str, Any]) -> None:
    """A full queue of connections drops packets, as a network security group does."""
    with ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.socket())
        full.bind((ADDRESS, 0))
        full.listen(0)
        port = full.getsockname()[1]
        clients = [open_sockets.enter_context(socket.socket()) for _ in range(2)]
        for client in clients:
            client.settimeout(0)
            client.connect_ex((ADDRESS, port))
        faults = find_faults(tmp_path, network, port, *QUICK, outputs=outputs)
    assert kinds(faults) == {"connection": None, "dns": None, "tcp": "no-connection"}
    for part in ("Check that the cluster is running", "its connection is still Approved", "network security group"):
        assert part in faults[ENGINE]["tcp"]["remedy"]


def test_the_certificate_of_another_host(
    network: Server, authority: trustme.CA, tmp_path: Path, outputs: dict[str, Any]
) -> None:
    with cluster(authority, "other.example.com") as running:
        faults = find_faults(tmp_path, network, running.port, outputs=outputs)
    assert kinds(faults) == {"connection": None, "dns": None, "tcp": None, "tls": "wrong-certificate"}
    assert faults[ENGINE]["tls"]["says"] == f"the certificate is for other.example.com, not for {ENGINE}"
    assert f"answers at {ADDRESS}" in faults[ENGINE]["tls"]["remedy"]


def test_a_certificate_that_this_machine_does_not_trust(
    network: Server, tmp_path: Path, outputs: dict[str, Any]
) -> None:
    with cluster(trustme.CA(), WILDCARD) as running:
        faults = find_faults(tmp_path, network, running.port, outputs=outputs)
    assert kinds(faults)["tls"] == "untrusted-certificate"
    assert "A firewall intercepts TLS" in faults[ENGINE]["tls"]["remedy"]


def test_a_server_without_tls(network: Server, tmp_path: Path, outputs: dict[str, Any]) -> None:
    """The connection opens and is silent."""
    with socket.socket() as silent:
        silent.bind((ADDRESS, 0))
        silent.listen(16)
        faults = find_faults(tmp_path, network, silent.getsockname()[1], *QUICK, outputs=outputs)
    assert kinds(faults)["tls"] == "no-tls"
    assert "`proxy_protocol` is on, which must be off" in faults[ENGINE]["tls"]["remedy"]


def test_an_unhealthy_cluster(network: Server, authority: trustme.CA, tmp_path: Path, outputs: dict[str, Any]) -> None:
    with cluster(authority, WILDCARD, status=500) as running:
        faults = find_faults(tmp_path, network, running.port, outputs=outputs)
    assert kinds(faults) == {**NO_FAULTS, "ping": "http-status"}
    assert "answers with 500 Internal Server Error" in faults[ENGINE]["ping"]["says"]
    assert "resource health" in faults[ENGINE]["ping"]["remedy"]


def test_a_server_that_is_no_cluster(
    network: Server, authority: trustme.CA, tmp_path: Path, outputs: dict[str, Any]
) -> None:
    with cluster(authority, WILDCARD, body="<html>Please log in</html>") as running:
        faults = find_faults(tmp_path, network, running.port, outputs=outputs)
    assert kinds(faults) == {**NO_FAULTS, "ping": "unexpected-answer"}
    assert "a login page" in faults[ENGINE]["ping"]["remedy"]
