"""The settings of each stack, from one inventory."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from adx_private_link import parse
from adx_private_link.cli.fleet.inventory import StackOptions
from adx_private_link.cli.fleet.stack_files import stack_file_text
from adx_private_link.cli.fleet.stacks import FleetStack
from adx_private_link.cli.yaml.documents import read_yaml

from ..projects import run
from .fleets import CLIENTS, DNS, FLEET, NAMES, OTHERS, content, write_fleet

_ZONE_IDS = [f"{DNS}/providers/Microsoft.Network/privateDnsZones/{name}" for name in NAMES]


def _write(directory: Path, text: str = FLEET) -> Path:
    result = run(write_fleet(directory, text), "fleet", "write")
    assert result.exit_code == 0, result.output
    return directory


def test_each_stack_has_its_clusters_and_the_consumers_that_reach_them(tmp_path: Path) -> None:
    project = _write(tmp_path)
    stacks = {name: content(project, name) for name in ("data.1", "data.2", "ops.1")}
    assert {name: [*parse(stack).clusters] for name, stack in stacks.items()} == {
        "data.1": ["a", "b"],
        "data.2": ["c"],
        "ops.1": ["d"],
    }
    consumers = {
        name: {key: consumer.clusters for key, consumer in parse(stack).consumers.items()}
        for name, stack in stacks.items()
    }
    # `clusters` is only written where a consumer reaches some clusters of a stack.
    assert consumers == {
        "data.1": {"analytics": None, "tools": ["a"]},
        "data.2": {"analytics": None},
        "ops.1": {"others": None, "tools": None},
    }


def test_shared_zones_are_a_stack_that_links_the_networks_of_all_others(tmp_path: Path) -> None:
    """Two stacks that create a zone of one id would overwrite each other, and so would two links of a network."""
    project = _write(tmp_path)
    [zones] = parse(content(project, "zones.west")).zones.values()
    assert {key: str(link.network_id) for key, link in zones.links.items()} == {
        "analytics": CLIENTS,
        "others": OTHERS,
    }
    for stack in ("data.1", "data.2", "ops.1"):
        for key, consumer in parse(content(project, stack)).consumers.items():
            assert [str(id) for id in consumer.zone_ids] == ([] if key == "tools" else _ZONE_IDS)


def test_more_networks_can_see_shared_zones(tmp_path: Path) -> None:
    """Spokes reach the endpoints of their hub by its names."""
    links = f"    links: {{analytics: {{resolution_policy: Default}}, spoke: {{network_id: {CLIENTS}-spoke}}}}\n"
    project = _write(tmp_path, FLEET + links)
    [zones] = parse(content(project, "zones.west")).zones.values()
    assert {key: (str(link.network_id), link.resolution_policy) for key, link in zones.links.items()} == {
        "analytics": (CLIENTS, "Default"),
        "others": (OTHERS, "NxDomainRedirect"),
        "spoke": (f"{CLIENTS}-spoke", "NxDomainRedirect"),
    }


def test_zones_with_labels_are_for_the_stacks_with_these_labels(tmp_path: Path) -> None:
    """A region's zone is of no use in another region."""
    zones, zone = "zones:\n  west:\n", f"    resource_group_id: {DNS}\n"
    text = FLEET.replace(zones + zone, f"{zones}    labels: {{team: data}}\n{zone}")
    project = _write(
        tmp_path, text.replace(f"{OTHERS}/subnets/clients\n", f"{OTHERS}/subnets/clients\n    dns: elsewhere\n")
    )
    assert parse(content(project, "ops.1")).consumers["others"].dns == "elsewhere"
    assert [*parse(content(project, "zones.west")).zones["west"].links] == ["analytics"]


