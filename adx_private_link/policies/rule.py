"""The base of rules. A rule is a model: its fields are its parameters, which a policy file sets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from .resources import PolicyResource

Level = Literal["advisory", "mandatory", "disabled"]
"""What a violation means: a warning, a failed preview, or nothing, because the rule does not run."""


def _reason(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("reason", "is empty", {"remedy": "write why the resource is exempt"})
    return text


class Rule(BaseModel):
    """
    A rule about the resources of a stack. Its docstring is a sentence that is true where the rule is kept.

    Names of parameters are one word, because Pulumi spells others in its own way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ClassVar[str]
    """Its code, in policy files and reports; permanent."""
    level: ClassVar[Level]
    """Its level, unless a policy file says otherwise."""
    reason: ClassVar[str]
    """Why it exists, in sentences."""
    remedy: ClassVar[str]
    """What to do about a violation, as an imperative."""
    source: ClassVar[str]
    """Where Azure's behaviour behind it is documented."""

    exempt: dict[str, Annotated[str, AfterValidator(_reason)]] = Field(
        default_factory=dict[str, str],
        description="Resources that may violate the rule, by logical name or a pattern such as `adx.*`, each with the "
        "reason. Default: none.",
    )

    def exempts(self, name: str) -> bool:
        """Return whether the resource with a logical name may violate the rule."""
        return any(fnmatchcase(name, pattern) for pattern in self.exempt)


class ResourceRule(Rule):
    """A rule about single resources: Pulumi checks it before it creates or updates one."""

    types: ClassVar[tuple[str, ...]]
    """The types of the resources that it looks at."""

    @abstractmethod
    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield what is wrong with a resource of one of the rule's types, as the rest of a sentence about it."""


class SettingsRule(ResourceRule):
    """A rule about settings that are no resources: Pulumi does not know them, and `check --policies` decides it."""


class StackRule(Rule):
    """A rule about resources together: Pulumi checks it once all are known."""

    @abstractmethod
    def check(self, resources: Sequence[PolicyResource]) -> Iterator[tuple[PolicyResource, str]]:
        """Yield each resource that something is wrong with, and what that is, as the rest of a sentence about it."""
