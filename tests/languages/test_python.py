"""Programs by the generated SDK of Python, for those that do not want this library's packages beside theirs."""

from __future__ import annotations

from pathlib import Path

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack

from .conftest import run
from .deploying import check_example

PROGRAM = """\
import sys

sys.path.insert(0, {sdk!r})

import pulumi
from pulumi_adx_private_link import AdxPrivateLinks, ClusterSettingsArgs, ConsumerSettingsArgs, DnsSettingsArgs

subscription = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
links = AdxPrivateLinks(
    "links",
    clusters={{
        "newadx": ClusterSettingsArgs(
            id="/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
            "/providers/Microsoft.Kusto/Clusters/newadx"
        )
    }},
    consumers={{
        "analytics": ConsumerSettingsArgs(
            subnet_id=f"{{subscription}}/providers/Microsoft.Network/virtualNetworks/analytics-vnet/subnets/clients",
            dns=DnsSettingsArgs(resource_group="analytics", storage_zones="made"),
        )
    }},
)
pulumi.export("clusters", links.clusters)
"""


def test_a_program_is_deployed_twice_and_destroyed(checkout: Path, tmp_path: Path) -> None:
    """The SDK is generated from the schema alone, so nothing else shows whether its names and types are right."""
    sdk = checkout / "sdks" / "python"
    run(["uv", "pip", "install", "--no-deps", "--no-build-isolation", "--target", "sdk", str(sdk)], tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: links\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM.format(sdk=str(tmp_path / "sdk")))
    home = SandboxHome(tmp_path / ".sandbox")
    home.reset(None)
    stack = Stack(tmp_path, home)
    stack.init()
    check_example(stack, {"newadx"})
