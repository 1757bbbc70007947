"""Microsoft.Insights/diagnosticSettings: where Azure Monitor sends the logs and metrics of a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties, region_name
from ..errors import Rejection
from ..references import parse_ids
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, not_found_error
from ..store import Stored
from ..type_names import (
    CLUSTERS,
    DIAGNOSTIC_SETTINGS,
    EVENT_HUBS_NAMESPACES,
    LOG_ANALYTICS_WORKSPACES,
    STORAGE_ACCOUNTS,
)

_DOCUMENTED = "MicrosoftDocs/azure-monitor-docs, articles/azure-monitor/platform/diagnostic-settings.md"
_RECORDED = "Azure/azure-cli, command_modules/monitor/tests/latest/recordings"
_OWN_WORDS = f"code and text are an {OWN_CHOICE}"

NO_SINK = Rejection(
    says="A diagnostic setting has a destination",
    source="Azure's text, as it is quoted in public repositories (`At least one data sink`); the code is an own choice",
    code="BadRequest",
    message="At least one data sink needs to be specified.",
)
SINK_USED = Rejection(
    says="A destination gets a category of a resource by one diagnostic setting",
    source="Azure/terraform-azurerm-avm-ptn-aiml-landing-zone#19 (code and text)",
    status=409,
    code="Conflict",
    message="Data sink '{sink}' is already used in diagnostic setting '{other}' for category '{category}'. Data sinks "
    "can't be reused in different settings on the same category for the same resource.",
)
TOO_MANY = Rejection(
    says="A resource has five diagnostic settings at most",
    source=f"{_DOCUMENTED}; {_OWN_WORDS}",
    status=409,
    code="Conflict",
    message="The limit of 5 diagnostic settings was reached.",
)
UNKNOWN_CATEGORY = Rejection(
    says="A diagnostic setting names categories of logs and metrics that the resource type has, or the group `allLogs`",
    source="hashicorp/terraform-provider-azurerm#2985 (code and text); learn.microsoft.com, azure/azure-monitor/"
    "reference/supported-logs/microsoft-kusto-clusters-logs; Azure/bicep-registry-modules, avm/res/kusto/cluster",
    code="BadRequest",
    message="Category '{category}' is not supported.",
)
UNKNOWN_SINK = Rejection(
    says="The destination of a diagnostic setting exists; a storage account and an Event Hubs namespace are in the "
    "region of the resource",
    source=f"{_DOCUMENTED} (destinations); {_OWN_WORDS}",
    code="BadRequest",
    message="The data sink '{sink}' {reason}.",
)
NOT_IN_SANDBOX = Rejection(
    says="The sandbox has diagnostic settings of clusters, and rejects those of other types with a message of its own",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no diagnostic settings of resources of type {type}.",
)
SHAPE = Rule(
    says="The id of a diagnostic setting is in lower case, except for `diagnosticSettings` and its name; it shows all "
    "destinations and both lists, the retention of each category, and no etag",
    source=f"{_RECORDED}/test_monitor_diagnostic_settings_workspace.yaml; "
    "test_monitor_diagnostic_settings_scenario.yaml",
)
STAYS = Rule(
    says="A diagnostic setting stays when its resource is deleted, and belongs to a resource that is created again "
    "under the same id",
    source=f"{_DOCUMENTED} (its warning)",
)

_LOGS = (
    *("Command", "DataOperation", "FailedIngestion", "IngestionBatching", "Journal", "Query", "SucceededIngestion"),
    *("TableDetails", "TableUsageStatistics"),
)
_METRICS = ("AllMetrics",)
_SINKS = {
    "storageAccountId": STORAGE_ACCOUNTS,
    "workspaceId": LOG_ANALYTICS_WORKSPACES,
    "eventHubAuthorizationRuleId": f"{EVENT_HUBS_NAMESPACES}/authorizationRules",
}
"""The property of each destination, and the type of its resource."""
_MOST = 5


class DiagnosticSetting(ResourceType):
    type = DIAGNOSTIC_SETTINGS
    located = False
    long_running = False

    def spell_id(self, id: ResourceId) -> ResourceId:
        return ResourceId.parse(f"{str(id.scope).lower()}/providers/microsoft.insights/diagnosticSettings/{id.name}")

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        scope = ResourceId.parse(str(id.scope))
        if scope.type.lower() != CLUSTERS.lower():
            raise NOT_IN_SANDBOX(type=scope.type)
        cluster = arm.store.get(scope.key)
        if cluster is None:
            raise not_found_error(scope)
        requested = properties(body)
        sinks = {name: str(sink) for name in _SINKS if (sink := requested.get(name))}
        if not sinks:
            raise NO_SINK()
        for name, sink in sinks.items():
            _check_sink(arm, name, sink, str(cluster.body["location"]))
        logs, metrics = _read_list(requested, "logs"), _read_list(requested, "metrics")
        categories = {*_list_categories(logs, _LOGS), *_list_categories(metrics, _METRICS)}
        others = list(_others(arm, id, scope))
        if old is None and len(others) >= _MOST:
            raise TOO_MANY()
        for other in others:
            _check_unused(other, sinks, categories)
        return {
            "properties": {
                **dict.fromkeys((*_SINKS, "serviceBusRuleId", "eventHubName"), None),
                **sinks,
                "eventHubName": requested.get("eventHubName"),
                "metrics": [_show(metric) for metric in metrics],
                "logs": [{"categoryGroup": None, "category": None, **_show(log)} for log in logs],
                "logAnalyticsDestinationType": requested.get("logAnalyticsDestinationType"),
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        shown = {name: body[name] for name in ("id", "type", "name", "properties")}
        return {**shown, "location": None, "kind": None, "tags": None, "identity": None}

    def linked_actions(self, id: ResourceId, body: Json) -> Iterable[tuple[str, str]]:
        actions = {
            "workspaceId": "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
            "storageAccountId": "Microsoft.Storage/storageAccounts/listKeys/action",
            "eventHubAuthorizationRuleId": "Microsoft.EventHub/namespaces/authorizationRules/listkeys/action",
        }
        for name, action in actions.items():
            for sink in parse_ids([properties(body).get(name)]):
                yield action, sink


def _check_sink(arm: ResourceManager, name: str, sink: str, location: str) -> None:
    try:
        id = ResourceId.parse(sink)
    except ValueError:
        raise UNKNOWN_SINK(sink=sink, reason="is not a resource id") from None
    if id.type.lower() != _SINKS[name].lower():
        raise UNKNOWN_SINK(sink=sink, reason=f"is not of type {_SINKS[name]}")
    # The rules of a namespace are no resources of the sandbox: a namespace has them all.
    stored = arm.store.get((id.parent or id).key)
    if stored is None:
        raise UNKNOWN_SINK(sink=sink, reason="was not found")
    if name != "workspaceId" and region_name(stored.body.get("location")) != region_name(location):
        raise UNKNOWN_SINK(sink=sink, reason=f"is in another region than the resource: {location}")


def _read_list(requested: Json, name: str) -> list[Json]:
    values: Any = requested.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in cast("list[Any]", values)):
        raise CANNOT_PARSE()
    return cast("list[Json]", values)


def _list_categories(entries: list[Json], known: tuple[str, ...]) -> Iterator[str]:
    for entry in entries:
        category, group = entry.get("category"), entry.get("categoryGroup")
        if group is not None:
            if group != "allLogs" or known is _METRICS or category is not None:
                raise UNKNOWN_CATEGORY(category=group)
            yield from known
        elif category not in known:
            raise UNKNOWN_CATEGORY(category=category)
        else:
            yield str(category)


def _others(arm: ResourceManager, id: ResourceId, scope: ResourceId) -> Iterator[Stored]:
    prefix = f"{scope.key}/providers/"
    for stored in arm.store.of_type(DIAGNOSTIC_SETTINGS):
        if stored.id.lower().startswith(prefix) and stored.id.lower() != id.key:
            yield stored


def _check_unused(other: Stored, sinks: dict[str, str], categories: set[str]) -> None:
    settings = properties(other.body)
    theirs = {
        *_list_categories(_read_list(settings, "logs"), _LOGS),
        *_list_categories(_read_list(settings, "metrics"), _METRICS),
    }
    shared = sorted(categories & theirs)
    for name, sink in sinks.items():
        if shared and str(settings.get(name)).lower() == sink.lower():
            raise SINK_USED(sink=sink, other=other.body["name"], category=shared[0])


def _show(entry: Json) -> Json:
    return {"retentionPolicy": {"enabled": False, "days": 0}, **entry}
