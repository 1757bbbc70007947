"""`docs/reference/rights.md`: the identities, and the actions that each needs, from the table in the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adx_private_link.azure_actions import IDENTITIES, Action, Identity, list_actions
from adx_private_link.cli.rights.words import PURPOSES

from .explained import check_explained
from .markdown import closed, table

BUILT_IN: Mapping[Identity, str] = {
    "preview": "Reader",
    "deploy-service": "Network Contributor; Contributor on native clusters, and on the targets of managed private "
    "endpoints; with `alerts` or `diagnostics` Monitoring Contributor; Contributor on the "
    "storage account or Event Hubs namespace of `diagnostics`; with `lock` also User Access Administrator",
    "deploy-consumer": "Network Contributor; Private DNS Zone Contributor on the zones of zone groups; with `alerts` "
    "Monitoring Contributor",
    "dns": "Private DNS Zone Contributor; Network Contributor on linked networks; with `lock` also User Access "
    "Administrator",
    "migration": "Contributor",
    "lock-down": "Contributor",
}
"""The built-in roles that are enough for each identity."""

_INTRODUCTION = """\
# Rights

This page is generated from the table of actions in the code, from which `adx-private-link rights` works out custom \
roles.

An identity needs only the actions of what the settings use: no action on locks without `lock`, none to create zones \
where all exist.
`adx-private-link rights` prints exactly these for your settings, with the resource groups where they are needed.
[Least rights](../how-to/least-rights.md) shows how to create, assign and check the roles.

## Identities

One identity can have all of the roles, or each team its own.
`pulumi up` needs those of every side that its settings have: its providers work in the subscriptions of all sides."""

_ACTIONS = """\

## Actions

The tests deploy, change and delete stacks with exactly these actions, and each action that is taken away fails \
something that names it.
The source of each action is beside it in `adx_private_link/azure_actions.py`."""

_REST = """\

Roles allow an action at a resource group, so an identity can do it there to other objects of the type as well.

- An identity needs the actions on networks, zones, targets, sources and destinations where these objects are.
  Where others own them, their owners assign the role: `deploy-consumer-on-zones` is the part of `deploy-consumer` \
for zones, for example.
- A zone group needs the right to join its zones also when it is only updated.
  If the storage zones belong to another team, ask it for `Microsoft.Network/privateDnsZones/join/action` on all \
three.
- With `Microsoft.Network/privateDnsZones/A/read` on a shared zone of clusters, the preview also rejects names that \
another stack has written there; without it, that is not checked.
- `pulumi up` and `pulumi preview` need no right to write clusters: only commands that you run change one.

These commands use rights of their own:

| Command | Identity | Needs |
|---|---|---|
| `adx-private-link access --live`, `adx-private-link repair` | the identity of `pulumi` | the role of `preview` |
| `adx-private-link adopt` | the login of the Azure CLI, and the identity of `pulumi` | Reader on the subscriptions \
that it searches |
| `adx-private-link release` | the identity of `pulumi` | \
`Microsoft.Network/privateLinkServices/privateEndpointConnections/{read,delete}` on the service (Network \
Contributor); for a native cluster `Microsoft.Kusto/clusters/read` and `…/PrivateEndpointConnections/delete` \
(Contributor) |
| `adx-private-link migrate`, `adx-private-link roll-back` | the login of the Azure CLI | the role `migration`; with \
fewer rights to read, the plan says what it does not know |
| | the identity of `pulumi` | the roles of `pulumi up` |
| `adx-private-link lock-down` | the login of the Azure CLI | the role `lock-down` |
| | the identity of `pulumi` | reading the outputs of the stack |

Not settled by a public source:

- Azure's list of actions does not have `Microsoft.Kusto/clusters/privateEndpointConnectionsApproval/action`.
  If Azure rejects the role (`InvalidActionOrNotAction`), use `approval: approve`, or assign \
Contributor on the cluster.
- Microsoft's articles about rejected approvals disagree about which of two actions an approval on a service needs, \
so the role has both.
- An approval on a target of a managed private endpoint needs only to write its connection here, as for clusters; \
for these targets no public source says whether Azure also asks for `privateEndpointConnectionsApproval/action`.
- To wait for operations of a region (`Microsoft.Network/locations/operations/read`), no right is listed here: no \
role of a resource group has it, and Contributors of resource groups deploy endpoints.

Besides the rights:

- Resource groups, networks and subnets that the settings name must exist.
- The subscriptions of clusters and consumers must have `Microsoft.Network` registered.
- The NAT subnet of an injected cluster (by default the cluster's own) must have `privateLinkServiceNetworkPolicies` \
disabled.
  Otherwise the preview reports it, with the command that disables them.

More: [private endpoints of \
clusters](https://learn.microsoft.com/azure/data-explorer/security-network-private-endpoint-create), Azure's [RBAC \
permissions for private link](https://learn.microsoft.com/azure/private-link/rbac-permissions) and [network policies \
for services](https://learn.microsoft.com/azure/private-link/disable-private-link-service-network-policy)."""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield ""
    check_explained("identities", IDENTITIES, BUILT_IN)
    yield from table(
        ["Identity", "Use", "Built-in roles that are enough"],
        [(f"`{identity}`", closed(PURPOSES[identity]), BUILT_IN[identity]) for identity in IDENTITIES],
    )
    yield _ACTIONS
    yield ""
    yield from table(["Action", "To", "Identities"], [_row(action) for action in _sorted_actions()])
    yield _REST


def _sorted_actions() -> list[Action]:
    return sorted(list_actions(), key=lambda action: action.name.lower())


def _row(action: Action) -> tuple[str, str, str]:
    identities = "all" if action.identities == IDENTITIES else ", ".join(f"`{name}`" for name in action.identities)
    return f"`{action.name}`", action.reason, identities
