"""The owner of a native cluster hands it over to a partner's stack: version 2 names the cluster, not services."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox import portal_changes, testing
from azure_sandbox.azure import ResourceId

from .harness import COMMAND, PROJECT, Stack, copy_program, expect_success
from .native_names import assert_private, assert_public
from .test_hand_over import preview_and_update
from .worlds import BLUE, BLUE_NETWORK, BOTH_KINDS, HUB, NATIVE_ONE, NATIVE_ZONES, both_kinds, native_and_red

HOST = "newone.westus.kusto.windows.net"
ENDPOINTS = f"{BLUE}/providers/Microsoft.Network/privateEndpoints"
PARTNERS, STRANGERS = (ResourceId.parse(f"{ENDPOINTS}/{name}") for name in ("pe-one-cluster-blue", "pe-stranger"))
APPROVAL = "update Deployment one.blue.cluster.approval"
GROUP = "PrivateDnsZoneGroup one.blue.cluster.zone-group"


def create_owner_settings(*endpoint_names: str) -> dict[str, Any]:
    """Return settings that hand the native cluster over to blue."""
    blue: dict[str, Any] = {"subscription": BLUE.split("/")[2]}
    if endpoint_names:
        blue["endpoint_names"] = list(endpoint_names)
    return {**native_and_red(), "external_consumers": {"blue": blue}}


def create_partner_settings(**source: Any) -> dict[str, Any]:
    """Return settings that connect blue, with the hand-over from a source."""
    blue = {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"zones_in": [HUB]}}
    return {"hand_overs": {"one": source}, "consumers": {"blue": blue}}


def partner_beside(owner: testing.Stack, directory: Path) -> testing.Stack:
    """Create a partner's stack in the owner's Azure."""
    directory.mkdir()
    copy_program(PROJECT, directory)
    partner = testing.Stack(directory, owner.home, "partner")
    partner.init()
    return partner


class Pair:
    """An owner's stack, and a partner's stack in the same Azure."""

    def __init__(self, directory: Path) -> None:
        self.owner = Stack(directory / "owner", BOTH_KINDS)
        self.world_before = self.owner.world()
        self.owner.configure(**create_owner_settings(PARTNERS.name))
        self.partner = partner_beside(self.owner, directory / "partner")
        self.partner.configure(**create_partner_settings(stack="organization/adx-private-link/test"))

    @property
    def partners_endpoint(self) -> dict[str, Any]:
        """The outputs of the partner's endpoint."""
        return self.partner.outputs()["clusters"]["one"]["endpoints"]["blue"]["cluster"]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("pair"))


def test_the_hand_over_names_the_cluster_and_its_zones(pair: Pair) -> None:
    """The partner cannot read the cluster, so the hand-over has all that the partner's stack needs."""
    expect_success(pair.owner.up())
    hand_over = pair.owner.outputs()["hand_overs"]["one"]
    assert (hand_over["version"], hand_over["services"]) == (2, {})
    target = hand_over["targets"]["cluster"]
    assert (target["id"], target["group"]) == (NATIVE_ONE, "cluster")
    assert target["hosts"] == {"engine": HOST, "ingestion": f"ingest-{HOST}"}
    assert set(target["zones"].values()) == set(NATIVE_ZONES)


def test_nothing_is_published_before_the_owner_has_approved(pair: Pair) -> None:
    """A name that leads to a pending connection would cut clients off."""
    update = expect_success(pair.partner.up())
    assert "create PrivateEndpoint one.blue.cluster" in update.operations
    assert not [name for name in update.operations if "PrivateDnsZoneGroup" in name or "Deployment" in name]
    assert "waits for the approval of the cluster's owner" in update.output
    assert (pair.partners_endpoint["connection_state"], pair.partners_endpoint["hosts"]) == ("Pending", {})
    assert_public(pair.partner, BLUE_NETWORK, HOST)
    assert expect_success(pair.partner.up()).operations == []


def test_the_owner_approves_the_named_endpoint_only(pair: Pair) -> None:
    """Other people of the partner's subscription can ask for a connection too; it is reported, and stays pending."""
    connection = {"name": "theirs", "properties": {"privateLinkServiceId": NATIVE_ONE, "groupIds": ["cluster"]}}
    subnet = {"id": f"{BLUE_NETWORK}/subnets/clients"}
    body = {"subnet": subnet, "manualPrivateLinkServiceConnections": [connection]}
    pair.owner.home.azure.put(STRANGERS, {"location": "eastus", "properties": body})
    assert preview_and_update(pair.owner) == ([APPROVAL], [APPROVAL])
    assert expect_success(pair.owner.up()).operations == []
    access = subprocess.run(
        [*COMMAND, "access", "--live", "--stack", pair.owner.name],
        cwd=pair.owner.directory,
        env=testing.environment(pair.owner.home),
        capture_output=True,
        text=True,
        check=False,
    )
    (stranger,) = (line for line in access.stdout.splitlines() if STRANGERS.name in line)
    assert stranger.split()[-1] == "Pending"


