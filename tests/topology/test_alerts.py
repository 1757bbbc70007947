"""Alerts: what is watched, and settings of alerts that have nothing to watch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.program import parse, plan
from adx_private_link.topology.monitor_records import Condition

from ..samples.building import (
    ELSEWHERE,
    FORBIDDEN,
    NOT_FOUND,
    facts_of,
    handed_over,
    only_problem,
    plan_settings,
    small,
    with_endpoint_states,
)
from ..samples.native import made, native, native_facts
from ..samples.smallest import small_with_cluster, small_with_consumer

ACTION_GROUP = f"/subscriptions/{ELSEWHERE}/resourceGroups/monitoring/providers/Microsoft.Insights/actionGroups/oncall"


def alerts(**kinds: Any) -> dict[str, Any]:
    return {"action_group_id": ACTION_GROUP, **(kinds or {"services": {}, "endpoints": {}})}


def test_nothing_is_watched_by_default() -> None:
    [cluster] = plan_settings(small()).clusters.values()
    assert not [node.alert for node in (*cluster.services.values(), *cluster.endpoints) if node.alert]


def test_each_kind_of_alert_is_asked_for_by_itself() -> None:
    """Who watches NAT ports need not be woken by a consumer without traffic."""
    [services] = plan_settings({**small(), "alerts": alerts(services={})}).clusters.values()
    [endpoints] = plan_settings({**small(), "alerts": alerts(endpoints={})}).clusters.values()
    assert all(node.alert for node in services.services.values())
    assert not any(node.alert for node in services.endpoints)
    assert all(node.alert for node in endpoints.endpoints)
    assert not any(node.alert for node in endpoints.services.values())


def test_names_and_conditions_of_alerts() -> None:
    """Names are a contract; metrics, aggregations and the dimension are Azure's."""
    settings = small_with_cluster(tags={"team": "data"})
    [cluster] = plan_settings({**settings, "alerts": alerts()}).clusters.values()
    service, endpoint = cluster.services["engine"].alert, cluster.endpoints[0].alert
    assert service
    assert endpoint
    assert (service.logical_name, service.name) == ("myadx.engine.alert", "pls-myadx-engine-nat-ports")
    assert (endpoint.logical_name, endpoint.name) == (
        "myadx.analytics.engine.alert",
        "pe-myadx-engine-analytics-no-traffic",
    )
    assert service.conditions == (
        Condition("PLSNatPortsUsage", "GreaterThan", 80, "Average", "PrivateLinkServiceIPAddress"),
    )
    assert [(each.metric, each.operator, each.threshold, each.aggregation) for each in endpoint.conditions] == [
        ("PEBytesIn", "LessThan", 1, "Total"),
        ("PEBytesOut", "LessThan", 1, "Total"),
    ]
    assert (service.tags, service.severity, endpoint.severity) == ({"team": "data"}, 2, 3)


def test_endpoints_of_native_clusters_are_watched() -> None:
    settings = {**native(), "alerts": alerts(endpoints={})}
    [cluster] = plan(parse(settings), native_facts(settings)).clusters.values()
    assert [node.alert.logical_name for node in cluster.endpoints if node.alert] == ["new.analytics.cluster.alert"]


@pytest.mark.parametrize("state", ["Pending", "Rejected"])
def test_an_endpoint_that_publishes_nothing_is_not_watched(state: str) -> None:
    """Its alert would fire every day, and people would learn to ignore it."""
    settings = parse({**handed_over(), "alerts": alerts(endpoints={})})
    topology = plan(settings, with_endpoint_states(settings, facts_of(settings), state))
    assert not [node for node in topology.clusters["theirs"].endpoints if node.alert]
    approved = plan(settings, with_endpoint_states(settings, facts_of(settings)))
    assert all(node.alert for node in approved.clusters["theirs"].endpoints)


def test_an_endpoint_that_is_prepared_for_a_move_is_not_watched() -> None:
    """Nothing passes through it before the cluster has left its network."""
    settings: dict[str, Any] = {**small_with_cluster(targets="both"), "alerts": alerts()}
    settings["consumers"]["analytics"]["dns"] = made()
    [cluster] = plan_settings(settings).clusters.values()
    assert {node.target: node.alert is not None for node in cluster.endpoints} == {
        "engine": True,
        "ingestion": True,
        "cluster": False,
    }
    assert all(node.alert for node in cluster.services.values())


def test_alerts_on_services_of_a_native_cluster_are_a_problem() -> None:
    """The setting would do nothing, and nobody would find out."""
    settings = {**native(), "alerts": alerts()}
    problem = only_problem(settings, native_facts(settings))
    assert problem.path == "alerts.services"
    assert "has none" in problem.message


def test_alerts_on_services_of_others_are_a_problem() -> None:
    settings = {**handed_over(), "alerts": alerts(services={})}
    parsed = parse(settings)
    problem = only_problem(settings, with_endpoint_states(parsed, facts_of(parsed)))
    assert problem.path == "alerts.services"


def test_alerts_on_services_stay_while_a_cluster_may_return() -> None:
    """A roll-back creates the services again."""
    settings = {**native(), "alerts": alerts()}
    settings["clusters"]["new"]["targets"] = "both"
    plan(parse(settings), native_facts(settings, migrated=True))


def test_alerts_on_endpoints_without_consumers_are_a_problem() -> None:
    settings = {"clusters": small()["clusters"], "consumers": {}, "alerts": alerts()}
    assert only_problem(settings).path == "alerts.endpoints"


@pytest.mark.parametrize(
    ("answer", "message"),
    [(NOT_FOUND, "does not exist in Azure"), (FORBIDDEN, "cannot be read")],
    ids=["gone", "hidden"],
)
def test_an_action_group_that_azure_does_not_show_is_a_problem(answer: Any, message: str) -> None:
    settings = {**small(), "alerts": alerts()}
    facts = replace(facts_of(parse(settings)), lost_action_groups={ACTION_GROUP.lower(): answer})
    problem = only_problem(settings, facts)
    assert (problem.path, problem.value) == ("alerts.action_group_id", ACTION_GROUP)
    assert message in problem.message


def test_consumers_keep_their_tags_on_alerts() -> None:
    [cluster] = plan_settings({**small_with_consumer(tags={"team": "bi"}), "alerts": alerts()}).clusters.values()
    assert cluster.endpoints[0].alert
    assert cluster.endpoints[0].alert.tags == {"team": "bi"}
