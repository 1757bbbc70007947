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

from ..engine import Engine, served
from ..holds import holds
from ..places import OWNER_SUBSCRIPTION, Cloud


@pytest.fixture
def fresh(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name in [name for name in os.environ if name.startswith(("ARM_", "ACTIONS_ID_TOKEN"))]:
        monkeypatch.delenv(name)
    with served(cloud.azure) as engine:
        yield engine


@holds(protocol.SCHEMA)
def test_the_schema_has_the_types_of_the_sandbox(fresh: Engine) -> None:
    """`pulumi import` writes the program's lines from it."""
    found = fresh.schema()
    assert (found["name"], found["version"]) == ("azure-native", "3.29.0")
    assert found["resources"].keys() == RESOURCE_SPECS.keys()
    endpoint = found["resources"]["azure-native:network:PrivateEndpoint"]
    assert endpoint["requiredInputs"] == ["resourceGroupName"]
    assert endpoint["inputProperties"]["subnet"] == {"$ref": "#/types/azure-native:network:Subnet"}
    with fresh.refused("unsupported schema version 1"):
        fresh.schema(1)


def test_every_name_in_the_schema_exists(fresh: Engine) -> None:
    """The engine binds the schema as a whole: one name that does not exist, and no program can use any of it."""
    found = fresh.schema()
    parts = [each for section in ("types", "resources", "functions") for each in found[section].values()]
    objects = [*parts, *(each[side] for each in parts for side in ("inputs", "outputs") if side in each)]
    for each in objects:
        assert {*each.get("required", [])} <= each.get("properties", {}).keys()
        assert {*each.get("requiredInputs", [])} <= each.get("inputProperties", {}).keys()
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(found)))
    known = {"pulumi.json#/Any", *(f"#/types/{name}" for name in found["types"])}
    assert references
    assert references <= known


def test_nested_types_keep_their_id(fresh: Engine) -> None:
    """
    A YAML program writes `subnet: {id: …}`, and knows of an `id` by the schema alone.

    Only a resource has none in it: the engine gives it its own.
    """
    found = fresh.schema()
    for name, properties in sdk_schema()["types"].items():
        assert found["types"][f"azure-native:{name}"]["properties"].keys() == properties.keys()
    for each in found["resources"].values():
        assert not {"id", "urn"} & {*each["properties"], *each["inputProperties"]}


def test_the_schema_has_what_an_explicit_provider_takes(fresh: Engine) -> None:
    """A YAML program knows a provider's inputs by the schema alone: one without them could be given no subscription."""
    found = fresh.schema()["provider"]["inputProperties"]
    arguments = [each.fget for _, each in inspect.getmembers(ProviderArgs, lambda each: isinstance(each, property))]
    assert {name: each["type"] for name, each in found.items()} == {
        each._pulumi_name: _kind(str(each.__annotations__["return"])) for each in arguments
    }
    # As the engine goes on with them: they are checked, compared and, as text, configured.
    wanted = {"subscriptionId": OWNER_SUBSCRIPTION, "useMsi": "true"}
    assert fresh.check_config(wanted) == wanted
    assert not fresh.diff_config({}, wanted).replaces
    fresh.configure(wanted)


def _kind(annotation: str) -> str:
    """What an argument of the SDK is."""
    kinds = {"typing.Union[str,": "string", "typing.Union[bool,": "boolean", "typing.Union[typing.Sequence[": "array"}
    return next(kind for beginning, kind in kinds.items() if annotation.startswith(beginning))


def test_the_schema_has_every_look_up(fresh: Engine) -> None:
    """With what it is asked by, and all that it answers, the id included."""
    found = fresh.schema()["functions"]
    service = found["azure-native:network:getPrivateLinkService"]
    assert service["inputs"]["properties"].keys() == {"resourceGroupName", "serviceName"}
    assert service["outputs"]["properties"]["id"] == {"type": "string"}
    assert found["azure-native:authorization:getClientConfig"]["outputs"]["properties"].keys() == {
        "clientId",
        "objectId",
        "subscriptionId",
        "tenantId",
    }
