"""`dns export` and `dns diff`: the exported texts are loaded into real DNS servers."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from click.testing import CliRunner

from adx_private_link.cli import main

from ..outputs import ENGINE, INGESTION, PRIVATE, clusters, endpoint, exported, run
from .servers import NETWORKS, Server, bind, dnsmasq, public_dns, unbound

BEFORE = [(ENGINE, "CNAME", PRIVATE), (PRIVATE, "A", "40.122.110.154")]
AFTER = [(ENGINE, "CNAME", PRIVATE), (PRIVATE, "A", "10.3.0.9")]
"""The two tables of MicrosoftDocs, vnet-create-private-endpoint.md, "DNS configuration for your Private Endpoint"."""
_PROTECTED = "  private-address: 10.0.0.0/8"
"""Unbound's protection against rebinding."""
LEGACY = "private-myadx.westus.kusto.windows.net"


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with public_dns(tmp_path_factory.mktemp("public")) as server:
        yield server


@pytest.mark.parametrize("form", NETWORKS)
def test_without_an_export_all_answers_are_public(form: str, public: Server, tmp_path: Path) -> None:
    with NETWORKS[form](tmp_path, public, "") as server:
        assert server.dig(ENGINE) == BEFORE


@pytest.mark.parametrize("form", NETWORKS)
def test_exported_names_are_private_and_all_others_public(form: str, public: Server, tmp_path: Path) -> None:
    """The test asks twice, because servers answer from their caches by other rules; Unbound ignores policies there."""
    with NETWORKS[form](tmp_path, public, exported(tmp_path, clusters(), "--format", form)) as server:
        for _ in range(2):
            assert server.dig(ENGINE) == AFTER
            assert server.dig(PRIVATE) == AFTER[1:]
            assert [value for _, _, value in server.dig(INGESTION)][-1] == "10.3.0.10"
            assert [value for _, _, value in server.dig("other.westus.kusto.windows.net")][-1] == "40.122.110.156"
            # Clients that also ask for IPv6 must not get a public address.
            assert [type for _, type, _ in server.dig(ENGINE, "AAAA")] in ([], ["CNAME"])
            assert "AAAA" in [type for _, type, _ in server.dig("other.westus.kusto.windows.net", "AAAA")]


@pytest.mark.parametrize("form", NETWORKS)
def test_answers_have_the_exported_ttl(form: str, public: Server, tmp_path: Path) -> None:
    text = exported(tmp_path, clusters(), "--format", form, "--ttl", "40")
    with NETWORKS[form](tmp_path, public, text) as server:
        *_, (_, ttl, _, address) = server.dig_with_ttl(ENGINE)
        assert (address, 35 < ttl <= 40) == ("10.3.0.9", True)


@pytest.mark.parametrize("form", NETWORKS)
def test_names_of_injected_networks_need_no_alias_in_public_dns(form: str, public: Server, tmp_path: Path) -> None:
    outputs = clusters()
    outputs["myadx"]["endpoints"]["analytics"]["engine"] = endpoint({ENGINE: ["10.3.0.9"], LEGACY: ["10.3.0.9"]})
    with NETWORKS[form](tmp_path, public, exported(tmp_path, outputs, "--format", form)) as server:
        assert server.dig(LEGACY)[-1][1:] == ("A", "10.3.0.9")


