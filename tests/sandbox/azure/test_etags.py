"""Conditions on etags: `If-Match`, `If-None-Match`, and an etag in the body."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, OperationFailed, ResourceId, resource_type
from azure_sandbox.azure.resource_types import private_dns_zones, record_sets, virtual_network_links

from ..rule_marks import holds
from ..small_world import CONSUMER_NETWORK, LINK, RECORD, ZONE, SandboxCloud, a_record, link, zone

pytestmark = pytest.mark.usefixtures("private_zone")


def without_etag(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "etag"}


@pytest.mark.parametrize(
    ("id", "body", "status"),
    [
        pytest.param(ZONE, zone(), 200, marks=holds(private_dns_zones.ZONE_EXISTS)),
        pytest.param(LINK, link(), 200, marks=holds(virtual_network_links.LINK_EXISTS)),
        pytest.param(RECORD, a_record("10.3.0.4"), 412, marks=holds(record_sets.RECORD_SET_EXISTS)),
        pytest.param(CONSUMER_NETWORK, None, 412, marks=holds(resource_type.ALREADY_EXISTS)),
    ],
)
def test_if_none_match_rejects_an_existing_resource(
    cloud: SandboxCloud, id: str, body: dict[str, Any] | None, status: int
) -> None:
    """A zone and a link are accepted first, and fail in the status of their operation."""
    body = body or without_etag(cloud.get(id))
    cloud.put(id, body)
    before = cloud.get(id)
    with pytest.raises(AzureError) as rejection:
        cloud.azure.put(ResourceId.parse(id), body, if_none_match=True)
    assert (rejection.value.status, rejection.value.code) == (status, "PreconditionFailed")
    assert isinstance(rejection.value, OperationFailed) == (status == 200)
    assert cloud.get(id) == before


@pytest.mark.parametrize(
    ("id", "body", "status"),
    [
        pytest.param(ZONE, zone(), 200, marks=holds(private_dns_zones.ZONE_CHANGED)),
        pytest.param(LINK, link(), 200, marks=holds(virtual_network_links.LINK_CHANGED)),
        pytest.param(RECORD, a_record("10.3.0.4"), 412, marks=holds(record_sets.RECORD_SET_CHANGED)),
        pytest.param(CONSUMER_NETWORK, None, 412, marks=holds(resource_type.ETAG_MISMATCH)),
    ],
)
def test_if_match_rejects_a_changed_resource(
    cloud: SandboxCloud, id: str, body: dict[str, Any] | None, status: int
) -> None:
    """Every write gives a new etag, a read does not. Zones and links fail in the status of their operation."""
    body = body or without_etag(cloud.get(id))
    first = cloud.put(id, body)["etag"]
    assert cloud.get(id)["etag"] == first
    second = cloud.azure.put(ResourceId.parse(id), body, if_match=first)["etag"]
    assert second != first
    with cloud.rejects("PreconditionFailed", status):
        cloud.azure.put(ResourceId.parse(id), body, if_match=first)
    with cloud.rejects("PreconditionFailed", status):
        cloud.azure.delete(ResourceId.parse(id), if_match=first)
    cloud.azure.put(ResourceId.parse(id), body, if_match="*")


@holds(resource_type.ETAG_MISMATCH)
def test_an_etag_in_the_body_works_like_if_match(cloud: SandboxCloud) -> None:
    """A client that reads a network, changes it and puts it back does not undo the changes of others."""
    read = cloud.get(CONSUMER_NETWORK)
    now = cloud.put(CONSUMER_NETWORK, {**read, "tags": {"by": "somebody else"}})["etag"]
    with pytest.raises(AzureError, match="Precondition failed") as error:
        cloud.put(CONSUMER_NETWORK, read)
    ((code, text),) = error.value.details
    assert (error.value.status, code) == (412, "PreconditionFailedEtagMismatch")
    assert text == (
        f"Etag provided in if-match header {read['etag']} does not match etag {now} of resource {CONSUMER_NETWORK} in "
        "NRP data store."
    )
    with pytest.raises(AzureError) as error:
        cloud.azure.put(ResourceId.parse(CONSUMER_NETWORK), without_etag(read), if_match="invalid")
    assert 'header W/"invalid" does' in error.value.body["error"]["details"][0]["message"]
    cloud.put(CONSUMER_NETWORK, {**read, "etag": now})
    cloud.put(ZONE, zone(etag="of private DNS, which does not look at it"))
