"""Custom roles: the least that the identities of a stack need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from ..azure_actions import IDENTITIES, Identity
from .records import SITES_OF_PREVIEWS, CustomRole, Need, Site

_SITES: tuple[Site, ...] = get_args(Site)
_SITES_OF: Mapping[Identity, Sequence[Site]] = {
    "preview": ("own", *SITES_OF_PREVIEWS),
    "deploy-service": ("own", "networks", "sources", "monitoring"),
    "deploy-consumer": ("own", "networks", "zones", "targets", "monitoring"),
    "dns": ("own", "networks", "zones"),
    "migration": ("own", "networks"),
    "lock-down": ("own",),
}
CUSTOM_ROLE_KEYS = tuple(
    CustomRole(identity, site, (), ()).key for identity, sites in _SITES_OF.items() for site in sites
)
"""The keys of all roles that a stack can need."""


def plan_custom_roles(needs: Sequence[Need]) -> list[CustomRole]:
    """
    Plan the roles for needs, in the order of the identities.

    What an identity needs at objects of others is a role of its own, because their owners assign it, unless these
    objects are in the groups of what the identity deploys.
    """
    return [role for identity in IDENTITIES for role in _roles([need for need in needs if need.identity == identity])]


def _roles(needs: Sequence[Need]) -> Iterator[CustomRole]:
    """The roles of one identity."""
    own = [need for need in needs if need.site == "own"]
    own_scopes = _scope_keys(own)
    apart: list[list[Need]] = []
    for site in _SITES[1:]:
        at_site = [need for need in needs if need.site == site]
        if _scope_keys(at_site) <= own_scopes:
            own += at_site
        else:
            apart.append(at_site)
    for group in [own, *apart]:
        if group:
            yield _role(group)


def _scope_keys(needs: Iterable[Need]) -> set[str]:
    return {need.scope.lower() for need in needs}


def _role(needs: Sequence[Need]) -> CustomRole:
    scopes: dict[str, str] = {}
    for need in needs:
        # Of several spellings of a group, the first in the alphabet: the order of settings must not show.
        scopes[need.scope.lower()] = min(need.scope, scopes.get(need.scope.lower(), need.scope))
    actions = {need.action.name: need.action for need in needs}
    return CustomRole(
        needs[0].identity,
        needs[0].site,
        tuple(actions[name] for name in sorted(actions, key=str.lower)),
        tuple(scopes[key] for key in sorted(scopes)),
    )
