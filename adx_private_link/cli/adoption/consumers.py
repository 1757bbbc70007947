"""The settings that describe private endpoints as they are: one consumer for each subnet."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ...facts import DEAD
from ...settings import ROLES, ConsumerSettings, Role, Settings
from ...topology.services import REQUEST_MESSAGE
from .found import Found, FoundEndpoint
from .services import Services
from .suggestions import Suggestions

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that can be taken over."""

    found: FoundEndpoint
    address: str
    cluster: str
    role: Role


@dataclass(frozen=True)
class Consumer:
    """A subnet with endpoints, at most one for each service."""

    key: str
    given: ConsumerSettings | None
    """What the settings say of it already."""
    endpoints: tuple[Endpoint, ...]

    @property
    def network_id(self) -> str:
        return str(self.endpoints[0].found.subnet_id.network)

    @property
    def subscription(self) -> str:
        return self.endpoints[0].found.subnet_id.subscription

    @property
    def path(self) -> tuple[str, str]:
        return "consumers", self.key


def choose_consumers(
    services: Sequence[Services], settings: Settings, found: Found, suggestions: Suggestions
) -> list[Consumer]:
    """Endpoints by subnet; of two for one service the one that its record leads to."""
    by_subnet: dict[str, list[Endpoint]] = {}
    for endpoint in found.endpoints:
        for each in services:
            if role := each.role_of(endpoint.connection.target):
                taken = Endpoint(endpoint, found.address(endpoint), each.cluster.key, role)
                by_subnet.setdefault(endpoint.subnet.lower(), []).append(taken)
    published = {address for zone in found.zones for record in zone.records for address in record.addresses}
    keys = {each.subnet_id.key: key for key, each in settings.consumers.items()}
    consumers: list[Consumer] = []
    for subnet in sorted(by_subnet):
        given = settings.consumers.get(keys.get(subnet, ""))
        key = keys.get(subnet) or _new_key(
            by_subnet[subnet][0], {*settings.consumers, *(each.key for each in consumers)}
        )
        best = sorted(by_subnet[subnet], key=lambda each: _rank(each, published))
        if chosen := _chosen(best, given, suggestions):
            consumers.append(Consumer(key, given, tuple(chosen)))
    return consumers


def _rank(endpoint: Endpoint, published: set[str]) -> tuple[bool, bool, bool, str]:
    """What clients use comes first."""
    state = endpoint.found.connection.state
    return state in DEAD, endpoint.address not in published, state != "Approved", endpoint.found.id.lower()


def _chosen(best: Sequence[Endpoint], given: ConsumerSettings | None, suggestions: Suggestions) -> list[Endpoint]:
    chosen: dict[tuple[str, Role], Endpoint] = {}
    group = given.resource_group if given and given.resource_group else best[0].found.parsed.resource_group
    by_id = given.approval == "resource_id" if given and "approval" in given.model_fields_set else _is_by_id(best[0])
    for each in best:
        if given and not (given.connects_to(each.cluster) and each.role in (given.roles or ROLES)):
            suggestions.leave(each.found.id, f"the settings of its subnet do not ask for {each.cluster}'s {each.role}")
        elif (each.cluster, each.role) in chosen:
            suggestions.leave(each.found.id, f"a second endpoint of its subnet for {each.cluster}'s {each.role}")
        elif each.found.parsed.resource_group.lower() != group.lower():
            suggestions.leave(
                each.found.id, f"lies in another resource group than its subnet's other endpoints ({group})"
            )
        elif _is_by_id(each) != by_id:
            suggestions.leave(
                each.found.id, "connects otherwise (by id, or by a request) than its subnet's other endpoints"
            )
        else:
            chosen[each.cluster, each.role] = each
    return sorted(chosen.values(), key=lambda each: (each.cluster, ROLES.index(each.role)))


def _is_by_id(endpoint: Endpoint) -> bool:
    return bool(endpoint.found.automatic)


def _new_key(endpoint: Endpoint, taken: set[str]) -> str:
    """From the network's name, or where that is taken from network and subnet."""
    subnet = endpoint.found.subnet_id
    names = [subnet.network.name, f"{subnet.network.name}-{subnet.name}"]
    names += [f"{subnet.network.name}-{number}" for number in range(2, len(taken) + 3)]
    in_use = {each.lower() for each in taken}
    return next(key for each in names if (key := as_key(each)).lower() not in in_use)


