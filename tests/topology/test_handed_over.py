"""Clusters of other stacks: known by a hand-over, and published after their owners' approval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.facts.records import Facts, Unreadable
from adx_private_link.program import parse, plan
from adx_private_link.topology.records import ClusterNode, HandedAlias

from ..samples.building import (
    ELSEWHERE,
    FORBIDDEN,
    GUEST,
    WrittenSettings,
    cluster_id,
    consumer,
    facts_of,
    hand_over,
    handed_over,
    only_problem,
    problems_of,
    with_endpoint_states,
)
from ..samples.native import handed_over_native, in_hub, native_hand_over


def _facts(settings: WrittenSettings, state: str | Unreadable | None = None) -> Facts:
    parsed = parse(settings)
    facts = facts_of(parsed)
    return with_endpoint_states(parsed, facts, state) if state is not None else facts


def _plan_cluster(settings: WrittenSettings, state: str | None = None) -> ClusterNode:
    return plan(parse(settings), _facts(settings, state)).clusters["theirs"]


def test_endpoints_connect_to_the_aliases_of_the_hand_over() -> None:
    node = _plan_cluster(handed_over(), "Approved")
    assert (node.services, node.external_approvals, str(node.id)) == ({}, (), cluster_id("theirs", ELSEWHERE))
    assert [endpoint.connects_to for endpoint in node.endpoints] == [
        HandedAlias(f"pls-theirs-{role}.{ELSEWHERE}.westus.azure.privatelinkservice")
        for role in ("engine", "ingestion")
    ]
    assert [record.name for endpoint in node.endpoints for record in endpoint.records] == ["theirs", "ingest-theirs"]
    assert all(endpoint.approval is None for endpoint in node.endpoints), "their owner approves"
    assert all(endpoint.place.subscription == GUEST for endpoint in node.endpoints)


def test_the_owners_message_is_sent_unless_the_consumer_has_one() -> None:
    """The owner recognises a request by its message."""
    assert {endpoint.request_message for endpoint in _plan_cluster(handed_over()).endpoints} == {"for the data team"}
    other_settings = handed_over(request_message="it is us")
    assert {endpoint.request_message for endpoint in _plan_cluster(other_settings).endpoints} == {"it is us"}


@pytest.mark.parametrize("state", [None, "Pending", "Rejected", "Disconnected"])
def test_an_endpoint_is_not_published_before_its_approval(state: str | None) -> None:
    node = _plan_cluster(handed_over(), state)
    assert {endpoint.withheld for endpoint in node.endpoints} == {state or "Pending"}
    assert all((endpoint.records, endpoint.hosts) == ((), ()) for endpoint in node.endpoints)
    assert len(node.warnings) == 2
    assert node.zones == ()


def test_pending_and_rejected_endpoints_have_a_warning_with_the_next_step() -> None:
    pending, rejected = _plan_cluster(handed_over()).warnings[0], _plan_cluster(handed_over(), "Rejected").warnings[0]
    assert pending.startswith("consumers.analytics: private endpoint pe-theirs-engine-analytics (theirs, engine) waits")
    assert "After the approval `pulumi up` publishes it." in pending
    assert "Azure cannot bring it back" in rejected


@pytest.mark.parametrize(("state", "withheld"), [(None, None), ("Pending", None), ("Rejected", "Rejected")])
def test_a_consumer_with_auto_approval_is_published_at_once(state: str | None, withheld: str | None) -> None:
    """Azure approves during the update, because the owner trusts the subscription."""
    node = _plan_cluster(handed_over(approval="auto"), state)
    assert {endpoint.withheld for endpoint in node.endpoints} == {withheld}


def test_an_endpoint_that_cannot_be_read_is_a_problem() -> None:
    """Removing its records because of a missing right would be an outage."""
    problems = problems_of(handed_over(), _facts(handed_over(), FORBIDDEN))
    assert list(problems) == ["consumers.analytics"]
    assert "cannot be read (private endpoint pe-theirs-engine-analytics): Status=403" in str(problems)
    assert "Reader role" in str(problems)


def test_the_zone_exists_before_the_approval() -> None:
    """The approval then adds only records."""
    waiting = plan(parse(handed_over()), _facts(handed_over()))
    published = plan(parse(handed_over()), _facts(handed_over(), "Approved"))
    assert waiting.zones == published.zones
    assert len(waiting.zones) == 1


def test_a_consumer_has_endpoints_for_the_roles_of_the_hand_over() -> None:
    settings = {**handed_over(), "hand_overs": {"theirs": {"inline": hand_over("theirs", roles=["ingestion"])}}}
    assert [endpoint.target for endpoint in _plan_cluster(settings).endpoints] == ["ingestion"]


def test_a_hand_over_that_cannot_be_read_is_a_problem() -> None:
    unreadable = Unreadable("theirs.json: No such file", "write a file that exists")
    problem = only_problem(handed_over(), replace(_facts(handed_over()), hand_overs={"theirs": unreadable}))
    assert (problem.path, problem.remedy) == ("hand_overs.theirs", "write a file that exists")
    assert problem.message == "cannot be read: theirs.json: No such file"


def _two_hand_overs_of_one_cluster() -> dict[str, Any]:
    """Settings with one cluster under two keys, for one consumer."""
    return {
        "hand_overs": {"one": {"inline": hand_over("theirs")}, "two": {"inline": hand_over("theirs")}},
        "consumers": {"analytics": consumer("analytics")},
    }


@pytest.mark.parametrize("state", [None, "Approved"])
def test_two_hand_overs_of_one_cluster_are_a_problem_before_the_approval(state: str | None) -> None:
    """An owner's approval must not turn valid settings into a problem in the next update."""
    problems = problems_of(_two_hand_overs_of_one_cluster(), _facts(_two_hand_overs_of_one_cluster(), state))
    assert list(problems) == ["hand_overs.two"]
    assert "hand_overs.one the same records in consumers.analytics.dns" in problems["hand_overs.two"].message


