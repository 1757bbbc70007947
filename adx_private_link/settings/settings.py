"""The settings of a whole stack: plain values, checked without asking Azure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Self, TypeVar, cast

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from ..problems import Problem
from ..resource_ids import ResourceId
from .alerts import AlertSettings
from .clusters import ClusterSettings, HandOverSource
from .consumers import ConsumerSettings, ExternalConsumerSettings
from .keys import Keyed
from .problems import describe_errors
from .section import Section, reject
from .zones import ZoneSettings


class Settings(Section):
    """A whole stack: clusters, and the networks that reach them."""

    clusters: Keyed[ClusterSettings] = Field(
        default_factory=dict[str, ClusterSettings], description="The clusters to publish, by a key of your choice."
    )
    hand_overs: Keyed[HandOverSource] = Field(
        default_factory=dict[str, HandOverSource],
        description="The clusters that other stacks publish, by a key of your choice.",
    )
    consumers: Keyed[ConsumerSettings] = Field(
        default_factory=dict[str, ConsumerSettings],
        description="The networks that want private access, by a key of your choice.",
    )
    external_consumers: Keyed[ExternalConsumerSettings] = Field(
        default_factory=dict[str, ExternalConsumerSettings],
        description="Networks whose owners run a stack of their own, by a key of your choice.",
    )
    zones: Keyed[ZoneSettings] = Field(
        default_factory=dict[str, ZoneSettings],
        description="Private DNS zones that this stack creates for other stacks, by a key of your choice. A stack can "
        "consist of them alone.",
    )
    alerts: AlertSettings | None = Field(
        default=None, description="Metric alerts on private link services and private endpoints. Default: none."
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for problem in _missing_sections({name: getattr(self, name) for name in self.model_fields_set}):
            reject(problem.path, problem.message, problem.remedy, is_missing=True)
        clusters = {key.lower() for key in self.clusters}
        for key in self.hand_overs:
            if key.lower() in clusters:
                reject(f"hand_overs.{key}", "is a key of `clusters` as well", "rename one of the two")
        return self

    @cached_property
    def cluster_keys(self) -> list[str]:
        """The keys of all clusters, published here or handed over; sorted."""
        return sorted([*self.clusters, *self.hand_overs])

    def cluster(self, key: str) -> ClusterSettings | HandOverSource:
        """Return a cluster by its key."""
        return self.clusters.get(key) or self.hand_overs[key]

    def has_cluster(self, key: str) -> bool:
        """Return whether a cluster has this key, published here or handed over."""
        return key in self.clusters or key in self.hand_overs

    def consumers_of(self, cluster: str) -> dict[str, ConsumerSettings]:
        """Return the consumers that connect to a cluster."""
        return self._consumers_by_cluster.get(cluster, {})

    def external_consumers_of(self, cluster: str) -> dict[str, ExternalConsumerSettings]:
        """Return the external consumers that may connect to a cluster."""
        return self._external_consumers_by_cluster.get(cluster, {})

    # Both are asked for every cluster: a search through all consumers each time would take too long.

    @cached_property
    def _consumers_by_cluster(self) -> dict[str, dict[str, ConsumerSettings]]:
        return _by_cluster(self.cluster_keys, self.consumers)

    @cached_property
    def _external_consumers_by_cluster(self) -> dict[str, dict[str, ExternalConsumerSettings]]:
        return _by_cluster(self.cluster_keys, self.external_consumers)

    def alone(self, cluster: str) -> Settings:
        """Return the settings of one cluster, with its consumers' settings for it."""
        return Settings.model_construct(
            clusters={key: value for key, value in self.clusters.items() if key == cluster},
            hand_overs={key: value for key, value in self.hand_overs.items() if key == cluster},
            consumers={
                key: consumer.model_copy(
                    update={
                        "clusters": None,
                        "endpoints": {name: targets for name, targets in consumer.endpoints.items() if name == cluster},
                    }
                )
                for key, consumer in self.consumers_of(cluster).items()
            },
            external_consumers={
                key: consumer.model_copy(update={"clusters": None})
                for key, consumer in self.external_consumers_of(cluster).items()
            },
            alerts=self.alerts,
        )

    @property
    def resource_groups(self) -> list[tuple[str, str, str]]:
        """The resource groups that the settings name: (path of the setting, subscription, name)."""
        return [
            *(
                (f"clusters.{key}.resource_group", cluster.home.subscription, cluster.resource_group)
                for key, cluster in self.clusters.items()
                if cluster.resource_group
            ),
            *(
                (f"consumers.{key}.resource_group", consumer.subnet_id.subscription, consumer.resource_group)
                for key, consumer in self.consumers.items()
                if consumer.resource_group
            ),
            *(
                (f"consumers.{key}.dns.resource_group", consumer.zone_subscription, consumer.zones.resource_group)
                for key, consumer in self.consumers.items()
                if consumer.zones and consumer.zones.resource_group
            ),
            *(
                (f"zones.{key}.resource_group_id", zone.resource_group_id.subscription, zone.resource_group_id.name)
                for key, zone in self.zones.items()
            ),
        ]

    @property
    def subscriptions(self) -> list[str]:
        """Every subscription in which something is created or read."""
        subscriptions: set[str] = set()
        for cluster in self.clusters.values():
            balancers = [service.load_balancer for service in cluster.services.values()]
            ids = [cluster.home, cluster.nat.subnet_id, *balancers]
            subscriptions |= {id.subscription for id in ids if isinstance(id, ResourceId)}
            # This stack has no part in a target whose owner approves.
            subscriptions |= {
                managed.target.subscription for managed in cluster.managed_endpoints.values() if managed.approve
            }
        for consumer in self.consumers.values():
            subscriptions.add(consumer.subnet_id.subscription)
            if zones := consumer.zones:
                subscriptions |= {id.subscription for id in (*zones.zone_ids, *zones.zones_in)}
                subscriptions |= {consumer.zone_subscription} if zones.resource_group else set[str]()
        subscriptions |= {zone.resource_group_id.subscription for zone in self.zones.values()}
        if self.alerts:
            subscriptions.add(self.alerts.action_group_id.subscription)
        return sorted(subscriptions)


