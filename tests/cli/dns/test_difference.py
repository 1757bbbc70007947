"""Differences between a DNS server's answers and the stack."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ..outputs import ACCOUNTS, ENGINE, INGESTION, PRIVATE, clusters, exported, native_clusters, run
from .servers import NETWORKS, Server, public_dns


@pytest.mark.parametrize("form", NETWORKS)
def test_diff_shows_different_answers(form: str, public: Server, tmp_path: Path) -> None:
    with NETWORKS[form](tmp_path, public, exported(tmp_path, clusters(), "--format", form)) as server:
        same = run(tmp_path, clusters(), "dns", "diff", "--nameserver", server.address)
        assert (same.exit_code, "answers 2 names of analytics as deployed." in same.stdout) == (0, True)
        moved = run(tmp_path, clusters(engine="10.3.0.7"), "dns", "diff", "--nameserver", server.address)
        assert moved.exit_code == 1
        assert re.search(rf"{ENGINE}\s+10.3.0.7\s+{PRIVATE} -> 10.3.0.9", moved.stdout)
        assert INGESTION not in moved.stdout


def test_a_server_that_does_not_answer_is_no_difference(tmp_path: Path) -> None:
    """A nightly job must not export records again because a port was closed."""
    with public_dns(tmp_path / "public", options="allow-query { none; };") as server:
        result = run(tmp_path, clusters(), "dns", "diff", "--nameserver", server.address)
    assert (result.exit_code, "does not answer: refused." in result.stderr) == (2, True)


def test_diff_rejects_a_nameserver_that_is_no_address(tmp_path: Path) -> None:
    result = run(tmp_path, clusters(), "dns", "diff", "--nameserver", "dns.example.com")
    assert (result.exit_code, "'dns.example.com' is not an IP address" in result.output) == (2, True)


@pytest.mark.parametrize("form", NETWORKS)
def test_diff_names_storage_accounts_that_came_after_the_export(form: str, public: Server, tmp_path: Path) -> None:
    """Azure adds accounts under load: clients learn of a new one from the cluster, and reach it publicly."""
    old = native_clusters()
    cluster = old["myadx"]["endpoints"]["analytics"]["cluster"]
    for host in [host for host in cluster["hosts"] if host.startswith(ACCOUNTS[1])]:
        del cluster["hosts"][host], cluster["names"][host]
    with NETWORKS[form](tmp_path, public, exported(tmp_path, old, "--format", form)) as server:
        same = run(tmp_path, old, "dns", "diff", "--nameserver", server.address)
        assert (same.exit_code, "answers 5 names of analytics as deployed." in same.stdout) == (0, True)
        grown = run(tmp_path, native_clusters(), "dns", "diff", "--nameserver", server.address)
    assert grown.exit_code == 1
    added = ", ".join(f"{ACCOUNTS[1]}.{service}.core.windows.net" for service in ("blob", "queue", "table"))
    assert f"Added since the server got its records: {added}." in " ".join(grown.stdout.split())
    assert ACCOUNTS[0] not in grown.stdout


def test_a_storage_name_with_another_private_address_is_not_new(public: Server, tmp_path: Path) -> None:
    """The endpoint was replaced: its names are the old ones."""
    with NETWORKS["bind"](tmp_path, public, exported(tmp_path, native_clusters(), "--format", "bind")) as server:
        moved = native_clusters()
        blob = f"{ACCOUNTS[0]}.blob.core.windows.net"
        moved["myadx"]["endpoints"]["analytics"]["cluster"]["hosts"][blob] = ["10.3.0.99"]
        result = run(tmp_path, moved, "dns", "diff", "--nameserver", server.address)
    assert (result.exit_code, blob in result.stdout, "Added since" in result.stdout) == (1, True, False)


def test_an_injected_cluster_has_no_accounts_that_azure_adds(public: Server, tmp_path: Path) -> None:
    """Its name is public because nobody has exported it."""
    result = run(tmp_path, clusters(), "dns", "diff", "--nameserver", public.address)
    assert (result.exit_code, ENGINE in result.stdout, "Added since" in result.stdout) == (1, True, False)
