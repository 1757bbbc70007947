"""Exported settings to forward, loaded into real DNS servers."""

from __future__ import annotations

import json
from pathlib import Path

from ..outputs import ENGINE, PRIVATE, clusters, exported, run
from .servers import NETWORKS, PRIVATE_ANSWER, REBINDING_PROTECTION, Server, bind, dnsmasq, unbound


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
