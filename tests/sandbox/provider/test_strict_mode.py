"""Strict mode: Check rejects what the real provider would drop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from azure_sandbox.azure import Json
from azure_sandbox.provider import input_validation, strict_mode
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..fake_engine import UNKNOWN, Engine, served
from ..rule_marks import holds
from ..small_world import SandboxCloud

ENDPOINT = "network:PrivateEndpoint"


IN_GROUP = {"resourceGroupName": "consumer"}


IN_NETWORK = {**IN_GROUP, "virtualNetworkName": "vnet"}


@pytest.fixture
def lenient(cloud: SandboxCloud) -> Iterator[Engine]:
    """The provider as it really is: without strict mode."""
    with served(cloud.azure, strict=False) as engine:
        engine.configure()
        yield engine


RULE = {"access": "Allow", "direction": "Inbound", "protocol": "*"}


@holds(input_validation.NOT_VALIDATED)
def test_without_strict_mode_a_misspelt_property_is_not_reported(lenient: Engine) -> None:
    """The trap that strict mode exists for."""
    inputs, failures = lenient.check("network:Subnet", {**IN_NETWORK, "addresPrefix": "10.0.0.0/24"})
    assert failures == []
    assert inputs["addresPrefix"] == "10.0.0.0/24"


@pytest.mark.parametrize(
    ("type", "inputs", "path", "hint"),
    [
        ("network:Subnet", {**IN_NETWORK, "addresPrefix": "a"}, "addresPrefix", "; did you mean 'addressPrefix'?"),
        (
            "network:Subnet",
            {**IN_NETWORK, "networkSecurityGroup": {"securityRules": [RULE, {**RULE, "prioriti": 1}]}},
            "networkSecurityGroup.securityRules[1].prioriti",
            "; did you mean 'priority'?",
        ),
        (ENDPOINT, {**IN_GROUP, "subnet": {"ID": "a"}}, "subnet.ID", ""),
        (ENDPOINT, {**IN_GROUP, "networkInterfaces": []}, "networkInterfaces", ""),
    ],
)
@holds(strict_mode.STRICT_MODE)
def test_strict_mode_reports_a_misspelt_property(
    engine: Engine, type: str, inputs: dict[str, Any], path: str, hint: str
) -> None:
    (failure,) = engine.check(type, inputs)[1]
    message = f"'{path}' is not a property of azure-native:{type}, and the provider would drop it silently"
    assert failure.startswith(message)
    assert failure.removeprefix(message) == hint or not hint


@holds(strict_mode.STRICT_MODE)
def test_strict_mode_accepts_every_property_of_the_sdk(engine: Engine) -> None:
    for token, spec in RESOURCE_SPECS.items():
        inputs: Json = {**dict.fromkeys(spec.inputs, UNKNOWN), "tags": {"anything": "goes"}, "__defaults": []}
        known = {name: value for name, value in inputs.items() if name in spec.inputs or name.startswith("__")}
        assert engine.check(token.removeprefix("azure-native:"), known)[1] == []
