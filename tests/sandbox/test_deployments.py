"""Templates: evaluated before anything happens, put one after the other, kept when they fail."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, OperationFailed, deployments, templates

from .holds import holds
from .places import CLIENTS, CONSUMER, ENDPOINT, OWNER, SERVICE, STRANGER_SUBSCRIPTION, Cloud, endpoint, service

APPROVALS = f"{OWNER}/providers/Microsoft.Resources/deployments/approvals"
CONNECTION = "Microsoft.Network/privateLinkServices/privateEndpointConnections"
APPROVED = {"privateLinkServiceConnectionState": {"status": "Approved", "description": "[parameters('why')]"}}


def deployment(*resources: Json, declared: Json | None = None, **given: Any) -> Json:
    template = {"parameters": declared or {}, "resources": list(resources)}
    parameters = {name: {"value": value} for name, value in given.items()}
    return {"properties": {"mode": "Incremental", "template": template, "parameters": parameters}}


def approvals(*connections: str, **given: Any) -> Json:
    """One PUT for each listed connection, as the library's approval does it."""
    resource = {
        "type": CONNECTION,
        "apiVersion": "2024-05-01",
        "name": "[concat('pls/', parameters('Connections')[copyIndex()])]",
        "copy": {"name": "each", "count": "[length(parameters('connections'))]"},
        "properties": APPROVED,
    }
    declared = {"connections": {"type": "array"}, "why": {"type": "string", "defaultValue": "it's fine"}}
    return deployment(resource, declared=declared, connections=list(connections), **given)


def zone_resource(name: str) -> Json:
    return {"type": "Microsoft.Network/privateDnsZones", "apiVersion": "2024-06-01", "name": name, "location": "global"}


def endpoint_id(name: str) -> str:
    return f"{CONSUMER}/providers/Microsoft.Network/privateEndpoints/{name}"


def test_a_loop_approves_every_listed_connection(cloud: Cloud, alias: str) -> None:
    for name in ("one", "two", "three"):
        cloud.put(endpoint_id(name), endpoint(alias))
    listed = [each["name"] for each in cloud.connections() if not each["name"].startswith("three")]
    after = cloud.put(APPROVALS, approvals(*listed))["properties"]
    states = {
        each["name"].split(".")[0]: each["properties"]["privateLinkServiceConnectionState"]
        for each in cloud.connections()
    }
    assert {name: state["status"] for name, state in states.items()} == {
        "one": "Approved",
        "two": "Approved",
        "three": "Pending",
    }
    assert states["one"]["description"] == "it's fine"
    assert after["provisioningState"] == "Succeeded"
    assert len(after["outputResources"]) == 2
    assert "error" not in after


@pytest.mark.usefixtures("alias")
def test_nobody_to_approve_is_fine(cloud: Cloud) -> None:
    """The deployment is always there; its list is empty until somebody connects."""
    assert cloud.put(APPROVALS, approvals())["properties"]["provisioningState"] == "Succeeded"


