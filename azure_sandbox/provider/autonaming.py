"""Autonaming: the name that the provider fills in when the program leaves it out."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Literal

from ..azure import Json
from ..rules import Rule
from .resource_spec import ResourceSpec

_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"
_CREATE_FIRST = "__createBeforeDelete"

NAME_IS_KEPT = Rule(
    says="A name that was filled in once is kept, whatever would be filled in now, and so is whether it is random",
    source=f"{_PROVIDER}, getDefaultName",
)
NAME_IS_RANDOM = Rule(
    says="A missing name of a top-level type is the logical name and 8 hexadecimal digits, the same for the same seed; "
    "the inputs then have `__createBeforeDelete`",
    source="pulumi-azure-native provider/pkg/resources (AutoNamer); recorded gRPC traffic of TestProviderUpgrade. "
    "Which digits a seed gives is an own choice",
)
NAME_IS_COPIED = Rule(
    says="A missing name of a nested type is the logical name itself",
    source="pulumi-azure-native provider/pkg/resources (AutoNamer); gen_vnet_test.snap",
)
NAME_IS_GUID = Rule(
    says="A missing name that must be a GUID, such as a role assignment's, is a random GUID",
    source="pulumi-azure-native provider/pkg/resources/resources.go (AutoNamer)",
)
NAME_IS_PROPOSED = Rule(
    says="A project's `pulumi:autonaming` proposes or enforces a missing name; the name then counts as random",
    source=f"{_PROVIDER}, getDefaultName; autonaming_test.go",
)
NAME_IS_REQUIRED = Rule(
    says="With `pulumi:autonaming` disabled, a missing name is a missing required property",
    source=f"{_PROVIDER}, getDefaultName; autonaming_test.go",
)
UNKNOWN_NAME = Rule(
    says="An unknown name or location counts as set",
    source=f"{_PROVIDER}, applyDefaults (`HasValue`)",
)


@dataclass(frozen=True)
class Autonaming:
    """The engine's options for the name of one resource."""

    seed: bytes = b""
    mode: Literal["propose", "enforce", "disable"] | None = None
    """The project's `pulumi:autonaming`; None where it has none."""
    proposed_name: str = ""


def fill_in_name(spec: ResourceSpec, logical_name: str, old: Json, inputs: Json, autonaming: Autonaming) -> None:
    """Sets a missing name in the inputs."""
    parameter = spec.name_parameter
    if parameter in inputs:
        return
    if parameter in old:
        inputs[parameter] = old[parameter]
        is_random = old.get(_CREATE_FIRST) is True
    elif autonaming.mode == "disable":
        return
    elif autonaming.mode is not None:
        inputs[parameter] = autonaming.proposed_name
        is_random = True
    elif spec.naming == "copy":
        inputs[parameter] = logical_name
        is_random = False
    elif spec.naming == "uuid":
        inputs[parameter] = str(uuid.UUID(bytes=_random(autonaming).randbytes(16), version=4))
        is_random = False
    else:
        inputs[parameter] = logical_name + "".join(_random(autonaming).choices("0123456789abcdef", k=8))
        is_random = True
    if is_random:
        inputs[_CREATE_FIRST] = True


def _random(autonaming: Autonaming) -> random.Random:
    return random.Random(autonaming.seed or None)  # noqa: S311 - names, no secrets
