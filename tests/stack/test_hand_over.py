"""The owner of a cluster hands it over to a partner's stack, which connects, and both are destroyed again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox import portal_changes, testing
from azure_sandbox.azure import ResourceId

from .harness import COMMAND, PROJECT, Stack, copy_program, expect_success
from .worlds import BLUE, BLUE_NETWORK, BLUE_ZONE, CLUSTER_ONE, RED_NETWORK, TWO_BY_TWO, one_and_red

HOST = "adxone.westus.kusto.windows.net"
BLUE_SUBSCRIPTION = "44444444-4444-4444-4444-444444444444"
SERVICE = f"{CLUSTER_ONE.split('/providers/')[0]}/providers/Microsoft.Network/privateLinkServices/pls-one-engine"
ENGINE, INGESTION = (f"create PrivateEndpoint one.blue.{role}" for role in ("engine", "ingestion"))


def create_owner_settings(*endpoint_names: str) -> dict[str, Any]:
    """Return settings that hand cluster one over to blue."""
    blue: dict[str, Any] = {"subscription": BLUE_SUBSCRIPTION}
    if endpoint_names:
        blue["endpoint_names"] = list(endpoint_names)
    return {**one_and_red(), "external_consumers": {"blue": blue}}


def create_partner_settings(**source: str) -> dict[str, Any]:
    """Return settings that connect blue, with the hand-over from a source."""
    return {
        "hand_overs": {"one": source},
        "consumers": {"blue": {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"resource_group": "dns"}}},
    }


class Pair:
    """An owner's stack, and a partner's stack in the same Azure."""

    def __init__(self, directory: Path) -> None:
        self.owner = Stack(directory / "owner", TWO_BY_TWO)
        self.owner.configure(**create_owner_settings("pe-one-engine-blue"))
        partner_directory = directory / "partner"
        partner_directory.mkdir()
        copy_program(PROJECT, partner_directory)
        self.partner = testing.Stack(partner_directory, self.owner.home, "partner")
        self.partner.init()
        self.partner.configure(**create_partner_settings(stack="organization/adx-private-link/test"))


def preview_and_update(stack: testing.Stack) -> tuple[list[str], list[str]]:
    """Return the operations of a preview and of its update, without those of components."""
    update = expect_success(stack.up(preview=True))
    assert update.preview
    components = ("AdxPrivateLink", "ClusterServices", "ConsumerEndpoints")
    previewed, updated = (
        sorted(operation for operation in run.operations if operation.split()[1] not in components)
        for run in (update.preview, update)
    )
    return previewed, updated


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("pair"))


def test_nothing_is_published_before_the_owner_has_approved(pair: Pair) -> None:
    """A record of a pending connection would cut clients off."""
    expect_success(pair.owner.up())
    update = expect_success(pair.partner.up())
    assert {ENGINE, INGESTION} <= set(update.operations)
    assert not [name for name in update.operations if "PrivateRecordSet" in name or "Deployment" in name]
    assert "waits for the approval of the service's owner" in update.output
    assert pair.partner.outputs()["clusters"]["one"]["endpoints"]["blue"]["engine"]["connection_state"] == "Pending"
    assert pair.partner.resolve(BLUE_NETWORK, HOST)[1] == "40.1.1.1"
    assert expect_success(pair.partner.up()).operations == []


def test_the_owner_approves_only_the_named_endpoints(pair: Pair) -> None:
    """Other people of the partner's subscription can ask for a connection too."""
    approval = ["update Deployment one.blue.engine.approval"]
    assert preview_and_update(pair.owner) == (approval, approval)


def test_the_partner_publishes_approved_endpoints(pair: Pair) -> None:
    """The partner's next update needs no change of settings."""
    record = [f"create PrivateRecordSet adxone@{BLUE_ZONE}"]
    assert preview_and_update(pair.partner) == (record, record)
    assert pair.partner.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")
    endpoints = pair.partner.outputs()["clusters"]["one"]["endpoints"]["blue"]
    assert {role: endpoint["connection_state"] for role, endpoint in endpoints.items()} == {
        "engine": "Approved",
        "ingestion": "Pending",
    }


def test_an_owner_that_names_no_endpoint_approves_all(pair: Pair) -> None:
    """An owner may trust a whole subscription."""
    pair.owner.configure(**create_owner_settings())
    approval = ["update Deployment one.blue.ingestion.approval"]
    assert preview_and_update(pair.owner) == (approval, approval)
    assert expect_success(pair.owner.up()).operations == []
    record = [f"create PrivateRecordSet ingest-adxone@{BLUE_ZONE}"]
    assert preview_and_update(pair.partner) == (record, record)
    assert expect_success(pair.partner.up()).operations == []


