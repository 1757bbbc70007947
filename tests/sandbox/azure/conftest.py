from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ..places import ZONE, Cloud, zone
from .resource_types.storage_bodies import ACCOUNT, account


@pytest.fixture
def private_zone(cloud: Cloud) -> None:
    """The zone `ZONE`."""
    cloud.put(ZONE, zone())


@pytest.fixture
def data(cloud: Cloud) -> Json:
    """The storage account `ACCOUNT`."""
    return cloud.put(ACCOUNT, account())
