"""Expressions of the template language."""

from __future__ import annotations

import pytest

from ..small_world import OWNER, OWNER_SUBSCRIPTION, SandboxCloud
from .template_bodies import DEPLOYMENT, deployment, zone_resource, zones_of


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
def test_an_expression_has_this_value(cloud: SandboxCloud, expression: str, value: str) -> None:
    declared = {
        "one": {"type": "string"},
        "two": {"type": "object"},
        "three": {"type": "string", "defaultValue": "[concat(parameters('one'), ' by default')]"},
    }
    two = {"zone": "nested.example", "list": ["first.example", "second.example"]}
    tagged = {**zone_resource("z.example"), "tags": {"is": expression}}
    body = deployment(tagged, declared=declared, one="given.example", two=two)
    body["properties"]["template"]["variables"] = {"deep": {"name": "[concat(parameters('one'), '!')]"}}
    cloud.put(DEPLOYMENT, body)
    assert cloud.get(f"{OWNER}/providers/Microsoft.Network/privateDnsZones/z.example")["tags"] == {"is": value}


def test_copy_index_accepts_an_offset(cloud: SandboxCloud) -> None:
    looped = {**zone_resource("[concat('z', copyIndex(5), '.example')]"), "copy": {"name": "z", "count": 2}}
    cloud.put(DEPLOYMENT, deployment(looped))
    assert zones_of(cloud) == ["z5.example", "z6.example"]
