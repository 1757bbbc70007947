"""Settings that describe the private link services of a cluster as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ...naming.azure import naming_key, service_name
from ...resource_ids import FrontendId
from ...settings import ROLES, ClusterSettings, KeptOfService, Role, Settings
from .found_objects import FoundService
from .services import ClusterServices
from .suggestions import Path, Suggestions, is_same_value

_EVERYONE = frozenset("*")
_Value = TypeVar("_Value")


def suggest_services(
    services: ClusterServices, settings: Settings, suggestions: Suggestions, visible: set[str], trusted: set[str]
) -> None:
    """
    Suggest the settings of a cluster that has at least one service to import.

    The stack derives two lists from its consumers: the subscriptions that see the services (`visible`), and those whose
    connections Azure approves (`trusted`). Settings repeat neither of them.
    """
    suggester = _ServiceSuggester(services, settings.clusters[services.cluster.key], suggestions)
    suggester.suggest()
    suggester.suggest_access(frozenset(visible), frozenset(trusted))


@dataclass(frozen=True)
class _ServiceSuggester:
    services: ClusterServices
    settings: ClusterSettings
    suggestions: Suggestions

    @property
    def _path(self) -> Path:
        return "clusters", self.services.cluster.key

    def suggest(self) -> None:
        by_role, cluster = self.services.by_role, self.services.cluster
        roles = [role for role in ROLES if role in by_role]
        default_roles = [role for role in ROLES if role in cluster.frontends]
        self.suggestions.suggest((*self._path, "roles"), roles, default_roles)
        group = next(iter(by_role.values())).resource_id.resource_group
        if not is_same_value(group, cluster.resource_group) or self.settings.resource_group:
            self.suggestions.suggest((*self._path, "resource_group"), group, cluster.resource_group)
        for role, service in by_role.items():
            self._suggest_service(role, service)
        self._suggest_nat()
        self._suggest_tags()

    def _suggest_service(self, role: Role, service: FoundService) -> None:
        path, cluster = self._service_path(role), self.services.cluster
        default_name = service_name(naming_key(cluster.key, self.settings), role)
        self.suggestions.suggest((*path, "name"), service.resource_id.name, default_name)
        frontend, default_frontend = FrontendId.parse(service.frontend_ids[0]), cluster.frontends[role][0]
        if not is_same_value(frontend.text, default_frontend.id):
            self.suggestions.suggest((*path, "load_balancer"), frontend.names[0], None)
            self.suggestions.suggest((*path, "frontend"), frontend.name, None)
        self.suggestions.suggest((*path, "proxy_protocol"), service.proxy_protocol, default=False)
        if not is_same_value(service.fqdns, [record.host for record in cluster.records[role]]):
            self.suggestions.keep(path, "fqdns", {(*self._path, "legacy_names"): self.settings.legacy_names})

    def _suggest_nat(self) -> None:
        """Suggest one NAT subnet and one number of addresses for the cluster; services that deviate keep theirs."""
        path, cluster_subnet = (*self._path, "nat"), self.services.cluster.subnet_id
        services = self.services.by_role.values()
        subnets = {address.subnet_id.lower(): address.subnet_id for service in services for address in service.nat}
        [first_subnet, *other_subnets] = subnets.values()
        if not other_subnets and (not is_same_value(first_subnet, cluster_subnet) or self.settings.nat.subnet_id):
            self.suggestions.suggest((*path, "subnet_id"), first_subnet, cluster_subnet)
        counts = {len(service.nat) for service in services if not _static_addresses(service)}
        common_count = next(iter(counts)) if len(counts) == 1 else 1
        if len(counts) == 1:
            self.suggestions.suggest((*path, "addresses"), common_count, 1)
        subnet = str(self.settings.nat.subnet_id or (cluster_subnet if other_subnets else first_subnet))
        count = self.suggestions.current_value((*path, "addresses")) or common_count
        for role, service in self.services.by_role.items():
            service_path, static = self._service_path(role), _static_addresses(service)
            if not _has_default_nat(service, subnet) or len(service.nat) != (len(static) or count):
                in_azure = {
                    (*path, "addresses"): len(service.nat),
                    (*service_path, "nat_addresses"): static,
                    (*path, "subnet_id"): service.nat[0].subnet_id,
                }
                self.suggestions.keep(service_path, "nat_addresses", in_azure)
            else:
                self.suggestions.suggest((*service_path, "nat_addresses"), static or None, None)

    def _suggest_tags(self) -> None:
        path = (*self._path, "tags")
        common = _common_value({role: service.tags for role, service in self.services.by_role.items()})
        if common is not None:
            self.suggestions.suggest(path, common, {})
            return
        for role, service in self.services.by_role.items():
            if service.tags != (self.suggestions.current_value(path) or {}):
                self.suggestions.keep(self._service_path(role), "tags", {path: service.tags})

    def suggest_access(self, visible: frozenset[str], trusted: frozenset[str]) -> None:
        services = self.services.by_role
        auto_approval: dict[Role, frozenset[str]] = {
            role: _lower(service.auto_approval) for role, service in services.items()
        }
        visibility: dict[Role, frozenset[str]] = {
            role: _lower(service.visibility) for role, service in services.items()
        }
        trusted = self._suggest_subscriptions("auto_approval", auto_approval, trusted)
        if _common_value(visibility) == _EVERYONE or self.settings.visible_to_all:
            self._suggest_visible_to_all(visibility)
        else:
            self._suggest_subscriptions("visibility", visibility, visible | trusted)

    def _suggest_subscriptions(
        self, name: KeptOfService, in_azure: Mapping[Role, frozenset[str]], derived: frozenset[str]
    ) -> frozenset[str]:
        """Suggest the common list of all services, and return the planned list; services that deviate keep theirs."""
        path, common = (*self._path, name), _common_value(in_azure)
        current = self.suggestions.current_value(path)
        planned = _lower(current) if current is not None else derived
        if common is not None and (current is not None or common > derived):
            self.suggestions.suggest(path, sorted(common), sorted(derived))
            return planned if current is not None else common
        for role, subscriptions in in_azure.items():
            if subscriptions != planned:
                self.suggestions.keep(self._service_path(role), name, {path: sorted(subscriptions)})
        return planned

    def _suggest_visible_to_all(self, in_azure: Mapping[Role, frozenset[str]]) -> None:
        path, list_path = (*self._path, "visible_to_all"), (*self._path, "visibility")
        if self.suggestions.current_value(list_path) is not None:
            self.suggestions.report_difference(list_path, "*", f"{'.'.join(path)}: true, in place of visibility")
        elif _common_value(in_azure) == _EVERYONE:
            self.suggestions.suggest(path, in_azure=True, default=False)
        else:
            for role, subscriptions in in_azure.items():
                if subscriptions != _EVERYONE:
                    self.suggestions.keep(self._service_path(role), "visibility", {path: sorted(subscriptions)})

    def _service_path(self, role: Role) -> Path:
        return (*self._path, "services", role)


def _common_value(by_role: Mapping[Role, _Value]) -> _Value | None:
    """Return the value that all roles have; None if they differ."""
    first = next(iter(by_role.values()))
    return first if all(value == first for value in by_role.values()) else None


def _lower(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text.lower() for text in texts)


def _has_default_nat(service: FoundService, subnet: str) -> bool:
    """Return whether the NAT addresses have this library's names and order, and are all in the subnet."""
    return all(
        address.name == f"nat-{number}"
        and address.primary == (number == 1)
        and address.subnet_id.lower() == subnet.lower()
        for number, address in enumerate(service.nat, 1)
    )


def _static_addresses(service: FoundService) -> list[str]:
    return [address.address for address in service.nat if address.method == "Static" and address.address]
