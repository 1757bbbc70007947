"""The check of a host name, against DNS servers on loopback and against this machine."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import dns.resolver
import pytest

from ..dns.servers import PUBLIC, Server, bind_of_network, free_port, public_dns
from ..outputs import ENGINE, INGESTION, PRIVATE, ZONE, clusters, exported, run
from .faults import ADDRESS, NO_FAULTS, OLD_ADDRESS, OUTPUTS, QUICK, find_faults, kinds


def test_a_network_without_the_zone(public: Server, healthy_port: int, tmp_path: Path) -> None:
    """The endpoint has no fault, which is reported too: only the network's DNS is wrong."""
    with bind_of_network(tmp_path / "network", public) as server:
        faults = find_faults(tmp_path, server, healthy_port)
    assert kinds(faults) == {**NO_FAULTS, "dns": "zone-not-seen"}
    assert f"does not see the zone {ZONE}" in faults[ENGINE]["dns"]["says"]
    assert "Link this network to the zone" in faults[ENGINE]["dns"]["remedy"]


def test_a_zone_without_the_record(healthy_port: int, tmp_path: Path) -> None:
    """The network sees Azure's zone, which falls back to the public answer (`NxDomainRedirect`)."""
    with (
        public_dns(tmp_path / "public") as public,
        _with_zone(tmp_path / "azure", public, ZONE, "azureprivatedns.net.", "myadx", "ingest-myadx") as server,
    ):
        faults = find_faults(tmp_path, server, healthy_port)
    assert kinds(faults) == {**NO_FAULTS, "dns": "no-record"}
    assert "it writes the record" in faults[ENGINE]["dns"]["remedy"]


def _with_zone(directory: Path, public: Server, zone: str, primary: str, *names: str) -> AbstractContextManager[Server]:
    """Run a network's server with a zone in which some names have a public address."""
    directory.mkdir()
    records = "".join(f"{name} A 40.122.110.154\n" for name in names)
    soa = f"$TTL 60\n@ SOA {primary} nobody.invalid. 1 3600 600 86400 60\n@ NS ns.invalid.\n"
    (directory / "zone").write_text(soa + records)
    return bind_of_network(directory, public, f'zone "{zone}" {{ type primary; file "zone"; }};')


