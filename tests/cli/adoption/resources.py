"""Resources of a state, made from their inputs."""

from __future__ import annotations

from typing import Any

from adx_private_link.cli.pulumi.state import Resource

SERVICE = "azure-native:network:PrivateLinkService"
ENDPOINT = "azure-native:network:PrivateEndpoint"


def resource(
    type: str, inputs: dict[str, Any], outputs: dict[str, Any] | None = None, ignored: list[str] | None = None
) -> Resource:
    """Return a resource named `one`; its outputs are its inputs by default."""
    return Resource(
        urn=f"urn:pulumi:s::p::{type}::one",
        type=type,
        custom=True,
        id="/subscriptions/s",
        inputs=inputs,
        outputs=outputs if outputs is not None else inputs,
        ignoreChanges=ignored or [],
    )
