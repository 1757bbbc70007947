"""What Azure refuses: refusals that pass are waited for, all others are told with the next step."""

from __future__ import annotations

import asyncio

import pulumi

from ..next_steps import next_step
from ..plain_text import escaped

_NOT_VISIBLE = "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible"
_PASSING = {
    # A new alias is refused for a while (hashicorp/terraform-provider-azurerm#32095).
    "InvalidPrivateLinkServiceId": "the alias is not in effect yet",
    # A changed visibility list takes about a minute.
    _NOT_VISIBLE: "the visibility of the service is not in effect yet",
    # The name stays taken while a deletion is cleaned up (SupportArticles-docs, troubleshoot private endpoints).
    "PrivateEndpointAlreadyExists": "the former endpoint of that name is still being cleaned up",
    # Refused before anything is done; the provider has tried four times, which is too short for a subnet's update
    # (hashicorp/terraform#7153; Azure/azure-libraries-for-net#1001).
    'Status=429 Code="RetryableError"': "a resource that it refers to is still being updated",
}
_DELAYS = (5, 10, 15, 30, 60)
_MINUTE = 4
"""How many of the delays are a minute: longer than that, no change of visibility takes."""


def on_refusal(
    component: str, subscription: str | None = None, *, is_handed_over: bool = False
) -> pulumi.ResourceHookBinding:
    """
    The hook for all resources of a component, named after it.

    It tries again for about two minutes on the codes that are known to pass, which the azure-native provider does not
    retry; anything else ends the operation, and the next step is told beside Azure's words.

    Args:
        component: The name of the component.
        subscription: The subscription of its endpoints: a service that does not list it is not visible from there
            (MicrosoftDocs/azure-docs#77091).
        is_handed_over: Whether the endpoints connect to services of another stack. Whether the owner lists the
            subscription cannot be known then, so they wait for a minute only.
    """

    async def again(args: pulumi.ErrorHookArgs) -> bool:
        error, attempt = args.errors[0], len(args.errors)
        reason = next((why for code, why in _PASSING.items() if code in error), None)
        delays = _DELAYS[:_MINUTE] if is_handed_over and _NOT_VISIBLE in error else _DELAYS
        # An operation that Azure accepted leaves its resource behind: another create refuses it as existing.
        is_left_behind = args.failed_operation == "create" and "Status=200" in error
        if reason is None or is_left_behind or attempt > len(delays):
            if subscription and _NOT_VISIBLE in error:
                step = _visibility_step(subscription, is_handed_over=is_handed_over)
            else:
                step = _next_step(error, args)
            pulumi.log.warn(escaped(f"{args.name}: {args.failed_operation} failed. Next: {step}."))
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


def _next_step(error: str, args: pulumi.ErrorHookArgs) -> str:
    """A failed deployment hides what Azure objects to, so the command that shows it comes first."""
    inputs = args.new_inputs or args.old_inputs or {}
    if "DeploymentFailed" not in error or "deploymentName" not in inputs:
        return next_step(error)
    return (
        f"`az deployment operation group list --name {inputs['deploymentName']} --resource-group "
        f"{inputs['resourceGroupName']}` in the service's subscription shows the reason; then run `pulumi up` again"
    )
