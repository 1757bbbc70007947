"""What Azure answers, at its barest."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.adoption.azure_objects import (
    FoundCluster,
    FoundEndpoint,
    FoundLink,
    FoundRecord,
    FoundService,
    FoundZone,
)
from adx_private_link.cli.adoption.consumers import free_key

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
def test_nothing_is_as_good_as_null(model: Any, properties: list[str]) -> None:
    """Azure leaves out what there is not, or says `null`."""
    common = {"id": ID, "name": "y"}
    absent = model.model_validate({**common, "properties": {}})
    null = model.model_validate({**common, "tags": None, "properties": dict.fromkeys(properties)})
    assert absent == null == model.model_validate({**common, "properties": None})


def test_a_key_is_always_found() -> None:
    """Networks of long names, alike in their first forty letters."""
    long = "a-network-with-a-name-of-more-than-forty-letters"
    taken: set[str] = set()
    for _ in range(20):
        key = free_key([long, f"{long}-subnet"], taken)
        assert len(key) <= 40
        assert key.lower() not in taken
        taken.add(key.lower())
