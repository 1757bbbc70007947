"""What each side needs for Azure Monitor: for alerts, and for the logs and metrics of clusters."""

from __future__ import annotations

from collections.abc import Iterator

from .. import azure_actions as actions
from ..azure_actions import Action, Identity
from ..resource_ids import ResourceId
from ..settings import DiagnosticSettings, Settings
from ..topology.monitor_records import AlertNode
from ..topology.records import Place, Topology
from .records import Need, group_of

_OF_ALERT = (actions.READ_ALERT, actions.WRITE_ALERT, actions.DELETE_ALERT)
_OF_DIAGNOSTICS = (actions.READ_DIAGNOSTICS, actions.WRITE_DIAGNOSTICS, actions.DELETE_DIAGNOSTICS)


def monitor_needs(settings: Settings, topology: Topology) -> Iterator[Need]:
    """Yield what alerts and diagnostic settings need. Action groups and destinations of logs exist already."""
    for key, cluster in topology.clusters.items():
        for service in cluster.services.values():
            yield from _of_alert("deploy-service", service.place, service.alert)
        for endpoint in cluster.endpoints:
            yield from _of_alert("deploy-consumer", endpoint.place, endpoint.alert)
        destination = None if cluster.is_handed_over else settings.clusters[key].diagnostics
        if cluster.diagnostics and destination:
            for action in _OF_DIAGNOSTICS:
                yield Need("deploy-service", "own", group_of(cluster.diagnostics.cluster_id), action)
            yield _of_destination(destination)


def _of_alert(identity: Identity, place: Place, alert: AlertNode | None) -> Iterator[Need]:
    if alert is None:
        return
    for action in _OF_ALERT:
        yield Need(identity, "own", str(place), action)
    yield Need(identity, "monitoring", group_of(alert.action_group_id), actions.READ_ACTION_GROUP)


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
