"""Metric alerts: what they watch, and what Azure rejects."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.private_dns_type import GLOBAL_ONLY
from azure_sandbox.azure.resource_types import action_groups, metric_alerts
from azure_sandbox.provider import conversion

from ...fake_engine import Engine
from ...rule_marks import holds, rejected
from ...small_world import (
    CLIENTS,
    CONSUMER,
    ENDPOINT,
    OWNER,
    OWNER_NETWORK,
    OWNER_SUBSCRIPTION,
    SECOND_FRONTEND,
    SERVICE,
    SandboxCloud,
    endpoint,
    service,
)
from .alert_bodies import ACTION_GROUP, ALERT, action_group, alert, condition, criteria

MULTIPLE = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"
SECOND = f"{SERVICE}-2"


@pytest.fixture(autouse=True)
def watched(cloud: SandboxCloud) -> None:
    """Two services, an endpoint, and an action group in another subscription."""
    alias = cloud.put(SERVICE, service())["properties"]["alias"]
    cloud.put(SECOND, service(loadBalancerFrontendIpConfigurations=[{"id": SECOND_FRONTEND}]))
    cloud.put(ENDPOINT, endpoint(alias, subnet=CLIENTS))
    cloud.put(ACTION_GROUP, action_group())


@holds(metric_alerts.SHAPE)
def test_an_alert_is_shown_as_requested(cloud: SandboxCloud) -> None:
    shown = cloud.put(ALERT, alert())
    assert shown["properties"] == alert()["properties"]
    assert (shown["location"], shown.get("etag")) == ("global", None)
    traffic = criteria(condition(metricName="PEBytesIn", timeAggregation="Total", operator="LessThan"))
    cloud.put(f"{ALERT}-2", alert(scopes=[ENDPOINT], criteria=traffic, windowSize="P1D", evaluationFrequency="PT1H"))


@pytest.mark.parametrize(
    ("rejection", "changes"),
    [
        rejected(GLOBAL_ONLY, {"location": "westus"}, id="a region"),
        rejected(metric_alerts.BAD_SEVERITY, {"severity": 5}, id="severity 5"),
        rejected(metric_alerts.BAD_SEVERITY, {"severity": None}, id="no severity"),
        rejected(metric_alerts.BAD_PERIOD, {"windowSize": "PT10M"}, id="ten minutes"),
        rejected(metric_alerts.BAD_PERIOD, {"windowSize": "PT24H"}, id="a day in hours"),
        rejected(
            metric_alerts.BAD_PERIOD,
            {"windowSize": "P1D", "evaluationFrequency": "PT6H"},
            id="evaluated four times a day",
        ),
        rejected(metric_alerts.SHORT_WINDOW, {"evaluationFrequency": "PT30M"}, id="evaluated less often than it looks"),
        rejected(
            metric_alerts.OFTEN_FOR_WINDOW,
            {"windowSize": "PT6H", "evaluationFrequency": "PT1M"},
            id="often for six hours",
        ),
        rejected(metric_alerts.UNKNOWN_SCOPE, {"scopes": [f"{SERVICE}-gone"]}, id="a missing scope"),
        rejected(metric_alerts.UNKNOWN_SCOPE, {"scopes": ["pls"]}, id="a scope that is no id"),
        rejected(metric_alerts.NOT_IN_SANDBOX, {"scopes": [OWNER_NETWORK]}, id="a scope without metrics here"),
        rejected(metric_alerts.BAD_CRITERIA, {"scopes": []}, id="no scope"),
        rejected(metric_alerts.BAD_CRITERIA, {"scopes": [SERVICE, SECOND]}, id="two scopes for a single resource"),
        rejected(
            metric_alerts.MIXED_SCOPES,
            {"scopes": [SERVICE, ENDPOINT], "criteria": criteria(kind=MULTIPLE)},
            id="scopes of two types",
        ),
        rejected(metric_alerts.NOT_IN_SANDBOX, {"criteria": criteria(kind="none")}, id="criteria without their type"),
        rejected(metric_alerts.BAD_CRITERIA, {"criteria": criteria(*[condition()] * 6)}, id="six conditions"),
        rejected(
            metric_alerts.BAD_CRITERIA, {"criteria": criteria(condition(name=None))}, id="a condition without a name"
        ),
        rejected(
            metric_alerts.BAD_CRITERIA,
            {"criteria": criteria(condition(threshold=None))},
            id="a condition without a threshold",
        ),
        rejected(
            metric_alerts.NOT_IN_SANDBOX,
            {"criteria": criteria(condition(criterionType="DynamicThresholdCriterion"))},
            id="a dynamic threshold",
        ),
        rejected(
            metric_alerts.UNKNOWN_METRIC,
            {"criteria": criteria(condition(metricName="PEBytesIn"))},
            id="an endpoint's metric",
        ),
        rejected(
            metric_alerts.UNKNOWN_METRIC,
            {"criteria": criteria(condition(dimensions=[{"name": "Port", "operator": "Include", "values": ["*"]}]))},
            id="a dimension that the metric lacks",
        ),
        rejected(
            metric_alerts.UNKNOWN_ACTION_GROUP,
            {"actions": [{"actionGroupId": f"{ACTION_GROUP}-gone"}]},
            id="a missing action group",
        ),
        rejected(
            metric_alerts.UNKNOWN_ACTION_GROUP,
            {"actions": [{"actionGroupId": SERVICE}]},
            id="a service as action group",
        ),
    ],
)
def test_an_invalid_alert_is_rejected(cloud: SandboxCloud, rejection: Rejection, changes: dict[str, Any]) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(ALERT, alert(**changes))


@pytest.mark.parametrize("name", ["a+b", "x" * 261, "dot."])
@holds(metric_alerts.BAD_NAME)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects(metric_alerts.BAD_NAME.code):
        cloud.put(f"{OWNER}/providers/Microsoft.Insights/metricAlerts/{name}", alert())


@holds(metric_alerts.STAYS, metric_alerts.UNKNOWN_SCOPE)
def test_an_alert_outlives_what_it_watches(cloud: SandboxCloud) -> None:
    """So a program has to delete the alert itself, before the service."""
    cloud.put(ALERT, alert(scopes=[SECOND]))
    cloud.delete(SECOND)
    assert cloud.get(ALERT)
    with cloud.rejects("ResourceNotFound"):
        cloud.put(ALERT, alert(scopes=[SECOND], severity=1))


@holds(action_groups.SHAPE)
def test_an_action_group_shows_its_receivers(cloud: SandboxCloud) -> None:
    shown = cloud.get(ACTION_GROUP)
    assert (shown["location"], shown["properties"]["emailReceivers"]) == ("Global", [])
    assert cloud.put(ACTION_GROUP, action_group("others"))["properties"]["groupShortName"] == "others"


@pytest.mark.parametrize("short_name", ["", "longer than twelve"])
@holds(action_groups.BAD_SHORT_NAME)
def test_a_short_name_is_short(cloud: SandboxCloud, short_name: str) -> None:
    with cloud.rejects(action_groups.BAD_SHORT_NAME.code):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Insights/actionGroups/other", action_group(short_name))


@holds(conversion.OTHER_NAMES)
def test_a_program_writes_the_type_of_criteria_without_a_dot(engine: Engine, cloud: SandboxCloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    written: Json = {
        **alert()["properties"],
        "resourceGroupName": "owner",
        "ruleName": "nat-ports",
        "location": "global",
    }
    kind = written["criteria"].pop("odata.type")
    written["criteria"]["odataType"] = kind
    id, outputs = engine.create("monitor:MetricAlert", written)
    assert id == ALERT
    assert cloud.get(ALERT)["properties"]["criteria"]["odata.type"] == kind
    assert outputs["criteria"]["odataType"] == kind
    _, _, imported = engine.read("monitor:MetricAlert", ALERT)
    assert imported["criteria"] == written["criteria"]
