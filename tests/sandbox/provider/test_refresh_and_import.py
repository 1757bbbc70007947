"""Refresh and import: which parts of Azure's answer become inputs."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json, Trouble
from azure_sandbox.provider import crud, drift, resource_paths

from ..fake_engine import Engine
from ..rule_marks import holds
from ..small_world import (
    CLIENTS,
    CONSUMER_NETWORK,
    ENDPOINT,
    SERVICE,
    ZONE,
    SandboxCloud,
    a_record,
    endpoint,
    link,
    zone,
)

PRIVATE_ENDPOINT = "network:PrivateEndpoint"


CONNECTIONS = "manualPrivateLinkServiceConnections"


@holds(drift.DRIFT)
def test_without_drift_a_refresh_changes_nothing(engine: Engine, endpoint_inputs: Json) -> None:
    """Defaults of Azure that the program never set do not enter the inputs."""
    id, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    assert engine.read(PRIVATE_ENDPOINT, id, endpoint_inputs, outputs) == (id, outputs, endpoint_inputs)


@holds(drift.DRIFT)
def test_an_approval_enters_the_inputs(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    """Without `ignore_changes`, the next preview would remove it again, or replace the endpoint."""
    id, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    cloud.decide("Approved")
    _, after, refreshed = engine.read(PRIVATE_ENDPOINT, id, endpoint_inputs, outputs)
    state = {"status": "Approved", "description": "Approved by a test", "actionsRequired": "None"}
    assert after[CONNECTIONS][0]["privateLinkServiceConnectionState"] == state
    assert refreshed == {
        **endpoint_inputs,
        CONNECTIONS: [{**endpoint_inputs[CONNECTIONS][0], "privateLinkServiceConnectionState": state}],
    }
    assert engine.diff(PRIVATE_ENDPOINT, refreshed, endpoint_inputs).kinds == {
        f"{CONNECTIONS}[0].privateLinkServiceConnectionState": "DELETE"
    }


@holds(drift.DRIFT)
def test_drift_enters_the_inputs_and_leaves_them_again(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json, alias: str
) -> None:
    id, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    cloud.put(id, {**endpoint(alias), "tags": {"by": "hand"}})
    _, tagged, refreshed = engine.read(PRIVATE_ENDPOINT, id, endpoint_inputs, outputs)
    assert refreshed == {**endpoint_inputs, "tags": {"by": "hand"}}
    cloud.put(id, endpoint(alias))
    assert engine.read(PRIVATE_ENDPOINT, id, refreshed, tagged)[2] == endpoint_inputs


def test_an_edited_record_enters_the_inputs(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    inputs = {
        "resourceGroupName": "consumer",
        "privateZoneName": ZONE.rsplit("/", 1)[1],
        "recordType": "A",
        "relativeRecordSetName": "myadx",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.3.0.4"}],
    }
    id, outputs = engine.create("privatedns:PrivateRecordSet", inputs)
    assert id == f"{ZONE}/A/myadx"
    cloud.put(id, a_record("10.3.0.9", "10.3.0.10"))
    refreshed = engine.read("privatedns:PrivateRecordSet", id, inputs, outputs)[2]
    assert refreshed == {**inputs, "aRecords": [{"ipv4Address": "10.3.0.9"}, {"ipv4Address": "10.3.0.10"}]}


@holds(crud.REFRESH_LEAVES_OTHERS)
def test_subnets_that_the_program_does_not_set_never_enter_the_inputs(engine: Engine, cloud: SandboxCloud) -> None:
    """Otherwise the next update of the program would delete them."""
    inputs = {
        "resourceGroupName": "consumer",
        "virtualNetworkName": "new",
        "location": "westus",
        "addressSpace": {"addressPrefixes": ["10.9.0.0/24"]},
    }
    id, outputs = engine.create("network:VirtualNetwork", inputs)
    cloud.put(f"{id}/subnets/foreign", {"properties": {"addressPrefix": "10.9.0.0/28"}})
    _, after, refreshed = engine.read("network:VirtualNetwork", id, inputs, outputs)
    assert [subnet["name"] for subnet in after["subnets"]] == ["foreign"]
    assert refreshed == inputs


@holds(crud.GONE_HAS_NO_ID)
def test_a_deleted_resource_has_no_id(engine: Engine, endpoint_inputs: Json) -> None:
    id, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    engine.delete(PRIVATE_ENDPOINT, id)
    assert engine.read(PRIVATE_ENDPOINT, id, endpoint_inputs, outputs)[0] == ""


@holds(crud.IMPORT_TAKES_ALL, crud.ID_AS_REQUESTED, resource_paths.IMPORT_MATCHES)
def test_an_import_has_all_writable_properties(engine: Engine, cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    typed = ENDPOINT.replace("resourceGroups/consumer", "resourceGroups/Consumer")
    id, outputs, inputs = engine.read(PRIVATE_ENDPOINT, typed)
    assert id == typed
    assert inputs["resourceGroupName"] == "Consumer"
    assert inputs["privateEndpointName"] == "pe"
    assert inputs["subnet"] == {"id": CLIENTS}
    assert inputs["customNetworkInterfaceName"] == ""
    (connection,) = inputs[CONNECTIONS]
    assert connection["id"].startswith(ENDPOINT)
    assert connection["privateLinkServiceConnectionState"]["status"] == "Pending"
    left_out = {
        "id",
        "etag",
        "subscriptionId",
        "azureApiVersion",
        "__createBeforeDelete",
        "customDnsConfigs",
        "ipConfigurations",
    }
    assert not left_out & inputs.keys()
    assert outputs["azureApiVersion"] == "2024-05-01"


@holds(crud.IMPORT_TAKES_ALL)
def test_an_import_keeps_values_that_are_false(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/virtualNetworkLinks/l", link())
    inputs = engine.read("privatedns:VirtualNetworkLink", f"{ZONE}/virtualNetworkLinks/l")[2]
    assert inputs["registrationEnabled"] is False
    assert inputs["privateZoneName"] == ZONE.rsplit("/", 1)[1]
    assert inputs["virtualNetwork"] == {"id": CONSUMER_NETWORK}


@pytest.mark.usefixtures("alias")
@holds(resource_paths.IMPORT_MATCHES)
def test_an_import_of_another_type_is_rejected(engine: Engine) -> None:
    path = (
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/"
        "privateEndpoints/{privateEndpointName}"
    )
    with engine.fails_with(f"failed to parse '{SERVICE}' against the path '{path}'"):
        engine.read(PRIVATE_ENDPOINT, SERVICE)


@holds(resource_paths.IMPORT_MATCHES)
def test_the_id_of_a_sub_resource_counts_as_a_name(engine: Engine) -> None:
    """A trap: the provider accepts the id of a subnet for a network."""
    inputs = engine.read("network:VirtualNetwork", CLIENTS)[2]
    assert inputs["virtualNetworkName"] == "vnet/subnets/clients"


@holds(crud.GONE_HAS_NO_ID)
def test_a_resource_that_may_not_be_read_is_an_error(
    engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json
) -> None:
    """Otherwise a refresh with the wrong identity would remove everything from the state."""
    id, outputs = engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    cloud.azure.add_trouble(Trouble(kind="refused", on="GET *"))
    with pytest.raises(Exception, match=r'^Status=403 Code="AuthorizationFailed"'):
        engine.read(PRIVATE_ENDPOINT, id, endpoint_inputs, outputs)


@holds(crud.ID_AS_REQUESTED)
def test_a_failed_resource_is_read_like_any_other(engine: Engine, cloud: SandboxCloud, endpoint_inputs: Json) -> None:
    cloud.azure.add_trouble(Trouble(kind="failed", on="PUT *"))
    with pytest.raises(Exception, match="InternalServerError"):
        engine.create(PRIVATE_ENDPOINT, endpoint_inputs)
    id, outputs, _ = engine.read(PRIVATE_ENDPOINT, ENDPOINT.upper(), endpoint_inputs, {})
    assert id == ENDPOINT.upper()
    assert outputs["provisioningState"] == "Failed"
