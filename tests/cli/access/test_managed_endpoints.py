"""Connections of managed private endpoints, as the outputs of each kind of target have them."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.access.managed_endpoints import MANAGED_ENDPOINT, LiveManagedAccess, compare_managed
from adx_private_link.cli.pulumi.state import Resource
from adx_private_link.outputs import ClusterOutput
from tests.samples.building import ELSEWHERE, cluster_id
from tests.samples.managed import LAKE, TARGETS, message_of

_ID = f"{cluster_id('newadx')}/ManagedPrivateEndpoints/mpe-new-data"
_PRIVATE = f"/subscriptions/{ELSEWHERE}/resourceGroups/ms/providers/Microsoft.Network/privateEndpoints/mpe-new-data"


def compare(target: str, outputs: dict[str, Any] | None, *, is_read: bool = True) -> LiveManagedAccess:
    """Compare one managed private endpoint with the outputs of its target; None for a target that does not exist."""
    managed = {"id": _ID, "target": target, "group": "x", "connection_state": "Approved"}
    output = ClusterOutput.model_validate({"services": {}, "endpoints": {}, "managed_endpoints": {"data": managed}})
    inputs = {"managedPrivateEndpointName": "mpe-new-data", "requestMessage": message_of("data")}
    resource = _resource(MANAGED_ENDPOINT, _ID, inputs=inputs)
    read = {target.lower(): None if outputs is None else _resource("t", target, outputs=outputs)} if is_read else {}
    [access] = compare_managed({"new": output}, [resource], [resource], read)
    return access


def _resource(type: str, id: str, **more: Any) -> Resource:
    return Resource(urn=f"urn:pulumi:test::p::{type}::data", type=type, custom=True, id=id, **more)


def _connection(*, nested: bool) -> dict[str, Any]:
    content = {
        "privateEndpoint": {"id": _PRIVATE},
        "privateLinkServiceConnectionState": {"status": "Pending", "description": message_of("data")},
    }
    return {"id": "/connections/guid", **({"properties": content} if nested else content)}


@pytest.mark.parametrize(
    ("target", "nested", "whole"),
    [
        (LAKE, False, False),
        (TARGETS["events"], False, False),
        (TARGETS["other"], False, False),
        (TARGETS["server"], True, False),
        (TARGETS["vault"], False, True),
        (TARGETS["hub"], True, True),
    ],
)
def test_the_connection_is_found_on_each_kind_of_target(target: str, *, nested: bool, whole: bool) -> None:
    """The provider flattens some targets, and the connections of some."""
    content = {"privateEndpointConnections": [_connection(nested=nested)]}
    access = compare(target, {"properties": content} if whole else content)
    assert (access.connection, access.is_well, access.connection_id) == ("Pending", False, "/connections/guid")


@pytest.mark.parametrize("outputs", [None, {}, {"privateEndpointConnections": []}, {"privateEndpointConnections": 5}])
def test_a_target_without_the_connection_has_lost_it(outputs: dict[str, Any] | None) -> None:
    assert compare(LAKE, outputs).connection == "Disconnected"


def test_a_target_that_cannot_be_read_is_no_fault() -> None:
    """The identity of a stack need not be able to read what another team approves."""
    access = compare(LAKE, None, is_read=False)
    assert (access.connection, access.is_well) == ("Unknown", True)
