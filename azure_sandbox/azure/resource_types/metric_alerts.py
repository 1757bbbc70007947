"""Microsoft.Insights/metricAlerts: what they watch, how often, and whom they notify."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties, read_choice, read_object
from ..clouds import Cloud
from ..errors import Rejection
from ..private_dns_type import check_global
from ..references import parse_ids
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..type_names import ACTION_GROUPS, METRIC_ALERTS, PRIVATE_ENDPOINTS, PRIVATE_LINK_SERVICES

_DOCUMENTED = "MicrosoftDocs/azure-monitor-docs, articles/azure-monitor/alerts"
_METRICS_OF = "MicrosoftDocs/azure-reference-other, azure-monitor-ref/supported-metrics/includes"
_RECORDED = "Azure/azure-cli, command_modules/monitor/tests/latest/recordings/test_metric_alert_v2_scenario.yaml"
_OWN_WORDS = f"code and text are an {OWN_CHOICE}"

BAD_NAME = Rejection(
    says="The name of a metric alert has 1 to 260 characters, none of `*#&+:<>?@%{}\\/|`, and no blank or dot at the "
    "end",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md "
    f"(Microsoft.Insights); {_OWN_WORDS}",
    code="BadRequest",
    message="The name '{name}' of the metric alert is invalid.",
)
BAD_SEVERITY = Rejection(
    says="The severity of a metric alert is 0 to 4",
    source=f"Azure/azure-rest-api-specs, specification/monitor, metricAlert_API.json; {_OWN_WORDS}",
    code="BadRequest",
    message="The severity {severity} of the metric alert must be 0, 1, 2, 3 or 4.",
)
BAD_PERIOD = Rejection(
    says="A metric alert is evaluated every 1, 5, 15 or 30 minutes or every hour, and looks at 1, 5, 15 or 30 minutes, "
    "1, 6 or 12 hours or a day",
    source="hashicorp/terraform-provider-azurerm, internal/services/monitor/monitor_metric_alert_resource.go; "
    f"Azure/azure-cli#31138; {_OWN_WORDS}",
    code="BadRequest",
    message="The value '{value}' of '{name}' is not one of {values}.",
)
SHORT_WINDOW = Rejection(
    says="A metric alert looks at no shorter period than the one between two evaluations",
    source=f"{_DOCUMENTED}/alerts-create-metric-alert-rule.md (the check period is equal to or shorter than the "
    f"lookback period); {_OWN_WORDS}",
    code="BadRequest",
    message="Evaluation frequency {frequency} must be less than or equal to the window size {window}.",
)
OFTEN_FOR_WINDOW = Rejection(
    says="A metric alert that looks at more than four hours is evaluated every five minutes at most",
    source="DFE-Digital/publish-teacher-training#4368 (code and text)",
    code="BadRequest",
    message="Evaluation frequency must be greater than or equal to five minutes since the period is greater than four "
    "hours.",
)
BAD_CRITERIA = Rejection(
    says="A metric alert has one to five conditions of a known kind; of a single resource, conditions with static "
    "thresholds, and one scope",
    source="Azure/azure-rest-api-specs, specification/monitor, metricAlert_API.json; "
    f"{_DOCUMENTED}/alerts-types.md (five conditions); {_OWN_WORDS}",
    code="BadRequest",
    message="The criteria of the metric alert are invalid: {reason}.",
)
NOT_IN_SANDBOX = Rejection(
    says="The sandbox has metric alerts on private link services and private endpoints with static thresholds, and "
    "rejects others with a message of its own",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no metric alerts {what}.",
)
UNKNOWN_SCOPE = Rejection(
    says="A metric alert watches resources that exist, all of one type",
    source=f"Azure/azure-rest-api-specs, specification/monitor, metricAlert_API.json (`scopes`); {_OWN_WORDS}",
    status=400,
    code="ResourceNotFound",
    message="The scope '{scope}' of the metric alert was not found.",
)
MIXED_SCOPES = Rejection(
    says="A metric alert on several resources names resources of one type",
    source=f"{_DOCUMENTED}/alerts-types.md; {_OWN_WORDS}",
    code="BadRequest",
    message="The scopes of the metric alert have several types: {types}.",
)
UNKNOWN_METRIC = Rejection(
    says="A condition names a metric that the resource type has, with one of its dimensions",
    source=f"Azure/azure-cli#16106 (code and text); {_METRICS_OF}/microsoft-network-privatelinkservices-metrics-"
    "include.md and microsoft-network-privateendpoints-metrics-include.md (the metrics)",
    code="BadRequest",
    message="The following metric name(s) were not found: {names}. Please note that for custom metrics, the relevant "
    "metric namespace must be specified. Activity ID: 00000000-0000-0000-0000-000000000000.",
)
UNKNOWN_ACTION_GROUP = Rejection(
    says="A metric alert notifies action groups that exist, in any subscription",
    source="Azure/azure-powershell#11102 (code and text, which still exclude other subscriptions); "
    "Azure/azure-monitor-baseline-alerts#184 (one group for the alerts of several subscriptions)",
    code="BadRequest",
    message="Arm resource {group} is invalid or in a different subscription as alert rule.",
)
SHAPE = Rule(
    says="A metric alert shows what was requested, without an etag; ids keep the spelling of the request",
    source=_RECORDED,
)
STAYS = Rule(
    says="A metric alert stays when the resource that it watches is deleted, but can no longer be changed",
    source=OWN_CHOICE,
)

_FORBIDDEN = re.compile(r"[*#&+:<>?@%{}\\/|\x00-\x1f]|[ .]$")
_MINUTES: dict[str, int] = {
    "PT1M": 1,
    "PT5M": 5,
    "PT15M": 15,
    "PT30M": 30,
    "PT1H": 60,
    "PT6H": 360,
    "PT12H": 720,
    "P1D": 1440,
}
_FREQUENCIES = tuple(name for name, minutes in _MINUTES.items() if minutes <= 60)
_SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
_MULTIPLE = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"
_METRICS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    PRIVATE_LINK_SERVICES.lower(): {
        "PLSBytesIn": (),
        "PLSBytesOut": (),
        "PLSNatPortsUsage": ("PrivateLinkServiceIPAddress",),
    },
    PRIVATE_ENDPOINTS.lower(): {"PEBytesIn": (), "PEBytesOut": ()},
}
"""The metrics of a type, with their dimensions."""
_OPERATORS = ("Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual")
_AGGREGATIONS = ("Average", "Count", "Minimum", "Maximum", "Total")
_SHOWN = (
    *("description", "severity", "enabled", "scopes", "evaluationFrequency", "windowSize", "criteria"),
    *("autoMitigate", "targetResourceType", "targetResourceRegion", "actions"),
)


class MetricAlert(ResourceType):
    type = METRIC_ALERTS
    long_running = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        check_global(self.type, body)
        if len(id.name) > 260 or _FORBIDDEN.search(id.name):
            raise BAD_NAME(name=id.name)
        if not isinstance(requested.get("enabled"), bool):
            raise CANNOT_PARSE()
        severity = requested.get("severity")
        if isinstance(severity, bool) or severity not in range(5):
            raise BAD_SEVERITY(severity=severity)
        _check_periods(requested)
        scopes = [_check_scope(arm, scope) for scope in _list_texts(requested, "scopes")]
        _check_criteria(requested, scopes)
        for group in _list_action_groups(requested):
            if not _is_action_group(arm, group):
                raise UNKNOWN_ACTION_GROUP(group=group)
        return {"properties": {name: requested[name] for name in _SHOWN if requested.get(name) is not None}}

    def check_region(self, location: str, cloud: Cloud) -> None:
        """Accept any location: `put` calls `check_global`."""

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag(body)

    def linked_actions(self, id: ResourceId, body: Json) -> Iterable[tuple[str, str]]:
        requested = properties(body)
        for scope in parse_ids(_list_texts(requested, "scopes")):
            yield f"{ResourceId.parse(scope).type}/read", scope
        for group in parse_ids(_list_action_groups(requested)):
            yield f"{ACTION_GROUPS}/read", group


def _check_periods(requested: Json) -> None:
    window, frequency = str(requested.get("windowSize")), str(requested.get("evaluationFrequency"))
    for name, value, values in (
        ("windowSize", window, tuple(_MINUTES)),
        ("evaluationFrequency", frequency, _FREQUENCIES),
    ):
        if value not in values:
            raise BAD_PERIOD(name=name, value=value, values=", ".join(values))
    if _MINUTES[frequency] > _MINUTES[window]:
        raise SHORT_WINDOW(frequency=frequency, window=window)
    if _MINUTES[window] > 240 and _MINUTES[frequency] < 5:
        raise OFTEN_FOR_WINDOW()


def _check_scope(arm: ResourceManager, scope: str) -> ResourceId:
    try:
        id = ResourceId.parse(scope)
    except ValueError:
        raise UNKNOWN_SCOPE(scope=scope) from None
    if id.type.lower() not in _METRICS:
        raise NOT_IN_SANDBOX(what=f"on resources of type {id.type}")
    if arm.store.get(scope) is None:
        raise UNKNOWN_SCOPE(scope=scope)
    return id


def _check_criteria(requested: Json, scopes: list[ResourceId]) -> None:
    criteria = read_object(requested, "criteria")
    kind, conditions = criteria.get("odata.type"), criteria.get("allOf")
    if kind not in (_SINGLE, _MULTIPLE):
        raise NOT_IN_SANDBOX(what=f"with criteria of type {kind}")
    if len({scope.type.lower() for scope in scopes}) > 1:
        raise MIXED_SCOPES(types=", ".join(sorted({scope.type for scope in scopes})))
    if not scopes or (kind == _SINGLE and len(scopes) > 1):
        raise BAD_CRITERIA(reason=f"they are for a single resource, and there are {len(scopes)} scopes")
    if not isinstance(conditions, list) or not 1 <= len(cast("list[Any]", conditions)) <= 5:
        raise BAD_CRITERIA(reason="there must be one to five conditions")
    for condition in cast("list[Json]", conditions):
        if condition.get("criterionType") != "StaticThresholdCriterion":
            raise NOT_IN_SANDBOX(what=f"with conditions of type {condition.get('criterionType')}")
        _check_condition(condition, scopes[0].type)


def _check_condition(condition: Json, type: str) -> None:
    if not condition.get("name"):
        raise BAD_CRITERIA(reason="a condition has no name")
    if isinstance(condition.get("threshold"), bool) or not isinstance(condition.get("threshold"), int | float):
        raise BAD_CRITERIA(reason=f"the condition {condition['name']} has no threshold")
    read_choice(condition, "operator", _OPERATORS)
    read_choice(condition, "timeAggregation", _AGGREGATIONS)
    metrics, metric = _METRICS[type.lower()], str(condition.get("metricName"))
    namespace = condition.get("metricNamespace")
    if metric not in metrics or (namespace and str(namespace).lower() != type.lower()):
        raise UNKNOWN_METRIC(names=metric)
    for dimension in cast("list[Json]", condition.get("dimensions") or []):
        if dimension.get("name") not in metrics[metric]:
            raise UNKNOWN_METRIC(names=f"{metric} ({dimension.get('name')})")


def _list_texts(requested: Json, name: str) -> list[str]:
    texts: Any = requested.get(name) or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in cast("list[Any]", texts)):
        raise CANNOT_PARSE()
    return cast("list[str]", texts)


def _list_action_groups(requested: Json) -> list[str]:
    actions: Any = requested.get("actions") or []
    if not isinstance(actions, list) or not all(isinstance(action, dict) for action in cast("list[Any]", actions)):
        raise CANNOT_PARSE()
    return [str(action.get("actionGroupId")) for action in cast("list[Json]", actions)]


def _is_action_group(arm: ResourceManager, id: str) -> bool:
    stored = arm.store.get(id)
    return stored is not None and stored.type.lower() == ACTION_GROUPS.lower()
