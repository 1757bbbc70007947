"""`azure-sandbox portal`."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from azure_sandbox.azure import ResourceId
from azure_sandbox.cli import main
from azure_sandbox.sandbox_home import SandboxHome

from ..azure.resource_types.cluster_bodies import to_cluster
from ..small_world import CONSUMER_NETWORK, ENDPOINT, SandboxCloud, a_record, subnet, zone


def test_each_command_reports_its_result(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / "sandbox")
    network = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    host = f"{network}/privateDnsZones/z.example/A/host"
    home.azure.put(ResourceId.parse(f"{network}/privateDnsZones/z.example"), zone())
    home.azure.put(ResourceId.parse(host), a_record("10.0.0.4"))

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--home", str(home.directory), "portal", *arguments])
        assert isinstance(result.exception, (SystemExit, type(None)))
        return result.exit_code, result.output

    assert run("edit-record", host, "10.0.0.9") == (0, f"{host}: the record points to 10.0.0.9\n")
    assert home.azure.get(ResourceId.parse(host))["properties"]["aRecords"] == [{"ipv4Address": "10.0.0.9"}]
    assert run("move-record", host, f"{host}2") == (0, f"{host}: moved to {host}2\n")
    assert run("lock", f"{host}2") == (0, f"{host}2: locked against deletion\n")
    assert run("delete", f"{host}2")[0] == 2
    assert run("unlock", f"{host}2") == (0, f"{host}2: unlocked\n")
    assert run("delete", f"{host}2") == (0, f"{host}2: deleted\n")
    code, output = run("approve", f"{network}/privateEndpoints/none")
    assert code == 2
    assert "has no connection" in output
    assert run("delete", host)[0] == 2


def test_network_policies_have_no_default(tmp_path: Path) -> None:
    """Azure creates no private link service in a subnet whose policies for services are enabled."""
    home = SandboxHome(tmp_path / "sandbox")
    network = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    subnet = f"{network}/virtualNetworks/analytics-vnet/subnets/clients"
    before = home.azure.get(ResourceId.parse(subnet))

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--home", str(home.directory), "portal", "policies", subnet, *arguments])
        return result.exit_code, result.output

    code, output = run("service")
    assert code == 2
    assert "--enable" in output
    assert home.azure.get(ResourceId.parse(subnet)) == before
    assert run("service", "--enable") == (0, f"{subnet}: network policies for private link services are enabled\n")
    assert run("endpoint", "--disable") == (0, f"{subnet}: network policies for private endpoints are disabled\n")
    policies = home.azure.get(ResourceId.parse(subnet))["properties"]
    assert policies["privateLinkServiceNetworkPolicies"] == "Enabled"
    assert policies["privateEndpointNetworkPolicies"] == "Disabled"


def test_a_cluster_scales_out(cloud: SandboxCloud, native_cluster: str, tmp_path: Path) -> None:
    """The command names the endpoints that lack the new names, because their subnets are too small."""
    small = f"{CONSUMER_NETWORK}/subnets/small"
    cloud.put(small, {"properties": subnet("small", "10.3.0.32/28")["properties"]})
    cloud.put(ENDPOINT, to_cluster(subnet=small))

    def scale_out(id: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--home", str(tmp_path), "portal", "scale-out", id])
        return result.exit_code, result.output

    done = f"{native_cluster}: the cluster has one more storage account\n"
    assert scale_out(native_cluster) == (0, done)
    assert scale_out(native_cluster) == (0, f"{done}{ENDPOINT}: the subnet has no room for its addresses\n")
    code, output = scale_out(ENDPOINT)
    assert (code, f"{ENDPOINT} is not a cluster." in output) == (2, True)
