"""Managed private endpoints: created, approved on their targets, changed and deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azure_sandbox.azure import ResourceId, Trouble
from azure_sandbox.testing import Stack

from .changing import assert_order, change
from .conftest import Deployed, StackMaker
from .harness import expect_success
from .reporting import fails_on, preview, run_report
from .sources import (
    ALL,
    EVENTS,
    LAKE,
    NEW_LAKE,
    OTHER,
    READER,
    SOURCES,
    create_by_hand,
    decide,
    find_connections,
    name_of,
    reading_from,
    states_of,
    states_on,
    world_with,
)
from .test_access import run_access
from .test_repair import repair

ENDPOINT = "ManagedPrivateEndpoint reader.{}.managed-endpoint"
APPROVAL = "Deployment reader.{}.managed-approval"
SUMMARY = "update ManagedEndpoints reader"
"""The component names its targets."""


@pytest.fixture
def stack(deployed: Deployed) -> Stack:
    """A stack whose cluster reads from all sources of data."""
    return deployed(reading_from(), SOURCES)


def test_one_update_connects_a_cluster_to_its_sources(stack: Stack) -> None:
    """Created but not approved, they are `Succeeded` and carry nothing (hashicorp/terraform-provider-azurerm#22082)."""
    assert states_of(stack) == dict.fromkeys(ALL, "Approved")
    assert states_on(stack, LAKE) == dict.fromkeys((name_of("lake"), name_of("lake-dfs")), "Approved")
    assert states_on(stack, EVENTS) == {name_of("events"): "Approved"}
    assert states_on(stack, OTHER) == {name_of("other"): "Approved"}


def test_nothing_is_left_to_do_afterwards(stack: Stack) -> None:
    """A storage account would reject another approval, also after a refresh."""
    for flags in ([], ["--refresh"], []):
        run = expect_success(stack.up("--expect-no-changes", *flags))
        assert "warning" not in run.output


def test_a_removed_one_is_deleted_with_its_connection(stack: Stack) -> None:
    operations = change(stack, reading_from("events", "lake", "other"))
    deleted = [f"delete {APPROVAL.format('lake-dfs')}", f"delete {ENDPOINT.format('lake-dfs')}"]
    assert operations == [SUMMARY, *deleted]
    assert states_on(stack, LAKE) == {name_of("lake"): "Approved"}


def test_all_can_be_removed_at_once(stack: Stack) -> None:
    """A cluster takes one deletion at a time, so that they follow one another."""
    settings = reading_from("lake")
    settings["clusters"]["reader"]["managed_endpoints"] = {}
    change(stack, settings)
    assert [*states_on(stack, LAKE), *states_on(stack, EVENTS), *states_on(stack, OTHER)] == []


def test_another_target_replaces_it(stack: Stack) -> None:
    """Azure changes no target in place; the provider believes that it can."""
    operations = change(stack, reading_from("events", "other", lake={"target": NEW_LAKE, "group": "blob"}))
    endpoint = ENDPOINT.format("lake")
    assert_order(operations, f"delete-replaced {endpoint}", f"create-replacement {endpoint}")
    assert states_on(stack, LAKE) == {}
    assert states_on(stack, NEW_LAKE) == {name_of("lake"): "Approved"}


def test_a_target_of_another_kind_replaces_it(stack: Stack) -> None:
    """The approval moves with it, to a template of another type."""
    change(stack, reading_from("lake", "other", events={"target": NEW_LAKE, "group": "blob"}))
    assert states_of(stack) == dict.fromkeys(("events", "lake", "other"), "Approved")
    assert states_on(stack, NEW_LAKE) == {name_of("events"): "Approved"}
    assert states_on(stack, EVENTS) == {}


def test_a_new_one_changes_no_other(deployed: Deployed) -> None:
    stack = deployed(reading_from("lake"), SOURCES)
    operations = change(stack, reading_from("events", "lake"))
    assert [operation for operation in operations if ".lake." in operation] == []
    assert states_of(stack) == {"events": "Approved", "lake": "Approved"}


def test_the_owner_of_a_target_can_approve_later(new_stack: StackMaker) -> None:
    """Until then every preview says what is waited for."""
    stack = new_stack(SOURCES)
    stack.configure(**reading_from("lake", events={"target": EVENTS, "approve": False}))
    update = expect_success(stack.up())
    assert APPROVAL.format("events") not in update.output
    assert "the owner of events must approve the new connection there" in update.output
    assert states_of(stack) == {"events": "Pending", "lake": "Approved"}
    waiting = expect_success(stack.preview("--expect-no-changes"))
    assert "it waits for approval by the owner of events" in waiting.output
    decide(stack, "events", EVENTS, "Approved", "fine with us")
    update = expect_success(stack.up())
    assert "warning" not in update.output
    assert update.operations == []
    assert states_of(stack) == {"events": "Approved", "lake": "Approved"}


def test_approving_what_its_owner_has_approved_asks_nothing_of_azure(new_stack: StackMaker) -> None:
    """A storage account rejects a second approval, whoever gave the first one."""
    stack = new_stack(SOURCES)
    stack.configure(**reading_from("events", lake={**ALL["lake"], "approve": False}))
    expect_success(stack.up())
    decide(stack, "lake", LAKE, "Approved", "fine with us")
    assert change(stack, reading_from("events", "lake")) == [f"create {APPROVAL.format('lake')}"]
    assert expect_success(stack.up("--refresh", "--expect-no-changes"))


def test_a_rejected_one_is_replaced_on_demand(stack: Stack) -> None:
    """Azure cannot bring a rejected connection back."""
    decide(stack, "lake", LAKE, "Rejected", "not any more")
    update = expect_success(stack.up())
    assert f"the connection of {name_of('lake')} to lake is Rejected" in update.output
    assert "pulumi up --replace '**reader.lake.managed-endpoint'" in update.output
    assert states_of(stack)["lake"] == "Rejected"
    assert expect_success(stack.preview("--expect-no-changes", "--refresh"))
    expect_success(stack.up("--replace", "**reader.lake.managed-endpoint"))
    assert states_of(stack)["lake"] == "Approved"
    assert expect_success(stack.preview("--expect-no-changes", "--refresh"))


def test_one_whose_connection_was_removed_is_reported(stack: Stack) -> None:
    """Azure shows it as Succeeded."""
    [connection] = find_connections(stack, "events", EVENTS)
    stack.home.azure.delete(ResourceId.parse(connection["id"]))
    update = expect_success(stack.up())
    assert f"events lists no connection of {name_of('events')}" in update.output
    assert states_of(stack)["events"] == "Disconnected"
    expect_success(stack.up("--replace", "**reader.events.managed-endpoint"))
    assert states_of(stack)["events"] == "Approved"


def test_one_that_was_deleted_by_hand_is_recreated_and_approved(stack: Stack) -> None:
    stack.home.azure.delete(ResourceId.parse(f"{READER}/ManagedPrivateEndpoints/{name_of('lake')}"))
    assert states_on(stack, LAKE) == {name_of("lake-dfs"): "Approved"}
    update = expect_success(stack.up("--refresh"))
    assert f"create {ENDPOINT.format('lake')}" in update.operations
    assert states_on(stack, LAKE)[name_of("lake")] == "Approved"
    assert expect_success(stack.preview("--expect-no-changes", "--refresh"))


def test_azure_forgets_deployments_and_nothing_is_approved_twice(stack: Stack) -> None:
    """A resource group keeps 800 deployments, and Azure deletes older ones by itself."""
    group = ResourceId.parse(LAKE).group
    deployments = [
        resource["id"] for resource in stack.world() if resource["type"] == "Microsoft.Resources/deployments"
    ]
    for id in deployments:
        if id.startswith(group.text):
            stack.home.azure.delete(ResourceId.parse(id))
    expect_success(stack.up("--refresh"))
    assert states_of(stack) == dict.fromkeys(ALL, "Approved")
    assert expect_success(stack.preview("--expect-no-changes", "--refresh"))


def test_connections_that_azure_approves_at_once_are_left_alone(new_stack: StackMaker, tmp_path: Path) -> None:
    """The creator has the right to approve on the target."""
    stack = new_stack(world_with(tmp_path, switches={"approval-by-rights": "approves"}))
    stack.configure(**reading_from())
    expect_success(stack.up())
    assert states_of(stack) == dict.fromkeys(ALL, "Approved")
    for flags in ([], ["--refresh"]):
        expect_success(stack.up("--expect-no-changes", *flags))


def test_the_connection_of_another_cluster_is_not_approved(new_stack: StackMaker) -> None:
    """It has the same name on the same target, and another message."""
    stack = new_stack(SOURCES)
    create_by_hand(stack, OTHER, name_of("lake"), LAKE, "blob", "from the other team")
    stack.configure(**reading_from("lake"))
    expect_success(stack.up())
    states = [
        connection["properties"]["privateLinkServiceConnectionState"]
        for connection in find_connections(stack, "lake", LAKE)
    ]
    assert sorted(state["status"] for state in states) == ["Approved", "Pending"]
    [pending] = [state for state in states if state["status"] == "Pending"]
    assert pending["description"] == "from the other team"
    assert expect_success(stack.preview("--expect-no-changes"))


def test_a_target_that_does_not_exist_is_a_problem_at_preview(new_stack: StackMaker) -> None:
    stack = new_stack(SOURCES)
    missing = {"target": LAKE.replace("lake", "gone"), "group": "blob"}
    stack.configure(**reading_from("events", lake=missing))
    planned = stack.preview()
    assert not planned.succeeded
    assert "clusters.reader.managed_endpoints.lake.target" in planned.output
    assert "does not exist in Azure (a storage account)" in planned.output
    assert "Traceback" not in planned.output


def test_another_operation_on_the_cluster_needs_one_more_update(new_stack: StackMaker) -> None:
    """Azure accepts the request, and its operation fails: a managed private endpoint without a connection is left."""
    stack = new_stack(SOURCES)
    stack.configure(**reading_from("events", "lake"))
    stack.home.azure.add_trouble(Trouble(kind="maintenance", on=f"PUT */ManagedPrivateEndpoints/{name_of('lake')}"))
    failed = stack.up()
    assert not failed.succeeded
    assert "ServiceIsInMaintenance" in failed.output
    assert "Next: " in failed.output
    expect_success(stack.up())
    assert states_of(stack) == {"events": "Approved", "lake": "Approved"}
    assert expect_success(stack.preview("--expect-no-changes"))


def test_a_cluster_in_a_virtual_network_is_prepared(new_stack: StackMaker) -> None:
    """They take effect once it has left the network, so they are created before."""
    stack = new_stack()
    id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters"
    other = {"target": f"{id}/newadx"}
    stack.configure(clusters={"old": {"id": f"{id}/myadx", "managed_endpoints": {"new": other}}}, consumers={})
    update = expect_success(stack.up())
    assert "they take effect only after the cluster has left the network" in update.output
    assert stack.outputs()["clusters"]["old"]["managed_endpoints"]["new"]["connection_state"] == "Approved"


def test_another_spelling_of_ids_changes_nothing(stack: Stack) -> None:
    settings = reading_from()
    cluster = settings["clusters"]["reader"]
    cluster["id"] = cluster["id"].upper().replace("/READER", "/Reader")
    for managed in cluster["managed_endpoints"].values():
        managed["target"] = managed["target"].upper()
    stack.configure(**settings)
    for flags in ([], ["--refresh"]):
        run = expect_success(stack.up(*flags))
        assert run.operations == []


def test_a_renamed_key_keeps_everything(stack: Stack) -> None:
    settings = reading_from("events", "lake", "lake-dfs", messages={"target": OTHER})
    stack.configure(**settings)
    planned = stack.preview()
    assert not planned.succeeded
    assert "is what this stack deployed as managed_endpoints.other" in planned.output
    assert "write `formerly: other`" in planned.output
    settings["clusters"]["reader"]["managed_endpoints"]["messages"]["formerly"] = "other"
    assert change(stack, settings) == [SUMMARY]
    assert states_of(stack)["messages"] == "Approved"


def test_access_shows_connections_as_their_targets_have_them(stack: Stack) -> None:
    """Nothing else in Azure shows them."""
    code, output = run_access(stack)
    assert code == 0
    assert ["reader", "lake", "lake", "blob", "Approved"] in [line.split() for line in output.splitlines()]
    decide(stack, "lake", LAKE, "Rejected", "not any more")
    stack.home.azure.delete(ResourceId.parse(f"{READER}/ManagedPrivateEndpoints/{name_of('events')}"))
    before, world = stack.state(), stack.world()
    code, output = run_access(stack, "--live")
    rows = [line.split() for line in output.splitlines()]
    assert code == 1
    for key, target, group, state in (
        ("events", "events", "namespace", "deleted"),
        ("lake", "lake", "blob", "Rejected"),
        ("lake-dfs", "lake", "dfs", "Approved"),
        ("other", "other", "cluster", "Approved"),
    ):
        assert ["reader", key, target, group, state] in rows
    assert "`pulumi up --refresh` recreates a managed private endpoint" in output
    assert "prints the command that replaces it" in output
    assert (stack.state(), stack.world()) == (before, world)
    code, output = run_access(stack, "--live", "--format", "json")
    live = json.loads(output)
    assert {managed["key"]: managed["is_well"] for managed in live["managed_endpoints"]} == {
        "events": False,
        "lake": False,
        "lake-dfs": True,
        "other": True,
    }
    assert (live["is_well"], live["other_connections"]) == (False, [])


@pytest.mark.parametrize("state", ["Pending", "Approved"])
def test_one_that_was_created_by_hand_is_imported_by_a_repair(new_stack: StackMaker, state: str) -> None:
    """Its message stays, because its connection has it."""
    stack = new_stack(SOURCES)
    create_by_hand(stack, READER, name_of("lake"), LAKE, "blob", "by hand")
    if state == "Approved":
        decide(stack, "lake", LAKE, "Approved", "fine with us")
    stack.configure(**reading_from("events", "lake"))
    output = stack.up().output
    assert "import it with `adx-private-link repair`" in output
    code, output = repair(stack, "--yes")
    assert code == 0, output
    update = expect_success(stack.up())
    assert f"create {ENDPOINT.format('lake')}" not in update.operations
    assert states_of(stack) == {"events": "Approved", "lake": "Approved"}
    expect_success(stack.preview("--expect-no-changes", "--refresh"))


def test_the_targets_subscription_needs_microsoft_network(new_stack: StackMaker, tmp_path: Path) -> None:
    """MicrosoftDocs, dataexplorer-docs, security-network-managed-private-endpoint-create.md, lists it first."""
    subscription = LAKE.split("/")[2]
    stack = new_stack(world_with(tmp_path, unregistered=[f"{subscription}/Microsoft.Network"]))
    stack.configure(**reading_from("lake"))
    output = stack.up().output
    assert f"The subscription '{subscription}' is not registered" in output
    assert "Next: register the subscription that Azure names" in output


def test_a_report_says_what_a_cluster_no_longer_reaches(stack: Stack) -> None:
    """No consumer's access shows it."""
    printed = preview(stack, reading_from("events", lake={"target": NEW_LAKE, "group": "blob"}))
    report = run_report(printed)
    assert "cluster `reader` no longer reaches `other` privately" in report.lower()
    assert "is replaced, because its target changes" in report
    assert "| `reader` | `lake` | lake → newlake | blob | approved by this stack | replaced |" in report
    assert "| `reader` | `other` | other | cluster | ended | deleted |" in report
    assert fails_on("managed-endpoint-removed", printed) == 1
    assert fails_on("managed-endpoint-replaced", printed) == 1
