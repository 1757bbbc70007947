"""Retries: errors that pass are retried, and all others are reported with the next step."""

from __future__ import annotations

import asyncio

import pulumi

from ..next_steps import next_step
from ..plain_text import escaped
from .failed_deployments import inputs_of, is_failed_deployment, look_up_reason

_NOT_VISIBLE = "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible"
RETRIED = {
    # Azure rejects a new alias for a while (hashicorp/terraform-provider-azurerm#32095).
    "InvalidPrivateLinkServiceId": "the alias is not in effect yet",
    # A changed visibility list takes about a minute.
    _NOT_VISIBLE: "the visibility of the service is not in effect yet",
    # The name stays taken while a deletion is cleaned up (SupportArticles-docs, troubleshoot private endpoints).
    "PrivateEndpointAlreadyExists": "the former endpoint of that name is still being cleaned up",
    # Rejected before anything is done. The provider tries four times, which is too short for a subnet's update
    # (hashicorp/terraform#7153; Azure/azure-libraries-for-net#1001).
    'Status=429 Code="RetryableError"': "a resource that it refers to is still being updated",
    # A cluster takes one write at a time (hashicorp/terraform-provider-azurerm#18501, #22010).
    "ServiceIsInMaintenance": "another write to the cluster is running",
    # Of endpoints whose target has storage accounts (hashicorp/terraform-provider-azurerm#28112).
    "StorageAccountOperationInProgress": "a storage account of the target is being updated",
    # hashicorp/terraform-provider-azurerm#32095
    'Code="ConflictError"': "another operation on the target is running",
}
"""Error codes that pass within two minutes, and why."""
_DELAYS = (5, 10, 15, 30, 60)
_FIRST_MINUTE = 4
"""How many of the delays are a minute: a change of visibility takes no longer."""


def retry_hook(
    component: str,
    subscription: str | None = None,
    *,
    is_handed_over: bool = False,
    look_up: pulumi.InvokeOptions | None = None,
) -> pulumi.ResourceHookBinding:
    """
    Return the error hook for all resources of a component, named after it.

    It retries for about two minutes on the error codes that are known to pass and that the azure-native provider does
    not retry. Any other error ends the operation, and a warning names the next step beside Azure's own message.

    Args:
        component: The name of the component.
        subscription: The subscription of its endpoints: a service that does not list it is not visible from there
            (MicrosoftDocs/azure-docs#77091).
        is_handed_over: Whether the endpoints connect to services of another stack. Then it is not known whether the
            owner lists the subscription, so the hook waits for a minute only.
        look_up: How the component's failed deployments are looked up: their own error hides the reason.
    """

    async def again(args: pulumi.ErrorHookArgs) -> bool:
        error, attempt = args.errors[0], len(args.errors)
        inner = await look_up_reason(error, args, look_up)
        reason = next((reason for code, reason in RETRIED.items() if code in f"{error} {inner}"), None)
        delays = _DELAYS[:_FIRST_MINUTE] if is_handed_over and _NOT_VISIBLE in error else _DELAYS
        # An operation that Azure accepted leaves its resource behind, and another create fails because it exists.
        is_left_behind = args.failed_operation == "create" and "Status=200" in error
        if reason is None or is_left_behind or attempt > len(delays):
            if subscription and _NOT_VISIBLE in error:
                step = _visibility_step(subscription, is_handed_over=is_handed_over)
            else:
                step = _next_step(error, inner, args)
            failure = f"{args.failed_operation} failed{f': {inner}' if inner else '.'}"
            pulumi.log.warn(escaped(f"{args.name}: {failure} Next: {step}."))
            return False
        delay = delays[attempt - 1]
        pulumi.log.info(f"{args.name}: {reason}; trying again in {delay} s ({attempt} of {len(delays)})")
        await asyncio.sleep(delay)
        return True

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{component}.refused", again)])


def _visibility_step(subscription: str, *, is_handed_over: bool) -> str:
    if is_handed_over:
        return (
            f"ask the owner of the service to let subscription {subscription} connect (`external_consumers`, or "
            "`visibility` of the cluster, in their settings) and to run `pulumi up`; a minute later run yours again"
        )
    return (
        f"the service has to list subscription {subscription} first: run `pulumi up` without `--target`, so that the "
        "service is updated as well; if it has `keep: [visibility]`, add the subscription to it in Azure"
    )


def _next_step(error: str, inner: str, args: pulumi.ErrorHookArgs) -> str:
    """A failed deployment hides the error: where it could not be looked up, the command that shows it comes first."""
    inputs = inputs_of(args)
    if inner or not is_failed_deployment(error, inputs):
        return next_step(inner or error)
    return (
        f"`az deployment operation group list --name {inputs['deploymentName']} --resource-group "
        f"{inputs['resourceGroupName']}` in the subscription of the service or cluster shows the reason; then run "
        "`pulumi up` again"
    )
