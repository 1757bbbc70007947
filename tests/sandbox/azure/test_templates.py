"""Templates: parameters, loops, conditions, dependencies and outputs."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import AzureError, Json, api_versions, template_expressions, templates
from azure_sandbox.azure.resource_types import deployments

from ..rule_marks import holds
from ..small_world import OWNER, OWNER_SUBSCRIPTION, SandboxCloud, network
from .template_bodies import CONNECTIONS, DEPLOYMENT, ONE, SOME, deployment, of_template, zone_resource, zones_of


@holds(api_versions.NO_SUCH_VERSION)
def test_a_version_that_does_not_exist_fails_the_template(cloud: SandboxCloud) -> None:
    with cloud.rejects("NoRegisteredProviderFound"):
        cloud.put(DEPLOYMENT, deployment({**SOME, "apiVersion": "2999-01-01"}))


@holds(template_expressions.INVALID_TEMPLATE)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(deployment(declared=ONE), id="a parameter without a value"),
        pytest.param(deployment(two="x"), id="a value without a parameter"),
        pytest.param(deployment({"type": CONNECTIONS, "apiVersion": "1", "name": "pls"}), id="too few segments"),
        pytest.param(deployment({"apiVersion": "1", "name": "pls"}), id="no type"),
        pytest.param(deployment(zone_resource("[parameters('none')]")), id="an unknown parameter"),
        pytest.param(deployment(zone_resource("[utcNow()]")), id="an unsupported function"),
        pytest.param(deployment(zone_resource("[length(5)]")), id="an argument of another type"),
        pytest.param(deployment(zone_resource("[length()]")), id="an argument too few"),
        pytest.param(deployment(zone_resource("[reference('a')]")), id="a resource before its deployment"),
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
        pytest.param(deployment(declared={"one": {"type": "int"}}, one=True), id="a boolean for a number"),
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
        pytest.param(deployment(zone_resource("[copyIndex()]")), id="an index outside a loop"),
        pytest.param(
            deployment({**zone_resource("a.b"), "copy": {"name": "n", "count": "many"}}), id="a loop without a number"
        ),
        pytest.param(deployment({**zone_resource("a.b"), "copy": {"name": "n", "count": 801}}), id="a loop too long"),
        pytest.param(
            deployment({**SOME, "copy": {"name": "n", "count": 1, "mode": "serial", "batchSize": 0}}), id="no batch"
        ),
        pytest.param(
            deployment({**zone_resource("[copyIndex('m')]"), "copy": {"name": "n", "count": 1}}), id="another loop"
        ),
    ],
)
def test_an_invalid_template_deploys_nothing(cloud: SandboxCloud, body: Json) -> None:
    with cloud.rejects("InvalidTemplate"):
        cloud.put(DEPLOYMENT, body)


@holds(templates.API_VERSION)
def test_a_resource_without_an_api_version_is_rejected(cloud: SandboxCloud) -> None:
    with cloud.rejects("InvalidTemplate"):
        cloud.put(DEPLOYMENT, deployment({"type": "Microsoft.Network/privateDnsZones", "name": "a.b"}))


@holds(templates.NOT_A_TEMPLATE)
@pytest.mark.parametrize("name", ["$schema", "contentVersion", "resources"])
def test_a_template_has_its_required_parts(cloud: SandboxCloud, name: str) -> None:
    body = deployment(SOME)
    del body["properties"]["template"][name]
    with cloud.rejects("InvalidTemplate"):
        cloud.put(DEPLOYMENT, body)


@holds(templates.UNSUPPORTED)
@pytest.mark.parametrize(
    "template", [{"functions": [], "resources": []}, {"resources": [{**SOME, "resources": [SOME]}]}]
)
def test_an_unsupported_part_is_rejected(cloud: SandboxCloud, template: Json) -> None:
    with cloud.rejects("InvalidTemplate"):
        cloud.put(DEPLOYMENT, of_template(template))


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
def test_a_dependency_is_deployed_first(cloud: SandboxCloud, depends_on: str) -> None:
    """The template lists a record set before its zone."""
    record: Json = {
        "type": "Microsoft.Network/privateDnsZones/A",
        "apiVersion": "2024-06-01",
        "name": "a.example/host",
        "properties": {"ttl": 60, "aRecords": []},
        "dependsOn": [depends_on],
    }
    looped = {**SOME, "copy": {"name": "loop", "count": 1}}
    after = cloud.put(DEPLOYMENT, deployment(record, looped))["properties"]
    (dependency,) = after["dependencies"]
    assert dependency["resourceName"] == "a.example/host"
    assert [target["resourceName"] for target in dependency["dependsOn"]] == ["a.example"]
    assert [resource["id"].rsplit("/", 1)[1] for resource in after["outputResources"]] == ["a.example", "host"]


def test_a_resource_can_depend_on_an_empty_loop(cloud: SandboxCloud) -> None:
    looped = {**zone_resource("b.example"), "copy": {"name": "loop", "count": 0}}
    cloud.put(DEPLOYMENT, deployment({**SOME, "dependsOn": ["loop"]}, looped))
    assert zones_of(cloud) == ["a.example"]


@holds(templates.SERIAL)
@pytest.mark.parametrize(
    ("mode", "waits_for"),
    [
        ({"mode": "serial"}, [["z0.example"], ["z1.example"], ["z2.example"]]),
        ({"mode": "Serial", "batchSize": 2}, [["z0.example", "z1.example"], ["z0.example", "z1.example"]]),
        ({"mode": "parallel"}, []),
        ({}, []),
    ],
    ids=["one by one", "two by two", "at once", "by default"],
)
def test_a_serial_loop_waits_for_the_batch_before(cloud: SandboxCloud, mode: Json, waits_for: list[list[str]]) -> None:
    looped = {**zone_resource("[concat('z', copyIndex(), '.example')]"), "copy": {"name": "loop", "count": 4, **mode}}
    dependencies = cloud.put(DEPLOYMENT, deployment(looped))["properties"]["dependencies"]
    assert [[on["resourceName"] for on in dependency["dependsOn"]] for dependency in dependencies] == waits_for


@holds(templates.ORDER)
def test_a_resource_with_a_false_condition_is_not_deployed(cloud: SandboxCloud) -> None:
    """A resource that depends on it is deployed."""
    left_out = {**zone_resource("b.example"), "condition": "[not(parameters('one'))]"}
    resources = (left_out, {**SOME, "dependsOn": ["b.example"]})
    cloud.put(DEPLOYMENT, deployment(*resources, declared={"one": {"type": "bool"}}, one=True))
    assert zones_of(cloud) == ["a.example"]


def test_a_circular_dependency_is_rejected(cloud: SandboxCloud) -> None:
    one, other = {**SOME, "dependsOn": ["b.example"]}, {**zone_resource("b.example"), "dependsOn": ["a.example"]}
    with pytest.raises(AzureError, match=r"Circular dependency detected on resource: '.*a\.example'"):
        cloud.put(DEPLOYMENT, deployment(one, other))


@holds(deployments.OUTPUTS)
def test_outputs_are_shown_without_secure_values(cloud: SandboxCloud) -> None:
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
    after = cloud.put(DEPLOYMENT, of_template(template, secret="s"))["properties"]
    assert after["parameters"] == {"secret": {"type": "SecureString"}, "plain": {"type": "String", "value": "p"}}
    assert after["outputs"] == {
        "zone": {"type": "String", "value": network(OWNER, "privateDnsZones", "p.example")},
        "limit": {"type": "Int", "value": 1},
        "again": {"type": "SecureString"},
    }
