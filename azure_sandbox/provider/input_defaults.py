"""Input defaults: the name, the location and the API version that the provider fills in when they are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from ..azure import Json
from ..rules import Rule
from .autonaming import Autonaming, fill_in_name
from .resource_spec import ResourceSpec

_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"

NULLS_ARE_ABSENT = Rule(
    says="A null property counts as absent, at any depth",
    source=f"{_PROVIDER}, Check (`SkipNulls`)",
)
LOCATION_ORDER = Rule(
    says="A missing location is that of the old inputs, else the configured one, else the resource group's",
    source=f"{_PROVIDER}, getDefaultLocation",
)
PRIVATE_DNS_GETS_A_REGION = Rule(
    says="A private DNS zone or link without a location gets a region like any other type, and Azure then rejects it",
    source=f"{_PROVIDER}, getDefaultLocation (no exception for global services)",
)
NO_LOCATION = Rule(
    says="Types whose body has no location get none, and neither does a deployment to a resource group",
    source="pulumi-azure-native provider/pkg/resources/resources.go (AutoLocationDisabled)",
)
API_VERSION_IN_INPUTS = Rule(
    says="The inputs get the API version as `azureApiVersion`, unless the program sets one",
    source=f"{_PROVIDER}, applyDefaults (3.x)",
)


def without_nulls(value: Any) -> Any:
    """The value without null properties, at any depth."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in cast("Json", value).items() if item is not None}
    return [without_nulls(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


def fill_in_defaults(
    spec: ResourceSpec,
    logical_name: str,
    old: Json,
    new: Json,
    autonaming: Autonaming,
    configured_location: str | None,
    group_location: Callable[[str], str | None],
) -> Json:
    """The new inputs with a name, a location and an API version."""
    inputs: Json = without_nulls(new)
    fill_in_name(spec, logical_name, old, inputs, autonaming)
    if "location" in spec.body_inputs and spec.defaults_location and "location" not in inputs:
        location = (
            old.get("location") or configured_location or group_location(str(inputs.get("resourceGroupName", "")))
        )
        if location:
            inputs["location"] = location
    inputs.setdefault("azureApiVersion", spec.api_version)
    return inputs
