"""
A state that breaks one of Pulumi's rules is not whole, because every command of Pulumi rejects it.

An edited export, a merge of two states, or a defect of the engine leaves such a state.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from adx_private_link.cli.pulumi.integrity import find_broken_rule
from adx_private_link.cli.pulumi.state import Deployment

Resources = list[dict[str, Any]]
Change = Callable[[Resources], object]
STACK, PROVIDER, COMPONENT, SERVICE, RECORD = range(5)


def reverse(resources: Resources) -> None:
    resources.reverse()


def urn(type: str, name: str) -> str:
    return f"urn:pulumi:s::p::{type}::{name}"


def whole() -> Resources:
    """A stack with a component, two resources, and a provider."""
    stack, component = urn("pulumi:pulumi:Stack", "p-s"), urn("adxPrivateLink:index:AdxPrivateLink", "one")
    provider, service = urn("pulumi:providers:azure-native", "default"), urn("azure-native:network:Service", "one")
    custom = {"custom": True, "parent": component, "provider": f"{provider}::7"}
    return [
        {"urn": stack, "type": "pulumi:pulumi:Stack", "custom": False},
        {"urn": provider, "type": "pulumi:providers:azure-native", "custom": True, "id": "7"},
        {"urn": component, "type": "adxPrivateLink:index:AdxPrivateLink", "custom": False, "parent": stack},
        {**custom, "urn": service, "type": "azure-native:network:Service", "id": "/service"},
        {
            **custom,
            "urn": urn("azure-native:network:Record", "one"),
            "type": "azure-native:network:Record",
            "id": "/record",
            "dependencies": [service],
            "propertyDependencies": {"zone": None, "service": [service]},
        },
    ]


def broken_rule_of(resources: Resources, **manifest: str) -> str | None:
    return find_broken_rule(Deployment.model_validate({"manifest": manifest, "resources": resources}))


def without(index: int) -> Change:
    return lambda resources: resources.pop(index)


def changed(index: int, **changes: Any) -> Change:
    return lambda resources: resources[index].update(changes)


def repeated(index: int, **changes: Any) -> Change:
    return lambda resources: resources.append({**resources[index], **changes})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(without(COMPONENT), r"AdxPrivateLink::one, which is missing", id="no parent"),
        pytest.param(without(PROVIDER), "has no provider for .*Service::one", id="no provider"),
        pytest.param(without(SERVICE), r"Service::one, which is missing", id="no dependency"),
        pytest.param(reverse, "comes later", id="in another order"),
        pytest.param(changed(PROVIDER, id="8"), "has no provider for", id="another provider"),
        pytest.param(changed(PROVIDER, id=""), "has no id for the provider", id="a provider without id"),
        pytest.param(changed(RECORD, dependencies=["urn of another"]), "is missing", id="dependency"),
        pytest.param(changed(RECORD, propertyDependencies={"a": ["urn of another"]}), "is missing", id="of a property"),
        pytest.param(changed(RECORD, deletedWith="urn of another"), "is missing", id="deleted with"),
        pytest.param(changed(RECORD, replaceWith=["urn of another"]), "is missing", id="replaced with"),
        pytest.param(changed(RECORD, urn=""), "without URN or type", id="no URN"),
        pytest.param(changed(RECORD, type=""), "without URN or type", id="no type"),
        pytest.param(changed(COMPONENT, id="x"), "which is a component", id="a component with an id"),
        pytest.param(repeated(SERVICE), "has .*Service::one more than once", id="twice"),
        pytest.param(repeated(COMPONENT), "has .*AdxPrivateLink::one more than once", id="a component twice"),
    ],
)
def test_the_broken_rule_of_a_state_is_found(change: Change, message: str) -> None:
    resources = whole()
    change(resources)
    assert broken_rule_of(whole()) is None
    rule = broken_rule_of(resources)
    assert rule is not None
    assert re.search(message, rule)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(repeated(SERVICE, delete=True, id="/old"), id="a replaced resource that waits for its deletion"),
        pytest.param(changed(SERVICE, delete=True), id="the only resource of its URN waits for its deletion"),
        pytest.param(
            changed(RECORD, pendingReplacement=True, provider=f"{urn('pulumi:providers:azure-native', 'old')}::1"),
            id="a missing provider of a resource that waits for its replacement",
        ),
        pytest.param(changed(RECORD, dependencies=[]), id="no dependencies"),
    ],
)
def test_the_state_of_an_interrupted_update_is_whole(change: Change) -> None:
    resources = whole()
    change(resources)
    assert broken_rule_of(resources) is None


def test_an_edited_manifest_is_found() -> None:
    """The manifest has a checksum of Pulumi's version."""
    assert "manifest" in str(broken_rule_of(whole(), magic="x", version="v3.259.0"))
    assert broken_rule_of(whole(), magic="", version="") is None
