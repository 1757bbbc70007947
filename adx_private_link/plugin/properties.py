"""The inputs of the components: properties as a program wrote them, read as settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from pydantic import Field

from ..facts.reading import Providers
from ..plain_text import escaped
from ..problems import Problem
from ..settings import AlertSettings, ClusterSettings, ConsumerSettings, ExternalConsumerSettings
from ..settings.clusters import HandOverSource
from ..settings.keys import Keyed
from ..settings.section import Section


class OneCluster(Section):
    """The settings of one cluster, as `AdxPrivateLink` has them."""

    cluster: ClusterSettings | None = Field(
        default=None, description="The cluster. Required, unless another stack publishes it (`hand_over`)."
    )
    hand_over: HandOverSource | None = Field(
        default=None, description="The hand-over of a cluster that another stack publishes."
    )
    consumers: Keyed[ConsumerSettings] = Field(
        default_factory=dict[str, ConsumerSettings],
        description="The networks that want private access, by a key of your choice. Default: none.",
    )
    external_consumers: Keyed[ExternalConsumerSettings] = Field(
        default_factory=dict[str, ExternalConsumerSettings],
        description="Networks whose owners run a stack of their own, by a key of your choice. Default: none.",
    )
    alerts: AlertSettings | None = Field(
        default=None, description="Metric alerts on private link services and private endpoints. Default: none."
    )


@dataclass
class Properties:
    """The inputs of a component with their values, as far as these are known."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    resources: set[pulumi.Resource] = field(default_factory=set[pulumi.Resource])
    """The resources that values come from: the component depends on them."""
    problems: list[Problem] = field(default_factory=list[Problem])

    @classmethod
    async def read(cls, inputs: Mapping[str, Any]) -> Properties:
        """Read inputs, and wait for outputs of other resources."""
        properties = cls()
        for name, value in inputs.items():
            # A cluster of the same program gets its id late; it is described, so nothing else is late.
            properties.values[name] = value if name == "clusterId" else await properties._value(value, name)
        return properties

    async def _value(self, value: Any, path: str) -> Any:
        match value:
            case pulumi.Output():
                output = cast("pulumi.Output[Any]", value)
                self.resources |= await output.resources()
                if await output.is_known():
                    return await self._value(await output.future(), path)
                remedy = (
                    "write the value itself, because everything is planned before anything is created; or deploy the "
                    "resource that it comes from first"
                )
                self.problems.append(Problem(path, "is not known before another resource exists", remedy))
                return None
            case dict():
                fields = cast("dict[str, Any]", value)
                return {key: await self._value(item, f"{path}.{key}") for key, item in fields.items()}
            case list():
                items = cast("list[Any]", value)
                return [await self._value(item, f"{path}[{number}]") for number, item in enumerate(items)]
            case _:
                return value

    def pop_cluster_id(self) -> pulumi.Output[str] | None:
        """Remove the id of a cluster that the same program creates from the values, and return it."""
        return self.values.pop("clusterId", None)

    def pop_providers(self) -> Providers:
        """Remove the providers from the values, and return them by subscription id."""
        providers: dict[str, pulumi.ProviderResource] = {}
        inputs = cast("dict[str, object]", self.values.pop("providers", None) or {})
        for subscription, provider in inputs.items():
            if isinstance(provider, pulumi.ProviderResource):
                providers[subscription] = provider
            else:
                remedy = "pass the azure-native provider itself, not its name or id"
                self.problems.append(Problem(f"providers.{subscription}", "is not a provider", remedy))
        return providers

    def require_no_problems(self) -> None:
        """
        Check that the properties themselves have no problems.

        Raises:
            InputPropertiesError: They have; all of them are in it.
        """
        if self.problems:
            raise properties_error(self.problems)


_SECTIONS = {"cluster": "clusters", "hand_over": "hand_overs"}
"""The sections of a stack that a property of one cluster belongs to."""


def as_stack(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the settings of a stack with one cluster, from the content of `OneCluster`."""
    return {
        _SECTIONS.get(setting, setting): {name: value} if setting in _SECTIONS else value
        for setting, value in content.items()
    }


def path_of_one_cluster(path: str, name: str) -> str:
    """Return the path in `OneCluster` of a setting of the stack."""
    for setting, section in _SECTIONS.items():
        if path in (section, f"{section}.{name}") or path.startswith(f"{section}.{name}."):
            return setting + path.removeprefix(section).removeprefix(f".{name}")
    return path


def properties_error(problems: Sequence[Problem]) -> pulumi.InputPropertiesError:
    """Return the error about properties, which the engine prints without a traceback."""
    details: list[pulumi.InputPropertyErrorDetails] = [
        {"property_path": escaped(problem.path), "reason": escaped(_reason(problem))} for problem in problems
    ]
    return pulumi.InputPropertiesError("nothing was changed, because the settings cannot be deployed", details)


def _reason(problem: Problem) -> str:
    return f"{problem.message}; {problem.remedy}"