_Consumer = TypeVar("_Consumer", ConsumerSettings, ExternalConsumerSettings)


def _by_cluster(clusters: Sequence[str], consumers: Mapping[str, _Consumer]) -> dict[str, dict[str, _Consumer]]:
    by_cluster: dict[str, dict[str, _Consumer]] = {key: {} for key in clusters}
    for key, consumer in consumers.items():
        for cluster in clusters if consumer.clusters is None else consumer.clusters:
            by_cluster.setdefault(cluster, {})[key] = consumer
    return by_cluster


_ALERTS = "alerts"
"""The only section without keys."""


def parse_settings(content: Mapping[str, object], prefix: str = "") -> Settings | list[Problem]:
    """Parse settings, or return every problem that they have; paths of problems begin with `prefix`."""
    settings, problems = parse_valid_settings(content, prefix)
    return settings if settings and not problems else problems


def parse_valid_settings(content: Mapping[str, object], prefix: str = "") -> tuple[Settings | None, list[Problem]]:
    """
    Parse the settings of those clusters and consumers that are valid, and return the problems of the others.

    The settings are None where the valid ones are no stack.
    """
    try:
        return Settings.model_validate(content), []
    except ValidationError as error:
        errors = error.errors()
    problems = describe_errors(errors, Settings, prefix)
    # pydantic validates the whole only where every part is valid.
    missing = [replace(problem, path=prefix + problem.path) for problem in _missing_sections(content)]
    problems = [*(problem for problem in missing if problem not in problems), *problems]
    valid = _without_invalid(content, errors)
    if valid is None:
        return None, problems
    settings, others = parse_valid_settings(valid, prefix)
    return settings, [*problems, *others]


def _without_invalid(content: Mapping[str, object], errors: list[ErrorDetails]) -> dict[str, object] | None:
    """The content without the objects that have errors; None where the rest cannot be checked."""
    # No other section refers to the alerts.
    others = [error["loc"] for error in errors if error["loc"][:1] != (_ALERTS,)]
    if any(len(location) < 2 for location in others):
        return None  # a whole section is invalid, so that other sections may refer to unknown objects
    invalid = {location[:2] for location in others}
    valid: dict[str, object] = {
        section: {key: value for key, value in objects.items() if (section, key) not in invalid}
        for section, objects in cast("Mapping[str, Mapping[str, object]]", content).items()
        if section != _ALERTS
    }
    if len(others) == len(errors) and _ALERTS in content:
        valid[_ALERTS] = content[_ALERTS]
    return None if _missing_sections(valid) or valid == content else valid


def _missing_sections(content: Mapping[str, object]) -> list[Problem]:
    """The sections without which settings are no stack."""
    problems: list[Problem] = []
    if content.get("zones") and all(_is_empty(content, name) for name in ("clusters", "hand_overs", "consumers")):
        return problems  # other stacks have the clusters
    if _is_empty(content, "clusters") and _is_empty(content, "hand_overs"):
        remedy = "write it: the clusters to publish, by a key of your choice; or `hand_overs` for those of others"
        problems.append(Problem("clusters", "is missing", remedy, is_missing=True))
    if "consumers" not in content and _is_empty(content, "external_consumers"):
        remedy = "write it: the networks that want private access, by a key of your choice; `{}` for services alone"
        problems.append(Problem("consumers", "is missing", remedy, is_missing=True))
    return problems


def _is_empty(content: Mapping[str, object], section: str) -> bool:
    # A section that is no mapping is invalid, but not missing.
    return content.get(section, {}) == {}
