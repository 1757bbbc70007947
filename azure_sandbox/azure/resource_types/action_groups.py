"""Microsoft.Insights/actionGroups: who is notified by alerts, as metric alerts need them."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties
from ..clouds import Cloud
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..type_names import ACTION_GROUPS

_RECORDED = "Azure/azure-cli, command_modules/monitor/tests/latest/recordings/test_metric_alert_v2_scenario.yaml"

BAD_SHORT_NAME = Rejection(
    says="The short name of an action group has 1 to 12 characters",
    source=f"MicrosoftDocs/azure-monitor-docs, articles/azure-monitor/alerts/action-groups.md; code and text are an "
    f"{OWN_CHOICE}",
    code="BadRequest",
    message="The short name of action group '{name}' must have 1 to 12 characters.",
)
SHAPE = Rule(
    says="An action group shows its location as `Global`, and lists of all kinds of receivers, without an etag; its id "
    "has `microsoft.insights`, and its type `ActionGroups`",
    source=f"{_RECORDED}; that it exists in any location, is an {OWN_CHOICE}",
)

_RECEIVERS = (
    *("emailReceivers", "smsReceivers", "webhookReceivers", "eventHubReceivers", "itsmReceivers"),
    *("azureAppPushReceivers", "automationRunbookReceivers", "voiceReceivers", "logicAppReceivers"),
    *("azureFunctionReceivers", "armRoleReceivers"),
)


class ActionGroup(ResourceType):
    type = ACTION_GROUPS
    long_running = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        if not 1 <= len(str(requested.get("groupShortName") or "")) <= 12:
            raise BAD_SHORT_NAME(name=id.name)
        return {
            "properties": {
                "groupShortName": requested["groupShortName"],
                "enabled": requested.get("enabled", True),
                **{name: requested.get(name) or [] for name in _RECEIVERS},
            }
        }

    def check_region(self, location: str, cloud: Cloud) -> None:
        """Accept any location."""

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        location = "Global" if body["location"] == "global" else body["location"]
        return {
            **without_etag(body),
            # Of its own spelling: `type_names` has the one in ids.
            "type": "Microsoft.Insights/ActionGroups",
            "location": location,
            "kind": None,
            "tags": body.get("tags"),
            "identity": None,
            "properties": {**properties(body), "tags": None},
        }

    def spell_id(self, id: ResourceId) -> ResourceId:
        return id.spell_type(self.type.replace("Microsoft.Insights", "microsoft.insights"))
