"""The settings that describe a cluster's private link services as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ...naming.azure import naming_key, service_name
from ...resource_ids import FrontendId
from ...settings import ROLES, ClusterSettings, KeptOfService, Role, Settings
from .azure_objects import ClusterTargets, Found, FoundService, Frontend
from .suggestions import Path, Suggestions, same

_EVERYONE = frozenset("*")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Services:
    """A cluster's services, those that are there."""

    cluster: ClusterTargets
    by_role: Mapping[Role, FoundService]

    def role_of(self, target: str) -> Role | None:
        """The service that an endpoint connects to, by alias or by id."""
        for role, each in self.by_role.items():
            if target and target.lower() in (each.alias.lower(), each.id.lower()):
                return role
        return None


def choose_services(cluster: ClusterTargets, found: Found, suggestions: Suggestions) -> Services:
    """The services that are taken over: one for each role, all in one resource group."""
    chosen: dict[Role, FoundService] = {}
    for role in ROLES:
        for service in _on(cluster.frontends.get(role, ()), found.services):
            group = next(iter(chosen.values()), service).parsed.resource_group
            if role in chosen:
                suggestions.leave(service.id, f"a second service of {cluster.key}'s {role}")
            elif service.parsed.resource_group.lower() != group.lower():
                suggestions.leave(service.id, f"is in another resource group than {cluster.key}'s other service")
            else:
                chosen[role] = service
    return Services(cluster, chosen)


def _on(frontends: Iterable[Frontend], services: Iterable[FoundService]) -> list[FoundService]:
    """The services on the frontends, in the order of these."""
    by_frontend = {id.lower(): each for each in services for id in each.frontend_ids}
    return [by_frontend[each.id.lower()] for each in frontends if each.id.lower() in by_frontend]


def suggest_services(
    services: Services, settings: Settings, suggestions: Suggestions, needed: set[str], trusted: set[str]
) -> None:
    """
    What they are, and who may connect to them; there is one at least.

    `needed` are the subscriptions of all that the settings know of, `trusted` those whose connections Azure approves:
    what is derived from them is not said again.
    """
    suggesting = _Suggesting(services, settings.clusters[services.cluster.key], suggestions)
    suggesting.suggest()
    suggesting.suggest_access(frozenset(needed), frozenset(trusted))


