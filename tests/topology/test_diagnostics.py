"""Diagnostic settings of clusters: where they go, and clusters that cannot have one."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.program import parse, plan

from ..samples.building import ELSEWHERE, described, only_problem, plan_settings, small
from ..samples.native import native, native_facts
from ..samples.smallest import small_with_cluster

GROUP = f"/subscriptions/{ELSEWHERE}/resourceGroups/monitoring/providers"
WORKSPACE = f"{GROUP}/Microsoft.OperationalInsights/workspaces/logs"
ACCOUNT = f"{GROUP}/Microsoft.Storage/storageAccounts/logs"
RULE = f"{GROUP}/Microsoft.EventHub/namespaces/telemetry/authorizationRules/send"


def test_a_cluster_has_none_by_default() -> None:
    assert plan_settings(small()).clusters["myadx"].diagnostics is None


@pytest.mark.parametrize(
    ("settings", "destination"),
    [
        ({"workspace_id": WORKSPACE}, {"workspace_id": WORKSPACE, "log_analytics_destination_type": "Dedicated"}),
        ({"storage_account_id": ACCOUNT}, {"storage_account_id": ACCOUNT}),
        ({"event_hub_rule_id": RULE}, {"event_hub_authorization_rule_id": RULE}),
        (
            {"event_hub_rule_id": RULE, "event_hub": "adx"},
            {"event_hub_authorization_rule_id": RULE, "event_hub_name": "adx"},
        ),
    ],
    ids=["workspace", "storage account", "event hubs", "event hub"],
)
def test_a_destination_of_each_kind(settings: dict[str, Any], destination: dict[str, str]) -> None:
    node = plan_settings(small_with_cluster(diagnostics=settings)).clusters["myadx"].diagnostics
    assert node
    assert (node.logical_name, node.name) == ("myadx.diagnostics", "adx-private-link")
    assert (node.destination, node.logs, node.metrics) == (destination, None, True)


@pytest.mark.parametrize(
    ("categories", "logs", "metrics"),
    [(["Query"], ("Query",), False), (["AllMetrics"], (), True), (["AllMetrics", "Journal"], ("Journal",), True)],
    ids=["logs", "metrics", "both"],
)
def test_categories_are_logs_and_metrics(categories: list[str], logs: tuple[str, ...], *, metrics: bool) -> None:
    settings = small_with_cluster(diagnostics={"workspace_id": WORKSPACE, "categories": categories})
    node = plan_settings(settings).clusters["myadx"].diagnostics
    assert node
    assert (node.logs, node.metrics) == (logs, metrics)


def test_native_clusters_have_them_too() -> None:
    settings = native()
    settings["clusters"]["new"]["diagnostics"] = {"workspace_id": WORKSPACE}
    assert plan(parse(settings), native_facts(settings)).clusters["new"].diagnostics


def test_a_cluster_without_an_id_cannot_have_one() -> None:
    """A team without rights on the cluster describes its load balancers only."""
    settings = small()
    settings["clusters"]["myadx"] = {"described": described("myadx"), "diagnostics": {"workspace_id": WORKSPACE}}
    problem = only_problem(settings)
    assert problem.path == "clusters.myadx.diagnostics"
    assert "`id`" in problem.remedy
