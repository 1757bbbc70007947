"""
A cluster that leaves its virtual network takes its external consumers along, each when its team is ready.

A partner's stack cannot read the cluster: the hand-over says what leads to it.
"""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.testing import Run, Stack

from .conftest import StackMaker
from .harness import expect_success
from .reporting import fails_on, preview
from .test_hand_over_of_natives import partner_beside
from .test_migrate import connecting
from .test_move_by_up import CLUSTER, HOST, HOSTS, moving
from .worlds import BLUE, BLUE_NETWORK, BOTH_KINDS, HUB


def _owner(**cluster: Any) -> dict[str, Any]:
    return {**moving(**cluster), "external_consumers": {"blue": {"subscription": BLUE.split("/")[2]}}}


def _partner(**source: Any) -> dict[str, Any]:
    blue = {"subnet_id": f"{BLUE_NETWORK}/subnets/clients", "dns": {"zones_in": [HUB]}}
    return {
        "hand_overs": {"one": {"stack": "organization/adx-private-link/test", **source}},
        "consumers": {"blue": blue},
    }


def _through(stack: Stack) -> set[str]:
    reached = [stack.reach(BLUE_NETWORK, host) for host in HOSTS]
    assert [reach.outcome for reach in reached] == ["connected", "connected"]
    return {reach.through.rpartition("/")[2] for reach in reached}


def _of_kind(run: Run, kind: str) -> set[str]:
    return {operation.split()[0] for operation in run.operations if f" {kind} " in operation}


def test_a_partner_follows_when_it_is_ready(new_stack: StackMaker) -> None:
    owner = new_stack(BOTH_KINDS)
    owner.configure(**_owner())
    expect_success(owner.up())
    partner = partner_beside(owner, owner.directory / "partner")
    partner.configure(**_partner())
    for stack in (partner, owner, partner):
        expect_success(stack.up())
    services = {"pe-one-engine-blue", "pe-one-ingestion-blue"}
    assert _through(partner) == services

    # The owner prepares. Nothing happens to a partner that does not want to, and a reviewer sees who is left behind.
    owner.configure(**_owner(targets="both"))
    expect_success(owner.up())
    assert owner.outputs()["hand_overs"]["one"]["version"] == 1
    expect_success(partner.preview("--expect-no-changes"))
    assert fails_on("external-left-behind", preview(owner, _owner(targets="both")))

    partner.configure(**_partner(targets="both"))
    for stack in (partner, owner, partner):
        expect_success(stack.up())
    assert _through(partner) == services
    assert not fails_on("external-left-behind", preview(owner, _owner(targets="both")))

    # The cluster moves; the partner's names follow in place.
    portal_changes.leave_network(owner.home.azure, CLUSTER)
    expect_success(owner.up())
    moved = expect_success(partner.up())
    assert _through(partner) == {"pe-one-cluster-blue"}
    assert _of_kind(moved, "PrivateRecordSet") == {"update"}
    expect_success(partner.preview("--expect-no-changes"))

    # The services cannot go while the partner is connected to them.
    owner.configure(**_owner(targets="cluster"))
    refused = owner.up()
    assert not refused.succeeded
    assert "pe-one-engine-blue" in refused.output
    partner.configure(**_partner(targets="cluster"))
    assert _of_kind(expect_success(partner.up()), "PrivateEndpoint") == {"delete"}
    # Pulumi's protection of the services, because of the partner's connections, ends with an update of its own.
    for settings in (_owner(targets="both"), _owner(targets="cluster")):
        owner.configure(**settings)
        expect_success(owner.up())
    assert _through(partner) == {"pe-one-cluster-blue"}
    assert owner.outputs()["hand_overs"]["one"]["version"] == 2
    expect_success(partner.preview("--expect-no-changes"))
    assert partner.reach(BLUE_NETWORK, HOST).outcome == "connected"


@pytest.mark.parametrize("targets", ["both", "cluster"])
def test_a_partner_bridges_the_move_by_itself(new_stack: StackMaker, targets: str) -> None:
    """Its clients notice nothing, and with `cluster` its endpoints leave services that Azure wants empty."""
    owner = new_stack(BOTH_KINDS)
    owner.configure(**_owner(targets="both"))
    expect_success(owner.up())
    partner = partner_beside(owner, owner.directory / "partner")
    partner.configure(**_partner(targets="both"))
    for stack in (partner, owner, partner):
        expect_success(stack.up())
    with connecting(partner, BLUE_NETWORK) as client:
        partner.configure(**_partner(targets=targets, names="public"))
        expect_success(partner.up())
        assert all(partner.reach(BLUE_NETWORK, host).through == "" for host in HOSTS)
        expect_success(partner.preview("--expect-no-changes"))
        portal_changes.leave_network(owner.home.azure, CLUSTER)
        for stack in (owner, partner):
            expect_success(stack.up())
        assert all(partner.reach(BLUE_NETWORK, host).through == "" for host in HOSTS)
        partner.configure(**_partner(targets=targets))
        expect_success(partner.up())
    assert _through(partner) == {"pe-one-cluster-blue"}
    assert {*client.outcomes} == {"connected"}


def test_a_partner_that_was_not_told_follows_by_itself(new_stack: StackMaker) -> None:
    """The move leaves it without access until its next `up`, which needs nothing from its team."""
    owner = new_stack(BOTH_KINDS)
    owner.configure(**_owner())
    expect_success(owner.up())
    partner = partner_beside(owner, owner.directory / "partner")
    partner.configure(**_partner())
    for stack in (partner, owner, partner):
        expect_success(stack.up())
    portal_changes.leave_network(owner.home.azure, CLUSTER)
    for stack in (owner, partner, owner, partner):
        expect_success(stack.up())
    assert _through(partner) == {"pe-one-cluster-blue"}
