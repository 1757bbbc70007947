"""Identities with exactly the printed roles deploy, change and delete stacks; without any action, something fails."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
import yaml

from adx_private_link.azure_actions import READ_PERMISSIONS
from azure_sandbox import testing
from azure_sandbox.azure import AzureError, Json, ResourceId
from azure_sandbox.provider.login import AZURE_CLI

from .harness import PROJECT, Stack, copy_program, expect_success
from .least_rights import (
    BOTH,
    OF_UPDATES,
    assignments,
    list_names,
    log_in_as,
    printed_roles,
    set_rights,
    world_with,
)
from .monitored_sources import KINDS, create_monitored_world, monitored_stack
from .natives import INJECTED, NETWORK, stack_of_both
from .test_hand_over import create_owner_settings, create_partner_settings
from .worlds import ANALYTICS_NETWORK, NATIVE_CLUSTER, OLD_HUB, TWO_BY_TWO, TWO_HUBS, two_hubs

_DEFAULT = PROJECT / "azure_sandbox" / "worlds" / "default.yaml"
_ROLES = printed_roles(stack_of_both(), BOTH)


def least_stack(directory: Path, world: Path, settings: dict[str, Any], rights: list[Json]) -> Stack:
    """Create a stack in a world whose identity has these rights only."""
    stack = Stack(directory / "stack", world_with(directory, world, rights))
    stack.configure(**settings)
    return stack


def expect_whole_life(stack: Stack, settings: dict[str, Any]) -> None:
    """Deploy a stack, change it, refresh it, and destroy it."""
    expect_success(stack.up(preview=True))
    for consumer in settings["consumers"].values():
        # Another message is another endpoint.
        consumer |= {"tags": {"team": "data"}, "request_message": "please"}
    settings["clusters"]["old"]["tags"] = {"team": "data"}
    stack.configure(**settings)
    changed = expect_success(stack.up())
    assert any(operation.startswith("create-replacement PrivateEndpoint") for operation in changed.operations)
    expect_success(stack.refresh())
    assert expect_success(stack.preview()).operations == []
    expect_success(stack.destroy())


def expect_needed(stack: Stack, action: str) -> None:
    """Deploy and destroy a stack, which an identity without an action cannot."""
    run = stack.up()
    if run.succeeded:
        expect_refused(stack.destroy(), action)
        return
    expect_refused(run, action)
    if "/read" not in action:
        assert "adx-private-link rights --for" in run.output


def expect_refused(run: testing.Run, action: str) -> None:
    """Check that a run failed for want of an action, and names it."""
    assert not run.succeeded
    assert f"'{action.lower()}'" in run.output.lower()


def test_the_printed_roles_are_enough(tmp_path: Path) -> None:
    """A first `up`, a change that replaces endpoints, a refresh and a `destroy`, of clusters of both kinds."""
    settings = stack_of_both()
    expect_whole_life(least_stack(tmp_path, _DEFAULT, settings, assignments(_ROLES)), settings)


def test_the_printed_roles_are_enough_with_the_zones_of_hubs(tmp_path: Path) -> None:
    """The hub's team assigns the roles for its zones only."""
    settings = two_hubs()
    rights = assignments(printed_roles(settings, BOTH))
    expect_whole_life(least_stack(tmp_path, TWO_HUBS, settings, rights), settings)


@pytest.mark.parametrize("action", list_names(_ROLES, OF_UPDATES, without={READ_PERMISSIONS.name}))
def test_each_action_is_needed(tmp_path: Path, action: str) -> None:
    """An action that nothing needs is a risk; of a missing one people learn its name, and who has it."""
    stack = least_stack(tmp_path, _DEFAULT, stack_of_both(), assignments(_ROLES, without=action))
    expect_needed(stack, action)


