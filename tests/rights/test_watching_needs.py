"""What alerts and diagnostic settings need, on which side, and at objects of the team that watches."""

from __future__ import annotations

import pytest

from ..samples.native import both_kinds, made
from .test_needs import roles_of
from .watching import MONITORING, alerts, sent_to, watched

_OF_WATCHING = ("Insights", "OperationalInsights", "Storage", "EventHub")
_ALERTS = [f"Microsoft.Insights/metricAlerts/{verb}" for verb in ("delete", "read", "write")]
_DIAGNOSTICS = [f"Microsoft.Insights/diagnosticSettings/{verb}" for verb in ("delete", "read", "write")]
_ACTION_GROUP = "Microsoft.Insights/actionGroups/read"


def names_of(settings: dict[str, object]) -> dict[str, list[str]]:
    """The actions of watching in each role that has any."""
    found = {
        key: [action.name for action in role.actions if action.name.split(".")[1].split("/")[0] in _OF_WATCHING]
        for key, role in roles_of(settings).items()
    }
    return {key: names for key, names in found.items() if names}


def test_without_watching_nothing_of_it_is_needed() -> None:
    assert names_of(both_kinds(made())) == {}


def test_alerts_are_of_the_side_of_what_they_watch() -> None:
    """A partner's alerts on endpoints need nothing on the owner's side."""
    of_services = names_of(watched(alerts(services={})))
    assert of_services == {
        "preview": ["Microsoft.Insights/metricAlerts/read"],
        "preview-on-monitoring": [_ACTION_GROUP],
        "deploy-service": _ALERTS,
        "deploy-service-on-monitoring": [_ACTION_GROUP],
    }
    of_endpoints = names_of(watched(alerts(endpoints={})))
    assert of_endpoints == {key.replace("service", "consumer"): names for key, names in of_services.items()}


@pytest.mark.parametrize("key", ["preview-on-monitoring", "deploy-service-on-monitoring"])
def test_the_action_group_of_others_is_only_read(key: str) -> None:
    """Whoever is on call assigns this role, and nothing else of the stack there."""
    role = roles_of(watched(alerts(services={})))[key]
    assert role.scopes == (MONITORING,)
    assert [action.name for action in role.actions] == [
        "Microsoft.Authorization/permissions/read",
        _ACTION_GROUP,
    ]


@pytest.mark.parametrize(
    ("destination", "action"),
    [
        ("workspace_id", "Microsoft.OperationalInsights/workspaces/sharedKeys/action"),
        ("storage_account_id", "Microsoft.Storage/storageAccounts/listKeys/action"),
        ("event_hub_rule_id", "Microsoft.EventHub/namespaces/authorizationRules/listkeys/action"),
    ],
)
def test_a_destination_needs_the_right_to_its_key(destination: str, action: str) -> None:
    """Previews have no keys."""
    assert names_of(sent_to(destination)) == {
        "preview": ["Microsoft.Insights/diagnosticSettings/read"],
        "deploy-service": _DIAGNOSTICS,
        "deploy-service-on-monitoring": [action],
    }