def test_a_stale_record(public: Server, healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    old = exported(tmp_path, clusters(engine=OLD_ADDRESS, ingestion=ADDRESS), "--format", "bind")
    with bind_of_network(tmp_path / "network", public, old) as server:
        faults = find_faults(tmp_path, server, healthy_port, outputs=outputs)
    assert (kinds(faults), kinds(faults, INGESTION)) == ({**NO_FAULTS, "dns": "stale-address"}, NO_FAULTS)
    assert faults[ENGINE]["dns"]["says"] == f"the address is {OLD_ADDRESS} and should be {ADDRESS}"
    remedy = faults[ENGINE]["dns"]["remedy"]
    assert remedy.startswith("If these outputs are older than the last `pulumi up`, read them again.")
    assert re.search(r"caches keep the old address for (60|59) s", remedy)


def test_a_wrong_alias(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    zone = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx CNAME other.privatelink\n")
    with public_dns(tmp_path / "public", zone) as server:
        faults = find_faults(tmp_path, server, healthy_port, outputs=outputs)
    assert kinds(faults)["dns"] == "wrong-alias"
    assert "is an alias of other.privatelink.westus.kusto.windows.net (40.122.110.156)" in faults[ENGINE]["dns"]["says"]
    assert "Remove that CNAME" in faults[ENGINE]["dns"]["remedy"]


def test_a_public_address_without_an_alias(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    zone = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx A 40.122.110.154\n")
    with public_dns(tmp_path / "public", zone) as server:
        assert kinds(find_faults(tmp_path, server, healthy_port, outputs=outputs))["dns"] == "no-alias"


def test_azures_own_alias_of_a_cluster_that_is_in_no_network(
    healthy_port: int, tmp_path: Path, outputs: dict[str, Any]
) -> None:
    """The alias is Azure's, so the remedy must not be to remove it."""
    zone = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx CNAME kusto.cloudapp.azure.com.\n")
    with (
        public_dns(tmp_path / "public", zone) as public,
        _with_zone(tmp_path / "network", public, "cloudapp.azure.com", "ns.invalid.", "kusto") as server,
    ):
        assert kinds(find_faults(tmp_path, server, healthy_port, outputs=outputs))["dns"] == "no-alias"


def test_no_such_name(healthy_port: int, tmp_path: Path) -> None:
    zone = PUBLIC.replace("\nmyadx.privatelink A 40.122.110.154\n", "\n")
    with public_dns(tmp_path / "public", zone.replace("\nmyadx.privatelink AAAA 2001:db8::154\n", "\n")) as server:
        faults = find_faults(tmp_path, server, healthy_port)
    assert (kinds(faults)["dns"], kinds(faults, INGESTION)["dns"]) == ("no-such-name", "zone-not-seen")
    assert f"has a zone {ZONE} without this record" in faults[ENGINE]["dns"]["remedy"]


def test_no_such_cluster(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    """Public DNS has no alias of the private name, so the zone is not the cause."""
    with public_dns(tmp_path / "public", PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\n")) as server:
        faults = find_faults(tmp_path, server, healthy_port, outputs=outputs)
    assert faults[ENGINE]["dns"]["says"] == f"{ENGINE} does not exist (NXDOMAIN)"
    assert "a zone westus.kusto.windows.net of its own" in faults[ENGINE]["dns"]["remedy"]


def test_aliases_in_a_circle(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    zone = PUBLIC.replace("\nmyadx.privatelink A 40.122.110.154\n", "\nmyadx.privatelink CNAME myadx\n")
    with public_dns(tmp_path / "public", zone.replace("myadx.privatelink AAAA 2001:db8::154\n", "")) as server:
        faults = find_faults(tmp_path, server, healthy_port, outputs=outputs)
    assert kinds(faults)["dns"] == "server-failure"
    assert "aliases form a circle" in faults[ENGINE]["dns"]["remedy"]


def test_a_filter(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    zone = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx A 0.0.0.0\n")
    with public_dns(tmp_path / "public", zone) as server:
        assert kinds(find_faults(tmp_path, server, healthy_port, outputs=outputs))["dns"] == "blocked"


def test_a_name_without_an_address(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    zone = PUBLIC.replace("myadx.privatelink A 40.122.110.154", "myadx.privatelink TXT nothing")
    with public_dns(tmp_path / "public", zone) as server:
        assert kinds(find_faults(tmp_path, server, healthy_port, outputs=outputs))["dns"] == "no-address"


def test_a_server_that_refuses(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    with public_dns(tmp_path / "public", options="allow-query { none; };") as server:
        faults = find_faults(tmp_path, server, healthy_port, outputs=outputs)
    assert kinds(faults)["dns"] == "refused"
    assert "Allow this network's clients" in faults[ENGINE]["dns"]["remedy"]


def test_a_server_that_fails(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    """The server cannot reach its forwarder, such as 168.63.129.16 from outside of Azure."""
    with bind_of_network(tmp_path / "network", Server(free_port())) as server:
        faults = find_faults(tmp_path, server, healthy_port, outputs=outputs)
    assert kinds(faults)["dns"] == "server-failure"
    assert "cannot reach its own forwarder" in faults[ENGINE]["dns"]["remedy"]


def test_a_server_that_does_not_answer(healthy_port: int, tmp_path: Path, outputs: dict[str, Any]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        faults = find_faults(tmp_path, f"127.0.0.1:{silent.getsockname()[1]}", healthy_port, *QUICK, outputs=outputs)
    assert kinds(faults) == {**NO_FAULTS, "dns": "no-answer"}
    assert "port 53 (UDP and TCP)" in faults[ENGINE]["dns"]["remedy"]


# This machine


def _patch_machine(server: Server | None, look_up_engine: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the DNS server that this machine names, and the address that its programs get for the engine."""
    resolver_class = dns.resolver.Resolver

    def create_resolver(*, configure: bool) -> dns.resolver.Resolver:
        if configure and server is None:
            raise dns.resolver.NoResolverConfiguration
        resolver = resolver_class(configure=False)
        if server:
            resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
        return resolver

    def look_up(host: str, *_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (look_up_engine(), 0))] if host == ENGINE else []

    monkeypatch.setattr(dns.resolver, "Resolver", create_resolver)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def _check_engine(tmp_path: Path, outputs: dict[str, Any], port: int, *flags: str) -> dict[str, Any]:
    """Run `verify` with this machine's resolver, and return the check of the engine's name."""
    report = json.loads(run(tmp_path, outputs, "verify", "--port", str(port), "--json", *flags).stdout)
    (engine,) = [host for host in report["hosts"] if host["host"] == ENGINE]
    (check,) = [check for check in engine["checks"] if check["link"] == "dns"]
    return check


@pytest.mark.parametrize("has_server", [True, False])
def test_a_hosts_file_that_is_right(
    network: Server, healthy_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_server: bool
) -> None:
    """Clients on this machine use the hosts file, whatever DNS answers, and without a DNS server too."""
    _patch_machine(network if has_server else None, lambda: OLD_ADDRESS, monkeypatch)
    check = _check_engine(tmp_path, clusters(engine=OLD_ADDRESS), healthy_port)
    assert (check["fault"], f"this machine resolves {OLD_ADDRESS}" in check["says"]) == (None, True)


def test_an_old_line_of_a_hosts_file(
    network: Server, healthy_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS is right, and no client on this machine asks it."""
    _patch_machine(network, lambda: OLD_ADDRESS, monkeypatch)
    fault = _check_engine(tmp_path, OUTPUTS, healthy_port)["fault"]
    assert fault["kind"] == "own-way"
    assert (
        f"this machine resolves {OLD_ADDRESS}, and this machine's DNS server (127.0.0.1) answers {PRIVATE} -> {ADDRESS}"
        in (fault["says"])
    )
    assert "a line of its hosts file" in fault["remedy"]


def test_a_look_up_that_takes_too_long(
    network: Server, healthy_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's look-up has no time limit."""

    def answer_late() -> str:
        time.sleep(60)  # longer than the test may take
        return ADDRESS

    _patch_machine(network, answer_late, monkeypatch)
    started = time.monotonic()
    assert "this machine resolves nothing" in _check_engine(tmp_path, OUTPUTS, healthy_port, *QUICK)["says"]
    assert time.monotonic() - started < 30
