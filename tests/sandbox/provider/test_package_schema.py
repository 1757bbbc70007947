"""The package schema, from which `pulumi import` and YAML programs get all types."""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Iterator

import pytest
from pulumi_azure_native import ProviderArgs

from azure_sandbox.provider import protocol
from azure_sandbox.provider.sdk_schema import sdk_schema
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..fake_engine import Engine, served
from ..rule_marks import holds
from ..small_world import OWNER_SUBSCRIPTION, SandboxCloud


@pytest.fixture
def fresh(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name in [name for name in os.environ if name.startswith(("ARM_", "ACTIONS_ID_TOKEN"))]:
        monkeypatch.delenv(name)
    with served(cloud.azure) as engine:
        yield engine


@holds(protocol.SCHEMA)
def test_the_schema_has_the_types_of_the_sandbox(fresh: Engine) -> None:
    """`pulumi import` writes code from it."""
    schema = fresh.schema()
    assert (schema["name"], schema["version"]) == ("azure-native", "3.29.0")
    assert schema["resources"].keys() == RESOURCE_SPECS.keys()
    endpoint = schema["resources"]["azure-native:network:PrivateEndpoint"]
    assert endpoint["requiredInputs"] == ["resourceGroupName"]
    assert endpoint["inputProperties"]["subnet"] == {"$ref": "#/types/azure-native:network:Subnet"}
    with fresh.fails_with("unsupported schema version 1"):
        fresh.schema(1)


def test_every_name_in_the_schema_exists(fresh: Engine) -> None:
    """The engine binds the schema as a whole: with one name that does not exist, programs can use none of it."""
    schema = fresh.schema()
    parts = [part for section in ("types", "resources", "functions") for part in schema[section].values()]
    objects = [*parts, *(part[side] for part in parts for side in ("inputs", "outputs") if side in part)]
    for object_type in objects:
        assert {*object_type.get("required", [])} <= object_type.get("properties", {}).keys()
        assert {*object_type.get("requiredInputs", [])} <= object_type.get("inputProperties", {}).keys()
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema)))
    known = {"pulumi.json#/Any", *(f"#/types/{name}" for name in schema["types"])}
    assert references
    assert references <= known


def test_nested_types_keep_their_id(fresh: Engine) -> None:
    """A YAML program knows `subnet: {id: …}` from the schema only; in a resource, the engine adds the id."""
    schema = fresh.schema()
    for name, properties in sdk_schema()["types"].items():
        assert schema["types"][f"azure-native:{name}"]["properties"].keys() == properties.keys()
    for resource in schema["resources"].values():
        assert not {"id", "urn"} & {*resource["properties"], *resource["inputProperties"]}


def test_the_schema_has_the_inputs_of_an_explicit_provider(fresh: Engine) -> None:
    """A YAML program knows a provider's inputs from the schema only, and could otherwise set no subscription."""
    provider_inputs = fresh.schema()["provider"]["inputProperties"]
    arguments = [
        member.fget for _, member in inspect.getmembers(ProviderArgs, lambda value: isinstance(value, property))
    ]
    assert {name: input_schema["type"] for name, input_schema in provider_inputs.items()} == {
        getter._pulumi_name: _kind(str(getter.__annotations__["return"])) for getter in arguments
    }
    # The engine checks them, compares them, and configures them as strings.
    config = {"subscriptionId": OWNER_SUBSCRIPTION, "useMsi": "true"}
    assert fresh.check_config(config) == config
    assert not fresh.diff_config({}, config).replaces
    fresh.configure(config)


def _kind(annotation: str) -> str:
    """The type of an argument in the schema."""
    kinds = {"typing.Union[str,": "string", "typing.Union[bool,": "boolean", "typing.Union[typing.Sequence[": "array"}
    return next(kind for beginning, kind in kinds.items() if annotation.startswith(beginning))


def test_the_schema_has_every_getter(fresh: Engine) -> None:
    """With its arguments and its whole result, the id included."""
    functions = fresh.schema()["functions"]
    service = functions["azure-native:network:getPrivateLinkService"]
    assert service["inputs"]["properties"].keys() == {"resourceGroupName", "serviceName"}
    assert service["outputs"]["properties"]["id"] == {"type": "string"}
    assert functions["azure-native:authorization:getClientConfig"]["outputs"]["properties"].keys() == {
        "clientId",
        "objectId",
        "subscriptionId",
        "tenantId",
    }
