"""DNS never points at a dead endpoint: what is withheld has no record, and fails nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.samples.building import GUEST, small

from .programs import APPROVAL, ENDPOINT, RECORD, ZONE, hand_over, program, with_consumer
from .registration import RUNS, Graph, deploy, must_deploy, run_as

NAME = "pe-myadx-engine-analytics"
OTHER_RECORD = f"PrivateRecordSet ingest-myadx@{ZONE}"

LATER = pytest.mark.parametrize("preview", [True, False], ids=["later preview", "later update"])
APPROVALS = pytest.mark.parametrize("approval", ["approve", "auto", "resource_id"])


def _found_dead(given: dict[str, Any], state: str, *, preview: bool) -> Graph:
    """The run after a connection of the engine was rejected, or removed."""
    made = must_deploy(program(given=given)).azure
    return must_deploy(program(given=given), made.later(states={NAME: state}), preview=preview)


# Of a cluster that this stack publishes


@LATER
@APPROVALS
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_a_dead_connection_withdraws_its_record_and_nothing_else(approval: str, state: str, *, preview: bool) -> None:
    """Clients get the public address instead of none; the endpoint waits for somebody who replaces it."""
    given = with_consumer(approval=approval)
    before, graph = must_deploy(program(given=given)), _found_dead(given, state, preview=preview)
    assert {*before.labels} - {*graph.labels} == {RECORD}
    assert {*graph.labels} <= {*before.labels}
    assert graph[ENDPOINT].inputs == before[ENDPOINT].inputs


@LATER
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_the_approval_stays(state: str, *, preview: bool) -> None:
    """Its deletion would be one more change that people wonder about; a replaced endpoint needs it again."""
    assert _found_dead(small(), state, preview=preview)[APPROVAL]


@LATER
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_the_warning_says_which_endpoint_and_what_to_do(state: str, *, preview: bool) -> None:
    graph = _found_dead(small(), state, preview=preview)
    [warning] = graph.warnings
    assert warning.startswith(f"consumers.analytics: private endpoint {NAME} (myadx, engine) is {state}")
    assert "pulumi up --replace '**PrivateEndpoint::myadx.analytics.engine'" in warning


def test_the_output_tells_it_as_well() -> None:
    """A stack whose output says Approved while nothing is published would be believed."""
    found = _found_dead(small(), "Rejected", preview=False).result["endpoints"]["analytics"]
    assert (found["engine"]["connection_state"], found["engine"]["hosts"]) == ("Rejected", {})
    assert list(found["ingestion"]["hosts"]) == ["ingest-myadx.westus.kusto.windows.net"]


def test_all_is_well_where_nothing_is_withheld() -> None:
    assert must_deploy(program()).warnings == []


def test_another_consumers_rejection_is_nobody_elses_concern() -> None:
    given: dict[str, Any] = small()
    given["consumers"]["other"] = {
        "subnet_id": given["consumers"]["analytics"]["subnet_id"].replace("analytics", "other"),
        "dns": {"resource_group": "other"},
    }
    before, graph = must_deploy(program(given=given)), _found_dead(given, "Rejected", preview=True)
    assert {*before.labels} - {*graph.labels} == {RECORD}


@LATER
def test_who_lets_others_approve_publishes_what_they_approved(*, preview: bool) -> None:
    """By hand, as people did before there was a stack: it makes no approval, and waits for theirs."""
    elsewhere = program(given=with_consumer(approval="elsewhere"))
    waiting = must_deploy(elsewhere)
    assert not {RECORD, OTHER_RECORD, APPROVAL} & {*waiting.labels}
    assert len(waiting.warnings) == 2
    approved = waiting.azure.later(states={NAME: "Approved"})
    assert {*must_deploy(elsewhere, approved, preview=preview).labels} - {*waiting.labels} == {RECORD}
    rejected = must_deploy(elsewhere, approved).azure.later(states={NAME: "Rejected"})
    assert {*must_deploy(elsewhere, rejected, preview=preview).labels} == {*waiting.labels}


# Of a cluster that somebody else publishes


def _handed(**consumer: Any) -> Callable[[], Any]:
    given = {**with_consumer(**consumer), "clusters": {}, "hand_overs": {"myadx": hand_over()}}
    return program(given=given, subscriptions=[GUEST])


@pytest.mark.parametrize("run", RUNS)
def test_nothing_is_published_before_the_owner_approves(run: str) -> None:
    """The endpoints ask for it; zone and link are there, so that the approval changes the records alone."""
    graph = run_as(run, _handed())
    assert sorted(each.kind for each in graph.children) == [
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
def test_what_the_owner_approved_is_published(*, preview: bool) -> None:
    """One role at a time, as the owner gets to it; the preview shows exactly that."""
    before = must_deploy(_handed())
    graph = must_deploy(_handed(), before.azure.later(states={NAME: "Approved"}), preview=preview)
    assert {*graph.labels} - {*before.labels} == {RECORD}
    assert graph[RECORD].inputs["aRecords"] == [{"ipv4Address": "10.3.0.5"}]
    assert graph[RECORD].dependencies == {ENDPOINT, f"PrivateZone {ZONE}"}
    assert [each for each in graph.warnings if "engine" in each] == []


@LATER
@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
@pytest.mark.parametrize("approval", ["approve", "auto"])
def test_what_the_owner_took_back_is_withdrawn(approval: str, state: str, *, preview: bool) -> None:
    approved = {NAME: "Approved", "pe-myadx-ingestion-analytics": "Approved"}
    made = must_deploy(_handed(), must_deploy(_handed()).azure.later(states=approved))
    graph = must_deploy(_handed(approval=approval), made.azure.later(states={**approved, NAME: state}), preview=preview)
    assert {*made.labels} - {*graph.labels} == {RECORD}
    [warning] = graph.warnings
    assert f"is {state}, and Azure cannot bring it back" in warning


def test_who_counts_on_the_owners_trust_is_published_at_once() -> None:
    approved = {NAME: "Approved", "pe-myadx-ingestion-analytics": "Approved"}
    graph = must_deploy(_handed(approval="auto"), must_deploy(_handed()).azure.later(states=approved))
    assert {RECORD, OTHER_RECORD} <= {*graph.labels}
    assert graph.warnings == []


def test_trust_that_is_not_there_is_an_error() -> None:
    """`auto` says that nobody has to approve; silence would leave the clients on the public address for ever."""
    graph = deploy(_handed(approval="auto"))
    assert "is Pending, not Approved" in str(graph.error)


def test_an_endpoint_that_may_not_be_read_is_not_taken_for_one_that_waits() -> None:
    """Withdrawing its records for want of a right would be an outage."""
    made = must_deploy(_handed()).azure
    graph = deploy(_handed(), made.later(forbidden={NAME}), preview=True)
    assert f"cannot be read (private endpoint {NAME})" in str(graph.error)
    assert graph.registered == []
