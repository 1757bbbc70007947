"""A consumer's network on loopback: public DNS, the network's DNS server, and a healthy cluster."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import trustme

from adx_private_link.cli.pulumi import untrusted_outputs

from ..dns.servers import Server, bind_of_network, public_dns
from ..outputs import ENGINE, exported
from .faults import ADDRESS, OUTPUTS, WILDCARD
from .kusto import Cluster, cluster
from .native import OUTPUTS as NATIVE_OUTPUTS
from .native import native_at, native_cluster


@pytest.fixture(scope="module", autouse=True)
def loopback() -> Generator[None]:
    """Accept loopback addresses, which stand for the consumer's network; elsewhere a file with them is rejected."""
    others = {network: kind for network, kind in untrusted_outputs.IMPOSSIBLE.items() if not network.is_loopback}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(untrusted_outputs, "IMPOSSIBLE", others)
        yield


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The authority that issues the servers' certificates."""
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine trust the authority."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The public DNS server."""
    with public_dns(tmp_path_factory.mktemp("public")) as server:
        yield server


@pytest.fixture(scope="module")
def network(public: Server, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The DNS server of a network, with the stack's records."""
    directory = tmp_path_factory.mktemp("network")
    with bind_of_network(directory, public, exported(directory, OUTPUTS, "--format", "bind")) as server:
        yield server


@pytest.fixture(scope="module")
def healthy_port(authority: trustme.CA) -> Generator[int]:
    """The port of a healthy cluster."""
    with cluster(authority, WILDCARD) as running:
        yield running.port


@pytest.fixture(params=["injected", "native"])
def outputs(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The outputs of a stack with a cluster of each kind: clients take the same way to its engine."""
    return OUTPUTS if request.param == "injected" else native_at(ADDRESS)


# A native cluster


@pytest.fixture(scope="module")
def native_hosts(authority: trustme.CA) -> Generator[dict[str, Cluster]]:
    """The hosts of a healthy native cluster."""
    with native_cluster(authority) as hosts:
        yield hosts


@pytest.fixture(scope="module")
def native_port(native_hosts: dict[str, Cluster]) -> int:
    """The port of all hosts."""
    return native_hosts[ENGINE].port


@pytest.fixture(scope="module")
def native_network(public: Server, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The DNS server of a network, with all names of the cluster."""
    directory = tmp_path_factory.mktemp("native-network")
    with bind_of_network(directory, public, exported(directory, NATIVE_OUTPUTS, "--format", "bind")) as server:
        yield server