def test_a_hosts_file_has_both_names(public: Server, tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text(exported(tmp_path, clusters(), "--format", "hosts"))
    with dnsmasq(tmp_path, public, "", f"--addn-hosts={file}") as server:
        assert server.dig(ENGINE) == [(ENGINE, "A", "10.3.0.9")]
        assert server.dig(PRIVATE) == [(PRIVATE, "A", "10.3.0.9")]


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
            assert server.dig(ENGINE) == AFTER
        with dnsmasq(tmp_path / "dnsmasq", public, export("dnsmasq"), "--stop-dns-rebind") as server:
            assert server.dig(ENGINE) == AFTER
        with unbound(tmp_path / "unbound", public, export("unbound"), _PROTECTED) as server:
            assert server.dig(ENGINE) == AFTER


def test_unbound_with_rebinding_protection_answers_private_addresses(public: Server, tmp_path: Path) -> None:
    """pfSense and OPNsense turn the protection on."""
    with unbound(tmp_path, public, exported(tmp_path, clusters(), "--format", "unbound"), _PROTECTED) as server:
        assert server.dig(ENGINE) == AFTER


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


def test_windows_gets_a_zone_for_each_name(tmp_path: Path) -> None:
    """
    A zone of the whole region would hide the other clusters' names.

    Each record is an object, because PowerShell joins arrays on lines of their own into one flat list.
    """
    text = exported(tmp_path, clusters(), "--format", "windows")
    assert re.findall(r"^    \[pscustomobject\] @\{ Zone = '(.*)'; Address = '(.*)' \}$", text, re.MULTILINE) == [
        (INGESTION, "10.3.0.10"),
        ("ingest-myadx.privatelink.westus.kusto.windows.net", "10.3.0.10"),
        (ENGINE, "10.3.0.9"),
        (PRIVATE, "10.3.0.9"),
    ]


def test_coredns_answers_with_the_alias(tmp_path: Path) -> None:
    """CoreDNS forwards answers unchanged, so the export has to contain the alias."""
    text = exported(tmp_path, clusters(), "--format", "coredns")
    assert (
        f'{ENGINE} {{\n    template IN A {{\n        answer "{ENGINE}. 300 IN CNAME {PRIVATE}."\n'
        f'        answer "{PRIVATE}. 300 IN A 10.3.0.9"\n    }}\n    template IN ANY {{\n        rcode NOERROR\n'
    ) in text


def test_json_has_everything(tmp_path: Path) -> None:
    export = json.loads(exported(tmp_path, clusters(), "--format", "json"))
    assert export["consumer"] == "analytics"
    assert export["records"][1] == {
        "cluster": "myadx",
        "role": "engine",
        "host": ENGINE,
        "cname": PRIVATE,
        "addresses": ["10.3.0.9"],
        "ttl": 300,
    }


@pytest.mark.parametrize("form", ["bind", "coredns", "dnsmasq", "hosts", "json", "unbound", "windows"])
def test_the_same_outputs_give_the_same_text(form: str, tmp_path: Path) -> None:
    """People keep the text under version control, so it must differ only if the records do."""
    outputs = clusters()
    reordered = clusters()
    reordered["myadx"]["endpoints"]["analytics"] = dict(reversed(reordered["myadx"]["endpoints"]["analytics"].items()))
    assert exported(tmp_path, outputs, "--format", form) == exported(tmp_path, reordered, "--format", form)


def test_each_consumer_has_its_own_records(tmp_path: Path) -> None:
    outputs = clusters(tools={"engine": endpoint({ENGINE: ["10.6.0.4"]})})
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts")
    assert result.exit_code == 2
    assert "Each consumer has addresses of its own. Name one with --consumer: analytics, tools." in result.output
    assert f"10.6.0.4 {ENGINE}" in exported(tmp_path, outputs, "--format", "hosts", "--consumer", "tools")
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts", "-c", "nobody")
    assert "have no consumer 'nobody'" in result.output


def test_unpublished_endpoints_are_reported(tmp_path: Path) -> None:
    outputs = clusters()
    outputs["myadx"]["endpoints"]["analytics"]["ingestion"] = endpoint({}, "Pending")
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts")
    assert "Not published: myadx (ingestion), because its connection was Pending." in result.stderr
    assert (INGESTION in result.stdout, ENGINE in result.stdout) == (False, True)
    outputs["myadx"]["endpoints"]["analytics"]["engine"] = endpoint({}, "Pending")
    assert run(tmp_path, outputs, "dns", "export", "--format", "hosts").exit_code == 2


def test_outputs_of_an_older_version_name_no_zone(tmp_path: Path) -> None:
    outputs = clusters()
    del outputs["myadx"]["zone"]
    assert PRIVATE in exported(tmp_path, outputs, "--format", "hosts")


@pytest.mark.parametrize("form", NETWORKS)
def test_diff_shows_different_answers(form: str, public: Server, tmp_path: Path) -> None:
    with NETWORKS[form](tmp_path, public, exported(tmp_path, clusters(), "--format", form)) as server:
        same = run(tmp_path, clusters(), "dns", "diff", "--nameserver", server.address)
        assert (same.exit_code, "answers 2 names of analytics as deployed." in same.stdout) == (0, True)
        moved = run(tmp_path, clusters(engine="10.3.0.7"), "dns", "diff", "--nameserver", server.address)
        assert moved.exit_code == 1
        assert re.search(rf"{ENGINE}\s+10.3.0.7\s+{PRIVATE} -> 10.3.0.9", moved.stdout)
        assert INGESTION not in moved.stdout


def test_diff_rejects_a_nameserver_that_is_no_address(tmp_path: Path) -> None:
    result = run(tmp_path, clusters(), "dns", "diff", "--nameserver", "dns.example.com")
    assert (result.exit_code, "'dns.example.com' is not an IP address" in result.output) == (2, True)


@pytest.mark.parametrize("form", ["dnsmasq", "unbound"])
def test_a_record_of_the_private_name_alone_is_not_enough(form: str, public: Server, tmp_path: Path) -> None:
    """A server that forwards takes the address from the answer, so the export has to contain the alias too."""
    text = {
        "dnsmasq": f"host-record={PRIVATE},10.3.0.9\n",
        "unbound": f'local-zone: "{PRIVATE}." redirect\nlocal-data: "{PRIVATE}. IN A 10.3.0.9"\n',
    }[form]
    with NETWORKS[form](tmp_path, public, text) as server:
        assert server.dig(PRIVATE) == AFTER[1:]
        assert server.dig(ENGINE) == BEFORE


def test_a_server_that_does_not_answer_is_no_difference(tmp_path: Path) -> None:
    """A nightly job must not export records again because a port was closed."""
    with public_dns(tmp_path / "public", options="allow-query { none; };") as server:
        result = run(tmp_path, clusters(), "dns", "diff", "--nameserver", server.address)
    assert (result.exit_code, "does not answer: refused." in result.stderr) == (2, True)


# Outputs in a file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_powershell_wrote(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "clusters.json"
    file.write_text(json.dumps(clusters()), encoding=encoding)
    result = CliRunner().invoke(main, ["dns", "export", "--format", "hosts", str(file)])
    assert (result.exit_code, ENGINE in result.stdout) == (0, True)


@pytest.mark.parametrize("addresses", [[], ["2001:db8::9"], ["somewhere"]])
def test_outputs_with_wrong_addresses(tmp_path: Path, addresses: list[str]) -> None:
    outputs = clusters()
    outputs["myadx"]["endpoints"]["analytics"]["engine"] = endpoint({ENGINE: addresses})
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts")
    assert (result.exit_code, "This is not the output `clusters`" in result.stderr) == (2, True)
    assert f"stack: myadx.endpoints.analytics.engine.hosts.{ENGINE}" in result.stderr


def test_a_file_and_a_stack_are_rejected_together(tmp_path: Path) -> None:
    result = run(tmp_path, clusters(), "dns", "export", "--format", "hosts", "--stack", "prod")
    assert (result.exit_code, "Give a file or --stack" in result.output) == (2, True)
