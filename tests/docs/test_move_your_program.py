"""The page about moving resources from a hand-written program into the component."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Sandbox, Stack

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "move-your-program.md"
BEFORE, AFTER = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
NAMES_OF_NATIVE = re.findall(r"^\| `(\w+)` \| `(\S+)` \|$", PAGE.read_text(), re.MULTILINE)
"""The types and new names of a native cluster's resources."""
ANALYTICS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
ENDPOINTS = f"{ANALYTICS}/providers/Microsoft.Network/privateEndpoints"


@pytest.fixture
def stack(azure_sandbox: Sandbox, tmp_path: Path) -> Stack:
    """The original program of the page, deployed, with connections approved by hand."""
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    (program / "__main__.py").write_text(BEFORE)
    stack = azure_sandbox.stack(program)
    update = stack.up()
    assert update.succeeded, update.output
    for role in ("engine", "ingestion"):
        portal_changes.decide_connection(azure_sandbox.azure, ResourceId.parse(f"{ENDPOINTS}/adx-{role}"), "Approved")
    return stack


def write_program(stack: Stack, program: str) -> None:
    (stack.directory / "__main__.py").write_text(program)


def test_the_move_touches_nothing_in_azure(stack: Stack) -> None:
    """Access must not be interrupted when a program starts to use the component."""
    before = stack.world()
    write_program(stack, AFTER)
    for run in (stack.preview(), stack.up()):
        assert run.succeeded, run.output
        # Components exist in Pulumi only.
        assert {operation.split()[1] for operation in run.operations} == {
            "AdxPrivateLink",
            "ClusterServices",
            "ConsumerEndpoints",
            "KustoPrivateDnsZone",
        }, run.operations
    assert stack.world() == before

    # The page removes the old names after the first update.
    write_program(stack, AFTER.replace("    opts=pulumi.ResourceOptions(transformations=[moved]),\n", ""))
    assert stack.up("--refresh", "--expect-no-changes").succeeded
    assert stack.destroy().succeeded
    assert not [resource for resource in stack.world() if "privateEndpoints/" in resource["id"]]


def test_without_the_old_names_everything_would_be_replaced(stack: Stack) -> None:
    """The page exists for this reason; the preview lists the new names."""
    write_program(stack, AFTER.replace("    opts=pulumi.ResourceOptions(transformations=[moved]),\n", ""))
    operations = stack.preview().operations
    assert "create PrivateLinkService myadx.engine" in operations
    assert "delete PrivateLinkService pls-engine" in operations


NATIVE_BEFORE = """
import pulumi
from pulumi_azure_native import Provider, network, privatedns

NETWORK = "{analytics}/providers/Microsoft.Network/virtualNetworks/analytics-vnet"
clients = pulumi.ResourceOptions(provider=Provider("clients", subscription_id="{subscription}"))
configs = []
for key, name in {zones}.items():
    zone = privatedns.PrivateZone(
        f"zone-{{key}}", private_zone_name=name, resource_group_name="analytics", location="Global", opts=clients
    )
    privatedns.VirtualNetworkLink(
        f"link-{{key}}",
        virtual_network_link_name="clients",
        private_zone_name=zone.name,
        resource_group_name="analytics",
        location="Global",
        registration_enabled=False,
        resolution_policy="NxDomainRedirect",
        virtual_network={{"id": NETWORK}},
        opts=clients,
    )
    configs.append({{"name": key, "private_dns_zone_id": zone.id}})
endpoint = network.PrivateEndpoint(
    "old-PrivateEndpoint",
    private_endpoint_name="adx-newadx",
    resource_group_name="analytics",
    location="westus",
    subnet={{"id": f"{{NETWORK}}/subnets/clients"}},
    manual_private_link_service_connections=[
        {{"name": "adx", "group_ids": ["cluster"], "private_link_service_id": "{cluster}"}}
    ],
    opts=clients,
)
network.PrivateDnsZoneGroup(
    "old-PrivateDnsZoneGroup",
    private_dns_zone_group_name="{group}",
    private_endpoint_name=endpoint.name,
    resource_group_name="analytics",
    private_dns_zone_configs=configs,
    opts=clients,
)
"""
NATIVE_AFTER = """
import pulumi
from pulumi_azure_native import Provider

from adx_private_link import AdxPrivateLink

OLD_NAMES = {old_names}


def moved(args):
    if args.name not in OLD_NAMES or not args.type_.startswith("azure-native:"):
        return None
    alias = pulumi.Alias(name=OLD_NAMES[args.name], parent=pulumi.ROOT_STACK_RESOURCE)
    options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(aliases=[alias]))
    return pulumi.ResourceTransformationResult(args.props, options)


endpoint = {{"name": "adx-newadx", "zone_group": "{group}", "keep": ["connection_name", "request_message"]}}
AdxPrivateLink(
    "newadx",
    cluster={{"id": "{cluster}"}},
    consumers={{
        "analytics": {{
            "subnet_id": "{analytics}/providers/Microsoft.Network/virtualNetworks/analytics-vnet/subnets/clients",
            "approval": "elsewhere",
            "endpoints": {{"newadx": {{"cluster": endpoint}}}},
            "dns": {{
                "resource_group": "analytics", "storage_zones": "made", "links": {{"own": {{"name": "clients"}}}}
            }},
        }}
    }},
    providers={{
        "{owner}": Provider("adx", subscription_id="{owner}"),
        "{subscription}": Provider("clients", subscription_id="{subscription}"),
    }},
    opts=pulumi.ResourceOptions(transformations=[moved]),
)
"""


@pytest.mark.parametrize("group", ["default", "mine"])
def test_a_native_cluster_moves_by_the_names_of_the_page(azure_sandbox: Sandbox, tmp_path: Path, group: str) -> None:
    """Its zone group must not be replaced: all names would be gone for a while."""
    subscription = ANALYTICS.split("/")[2]
    zones = {key: f"privatelink.{key}.core.windows.net" for key in ("blob", "queue", "table")}
    zones["kusto"] = "privatelink.westus.kusto.windows.net"
    old_names = {name: f"old-{kind}" for kind, name in NAMES_OF_NATIVE}
    assert len(old_names) == 2
    for key, zone in zones.items():
        old_names[f"{zone}@analytics.{subscription}"] = f"zone-{key}"
        old_names[f"{zone}@analytics-vnet.analytics.{subscription}"] = f"link-{key}"
    owner = subscription.replace("2", "1")
    values = {
        "analytics": ANALYTICS,
        "cluster": f"/subscriptions/{owner}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/newadx",
        "group": group,
        "old_names": old_names,
        "owner": owner,
        "subscription": subscription,
        "zones": zones,
    }
    program = tmp_path / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    (program / "__main__.py").write_text(NATIVE_BEFORE.format(**values))
    stack = azure_sandbox.stack(program)
    assert stack.up().succeeded
    portal_changes.decide_connection(azure_sandbox.azure, ResourceId.parse(f"{ENDPOINTS}/adx-newadx"), "Approved")
    before = stack.world()
    write_program(stack, NATIVE_AFTER.format(**values))
    for run in (stack.preview(), stack.up()):
        assert run.succeeded, run.output
        created = [operation.split()[1] for operation in run.operations if operation.startswith("create ")]
        assert len(created) == len(run.operations), run.operations
        assert {*created} == {"AdxPrivateLink", "ConsumerEndpoints", "KustoPrivateDnsZone", "azure-native"}
    assert stack.world() == before
