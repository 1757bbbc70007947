"""The next step after an error of Azure or its provider."""

from __future__ import annotations

import re

NEXT_STEPS = {
    r"privateDnsZones/join/action": (
        "the zone group needs the right `Microsoft.Network/privateDnsZones/join/action` on each of its zones, also for "
        "updates: grant it to the identity that runs this (docs/reference/rights.md), then run it again"
    ),
    r"AuthorizationFailed|Authorization failed for template resource|Status=401|LinkedAccessCheckFailed": (
        "grant the missing right to the identity that runs this (docs/reference/rights.md), then run it again"
    ),
    r"cannot create already existing resource '[^']*/privateDnsZones/[^/']*'": (
        "the zone already exists in Azure: if others created it, write its id (`dns: {zone_ids: [ID]}`) instead of its "
        "resource group; after an interrupted update, run `adx-private-link repair`"
    ),
    r"cannot create already existing resource '[^']*/privateDnsZoneGroups/|"
    r"Cannot create more than one private dns zone groups": (
        "the endpoint already has a zone group, and Azure accepts one: after an interrupted update, run "
        "`adx-private-link repair`; if an Azure policy or the portal created it, write `dns: elsewhere`, delete it, or "
        "import it with `adx-private-link adopt`"
    ),
    r"cannot create already existing resource '[^']*/managedPrivateEndpoints/": (
        "the cluster already has a managed private endpoint of this name: if it has the same target and group, import "
        "it with `adx-private-link repair`; otherwise write another `name`, or delete it"
    ),
    r"cannot create already existing": (
        "the object exists in Azure, but not in the stack's state: after an interrupted update, run "
        "`adx-private-link repair`; otherwise delete or rename the object, or import it with `adx-private-link adopt`"
    ),
    r"RequestDisallowedByPolicy": (
        "ask the owner of the Azure Policy for an exemption, or change the rejected property, then run "
        "`pulumi up` again"
    ),
    r"SubnetIsFull": (
        "the subnet has too few free addresses (an endpoint of a native cluster takes eight or more, others take one): "
        "use a larger one (`subnet_id`), or delete objects that you no longer need, then run `pulumi up` again"
    ),
    r"PrivateIPAddressIsAllocated": (
        "another resource has this static address: write a free one, or free it, then run `pulumi up` again"
    ),
    r"ScopeLocked": "remove the lock, then run `pulumi up` again",
    r"MissingSubscriptionRegistration": (
        "register the subscription that Azure names: `az provider register --namespace Microsoft.Network "
        "--subscription ID`, then run `pulumi up` again"
    ),
    r"NoRegisteredProviderFound": (
        "the region does not have this version of Azure's API yet: use another region, or another release of "
        "`pulumi-azure-native`, then run `pulumi up` again"
    ),
    r"WithPrivateEndpointConnectionsCannotBeDeleted": (
        "connections that this stack did not create still use the service: ask their owners to delete the endpoints, "
        "or remove the connections (`adx-private-link release SERVICE`), then run `pulumi up` again"
    ),
    r"CannotModifyVirtualNetworkConfiguration": (
        "the program that manages the cluster changed or removed its `virtualNetworkConfiguration`: keep the three ids "
        "there, and change only its `state`, then run that program again"
    ),
    r"ServiceIsInMaintenance|StorageAccountOperationInProgress|ConflictError": (
        "another write to the cluster is running, of another program or person: wait a few minutes, then run "
        "`pulumi up` again; finished work is kept"
    ),
    r"Status=(408|429|5\d\d)|status code (408|429|5\d\d)|AnotherOperationInProgress|Retryable|NotProvisioned|"
    r'InternalServerError|Status=200 Code="InvalidPrivateLinkServiceId"': (
        "this usually passes by itself: run `pulumi up` again; finished work is kept"
    ),
    r"EOF|Unavailable|connection (error|refused|reset|is closing)|transport": (
        "the provider has stopped: run `adx-private-link repair`, then `pulumi up` again"
    ),
}
"""The next step for each error, by a pattern of Azure's codes and the provider's words; the first match counts."""

DEFAULT_NEXT_STEP = "fix what Azure rejected, then run `pulumi up` again; finished work is kept"


def next_step(error: str, otherwise: str = DEFAULT_NEXT_STEP) -> str:
    """
    Return the next step after an error, as the rest of a sentence.

    Args:
        error: The provider's text, which contains Azure's code.
        otherwise: The next step if no code in the text is known.
    """
    return next((step for pattern, step in NEXT_STEPS.items() if re.search(pattern, error)), otherwise)
