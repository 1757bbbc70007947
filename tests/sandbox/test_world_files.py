"""World files: what they can contain, and the errors for wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox import world_files
from azure_sandbox.azure import Azure, AzureError, StoreFile, World
from azure_sandbox.sandbox_home import SandboxHome

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"


def test_the_default_world_has_a_cluster_of_each_kind_and_four_load_balancers(tmp_path: Path) -> None:
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(world_files.load_world(None))
    types = [str(resource["type"]).rsplit("/", 1)[1] for resource in azure.list()]
    assert types.count("loadBalancers") == 4
    assert types.count("Clusters") == 2
    assert types.count("resourceGroups") == 3


def test_names_are_substituted_in_all_strings(tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text(
        """
names: {group: /subscriptions/s/resourceGroups/g, network: $group/providers/Microsoft.Network}
resources:
  - {id: $group, location: westus}
  - id: ${network}/virtualNetworks/vnet
    location: westus
    tags: {of: $group, price: 5$$}
    properties:
      subnets: [{name: a, properties: {natGateway: {id: $network/natGateways/n}}}]
"""
    )
    group, vnet = world_files.load_world(file).resources
    assert group["id"] == "/subscriptions/s/resourceGroups/g"
    assert vnet["id"] == "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet"
    assert vnet["tags"] == {"of": group["id"], "price": "5$"}
    nat_gateway = vnet["properties"]["subnets"][0]["properties"]["natGateway"]
    assert nat_gateway == {"id": f"{group['id']}/providers/Microsoft.Network/natGateways/n"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the list `resources` is missing"),
        ("just text", "the list `resources` is missing"),
        ("names: {}", "resources: Field required"),
        ("resources: {a: b}", "resources: Input should be a valid list"),
        ("resources: [1]", "resources.0: Input should be a valid dictionary"),
        ("resources: [{location: westus}]", "resources.0: the `id` is missing"),
        ("resources: [{id: vnet}]", "not a resource id: vnet"),
        ("resources: [{id: 7}]", "not a resource id: 7"),
        ("resources: [{id: $group/x}]", "uses the name 'group', which `names` does not define"),
        ("names: {a: $b, b: c}\nresources: []", "uses the name 'b', which `names` does not define"),
        ("resources: []\nright: []", "right: Unexpected keyword argument"),
        ("resources: []\ntenants: {a: [s], b: [S]}", "tenants: the subscription s is in two of them"),
        ("resources: []\ntenants: [a]", "tenants: Input should be a valid dictionary"),
        ("resources: []\ntrouble: [{kind: bad}]", "trouble.0.kind: Input should be 'slow'"),
        ("resources: []\nswitches: {manual: refuse}", "there is no switch manual; write one of approval-again, "),
        ("resources: []\nswitches: {manual-record: ask}", "manual-record has no value ask; write overwrite or refuse"),
        ("names: [a]\nresources: []", "`names` must be a mapping"),
        ("extends: default\nnames: [a]\nresources: []", "`names` must be a mapping"),
        ("extends: default\nresources: {a: b}", "resources: Input should be a valid list"),
        ("extends: default", "resources: Field required"),
        ("extends: world.yaml\nresources: []", "`extends` must be `default`"),
        ("resources: [", "while parsing"),
        ("resources: [{id: 5$}]", "Invalid placeholder"),
    ],
)
def test_a_wrong_file_is_an_error_with_its_path(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(world_files.WorldError) as caught:
        world_files.load_world(file)
    assert str(file) in str(caught.value)
    assert reason in str(caught.value)


def test_a_world_can_extend_the_default_one(tmp_path: Path) -> None:
    """An example then shows only its own resources."""
    file = tmp_path / "more.yaml"
    file.write_text("extends: default\nnames: {hub: $clients-hub}\nresources: [{id: $hub, location: westus}]")
    *default, added = world_files.load_world(file).resources
    assert default == world_files.load_world(None).resources
    assert added["id"] == "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics-hub"


def test_a_binary_file_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(world_files.WorldError, match=r"bad\.yaml"):
        world_files.load_world(file)


def test_a_resource_that_azure_rejects_is_named_and_the_old_world_is_kept(tmp_path: Path) -> None:
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(world_files.load_world(None))
    before = azure.list()
    vnet = f"{ADX}/providers/Microsoft.Network/virtualNetworks/new"
    with pytest.raises(AzureError, match=rf'Code="LocationRequired" Message="{vnet}: '):
        azure.start_from(World(resources=[{"id": ADX, "location": "westus"}, {"id": vnet}]))
    assert azure.list() == before


def test_a_world_can_have_approved_and_rejected_connections(tmp_path: Path) -> None:
    """As people create them in the portal: by alias, then approved or rejected by hand."""
    file = tmp_path / "world.yaml"
    file.write_text(
        """
extends: default
names: {service: $network/privateLinkServices/pls, endpoints: $clients/providers/Microsoft.Network/privateEndpoints}
resources:
  - id: $service
    location: westus
    properties:
      visibility: {subscriptions: ["*"]}
      loadBalancerFrontendIpConfigurations:
        - {id: $network/loadBalancers/kucompute-myadx-elb/frontendIPConfigurations/engine}
      ipConfigurations:
        - {name: nat, properties: {primary: true, subnet: {id: $network/virtualNetworks/adx-vnet/subnets/adx}}}
"""
        + "".join(
            f"""
  - id: $endpoints/{name}
    location: westus
    properties:
      subnet: {{id: $clients/providers/Microsoft.Network/virtualNetworks/analytics-vnet/subnets/clients}}
      manualPrivateLinkServiceConnections: [{{name: c, properties: {{privateLinkServiceId: alias of $service}}}}]
"""
            for name in ("one", "two", "three")
        )
        + """
decisions:
  - {endpoint: $endpoints/one, status: Approved}
  - {endpoint: $endpoints/two, status: Rejected}
"""
    )
    home = SandboxHome(tmp_path / "sandbox")
    home.reset(file)
    states = {
        resource["name"]: connection["properties"]["privateLinkServiceConnectionState"]["status"]
        for resource in home.azure.list()
        if resource["type"] == "Microsoft.Network/privateEndpoints"
        for connection in resource["properties"]["manualPrivateLinkServiceConnections"]
    }
    assert states == {"one": "Approved", "two": "Rejected", "three": "Pending"}
