"""What alerts and diagnostic settings need: on the side of what they watch, and where they send."""

from __future__ import annotations

from collections.abc import Iterator

from .. import azure_actions as actions
from ..azure_actions import Action, Identity
from ..settings import Settings
from ..settings.alerts import AlertSettings
from ..settings.diagnostics import DiagnosticSettings
from ..topology.records import Topology
from .records import Need, group_of

_OF_ALERT = (actions.READ_ALERT, actions.WRITE_ALERT, actions.DELETE_ALERT)
_OF_DIAGNOSTICS = (actions.READ_DIAGNOSTICS, actions.WRITE_DIAGNOSTICS, actions.DELETE_DIAGNOSTICS)


def watching_needs(settings: Settings, topology: Topology) -> Iterator[Need]:
    """Yield what watching needs. An endpoint without an alert needs it too: it gets one with its names."""
    for cluster in topology.clusters.values():
        if settings.alerts and settings.alerts.services:
            for service in cluster.services.values():
                yield from _of_alert("deploy-service", str(service.place), settings.alerts)
        if settings.alerts and settings.alerts.endpoints:
            for endpoint in cluster.endpoints:
                yield from _of_alert("deploy-consumer", str(endpoint.place), settings.alerts)
    for cluster in settings.clusters.values():
        if cluster.diagnostics:
            for action in _OF_DIAGNOSTICS:
                yield Need("deploy-service", "own", group_of(cluster.home), action)
            scope, action = _destination(cluster.diagnostics)
            yield Need("deploy-service", "monitoring", scope, action)


def _of_alert(identity: Identity, place: str, alerts: AlertSettings) -> Iterator[Need]:
    for action in _OF_ALERT:
        yield Need(identity, "own", place, action)
    yield Need(identity, "monitoring", group_of(alerts.action_group_id), actions.READ_ACTION_GROUP)


def _destination(settings: DiagnosticSettings) -> tuple[str, Action]:
    """The scope of the destination, and the action that uses it."""
    for id, action in (
        (settings.workspace_id, actions.USE_WORKSPACE),
        (settings.storage_account_id, actions.USE_STORAGE_ACCOUNT),
        (settings.event_hub_rule_id, actions.USE_EVENT_HUBS),
    ):
        if id is not None:
            return group_of(id), action
    raise AssertionError("parsed settings have a destination")
