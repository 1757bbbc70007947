"""Endpoints without an approved connection: DNS has no record of them, and all others keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.samples.building import GUEST, small
from tests.samples.smallest import small_with_consumer

from .programs import APPROVAL, ENDPOINT, RECORD, ZONE, hand_over, program
from .registration import RUNS, Graph, deploy, must_deploy, run_as

NAME = "pe-myadx-engine-analytics"
OTHER_RECORD = f"PrivateRecordSet ingest-myadx@{ZONE}"

LATER = pytest.mark.parametrize("preview", [True, False], ids=["later preview", "later update"])
APPROVALS = pytest.mark.parametrize("approval", ["approve", "auto", "resource_id"])


def _deploy_after(settings: dict[str, Any], state: str, *, preview: bool) -> Graph:
    """The run after the engine's connection got a state."""
    azure = must_deploy(program(settings=settings)).azure
    return must_deploy(program(settings=settings), azure.later(states={NAME: state}), preview=preview)


# Clusters of this stack


@LATER
@APPROVALS
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_a_dead_connection_removes_its_record_alone(approval: str, state: str, *, preview: bool) -> None:
    """Clients get the public address instead of a dead one until a person replaces the endpoint."""
    settings = small_with_consumer(approval=approval)
    before, graph = must_deploy(program(settings=settings)), _deploy_after(settings, state, preview=preview)
    assert {*before.labels} - {*graph.labels} == {RECORD}
    assert {*graph.labels} <= {*before.labels}
    assert graph[ENDPOINT].inputs == before[ENDPOINT].inputs


@LATER
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_the_approval_of_a_dead_connection_stays(state: str, *, preview: bool) -> None:
    """Its deletion would be one more change to explain, and a replaced endpoint needs it again."""
    assert _deploy_after(small(), state, preview=preview)[APPROVAL]


@LATER
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_a_warning_names_the_dead_endpoint_and_the_next_step(state: str, *, preview: bool) -> None:
    graph = _deploy_after(small(), state, preview=preview)
    [warning] = graph.warnings
    assert warning.startswith(f"consumers.analytics: private endpoint {NAME} (myadx, engine) is {state}")
    assert "pulumi up --replace '**PrivateEndpoint::myadx.analytics.engine'" in warning


def test_the_output_has_the_state_of_a_dead_connection() -> None:
    """Other tools trust the output and must not read Approved while nothing is published."""
    endpoints = _deploy_after(small(), "Rejected", preview=False).result["endpoints"]["analytics"]
    assert (endpoints["engine"]["connection_state"], endpoints["engine"]["hosts"]) == ("Rejected", {})
    assert list(endpoints["ingestion"]["hosts"]) == ["ingest-myadx.westus.kusto.windows.net"]


def test_a_stack_that_publishes_everything_has_no_warnings() -> None:
    assert must_deploy(program()).warnings == []


def test_a_rejection_leaves_other_consumers_unchanged() -> None:
    settings: dict[str, Any] = small()
    settings["consumers"]["other"] = {
        "subnet_id": settings["consumers"]["analytics"]["subnet_id"].replace("analytics", "other"),
        "dns": {"resource_group": "other"},
    }
    before, graph = must_deploy(program(settings=settings)), _deploy_after(settings, "Rejected", preview=True)
    assert {*before.labels} - {*graph.labels} == {RECORD}


@LATER
def test_a_connection_that_was_approved_elsewhere_is_published(*, preview: bool) -> None:
    """With `elsewhere` people approve by hand, so the stack creates no approval and waits for theirs."""
    elsewhere = program(settings=small_with_consumer(approval="elsewhere"))
    waiting = must_deploy(elsewhere)
    assert not {RECORD, OTHER_RECORD, APPROVAL} & {*waiting.labels}
    assert len(waiting.warnings) == 2
    approved = waiting.azure.later(states={NAME: "Approved"})
    assert {*must_deploy(elsewhere, approved, preview=preview).labels} - {*waiting.labels} == {RECORD}
    rejected = must_deploy(elsewhere, approved).azure.later(states={NAME: "Rejected"})
    assert {*must_deploy(elsewhere, rejected, preview=preview).labels} == {*waiting.labels}


# Clusters of another stack


def _consume_hand_over(**consumer: Any) -> Callable[[], Any]:
    settings = {**small_with_consumer(**consumer), "clusters": {}, "hand_overs": {"myadx": hand_over()}}
    return program(settings=settings, subscriptions=[GUEST])


@pytest.mark.parametrize("run", RUNS)
def test_nothing_is_published_before_the_owner_approves(run: str) -> None:
    """Endpoints, zone and link are created at once, so the approval later adds only the records."""
    graph = run_as(run, _consume_hand_over())
    assert sorted(child.kind for child in graph.children) == [
        "PrivateEndpoint",
        "PrivateEndpoint",
        "PrivateZone",
        "VirtualNetworkLink",
    ]
    assert sorted(graph.warnings) == [
        f"consumers.analytics: private endpoint pe-myadx-{role}-analytics (myadx, {role}) waits for the approval of "
        "the service's owner; it has no records until then. After the approval `pulumi up` publishes it."
        for role in ("engine", "ingestion")
    ]


@LATER
def test_an_approved_role_is_published(*, preview: bool) -> None:
    """The owner may approve one role at a time, and the preview shows exactly its record."""
    before = must_deploy(_consume_hand_over())
    graph = must_deploy(_consume_hand_over(), before.azure.later(states={NAME: "Approved"}), preview=preview)
    assert {*graph.labels} - {*before.labels} == {RECORD}
    assert graph[RECORD].inputs["aRecords"] == [{"ipv4Address": "10.3.0.5"}]
    assert graph[RECORD].dependencies == {ENDPOINT, f"PrivateZone {ZONE}"}
    assert [warning for warning in graph.warnings if "engine" in warning] == []


@LATER
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
@pytest.mark.parametrize("approval", ["approve", "auto"])
def test_a_role_that_the_owner_rejected_later_loses_its_record(approval: str, state: str, *, preview: bool) -> None:
    approved = {NAME: "Approved", "pe-myadx-ingestion-analytics": "Approved"}
    before = must_deploy(_consume_hand_over(), must_deploy(_consume_hand_over()).azure.later(states=approved))
    graph = must_deploy(
        _consume_hand_over(approval=approval), before.azure.later(states={**approved, NAME: state}), preview=preview
    )
    assert {*before.labels} - {*graph.labels} == {RECORD}
    [warning] = graph.warnings
    assert f"is {state}, and Azure cannot bring it back" in warning


def test_a_consumer_with_auto_approval_is_published_at_once() -> None:
    approved = {NAME: "Approved", "pe-myadx-ingestion-analytics": "Approved"}
    graph = must_deploy(
        _consume_hand_over(approval="auto"), must_deploy(_consume_hand_over()).azure.later(states=approved)
    )
    assert {RECORD, OTHER_RECORD} <= {*graph.labels}
    assert graph.warnings == []


def test_a_pending_connection_with_auto_approval_is_an_error() -> None:
    """`auto` needs no approval, and without an error the clients would use the public address for ever."""
    graph = deploy(_consume_hand_over(approval="auto"))
    assert "is Pending, not Approved" in str(graph.error)


def test_an_endpoint_that_may_not_be_read_is_an_error() -> None:
    """Removing its records because of a missing right would be an outage."""
    azure = must_deploy(_consume_hand_over()).azure
    graph = deploy(_consume_hand_over(), azure.later(forbidden={NAME}), preview=True)
    assert f"cannot be read (private endpoint {NAME})" in str(graph.error)
    assert graph.registered == []
