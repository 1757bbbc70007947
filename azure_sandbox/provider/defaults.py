"""What the provider fills in where the program says nothing: name, location, API version."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from ..azure import AzureError, Json
from ..rules import Rule
from .client import Client
from .errors import NoAnswer
from .schema import ResourceSpec
from .shapes import is_unknown

_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"
_CREATE_FIRST = "__createBeforeDelete"

NULLS_ARE_ABSENT = Rule(
    says="A property that is null is one that is not there, at any depth",
    source=f"{_PROVIDER}, Check (`SkipNulls`)",
)
NAME_STAYS = Rule(
    says="A name that was filled in once stays, whatever would be filled in now; so does whether it was drawn",
    source=f"{_PROVIDER}, getDefaultName",
)
NAME_IS_DRAWN = Rule(
    says="A missing name of a top-level type is the logical name and 8 hexadecimal digits, the same for the same seed; "
    "the inputs then hold `__createBeforeDelete`",
    source="pulumi-azure-native provider/pkg/resources (AutoNamer); recorded gRPC traffic of TestProviderUpgrade. "
    "Which digits a seed gives is an own choice",
)
NAME_IS_COPIED = Rule(
    says="A missing name of a nested type is the logical name as it is",
    source="pulumi-azure-native provider/pkg/resources (AutoNamer); gen_vnet_test.snap",
)
NAME_IS_PROPOSED = Rule(
    says="A project's `pulumi:autonaming` proposes or enforces a missing name; it then counts as drawn",
    source=f"{_PROVIDER}, getDefaultName; autonaming_test.go",
)
NAME_IS_DEMANDED = Rule(
    says="With `pulumi:autonaming` disabled a missing name is a missing required property",
    source=f"{_PROVIDER}, getDefaultName; autonaming_test.go",
)
UNKNOWN_NAME = Rule(
    says="A name or location that is not known yet counts as given",
    source=f"{_PROVIDER}, applyDefaults (`HasValue`)",
)
LOCATION_ORDER = Rule(
    says="A missing location is that of the old inputs, else the configured one, else the resource group's",
    source=f"{_PROVIDER}, getDefaultLocation",
)
PRIVATE_DNS_GETS_A_REGION = Rule(
    says="A private DNS zone or link without a location gets a region like any other type, and Azure then refuses it",
    source=f"{_PROVIDER}, getDefaultLocation (no exception for global services)",
)
NO_LOCATION = Rule(
    says="Types whose body has no location get none, and neither does a deployment to a resource group",
    source="pulumi-azure-native provider/pkg/resources/resources.go (AutoLocationDisabled)",
)
UNKNOWN_GROUP = Rule(
    says="While the resource group is not known, a location that would come from it is not known either",
    source=f"{_PROVIDER}, getDefaultLocation",
)
GROUP_UNREADABLE = Rule(
    says="When the resource group cannot be read, for whatever reason, the location stays unset and nobody is told",
    source=f"{_PROVIDER}, getDefaultLocation",
)
GROUP_READ_ONCE = Rule(
    says="A resource group's location is read once and then remembered, for as long as the provider runs",
    source=f"{_PROVIDER}, getDefaultLocation (rgLocationMap)",
)
GUID = Rule(
    says="A missing name that has to be a GUID, such as a role assignment's, is drawn as one",
    source="pulumi-azure-native provider/pkg/resources/resources.go (AutoNamer)",
)
API_VERSION_JOINS = Rule(
    says="The API version joins the inputs as `azureApiVersion`, unless the program says one",
    source=f"{_PROVIDER}, applyDefaults (3.x)",
)


@dataclass(frozen=True)
class Naming:
    """What the engine says about names that the program left out."""

    seed: bytes = b""
    mode: Literal["propose", "enforce", "disable"] | None = None
    """The project's `pulumi:autonaming`; None where it has none."""
    proposed: str = ""


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in cast("Json", value).items() if each is not None}
    return [without_nulls(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def with_defaults(
    spec: ResourceSpec,
    name: str,
    old: Json,
    new: Json,
    naming: Naming,
    configured_location: str | None,
    group_location: Callable[[str], str | None],
) -> Json:
    """Fills in the name, the location and the API version that the program left out."""
    inputs: Json = without_nulls(new)
    if spec.name_parameter not in inputs:
        _fill_name(spec, name, old, inputs, naming)
    if "location" in spec.body_inputs and spec.takes_location and "location" not in inputs:
        location = (
            old.get("location") or configured_location or group_location(str(inputs.get("resourceGroupName", "")))
        )
        if location:
            inputs["location"] = location
    inputs.setdefault("azureApiVersion", spec.api_version)
    return inputs


def _fill_name(spec: ResourceSpec, name: str, old: Json, inputs: Json, naming: Naming) -> None:
    parameter = spec.name_parameter
    if parameter in old:
        inputs[parameter] = old[parameter]
        drawn = old.get(_CREATE_FIRST) is True
    elif naming.mode == "disable":
        return
    elif naming.mode is not None:
        inputs[parameter] = naming.proposed
        drawn = True
    elif spec.naming == "copy":
        inputs[parameter] = name
        drawn = False
    elif spec.naming == "uuid":
        inputs[parameter] = str(uuid.UUID(bytes=random.Random(naming.seed or None).randbytes(16), version=4))  # noqa: S311 - a name, no secret
        drawn = False
    else:
        suffix = "".join(random.Random(naming.seed or None).choices("0123456789abcdef", k=8))  # noqa: S311 - a name, no secret
        inputs[parameter] = f"{name}{suffix}"
        drawn = True
    if drawn:
        inputs[_CREATE_FIRST] = True


class GroupLocations:
    """Where the resource groups of a subscription are."""

    def __init__(self, client: Client, subscription: str) -> None:
        self._client = client
        self._subscription = subscription
        self._known: dict[str, str] = {}

    def of(self, group: str) -> str | None:
        """None where it cannot be told; not known where the group is not."""
        if not group or is_unknown(group):
            return group or None
        if group not in self._known:
            try:
                found = self._client.get(f"/subscriptions/{self._subscription}/resourceGroups/{group}")
            except (AzureError, NoAnswer):
                return None
            self._known[group] = found["location"]
        return self._known[group]
