"""A program on the real engine that connects to a native cluster, and what scale-out does to its stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Sandbox

CLUSTER = "/subscriptions/s/resourceGroups/data/providers/Microsoft.Kusto/Clusters/native"

WORLD = f"""
resources:
  - {{id: /subscriptions/s/resourceGroups/data, location: westus}}
  - {{id: {CLUSTER}, location: westus, sku: {{name: Standard_E2a_v4, tier: Standard}}}}
  - id: /subscriptions/s/resourceGroups/data/providers/Microsoft.Network/virtualNetworks/vnet
    location: westus
    properties:
      addressSpace: {{addressPrefixes: [10.0.0.0/16]}}
      subnets: [{{name: endpoints, properties: {{addressPrefix: 10.0.0.0/24}}}}]
"""

PROGRAM = f"""
import pulumi
from pulumi_azure_native import Provider, kusto, network, privatedns, resources

CLUSTER = "{CLUSTER}"
SUBNET = "/subscriptions/s/resourceGroups/data/providers/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints"
provider = Provider("p", subscription_id="s")


def options(*dependencies, **more):
    return pulumi.ResourceOptions(provider=provider, depends_on=list(dependencies), **more)


connection = {{"name": "c", "private_link_service_id": CLUSTER, "group_ids": ["cluster"]}}
endpoint = network.PrivateEndpoint(
    "pe",
    private_endpoint_name="pe",
    resource_group_name="data",
    location="westus",
    subnet={{"id": SUBNET}},
    manual_private_link_service_connections=[connection],
    opts=options(
        ignore_changes=[
            "customDnsConfigs", "manualPrivateLinkServiceConnections[*].privateLinkServiceConnectionState"
        ]
    ),
)
cluster = endpoint.id.apply(
    lambda id: kusto.get_cluster(
        cluster_name="native", resource_group_name="data", opts=pulumi.InvokeOptions(provider=provider)
    )
)
names = pulumi.Output.all(endpoint.id, cluster).apply(
    lambda known: [c.name for c in known[1].private_endpoint_connections if c.private_endpoint.id == known[0]]
)
approval = resources.Deployment(
    "approval",
    deployment_name="approval",
    resource_group_name="data",
    properties={{
        "mode": "Incremental",
        "parameters": {{"names": {{"value": names}}}},
        "template": {{
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {{"names": {{"type": "array"}}}},
            "resources": [
                {{
                    "type": "Microsoft.Kusto/clusters/privateEndpointConnections",
                    "apiVersion": "2024-04-13",
                    "name": "[concat('native/', parameters('names')[copyIndex()])]",
                    "copy": {{"name": "names", "count": "[length(parameters('names'))]"}},
                    "properties": {{"privateLinkServiceConnectionState": {{"status": "Approved"}}}},
                }}
            ],
        }},
    }},
    opts=options(),
)
configs = []
for name in ("westus.kusto.windows.net", *(f"{{kind}}.core.windows.net" for kind in ("blob", "queue", "table"))):
    zone = privatedns.PrivateZone(
        name,
        private_zone_name=f"privatelink.{{name}}",
        resource_group_name="data",
        location="Global",
        opts=options(),
    )
    configs.append({{"name": name.split(".")[-4], "private_dns_zone_id": zone.id}})
group = network.PrivateDnsZoneGroup(
    "group",
    private_dns_zone_group_name="default",
    private_endpoint_name=endpoint.name,
    resource_group_name="data",
    private_dns_zone_configs=configs,
    opts=options(approval),
)
pulumi.export("records", group.private_dns_zone_configs.apply(lambda configs: [len(c.record_sets) for c in configs]))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    directory = tmp_path / "program"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("{name: native, runtime: python}")
    (directory / "__main__.py").write_text(PROGRAM)
    (tmp_path / "world.yaml").write_text(WORLD)
    return directory


def test_scale_out_changes_records_and_plans_nothing(azure_sandbox: Sandbox, program: Path, tmp_path: Path) -> None:
    """Storage accounts come and go under load, without any update: refresh and preview must stay quiet."""
    azure_sandbox.start_from(tmp_path / "world.yaml")
    stack = azure_sandbox.stack(program)
    update = stack.up()
    assert update.succeeded, update.output
    assert stack.outputs()["records"] == [2, 2, 2, 2]
    assert stack.preview().operations == []

    portal_changes.scale_out(azure_sandbox.azure, ResourceId.parse(CLUSTER))
    refresh = stack.refresh()
    assert refresh.succeeded, refresh.output
    preview = stack.preview()
    assert (preview.succeeded, preview.operations) == (True, []), preview.output
    assert stack.up().succeeded
    assert stack.outputs()["records"] == [2, 3, 3, 3]

    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert [resource["name"] for resource in azure_sandbox.azure.list() if "/A/" in resource["id"]] == []
