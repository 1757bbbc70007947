"""The connections of private endpoints that a cluster or a private link service lists, as `az` shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, ValidationError


class _Endpoint(BaseModel):
    id: str = ""


class _State(BaseModel):
    status: str = "Pending"


class Connection(BaseModel):
    """A connection: its private endpoint, and its state."""

    endpoint: _Endpoint = Field(default=_Endpoint(), alias="privateEndpoint")
    state: _State = Field(default=_State(), alias="privateLinkServiceConnectionState")


class _Listed(BaseModel):
    properties: Connection = Connection()


class _Target(BaseModel):
    connections: list[_Listed] = Field(default_factory=list[_Listed], alias="privateEndpointConnections")


def list_connections(properties: Mapping[str, Any]) -> list[Connection]:
    """List the connections in the properties of a target; none, if they have another form."""
    try:
        listed = _Target.model_validate(properties).connections
    except ValidationError:
        return []
    return [connection.properties for connection in listed]
