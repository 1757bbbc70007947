"""What each side needs for Azure Monitor: for alerts, and for the logs and metrics of clusters."""

from __future__ import annotations

from collections.abc import Iterator

from .. import azure_actions as actions
from ..azure_actions import Action, Identity
from ..resource_ids import ActionGroupId, ResourceId
from ..settings import DiagnosticSettings, Settings
from ..topology.records import Place, Topology
from .records import Need, group_of

_OF_ALERT = (actions.READ_ALERT, actions.WRITE_ALERT, actions.DELETE_ALERT)
_OF_DIAGNOSTICS = (actions.READ_DIAGNOSTICS, actions.WRITE_DIAGNOSTICS, actions.DELETE_DIAGNOSTICS)


def monitor_needs(settings: Settings, topology: Topology) -> Iterator[Need]:
    """Yield what alerts and diagnostic settings need. Action groups and destinations of logs exist already."""
    alerts = settings.alerts
    for key, cluster in topology.clusters.items():
        if alerts and alerts.services:
            for service in cluster.services.values():
                yield from _of_alert("deploy-service", service.place, alerts.action_group_id)
        if alerts and alerts.endpoints:
            # Also of those that have no names yet, and so no alert.
            for endpoint in cluster.endpoints:
                yield from _of_alert("deploy-consumer", endpoint.place, alerts.action_group_id)
        destination = None if cluster.is_handed_over else settings.clusters[key].diagnostics
        if cluster.diagnostics and destination:
            for action in _OF_DIAGNOSTICS:
                yield Need("deploy-service", "own", group_of(cluster.diagnostics.cluster_id), action)
            yield _of_destination(destination)


def _of_alert(identity: Identity, place: Place, action_group: ActionGroupId) -> Iterator[Need]:
    for action in _OF_ALERT:
        yield Need(identity, "own", str(place), action)
    yield Need(identity, "monitoring", group_of(action_group), actions.READ_ACTION_GROUP)


def _of_destination(destination: DiagnosticSettings) -> Need:
    """Azure writes to a destination with its keys, to which the caller needs the right."""
    if destination.workspace_id:
        return _destination(destination.workspace_id, actions.SEND_TO_WORKSPACE)
    if destination.storage_account_id:
        return _destination(destination.storage_account_id, actions.SEND_TO_STORAGE)
    assert destination.event_hub_rule_id is not None
    return _destination(destination.event_hub_rule_id, actions.SEND_TO_EVENT_HUB)


def _destination(id: ResourceId, action: Action) -> Need:
    return Need("deploy-service", "monitoring", group_of(id), action)
