"""Microsoft.OperationalInsights/workspaces: names and skus, as diagnostic settings need them."""

from __future__ import annotations

import re

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, read_object
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..type_names import LOG_ANALYTICS_WORKSPACES

BAD_NAME = Rejection(
    says="The name of a Log Analytics workspace has 4 to 63 letters, digits and dashes, with a letter or digit at both "
    "ends",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md "
    f"(Microsoft.OperationalInsights); code and text are an {OWN_CHOICE}",
    code="InvalidResourceName",
    message="The name '{name}' of the workspace is invalid.",
)
WORKSPACE = Rule(
    says="A Log Analytics workspace has a sku and a retention of 30 days, without an etag",
    source="Azure/azure-cli, command_modules/monitor/tests/latest/recordings/"
    f"test_monitor_diagnostic_settings_workspace.yaml; that it has nothing else, is an {OWN_CHOICE}",
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]")


class LogAnalyticsWorkspace(ResourceType):
    type = LOG_ANALYTICS_WORKSPACES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        if not _NAME.fullmatch(id.name):
            raise BAD_NAME(name=id.name)
        requested = properties(body)
        return {
            "properties": {
                "sku": {"name": read_object(requested, "sku").get("name") or "PerGB2018"},
                "retentionInDays": requested.get("retentionInDays") or 30,
                "provisioningState": "Succeeded",
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag(body)
