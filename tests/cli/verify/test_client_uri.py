"""The check of the URI in a client's connection string."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..dns.servers import Server
from ..outputs import ENGINE, INGESTION, run
from .native import BLOB, OUTPUTS


@pytest.mark.parametrize(
    ("uri", "link", "kind"),
    [
        ("https://myadx.privatelink.westus.kusto.windows.net", "tls", "privatelink-name"),
        ("https://ingest-myadx.privatelink.westus.kusto.windows.net:443/", "tls", "privatelink-name"),
        ("MyADX.westus", "dns", "short-name"),
    ],
)
def test_a_uri_with_another_name(
    native_network: Server, native_port: int, tmp_path: Path, uri: str, link: str, kind: str
) -> None:
    """The certificate covers no private name; Power BI's gateways complete no short one."""
    arguments = ("verify", "--nameserver", native_network.address, "--port", str(native_port), "--uri", uri)
    result = run(tmp_path, OUTPUTS, *arguments, "--json")
    assert result.exit_code == 1
    [fault] = [
        (host["host"], check["link"], check["fault"])
        for host in json.loads(result.stdout)["hosts"]
        for check in host["checks"]
        if check["fault"]
    ]
    assert (fault[1], fault[2]["kind"]) == (link, kind)
    expected = INGESTION if "ingest-" in uri else ENGINE
    assert f"Write https://{expected} in the connection string" in fault[2]["remedy"]


@pytest.mark.parametrize("uri", [f"https://{ENGINE}", f"https://{INGESTION}:443/database", ENGINE])
def test_the_own_name_is_right(native_network: Server, native_port: int, tmp_path: Path, uri: str) -> None:
    arguments = ("verify", "--nameserver", native_network.address, "--port", str(native_port), "--uri", uri)
    assert run(tmp_path, OUTPUTS, *arguments).exit_code == 0


@pytest.mark.parametrize("uri", ["https://other.westus.kusto.windows.net", f"https://{BLOB}", "", "https://[", "a;b=c"])
def test_a_uri_of_no_cluster(native_network: Server, tmp_path: Path, uri: str) -> None:
    result = run(tmp_path, OUTPUTS, "verify", "--nameserver", native_network.address, "--uri", uri)
    assert result.exit_code == 2
    assert f"https://{ENGINE}" in result.output