def test_a_hand_over_in_a_file_changes_nothing(pair: Pair) -> None:
    """Partners without access to the backend get the file by mail. A refresh changes nothing either."""
    expect_success(pair.partner.refresh())
    text = json.dumps(pair.owner.outputs()["hand_overs"])
    (pair.partner.directory / "hand-over.json").write_text(text)
    pair.partner.configure(**create_partner_settings(file="hand-over.json"))
    assert expect_success(pair.partner.preview()).operations == []


def test_a_service_with_connections_of_others_is_neither_replaced_nor_removed(pair: Pair) -> None:
    """Azure would reject it in the middle of the update, when the stack's own endpoints are deleted already."""
    settings = create_owner_settings()
    settings["clusters"]["one"] |= {"services": {"engine": {"frontend": "spare"}}, "roles": ["engine"]}
    pair.owner.configure(**settings)
    preview = pair.owner.preview()
    assert not preview.succeeded
    for role, reason in (
        ("engine", "Azure cannot change its frontend"),
        ("ingestion", "the settings no longer ask for it"),
    ):
        assert reason in preview.output
        assert f"{BLUE}/providers/Microsoft.Network/privateEndpoints/pe-one-{role}-blue (Approved)" in preview.output
        assert f"adx-private-link release {SERVICE.replace('engine', role)}" in preview.output
    assert "Traceback" not in preview.output
    assert preview.operations == []
    pair.owner.configure(**create_owner_settings())


def test_pulumi_destroys_nothing_while_others_are_connected(pair: Pair) -> None:
    """`destroy` runs no program that could name the connections; the protection of the service stops it."""
    before = pair.owner.world()
    destroyed = pair.owner.pulumi("destroy", "--yes", check=False)
    assert destroyed.returncode != 0
    assert "PrivateLinkService::one.engine" in destroyed.stdout
    assert "protected" in destroyed.stdout
    assert pair.owner.world() == before


def release(stack: testing.Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `release` without a terminal."""
    return subprocess.run(
        [*COMMAND, "release", "--stack", stack.name, *arguments],
        cwd=stack.directory,
        env=testing.environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_a_connection_that_was_rejected_by_hand_stays_rejected(pair: Pair) -> None:
    """Azure does not approve a connection after its owner has rejected it."""
    endpoint = ResourceId.parse(f"{BLUE}/providers/Microsoft.Network/privateEndpoints/pe-one-ingestion-blue")
    portal_changes.decide_connection(pair.owner.home.azure, endpoint, "Rejected")
    approval = ["update Deployment one.blue.ingestion.approval"]
    assert preview_and_update(pair.owner) == (approval, approval)
    assert expect_success(pair.owner.up()).operations == []


def test_release_disconnects_others_and_leaves_own_connections_alone(pair: Pair) -> None:
    """An owner needs it before a service can be replaced."""
    unconfirmed = release(pair.owner, "pls-one-engine")
    assert unconfirmed.returncode == 2
    assert "pe-one-engine-blue" in unconfirmed.stdout
    assert "pe-one-engine-red" not in unconfirmed.stdout
    assert "--yes" in unconfirmed.stderr
    completed = release(pair.owner, "--yes", SERVICE)
    assert completed.returncode == 0, completed.stderr
    assert release(pair.owner, "--yes", SERVICE).stdout.startswith("No other stack is connected")
    assert pair.owner.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")


def test_the_partner_withdraws_records_of_lost_connections(pair: Pair) -> None:
    """Clients get the public address instead of a dead one."""
    records = [f"delete PrivateRecordSet {name}@{BLUE_ZONE}" for name in ("adxone", "ingest-adxone")]
    assert preview_and_update(pair.partner) == (records, records)
    assert pair.partner.resolve(BLUE_NETWORK, HOST)[1] == "40.1.1.1"


def test_a_released_service_can_be_replaced(pair: Pair) -> None:
    """The owner can change its frontend now."""
    settings = create_owner_settings()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    pair.owner.configure(**settings)
    update = expect_success(pair.owner.up())
    assert "create-replacement PrivateLinkService one.engine" in update.operations


def test_both_stacks_can_be_destroyed(pair: Pair) -> None:
    """Nothing of the hand-over stays in Azure."""
    expect_success(pair.partner.destroy())
    # Ingestion was protected while the partner was connected.
    expect_success(pair.owner.up())
    expect_success(pair.owner.destroy())
    types = [resource["type"] for resource in pair.owner.world()]
    assert not [type for type in types if "privateLink" in type or "privateE" in type]


def test_a_release_of_an_unknown_service_fails(pair: Pair) -> None:
    """A typo must not look like success."""
    completed = release(pair.owner, "--yes", "pls-unknown")
    assert completed.returncode == 2
    assert "pls-unknown is not a private link service or native cluster of the stack" in completed.stderr
