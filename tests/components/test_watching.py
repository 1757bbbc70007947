"""Alerts and diagnostic settings: what the provider is asked for, with which options."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_azure_native import kusto

from adx_private_link import AdxPrivateLink
from tests.samples.building import ELSEWHERE, GUEST, OWNER, cluster_id, hosts, small
from tests.samples.smallest import small_with_cluster, small_with_consumer

from . import objects
from .azure import Azure
from .programs import ENDPOINT, SERVICE, program, providers
from .registration import RUNS, Graph, deploy, must_deploy, run_as

ACTION_GROUP = objects.id_of(ELSEWHERE, "monitoring", "Microsoft.Insights/actionGroups/oncall")
WORKSPACE = objects.id_of(ELSEWHERE, "monitoring", "Microsoft.OperationalInsights/workspaces/logs")
SERVICE_ALERT = "MetricAlert myadx.engine.alert"
ENDPOINT_ALERT = "MetricAlert myadx.analytics.engine.alert"
DIAGNOSTICS = "DiagnosticSetting myadx.diagnostics"
SUBSCRIPTIONS = (OWNER, GUEST, ELSEWHERE)


def watched(settings: dict[str, Any] | None = None) -> dict[str, Any]:
    alerts: dict[str, Any] = {"action_group_id": ACTION_GROUP, "services": {}, "endpoints": {}}
    return {**(settings or small()), "alerts": alerts}


_WATCHED = program(settings=watched(), subscriptions=SUBSCRIPTIONS)
_DIAGNOSED = program(settings=small_with_cluster(diagnostics={"workspace_id": WORKSPACE}))


@pytest.fixture(name="graph", scope="module", params=RUNS)
def _graph(request: pytest.FixtureRequest) -> Graph:
    return run_as(request.param, _WATCHED)


def test_an_alert_on_a_service(graph: Graph) -> None:
    alert = graph[SERVICE_ALERT]
    assert (alert.provider, alert.parent) == (OWNER, "ClusterServices myadx")
    inputs = {name: value for name, value in alert.inputs.items() if name not in ("description", "scopes")}
    assert inputs == {
        "ruleName": "pls-myadx-engine-nat-ports",
        "resourceGroupName": "adx",
        "location": "global",
        "enabled": True,
        "severity": 2,
        "autoMitigate": True,
        "windowSize": "PT15M",
        "evaluationFrequency": "PT5M",
        "actions": [{"actionGroupId": ACTION_GROUP}],
        "criteria": {
            "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            "allOf": [
                {
                    "criterionType": "StaticThresholdCriterion",
                    "name": "PLSNatPortsUsage",
                    "metricNamespace": "Microsoft.Network/privateLinkServices",
                    "metricName": "PLSNatPortsUsage",
                    "operator": "GreaterThan",
                    "threshold": 80.0,
                    "timeAggregation": "Average",
                    "dimensions": [
                        {"name": "PrivateLinkServiceIPAddress", "operator": "Include", "values": ["*"]},
                    ],
                }
            ],
        },
    }


def test_an_alert_on_an_endpoint(graph: Graph) -> None:
    alert = graph[ENDPOINT_ALERT]
    assert (alert.provider, alert.parent) == (GUEST, "ConsumerEndpoints myadx.analytics")
    assert (alert.inputs["windowSize"], alert.inputs["evaluationFrequency"]) == ("P1D", "PT1H")
    conditions = alert.inputs["criteria"]["allOf"]
    assert [(each["metricName"], each["operator"], each["threshold"]) for each in conditions] == [
        ("PEBytesIn", "LessThan", 1.0),
        ("PEBytesOut", "LessThan", 1.0),
    ]
    assert not any("dimensions" in each for each in conditions)


@pytest.mark.parametrize(("alert", "object"), [(SERVICE_ALERT, SERVICE), (ENDPOINT_ALERT, ENDPOINT)])
def test_an_alert_follows_its_object(graph: Graph, alert: str, object: str) -> None:
    """It is replaced with it: Azure changes no alert whose scope is gone."""
    request = graph[alert].request
    assert graph[alert].dependencies_of("scopes") == {object}
    assert [urn.rsplit("::", 1)[1] for urn in request.replace_with] == [object.split(" ")[1]]
    assert (request.deleteBeforeReplace, request.ignoreChanges[0]) == (True, "scopes")


def test_nothing_waits_for_an_alert(graph: Graph) -> None:
    """An alert that Azure rejects must hold up no access."""
    alerts = {resource.label for resource in graph.of_kind("MetricAlert")}
    assert not [resource.label for resource in graph if alerts & resource.dependencies]


def test_another_spelling_of_an_objects_name_is_no_other_alert() -> None:
    """Azure re-spells names; another name would replace the alert."""
    azure = must_deploy(_WATCHED).azure
    graph = must_deploy(_WATCHED, azure.later(spelling=str.upper))
    assert list(graph[SERVICE_ALERT].request.ignoreChanges) == ["scopes", "ruleName"]


def test_alerts_have_the_tags_of_what_they_watch() -> None:
    settings = watched(small_with_consumer(tags={"team": "bi"}))
    graph = must_deploy(program(settings=settings, subscriptions=SUBSCRIPTIONS))
    assert graph[ENDPOINT_ALERT].inputs["tags"] == {"team": "bi"}
    assert "tags" not in graph[SERVICE_ALERT].inputs


def test_a_missing_action_group_stops_the_program() -> None:
    graph = deploy(_WATCHED, Azure(missing={"oncall"}))
    assert "alerts.action_group_id" in str(graph.error)
    assert not graph.children


def test_a_program_without_alerts_asks_for_no_action_group() -> None:
    """The SDK's module of Azure Monitor is large, and its import would slow every program."""
    assert must_deploy(program()).azure.asked_for("getActionGroup") == []


