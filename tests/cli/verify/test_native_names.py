"""The check of the names of a native cluster: who writes their records, and what clients get without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..dns.servers import STORAGE_DOMAINS, Server, bind_of_network, primary_zones
from ..outputs import ENGINE, INGESTION, ZONE, exported, run
from .faults import NO_FAULTS, find_faults, kinds
from .faults import OUTPUTS as INJECTED_OUTPUTS
from .native import BLOB, HOSTS, NO_STORAGE_FAULTS, OUTPUTS, STORAGE, TABLE, without


def test_a_network_that_sees_the_kusto_zone_alone(public: Server, native_port: int, tmp_path: Path) -> None:
    """Queries work and queued ingestion fails (Azure/azure-kusto-spark#343, #385, #390): the usual mistake."""
    text = exported(tmp_path, without(*STORAGE), "--format", "bind")
    with bind_of_network(tmp_path / "network", public, text) as server:
        faults = find_faults(tmp_path, server, native_port, outputs=OUTPUTS)
    assert (kinds(faults), kinds(faults, INGESTION)) == (NO_FAULTS, NO_FAULTS)
    for host in STORAGE:
        assert kinds(faults, host) == {**NO_STORAGE_FAULTS, "dns": "zone-not-seen"}
    fault = faults[TABLE]["dns"]
    assert "does not see the zone privatelink.table.core.windows.net" in fault["says"]
    assert "the consumer's `dns.link_existing`" in fault["remedy"]
    assert "Until then queued ingestion uploads data to the public address" in fault["remedy"]


def _write_azure_zones(directory: Path, *names: str) -> str:
    """Return the configuration of a server that sees Azure's private zones, which have public answers to some names."""
    records = "".join(f"{name} A 20.60.1.1\n" for name in names)
    soa = "$TTL 60\n@ SOA azureprivatedns.net. nobody.invalid. 1 3600 600 86400 60\n@ NS ns.invalid.\n"
    zones = (ZONE, *(f"privatelink.{domain}" for domain in STORAGE_DOMAINS))
    return primary_zones(directory, dict.fromkeys(zones, soa + records))


@pytest.mark.parametrize(
    ("has_group", "remedy"),
    [
        (True, "recreate the group: `pulumi up --replace '**PrivateDnsZoneGroup::myadx.CONSUMER.cluster.zone-group'`"),
        (False, "This stack does not write the endpoint's names (`dns: elsewhere`)."),
    ],
)
def test_zones_without_the_records(
    public: Server,
    native_port: int,
    tmp_path: Path,
    remedy: str,
    *,
    has_group: bool,
) -> None:
    """No zone group, a zone too few, or deleted records: links with `NxDomainRedirect` give the public answer."""
    outputs = without()
    if not has_group:
        del outputs["myadx"]["endpoints"]["analytics"]["cluster"]["zone_group"]
    names = {host.partition(".")[0] for host in HOSTS}
    zones = _write_azure_zones(tmp_path / "azure", *names)
    with bind_of_network(tmp_path / "azure", public, zones) as server:
        faults = find_faults(tmp_path, server, native_port, outputs=outputs)
    for host, others in ((ENGINE, NO_FAULTS), (BLOB, NO_STORAGE_FAULTS)):
        assert kinds(faults, host) == {**others, "dns": "no-record"}
        assert remedy in faults[host]["dns"]["remedy"]
    until = "Until then clients use the public endpoint, which rejects them if the cluster's `publicNetworkAccess`"
    assert until in faults[ENGINE]["dns"]["remedy"]


def test_an_injected_cluster_loses_nothing_by_public_access(public: Server, tmp_path: Path) -> None:
    """Its public endpoint has no such property: the remedy must not speak of it."""
    with bind_of_network(tmp_path / "network", public) as server:
        result = run(tmp_path, INJECTED_OUTPUTS, "verify", "--nameserver", server.address, "--timeout", "0.1", "--json")
    assert "zone-not-seen" in result.stdout
    assert "publicNetworkAccess" not in result.stdout


def test_a_storage_zone_that_hides_the_public_answer(public: Server, native_port: int, tmp_path: Path) -> None:
    """A link with the policy `Default`: clients report an unknown host (Azure/azure-kusto-spark#343)."""
    zones = _write_azure_zones(tmp_path / "azure")
    with bind_of_network(tmp_path / "azure", public, zones) as server:
        faults = find_faults(tmp_path, server, native_port, outputs=OUTPUTS)
    assert kinds(faults, BLOB) == {**NO_STORAGE_FAULTS, "dns": "no-such-name"}
    assert "creates a missing zone group" in faults[BLOB]["dns"]["remedy"]


def test_a_storage_account_that_azure_has_removed(native_network: Server, native_port: int, tmp_path: Path) -> None:
    """Accounts come and go; the outputs are those of the last update."""
    old = without()
    cluster_endpoint = old["myadx"]["endpoints"]["analytics"]["cluster"]
    gone = "zzzkstrldmyadx07.blob.core.windows.net"
    for part in ("hosts", "names"):
        cluster_endpoint[part][gone] = cluster_endpoint[part][BLOB]
    faults = find_faults(tmp_path, native_network, native_port, outputs=old)
    assert kinds(faults, gone)["dns"] == "no-such-name"
    assert "run `pulumi up`, then read the outputs again" in faults[gone]["dns"]["remedy"]
