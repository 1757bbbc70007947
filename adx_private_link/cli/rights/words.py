"""The words about identities and roles."""

from __future__ import annotations

from collections.abc import Mapping

from ...azure_actions import Identity
from ...rights.records import CustomRole, Site

PURPOSES: Mapping[Identity, str] = {
    "preview": "reads everything that the stack has or uses (`pulumi preview`, `adx-private-link access --live`)",
    "deploy-service": "deploys on the clusters' side: private link services, managed private endpoints, "
    "approvals, alerts, diagnostic settings",
    "deploy-consumer": "deploys on the consumers' side: private endpoints, zone groups, alerts",
    "dns": "deploys in the private DNS zones: zones, records, virtual network links",
    "migration": "moves clusters out of their networks, and back",
    "lock-down": "changes the public access of clusters",
}
"""What each identity does, as the rest of a sentence."""

_SITES: Mapping[Site, str] = {
    "own": "",
    "networks": "with the networks of others",
    "zones": "with the zones of others",
    "targets": "with the services and clusters that it connects to",
    "sources": "with the sources of data that clusters read from",
    "monitoring": "with the action group of alerts, and the destinations of logs and metrics",
}


def role_name(role: CustomRole, stack: str) -> str:
    """Return the name of a role in Azure, which is unique in a tenant."""
    return f"adx-private-link {stack} {role.key}"


def role_description(role: CustomRole, stack: str) -> str:
    """Return what a role is for, in one sentence."""
    purpose = PURPOSES[role.identity].partition(" (")[0]
    site = f" {_SITES[role.site]}" if role.site != "own" else ""
    return f"The identity of stack {stack} of adx-private-link that {purpose}{site}."


def scope_words(role: CustomRole) -> list[str]:
    """Return the scopes of a role, with a remark where it is wider than needed."""
    remark = " (assign it at the resource group of the cluster's network, which only Azure knows)"
    return [f"{scope}{'' if '/resourceGroups/' in scope else remark}" for scope in role.scopes]
