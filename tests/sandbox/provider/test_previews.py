"""Previews of creates and updates."""

from __future__ import annotations

from azure_sandbox.azure import Json
from azure_sandbox.provider import conversion

from ..fake_engine import UNKNOWN, Engine
from ..rule_marks import holds
from ..small_world import (
    CLIENTS,
    SandboxCloud,
)

PRIVATE_ENDPOINT = "network:PrivateEndpoint"


API = {"azureApiVersion": "2024-05-01"}


@holds(conversion.PREVIEW_KNOWS_INPUTS)
def test_the_preview_of_a_create_knows_the_inputs_only(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json
) -> None:
    before = cloud.azure.list()
    id, outputs = engine.create(
        PRIVATE_ENDPOINT, {**endpoint_inputs, "tags": {"a": "b"}, "customNetworkInterfaceName": UNKNOWN}, preview=True
    )
    assert id == ""
    assert outputs["id"] == outputs["name"] == outputs["networkInterfaces"] == outputs["etag"] == UNKNOWN
    assert outputs["location"] == "westus"
    assert outputs["tags"] == {"a": "b"}
    assert outputs["customNetworkInterfaceName"] == UNKNOWN
    assert outputs["subnet"]["id"] == CLIENTS
    assert outputs["subnet"]["name"] == UNKNOWN
    (connection,) = outputs["manualPrivateLinkServiceConnections"]
    assert connection["name"] == "connection"
    assert connection["privateLinkServiceConnectionState"] == UNKNOWN
    assert not {"azureApiVersion", "resourceGroupName"} & outputs.keys()
    assert cloud.azure.list() == before


@holds(conversion.PREVIEW_OF_UPDATE, conversion.PREVIEW_KNOWS_INPUTS)
def test_the_preview_of_an_update_does_not_know_computed_outputs(engine: Engine, endpoint_inputs: Json) -> None:
    """An alias that is passed on as an output therefore makes a new tag look like a replacement."""
    id, old = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    new = engine.update(PRIVATE_ENDPOINT, id, old, {**endpoint_inputs, "tags": {"a": "b"}}, preview=True)
    assert (new["name"], new["location"]) == ("pe", "westus")
    known = {name for name, value in new.items() if value != UNKNOWN}
    assert known == {"name", "location", "tags", "subnet", "manualPrivateLinkServiceConnections"}
