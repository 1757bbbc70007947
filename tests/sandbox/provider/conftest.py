from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ..small_world import CLIENTS


@pytest.fixture
def endpoint_inputs(alias: str) -> Json:
    """The inputs of a private endpoint that waits for its approval."""
    return {
        "resourceGroupName": "consumer",
        "privateEndpointName": "pe",
        "location": "westus",
        "subnet": {"id": CLIENTS},
        "manualPrivateLinkServiceConnections": [{"name": "connection", "privateLinkServiceId": alias}],
        "azureApiVersion": "2024-05-01",
    }
