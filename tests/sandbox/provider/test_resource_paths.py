"""Resource ids that are built from inputs."""

from __future__ import annotations

from azure_sandbox.provider import resource_paths

from ..fake_engine import Engine
from ..rule_marks import holds
from ..small_world import (
    CONSUMER,
    OWNER_SUBSCRIPTION,
    SandboxCloud,
    network,
)

PRIVATE_ENDPOINT = "network:PrivateEndpoint"


ZONE_INPUTS = {"resourceGroupName": "consumer", "privateZoneName": "a.b", "location": "Global"}


@holds(resource_paths.PATH_FROM_INPUTS)
def test_a_path_parameter_must_be_a_string(engine: Engine) -> None:
    for value, type in {7: "float64", True: "bool", (): "[]interface {}"}.items():
        with engine.fails_with(f"expected string value for path parameter 'privateEndpointName', got {type}"):
            name = list(value) if isinstance(value, tuple) else value
            engine.create(PRIVATE_ENDPOINT, {"resourceGroupName": "consumer", "privateEndpointName": name})


@holds(resource_paths.PATH_FROM_INPUTS)
def test_a_path_is_escaped(engine: Engine, cloud: SandboxCloud) -> None:
    """A wildcard record is read again under the name that Azure knows."""
    engine.create("privatedns:PrivateZone", ZONE_INPUTS)
    inputs = {
        **{name: value for name, value in ZONE_INPUTS.items() if name != "location"},
        "recordType": "A",
        "relativeRecordSetName": "*",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.0.0.4"}],
    }
    id, _ = engine.create("privatedns:PrivateRecordSet", inputs)
    assert id == f"{network(CONSUMER, 'privateDnsZones', 'a.b')}/A/*"
    assert id in cloud.ids()
    with engine.fails_with(f"cannot create already existing resource '{id.replace('*', '%2A')}'"):
        engine.create("privatedns:PrivateRecordSet", inputs)


@holds(resource_paths.PATH_FROM_INPUTS)
def test_an_explicit_provider_uses_its_own_subscription(engine: Engine, cloud: SandboxCloud) -> None:
    engine.configure(subscriptionId=OWNER_SUBSCRIPTION)
    id, _ = engine.create("privatedns:PrivateZone", {**ZONE_INPUTS, "resourceGroupName": "owner"})
    assert id.startswith(f"/subscriptions/{OWNER_SUBSCRIPTION}/")
    assert id in cloud.ids()
