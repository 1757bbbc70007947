"""External consumers: the owner's stack approves connections from other teams' stacks."""

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


def _settings(**partner: Any) -> dict[str, Any]:
    return {**small(), "external_consumers": {"partner": {"subscription": PARTNER, **partner}}}


def _endpoint_id(name: str, subscription: str = PARTNER) -> str:
    return objects.id_of(subscription, "theirs", f"Microsoft.Network/privateEndpoints/{name}")


def _connections(graph: Graph, label: str = APPROVAL) -> Any:
    return graph[label].inputs["properties"]["parameters"]["connections"]["value"]


def _preview_with_connections(settings: dict[str, Any], *endpoints: tuple[str, str]) -> Graph:
    """The preview after other endpoints connected to the engine's service."""
    azure = must_deploy(program(settings=settings)).azure
    return must_deploy(
        program(settings=settings), azure.later(foreign={"pls-myadx-engine": [*endpoints]}), preview=True
    )


@pytest.mark.parametrize("run", RUNS)
def test_an_approval_exists_before_the_first_connection(run: str) -> None:
    """Every role has its approval already, so a later connection previews as one update."""
    graph = run_as(run, program(settings=_settings()))
    approvals = [approval for approval in graph.of_kind("Deployment") if ".partner." in approval.name]
    assert sorted((approval.name, approval.parent, approval.provider) for approval in approvals) == [
        ("myadx.partner.engine.approval", "ClusterServices myadx", OWNER),
        ("myadx.partner.ingestion.approval", "ClusterServices myadx", OWNER),
    ]
    assert graph[APPROVAL].inputs["deploymentName"] == "approve-myadx.partner.engine"
    # The list is known and empty, because Azure assigns nothing in it.
    assert _connections(graph) == []


def test_an_external_approval_has_the_template_of_an_own_approval() -> None:
    graph = must_deploy(program(settings=_settings()))
    own = graph["Deployment myadx.analytics.engine.approval"].inputs["properties"]["template"]
    assert graph[APPROVAL].inputs["properties"]["template"] == own


def test_a_later_connection_is_exactly_one_update() -> None:
    """The preview shows the connection to approve and no other change."""
    before = must_deploy(program(settings=_settings()))
    graph = _preview_with_connections(_settings(), (_endpoint_id("pe-theirs"), "Pending"))
    assert _connections(graph) == ["pe-theirs.guid"]
    changed = [resource.label for resource in graph if resource.inputs != before[resource.label].inputs]
    assert changed == [APPROVAL]


@pytest.mark.parametrize("state", ["Pending", "Approved"])
def test_the_list_does_not_follow_the_state(state: str) -> None:
    """Otherwise the approval would undo itself in the next preview."""
    assert _connections(_preview_with_connections(_settings(), (_endpoint_id("pe-theirs"), state))) == [
        "pe-theirs.guid"
    ]


def test_no_other_connection_is_approved() -> None:
    """Strangers are not trusted, the stack's own connections have approvals, and dead ones cannot be approved."""
    graph = _preview_with_connections(
        _settings(),
        (STRANGER, "Pending"),
        (_endpoint_id("pe-dead"), "Rejected"),
        (_endpoint_id("pe-gone"), "Disconnected"),
        (_endpoint_id("pe-guest", GUEST), "Pending"),
        (_endpoint_id("pe-b"), "Pending"),
        (_endpoint_id("pe-a"), "Pending"),
    )
    assert _connections(graph) == ["pe-a.guid", "pe-b.guid"]


def test_an_external_consumer_in_the_same_subscription_does_not_approve_own_connections() -> None:
    settings = {**small(), "external_consumers": {"neighbour": {"subscription": GUEST}}}
    graph = _preview_with_connections(settings, (_endpoint_id("pe-neighbour", GUEST), "Pending"))
    assert _connections(graph, "Deployment myadx.neighbour.engine.approval") == ["pe-neighbour.guid"]
    own = graph["Deployment myadx.analytics.engine.approval"]
    assert own.inputs["properties"]["parameters"]["connections"]["value"] == ["pe-myadx-engine-analytics.guid"]


def test_an_external_consumer_may_be_limited_to_endpoints() -> None:
    """Azure does not keep the spelling of names."""
    graph = _preview_with_connections(
        _settings(endpoint_names=["PE-one"]), (_endpoint_id("pe-one"), "Pending"), (_endpoint_id("pe-two"), "Pending")
    )
    assert _connections(graph) == ["pe-one.guid"]


def test_an_external_consumer_may_be_limited_to_roles() -> None:
    graph = must_deploy(program(settings=_settings(roles=["ingestion"])))
    assert [approval.name for approval in graph.of_kind("Deployment") if "partner" in approval.name] == [
        "myadx.partner.ingestion.approval"
    ]


@pytest.mark.parametrize("run", RUNS)
def test_an_external_consumer_sees_the_services(run: str) -> None:
    """Azure reports an unknown alias to a subscription that cannot see the service."""
    inputs = run_as(run, program(settings=_settings()))["PrivateLinkService myadx.engine"].inputs
    assert inputs["visibility"] == {"subscriptions": [GUEST, PARTNER]}
    assert "autoApproval" not in inputs


def test_a_cluster_may_have_external_consumers_alone() -> None:
    """The owner's stack may have no consumer."""
    settings: dict[str, Any] = {**_settings(), "consumers": {}}
    graph = must_deploy(program(settings=settings, subscriptions=[OWNER]))
    assert [child.kind for child in graph.children] == [
        "PrivateLinkService",
        "PrivateLinkService",
        "Deployment",
        "Deployment",
    ]


# The hand-over


def _hand_over(run: str, **more: Any) -> Any:
    return run_as(run, program(lambda link: link.hand_over, settings=_settings(), **more)).result


@pytest.mark.parametrize("run", ["update", "later preview"])
def test_a_hand_over_is_complete(run: str) -> None:
    """The partner's stack has no other input, and only a known value shows its changes in a preview."""
    hand_over = _hand_over(run)
    assert HandOver.model_validate(hand_over).model_dump(mode="json", exclude_unset=True) == hand_over
    assert UNKNOWN not in str(hand_over)
    assert hand_over == {
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


def test_a_hand_over_offers_the_approved_roles() -> None:
    """An endpoint for another role would wait for ever, and an older partner's stack reads only `services`."""
    hand_over = must_deploy(program(lambda link: link.hand_over, settings=_settings(roles=["engine"]))).result
    assert list(hand_over["services"]) == ["engine"]
    assert hand_over["allowed_roles"] == {PARTNER: ["engine"]}
    assert HandOver.model_validate(hand_over).model_dump(mode="json", exclude_unset=True) == hand_over


def test_a_hand_over_is_unknown_before_its_services_exist() -> None:
    """A preview must not invent an alias."""
    assert _hand_over("preview") is None


def test_a_hand_over_has_every_published_host() -> None:
    settings = {**_settings(), "clusters": {"myadx": {**small()["clusters"]["myadx"], "legacy_names": True}}}
    hand_over = must_deploy(program(lambda link: link.hand_over, settings=settings)).result
    assert [record["name"] for record in hand_over["services"]["ingestion"]["records"]] == [
        "ingest-myadx",
        "ingest-private-myadx",
    ]
