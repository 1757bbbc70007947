"""A whole stack's settings. Plain values, checked on their own; nothing here asks Azure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Self, TypeVar, cast

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from ..problems import Problem
from ..resource_ids import ResourceId
from .clusters import ClusterSettings, HandOverSource
from .consumers import ConsumerSettings, ExternalConsumerSettings
from .dns import DnsSettings
from .section import Section, wrong
from .types import Keyed
from .validation import problems_of


class Settings(Section):
    """A whole stack: clusters, and the networks that reach them."""

    clusters: Keyed[ClusterSettings] = Field(
        default_factory=dict[str, ClusterSettings], description="The clusters to publish, by a key of your choice."
    )
    hand_overs: Keyed[HandOverSource] = Field(
        default_factory=dict[str, HandOverSource],
        description="The clusters that somebody else publishes, by a key of your choice.",
    )
    consumers: Keyed[ConsumerSettings] = Field(
        default_factory=dict[str, ConsumerSettings],
        description="The networks that want private access, by a key of your choice.",
    )
    external_consumers: Keyed[ExternalConsumerSettings] = Field(
        default_factory=dict[str, ExternalConsumerSettings],
        description="Networks whose owners run a stack of their own, by a key of your choice.",
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for each in _missing({name: getattr(self, name) for name in self.model_fields_set}):
            wrong(each.path, each.message, each.remedy, is_missing=True)
        clusters = {each.lower() for each in self.clusters}
        for key in self.hand_overs:
            if key.lower() in clusters:
                wrong(f"hand_overs.{key}", "is a key of `clusters` as well", "rename one of the two")
        return self

    @cached_property
    def cluster_keys(self) -> list[str]:
        """The keys of all clusters, whoever publishes them; sorted."""
        return sorted([*self.clusters, *self.hand_overs])

    def cluster(self, key: str) -> ClusterSettings | HandOverSource:
        """A cluster by its key."""
        return self.clusters.get(key) or self.hand_overs[key]

    def has_cluster(self, key: str) -> bool:
        """Whether there is a cluster of this key, whoever publishes it."""
        return key in self.clusters or key in self.hand_overs

    def consumers_of(self, cluster: str) -> dict[str, ConsumerSettings]:
        """Those consumers that connect to a cluster."""
        return self._consumers_by_cluster.get(cluster, {})

    def external_consumers_of(self, cluster: str) -> dict[str, ExternalConsumerSettings]:
        """Those external consumers that may connect to a cluster."""
        return self._external_consumers_by_cluster.get(cluster, {})

    # Each is asked for every cluster: looking through all consumers each time would take the square of their number.

    @cached_property
    def _consumers_by_cluster(self) -> dict[str, dict[str, ConsumerSettings]]:
        return _by_cluster(self.cluster_keys, self.consumers)

    @cached_property
    def _external_consumers_by_cluster(self) -> dict[str, dict[str, ExternalConsumerSettings]]:
        return _by_cluster(self.cluster_keys, self.external_consumers)

    def alone(self, cluster: str) -> Settings:
        """The settings of one cluster: what other clusters its consumers name is not its concern."""
        return Settings.model_construct(
            clusters={key: each for key, each in self.clusters.items() if key == cluster},
            hand_overs={key: each for key, each in self.hand_overs.items() if key == cluster},
            consumers={
                key: each.model_copy(
                    update={
                        "clusters": None,
                        "endpoints": {name: of for name, of in each.endpoints.items() if name == cluster},
                    }
                )
                for key, each in self.consumers_of(cluster).items()
            },
            external_consumers={
                key: each.model_copy(update={"clusters": None})
                for key, each in self.external_consumers_of(cluster).items()
            },
        )

    @property
    def resource_groups(self) -> list[tuple[str, str, str]]:
        """The resource groups that are named: (path of the setting, subscription, name)."""
        return [
            *(
                (f"clusters.{key}.resource_group", each.home.subscription, each.resource_group)
                for key, each in self.clusters.items()
                if each.resource_group
            ),
            *(
                (f"consumers.{key}.resource_group", each.subnet_id.subscription, each.resource_group)
                for key, each in self.consumers.items()
                if each.resource_group
            ),
            *(
                (f"consumers.{key}.dns.resource_group", each.zone_subscription, each.dns.resource_group)
                for key, each in self.consumers.items()
                if isinstance(each.dns, DnsSettings)
            ),
        ]

    @property
    def subscriptions(self) -> list[str]:
        """Every subscription in which something is made or read."""
        found: set[str] = set()
        for cluster in self.clusters.values():
            balancers = [each.load_balancer for each in cluster.services.values()]
            found |= {
                each.subscription
                for each in [cluster.home, cluster.nat.subnet_id, *balancers]
                if isinstance(each, ResourceId)
            }
        for consumer in self.consumers.values():
            found |= {consumer.subnet_id.subscription, *(each.subscription for each in consumer.zone_ids)}
            if isinstance(consumer.dns, DnsSettings):
                found.add(consumer.zone_subscription)
        return sorted(found)


_Consumer = TypeVar("_Consumer", ConsumerSettings, ExternalConsumerSettings)


def _by_cluster(clusters: Sequence[str], consumers: Mapping[str, _Consumer]) -> dict[str, dict[str, _Consumer]]:
    found: dict[str, dict[str, _Consumer]] = {key: {} for key in clusters}
    for key, consumer in consumers.items():
        for cluster in clusters if consumer.clusters is None else consumer.clusters:
            found.setdefault(cluster, {})[key] = consumer
    return found


def parse_settings(given: Mapping[str, object], prefix: str = "") -> Settings | list[Problem]:
    """The settings, or every problem that they have."""
    settings, problems = parse_valid_settings(given, prefix)
    return settings if settings and not problems else problems


def parse_valid_settings(given: Mapping[str, object], prefix: str = "") -> tuple[Settings | None, list[Problem]]:
    """
    The settings of those clusters and consumers that are right, and the problems of the others.

    No settings where these do not make a stack.
    """
    try:
        return Settings.model_validate(given), []
    except ValidationError as error:
        errors = error.errors()
    found = problems_of(errors, Settings, prefix)
    # pydantic looks at the whole only where every part is right.
    missing = [replace(each, path=prefix + each.path) for each in _missing(given)]
    found = [*(each for each in missing if each not in found), *found]
    sound = _sound(given, errors)
    if sound is None:
        return None, found
    settings, others = parse_valid_settings(sound, prefix)
    return settings, [*found, *others]


def _sound(given: Mapping[str, object], errors: list[ErrorDetails]) -> dict[str, object] | None:
    """What is left without the objects that have errors; None where that is nothing to look at."""
    if any(len(error["loc"]) < 2 for error in errors):
        return None  # a whole section is wrong: nobody knows what the others could say of it
    wrong = {error["loc"][:2] for error in errors}
    sound: dict[str, object] = {
        section: {key: each for key, each in objects.items() if (section, key) not in wrong}
        for section, objects in cast("Mapping[str, Mapping[str, object]]", given).items()
    }
    return None if _missing(sound) or sound == given else sound


def _missing(given: Mapping[str, object]) -> list[Problem]:
    """What a stack cannot do without."""
    found: list[Problem] = []
    if _is_empty(given, "clusters") and _is_empty(given, "hand_overs"):
        remedy = "write it: the clusters to publish, by a key of your choice; or `hand_overs` for those of others"
        found.append(Problem("clusters", "is missing", remedy, is_missing=True))
    if "consumers" not in given and _is_empty(given, "external_consumers"):
        remedy = "write it: the networks that want private access, by a key of your choice; `{}` for services alone"
        found.append(Problem("consumers", "is missing", remedy, is_missing=True))
    return found


def _is_empty(given: Mapping[str, object], section: str) -> bool:
    # What is no mapping is wrong, but it is there.
    return given.get(section, {}) == {}
