"""The check of a query, with the official client against a stand-in for a cluster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trustme

from ..dns.servers import Server
from ..outputs import ENGINE, PRIVATE, run
from .faults import NO_FAULTS, OUTPUTS, WILDCARD, find_faults, kinds
from .kusto import cluster
from .native import BLOB, native_cluster
from .native import OUTPUTS as NATIVE_OUTPUTS


def test_the_official_client_gets_an_answer_by_the_private_name(
    network: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _log_in(tmp_path, monkeypatch, "a-token")
    with cluster(authority, WILDCARD) as running:
        result = run(
            tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(running.port), "--query"
        )
        assert result.exit_code == 0, result.output
        assert (f"{ENGINE}:{running.port}", "/v2/rest/query", "Bearer a-token") in running.requests
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0][-1] == "query"
    assert lines[2] == [ENGINE, "Approved", "ok", "ok", "ok", "ok", "ok"]
    assert PRIVATE not in result.stdout


def test_the_query_goes_to_the_engine_of_a_native_cluster(
    native_network: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the ingestion service nor a storage account answers queries."""
    _log_in(tmp_path, monkeypatch, "a-token")
    with native_cluster(authority) as hosts:
        port = str(hosts[ENGINE].port)
        result = run(
            tmp_path, NATIVE_OUTPUTS, "verify", "--nameserver", native_network.address, "--port", port, "--query"
        )
        assert result.exit_code == 0, result.output
        asked = {host for host, server in hosts.items() if any("query" in path for _, path, _ in server.requests)}
    assert asked == {ENGINE}
    cells = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if ".windows.net" in line}
    assert cells[ENGINE] == ["Approved", "ok", "ok", "ok", "ok", "ok"]
    assert cells[BLOB] == ["Approved", "ok", "ok", "ok", "-", "-"]


@pytest.mark.parametrize(("token", "kind"), [("another", "query-failed"), ("", "no-login")])
def test_a_query_that_fails(
    network: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str, kind: str
) -> None:
    _log_in(tmp_path, monkeypatch, token)
    with cluster(authority, WILDCARD) as running:
        faults = find_faults(tmp_path, network, running.port, "--query")
    assert kinds(faults) == {**NO_FAULTS, "query": kind}


def _log_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """Install an Azure CLI with this token; without a token, it has no login."""
    answer = json.dumps({"accessToken": token, "expiresOn": "2099-01-01 00:00:00.000000", "expires_on": 4070908800})
    program = tmp_path / "bin" / "az"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\necho '{answer}'\n" if token else "#!/bin/sh\necho 'Please run az login' >&2; exit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
