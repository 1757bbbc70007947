"""Exported records of a native cluster, with the names of its storage accounts, loaded into real DNS servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..outputs import ACCOUNTS, ENGINE, ZONES, exported, native_clusters, run
from .servers import NETWORKS, STORAGE_DOMAINS, Server, dnsmasq

FORMS = ("bind", "coredns", "dnsmasq", "hosts", "json", "unbound", "windows")
BLOB = f"{ACCOUNTS[0]}.blob.core.windows.net"
PRIVATE_BLOB = f"{ACCOUNTS[0]}.privatelink.blob.core.windows.net"


@pytest.mark.parametrize("form", NETWORKS)
def test_every_name_is_private_and_other_accounts_stay_public(form: str, public: Server, tmp_path: Path) -> None:
    """
    Without the storage names, queued ingestion fails (Azure/azure-kusto-spark#390).

    The private zones of storage belong to everybody: a record too many breaks the accounts of others.
    """
    with NETWORKS[form](tmp_path, public, exported(tmp_path, native_clusters(), "--format", form)) as server:
        for _ in range(2):
            answers = {host: server.dig(host)[-1] for host in ZONES}
            assert [value for _, type, value in answers.values() if type == "A"] == [
                f"10.3.0.{number}" for number in range(4, 12)
            ]
            assert server.dig(BLOB) == [(BLOB, "CNAME", PRIVATE_BLOB), (PRIVATE_BLOB, "A", "10.3.0.6")]
            for domain in STORAGE_DOMAINS:
                assert server.dig(f"data.{domain}")[-1][2] == "20.60.1.3"


def test_a_hosts_file_has_the_storage_names(public: Server, tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text(exported(tmp_path, native_clusters(), "--format", "hosts"))
    with dnsmasq(tmp_path, public, "", f"--addn-hosts={file}") as server:
        assert server.dig(BLOB) == [(BLOB, "A", "10.3.0.6")]


@pytest.mark.parametrize("form", FORMS)
def test_an_export_says_that_it_is_a_snapshot(form: str, tmp_path: Path) -> None:
    """Azure adds storage accounts under load, and nobody would know why ingestion fails on some days."""
    result = run(tmp_path, native_clusters(), "dns", "export", "--format", form)
    assert "this is a snapshot of their names" in result.stderr
    if form != "json":  # which has no comments
        assert "this is a snapshot of their names" in result.stdout


def test_json_says_what_each_name_is_for(tmp_path: Path) -> None:
    export = json.loads(exported(tmp_path, native_clusters(), "--format", "json"))
    records = {record["host"]: record for record in export["records"]}
    assert {host: (record["target"], record["role"], record["zone"]) for host, record in records.items()} == {
        host: ("cluster", role, zone) for host, (role, zone) in ZONES.items()
    }
    assert records[BLOB]["cname"] == PRIVATE_BLOB
    assert records[ENGINE]["addresses"] == ["10.3.0.4"]
