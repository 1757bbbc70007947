"""Recorded answers of Azure Monitor: an action group, a metric alert, and a diagnostic setting."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ...small_world import OWNER, SERVICE, SandboxCloud, service
from ..resource_types.managed_bodies import CLUSTER, native_cluster
from .comparison import Case, assert_conforms

# Azure/azure-cli, command_modules/monitor/tests/latest/recordings/test_metric_alert_v2_scenario.yaml (action group:
# api-version 2021-09-01, alert: 2018-03-01). The alert of the recording watches a storage account by two metrics.
GROUP_ID = f"{OWNER}/providers/Microsoft.Insights/actionGroups/ag1"
ALERT_ID = f"{OWNER}/providers/Microsoft.Insights/metricAlerts/alert1"

GROUP: Json = {
    "id": f"{OWNER}/providers/microsoft.insights/actionGroups/ag1",
    "type": "Microsoft.Insights/ActionGroups",
    "name": "ag1",
    "location": "Global",
    "kind": None,
    "tags": None,
    "properties": {
        "groupShortName": "ag1",
        "enabled": True,
        "tags": None,
        "emailReceivers": [],
        "smsReceivers": [],
        "webhookReceivers": [],
        "eventHubReceivers": [],
        "itsmReceivers": [],
        "azureAppPushReceivers": [],
        "automationRunbookReceivers": [],
        "voiceReceivers": [],
        "logicAppReceivers": [],
        "azureFunctionReceivers": [],
        "armRoleReceivers": [],
    },
    "identity": None,
}
_PROPERTIES: Json = {
    "description": "Test",
    "severity": 2,
    "enabled": True,
    "scopes": [SERVICE],
    "evaluationFrequency": "PT1M",
    "windowSize": "PT5M",
    "criteria": {
        "allOf": [
            {
                "threshold": 5.0,
                "name": "cond0",
                "metricName": "PLSNatPortsUsage",
                "dimensions": [
                    {"name": "PrivateLinkServiceIPAddress", "operator": "Include", "values": ["10.1.0.5"]},
                ],
                "operator": "GreaterThan",
                "timeAggregation": "Average",
                "criterionType": "StaticThresholdCriterion",
            }
        ],
        "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
    },
    "targetResourceRegion": "westus",
    "actions": [{"actionGroupId": GROUP_ID}],
}
ALERT: Json = {
    "id": ALERT_ID,
    "name": "alert1",
    "type": "Microsoft.Insights/metricAlerts",
    "location": "global",
    "properties": _PROPERTIES,
}


# Azure/azure-cli, command_modules/monitor/tests/latest/recordings/test_monitor_diagnostic_settings_scenario.yaml
# (api-version 2017-05-01-preview). The setting of the recording is one of a network security group, with other
# categories.
SETTING_ID = f"{CLUSTER}/providers/Microsoft.Insights/diagnosticSettings/test02"
WORKSPACE_ID = f"{OWNER}/providers/Microsoft.OperationalInsights/workspaces/ws000004"
_RETENTION = {"enabled": False, "days": 0}
SETTING: Json = {
    "id": f"{CLUSTER.lower()}/providers/microsoft.insights/diagnosticSettings/test02",
    "type": "Microsoft.Insights/diagnosticSettings",
    "name": "test02",
    "location": None,
    "kind": None,
    "tags": None,
    "properties": {
        "storageAccountId": None,
        "serviceBusRuleId": None,
        "workspaceId": WORKSPACE_ID,
        "eventHubAuthorizationRuleId": None,
        "eventHubName": None,
        "metrics": [],
        "logs": [
            {"category": "Query", "categoryGroup": None, "enabled": True, "retentionPolicy": _RETENTION},
            {"category": "Command", "categoryGroup": None, "enabled": True, "retentionPolicy": _RETENTION},
        ],
        "logAnalyticsDestinationType": "Dedicated",
    },
    "identity": None,
}


def create_setting(cloud: SandboxCloud) -> str:
    cloud.put(CLUSTER, native_cluster())
    cloud.put(WORKSPACE_ID, {"location": "southcentralus"})
    logs = [{"category": name, "enabled": True, "retentionPolicy": _RETENTION} for name in ("Query", "Command")]
    requested = {"logs": logs, "workspaceId": WORKSPACE_ID, "logAnalyticsDestinationType": "Dedicated"}
    cloud.put(SETTING_ID, {"properties": requested})
    return SETTING_ID


def create_group(cloud: SandboxCloud) -> str:
    cloud.put(GROUP_ID, {"location": "global", "properties": {"groupShortName": "ag1"}})
    return GROUP_ID


def create_alert(cloud: SandboxCloud) -> str:
    cloud.put(SERVICE, service())
    create_group(cloud)
    cloud.put(ALERT_ID, {"location": "global", "properties": _PROPERTIES})
    return ALERT_ID


CASES: dict[str, Case] = {
    "an action group": Case(GROUP, create_group),
    "a metric alert": Case(ALERT, create_alert),
    "a diagnostic setting": Case(SETTING, create_setting),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_recorded_one(cloud: SandboxCloud, case: Case) -> None:
    assert_conforms(cloud, case)
