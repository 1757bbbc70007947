"""Templates: evaluated before anything happens, put one after the other, kept when they fail."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, OperationFailed, api_versions, template_expressions, templates
from azure_sandbox.azure.resource_types import deployments

from .holds import holds
from .places import (
    CLIENTS,
    CONSUMER,
    ENDPOINT,
    OWNER,
    OWNER_SUBSCRIPTION,
    SERVICE,
    STRANGER_SUBSCRIPTION,
    Cloud,
    endpoint,
    network,
    service,
)

APPROVALS = f"{OWNER}/providers/Microsoft.Resources/deployments/approvals"
CONNECTION = "Microsoft.Network/privateLinkServices/privateEndpointConnections"
APPROVED = {"privateLinkServiceConnectionState": {"status": "Approved", "description": "[parameters('why')]"}}


def deployment(*resources: Json, declared: Json | None = None, **given: Any) -> Json:
    return of_template({"parameters": declared or {}, "resources": list(resources)}, **given)


def of_template(template: Json, **given: Any) -> Json:
    common = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
    }
    parameters = {name: {"value": value} for name, value in given.items()}
    return {"properties": {"mode": "Incremental", "template": {**common, **template}, "parameters": parameters}}


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
    bad = {**zone_resource("b.example"), "location": "westus", "dependsOn": ["a.example"]}
    with pytest.raises(OperationFailed):
        cloud.put(APPROVALS, deployment(zone_resource("a.example"), bad))
    assert zones_of(cloud) == ["a.example"]
    assert cloud.get(APPROVALS)["properties"]["provisioningState"] == "Failed"


def test_half_of_a_resource_never_stays(cloud: Cloud, alias: str) -> None:
    """An endpoint connects before it gets its address: without an address it must not leave a connection behind."""
    body = endpoint(alias, ipConfigurations=[{"name": "ip", "properties": {"privateIPAddress": "10.3.0.1"}}])
    resource = {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe", **body}
    with pytest.raises(OperationFailed):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Resources/deployments/d", deployment(resource))
    assert cloud.connections() == []
    assert ENDPOINT not in cloud.ids()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("d" * 65, marks=holds(deployments.NAME_TOO_LONG)),
        pytest.param("my deployment", marks=holds(deployments.BAD_NAME)),
        pytest.param("d*", marks=holds(deployments.BAD_NAME)),
    ],
)
def test_what_a_deployment_may_not_be_called(cloud: Cloud, name: str) -> None:
    with cloud.refuses("InvalidDeployment"):
        cloud.put(f"{APPROVALS.rsplit('/', 1)[0]}/{name}", deployment())


def test_names_have_up_to_64_characters(cloud: Cloud) -> None:
    assert cloud.put(f"{APPROVALS.rsplit('/', 1)[0]}/{'d' * 60}(1)_", deployment())


ONE = {"one": {"type": "string"}}


SOME = zone_resource("a.example")


@holds(api_versions.NO_SUCH_VERSION)
def test_a_version_that_does_not_exist_fails_the_template(cloud: Cloud) -> None:
    with cloud.refuses("NoRegisteredProviderFound"):
        cloud.put(APPROVALS, deployment({**SOME, "apiVersion": "2999-01-01"}))


@holds(template_expressions.INVALID_TEMPLATE)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(deployment(declared=ONE), id="a parameter without a value"),
        pytest.param(deployment(two="x"), id="a value without a parameter"),
        pytest.param(deployment({"type": CONNECTION, "apiVersion": "1", "name": "pls"}), id="too few segments"),
        pytest.param(deployment({"apiVersion": "1", "name": "pls"}), id="no type"),
        pytest.param(deployment(zone_resource("[parameters('none')]")), id="an unknown parameter"),
        pytest.param(deployment(zone_resource("[utcNow()]")), id="a function that is not known here"),
        pytest.param(deployment(zone_resource("[length(5)]")), id="an argument of another type"),
        pytest.param(deployment(zone_resource("[length()]")), id="an argument too few"),
        pytest.param(deployment(zone_resource("[reference('a')]")), id="what is not deployed yet"),
        pytest.param(deployment(zone_resource("[variables('none')]")), id="an unknown variable"),
        pytest.param(deployment(zone_resource("[resourceId('a/b')]")), id="an id without names"),
        pytest.param(deployment(zone_resource("[resourceId('a')]")), id="an id without a type"),
        pytest.param(deployment(SOME, SOME), id="the same resource twice"),
        pytest.param(deployment({**SOME, "dependsOn": ["b.example"]}), id="a dependency on nothing"),
        pytest.param(deployment({**SOME, "dependsOn": ["a.example"]}), id="a dependency on itself"),
        pytest.param(
            of_template(
                {
                    "variables": {"a": "[variables('b')]", "b": "[variables('a')]"},
                    "resources": [zone_resource("[variables('a')]")],
                }
            ),
            id="variables in a circle",
        ),
        pytest.param(deployment(declared={"one": {"type": "text"}}, one="x"), id="an unknown type"),
        pytest.param(deployment(declared=ONE, one=3), id="a number for a string"),
        pytest.param(deployment(declared={"one": {"type": "int"}}, one="3"), id="a string for a number"),
        pytest.param(deployment(declared={"one": {"type": "int"}}, one=True), id="a truth for a number"),
        pytest.param(deployment(declared={"one": {"type": "int"}}, one=1.5), id="no whole number"),
        pytest.param(deployment(declared={"one": {"type": "array"}}, one="a"), id="a string for a list"),
        pytest.param(deployment(declared={"one": {"type": "object"}}, one=["a"]), id="a list for an object"),
        pytest.param(deployment(declared=ONE, one=None), id="nothing for a string"),
        pytest.param(
            deployment(declared={"one": {"type": "string", "allowedValues": ["a", "b"]}}, one="c"), id="not allowed"
        ),
        pytest.param(deployment(zone_resource("[concat('a']")), id="half an expression"),
        pytest.param(deployment(zone_resource("[concat('a') 'b']")), id="more than an expression"),
        pytest.param(deployment(zone_resource("[parameters('one')[3]]"), declared=ONE, one=["a"]), id="out of range"),
        pytest.param(deployment(zone_resource("[copyIndex()]")), id="no loop to have an index of"),
        pytest.param(
            deployment({**zone_resource("a.b"), "copy": {"name": "n", "count": "many"}}), id="a loop without a number"
        ),
        pytest.param(deployment({**zone_resource("a.b"), "copy": {"name": "n", "count": 801}}), id="a loop too long"),
        pytest.param(
            deployment({**zone_resource("[copyIndex('m')]"), "copy": {"name": "n", "count": 1}}), id="another loop"
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
        ("[variables('deep').name]", "given.example!"),
        ("[concat(parameters('two').list, parameters('two').list)[3]]", "second.example"),
        ("[if(equals(length(parameters('two').list), 2), 'two', 'more')]", "two"),
        ("[resourceGroup().location]", "westus"),
        ("[subscription().subscriptionId]", OWNER_SUBSCRIPTION),
        ("[parameters('three')]", "given.example by default"),
    ],
)
def test_expressions(cloud: Cloud, expression: str, value: str) -> None:
    declared = {
        "one": {"type": "string"},
        "two": {"type": "object"},
        "three": {"type": "string", "defaultValue": "[concat(parameters('one'), ' by default')]"},
    }
    two = {"zone": "nested.example", "list": ["first.example", "second.example"]}
    tagged = {**zone_resource("z.example"), "tags": {"is": expression}}
    body = deployment(tagged, declared=declared, one="given.example", two=two)
    body["properties"]["template"]["variables"] = {"deep": {"name": "[concat(parameters('one'), '!')]"}}
    cloud.put(APPROVALS, body)
    assert cloud.get(f"{OWNER}/providers/Microsoft.Network/privateDnsZones/z.example")["tags"] == {"is": value}


def test_a_loops_index_may_start_elsewhere(cloud: Cloud) -> None:
    looped = {**zone_resource("[concat('z', copyIndex(5), '.example')]"), "copy": {"name": "z", "count": 2}}
    cloud.put(APPROVALS, deployment(looped))
    assert zones_of(cloud) == ["z5.example", "z6.example"]


def test_azures_own_rules_hold_inside_a_template(cloud: Cloud) -> None:
    """A template is no way around visibility."""
    cloud.put(SERVICE, service(visibility={"subscriptions": [STRANGER_SUBSCRIPTION]}))
    body = endpoint(cloud.get(SERVICE)["properties"]["alias"], subnet=CLIENTS)
    resource = {"type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe", **body}
    with pytest.raises(AzureError, match="DeploymentFailed"):
        cloud.put(f"{CONSUMER}/providers/Microsoft.Resources/deployments/d", deployment(resource))
    assert cloud.connections() == []


@holds(templates.API_VERSION)
def test_a_resource_without_its_api_version_is_refused(cloud: Cloud) -> None:
    with cloud.refuses("InvalidTemplate"):
        cloud.put(APPROVALS, deployment({"type": "Microsoft.Network/privateDnsZones", "name": "a.b"}))


@holds(templates.NOT_A_TEMPLATE)
@pytest.mark.parametrize("name", ["$schema", "contentVersion", "resources"])
def test_what_is_no_template(cloud: Cloud, name: str) -> None:
    body = deployment(SOME)
    del body["properties"]["template"][name]
    with cloud.refuses("InvalidTemplate"):
        cloud.put(APPROVALS, body)


@holds(templates.UNSUPPORTED)
@pytest.mark.parametrize(
    "template", [{"functions": [], "resources": []}, {"resources": [{**SOME, "resources": [SOME]}]}]
)
def test_what_the_sandbox_does_not_know_it_does_not_leave_out(cloud: Cloud, template: Json) -> None:
    with cloud.refuses("InvalidTemplate"):
        cloud.put(APPROVALS, of_template(template))


def zones_of(cloud: Cloud) -> list[str]:
    return [each.rsplit("/", 1)[1] for each in cloud.ids() if "privateDnsZones" in each and "/SOA/" not in each]


@holds(templates.ORDER)
@pytest.mark.parametrize(
    "depends_on",
    [
        "a.example",
        "Microsoft.Network/privateDnsZones/A.EXAMPLE",
        "[resourceId('Microsoft.Network/privateDnsZones', 'a.example')]",
        "[resourceId('owner', 'Microsoft.Network/privateDnsZones', 'a.example')]",
        f"[resourceId('{OWNER_SUBSCRIPTION}', 'owner', 'Microsoft.Network/privateDnsZones', 'a.example')]",
        "loop",
    ],
)
def test_what_others_depend_on_is_deployed_first(cloud: Cloud, depends_on: str) -> None:
    """A record before its zone in the template."""
    record: Json = {
        "type": "Microsoft.Network/privateDnsZones/A",
        "apiVersion": "2024-06-01",
        "name": "a.example/host",
        "properties": {"ttl": 60, "aRecords": []},
        "dependsOn": [depends_on],
    }
    looped = {**SOME, "copy": {"name": "loop", "count": 1}}
    after = cloud.put(APPROVALS, deployment(record, looped))["properties"]
    (dependency,) = after["dependencies"]
    assert dependency["resourceName"] == "a.example/host"
    assert [each["resourceName"] for each in dependency["dependsOn"]] == ["a.example"]
    assert [each["id"].rsplit("/", 1)[1] for each in after["outputResources"]] == ["a.example", "host"]


def test_a_dependency_on_an_empty_loop(cloud: Cloud) -> None:
    looped = {**zone_resource("b.example"), "copy": {"name": "loop", "count": 0}}
    cloud.put(APPROVALS, deployment({**SOME, "dependsOn": ["loop"]}, looped))
    assert zones_of(cloud) == ["a.example"]


@holds(templates.ORDER)
def test_a_resource_on_a_condition(cloud: Cloud) -> None:
    """Whoever depends on what is left out does not wait for it."""
    left_out = {**zone_resource("b.example"), "condition": "[not(parameters('one'))]"}
    resources = (left_out, {**SOME, "dependsOn": ["b.example"]})
    cloud.put(APPROVALS, deployment(*resources, declared={"one": {"type": "bool"}}, one=True))
    assert zones_of(cloud) == ["a.example"]


def test_a_circle_is_nobodys_turn(cloud: Cloud) -> None:
    one, other = {**SOME, "dependsOn": ["b.example"]}, {**zone_resource("b.example"), "dependsOn": ["a.example"]}
    with pytest.raises(AzureError, match=r"Circular dependency detected on resource: '.*a\.example'"):
        cloud.put(APPROVALS, deployment(one, other))


@holds(deployments.OTHERS_GO_ON)
def test_one_failure_holds_back_only_what_depends_on_it(cloud: Cloud) -> None:
    bad = {**zone_resource("bad.example"), "location": "westus"}
    waits = {**zone_resource("waits.example"), "dependsOn": ["bad.example"]}
    too = {**zone_resource("too.example"), "dependsOn": ["waits.example"]}
    with pytest.raises(OperationFailed):
        cloud.put(APPROVALS, deployment(bad, waits, too, SOME))
    assert zones_of(cloud) == ["a.example"]
    (detail,) = cloud.get(APPROVALS)["properties"]["error"]["details"]
    assert detail["target"].endswith("/privateDnsZones/bad.example")


@holds(deployments.OUTPUTS)
def test_outputs_and_secrets(cloud: Cloud) -> None:
    template = {
        "parameters": {"secret": {"type": "secureString"}, "plain": {"type": "string", "defaultValue": "p"}},
        "variables": {
            "zone": "[concat(parameters('plain'), '.example')]",
            "id": "[resourceId('Microsoft.Network/privateDnsZones', variables('zone'))]",
        },
        "resources": [zone_resource("[variables('zone')]")],
        "outputs": {
            "zone": {"type": "string", "value": "[variables('id')]"},
            "limit": {
                "type": "int",
                "value": "[reference(variables('id')).numberOfRecordSets]",
            },
            "again": {"type": "securestring", "value": "[parameters('secret')]"},
        },
    }
    after = cloud.put(APPROVALS, of_template(template, secret="s"))["properties"]
    assert after["parameters"] == {"secret": {"type": "SecureString"}, "plain": {"type": "String", "value": "p"}}
    assert after["outputs"] == {
        "zone": {"type": "String", "value": network(OWNER, "privateDnsZones", "p.example")},
        "limit": {"type": "Int", "value": 1},
        "again": {"type": "SecureString"},
    }


def test_what_was_deployed_where(cloud: Cloud) -> None:
    after = cloud.put(APPROVALS, deployment(SOME))["properties"]
    kinds = [{"resourceType": "privateDnsZones", "locations": ["global"]}]
    assert after["providers"] == [{"namespace": "Microsoft.Network", "resourceTypes": kinds}]
    assert (after["mode"], after["dependencies"]) == ("Incremental", [])
    assert "outputs" not in after


@holds(deployments.COMPLETE_MODE)
def test_nothing_is_deleted_by_a_template(cloud: Cloud) -> None:
    body = deployment(zone_resource("a.example"))
    body["properties"]["mode"] = "Complete"
    with cloud.refuses("DeploymentModeNotSupported"):
        cloud.put(APPROVALS, body)
