"""Two stacks: the owner of a cluster hands it over, and a partner connects; and how they part again."""

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


def owners_settings(*endpoint_names: str) -> dict[str, Any]:
    blue: dict[str, Any] = {"subscription": BLUE_SUBSCRIPTION}
    if endpoint_names:
        blue["endpoint_names"] = list(endpoint_names)
    return {**one_and_red(), "external_consumers": {"blue": blue}}


def partners_settings(**source: str) -> dict[str, Any]:
    return {
        "hand_overs": {"one": source},
        "consumers": {"blue": {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"resource_group": "dns"}}},
    }


class Pair:
    """An owner's stack, and a partner's in the same Azure."""

    def __init__(self, directory: Path) -> None:
        self.owner = Stack(directory / "owner", TWO_BY_TWO)
        self.owner.configure(**owners_settings("pe-one-engine-blue"))
        other = directory / "partner"
        other.mkdir()
        copy_program(PROJECT, other)
        self.partner = testing.Stack(other, self.owner.home, "partner")
        self.partner.init()
        self.partner.configure(**partners_settings(stack="organization/adx-private-link/test"))


def announced_and_done(stack: testing.Stack) -> tuple[list[str], list[str]]:
    """What a preview announces, and an update then does; components' summaries apart."""
    done = expect_success(stack.up(preview=True))
    assert done.preview
    runs = done.preview, done
    sides = ("AdxPrivateLink", "ClusterServices", "ConsumerEndpoints")
    announced, done = ([each for each in run.operations if each.split()[1] not in sides] for run in runs)
    return sorted(announced), sorted(done)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("pair"))


def test_nothing_is_published_before_the_owner_has_approved(pair: Pair) -> None:
    expect_success(pair.owner.up())
    made = expect_success(pair.partner.up())
    assert {ENGINE, INGESTION} <= set(made.operations)
    assert not [each for each in made.operations if "PrivateRecordSet" in each or "Deployment" in each]
    assert "waits for the approval of the service's owner" in made.output
    assert pair.partner.outputs()["clusters"]["one"]["endpoints"]["blue"]["engine"]["connection_state"] == "Pending"
    assert pair.partner.resolve(BLUE_NETWORK, HOST)[1] == "40.1.1.1"
    assert expect_success(pair.partner.up()).operations == []


def test_the_owner_approves_the_endpoints_that_are_named(pair: Pair) -> None:
    """A subscription may be large."""
    approval = ["update Deployment one.blue.engine.approval"]
    assert announced_and_done(pair.owner) == (approval, approval)


def test_the_partner_publishes_what_was_approved(pair: Pair) -> None:
    record = [f"create PrivateRecordSet adxone@{BLUE_ZONE}"]
    assert announced_and_done(pair.partner) == (record, record)
    assert pair.partner.resolve(BLUE_NETWORK, HOST)[1].startswith("10.4.0.")
    endpoints = pair.partner.outputs()["clusters"]["one"]["endpoints"]["blue"]
    assert {role: each["connection_state"] for role, each in endpoints.items()} == {
        "engine": "Approved",
        "ingestion": "Pending",
    }


def test_the_owner_names_no_endpoint_and_so_approves_every_one(pair: Pair) -> None:
    pair.owner.configure(**owners_settings())
    approval = ["update Deployment one.blue.ingestion.approval"]
    assert announced_and_done(pair.owner) == (approval, approval)
    assert expect_success(pair.owner.up()).operations == []
    record = [f"create PrivateRecordSet ingest-adxone@{BLUE_ZONE}"]
    assert announced_and_done(pair.partner) == (record, record)
    assert expect_success(pair.partner.up()).operations == []


def test_a_hand_over_in_a_file_is_the_same(pair: Pair) -> None:
    """Who shares no backend gets it by mail. Nor does what a refresh brings in change anything."""
    expect_success(pair.partner.refresh())
    text = json.dumps(pair.owner.outputs()["hand_overs"])
    (pair.partner.directory / "hand-over.json").write_text(text)
    pair.partner.configure(**partners_settings(file="hand-over.json"))
    assert expect_success(pair.partner.preview()).operations == []