# The consumer asks for something that the hand-over does not have: settings, path, message, remedy.
WRONG: dict[str, tuple[WrittenSettings, str, str, str]] = {
    "connecting by id": (
        handed_over(approval="resource_id"),
        "consumers.analytics.approval",
        "connects by id, but cluster theirs is handed over by its alias",
        "write `approve`, and its owner approves",
    ),
    "a role that is not handed over": (
        {
            "hand_overs": {"theirs": {"inline": hand_over("theirs", roles=["engine"])}},
            "consumers": {"analytics": consumer("analytics", roles=["ingestion"])},
        },
        "consumers.analytics.roles",
        "asks for ingestion, which cluster theirs does not publish",
        "write what it publishes (engine), or remove the setting",
    ),
    "an override of a role that is not handed over": (
        {
            "hand_overs": {"theirs": {"inline": hand_over("theirs", roles=["engine"])}},
            "consumers": {"analytics": consumer("analytics", endpoints={"theirs": {"ingestion": {}}})},
        },
        "consumers.analytics.endpoints.theirs.ingestion",
        "asks for ingestion, which cluster theirs does not publish",
        "write what it publishes (engine)",
    ),
    "an external consumer of another stack's cluster": (
        {
            **handed_over(),
            "external_consumers": {"partner": {"subscription": ELSEWHERE, "clusters": ["theirs"]}},
        },
        "external_consumers.partner.clusters.0",
        "is a cluster that another stack publishes",
        "let its owner declare them in `external_consumers`",
    ),
    "an unknown cluster": (
        handed_over(clusters=["yours"]),
        "consumers.analytics.clusters.0",
        "is not the key of a cluster",
        "write one of: theirs",
    ),
}


@pytest.mark.parametrize(("settings", "path", "message", "remedy"), WRONG.values(), ids=WRONG.keys())
def test_a_request_beyond_the_hand_over_is_a_problem(
    settings: WrittenSettings, path: str, message: str, remedy: str
) -> None:
    problem = only_problem(settings)
    assert problem.path == path
    assert message in problem.message, problem
    assert remedy in problem.remedy, problem


def _moving(publishes: str, **source: Any) -> dict[str, Any]:
    """Settings with the hand-over of a cluster that leaves its network."""
    services = hand_over("theirs")["services"]
    both: dict[str, Any] = {**native_hand_over(), "services": services, "publishes": publishes}
    both["targets"]["cluster"]["was_injected"] = True
    settings = handed_over(dns=in_hub())
    return {**settings, "hand_overs": {"theirs": {"inline": both, **source}}}


@pytest.mark.parametrize(
    ("publishes", "idle"),
    [
        ("services", {"engine": "public", "ingestion": "public", "cluster": "prepared"}),
        ("cluster", {"engine": "left", "ingestion": "left", "cluster": "public"}),
    ],
)
def test_names_of_a_handed_over_cluster_can_be_public(publishes: str, idle: dict[str, str]) -> None:
    """The team of a consumer bridges its owner's move by itself: only it knows its clients."""
    node = _plan_cluster(_moving(publishes, targets="both", names="public"), "Approved")
    assert {endpoint.target: endpoint.idle for endpoint in node.endpoints} == idle
    assert [record for endpoint in node.endpoints for record in endpoint.records] == []


@pytest.mark.parametrize("settings", [handed_over(), handed_over_native()], ids=["services", "native"])
def test_names_can_be_public_without_a_move(settings: dict[str, Any]) -> None:
    settings["hand_overs"]["theirs"]["names"] = "public"
    node = _plan_cluster(settings, "Approved")
    assert {endpoint.idle for endpoint in node.endpoints} == {"public"}
    assert [record for endpoint in node.endpoints for record in endpoint.records] == []
    assert [endpoint.zone_group for endpoint in node.endpoints if endpoint.zone_group] == []


def test_services_can_be_left_before_the_move_while_names_are_public() -> None:
    """Azure may refuse to move a cluster while endpoints are connected to its services."""
    problem = only_problem(_moving("services", targets="cluster"), _facts(_moving("services", targets="cluster")))
    assert problem.path == "hand_overs.theirs.targets"
    assert "or write `names: public`" in problem.remedy
    node = _plan_cluster(_moving("services", targets="cluster", names="public"), "Approved")
    assert {endpoint.target: endpoint.idle for endpoint in node.endpoints} == {"cluster": "prepared"}