def test_the_partner_publishes_every_name_after_the_approval(pair: Pair) -> None:
    """The partner's next update needs no change of settings, and adds nothing else."""
    assert preview_and_update(pair.partner) == ([f"create {GROUP}"], [f"create {GROUP}"])
    assert pair.partners_endpoint["connection_state"] == "Approved"
    assert_private(pair.partner, "one", "blue")
    expect_success(pair.partner.refresh())
    assert expect_success(pair.partner.up()).operations == []


def test_a_hand_over_in_a_file_changes_nothing(pair: Pair) -> None:
    """Partners without access to the backend get the file by mail."""
    (pair.partner.directory / "hand-over.json").write_text(json.dumps(pair.owner.outputs()["hand_overs"]))
    pair.partner.configure(**create_partner_settings(file="hand-over.json"))
    assert expect_success(pair.partner.preview()).operations == []


def test_an_owner_that_names_no_endpoint_approves_all(pair: Pair) -> None:
    """An owner may trust a whole subscription."""
    pair.owner.configure(**create_owner_settings())
    assert preview_and_update(pair.owner) == ([APPROVAL], [APPROVAL])
    assert expect_success(pair.owner.up()).operations == []
    state = pair.owner.home.azure.get(STRANGERS)["properties"]["manualPrivateLinkServiceConnections"][0]["properties"]
    assert state["privateLinkServiceConnectionState"]["status"] == "Approved"


def test_the_partner_withdraws_the_names_of_a_rejected_connection(pair: Pair) -> None:
    """Clients get the public address instead of a dead one."""
    portal_changes.decide_connection(pair.owner.home.azure, PARTNERS, "Rejected")
    assert preview_and_update(pair.partner) == ([f"delete {GROUP}"], [f"delete {GROUP}"])
    assert_public(pair.partner, BLUE_NETWORK, HOST)
    # The owner does not approve it again.
    expect_success(pair.owner.up())
    assert expect_success(pair.owner.up()).operations == []
    assert pair.partner.preview("--expect-no-changes").succeeded


def test_both_stacks_can_be_destroyed_in_any_order(pair: Pair) -> None:
    """A native cluster has no service that connections of others could hold. Nothing stays in Azure."""
    expect_success(pair.owner.destroy())
    expect_success(pair.partner.destroy())
    pair.owner.home.azure.delete(STRANGERS)
    assert pair.owner.world() == pair.world_before


def test_one_partner_connects_to_clusters_of_both_kinds(tmp_path: Path) -> None:
    """The owner's hand-overs have version 1 for the injected cluster, and version 2 for the native one."""
    owner = Stack(tmp_path / "owner", BOTH_KINDS)
    settings = both_kinds()
    del settings["consumers"]["blue"]
    owner.configure(**settings, external_consumers={"blue": {"subscription": BLUE.split("/")[2]}})
    expect_success(owner.up())
    hand_overs = owner.outputs()["hand_overs"]
    assert {key: hand_over["version"] for key, hand_over in hand_overs.items()} == {"old": 1, "new": 2}

    partner = partner_beside(owner, tmp_path / "partner")
    partner_settings = create_partner_settings()
    partner_settings["hand_overs"] = {key: {"inline": hand_over} for key, hand_over in hand_overs.items()}
    partner.configure(**partner_settings)
    for stack in (partner, owner, partner):
        expect_success(stack.up())
    endpoints = {key: cluster["endpoints"]["blue"] for key, cluster in partner.outputs()["clusters"].items()}
    assert {key: set(targets) for key, targets in endpoints.items()} == {
        "old": {"engine", "ingestion"},
        "new": {"cluster"},
    }
    assert_private(partner, "new", "blue")
    assert partner.resolve(BLUE_NETWORK, "adxone.westus.kusto.windows.net")[1].startswith("10.4.0.")
    assert expect_success(partner.up("--refresh")).operations == []

    # What comes from outside decides no names: a host of another cluster is rejected.
    wrong = copy.deepcopy(hand_overs["new"])
    wrong["targets"]["cluster"]["hosts"]["engine"] = HOST.replace("newone", "newtwo")
    partner_settings["hand_overs"]["new"] = {"inline": wrong}
    partner.configure(**partner_settings)
    preview = partner.preview()
    assert not preview.succeeded
    assert "adx-private-link:hand_overs.new" in preview.output
    assert "Traceback" not in preview.output