def test_defaults_are_merged_and_own_values_count(tmp_path: Path) -> None:
    """What all clusters have is written once."""
    project = _write(
        tmp_path,
        FLEET.replace("{team: data}, id", "{team: data}, tags: {owner: team}, id", 1)
        + "defaults:\n  cluster: {tags: {owner: all, cost: '1'}}\n  stack: {config: {azure-native:tenantId: x}}\n"
        + "stacks:\n  data: {config: {azure-native:useMsi: true}}\n  data.2: {config: {azure-native:tenantId: y}}\n",
    )
    first, second = content(project, "data.1"), content(project, "data.2")
    assert parse({name: first[name] for name in ("clusters", "consumers")}).clusters["a"].tags == {
        "owner": "team",
        "cost": "1",
    }
    # Pulumi writes scalars as text when it adds the key of the secrets, which is no difference to the inventory.
    assert (first["azure-native:tenantId"], first["azure-native:useMsi"]) == ("x", "true")
    assert (second["azure-native:tenantId"], second["azure-native:useMsi"]) == ("y", "true")


def test_overrides_of_endpoints_go_where_their_cluster_is(tmp_path: Path) -> None:
    """A stack rejects overrides for clusters that it does not have."""
    overrides = "    clusters: [a, d]\n    endpoints: {a: {cluster: {name: pe-a}}, d: {cluster: {name: pe-d}}}\n"
    project = _write(tmp_path, FLEET.replace("    clusters: [a, d]\n", overrides))
    endpoints = {name: parse(content(project, name)).consumers["tools"].endpoints for name in ("data.1", "ops.1")}
    assert {name: [*of] for name, of in endpoints.items()} == {"data.1": ["a"], "ops.1": ["d"]}


def test_what_pulumi_and_people_added_to_a_stack_file_stays(tmp_path: Path) -> None:
    """Without its salt, a stack's secrets are lost."""
    project = _write(tmp_path)
    file = project / "Pulumi.ops.1.yaml"
    written = yaml.safe_load(file.read_text())
    written["config"]["azure-native:clientSecret"] = {"secure": "v1:abc"}
    written["config"]["adx-private-link:clusters"]["d"]["lock"] = True
    written["encryptionsalt"] = "v1:salt"
    file.write_text(yaml.safe_dump(written))
    assert run(project, "fleet", "write").output.splitlines() == [
        "written  Pulumi.ops.1.yaml",
        "4 stacks, 1 file written",
    ]
    after = yaml.safe_load(file.read_text())
    assert after["encryptionsalt"] == "v1:salt"
    assert after["config"]["azure-native:clientSecret"] == {"secure": "v1:abc"}
    assert "lock" not in after["config"]["adx-private-link:clusters"]["d"]
    assert file.read_text().startswith("# Generated by `adx-private-link fleet write`")


def test_the_secrets_provider_is_for_new_stacks(tmp_path: Path) -> None:
    """Pulumi cannot decrypt a state with another provider's key."""
    provider = "azurekeyvault://v.vault.azure.net/keys/pulumi"
    project = _write(tmp_path, FLEET + f"defaults: {{stack: {{secrets_provider: '{provider}'}}}}\n")
    file = project / "Pulumi.ops.1.yaml"
    assert yaml.safe_load(file.read_text())["secretsprovider"] == provider
    file.write_text(file.read_text().replace(f"secretsprovider: {provider}", "encryptionsalt: v1:x"))
    assert "encryptionsalt" in file.read_text()
    result = run(project, "fleet", "write")
    assert result.exit_code == 1
    assert f"pulumi stack change-secrets-provider --stack ops.1 {provider}" in result.output


@pytest.mark.parametrize("key", ["encryptionsalt: v1:x", "encryptedkey: abc"])
def test_a_secrets_provider_is_not_written_beside_the_key_of_another(key: str, tmp_path: Path) -> None:
    """Pulumi would ask the new provider to decrypt what the old one encrypted."""
    file = tmp_path / "Pulumi.ops.1.yaml"
    file.write_text(f"{key}\n")
    options = StackOptions(secrets_provider="azurekeyvault://v.vault.azure.net/keys/pulumi")
    text = stack_file_text(FleetStack("ops.1", "ops", {}, {}, options), read_yaml(file))
    assert "secretsprovider" not in text
    assert key.partition(":")[0] in text