@pytest.mark.parametrize("run", RUNS)
def test_a_diagnostic_setting(run: str) -> None:
    setting = run_as(run, _DIAGNOSED)[DIAGNOSTICS]
    assert (setting.provider, setting.parent) == (OWNER, "AdxPrivateLink myadx")
    assert setting.inputs == {
        "name": "adx-private-link",
        "resourceUri": cluster_id("myadx"),
        "workspaceId": WORKSPACE,
        "logAnalyticsDestinationType": "Dedicated",
        "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        "metrics": [{"category": "AllMetrics", "enabled": True}],
    }
    assert setting.request.deleteBeforeReplace


def test_a_diagnostic_setting_waits_for_a_cluster_of_the_same_program() -> None:
    """Azure has no diagnostic settings of a cluster that does not exist yet."""
    settings = {"described": {"location": "westus", "hosts": hosts("newadx")}, "id": cluster_id("newadx")}
    settings["diagnostics"] = {"workspace_id": WORKSPACE}

    def create() -> Any:
        made = kusto.Cluster("newadx", resource_group_name="adx", cluster_name="newadx", sku={"name": "x", "tier": "y"})
        return AdxPrivateLink("new", settings, cluster_id=made.id, providers=providers(OWNER)).outputs

    graph = must_deploy(create)
    assert graph["DiagnosticSetting new.diagnostics"].dependencies_of("resourceUri") == {"Cluster newadx"}


def test_a_diagnostic_setting_moves_with_its_cluster() -> None:
    """A respelt id is no other cluster, and another cluster needs a setting of its own."""
    azure = must_deploy(_DIAGNOSED).azure
    assert list(must_deploy(_DIAGNOSED, azure.later())[DIAGNOSTICS].request.ignoreChanges) == ["resourceUri"]
    settings = small_with_cluster(diagnostics={"workspace_id": WORKSPACE})
    settings["clusters"]["myadx"]["id"] = cluster_id("another")
    settings["clusters"]["myadx"]["services"] = {
        role: {"name": f"pls-another-{role}"} for role in ("engine", "ingestion")
    }
    graph = must_deploy(program(settings=settings), azure.later())
    assert list(graph[DIAGNOSTICS].request.ignoreChanges) == []
