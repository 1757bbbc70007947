"""Azure's responses with as few properties as possible."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.adoption.found_objects import (
    FoundCluster,
    FoundEndpoint,
    FoundLink,
    FoundRecord,
    FoundService,
    FoundZone,
)

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/x/y"


@pytest.mark.parametrize(
    ("model", "properties"),
    [
        (FoundService, ["alias", "ipConfigurations", "visibility", "fqdns", "privateEndpointConnections"]),
        (FoundEndpoint, ["manualPrivateLinkServiceConnections", "networkInterfaces", "ipConfigurations"]),
        (FoundLink, ["virtualNetwork", "registrationEnabled", "resolutionPolicy"]),
        (FoundRecord, ["ttl", "aRecords"]),
        (FoundZone, ["numberOfRecordSets"]),
        (FoundCluster, ["dataIngestionUri", "virtualNetworkConfiguration"]),
    ],
)
def test_null_means_the_same_as_a_missing_property(model: Any, properties: list[str]) -> None:
    """Azure leaves out properties without a value, or writes `null`."""
    common = {"id": ID, "name": "y"}
    missing = model.model_validate({**common, "properties": {}})
    null = model.model_validate({**common, "tags": None, "properties": dict.fromkeys(properties)})
    assert missing == null == model.model_validate({**common, "properties": None})