def as_key(name: str) -> str:
    """A name as a key of the settings."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:40].strip("-_") or "network"


def suggest_consumer(
    consumer: Consumer, services: Sequence[Services], settings: Settings, suggestions: Suggestions
) -> None:
    """All but DNS."""
    _Suggesting(consumer, settings, suggestions).suggest(services)


@dataclass(frozen=True)
class _Suggesting:
    consumer: Consumer
    settings: Settings
    suggestions: Suggestions

    def suggest(self, services: Sequence[Services]) -> None:
        said, first = self.suggestions.section(*self.consumer.path), self.consumer.endpoints[0].found
        said["subnet_id"] = first.subnet
        group = first.parsed.resource_group
        if group.lower() != first.subnet_id.resource_group.lower():
            said["resource_group"] = group
        said["approval"] = self._approval(services)
        self._suggest_targets(services)
        if said["approval"] != "resource_id":
            self._suggest_common("request_message", lambda each: each.connection.request_message, REQUEST_MESSAGE)
        self._suggest_common("tags", lambda each: each.tags, {})
        self._suggest_common("application_security_groups", lambda each: sorted(each.group_ids), [])
        for each in self.consumer.endpoints:
            self._suggest_endpoint(each)

    def _approval(self, services: Sequence[Services]) -> str:
        """What is approved already is not approved again."""
        if _is_by_id(self.consumer.endpoints[0]):
            return "resource_id"
        by_cluster = {each.cluster.key: each.by_role for each in services}
        connected = [by_cluster[each.cluster][each.role] for each in self.consumer.endpoints]
        trusted = all(
            self.consumer.subscription in {each.lower() for each in service.auto_approval} for service in connected
        )
        return "auto" if trusted else "elsewhere"

    def _suggest_targets(self, services: Sequence[Services]) -> None:
        """Clusters and roles, where it does not connect to all that there is."""
        roles: dict[str, list[Role]] = {}
        for each in self.consumer.endpoints:
            roles.setdefault(each.cluster, []).append(each.role)
        published = {
            each.cluster.key: [role for role in ROLES if role in each.by_role] for each in services if each.by_role
        }
        said = self.suggestions.section(*self.consumer.path)
        if roles.keys() != published.keys() | self.settings.hand_overs.keys():
            said["clusters"] = sorted(roles)
        if any(published[cluster] != of for cluster, of in roles.items()):
            said["roles"] = [role for role in ROLES if any(role in of for of in roles.values())]

    def _suggest_common(self, name: str, of: Callable[[FoundEndpoint], _Value], default: _Value) -> None:
        """What is said once for all endpoints of a consumer; an endpoint that deviates from it keeps what it has."""
        values = [of(each.found) for each in self.consumer.endpoints]
        # What is empty in Azure cannot be said: the settings leave it out then, and a default takes its place.
        common = values[0] if values[0] and all(each == values[0] for each in values) else default
        if common != default:
            self.suggestions.section(*self.consumer.path)[name] = common
        for each, value in zip(self.consumer.endpoints, values, strict=True):
            if value != common:
                self._keep(each, name, value)

    def _suggest_endpoint(self, endpoint: Endpoint) -> None:
        found, said = endpoint.found, self.suggestions.section(*self._path(endpoint))
        cluster = self.settings.clusters[endpoint.cluster].formerly or endpoint.cluster
        own = self.consumer.given.formerly if self.consumer.given else None
        if found.parsed.name != f"pe-{cluster}-{endpoint.role}-{own or self.consumer.key}":
            said["name"] = found.parsed.name
        if found.manual and found.connection.target.startswith("/"):
            said["by_id"] = True
        if found.interface_name:
            said["interface_name"] = found.interface_name
        match found.ip_configurations:
            case ():
                pass
            case (only,) if only.name == "static":
                said["address"] = only.address
            case several:
                self._keep(endpoint, "address", [each.address for each in several])
        if found.connection.name != f"{cluster}-{endpoint.role}":
            self._keep(endpoint, "connection_name", found.connection.name)

    def _path(self, endpoint: Endpoint) -> tuple[str, ...]:
        return (*self.consumer.path, "endpoints", endpoint.cluster, endpoint.role)

    def _keep(self, endpoint: Endpoint, what: str, value: object) -> None:
        given: dict[str, object] = {}
        if self.consumer.given:
            special = self.consumer.given.endpoint(endpoint.cluster, endpoint.role)
            for path, section in ((self.consumer.path, self.consumer.given), (self._path(endpoint), special)):
                if what in section.model_fields_set:
                    given[".".join([*path, what])] = getattr(section, what)
        self.suggestions.keep(self._path(endpoint), what, value, given)
