"""What Azure refuses: refusals that pass are waited for, all others are told with the next step."""

from __future__ import annotations

import asyncio

import pulumi

from ..next_steps import next_step
from ..plain_text import escaped

_PASSING = {
    # A new alias is refused for a while (hashicorp/terraform-provider-azurerm#32095).
    "InvalidPrivateLinkServiceId": "the alias is not in effect yet",
    # A changed visibility list takes about a minute.
    "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible": (
        "the visibility of the service is not in effect yet"
    ),
    # The name stays taken while a deletion is cleaned up (SupportArticles-docs, troubleshoot private endpoints).
    "PrivateEndpointAlreadyExists": "the former endpoint of that name is still being cleaned up",
}
_DELAYS = (5, 10, 15, 30, 60)


def on_refusal(component: str) -> pulumi.ResourceHookBinding:
    """
    The hook for all resources of a component, named after it.

    It tries again for about two minutes on the codes that are known to pass, which the azure-native provider does not
    retry; anything else ends the operation, and the next step is told beside Azure's words.
    """

    async def again(args: pulumi.ErrorHookArgs) -> bool:
        error, attempt = args.errors[0], len(args.errors)
        reason = next((why for code, why in _PASSING.items() if code in error), None)
        if reason is None or attempt > len(_DELAYS):
            told = f"{args.name}: {args.failed_operation} failed. Next: {_next_step(error, args)}."
            pulumi.log.warn(escaped(told))
            return False
        delay = _DELAYS[attempt - 1]
        pulumi.log.info(f"{args.name}: {reason}; trying again in {delay} s ({attempt} of {len(_DELAYS)})")
        await asyncio.sleep(delay)
        return True

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{component}.refused", again)])


def _next_step(error: str, args: pulumi.ErrorHookArgs) -> str:
    """A failed deployment hides what Azure objects to, so the command that shows it comes first."""
    inputs = args.new_inputs or args.old_inputs or {}
    if "DeploymentFailed" not in error or "deploymentName" not in inputs:
        return next_step(error)
    return (
        f"`az deployment operation group list --name {inputs['deploymentName']} --resource-group "
        f"{inputs['resourceGroupName']}` in the service's subscription shows the reason; then run `pulumi up` again"
    )
