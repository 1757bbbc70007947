from __future__ import annotations

import pytest

from ..places import ZONE, Cloud, zone


@pytest.fixture
def private_zone(cloud: Cloud) -> None:
    """The zone `ZONE`."""
    cloud.put(ZONE, zone())
