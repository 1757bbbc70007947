"""Exported records, loaded into real DNS servers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ..outputs import ENGINE, INGESTION, PRIVATE, ZONE, clusters, endpoint, exported
from .servers import NETWORKS, PRIVATE_ANSWER, PUBLIC_ANSWER, REBINDING_PROTECTION, Server, dnsmasq, unbound

LEGACY = "private-myadx.westus.kusto.windows.net"


@pytest.mark.parametrize("form", NETWORKS)
def test_without_an_export_all_answers_are_public(form: str, public: Server, tmp_path: Path) -> None:
    with NETWORKS[form](tmp_path, public, "") as server:
        assert server.dig(ENGINE) == PUBLIC_ANSWER


@pytest.mark.parametrize("form", NETWORKS)
def test_exported_names_are_private_and_all_others_public(form: str, public: Server, tmp_path: Path) -> None:
    """The test asks twice, because servers answer from their caches by other rules; Unbound ignores policies there."""
    with NETWORKS[form](tmp_path, public, exported(tmp_path, clusters(), "--format", form)) as server:
        for _ in range(2):
            assert server.dig(ENGINE) == PRIVATE_ANSWER
            assert server.dig(PRIVATE) == PRIVATE_ANSWER[1:]
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


@pytest.mark.parametrize("form", ["dnsmasq", "unbound"])
def test_a_record_of_the_private_name_alone_is_not_enough(form: str, public: Server, tmp_path: Path) -> None:
    """A server that forwards takes the address from the answer, so the export has to contain the alias too."""
    text = {
        "dnsmasq": f"host-record={PRIVATE},10.3.0.9\n",
        "unbound": f'local-zone: "{PRIVATE}." redirect\nlocal-data: "{PRIVATE}. IN A 10.3.0.9"\n',
    }[form]
    with NETWORKS[form](tmp_path, public, text) as server:
        assert server.dig(PRIVATE) == PRIVATE_ANSWER[1:]
        assert server.dig(ENGINE) == PUBLIC_ANSWER


def test_a_hosts_file_has_both_names(public: Server, tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text(exported(tmp_path, clusters(), "--format", "hosts"))
    with dnsmasq(tmp_path, public, "", f"--addn-hosts={file}") as server:
        assert server.dig(ENGINE) == [(ENGINE, "A", "10.3.0.9")]
        assert server.dig(PRIVATE) == [(PRIVATE, "A", "10.3.0.9")]


def test_unbound_with_rebinding_protection_answers_private_addresses(public: Server, tmp_path: Path) -> None:
    """pfSense and OPNsense turn the protection on."""
    with unbound(
        tmp_path, public, exported(tmp_path, clusters(), "--format", "unbound"), REBINDING_PROTECTION
    ) as server:
        assert server.dig(ENGINE) == PRIVATE_ANSWER


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
        "target": "engine",
        "role": "engine",
        "host": ENGINE,
        "cname": PRIVATE,
        "zone": ZONE,
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
