"""What an interrupted update has made is known by its id, and taken for ours only when it is as planned."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.pulumi.azure_objects import differences
from adx_private_link.cli.pulumi.preview import Preview
from adx_private_link.cli.pulumi.state import Deployment, ExportedState, Resource
from adx_private_link.cli.repair.lost_resources import adopted, candidates, frame_of, required_by, with_provider_ids

SUBSCRIPTION = "33333333-3333-3333-3333-333333333333"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PROVIDER = Resource(
    urn="urn:pulumi:s::p::pulumi:providers:azure-native::red",
    type="pulumi:providers:azure-native",
    custom=True,
    id="1",
    inputs={"subscriptionId": SUBSCRIPTION},
)
COMPONENT = Resource(urn="urn:pulumi:s::p::adxPrivateLink:index:AdxPrivateLink::one", type="adxPrivateLink:index:…")
STATE = Deployment(resources=[PROVIDER, COMPONENT])
INPUTS: dict[str, Any] = {
    "azureApiVersion": "2024-05-01",
    "__createBeforeDelete": True,
    "location": "West US",
    "resourceGroupName": "red",
    "privateEndpointName": "pe",
    "subnet": {"id": "/subscriptions/x/subnets/Clients"},
    "manualPrivateLinkServiceConnections": [{"name": "c", "groupIds": [], "privateLinkServiceId": "alias"}],
    "tags": {},
}
ANSWER: dict[str, Any] = {
    "location": "westus",
    "etag": "W/1",
    "name": "pe",
    "provisioningState": "Succeeded",
    "subnet": {"id": "/subscriptions/X/subnets/clients"},
    "manualPrivateLinkServiceConnections": [{"name": "c", "id": "…", "privateLinkServiceId": "alias"}],
    "ipConfigurations": [],
}


def endpoint(**changes: Any) -> Resource:
    given: dict[str, Any] = {
        "urn": "urn:pulumi:s::p::adxPrivateLink:index:AdxPrivateLink$azure-native:network:PrivateEndpoint::one.red",
        "type": "azure-native:network:PrivateEndpoint",
        "custom": True,
        "inputs": INPUTS,
        "parent": COMPONENT.urn,
        "provider": f"{PROVIDER.urn}::1",
    }
    return Resource.model_validate(given | changes)


def test_it_is_looked_for_where_the_plan_puts_it() -> None:
    (found,) = candidates([endpoint()], STATE)
    assert found.id == (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/red/providers/Microsoft.Network/privateEndpoints/pe"
    )


@pytest.mark.parametrize(
    "planned",
    [
        pytest.param(endpoint(inputs={**INPUTS, "subnet": {"id": UNKNOWN}}), id="an input hangs on what is not there"),
        pytest.param(endpoint(provider="urn::of a new provider"), id="the provider is not there"),
        pytest.param(endpoint(parent="urn of a new component"), id="the component is not there"),
        pytest.param(endpoint(dependencies=["urn of a new service"]), id="the service is not there"),
        pytest.param(endpoint(type="azure-native:storage:StorageAccount"), id="not of this library"),
        pytest.param(endpoint(urn=COMPONENT.urn), id="in the state already"),
    ],
)
def test_what_cannot_be_there_is_not_looked_for(planned: Resource) -> None:
    assert candidates([planned], STATE) == []


def test_what_waits_for_its_replacement_is_looked_for_and_nothing_that_hangs_on_it() -> None:
    """The old object is gone; what is there under its id is the new one, and its dependents come after it."""
    waiting = Deployment(resources=[*STATE.resources, endpoint(id="/old", pendingReplacement=True)])
    record = endpoint(urn="urn of its record", dependencies=[endpoint().urn])
    planned = {"replace": [endpoint(), record], "update": [endpoint(urn="urn of another")]}
    steps = [
        {"op": op, "urn": endpoint().urn, "newState": each.model_dump()}
        for op, found in planned.items()
        for each in found
    ]
    made = Preview.model_validate({"steps": steps}).made
    assert [each.urn for each in candidates(made, waiting)] == [endpoint().urn]


def test_a_replacement_that_is_yet_to_come_is_not_looked_for() -> None:
    """What is there under its id is still the old one."""
    assert candidates([endpoint()], Deployment(resources=[*STATE.resources, endpoint(id="/old")])) == []


def test_it_stands_after_what_it_hangs_on_and_before_what_hangs_on_it() -> None:
    """The engine refuses a state in another order; a service that was made anew stands behind its old endpoint."""
    service = endpoint(urn="service")
    approval = endpoint(urn="approval", dependencies=[endpoint().urn])
    old = endpoint(id="/old", pendingReplacement=True)
    state = ExportedState(deployment=Deployment(resources=[PROVIDER, COMPONENT, old, approval, service]))
    taken = endpoint(id="/new", dependencies=["service"])
    assert state.with_added([taken]).deployment.resources == [PROVIDER, COMPONENT, service, taken, approval]


def test_of_a_lost_state_the_frame_comes_first() -> None:
    """Stack, components and providers exist in the state only; the id of a provider is the engine's own."""
    provider = PROVIDER.model_copy(update={"id": UNKNOWN})
    planned = [COMPONENT, provider, endpoint(provider=f"{PROVIDER.urn}::{UNKNOWN}")]
    nothing = ExportedState(deployment=Deployment())
    resources = with_provider_ids(planned, nothing.deployment)
    frame = frame_of(resources, nothing.deployment)
    assert [each.urn for each in frame] == [COMPONENT.urn, PROVIDER.urn]
    (found,) = candidates(resources, nothing.with_added(frame).deployment)
    assert found.provider == f"{PROVIDER.urn}::{frame[1].id}"
    assert UNKNOWN not in found.provider
    assert {each.urn for each in required_by([found], frame)} == {COMPONENT.urn, PROVIDER.urn}