def _rare() -> dict[str, Any]:
    """Settings with locks, a security group, connections by id, and links to existing zones."""
    consumer = {
        "subnet_id": f"{ANALYTICS_NETWORK}/subnets/clients",
        "approval": "resource_id",
        "application_security_groups": [_SECURITY_GROUP],
        "dns": {
            "resource_group": "analytics",
            "zones_in": [OLD_HUB],
            "lock": True,
            "link_existing": {"others": {"network_id": _OTHERS}},
        },
    }
    clusters = {"new": {"id": NATIVE_CLUSTER}, "old": {**two_hubs()["clusters"]["old"], "lock": True}}
    return {"clusters": clusters, "consumers": {"analytics": consumer}}


_SECURITY_GROUP = NETWORK.partition("virtualNetworks")[0] + "applicationSecurityGroups/clients"
_OTHERS = (
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others/providers/Microsoft.Network/"
    "virtualNetworks/others-vnet"
)


@pytest.fixture
def rare_world(tmp_path: Path) -> Path:
    content = yaml.safe_load(TWO_HUBS.read_text())
    content["resources"].append({"id": _SECURITY_GROUP, "location": "westus"})
    file = tmp_path / "rare.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return file


_RARE_ROLES = printed_roles(_rare(), BOTH)
_RARE_ACTIONS = sorted(
    {*list_names(_RARE_ROLES, OF_UPDATES)} - {*list_names(_ROLES, OF_UPDATES)}
    | {"Microsoft.Network/privateLinkServices/PrivateEndpointConnectionsApproval/action"}
)


def test_the_printed_roles_are_enough_for_rare_settings(tmp_path: Path, rare_world: Path) -> None:
    """Locks, security groups, connections by id, and links to zones of others have actions of their own."""
    stack = least_stack(tmp_path, rare_world, _rare(), assignments(_RARE_ROLES))
    expect_success(stack.up())
    expect_success(stack.refresh())
    assert expect_success(stack.preview()).operations == []
    expect_success(stack.destroy())


@pytest.mark.parametrize("action", _RARE_ACTIONS)
def test_each_action_of_rare_settings_is_needed(tmp_path: Path, rare_world: Path, action: str) -> None:
    stack = least_stack(tmp_path, rare_world, _rare(), assignments(_RARE_ROLES, without=action))
    expect_needed(stack, action)


# Sources of data, alerts and diagnostic settings

_MONITORED_ROLES = printed_roles(monitored_stack(), KINDS)


def _added(identities: Collection[str]) -> list[str]:
    """The actions of some identities that no other test of this file takes away."""
    return sorted({*list_names(_MONITORED_ROLES, identities)} - {*list_names(_ROLES, identities)})


def test_the_printed_roles_are_enough_for_sources_and_alerts(tmp_path: Path) -> None:
    """The owners of sources, action group and destinations assign roles of their own; endpoints are replaced, too."""
    settings = monitored_stack()
    keys = {role.key for role in _MONITORED_ROLES}
    assert {"deploy-service-on-sources", "deploy-service-on-monitoring", "deploy-consumer-on-monitoring"} <= keys
    stack = least_stack(tmp_path, create_monitored_world(tmp_path), settings, assignments(_MONITORED_ROLES))
    expect_whole_life(stack, settings)


@pytest.mark.parametrize("action", _added(OF_UPDATES))
def test_each_action_of_sources_and_alerts_is_needed(tmp_path: Path, action: str) -> None:
    """Keys of destinations and approvals on sources of others are rights that their owners do not give for nothing."""
    rights = assignments(_MONITORED_ROLES, without=action)
    stack = least_stack(tmp_path, create_monitored_world(tmp_path), monitored_stack(), rights)
    expect_needed(stack, action)


# One identity for each side


