"""Exported settings to forward, loaded into real DNS servers."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from ..outputs import ACCOUNTS, ENGINE, PRIVATE, clusters, exported, native_clusters, run
from .servers import NETWORKS, PRIVATE_ANSWER, REBINDING_PROTECTION, Server, bind, dnsmasq, primary_zones, unbound


def test_forwarding_to_a_server_that_sees_the_zone(public: Server, tmp_path: Path) -> None:
    """Servers with rebinding protection drop private addresses of other servers, unless settings name the domain."""
    zone = "$TTL 60\n@ SOA azureprivatedns.net. nobody.invalid. 1 3600 600 86400 60\n@ NS ns.invalid.\n@ A 10.3.0.9\n"
    directory = tmp_path / "azure"
    directory.mkdir()
    (directory / "zone").write_text(zone)
    options = f"recursion yes; forward only; forwarders port {public.port} {{ 127.0.0.1; }};"
    with bind(directory, options, f'zone "{PRIVATE}" {{ type primary; file "zone"; }};') as azure:

        def export(form: str) -> str:
            return exported(tmp_path, clusters(), "--format", form, "--forward-to", azure.address)

        with NETWORKS["bind"](tmp_path / "bind", public, export("bind")) as server:
            assert server.dig(ENGINE) == PRIVATE_ANSWER
        with dnsmasq(tmp_path / "dnsmasq", public, export("dnsmasq"), "--stop-dns-rebind") as server:
            assert server.dig(ENGINE) == PRIVATE_ANSWER
        with unbound(tmp_path / "unbound", public, export("unbound"), REBINDING_PROTECTION) as server:
            assert server.dig(ENGINE) == PRIVATE_ANSWER


def test_forwarding_in_the_other_formats(tmp_path: Path) -> None:
    def export(form: str) -> str:
        return exported(tmp_path, clusters(), "--format", form, "--forward-to", "10.0.0.4")

    assert export("coredns") == "westus.kusto.windows.net {\n    forward . 10.0.0.4\n    cache\n}\n"
    assert "    forward-addr: 10.0.0.4@53" in export("unbound")
    assert "foreach ($domain in 'westus.kusto.windows.net') {" in export("windows")
    assert "-Name $domain -MasterServers 10.0.0.4 @replicated" in export("windows")
    assert json.loads(export("json"))["forward"] == ["westus.kusto.windows.net"]
    result = run(tmp_path, clusters(), "dns", "export", "--format", "hosts", "--forward-to", "10.0.0.4")
    assert (result.exit_code, "The format hosts cannot forward" in result.output) == (2, True)
    result = run(tmp_path, clusters(), "dns", "export", "--format", "windows", "--forward-to", "10.0.0.4:5353")
    assert (result.exit_code, "Windows forwards only to port 53." in result.output) == (2, True)


# Native clusters

_SOA = "$TTL 60\n@ SOA azureprivatedns.net. nobody.invalid. 1 3600 600 86400 60\n@ NS ns.invalid.\n"
_BLOB = f"{ACCOUNTS[0]}.blob.core.windows.net"
_PRIVATE_BLOB = f"{ACCOUNTS[0]}.privatelink.blob.core.windows.net"
_OTHERS = "data.blob.core.windows.net"


@contextmanager
def _azure(directory: Path, public: Server) -> Generator[Server]:
    """Run a server in Azure that sees the records of the stack, and one of another team's account."""
    private = {PRIVATE: "10.3.0.4", _PRIVATE_BLOB: "10.3.0.6", "data.privatelink.blob.core.windows.net": "10.9.0.9"}
    zones = primary_zones(directory, {name: f"{_SOA}@ A {address}\n" for name, address in private.items()})
    with bind(
        directory, f"recursion yes; forward only; forwarders port {public.port} {{ 127.0.0.1; }};", zones
    ) as server:
        yield server


def _network(form: str, directory: Path, public: Server, text: str) -> AbstractContextManager[Server]:
    """Run a server that drops private addresses of other servers, where it can."""
    match form:
        case "dnsmasq":
            return dnsmasq(directory, public, text, "--stop-dns-rebind")
        case "unbound":
            return unbound(directory, public, text, REBINDING_PROTECTION)
        case _:
            return NETWORKS[form](directory, public, text)


@pytest.mark.parametrize("form", NETWORKS)
@pytest.mark.parametrize("flags", [(), ("--storage-domains",)], ids=["single names", "whole domains"])
def test_storage_names_are_forwarded(form: str, flags: tuple[str, ...], public: Server, tmp_path: Path) -> None:
    """By default, the answers to the names of other people's accounts stay as they are."""
    with _azure(tmp_path / "azure", public) as azure:
        text = exported(tmp_path, native_clusters(), "--format", form, "--forward-to", azure.address, *flags)
        with _network(form, tmp_path / form, public, text) as server:
            assert server.dig(ENGINE)[-1][2] == "10.3.0.4"
            assert server.dig(_BLOB) == [(_BLOB, "CNAME", _PRIVATE_BLOB), (_PRIVATE_BLOB, "A", "10.3.0.6")]
            assert server.dig(_OTHERS)[-1][2] == ("10.9.0.9" if flags else "20.60.1.3")


@pytest.mark.parametrize("form", ["bind", "coredns", "dnsmasq", "unbound", "windows", "json"])
def test_the_consequence_of_forwarding_is_said(form: str, tmp_path: Path) -> None:
    """A server that fails takes the storage accounts of all teams with it, if whole domains depend on it."""
    for flags, note in (
        ((), "this is a snapshot of their names"),
        (("--storage-domains",), "all storage accounts of Azure, those of others too, depend on 10.0.0.4"),
    ):
        arguments = ("dns", "export", "--format", form, "--forward-to", "10.0.0.4", *flags)
        result = run(tmp_path, native_clusters(), *arguments)
        assert (result.exit_code, note in result.stderr, note in result.stdout) == (0, True, form != "json")
        has_domain = bool(re.search(r"(?<![\w.])blob\.core\.windows\.net", result.stdout))
        assert has_domain == bool(flags)


def test_whole_domains_are_only_forwarded(tmp_path: Path) -> None:
    result = run(tmp_path, native_clusters(), "dns", "export", "--format", "bind", "--storage-domains")
    assert (result.exit_code, "--storage-domains needs --forward-to." in result.output) == (2, True)
