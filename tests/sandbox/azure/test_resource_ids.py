"""Resource ids: what parses, and the parts of an id."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import ResourceId

from ..small_world import OWNER, OWNER_NETWORK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vnet",
        "/subscriptions/s",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network",
        f"{OWNER_NETWORK}/subnets",
    ],
)
def test_an_invalid_id_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="not a resource id"):
        ResourceId.parse(text)


def test_an_id_is_parsed_into_its_parts() -> None:
    id = ResourceId.parse(f"{OWNER_NETWORK}/subnets/nat")
    assert id.type == "Microsoft.Network/virtualNetworks/subnets"
    assert id.names == ("vnet", "nat")
    assert id.parent is not None
    assert id.parent.text == OWNER_NETWORK
    assert id.group.text == OWNER
    assert id.parent.parent is None