def test_the_same_again_changes_nothing_that_counts(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    name = cloud.connections()[0]["name"]
    first = cloud.put(APPROVALS, approvals(name, why="asked"))
    again = cloud.put(APPROVALS, approvals(name, why="asked"))
    stable = ("templateHash", "parameters", "outputResources", "provisioningState")
    assert [again["properties"][each] for each in stable] == [first["properties"][each] for each in stable]
    assert first["properties"]["parameters"]["connections"] == {"type": "Array", "value": [name]}


@holds(deployments.DEPLOYMENT_FAILED)
@pytest.mark.usefixtures("alias")
def test_an_unknown_connection_fails_the_deployment_and_it_stays_as_failed(cloud: Cloud) -> None:
    with pytest.raises(OperationFailed) as failure:
        cloud.put(APPROVALS, approvals("pe.nobody"))
    assert (failure.value.code, failure.value.status) == ("DeploymentFailed", 200)
    kept = cloud.get(APPROVALS)["properties"]
    assert kept["provisioningState"] == "Failed"
    assert kept["error"]["code"] == "DeploymentFailed"
    assert kept["error"]["details"][0]["code"] == "ResourceNotFound"


def test_what_was_done_before_the_failure_stays(cloud: Cloud) -> None:
    bad = {**zone_resource("b.example"), "location": "westus"}
    with pytest.raises(OperationFailed):
        cloud.put(APPROVALS, deployment(zone_resource("a.example"), bad, zone_resource("c.example")))
    assert [each.rsplit("/", 1)[1] for each in cloud.ids() if "privateDnsZones" in each and "/SOA/" not in each] == [
        "a.example"
    ]


def test_half_of_a_resource_never_stays(cloud: Cloud, alias: str) -> None:
    """An endpoint connects before it gets its address: without an address it must not leave a connection behind."""
    body = endpoint(alias, ipConfigurations=[{"name": "ip", "properties": {"privateIPAddress": "10.3.0.1"}}])
    resource = {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe", **body}
    with pytest.raises(OperationFailed):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Resources/deployments/d", deployment(resource))
    assert cloud.connections() == []
    assert ENDPOINT not in cloud.ids()


@holds(deployments.BAD_NAME)
def test_names_have_64_characters_at_most(cloud: Cloud) -> None:
    folder = APPROVALS.rsplit("/", 1)[0]
    cloud.put(f"{folder}/{'d' * 64}", deployment())
    with cloud.refuses("InvalidDeploymentName"):
        cloud.put(f"{folder}/{'d' * 65}", deployment())


ONE = {"one": {"type": "string"}}


@holds(templates.INVALID_TEMPLATE)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(deployment(declared=ONE), id="a parameter without a value"),
        pytest.param(deployment(two="x"), id="a value without a parameter"),
        pytest.param(deployment({"type": CONNECTION, "apiVersion": "1", "name": "pls"}), id="too few segments"),
        pytest.param(deployment({"apiVersion": "1", "name": "pls"}), id="no type"),
        pytest.param(deployment(zone_resource("[parameters('none')]")), id="an unknown parameter"),
        pytest.param(deployment(zone_resource("[resourceGroup().name]")), id="a function that is not known here"),
        pytest.param(deployment(zone_resource("[concat('a']")), id="half an expression"),
        pytest.param(deployment(zone_resource("[concat('a') 'b']")), id="more than an expression"),
        pytest.param(deployment(zone_resource("[parameters('one')[3]]"), declared=ONE, one=["a"]), id="out of range"),
        pytest.param(deployment(zone_resource("[copyIndex()]")), id="no loop to have an index of"),
        pytest.param(
            deployment({**zone_resource("a.b"), "copy": {"name": "n", "count": "many"}}), id="a loop without a number"
        ),
    ],
)
def test_an_invalid_template_is_refused_before_anything_happens(cloud: Cloud, body: Json) -> None:
    with cloud.refuses("InvalidTemplate"):
        cloud.put(APPROVALS, body)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain", "plain"),
        ("[parameters('ONE')]", "given.example"),
        ("[concat(parameters('one'), '.more')]", "given.example.more"),
        ("[parameters('two').zone]", "nested.example"),
        ("[parameters('two')['zone']]", "nested.example"),
        ("[parameters('two').list[1]]", "second.example"),
        ("[concat('it''s')]", "it's"),
        ("[[literal]", "[literal]"),
    ],
)
def test_expressions(cloud: Cloud, expression: str, value: str) -> None:
    declared = {"one": {"type": "string"}, "two": {"type": "object"}}
    two = {"zone": "nested.example", "list": ["first.example", "second.example"]}
    tagged = {**zone_resource("z.example"), "tags": {"is": expression}}
    cloud.put(APPROVALS, deployment(tagged, declared=declared, one="given.example", two=two))
    assert cloud.get(f"{OWNER}/providers/Microsoft.Network/privateDnsZones/z.example")["tags"] == {"is": value}


def test_a_loops_index_may_start_elsewhere(cloud: Cloud) -> None:
    looped = {**zone_resource("[concat('z', copyIndex(5), '.example')]"), "copy": {"name": "z", "count": 2}}
    cloud.put(APPROVALS, deployment(looped))
    assert [each.rsplit("/", 1)[1] for each in cloud.ids() if "privateDnsZones" in each and "/SOA/" not in each] == [
        "z5.example",
        "z6.example",
    ]


def test_azures_own_rules_hold_inside_a_template(cloud: Cloud) -> None:
    """A template is no way around visibility."""
    cloud.put(SERVICE, service(visibility={"subscriptions": [STRANGER_SUBSCRIPTION]}))
    body = endpoint(cloud.get(SERVICE)["properties"]["alias"], subnet=CLIENTS)
    resource = {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe", **body}
    with pytest.raises(AzureError, match="DeploymentFailed"):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Resources/deployments/d", deployment(resource))
    assert cloud.connections() == []


@holds(deployments.API_VERSION)
def test_a_resource_without_its_api_version_is_refused(cloud: Cloud) -> None:
    with cloud.refuses("InvalidTemplate"):
        cloud.put(APPROVALS, deployment({"type": "Microsoft.Network/privateDnsZones", "name": "a.b"}))


@holds(deployments.COMPLETE_MODE)
def test_nothing_is_deleted_by_a_template(cloud: Cloud) -> None:
    body = deployment(zone_resource("a.example"))
    body["properties"]["mode"] = "Complete"
    with cloud.refuses("DeploymentModeNotSupported"):
        cloud.put(APPROVALS, body)
