"""An object that an interrupted update created is found by its planned id, and imported if it is as planned."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.pulumi.azure_objects import find_differences
from adx_private_link.cli.pulumi.preview import Preview
from adx_private_link.cli.pulumi.state import Deployment, ExportedState, Resource
from adx_private_link.cli.repair.lost_resources import (
    find_candidates,
    find_missing_frame,
    select_required,
    with_inputs_of_plan,
    with_provider_ids,
)

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
    properties: dict[str, Any] = {
        "urn": "urn:pulumi:s::p::adxPrivateLink:index:AdxPrivateLink$azure-native:network:PrivateEndpoint::one.red",
        "type": "azure-native:network:PrivateEndpoint",
        "custom": True,
        "inputs": INPUTS,
        "parent": COMPONENT.urn,
        "provider": f"{PROVIDER.urn}::1",
    }
    return Resource.model_validate(properties | changes)


def test_a_candidate_has_its_planned_id() -> None:
    (candidate,) = find_candidates([endpoint()], STATE)
    assert candidate.id == (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/red/providers/Microsoft.Network/privateEndpoints/pe"
    )


@pytest.mark.parametrize(
    "planned",
    [
        pytest.param(endpoint(inputs={**INPUTS, "subnet": {"id": UNKNOWN}}), id="an unknown input"),
        pytest.param(endpoint(provider="urn::of a new provider"), id="a new provider"),
        pytest.param(endpoint(parent="urn of a new component"), id="a new component"),
        pytest.param(endpoint(dependencies=["urn of a new service"]), id="a new dependency"),
        pytest.param(
            endpoint(type="azure-native:storage:StorageAccount"), id="a type that this library does not create"
        ),
        pytest.param(endpoint(urn=COMPONENT.urn), id="already in the state"),
    ],
)
def test_a_resource_that_cannot_exist_is_no_candidate(planned: Resource) -> None:
    assert find_candidates([planned], STATE) == []


def test_a_resource_that_waits_for_its_replacement_is_a_candidate_without_its_dependents() -> None:
    """The old object is deleted, so an object with its id is the new one. Its dependents are created after it."""
    waiting = Deployment(resources=[*STATE.resources, endpoint(id="/old", pendingReplacement=True)])
    record = endpoint(urn="urn of its record", dependencies=[endpoint().urn])
    planned = {"replace": [endpoint(), record], "update": [endpoint(urn="urn of another")]}
    steps = [
        {"op": op, "urn": endpoint().urn, "newState": resource.model_dump()}
        for op, resources in planned.items()
        for resource in resources
    ]
    created = Preview.model_validate({"steps": steps}).created
    assert [candidate.urn for candidate in find_candidates(created, waiting)] == [endpoint().urn]


def test_what_the_state_has_under_another_name_is_no_candidate() -> None:
    """A renamed key: imported under both names, the endpoint would be deleted with the old one."""
    (candidate,) = find_candidates([endpoint()], STATE)
    old = endpoint(urn="urn of its former name", id=candidate.id.upper())
    assert find_candidates([endpoint()], Deployment(resources=[*STATE.resources, old])) == []


def test_a_planned_replacement_is_no_candidate() -> None:
    """The object with its id is still the old one."""
    assert find_candidates([endpoint()], Deployment(resources=[*STATE.resources, endpoint(id="/old")])) == []


def test_an_added_resource_comes_after_its_dependencies_and_before_its_dependents() -> None:
    """The engine rejects a state in another order. A recreated service comes after its old endpoint in the state."""
    service = endpoint(urn="service")
    approval = endpoint(urn="approval", dependencies=[endpoint().urn])
    old = endpoint(id="/old", pendingReplacement=True)
    state = ExportedState(deployment=Deployment(resources=[PROVIDER, COMPONENT, old, approval, service]))
    added = endpoint(id="/new", dependencies=["service"])
    assert state.with_added([added]).deployment.resources == [PROVIDER, COMPONENT, service, added, approval]


def test_the_frame_of_a_lost_state_gets_ids() -> None:
    """Stack, components and providers exist only in the state, and the engine chooses the id of a provider."""
    provider = PROVIDER.model_copy(update={"id": UNKNOWN})
    planned = [COMPONENT, provider, endpoint(provider=f"{PROVIDER.urn}::{UNKNOWN}")]
    empty = ExportedState(deployment=Deployment())
    resources = with_provider_ids(planned, empty.deployment)
    frame = find_missing_frame(resources, empty.deployment)
    assert [resource.urn for resource in frame] == [COMPONENT.urn, PROVIDER.urn]
    (candidate,) = find_candidates(resources, empty.with_added(frame).deployment)
    assert candidate.provider == f"{PROVIDER.urn}::{frame[1].id}"
    assert UNKNOWN not in candidate.provider
    assert {resource.urn for resource in select_required([candidate], frame)} == {COMPONENT.urn, PROVIDER.urn}


def test_a_provider_in_the_state_keeps_its_id() -> None:
    assert with_provider_ids([PROVIDER, endpoint()], STATE) == [PROVIDER, endpoint()]
    assert find_missing_frame([PROVIDER, COMPONENT], STATE) == []


def test_a_frame_without_imported_resources_is_left_to_the_update() -> None:
    """A consumer that is new in the settings needs no repair."""
    other = COMPONENT.model_copy(update={"urn": "urn of a new consumer"})
    assert select_required([endpoint()], [other]) == []


@pytest.mark.parametrize("configured", [{"subscriptionId": SUBSCRIPTION}, {}])
def test_the_subscription_of_a_default_provider_is_that_of_its_objects(
    configured: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it gets its subscription from `az login`, the state does not contain it."""
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID", raising=False)
    default = PROVIDER.model_copy(update={"inputs": configured})
    sibling = endpoint(urn="sibling", id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/red")
    (candidate,) = find_candidates([endpoint()], Deployment(resources=[default, COMPONENT, sibling]))
    assert candidate.id.startswith(f"/subscriptions/{SUBSCRIPTION}/")


def test_azures_spelling_and_additions_are_no_differences() -> None:
    assert find_differences(endpoint(), endpoint(outputs=ANSWER)) == []


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
def test_an_object_with_another_connection_differs(path: str, change: dict[str, Any]) -> None:
    assert find_differences(endpoint(), endpoint(outputs=ANSWER | change)) == [path]


def test_a_deployment_differs_by_its_parameters() -> None:
    """Azure does not return the template. The parameters are the connections that an approval approves."""
    inputs = {
        "deploymentName": "approve",
        "resourceGroupName": "adx",
        "properties": {"mode": "Incremental", "template": {"a": 1}, "parameters": {"c": {"value": ["pe.1"]}}},
    }
    planned = endpoint(type="azure-native:resources:Deployment", inputs=inputs)

    def answered(connection: str) -> Resource:
        parameters = {"c": {"type": "Array", "value": [connection]}}
        return planned.model_copy(update={"outputs": {"properties": {"mode": "Incremental", "parameters": parameters}}})

    assert find_differences(planned, answered("pe.1")) == []
    assert find_differences(planned, answered("pe.2")) == ["properties.parameters.c.value[0]"]


def test_an_import_keeps_the_inputs_of_the_plan() -> None:
    """Otherwise the next update would remove the values that Azure filled in, some of them by a replacement."""
    existing = endpoint(inputs=INPUTS | {"ipConfigurations": []}, outputs=ANSWER)
    imported = with_inputs_of_plan(endpoint(), existing)
    assert imported.inputs == INPUTS
    assert imported.outputs == ANSWER
    assert "initErrors" not in imported.json_text()


def test_an_unfinished_operation_is_repeated_by_the_next_update() -> None:
    existing = endpoint(outputs=ANSWER | {"provisioningState": "Failed"})
    imported = with_inputs_of_plan(endpoint(), existing)
    assert '"initErrors":["interrupted while Azure had it as Failed"]' in imported.json_text()
