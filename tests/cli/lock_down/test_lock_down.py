"""The command `lock-down`: its plan, its questions, its changes, and the way back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.azure.trouble import Trouble

from ...samples.building import ELSEWHERE
from ..clouds import INJECTED, NATIVE, Killed
from .conftest import GO, Bench, make_bench

EVERYTHING: dict[str, Any] = {
    "trusted_tenants": "all",
    "outbound": {"fqdns": ["a.example"]},
    "public_access": "closed",
}
ORDER = ["trustedExternalTenants", "restrictOutboundNetworkAccess,allowedFqdnList", "publicNetworkAccess"]


def test_nothing_to_do(bench: Bench) -> None:
    bench.state(public_access="open")
    assert bench.expect(0) == "looking at the settings and at Azure\nThe access of newadx is as the settings say.\n"
    assert bench.cloud.patched == []


def test_one_property_after_the_other_public_access_last(bench: Bench) -> None:
    """Each is read back before the next; a client that one of them cuts off still reaches the cluster publicly."""
    bench.state(**EVERYTHING)
    output = bench.expect(0, *bench.proof(), *GO)
    assert bench.cloud.patched == ORDER
    assert "clusters.myadx.public_access    publicNetworkAccess            Enabled   Disabled" in output
    assert "Loses access by outbound: the cluster's own connections" in output
    assert (
        "Next, in the network of each consumer:\n  adx-private-link verify --consumer analytics --stack prod" in output
    )
    assert "adx-private-link lock-down myadx --open --stack prod" in output
    bench.cloud.restart()
    bench.expect(0)
    assert bench.cloud.patched == []


def test_a_list_is_there_before_the_cluster_opens(bench: Bench) -> None:
    bench.cloud.change(publicNetworkAccess="Disabled")
    bench.state(public_access=["20.1.2.3"])
    bench.expect(0, *GO)
    assert bench.cloud.patched == ["allowedIpRangeList", "publicNetworkAccess"]


def test_closing_leaves_the_list(bench: Bench) -> None:
    """It has no effect, and limits who gets in if a person opens the cluster by hand."""
    bench.cloud.change(allowedIpRangeList=["20.1.2.3"])
    bench.state(public_access="closed")
    bench.expect(0, *bench.proof(), *GO)
    assert bench.cloud.cluster()["allowedIpRangeList"] == ["20.1.2.3"]


def test_the_id_is_as_good_as_the_key(bench: Bench) -> None:
    bench.state(trusted_tenants="all")
    bench.expect(0, *GO, cluster=NATIVE.upper())
    assert bench.cloud.patched == ["trustedExternalTenants"]


def test_an_unknown_cluster_is_an_error(bench: Bench) -> None:
    assert "The settings of stack prod have no cluster other. They have: myadx." in bench.expect(2, cluster="other")


def test_who_has_no_endpoint_is_named(bench: Bench) -> None:
    bench.external_consumers["partner"] = {"subscription": ELSEWHERE}
    bench.state(public_access="closed")
    output = bench.expect(0, *bench.proof(), *GO)
    assert "Loses access by public_access: external consumer partner, which has no approved private endpoint." in output


# Questions


@pytest.mark.usefixtures("terminal")
def test_no_changes_nothing(bench: Bench) -> None:
    bench.state(trusted_tenants="all")
    assert "Change the access of newadx? [y/N]" in bench.expect(1, answers="nobody\nn\n")
    assert bench.cloud.patched == []


@pytest.mark.usefixtures("terminal")
def test_yes_changes_it(bench: Bench) -> None:
    bench.state(trusted_tenants="all")
    assert "Which program deploys the cluster resource itself" in bench.expect(0, answers="nobody\ny\n")
    assert bench.cloud.patched == ["trustedExternalTenants"]


def test_nobody_is_asked_without_a_terminal(bench: Bench) -> None:
    bench.state(trusted_tenants="all")
    assert "run the command with `--owner`" in bench.expect(2, "--yes")
    assert "run the command with `--yes`" in bench.expect(2, "--owner", "nobody")
    assert bench.cloud.patched == []


# Owners


@pytest.mark.parametrize(
    ("owner", "lines"),
    [
        ("pulumi", ['restrict_outbound_network_access="Enabled",', 'allowed_fqdn_list=["a.example"],']),
        ("terraform", ["outbound_network_access_restricted = true", "public_network_access_enabled = false"]),
        ("bicep", ["restrictOutboundNetworkAccess: 'Enabled'", "trustedExternalTenants: [{ value: '*' }]"]),
    ],
)
def test_a_program_that_owns_the_cluster_changes_first(bench: Bench, owner: str, lines: list[str]) -> None:
    """Its next PUT would undo the change (azure-cli-extensions#9966)."""
    bench.state(**EVERYTHING)
    output = bench.expect(1, *bench.proof(), "--owner", owner)
    for line in lines:
        assert line in output
    assert (
        f"adx-private-link lock-down myadx --proof {bench.directory}/proof.json --owner {owner} --elsewhere" in output
    )
    assert bench.cloud.patched == []


def test_the_owners_change_needs_the_proof_too(bench: Bench) -> None:
    """The consumers must keep their access, whether this command or the owner's program closes the cluster."""
    bench.state(public_access="closed")
    assert "private access is not proven" in bench.expect(1, "--owner", "pulumi")
    assert "private access is not proven" in bench.expect(1, "--elsewhere")


def test_the_owners_own_change_is_awaited_and_checked(bench: Bench) -> None:
    bench.state(public_access="closed", trusted_tenants="all")
    looked = threading.Event()

    def change_there(number: int, _method: str) -> None:
        # While the command waits, the owner's deployment makes one change after the other.
        if number == 3:
            bench.cloud.change(trustedExternalTenants=[{"value": "*"}])
        if number == 6:
            bench.cloud.change(publicNetworkAccess="Disabled")
            looked.set()

    bench.cloud.before_request = change_there
    output = bench.expect(0, *bench.proof(), "--elsewhere")
    assert looked.is_set()
    assert bench.cloud.patched == []
    assert "waiting for the owner of newadx to change its access" in output
    assert "The access of newadx is as the settings say." in output


def test_the_wait_for_the_owner_has_a_bound(bench: Bench) -> None:
    bench.state(trusted_tenants="all")
    output = bench.expect(2, "--elsewhere", "--timeout", "1")
    assert "The time is over (`--timeout`) before the owner has changed it" in output


def test_a_program_that_writes_the_cluster_meanwhile_is_noticed(bench: Bench) -> None:
    """The answer `nobody` was wrong: a pipeline has deployed the cluster in between."""
    bench.state(trusted_tenants="all", outbound={"fqdns": []})

    def undo(_number: int, method: str) -> None:
        if method == "patch" and bench.cloud.patched:
            bench.cloud.change(trustedExternalTenants=[])

    bench.cloud.before_request = undo
    output = bench.expect(2, *GO)
    assert (
        "Another program has changed the cluster meanwhile: trustedExternalTenants differ from the settings" in output
    )


# Azure says no


def test_a_stopped_cluster_is_refused_before_anything(bench: Bench) -> None:
    bench.state(public_access="closed")
    bench.cloud.change(state="Stopped")
    assert "newadx is Stopped, and Azure changes a running cluster only" in bench.expect(2, *bench.proof(), *GO)
    assert bench.cloud.patched == []


def test_a_failed_operation_keeps_what_is_done_and_can_be_repeated(bench: Bench) -> None:
    bench.state(**EVERYTHING)
    bench.cloud.azure.add_trouble(Trouble(kind="failed", on="PATCH *", skip=1, times=1))
    output = bench.expect(2, *bench.proof(), *GO)
    assert (
        "Azure did not change the outbound access of newadx (restrictOutboundNetworkAccess, allowedFqdnList)" in output
    )
    assert bench.cloud.patched == ORDER[:2]
    bench.cloud.restart()
    bench.expect(0, *bench.proof(), *GO)
    assert bench.cloud.patched == ORDER[1:]


@pytest.mark.parametrize("arrives", [True, False])
def test_a_kill_at_any_request_is_made_good_by_running_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    """An operator closes the laptop. The cluster is never closed before everything else is done."""
    for number in range(60):
        directory = tmp_path / str(number)
        directory.mkdir()
        bench = make_bench(directory, monkeypatch)
        bench.state(**EVERYTHING)
        bench.cloud.killed_at, bench.cloud.arrives = number, arrives
        arguments = (*bench.proof(), *GO)
        try:
            bench.expect(0, *arguments)
        except Killed:
            bench.cloud.restart()
            bench.expect(0, *arguments)
        else:
            assert number > 10
            return
        assert bench.cloud.cluster()["publicNetworkAccess"] == "Disabled"
        assert bench.cloud.patched == ORDER[len(ORDER) - len(bench.cloud.patched) :]
    pytest.fail("The command never ends.")


# Injected clusters


def test_public_access_of_an_injected_cluster_is_not_changed(bench: Bench) -> None:
    """Its network security groups decide it; the outbound restriction takes effect at once."""
    bench.state(id=INJECTED, public_access="closed", outbound={"fqdns": []})
    output = bench.expect(0, *GO)
    assert "its network security groups decide who reaches its public address" in output
    assert "The outbound access of an injected cluster changes at once, too." in output
    assert bench.cloud.patched == ["restrictOutboundNetworkAccess"]


# The way back


@pytest.mark.parametrize("cluster", ["myadx", NATIVE])
def test_an_emergency_opens_the_cluster_without_a_proof(bench: Bench, cluster: str) -> None:
    """Those in the list get in first: the list is emptied by an explicit `[]` (terraform-provider-azurerm#27529)."""
    bench.state(public_access="closed")
    bench.cloud.change(publicNetworkAccess="Disabled", allowedIpRangeList=["20.1.2.3"])
    output = bench.expect(0, "--open", "--yes", cluster=cluster)
    assert bench.cloud.patched == ["publicNetworkAccess", "allowedIpRangeList"]
    assert bench.cloud.cluster()["allowedIpRangeList"] == []
    assert "Settings with another `public_access` do not change it: previews warn" in output
    bench.cloud.restart()
    bench.expect(0, "--open", "--yes", cluster=cluster)
    assert bench.cloud.patched == []


def test_an_open_injected_cluster_has_nothing_to_open(bench: Bench) -> None:
    output = bench.expect(2, "--open", "--yes", cluster=INJECTED)
    assert "its network security groups decide who reaches its public address" in output


def test_the_way_back_takes_no_proof_and_no_owner(bench: Bench) -> None:
    assert "--open needs no proof" in bench.expect(2, "--open", "--owner", "nobody")
    assert bench.cloud.requests == []


@pytest.mark.usefixtures("terminal")
def test_the_way_back_asks(bench: Bench) -> None:
    bench.cloud.change(publicNetworkAccess="Disabled")
    assert "Let everyone reach newadx at its public address?" in bench.expect(
        1, "--open", answers="n\n", cluster=NATIVE
    )
    assert bench.cloud.azure.get(ResourceId.parse(NATIVE))["properties"]["publicNetworkAccess"] == "Disabled"