def test_a_service_that_others_use_is_neither_replaced_nor_removed(pair: Pair) -> None:
    """Azure would refuse it in the middle, when our own endpoints are gone already."""
    settings = owners_settings()
    settings["clusters"]["one"] |= {"services": {"engine": {"frontend": "spare"}}, "roles": ["engine"]}
    pair.owner.configure(**settings)
    preview = pair.owner.preview()
    assert not preview.succeeded
    for role, why in (
        ("engine", "Azure cannot change its frontend"),
        ("ingestion", "the settings no longer ask for it"),
    ):
        assert why in preview.output
        assert f"{BLUE}/providers/Microsoft.Network/privateEndpoints/pe-one-{role}-blue (Approved)" in preview.output
        assert f"adx-private-link release {SERVICE.replace('engine', role)}" in preview.output
    assert "Traceback" not in preview.output
    assert preview.operations == []
    pair.owner.configure(**owners_settings())


def test_pulumi_refuses_to_destroy_it_before_anything_is_touched(pair: Pair) -> None:
    """No program runs then that could say who is connected: its preview is what stops it."""
    before = pair.owner.world()
    destroyed = pair.owner.pulumi("destroy", "--yes", check=False)
    assert destroyed.returncode != 0
    assert "PrivateLinkService::one.engine" in destroyed.stdout
    assert "protected" in destroyed.stdout
    assert pair.owner.world() == before


def release(stack: testing.Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "release", "--stack", stack.name, *arguments],
        cwd=stack.directory,
        env=testing.environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_what_is_rejected_by_hand_stays_rejected(pair: Pair) -> None:
    """Azure would refuse to approve what its owner has rejected."""
    endpoint = ResourceId.parse(f"{BLUE}/providers/Microsoft.Network/privateEndpoints/pe-one-ingestion-blue")
    portal_changes.decide_connection(pair.owner.home.azure, endpoint, "Rejected")
    approval = ["update Deployment one.blue.ingestion.approval"]
    assert announced_and_done(pair.owner) == (approval, approval)
    assert expect_success(pair.owner.up()).operations == []


def test_release_cuts_them_off_and_leaves_ones_own_alone(pair: Pair) -> None:
    asked = release(pair.owner, "pls-one-engine")
    assert asked.returncode == 2
    assert "pe-one-engine-blue" in asked.stdout
    assert "pe-one-engine-red" not in asked.stdout
    assert "--yes" in asked.stderr
    done = release(pair.owner, "--yes", SERVICE)
    assert done.returncode == 0, done.stderr
    assert release(pair.owner, "--yes", SERVICE).stdout.startswith("nobody else is connected")
    assert pair.owner.resolve(RED_NETWORK, HOST)[1].startswith("10.3.0.")


def test_who_was_rejected_or_cut_off_withdraws_the_record(pair: Pair) -> None:
    records = [f"delete PrivateRecordSet {name}@{BLUE_ZONE}" for name in ("adxone", "ingest-adxone")]
    assert announced_and_done(pair.partner) == (records, records)
    assert pair.partner.resolve(BLUE_NETWORK, HOST)[1] == "40.1.1.1"


def test_then_the_service_can_be_made_anew(pair: Pair) -> None:
    settings = owners_settings()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    pair.owner.configure(**settings)
    done = expect_success(pair.owner.up())
    assert "create-replacement PrivateLinkService one.engine" in done.operations


def test_both_are_destroyed_to_the_world_as_it_was(pair: Pair) -> None:
    expect_success(pair.partner.destroy())
    # Ingestion was used until now.
    expect_success(pair.owner.up())
    expect_success(pair.owner.destroy())
    assert not [each for each in pair.owner.world() if "privateLink" in each["type"] or "privateE" in each["type"]]


def test_a_release_says_which_services_there_are(pair: Pair) -> None:
    refused = release(pair.owner, "--yes", "pls-nobody")
    assert refused.returncode == 2
    assert "pls-nobody is none of the stack's private link services" in refused.stderr
