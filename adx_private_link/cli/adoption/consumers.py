"""The settings that describe private endpoints as they are: a consumer for each subnet that has some."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from ...naming.azure import connection_name, endpoint_name, naming_key
from ...settings import ROLES, ConsumerSettings, Role, Settings
from ...topology.injected import REQUEST_MESSAGE
from .azure_objects import Found, FoundEndpoint
from .services import Services
from .suggestions import Dead, Path, Suggestions, same

_LONGEST_KEY = 40


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that can be taken over."""

    found: FoundEndpoint
    address: str
    cluster: str
    role: Role

    @property
    def is_by_right(self) -> bool:
        """Whether Azure approved it at once, because its creator had the right on the service."""
        return bool(self.found.automatic)


@dataclass(frozen=True)
class Consumer:
    """A subnet with endpoints, at most one for each service."""

    key: str
    given: ConsumerSettings | None
    """What the settings say of it already."""
    is_deployed: bool
    """Whether the stack has endpoints of it."""
    endpoints: tuple[Endpoint, ...]

    @property
    def name(self) -> str:
        """The key that names are made from."""
        return naming_key(self.key, self.given) if self.given else self.key

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
    services: Sequence[Services], settings: Settings, found: Found, deployed: frozenset[str], suggestions: Suggestions
) -> list[Consumer]:
    """The endpoints by consumer, without those that the stack has (`deployed`: ids in lower case)."""
    published = {address for zone in found.zones for record in zone.records for address in record.addresses}
    candidates = sorted(_candidates(services, found), key=lambda each: _rank(each, published))
    stacks_own = {each.found.subnet.lower() for each in candidates if each.found.id.lower() in deployed}
    by_consumer: dict[str, list[Endpoint]] = {}
    for each in candidates:
        if each.found.id.lower() not in deployed:
            by_consumer.setdefault(_key(each, settings, by_consumer), []).append(each)
    consumers: list[Consumer] = []
    for key, best in sorted(by_consumer.items()):
        given = settings.consumers.get(key)
        if chosen := _chosen(key, best, given, suggestions):
            consumers.append(Consumer(key, given, best[0].found.subnet.lower() in stacks_own, tuple(chosen)))
    return consumers


def _candidates(services: Sequence[Services], found: Found) -> Iterator[Endpoint]:
    for endpoint in found.endpoints:
        for each in services:
            if role := each.role_of(endpoint.connection.target):
                yield Endpoint(endpoint, found.address(endpoint), each.cluster.key, role)


def _rank(endpoint: Endpoint, published: set[str]) -> tuple[bool, bool, bool, str]:
    """What clients use comes first."""
    found = endpoint.found
    waits = found.connection.state != "Approved"
    return found.is_dead, endpoint.address not in published, waits, found.id.lower()


def _key(endpoint: Endpoint, settings: Settings, taken: Mapping[str, Sequence[Endpoint]]) -> str:
    """The consumer that an endpoint is one of: a known one of its subnet, best one that asks for it; else a new one."""
    subnet = endpoint.found.subnet
    known = {key: each for key, each in settings.consumers.items() if same(each.subnet_id, subnet)}
    asking = [key for key, each in known.items() if _asks_for(each, endpoint)]
    if known:
        return (asking or list(known))[0]
    for key, others in taken.items():
        if key not in settings.consumers and same(others[0].found.subnet, subnet):
            return key
    sections = (settings.consumers, settings.external_consumers)
    used = {name.lower() for each in sections for key, of in each.items() for name in (key, naming_key(key, of))}
    return _new_key(endpoint, used | {each.lower() for each in taken})


def _asks_for(given: ConsumerSettings, endpoint: Endpoint) -> bool:
    return given.connects_to(endpoint.cluster) and endpoint.role in (given.roles or ROLES)


def _new_key(endpoint: Endpoint, taken: set[str]) -> str:
    """From the network's name; or where that is taken, from network and subnet."""
    subnet = endpoint.found.subnet_id
    named = [subnet.network.name, f"{subnet.network.name}-{subnet.name}"]
    return free_key(named, taken)


def free_key(named: Sequence[str], taken: set[str]) -> str:
    """The first name that is free as a key of the settings; else the last one with a number."""
    for each in named:
        if (key := _as_key(each)).lower() not in taken:
            return key
    numbered = (_as_key(named[-1][: _LONGEST_KEY - 4] + f"-{number}") for number in count(2))
    return next(each for each in numbered if each.lower() not in taken)


def _as_key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_LONGEST_KEY].strip("-_") or "network"


def _chosen(
    key: str, best: Sequence[Endpoint], given: ConsumerSettings | None, suggestions: Suggestions
) -> list[Endpoint]:
    chosen: dict[tuple[str, Role], Endpoint] = {}
    path = ("consumers", key)
    group = given.resource_group if given and given.resource_group else best[0].found.parsed.resource_group
    by_right = (
        given.approval == "resource_id" if given and "approval" in given.model_fields_set else best[0].is_by_right
    )
    for each in best:
        found, in_group = each.found, each.found.parsed.resource_group
        if given and not _asks_for(given, each):
            suggestions.leave(found.id, f"the settings of its subnet do not ask for {each.cluster}'s {each.role}")
        elif (each.cluster, each.role) in chosen:
            suggestions.leave(found.id, f"a second endpoint of its subnet for {each.cluster}'s {each.role}")
        elif not same(in_group, group):
            suggestions.leave(found.id, f"not in resource group {group}, unlike its subnet's endpoints")
            if given and given.resource_group:
                suggestions.differ((*path, "resource_group"), in_group, f"consumers.{key}.resource_group: {in_group}")
        elif each.is_by_right != by_right:
            suggestions.leave(
                found.id, "is approved in another way than its subnet's endpoints: by rights, or by a request"
            )
            if given and "approval" in given.model_fields_set:
                how = "resource_id" if each.is_by_right else "elsewhere"
                suggestions.differ((*path, "approval"), how, f"consumers.{key}.approval: {how}")
        else:
            chosen[each.cluster, each.role] = each
    return sorted(chosen.values(), key=lambda each: (each.cluster, ROLES.index(each.role)))


