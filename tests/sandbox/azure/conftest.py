from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from ..small_world import ZONE, SandboxCloud, zone
from .resource_types.storage_bodies import ACCOUNT, account


@pytest.fixture
def private_zone(cloud: SandboxCloud) -> None:
    """The zone `ZONE`."""
    cloud.put(ZONE, zone())


@pytest.fixture
def data(cloud: SandboxCloud) -> Json:
    """The storage account `ACCOUNT`."""
    return cloud.put(ACCOUNT, account())
