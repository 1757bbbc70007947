"""External consumers: the owner's stack approves what other people's stacks have connected."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link import HandOver
from tests.samples.building import GUEST, OWNER, small

from . import objects
from .azure import STRANGER
from .programs import program
from .registration import RUNS, UNKNOWN, Graph, must_deploy, run_as

PARTNER = "33333333-3333-3333-3333-333333333333"
APPROVAL = "Deployment myadx.partner.engine.approval"


def _given(**more: Any) -> dict[str, Any]:
    return {**small(), "external_consumers": {"partner": {"subscription": PARTNER, **more}}}


def _endpoint(name: str, subscription: str = PARTNER) -> str:
    return objects.id_of(subscription, "theirs", f"Microsoft.Network/privateEndpoints/{name}")


def _connections(graph: Graph, label: str = APPROVAL) -> Any:
    return graph[label].inputs["properties"]["parameters"]["connections"]["value"]


def _later(given: dict[str, Any], *endpoints: tuple[str, str]) -> Graph:
    """The preview after others have connected to the engine's service."""
    made = must_deploy(program(given=given)).azure
    return must_deploy(program(given=given), made.later(foreign={"pls-myadx-engine": [*endpoints]}), preview=True)


@pytest.mark.parametrize("run", RUNS)
def test_an_approval_is_there_before_anybody_connects(run: str) -> None:
    """One for each role, in the owner's subscription: whoever connects later previews as one update of it."""
    graph = run_as(run, program(given=_given()))
    found = [each for each in graph.of("Deployment") if ".partner." in each.name]
    assert sorted((each.name, each.parent, each.provider) for each in found) == [
        ("myadx.partner.engine.approval", "ClusterServices myadx", OWNER),
        ("myadx.partner.ingestion.approval", "ClusterServices myadx", OWNER),
    ]
    assert graph[APPROVAL].inputs["deploymentName"] == "approve-myadx.partner.engine"
    # A list that is known, and empty: there is nothing that Azure would make up.
    assert _connections(graph) == []


def test_it_is_the_same_upsert_as_for_ones_own_consumers() -> None:
    graph = must_deploy(program(given=_given()))
    own = graph["Deployment myadx.analytics.engine.approval"].inputs["properties"]["template"]
    assert graph[APPROVAL].inputs["properties"]["template"] == own


def test_who_connects_later_is_exactly_one_update() -> None:
    """The preview shows the connection that would be approved, and nothing else."""
    before = must_deploy(program(given=_given()))
    found = _later(_given(), (_endpoint("pe-theirs"), "Pending"))
    assert _connections(found) == ["pe-theirs.guid"]
    changed = [each.label for each in found if each.inputs != before[each.label].inputs]
    assert changed == [APPROVAL]


@pytest.mark.parametrize("state", ["Pending", "Approved"])
def test_the_list_does_not_follow_the_state(state: str) -> None:
    """Otherwise the approval would undo itself in the next preview."""
    assert _connections(_later(_given(), (_endpoint("pe-theirs"), state))) == ["pe-theirs.guid"]


def test_nobody_else_is_approved_in_passing() -> None:
    """Not a stranger, not this stack's own (they have approvals of their own), not what is dead for good."""
    found = _later(
        _given(),
        (STRANGER, "Pending"),
        (_endpoint("pe-dead"), "Rejected"),
        (_endpoint("pe-gone"), "Disconnected"),
        (_endpoint("pe-guest", GUEST), "Pending"),
        (_endpoint("pe-b"), "Pending"),
        (_endpoint("pe-a"), "Pending"),
    )
    assert _connections(found) == ["pe-a.guid", "pe-b.guid"]


def test_an_external_consumer_of_the_same_subscription_leaves_ones_own_connections_alone() -> None:
    given = {**small(), "external_consumers": {"neighbour": {"subscription": GUEST}}}
    found = _later(given, (_endpoint("pe-neighbour", GUEST), "Pending"))
    assert _connections(found, "Deployment myadx.neighbour.engine.approval") == ["pe-neighbour.guid"]
    own = found["Deployment myadx.analytics.engine.approval"]
    assert own.inputs["properties"]["parameters"]["connections"]["value"] == ["pe-myadx-engine-analytics.guid"]


def test_endpoints_may_be_named() -> None:
    """Azure spells names in its own way."""
    found = _later(
        _given(endpoint_names=["PE-one"]), (_endpoint("pe-one"), "Pending"), (_endpoint("pe-two"), "Pending")
    )
    assert _connections(found) == ["pe-one.guid"]


def test_roles_may_be_named() -> None:
    graph = must_deploy(program(given=_given(roles=["ingestion"])))
    assert [each.name for each in graph.of("Deployment") if "partner" in each.name] == [
        "myadx.partner.ingestion.approval"
    ]


@pytest.mark.parametrize("run", RUNS)
def test_they_may_see_the_services(run: str) -> None:
    """Without it Azure tells their stack that there is no such alias."""
    inputs = run_as(run, program(given=_given()))["PrivateLinkService myadx.engine"].inputs
    assert inputs["visibility"] == {"subscriptions": [GUEST, PARTNER]}
    assert "autoApproval" not in inputs


def test_a_service_for_external_consumers_alone() -> None:
    """The owner's stack may have no network of its own."""
    given: dict[str, Any] = {**_given(), "consumers": {}}
    graph = must_deploy(program(given=given, subscriptions=[OWNER]))
    assert [each.kind for each in graph.children] == [
        "PrivateLinkService",
        "PrivateLinkService",
        "Deployment",
        "Deployment",
    ]


# The hand-over


def _hand_over(run: str, **more: Any) -> Any:
    return run_as(run, program(lambda link: link.hand_over, given=_given(), **more)).result


@pytest.mark.parametrize("run", ["update", "later preview"])
def test_a_hand_over_is_complete(run: str) -> None:
    """It is their stack's only input; a later preview knows all of it, so that a change of it can be seen."""
    found = _hand_over(run)
    assert HandOver.model_validate(found).model_dump(mode="json", exclude_unset=True) == found
    assert UNKNOWN not in str(found)
    assert found == {
        "version": 1,
        "cluster": small()["clusters"]["myadx"]["id"],
        "location": "westus",
        "zone": "privatelink.westus.kusto.windows.net",
        "request_message": "Private access to Azure Data Explorer",
        "services": {
            role: {
                "alias": objects.alias(f"pls-myadx-{role}"),
                "records": [{"host": f"{name}.westus.kusto.windows.net", "name": name}],
            }
            for role, name in (("engine", "myadx"), ("ingestion", "ingest-myadx"))
        },
    }


def test_a_hand_over_offers_what_its_owner_approves() -> None:
    """The partner's endpoint for another role would wait for ever; an older partner's stack reads `services` alone."""
    found = must_deploy(program(lambda link: link.hand_over, given=_given(roles=["engine"]))).result
    assert list(found["services"]) == ["engine"]
    assert found["allowed_roles"] == {PARTNER: ["engine"]}
    assert HandOver.model_validate(found).model_dump(mode="json", exclude_unset=True) == found


def test_a_hand_over_before_there_are_services_is_unknown() -> None:
    """Nothing pretends to be an alias."""
    assert _hand_over("preview") is None


def test_a_hand_over_names_every_host_that_its_owner_publishes() -> None:
    given = {**_given(), "clusters": {"myadx": {**small()["clusters"]["myadx"], "legacy_names": True}}}
    found = must_deploy(program(lambda link: link.hand_over, given=given)).result
    assert [each["name"] for each in found["services"]["ingestion"]["records"]] == [
        "ingest-myadx",
        "ingest-private-myadx",
    ]
