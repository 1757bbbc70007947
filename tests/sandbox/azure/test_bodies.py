"""Bodies of the wrong shape are rejected."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import bodies

from ..rule_marks import holds
from ..small_world import OWNER, OWNER_NETWORK, SERVICE, SKU, SandboxCloud


@holds(bodies.CANNOT_PARSE)
@pytest.mark.parametrize(
    ("id", "body"),
    [
        (OWNER_NETWORK, {"properties": "text"}),
        (OWNER_NETWORK, {"properties": {"subnets": {"a": "b"}}}),
        (OWNER_NETWORK, {"properties": {"subnets": ["text"]}}),
        (SERVICE, {"properties": {"visibility": "*"}}),
        (
            f"{OWNER}/providers/Microsoft.Kusto/clusters/cluster",
            {"sku": SKU, "properties": {"virtualNetworkConfiguration": {"state": "Enabled"}}},
        ),
    ],
)
def test_a_body_of_the_wrong_shape_is_rejected(cloud: SandboxCloud, id: str, body: dict[str, Any]) -> None:
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(id, {"location": "westus", **body})
