"""The next step after an error of Azure or its provider."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .azure_actions import Identity, find_action

_ALL_ROLES = "(`adx-private-link rights` prints the roles)"
_GRANT = f"grant the missing right to the identity that runs this {_ALL_ROLES}, then run it again"

STOPPED = r"EOF|Unavailable|connection (error|refused|reset|is closing)|transport"
"""What the engine says where the provider has stopped, as a pattern."""

NEXT_STEPS = {
    r"privateDnsZones/join/action": (
        "the zone group needs the right `Microsoft.Network/privateDnsZones/join/action` on each of its zones, also for "
        "updates: grant it to the identity that runs this (`adx-private-link rights --for deploy-consumer` prints the "
        "role), then run it again"
    ),
    r"AuthorizationFailed|Authorization failed for template resource|Status=401|LinkedAccessCheckFailed": _GRANT,
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
    r"Data sink|diagnostic settings was reached": (
        "Azure sends a category of a cluster to a place by one diagnostic setting, and a cluster has five settings at "
        "most (the portal lists them): remove `diagnostics` if the other setting is enough, name other `categories`, "
        "or delete the other one, then run `pulumi up` again"
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
    r"InvalidValuesForRequestParameters[^;]*privateLinkServiceConnectionState.status": (
        "the owner of the storage account, or an interrupted update, has decided on this connection already: run "
        "`pulumi up` again, which leaves the connection as it is"
    ),
    r"NotSupportedForInjectedCluster": (
        "Azure does not accept endpoints of a cluster that is in a virtual network: remove `targets: both`, and move "
        "the cluster without them (`adx-private-link migrate CLUSTER --unprepared`); `pulumi up` creates them right "
        "after the move"
    ),
    r"CannotModifyVirtualNetworkConfiguration": (
        "the program that manages the cluster changed or removed its `virtualNetworkConfiguration`: keep the three ids "
        "there, and change only its `state`, then run that program again"
    ),
    r"ServiceIsInMaintenance|RequestConflict|StorageAccountOperationInProgress|ConflictError": (
        "another write to the cluster is running, of another program or person: wait a few minutes, then run "
        "`pulumi up` again; finished work is kept"
    ),
    r"Status=(408|429|5\d\d)|status code (408|429|5\d\d)|RequestsThrottled|ServiceUnavailable|"
    r"AnotherOperationInProgress|Retryable|NotProvisioned|"
    r'InternalServerError|Status=200 Code="InvalidPrivateLinkServiceId"': (
        "this usually passes by itself: run `pulumi up` again; finished work is kept"
    ),
    STOPPED: ("the provider has stopped: run `adx-private-link repair`, then `pulumi up` again"),
}
"""The next step for each error, by a pattern of Azure's codes and the provider's words; the first match counts."""

_MISSING = re.compile(r"does not have (?:authorization|permission) to perform action(?:\(s\))? '([^']+)'")
_ACTING = re.compile(r"has permission to perform action '([^']+)'")
"""Azure says it of the request; of the missing action itself where the linked subscription gives no access at all."""

DEFAULT_NEXT_STEP = "fix what Azure rejected, then run `pulumi up` again; finished work is kept"


def next_step(error: str, otherwise: str = DEFAULT_NEXT_STEP) -> str:
    """
    Return the next step after an error, as the rest of a sentence.

    Args:
        error: The provider's text, which contains Azure's code.
        otherwise: The next step if no code in the text is known.
    """
    step = next((step for pattern, step in NEXT_STEPS.items() if re.search(pattern, error)), otherwise)
    identities = _identities_of_missing_right(error)
    if step != _GRANT or not identities:
        return step
    commands = " or ".join(f"`adx-private-link rights --for {identity}`" for identity in identities)
    return step.replace(_ALL_ROLES, f"({commands} prints the role that has it)")


def next_step_of_command(error: str, otherwise: str) -> str:
    """Return the next step after an error of Azure that a command of this library got through `az`, as `next_step`."""
    known = next_step(error, "")
    is_of_provider = known == NEXT_STEPS[STOPPED]
    step = otherwise if is_of_provider or not known else known
    return step.replace("`pulumi up` again", "this command again").replace("run it again", "run this command again")


def find_missing_action(error: str) -> str | None:
    """Return the action that an error of Azure names as missing, as Azure spells it."""
    missing = _MISSING.search(error)
    return missing[1] if missing else None


def _identities_of_missing_right(error: str) -> Sequence[Identity]:
    """The identities that need the action that an error names as missing, as far as the request tells; no previews."""
    missing, acting = find_missing_action(error), _ACTING.search(error)
    named = find_action(missing) if missing else None
    requested = find_action(acting[1]) if acting else None
    found = named or requested
    if found is None:
        return []
    identities: list[Identity] = [identity for identity in found.identities if identity != "preview"]
    of_request: list[Identity] = [identity for identity in identities if requested and identity in requested.identities]
    return of_request or identities
