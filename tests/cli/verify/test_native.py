"""The chain of a native cluster: its own hosts, and those of the storage accounts through which data is ingested."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import trustme

from adx_private_link.cli.verify.endpoint import Destination, check_endpoint

from ..dns.servers import Server
from ..outputs import ENGINE, INGESTION, ZONE, endpoint, run
from .faults import NO_FAULTS, find_faults, kinds
from .kusto import Cluster, cluster
from .native import BLOB, HOSTS, NO_STORAGE_FAULTS, OUTPUTS, QUEUE, STORAGE, native_cluster, without


def test_a_healthy_native_cluster_has_no_faults(
    native_network: Server, native_hosts: dict[str, Cluster], native_port: int, tmp_path: Path
) -> None:
    """Storage accounts answer no ping: without a login, they reject every request."""
    faults = find_faults(tmp_path, native_network, native_port, outputs=OUTPUTS)
    assert {host: kinds(faults, host) for host in HOSTS} == {
        ENGINE: NO_FAULTS,
        INGESTION: NO_FAULTS,
        **dict.fromkeys(STORAGE, NO_STORAGE_FAULTS),
    }
    assert [path for _, path, _ in native_hosts[ENGINE].requests] == ["/v1/rest/ping"] * 2
    assert not any(native_hosts[host].requests for host in STORAGE)


def test_machines_read_targets_and_roles(native_network: Server, native_port: int, tmp_path: Path) -> None:
    file = tmp_path / "access.xml"
    arguments = ("verify", "--nameserver", native_network.address, "--port", str(native_port), "--junit", str(file))
    report = json.loads(run(tmp_path, OUTPUTS, *arguments, "--format", "json").stdout)
    roles = {host["host"]: (host["target"], host["role"]) for host in report["hosts"]}
    assert roles[ENGINE] == ("cluster", "engine")
    assert roles[BLOB] == ("cluster", "storage")
    suite = ET.parse(file).getroot()
    # Two hosts of the cluster with five links, six of storage with four.
    assert (suite.get("tests"), suite.get("skipped")) == (str(2 * 5 + 6 * 4), "0")


def test_the_certificate_of_another_storage_service(
    native_network: Server, authority: trustme.CA, tmp_path: Path
) -> None:
    """The name leads to the address of another member of the endpoint."""
    with native_cluster(authority, blob="*.queue.core.windows.net") as running:
        faults = find_faults(tmp_path, native_network, running[ENGINE].port, outputs=OUTPUTS)
    assert kinds(faults, BLOB) == {**NO_STORAGE_FAULTS, "tls": "wrong-certificate"}
    assert kinds(faults, QUEUE) == NO_STORAGE_FAULTS
    assert faults[BLOB]["tls"]["says"] == f"the certificate is for *.queue.core.windows.net, not for {BLOB}"


@pytest.mark.parametrize("domain", ["core.windows.net", "core.usgovcloudapi.net", "core.chinacloudapi.cn"])
@pytest.mark.parametrize("service", ["blob", "queue", "table"])
def test_storage_certificates_of_each_cloud(authority: trustme.CA, service: str, domain: str) -> None:
    host = f"4abkstrldmyadx00.{service}.{domain}"
    for name, kind in ((f"*.{service}.{domain}", None), (f"*.{service}.core.example", "wrong-certificate")):
        with cluster(authority, name) as server:
            *_, last = check_endpoint(Destination(host, "127.0.0.9", server.port, timeout=5), ping=False)
        assert (last.link, last.fault and last.fault.kind) == ("tls", kind)


def test_both_kinds_of_clusters(native_network: Server, native_port: int, tmp_path: Path) -> None:
    """Storage names are missing for no injected cluster: its data takes the same way as before."""
    outputs = without()
    old = "old.westus.kusto.windows.net"
    outputs["old"] = {
        "zone": ZONE,
        "services": {},
        "endpoints": {"analytics": {"engine": endpoint({old: ["127.0.3.4"]})}},
    }
    faults = find_faults(tmp_path, native_network, native_port, outputs=outputs)
    assert None not in faults
    assert kinds(faults, old) == {**NO_FAULTS, "dns": "no-such-name"}
