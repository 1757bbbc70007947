"""The inventory of a fleet, `fleet.yaml`: clusters and consumers with labels, and what their stacks have in common."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from ...settings.keys import Key, Keyed
from ...settings.secrets import encrypted_paths
from ...settings.section import Section, reject
from ...settings.value_types import Matching, Once

INVENTORY = "fleet.yaml"

Label = Annotated[
    str,
    Matching(
        r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?",
        "a label",
        "write 1 to 40 lower-case letters, digits or `-`, with a letter or digit at both ends",
    ),
]
"""A name or value of a label; values become names of stacks, files and Kubernetes objects."""

Labels = dict[Label, Label]


class _Entry(BaseModel):
    """An object of the inventory. What is not a field is a setting, which the settings' own models check."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, as they are written."""
        return dict(self.model_extra or {})


class ClusterEntry(_Entry):
    """A cluster: its labels beside its settings."""

    labels: Labels = Field(default_factory=dict[str, str], description="Labels of the cluster, by name.")
    formerly: Key | None = Field(default=None, description="The former key, which keeps its place in a stack.")

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, as they are written."""
        return super().settings | ({"formerly": self.formerly} if self.formerly else {})


def _kind(value: Any) -> str:
    return "labels" if isinstance(value, dict) else "keys"


Selection = Annotated[
    Annotated[list[Key], Tag("keys")] | Annotated[Labels, Tag("labels")],
    Discriminator(_kind),
]
"""Clusters, by keys or by labels that all of them have."""


class ConsumerEntry(_Entry):
    """A consumer, or an external consumer: the clusters that it connects to beside its settings."""

    clusters: Selection | None = Field(
        default=None,
        description="The clusters to connect to: a list of keys, or labels that they all have, such as "
        "`{team: data}`. Default: all clusters.",
    )


class ZoneEntry(_Entry):
    """Shared zones, in a stack of their own: labels of the stacks that use them beside their settings."""

    labels: Labels = Field(
        default_factory=dict[str, str],
        description="Labels of the stacks whose consumers use the zones. Default: all stacks.",
    )


class StackOptions(Section):
    """Where and how a stack is deployed. Nothing in it is a secret."""

    backend: str | None = Field(
        default=None, description="URL of the backend, as `pulumi login` takes it. Default: the current one."
    )
    secrets_provider: str | None = Field(
        default=None,
        description="The secrets provider of a new stack, such as `azurekeyvault://…`. Default: a passphrase.",
    )
    client_id: (
        Annotated[str, Matching(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a client id", "write a GUID")]
        | None
    ) = Field(
        default=None, description="Client id of the identity that deploys (`ARM_CLIENT_ID`). Default: the current one."
    )
    config: dict[str, Any] = Field(
        default_factory=dict[str, Any],
        description="Other configuration, such as `azure-native:tenantId`, by its whole key.",
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for key, value in self.config.items():
            path = f"config.{key}"
            if ":" not in key:
                reject(path, "is not a configuration key", "write `namespace:name`")
            if key.startswith("adx-private-link:"):
                reject(path, "is a setting, which the inventory has in its own sections", "move it there")
            if next(encrypted_paths(value, key), None):
                remedy = "set it in each stack: `pulumi config set --secret --stack STACK`; `fleet write` keeps it"
                reject(path, "is encrypted, and each stack has a key of its own", remedy)
        return self

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables by which the provider logs in; none for the current login."""
        return {"ARM_CLIENT_ID": self.client_id} if self.client_id else {}

    def replaced_by(self, other: StackOptions) -> StackOptions:
        """Return the options, where those of `other` count first."""
        return StackOptions(
            backend=other.backend or self.backend,
            secrets_provider=other.secrets_provider or self.secrets_provider,
            client_id=other.client_id or self.client_id,
            config={**self.config, **other.config},
        )


class Defaults(Section):
    """Settings that all objects of a kind have, unless they have their own. Mappings are merged."""

    cluster: dict[str, Any] = Field(default_factory=dict[str, Any], description="Settings of every cluster.")
    consumer: dict[str, Any] = Field(default_factory=dict[str, Any], description="Settings of every consumer.")
    alerts: Any = Field(default=None, description="The alerts of every stack.")
    stack: StackOptions = Field(default_factory=StackOptions, description="Options of every stack.")


class OperatorOptions(Section):
    """Where the Pulumi Kubernetes Operator finds the program."""

    repository: str = Field(description="URL of the Git repository with the program and the stack files.")
    branch: str = Field(default="main", description="The branch that is deployed.")
    directory: str | None = Field(default=None, description="The program's directory in the repository.")
    service_account: str | None = Field(default=None, description="The service account of the workspace pods.")


class Inventory(Section):
    """A fleet."""

    group_by: Annotated[list[Label], Once] = Field(
        default_factory=list[str],
        description="Names of the labels by which clusters are grouped: a stack has clusters of one group.",
    )
    at_most: int = Field(default=20, strict=True, ge=1, le=50, description="The most clusters that a stack gets.")
    defaults: Defaults = Field(default_factory=Defaults, description="What all objects of a kind have.")
    clusters: Keyed[ClusterEntry] = Field(description="The clusters, by a key of your choice.")
    consumers: Keyed[ConsumerEntry] = Field(
        default_factory=dict[str, ConsumerEntry], description="The networks that want private access, by key."
    )
    external_consumers: Keyed[ConsumerEntry] = Field(
        default_factory=dict[str, ConsumerEntry], description="Networks whose owners run a stack of their own, by key."
    )
    zones: dict[Label, ZoneEntry] = Field(
        default_factory=dict[str, ZoneEntry],
        description="Zones that stacks share, by key: each becomes a stack of its own.",
    )
    stacks: dict[str, StackOptions] = Field(
        default_factory=dict[str, StackOptions], description="Options of single stacks, or of all stacks of a group."
    )
    operator: OperatorOptions | None = Field(
        default=None, description="What Stack objects of the Pulumi Kubernetes Operator need."
    )

    def group_of(self, cluster: str) -> tuple[str, ...]:
        """Return the values of the labels by which a cluster is grouped."""
        return tuple(self.clusters[cluster].labels[name] for name in self.group_by)

    def select(self, selection: list[str] | Mapping[str, str] | None) -> frozenset[str]:
        """Return the keys of the clusters that a selection means; None means all of them."""
        if isinstance(selection, list):
            return frozenset(selection)
        return frozenset(
            key for key, cluster in self.clusters.items() if (selection or {}).items() <= cluster.labels.items()
        )

    @cached_property
    def selected(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The clusters of each consumer, by section and key."""
        return {
            (section, key): self.select(consumer.clusters)
            for section, consumers in (("consumers", self.consumers), ("external_consumers", self.external_consumers))
            for key, consumer in consumers.items()
        }