@dataclass(frozen=True)
class _Suggesting:
    services: Services
    given: ClusterSettings
    suggestions: Suggestions

    @property
    def _path(self) -> Path:
        return "clusters", self.services.cluster.key

    def suggest(self) -> None:
        by_role, cluster = self.services.by_role, self.services.cluster
        roles = [each for each in ROLES if each in by_role]
        self.suggestions.say((*self._path, "roles"), roles, [each for each in ROLES if each in cluster.frontends])
        group = next(iter(by_role.values())).parsed.resource_group
        if not same(group, cluster.resource_group) or self.given.resource_group:
            self.suggestions.say((*self._path, "resource_group"), group, cluster.resource_group)
        for role, service in by_role.items():
            self._suggest_service(role, service)
        self._suggest_nat()
        self._suggest_tags()

    def _suggest_service(self, role: Role, service: FoundService) -> None:
        path, cluster = (*self._path, "services", role), self.services.cluster
        by_name = service_name(naming_key(cluster.key, self.given), role)
        self.suggestions.say((*path, "name"), service.parsed.name, by_name)
        frontend, by_default = FrontendId.parse(service.frontend_ids[0]), cluster.frontends[role][0].id
        if not same(frontend.text, by_default):
            self.suggestions.say((*path, "load_balancer"), frontend.names[0], None)
            self.suggestions.say((*path, "frontend"), frontend.name, None)
        self.suggestions.say((*path, "proxy_protocol"), service.proxy_protocol, default=False)
        if not same(service.fqdns, [each.host for each in cluster.records[role]]):
            self.suggestions.keep(path, "fqdns", {(*self._path, "legacy_names"): self.given.legacy_names})

    def _suggest_nat(self) -> None:
        """Subnet and number of NAT addresses are the cluster's, static addresses a service's; all else is kept."""
        nat, own = (*self._path, "nat"), self.services.cluster.subnet_id
        subnets = {each.subnet_id.lower(): each.subnet_id for every in self._services for each in every.nat}
        [common, *others] = subnets.values()
        if not others and (not same(common, own) or self.given.nat.subnet_id):
            self.suggestions.say((*nat, "subnet_id"), common, own)
        counts = {len(each.nat) for each in self._services if not _static(each)}
        if len(counts) == 1:
            self.suggestions.say((*nat, "addresses"), next(iter(counts)), 1)
        subnet = str(self.given.nat.subnet_id or (own if others else common))
        count = self.suggestions.said((*nat, "addresses")) or (next(iter(counts)) if len(counts) == 1 else 1)
        for role, service in self.services.by_role.items():
            path, static = (*self._path, "services", role), _static(service)
            if not _is_plain(service, subnet) or len(service.nat) != (len(static) or count):
                said = {(*nat, "addresses"): len(service.nat), (*path, "nat_addresses"): static}
                self.suggestions.keep(path, "nat_addresses", {**said, (*nat, "subnet_id"): service.nat[0].subnet_id})
            else:
                self.suggestions.say((*path, "nat_addresses"), static or None, None)

    def _suggest_tags(self) -> None:
        path = (*self._path, "tags")
        common = self._common({role: each.tags for role, each in self.services.by_role.items()})
        if common is not None:
            self.suggestions.say(path, common, {})
            return
        for role, service in self.services.by_role.items():
            if service.tags != (self.suggestions.said(path) or {}):
                self.suggestions.keep((*self._path, "services", role), "tags", {path: service.tags})

    def suggest_access(self, needed: frozenset[str], trusted: frozenset[str]) -> None:
        approved: dict[Role, frozenset[str]] = {
            role: _lower(each.auto_approval) for role, each in self.services.by_role.items()
        }
        trusted = self._suggest_list("auto_approval", approved, trusted)
        visible: dict[Role, frozenset[str]] = {
            role: _lower(each.visibility) for role, each in self.services.by_role.items()
        }
        if self._common(visible) == _EVERYONE or self.given.visible_to_all:
            self._suggest_everyone(visible)
        else:
            self._suggest_list("visibility", visible, needed | trusted)

    def _suggest_list(
        self, name: KeptOfService, found: Mapping[Role, frozenset[str]], derived: frozenset[str]
    ) -> frozenset[str]:
        """Subscriptions that all services list are said once; a service that deviates from it keeps what it has."""
        path, common = (*self._path, name), self._common(found)
        said = self.suggestions.said(path)
        planned = _lower(said) if said is not None else derived
        if common is not None and (said is not None or common > derived):
            self.suggestions.say(path, sorted(common), sorted(derived))
            return planned if said is not None else common
        for role, each in found.items():
            if each != planned:
                self.suggestions.keep((*self._path, "services", role), name, {path: sorted(each)})
        return planned

    def _suggest_everyone(self, found: Mapping[Role, frozenset[str]]) -> None:
        path = (*self._path, "visible_to_all")
        if self.suggestions.said((*self._path, "visibility")) is not None:
            self.suggestions.differ((*self._path, "visibility"), "*", "visible_to_all: true in its place")
        elif self._common(found) == _EVERYONE:
            self.suggestions.say(path, in_azure=True, default=False)
        else:
            for role, each in found.items():
                if each != _EVERYONE:
                    self.suggestions.keep((*self._path, "services", role), "visibility", {path: sorted(each)})

    @property
    def _services(self) -> Iterable[FoundService]:
        return self.services.by_role.values()

    @staticmethod
    def _common(values: Mapping[Role, _Value]) -> _Value | None:
        first = next(iter(values.values()))
        return first if all(each == first for each in values.values()) else None


def _lower(given: Iterable[str]) -> frozenset[str]:
    return frozenset(each.lower() for each in given)


def _is_plain(service: FoundService, subnet: str) -> bool:
    """Whether its NAT addresses are named and placed as this library does it."""
    return all(
        each.name == f"nat-{number}" and each.primary == (number == 1) and each.subnet_id.lower() == subnet.lower()
        for number, each in enumerate(service.nat, 1)
    )


def _static(service: FoundService) -> list[str]:
    return [each.address for each in service.nat if each.method == "Static" and each.address]
