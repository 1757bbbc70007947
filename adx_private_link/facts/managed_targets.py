"""
Targets of managed private endpoints: how each kind is looked up, and lists its connections.

The types of the SDK differ, and each of its modules is loaded only where a target is of its kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, assert_never

from pulumi_azure_native import eventhub, iothub, keyvault, kusto, sql, storage

from ..resource_ids import (
    ClusterId,
    EndpointId,
    EventHubsNamespaceId,
    IotHubId,
    SqlServerId,
    StorageAccountId,
    VaultId,
)
from ..settings import ManagedTargetId
from . import lookups
from .answers import connections_of, region_of
from .lookups import LookUp
from .records import ConnectionFacts, ManagedTargetFacts, Unreadable


def managed_target(id: ManagedTargetId) -> LookUp[Any]:
    """Return the look-up of a target."""
    match id:
        case StorageAccountId():
            return lookups.of(id, "storage:getStorageAccount", storage.GetStorageAccountResult, "accountName")
        case EventHubsNamespaceId():
            return lookups.of(id, "eventhub:getNamespace", eventhub.GetNamespaceResult, "namespaceName")
        case IotHubId():
            return lookups.of(id, "iothub:getIotHubResource", iothub.GetIotHubResourceResult, "resourceName")
        case VaultId():
            return lookups.of(id, "keyvault:getVault", keyvault.GetVaultResult, "vaultName")
        case SqlServerId():
            return lookups.of(id, "sql:getServer", sql.GetServerResult, "serverName")
        case ClusterId():
            return lookups.cluster(id)
        case _:
            assert_never(id)


def managed_target_of(id: ManagedTargetId, answer: Any) -> ManagedTargetFacts | Unreadable:
    """Return the facts of a target."""
    if isinstance(answer, Unreadable):
        return answer
    return ManagedTargetFacts(location=region_of(answer.location or ""), connections=_connections(id, answer))


def _connections(id: ManagedTargetId, answer: Any) -> tuple[ConnectionFacts, ...]:
    match id:
        case StorageAccountId() | EventHubsNamespaceId() | ClusterId():
            listed: storage.GetStorageAccountResult | eventhub.GetNamespaceResult | kusto.GetClusterResult = answer
            return connections_of(listed.private_endpoint_connections)
        case VaultId():
            vault: keyvault.GetVaultResult = answer
            return _read(
                (item.id, item.private_endpoint, item.private_link_service_connection_state)
                for item in vault.properties.private_endpoint_connections or ()
            )
        case IotHubId():
            hub: iothub.GetIotHubResourceResult = answer
            return _read(
                (item.id, item.properties.private_endpoint, item.properties.private_link_service_connection_state)
                for item in hub.properties.private_endpoint_connections or ()
            )
        case SqlServerId():
            server: sql.GetServerResult = answer
            return _read(
                (item.id, item.properties.private_endpoint, item.properties.private_link_service_connection_state)
                for item in server.private_endpoint_connections or ()
            )
        case _:
            assert_never(id)


class _Endpoint(Protocol):
    """The private endpoint of a connection."""

    @property
    def id(self) -> str | None: ...


class _State(Protocol):
    """The state of a connection."""

    @property
    def status(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...


def _read(items: Iterable[tuple[str | None, _Endpoint | None, _State | None]]) -> tuple[ConnectionFacts, ...]:
    """The facts of connections that have an id, but not all of them a name."""
    return tuple(
        ConnectionFacts(
            name=(id or "").rsplit("/", 1)[-1],
            endpoint_id=EndpointId.read(endpoint.id if endpoint else None),
            state=(state.status if state else None) or "Pending",
            description=(state.description if state else None) or "",
        )
        for id, endpoint, state in items
    )