def test_each_side_can_have_an_identity_of_its_own(tmp_path: Path) -> None:
    """A program can log in to each subscription as another identity: clusters, consumers, and a hub with all zones."""
    settings = two_hubs()
    del settings["consumers"]["others"]
    settings["consumers"]["analytics"]["dns"] = {
        "resource_group": "hub",
        "subscription": OLD_HUB.split("/")[2],
        "zones_in": [OLD_HUB],
    }
    roles = printed_roles(settings, BOTH)
    clients = {
        "11111111-1111-1111-1111-111111111111": "deploy-service",
        "22222222-2222-2222-2222-222222222222": "deploy-consumer",
        "44444444-4444-4444-4444-444444444444": "dns",
    }
    rights = [right for identity in OF_UPDATES for right in assignments(roles, [identity], who=identity)]
    stack = least_stack(tmp_path, TWO_HUBS, settings, rights)
    program = (stack.directory / "__main__.py").read_text()
    own = (
        "{subscription: azure_native.Provider(subscription, subscription_id=subscription, use_msi=True, "
        f"client_id={clients}[subscription]) for subscription in settings.subscriptions}}"
    )
    program = program.replace("await start_providers(settings.subscriptions)", own)
    (stack.directory / "__main__.py").write_text(f"import pulumi_azure_native as azure_native\n{program}")
    assert "client_id" in program
    expect_whole_life(stack, settings)


def test_an_owner_and_a_partner_have_identities_of_their_own(tmp_path: Path) -> None:
    """Neither team has any right on the other's side."""
    owner_settings = create_owner_settings("pe-one-engine-blue", "pe-one-ingestion-blue")
    partner_settings = create_partner_settings(stack="organization/adx-private-link/test")
    rights = [
        *assignments(printed_roles(owner_settings, {"one": "injected"}), who="owner"),
        *assignments(printed_roles(partner_settings, {"one": "injected"}), who="partner"),
    ]
    owner = least_stack(tmp_path, TWO_BY_TWO, owner_settings, rights)
    log_in_as(owner, "owner")
    directory = tmp_path / "partner"
    directory.mkdir()
    copy_program(PROJECT, directory)
    partner = testing.Stack(directory, owner.home, "partner")
    partner.init()
    partner.configure(**partner_settings)
    log_in_as(partner, "partner")
    for stack in (owner, partner, owner, partner):
        expect_success(stack.up())
    assert partner.outputs()["clusters"]["one"]["endpoints"]["blue"]["engine"]["connection_state"] == "Approved"
    expect_success(partner.destroy())
    # The owner's services are protected while a partner is connected.
    expect_success(owner.up())
    expect_success(owner.destroy())


def test_roles_that_are_created_from_the_printed_files_deploy(tmp_path: Path) -> None:
    """From an identity without any right to a deployed stack, by the commands of the guide."""
    admin = [
        {"who": AZURE_CLI, "scope": f"/subscriptions/{key * 8}-{key * 4}-{key * 4}-{key * 4}-{key * 12}"}
        for key in "12"
    ]
    stack = least_stack(tmp_path, _DEFAULT, stack_of_both(), admin)
    log_in_as(stack, "deployer")
    assert "AuthorizationFailed" in stack.preview().output
    run_in_bash(stack, "python3 -P -m adx_private_link rights --live --format json --output roles")
    for file in sorted((stack.directory / "roles").iterdir()):
        role = json.loads(file.read_text())
        run_in_bash(stack, f"az role definition create --role-definition @{file}")
        if file.stem.startswith(("deploy-", "dns")):
            for scope in role["AssignableScopes"]:
                assigned = f"--role '{role['Name']}' --scope {scope} --assignee-object-id deployer"
                run_in_bash(stack, f"az role assignment create {assigned} --assignee-principal-type ServicePrincipal")
    expect_success(stack.up())
    expect_success(stack.destroy())


