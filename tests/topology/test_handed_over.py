"""Clusters that somebody else publishes: known by a hand-over, published once their owners have approved."""

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
    Given,
    approved,
    cluster_id,
    consumer,
    facts_of,
    handed,
    handed_over,
    only_problem,
    problems_of,
)


def _facts(given: Given, state: str | Unreadable | None = None) -> Facts:
    settings = parse(given)
    facts = facts_of(settings)
    return approved(settings, facts, state) if state is not None else facts


def _planned(given: Given, state: str | None = None) -> ClusterNode:
    return plan(parse(given), _facts(given, state)).clusters["theirs"]


def test_endpoints_lead_to_the_aliases_that_were_handed_over() -> None:
    node = _planned(handed_over(), "Approved")
    assert (node.services, node.external_approvals, str(node.id)) == ({}, (), cluster_id("theirs", ELSEWHERE))
    assert [each.connects_to for each in node.endpoints] == [
        HandedAlias(f"pls-theirs-{role}.{ELSEWHERE}.westus.azure.privatelinkservice")
        for role in ("engine", "ingestion")
    ]
    assert [record.name for each in node.endpoints for record in each.records] == ["theirs", "ingest-theirs"]
    assert all(each.approval is None for each in node.endpoints), "their owner approves"
    assert all(each.place.subscription == GUEST for each in node.endpoints)


def test_the_owners_message_is_sent_unless_the_consumer_has_one() -> None:
    """It is how the owner knows whom they are about to let in."""
    assert {each.request_message for each in _planned(handed_over()).endpoints} == {"for the data team"}
    own = handed_over(request_message="it is us")
    assert {each.request_message for each in _planned(own).endpoints} == {"it is us"}


@pytest.mark.parametrize("state", [None, "Pending", "Rejected", "Disconnected"])
def test_nothing_is_published_before_it_is_approved(state: str | None) -> None:
    node = _planned(handed_over(), state)
    assert {each.withheld for each in node.endpoints} == {state or "Pending"}
    assert all((each.records, each.hosts) == ((), ()) for each in node.endpoints)
    assert len(node.warnings) == 2
    assert node.zones == ()


def test_who_waits_is_told_so_and_who_is_refused_what_to_do() -> None:
    waits, refused = _planned(handed_over()).warnings[0], _planned(handed_over(), "Rejected").warnings[0]
    assert waits.startswith("consumers.analytics: private endpoint pe-theirs-engine-analytics (theirs, engine) waits")
    assert "After the approval `pulumi up` publishes it." in waits
    assert "Azure cannot bring it back" in refused


@pytest.mark.parametrize(("state", "withheld"), [(None, None), ("Pending", None), ("Rejected", "Rejected")])
def test_who_is_trusted_waits_for_nobody(state: str | None, withheld: str | None) -> None:
    """The owner has the subscription in the auto-approval list: Azure approves during the update."""
    node = _planned(handed_over(approval="auto"), state)
    assert {each.withheld for each in node.endpoints} == {withheld}


def test_an_endpoint_that_cannot_be_read_is_not_taken_for_one_that_waits() -> None:
    """To withdraw its records for a missing right would be an outage."""
    found = problems_of(handed_over(), _facts(handed_over(), FORBIDDEN))
    assert list(found) == ["consumers.analytics"]
    assert "cannot be read (private endpoint pe-theirs-engine-analytics): Status=403" in str(found)
    assert "Reader role" in str(found)


def test_the_zone_is_there_before_the_approval() -> None:
    """So that the approval previews as records, and nothing else."""
    waiting = plan(parse(handed_over()), _facts(handed_over()))
    published = plan(parse(handed_over()), _facts(handed_over(), "Approved"))
    assert waiting.zones == published.zones
    assert len(waiting.zones) == 1


def test_a_handed_over_role_is_all_there_is() -> None:
    given = {**handed_over(), "hand_overs": {"theirs": {"inline": handed("theirs", roles=["ingestion"])}}}
    assert [each.target for each in _planned(given).endpoints] == ["ingestion"]


def test_a_hand_over_that_cannot_be_read() -> None:
    lost = Unreadable("theirs.json: No such file", "write a file that is there")
    problem = only_problem(handed_over(), replace(_facts(handed_over()), hand_overs={"theirs": lost}))
    assert (problem.path, problem.remedy) == ("hand_overs.theirs", "write a file that is there")
    assert problem.message == "cannot be read: theirs.json: No such file"


def _two_of_one() -> dict[str, Any]:
    """One cluster under two keys, for a consumer of each in one zone."""
    return {
        "hand_overs": {"one": {"inline": handed("theirs")}, "two": {"inline": handed("theirs")}},
        "consumers": {"analytics": consumer("analytics")},
    }


@pytest.mark.parametrize("state", [None, "Approved"])
def test_what_collides_once_it_is_approved_collides_now(state: str | None) -> None:
    """Settings are right or wrong by themselves: an owner's approval must not break the next update."""
    found = problems_of(_two_of_one(), _facts(_two_of_one(), state))
    assert list(found) == ["hand_overs.two"]
    assert "hand_overs.one the same records in consumers.analytics.dns" in found["hand_overs.two"].message


# A consumer asks for what is not handed over. (settings, path, message, remedy)
WRONG: dict[str, tuple[Given, str, str, str]] = {
    "connecting by id": (
        handed_over(approval="resource_id"),
        "consumers.analytics.approval",
        "connects by id, but cluster theirs is handed over by its alias",
        "write `approve`, and its owner approves",
    ),
    "a role that is not handed over": (
        {
            "hand_overs": {"theirs": {"inline": handed("theirs", roles=["engine"])}},
            "consumers": {"analytics": consumer("analytics", roles=["ingestion"])},
        },
        "consumers.analytics.roles",
        "asks for ingestion, which cluster theirs does not publish",
        "write what it publishes (engine), or remove the setting",
    ),
    "an override of a role that is not handed over": (
        {
            "hand_overs": {"theirs": {"inline": handed("theirs", roles=["engine"])}},
            "consumers": {"analytics": consumer("analytics", endpoints={"theirs": {"ingestion": {}}})},
        },
        "consumers.analytics.endpoints.theirs.ingestion",
        "asks for ingestion, which cluster theirs does not publish",
        "write what it publishes (engine)",
    ),
    "letting others connect to somebody else's cluster": (
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


@pytest.mark.parametrize(("given", "path", "message", "remedy"), WRONG.values(), ids=WRONG.keys())
def test_what_a_hand_over_does_not_give(given: Given, path: str, message: str, remedy: str) -> None:
    problem = only_problem(given)
    assert problem.path == path
    assert message in problem.message, problem
    assert remedy in problem.remedy, problem