def test_a_provider_in_the_state_keeps_its_id() -> None:
    assert with_provider_ids([PROVIDER, endpoint()], STATE) == [PROVIDER, endpoint()]
    assert frame_of([PROVIDER, COMPONENT], STATE) == []


def test_a_frame_that_holds_nothing_is_left_to_the_update() -> None:
    """A consumer that is only in the settings so far is nothing to repair."""
    other = COMPONENT.model_copy(update={"urn": "urn of a new consumer"})
    assert required_by([endpoint()], [other]) == []


@pytest.mark.parametrize("configured", [{"subscriptionId": SUBSCRIPTION}, {}])
def test_a_default_provider_works_where_it_has_made_something(
    configured: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have its subscription from `az login`, and then the state does not say which."""
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID", raising=False)
    default = PROVIDER.model_copy(update={"inputs": configured})
    sibling = endpoint(urn="sibling", id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/red")
    (found,) = candidates([endpoint()], Deployment(resources=[default, COMPONENT, sibling]))
    assert found.id.startswith(f"/subscriptions/{SUBSCRIPTION}/")


def test_azures_spelling_and_additions_make_no_difference() -> None:
    assert differences(endpoint(), endpoint(outputs=ANSWER)) == []


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("subnet.id", {"subnet": {"id": "/subscriptions/x/subnets/others"}}),
        ("location", {"location": "eastus"}),
        (
            "manualPrivateLinkServiceConnections[0].privateLinkServiceId",
            {"manualPrivateLinkServiceConnections": [{"name": "c", "privateLinkServiceId": "theirs"}]},
        ),
        ("manualPrivateLinkServiceConnections", {"manualPrivateLinkServiceConnections": []}),
        ("subnet.id", {"subnet": None}),
    ],
)
def test_what_leads_elsewhere_is_somebody_elses(path: str, change: dict[str, Any]) -> None:
    assert differences(endpoint(), endpoint(outputs=ANSWER | change)) == [path]


def test_a_template_is_not_answered_and_its_parameters_are() -> None:
    """An approval is ours when it approves our connections."""
    inputs = {
        "deploymentName": "approve",
        "resourceGroupName": "adx",
        "properties": {"mode": "Incremental", "template": {"a": 1}, "parameters": {"c": {"value": ["pe.1"]}}},
    }
    planned = endpoint(type="azure-native:resources:Deployment", inputs=inputs)

    def answered(connection: str) -> Resource:
        parameters = {"c": {"type": "Array", "value": [connection]}}
        return planned.model_copy(update={"outputs": {"properties": {"mode": "Incremental", "parameters": parameters}}})

    assert differences(planned, answered("pe.1")) == []
    assert differences(planned, answered("pe.2")) == ["properties.parameters.c.value[0]"]


def test_it_keeps_the_inputs_of_the_plan() -> None:
    """What Azure fills in would be taken out again by the next update, some of it by a replacement."""
    found = endpoint(inputs=INPUTS | {"ipConfigurations": []}, outputs=ANSWER)
    taken = adopted(endpoint(), found)
    assert taken.inputs == INPUTS
    assert taken.outputs == ANSWER
    assert "initErrors" not in taken.json_text()


def test_what_azure_did_not_finish_is_begun_again() -> None:
    found = endpoint(outputs=ANSWER | {"provisioningState": "Failed"})
    assert '"initErrors":["interrupted while Azure had it as Failed"]' in adopted(endpoint(), found).json_text()
