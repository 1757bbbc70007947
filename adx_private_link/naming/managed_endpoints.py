"""Names of managed private endpoints and of their approvals, and the message to the owners of their targets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from ..resource_ids import ClusterId, ManagedEndpointId
from ..settings import ManagedEndpointSettings, Settings
from .azure import MOST_OF_DEPLOYMENT, MOST_OF_ENDPOINT, cluster_naming_key, naming_key, shorten


def managed_endpoint_ids(settings: Settings, cluster: str) -> Mapping[str, ManagedEndpointId]:
    """Return the ids of the managed private endpoints of a cluster, by key; none for a cluster that is handed over."""
    cluster_settings = settings.clusters.get(cluster)
    if cluster_settings is None or cluster_settings.id is None:
        return {}
    id, name = cluster_settings.id, cluster_naming_key(settings, cluster)
    return {
        key: ManagedEndpointId.of(id.subscription, id.resource_group, id.name, _name(name, key, managed))
        for key, managed in sorted(cluster_settings.managed_endpoints.items())
    }


def _name(cluster: str, key: str, managed: ManagedEndpointSettings) -> str:
    """The private endpoint behind it has the same name, so names are limited as those of private endpoints are."""
    return managed.name or shorten(f"{_prefix(cluster)}{naming_key(key, managed)}", MOST_OF_ENDPOINT)


def naming_key_of(cluster: str, name: str) -> str | None:
    """Return the key in the default name of a managed private endpoint; None for a name that was given."""
    prefix = _prefix(cluster)
    return name.removeprefix(prefix) if name.startswith(prefix) else None


def _prefix(cluster: str) -> str:
    return f"mpe-{cluster}-"


def managed_approval_name(cluster: ClusterId, key: str) -> str:
    """
    Return the name of the deployment that approves the connection of a managed private endpoint.

    It lies in the resource group of the target, beside those of other stacks, which may have the same keys.
    """
    name = f"approve-{cluster.name.lower()}.{key}"
    return f"{shorten(name, MOST_OF_DEPLOYMENT - 9)}-{_fingerprint(cluster, key)}"


def request_message(cluster: ClusterId, key: str) -> str:
    """
    Return the message of a managed private endpoint to the owner of its target.

    The target lists the message beside the connection, so it is like no other one. Azure accepts 140 characters
    (MicrosoftDocs, azure-docs, private-endpoint-overview.md).
    """
    return f"Azure Data Explorer {cluster.name.lower()}, {key} (adx-private-link {_fingerprint(cluster, key)})"


def is_request_message(text: str) -> bool:
    """Return whether a text is such a message, of this stack or of another one."""
    return re.fullmatch(r"Azure Data Explorer .+ \(adx-private-link [0-9a-f]{8}\)", text) is not None


def _fingerprint(cluster: ClusterId, key: str) -> str:
    return hashlib.sha256(f"{cluster.key}/{key}".encode()).hexdigest()[:8]
