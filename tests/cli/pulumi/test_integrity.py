"""
A state is whole only where Pulumi uses it: complete JSON that breaks a rule stops every command of Pulumi's.

An edited export, a merge of two states, or a defect of the engine leaves such a state.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from adx_private_link.cli.pulumi.integrity import broken_rule
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
    made = {"custom": True, "parent": component, "provider": f"{provider}::7"}
    return [
        {"urn": stack, "type": "pulumi:pulumi:Stack", "custom": False},
        {"urn": provider, "type": "pulumi:providers:azure-native", "custom": True, "id": "7"},
        {"urn": component, "type": "adxPrivateLink:index:AdxPrivateLink", "custom": False, "parent": stack},
        {**made, "urn": service, "type": "azure-native:network:Service", "id": "/service"},
        {
            **made,
            "urn": urn("azure-native:network:Record", "one"),
            "type": "azure-native:network:Record",
            "id": "/record",
            "dependencies": [service],
            "propertyDependencies": {"zone": None, "service": [service]},
        },
    ]


def rule_of(resources: Resources, **manifest: str) -> str | None:
    return broken_rule(Deployment.model_validate({"manifest": manifest, "resources": resources}))


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
def test_a_state_that_pulumi_rejects_names_what_is_wrong(change: Change, message: str) -> None:
    resources = whole()
    change(resources)
    assert rule_of(whole()) is None
    broken = rule_of(resources)
    assert broken is not None
    assert re.search(message, broken)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(repeated(SERVICE, delete=True, id="/old"), id="an old one that waits for its deletion"),
        pytest.param(changed(SERVICE, delete=True), id="the only one waits for its deletion"),
        pytest.param(
            changed(RECORD, pendingReplacement=True, provider=f"{urn('pulumi:providers:azure-native', 'old')}::1"),
            id="the provider of one that waits for its replacement is gone",
        ),
        pytest.param(changed(RECORD, dependencies=[]), id="no dependencies"),
    ],
)
def test_what_an_interrupted_update_leaves_is_whole(change: Change) -> None:
    resources = whole()
    change(resources)
    assert rule_of(resources) is None


def test_a_manifest_that_was_edited_is_found() -> None:
    """Its checksum is that of Pulumi's version."""
    assert "manifest" in str(rule_of(whole(), magic="x", version="v3.259.0"))
    assert rule_of(whole(), magic="", version="") is None