def run_in_bash(stack: Stack, command: str) -> None:
    """Run a command as a reader of the guide does."""
    run = subprocess.run(
        ["bash", "-c", command],
        cwd=stack.directory,
        env=testing.environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


# Previews


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack that is deployed, whose rights each test sets."""
    stack = Stack(tmp_path_factory.mktemp("rights") / "stack", None)
    stack.configure(**stack_of_both())
    expect_success(stack.up())
    expect_success(stack.refresh())
    return stack


def test_the_role_of_previews_is_enough_for_previews_only(deployed: Stack) -> None:
    """Whoever proposes a change has the rights of the preview's identity."""
    set_rights(deployed.home, assignments(_ROLES, ["preview"]))
    assert expect_success(deployed.preview("--refresh")).operations == []
    refused = deployed.destroy()
    assert not refused.succeeded
    assert "AuthorizationFailed" in refused.output


@pytest.mark.parametrize("action", list_names(_ROLES, ["preview"], without={READ_PERMISSIONS.name}))
def test_each_action_of_previews_is_needed(deployed: Stack, action: str) -> None:
    """A preview with `--refresh` reads all that is deployed."""
    set_rights(deployed.home, assignments(_ROLES, ["preview"], without=action))
    expect_refused(deployed.preview("--refresh"), action)


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack with sources of data and alerts that is deployed, whose rights each test sets."""
    directory = tmp_path_factory.mktemp("monitored")
    stack = Stack(directory / "stack", create_monitored_world(directory))
    stack.configure(**monitored_stack())
    expect_success(stack.up())
    expect_success(stack.refresh())
    return stack


def test_the_role_of_previews_is_enough_for_sources_and_alerts(monitored: Stack) -> None:
    """A preview changes neither alerts nor approvals."""
    set_rights(monitored.home, assignments(_MONITORED_ROLES, ["preview"]))
    assert expect_success(monitored.preview("--refresh")).operations == []


@pytest.mark.parametrize("action", _added(["preview"]))
def test_each_action_of_previews_of_sources_and_alerts_is_needed(monitored: Stack, action: str) -> None:
    set_rights(monitored.home, assignments(_MONITORED_ROLES, ["preview"], without=action))
    expect_refused(monitored.preview("--refresh"), action)


def test_the_zones_of_a_hub_are_only_read_and_joined(tmp_path: Path) -> None:
    """The roles on zones of others cannot delete one, although the stack deletes its own zones."""
    rights = assignments(printed_roles(two_hubs(), BOTH))
    stack = least_stack(tmp_path, TWO_HUBS, two_hubs(), rights)
    client = stack.home.azure.acting_as("anybody")
    zone = f"{OLD_HUB}/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
    assert client.get(ResourceId.parse(zone))["name"]
    with pytest.raises(AzureError, match="privateDnsZones/delete"):
        client.delete(ResourceId.parse(zone))


def test_a_cluster_moves_with_the_printed_roles(tmp_path: Path) -> None:
    """The deploying identity prepares the move and follows it; the migration's identity moves the cluster."""
    settings = stack_of_both()
    # A native cluster beside it would need what this one needs after the move.
    del settings["clusters"]["new"]
    settings["clusters"]["old"]["targets"] = "both"
    roles = printed_roles(settings, {"old": "injected"})
    assert printed_roles(settings, {"old": "native"}) == roles
    rights = [*assignments(roles, who="deployer"), *assignments(roles, ["migration"], who="mover")]
    stack = least_stack(tmp_path, _DEFAULT, settings, rights)
    log_in_as(stack, "deployer")
    expect_success(stack.up())
    mover, cluster = stack.home.azure.acting_as("mover"), ResourceId.parse(INJECTED)
    network: Json = mover.get(cluster)["properties"]["virtualNetworkConfiguration"]
    for state in ("Disabled", "Enabled"):
        mover.patch(cluster, {"properties": {"virtualNetworkConfiguration": {**network, "state": state}}})
        while mover.get(cluster)["properties"]["provisioningState"] != "Succeeded":
            pass
        expect_success(stack.up())
        expect_success(stack.refresh())
        assert expect_success(stack.preview()).operations == []
    expect_success(stack.destroy())
