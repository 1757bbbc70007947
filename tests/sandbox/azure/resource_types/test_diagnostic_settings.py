"""Diagnostic settings of clusters: their destinations, and what Azure rejects."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json, ResourceId
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import diagnostic_settings, log_analytics_workspaces
from azure_sandbox.azure.resource_types.diagnostic_settings import DiagnosticSetting

from ...fake_engine import Engine
from ...rule_marks import holds, rejected
from ...small_world import CONSUMER, OWNER, OWNER_NETWORK, OWNER_SUBSCRIPTION, SandboxCloud
from .managed_bodies import CLUSTER, EVENT_HUBS, event_hubs, native_cluster
from .storage_bodies import ACCOUNT, account

WORKSPACE = f"{OWNER}/providers/Microsoft.OperationalInsights/workspaces/logs"
OTHER_WORKSPACE = f"{CONSUMER}/providers/Microsoft.OperationalInsights/workspaces/others"
LOGS: Json = {"category": "Query", "enabled": True}
METRICS: Json = {"category": "AllMetrics", "enabled": True}


def on(scope: str, name: str = "to-us") -> str:
    return f"{scope}/providers/Microsoft.Insights/diagnosticSettings/{name}"


def setting(**changes: Any) -> Json:
    """A setting that sends queries and metrics to `WORKSPACE`. `None` omits a property."""
    written = {"workspaceId": WORKSPACE, "logs": [LOGS], "metrics": [METRICS], **changes}
    return {"properties": {name: value for name, value in written.items() if value is not None}}


@pytest.fixture(autouse=True)
def _cluster(cloud: SandboxCloud) -> None:
    cloud.put(CLUSTER, native_cluster())
    for workspace in (WORKSPACE, OTHER_WORKSPACE):
        cloud.put(workspace, {"location": "eastus"})


@pytest.mark.parametrize(
    ("rejection", "changes"),
    [
        rejected(diagnostic_settings.NO_SINK, {"workspaceId": None}, id="no destination"),
        rejected(diagnostic_settings.UNKNOWN_SINK, {"workspaceId": f"{WORKSPACE}-gone"}, id="a missing workspace"),
        rejected(diagnostic_settings.UNKNOWN_SINK, {"workspaceId": "logs"}, id="a workspace that is no id"),
        rejected(diagnostic_settings.UNKNOWN_SINK, {"workspaceId": CLUSTER}, id="a cluster as workspace"),
        rejected(diagnostic_settings.UNKNOWN_CATEGORY, {"logs": [{"category": "AuditEvent"}]}, id="a vault's category"),
        rejected(diagnostic_settings.UNKNOWN_CATEGORY, {"logs": [METRICS]}, id="metrics as logs"),
        rejected(
            diagnostic_settings.UNKNOWN_CATEGORY, {"metrics": [{"categoryGroup": "allLogs"}]}, id="logs as metrics"
        ),
        rejected(diagnostic_settings.UNKNOWN_CATEGORY, {"logs": [{"categoryGroup": "audit"}]}, id="an unknown group"),
    ],
)
def test_an_invalid_setting_is_rejected(cloud: SandboxCloud, rejection: Rejection, changes: dict[str, Any]) -> None:
    with cloud.rejects(rejection.code):
        cloud.put(on(CLUSTER), setting(**changes))


@holds(diagnostic_settings.NOT_IN_SANDBOX)
def test_other_types_have_none_here(cloud: SandboxCloud) -> None:
    with cloud.rejects("NotInSandbox"):
        cloud.put(on(OWNER_NETWORK), setting())
    with cloud.rejects("ResourceNotFound", 404):
        cloud.put(on(f"{CLUSTER}x"), setting())


@holds(diagnostic_settings.UNKNOWN_SINK)
def test_a_storage_account_is_in_the_region_of_the_cluster(cloud: SandboxCloud) -> None:
    cloud.put(ACCOUNT, account())
    cloud.put(on(CLUSTER), setting(workspaceId=None, storageAccountId=ACCOUNT))
    far = f"{ACCOUNT}far"
    cloud.put(far, {**account(), "location": "eastus"})
    with cloud.rejects("BadRequest"):
        cloud.put(on(CLUSTER), setting(workspaceId=None, storageAccountId=far))


def test_an_event_hub_is_named_by_a_rule_of_its_namespace(cloud: SandboxCloud) -> None:
    cloud.put(EVENT_HUBS, event_hubs())
    rule = f"{EVENT_HUBS}/authorizationRules/send"
    shown = cloud.put(on(CLUSTER), setting(workspaceId=None, eventHubAuthorizationRuleId=rule, eventHubName="adx"))
    assert (shown["properties"]["eventHubAuthorizationRuleId"], shown["properties"]["eventHubName"]) == (rule, "adx")


@holds(diagnostic_settings.SINK_USED)
def test_a_destination_gets_a_category_once(cloud: SandboxCloud) -> None:
    """A setting of an Azure policy is the usual reason."""
    cloud.put(on(CLUSTER, "by-policy"), setting(logs=[{"categoryGroup": "allLogs"}], metrics=[]))
    with cloud.rejects("Conflict", 409):
        cloud.put(on(CLUSTER), setting())
    cloud.put(on(CLUSTER), setting(logs=[]))
    cloud.put(on(CLUSTER), setting(workspaceId=OTHER_WORKSPACE))
    cloud.put(on(CLUSTER, "by-policy"), setting(metrics=[]))


@holds(diagnostic_settings.TOO_MANY)
def test_a_cluster_has_five_settings_at_most(cloud: SandboxCloud) -> None:
    for number, category in enumerate(("Command", "Journal", "Query", "TableDetails", "FailedIngestion")):
        cloud.put(on(CLUSTER, f"number-{number}"), setting(logs=[{"category": category}], metrics=[]))
    with cloud.rejects("Conflict", 409):
        cloud.put(on(CLUSTER), setting(logs=[], workspaceId=OTHER_WORKSPACE))
    cloud.delete(on(CLUSTER, "number-0"))
    cloud.put(on(CLUSTER), setting(logs=[], workspaceId=OTHER_WORKSPACE))


@holds(diagnostic_settings.STAYS)
def test_a_setting_outlives_its_cluster(cloud: SandboxCloud) -> None:
    cloud.put(on(CLUSTER), setting())
    cloud.delete(CLUSTER)
    cloud.put(CLUSTER, native_cluster())
    assert cloud.get(on(CLUSTER))["properties"]["workspaceId"] == WORKSPACE


def test_a_setting_needs_the_keys_of_its_destination() -> None:
    """The reason for `LinkedAuthorizationFailed` of an identity that may write the cluster only."""
    actions = DiagnosticSetting().linked_actions(ResourceId.parse(on(CLUSTER)), setting(storageAccountId=ACCOUNT))
    assert list(actions) == [
        ("Microsoft.OperationalInsights/workspaces/sharedKeys/action", WORKSPACE),
        ("Microsoft.Storage/storageAccounts/listKeys/action", ACCOUNT),
    ]


@holds(diagnostic_settings.SHAPE)
def test_the_id_is_in_lower_case(engine: Engine, cloud: SandboxCloud) -> None:
    """The provider keeps the spelling of the program in its inputs, and Azure's as the id."""
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    inputs: Json = {"resourceUri": CLUSTER, "name": "to-us", **setting()["properties"]}
    id, outputs = engine.create("monitor:DiagnosticSetting", inputs)
    assert id == f"{CLUSTER.lower()}/providers/microsoft.insights/diagnosticSettings/to-us"
    assert outputs["logs"] == [{**LOGS, "retentionPolicy": {"enabled": False, "days": 0}}]
    assert engine.diff("monitor:DiagnosticSetting", inputs, {**inputs, "metrics": []}).replaces == []
    engine.delete("monitor:DiagnosticSetting", id)
    assert not [id for id in cloud.ids() if "diagnosticSettings" in id]


@pytest.mark.parametrize("name", ["abc", "-logs", "a" * 64])
@holds(log_analytics_workspaces.BAD_NAME)
def test_an_invalid_name_of_a_workspace_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects(log_analytics_workspaces.BAD_NAME.code):
        cloud.put(f"{OWNER}/providers/Microsoft.OperationalInsights/workspaces/{name}", {"location": "westus"})


@holds(log_analytics_workspaces.WORKSPACE)
def test_a_workspace_has_a_retention(cloud: SandboxCloud) -> None:
    shown = cloud.get(WORKSPACE)
    assert (shown["properties"]["retentionInDays"], shown.get("etag")) == (30, None)