def suggest_consumer(
    consumer: Consumer, services: Sequence[Services], settings: Settings, suggestions: Suggestions
) -> str:
    """All but DNS; how its connections are approved."""
    return _Suggesting(consumer, settings, suggestions).suggest(services)


@dataclass(frozen=True)
class _Suggesting:
    consumer: Consumer
    settings: Settings
    suggestions: Suggestions

    def suggest(self, services: Sequence[Services]) -> str:
        path, first = self.consumer.path, self.consumer.endpoints[0].found
        approval = self._approval(services)
        self.suggestions.say((*path, "subnet_id"), first.subnet, None)
        self.suggestions.say((*path, "resource_group"), first.parsed.resource_group, first.subnet_id.resource_group)
        if not self.consumer.is_deployed:
            self.suggestions.say((*path, "approval"), approval, None)
        if self.consumer.given is None:
            self._suggest_targets(services)
        if not self.consumer.endpoints[0].is_by_right:
            self._suggest_common("request_message", lambda each: each.connection.request_message, REQUEST_MESSAGE)
        self._suggest_common("tags", lambda each: each.tags, {})
        self._suggest_common("application_security_groups", lambda each: sorted(each.group_ids), [])
        for each in self.consumer.endpoints:
            self._suggest_endpoint(each)
        return approval

    def _approval(self, services: Sequence[Services]) -> str:
        """What is approved already is not approved again."""
        given, endpoints = self.consumer.given, self.consumer.endpoints
        if self.consumer.is_deployed and given:
            return given.approval
        if endpoints[0].is_by_right:
            return "resource_id"
        by_cluster = {each.cluster.key: each.by_role for each in services}
        trusting = [by_cluster[each.cluster][each.role].auto_approval for each in endpoints]
        trusted = all(self.consumer.subscription in {each.lower() for each in every} for every in trusting)
        waiting = any(each.found.connection.state == "Pending" for each in endpoints)
        return "auto" if trusted and not waiting else "elsewhere"

    def _suggest_targets(self, services: Sequence[Services]) -> None:
        """Clusters and roles of a consumer that is new, where it does not connect to all that there is."""
        path = self.consumer.path
        roles: dict[str, list[Role]] = {}
        for each in self.consumer.endpoints:
            roles.setdefault(each.cluster, []).append(each.role)
        published = {each.cluster.key: [role for role in ROLES if role in each.by_role] for each in services}
        every = {key for key, of in published.items() if of} | {*self.settings.hand_overs}
        self.suggestions.say((*path, "clusters"), sorted(roles), sorted(every))
        if any(published[cluster] != of for cluster, of in roles.items()):
            union = [role for role in ROLES if any(role in of for of in roles.values())]
            self.suggestions.say((*path, "roles"), union, None)

    def _suggest_common(self, name: str, of: Callable[[FoundEndpoint], object], default: object) -> None:
        """What is said once for all endpoints of a consumer; an endpoint that deviates from it keeps what it has."""
        path = (*self.consumer.path, name)
        values = [of(each.found) for each in self.consumer.endpoints]
        common = values[0] if all(each == values[0] for each in values) else None
        # An empty message cannot be said: the default would take its place.
        if common is not None and (common or not default):
            self.suggestions.say(path, common, default)
            return
        said = self.suggestions.said(path)
        for each, value in zip(self.consumer.endpoints, values, strict=True):
            if not same(value, default if said is None else said):
                self.suggestions.keep(self._path(each), name, {path: value})

    def _suggest_endpoint(self, endpoint: Endpoint) -> None:
        found, path = endpoint.found, self._path(endpoint)
        cluster = naming_key(endpoint.cluster, self.settings.clusters[endpoint.cluster])
        by_default = endpoint_name(cluster, endpoint.role, self.consumer.name)
        if found.is_dead:
            logical_name = f"{cluster}.{self.consumer.name}.{endpoint.role}"
            command = f"pulumi up --replace '**PrivateEndpoint::{logical_name}'"
            self.suggestions.dead.append(Dead(found.id, found.connection.state, command))
        self.suggestions.say((*path, "name"), found.parsed.name, by_default)
        by_id = bool(found.manual) and found.connection.target.startswith("/")
        self.suggestions.say((*path, "by_id"), by_id, default=False)
        self.suggestions.say((*path, "interface_name"), found.interface_name or None, None)
        match found.ip_configurations:
            case ():
                self.suggestions.say((*path, "address"), None, None)
            case (only,) if only.name == "static":
                self.suggestions.say((*path, "address"), only.address, None)
            case several:
                self.suggestions.keep(path, "address", {(*path, "address"): several[0].address})
        if found.connection.name != connection_name(cluster, endpoint.role):
            self.suggestions.keep(path, "connection_name", {})

    def _path(self, endpoint: Endpoint) -> Path:
        return (*self.consumer.path, "endpoints", endpoint.cluster, endpoint.role)
