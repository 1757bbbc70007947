"""The settings that describe a cluster's private link services as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ...resource_ids import FrontendId
from ...settings import ROLES, ClusterSettings, Role, ServiceSettings, Settings
from .found import Found, FoundService, Frontend, Published
from .suggestions import Suggestions

_EVERYONE = frozenset("*")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Services:
    """A cluster's services, those that are there."""

    cluster: Published
    by_role: Mapping[Role, FoundService]

    def role_of(self, target: str) -> Role | None:
        """The service that an endpoint connects to, by alias or by id."""
        for role, each in self.by_role.items():
            if target.lower() in (each.alias.lower(), each.id.lower()):
                return role
        return None


def choose_services(cluster: Published, found: Found, suggestions: Suggestions) -> Services:
    """The services that are taken over: one for each role, all in one resource group."""
    chosen: dict[Role, FoundService] = {}
    for role in ROLES:
        for service in _on(cluster.frontends.get(role, ()), found.services):
            group = next(iter(chosen.values()), service).parsed.resource_group
            if role in chosen:
                suggestions.leave(service.id, f"a second service of {cluster.key}'s {role}")
            elif service.parsed.resource_group.lower() != group.lower():
                suggestions.leave(service.id, f"lies in another resource group than {cluster.key}'s other service")
            else:
                chosen[role] = service
    return Services(cluster, chosen)


def _on(frontends: Iterable[Frontend], services: Iterable[FoundService]) -> list[FoundService]:
    """The services on the frontends, in the order of these."""
    by_frontend = {id.lower(): each for each in services for id in each.frontend_ids}
    return [by_frontend[each.id.lower()] for each in frontends if each.id.lower() in by_frontend]


def suggest_services(services: Services, settings: Settings, suggestions: Suggestions) -> None:
    """All but who may connect."""
    if services.by_role:
        _Suggesting(services, settings.clusters[services.cluster.key], suggestions).suggest()


def suggest_access(
    services: Services, settings: Settings, suggestions: Suggestions, needed: set[str], trusted: set[str]
) -> None:
    """
    Who may connect, once the consumers are known.

    `needed` are the subscriptions of all that the settings know of, `trusted` those whose connections Azure approves:
    what is derived from them is not said again.
    """
    if services.by_role:
        given = settings.clusters[services.cluster.key]
        _Suggesting(services, given, suggestions).suggest_access(frozenset(needed), frozenset(trusted))


@dataclass(frozen=True)
class _Suggesting:
    services: Services
    given: ClusterSettings
    suggestions: Suggestions

    @property
    def _cluster(self) -> Published:
        return self.services.cluster

    @property
    def _path(self) -> tuple[str, str]:
        return "clusters", self._cluster.key

    def suggest(self) -> None:
        by_role, said = self.services.by_role, self.suggestions.section(*self._path)
        if set(by_role) != set(self._cluster.frontends):
            said["roles"] = [each for each in ROLES if each in by_role]
        group = next(iter(by_role.values())).parsed.resource_group
        if group.lower() != self._cluster.resource_group.lower():
            said["resource_group"] = group
        for role, service in by_role.items():
            self._suggest_service(role, service)
        self._suggest_nat()
        self._suggest_tags()

    def _suggest_service(self, role: Role, service: FoundService) -> None:
        said: dict[str, object] = (
            {} if service.parsed.name == f"pls-{self._name}-{role}" else {"name": service.parsed.name}
        )
        frontend = FrontendId.parse(service.frontend_ids[0])
        if frontend.key != self._cluster.frontends[role][0].id.lower():
            said |= {"load_balancer": frontend.names[0], "frontend": frontend.name}
        if service.proxy_protocol:
            said["proxy_protocol"] = True
        if said:
            self.suggestions.section(*self._path, "services", role).update(said)
        if {each.lower() for each in service.fqdns} != {self._cluster.hosts[role].lower()}:
            self._keep(role, "fqdns", service.fqdns)

    @property
    def _name(self) -> str:
        return self.given.formerly or self._cluster.key

    def _suggest_nat(self) -> None:
        """Subnet and number of NAT addresses are the cluster's, static addresses a service's; all else is kept."""
        subnets = {each.subnet_id.lower(): each.subnet_id for every in self._services for each in every.nat}
        subnet, count = self._cluster.subnet_id, 1
        if len(subnets) == 1 and subnet.lower() not in subnets:
            subnet = next(iter(subnets.values()))
            self.suggestions.section(*self._path, "nat")["subnet_id"] = subnet
        counts = {len(each.nat) for each in self._services if not _static(each)}
        if len(counts) == 1 and counts != {1}:
            count = counts.pop()
            self.suggestions.section(*self._path, "nat")["addresses"] = count
        for role, service in self.services.by_role.items():
            static = _static(service)
            if not _is_plain(service, subnet) or len(service.nat) != (len(static) or count):
                self._keep(role, "nat_addresses", [each.address or "dynamic" for each in service.nat])
            elif static:
                self.suggestions.section(*self._path, "services", role)["nat_addresses"] = static

    def _suggest_tags(self) -> None:
        common = self._common({role: each.tags for role, each in self.services.by_role.items()})
        if common:
            self.suggestions.section(*self._path)["tags"] = common
        for role, service in self.services.by_role.items():
            if service.tags != (common or {}):
                self._keep(role, "tags", service.tags)

    def suggest_access(self, needed: frozenset[str], trusted: frozenset[str]) -> None:
        approved: dict[Role, frozenset[str]] = {
            role: _lower(each.auto_approval) for role, each in self.services.by_role.items()
        }
        common = self._common(approved)
        if common is not None and common > trusted:
            self.suggestions.section(*self._path)["auto_approval"] = sorted(common)
            trusted = common
        for role, each in approved.items():
            if each != trusted:
                self._keep(role, "auto_approval", sorted(each))

        visible: dict[Role, frozenset[str]] = {
            role: _lower(each.visibility) for role, each in self.services.by_role.items()
        }
        common, derived = self._common(visible), needed | trusted
        if common == _EVERYONE:
            self.suggestions.section(*self._path)["visible_to_all"] = True
            derived = _EVERYONE
        elif common is not None and common > derived:
            self.suggestions.section(*self._path)["visibility"] = sorted(common)
            derived = common
        for role, each in visible.items():
            if each != derived:
                self._keep(role, "visibility", sorted(each))

    # What a cluster and its services say

    @property
    def _services(self) -> Iterable[FoundService]:
        return self.services.by_role.values()

    @staticmethod
    def _common(values: Mapping[Role, _Value]) -> _Value | None:
        first = next(iter(values.values()))
        return first if all(each == first for each in values.values()) else None

    def _keep(self, role: Role, what: str, value: object) -> None:
        self.suggestions.keep((*self._path, "services", role), what, value, self._given(role, what))

    def _given(self, role: Role, what: str) -> dict[str, object]:
        """What the settings say of it, for the cluster or for the service."""
        path, service = ".".join(self._path), self.given.services.get(role) or ServiceSettings()
        found: dict[str, object] = {}
        if what in self.given.model_fields_set:
            found[f"{path}.{what}"] = getattr(self.given, what)
        if what in service.model_fields_set:
            found[f"{path}.services.{role}.{what}"] = getattr(service, what)
        return found


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
