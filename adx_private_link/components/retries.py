"""Refusals that pass by themselves, which the azure-native provider does not retry."""

from __future__ import annotations

import asyncio

import pulumi

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


def endpoint_retries(name: str) -> pulumi.ResourceHookBinding:
    """Hooks for private endpoints: try again for about two minutes, only on the codes that are known to pass."""

    async def again(args: pulumi.ErrorHookArgs) -> bool:
        error, attempt = args.errors[0], len(args.errors)
        reason = next((why for code, why in _PASSING.items() if code in error), None)
        if reason is None or attempt > len(_DELAYS):
            return False
        delay = _DELAYS[attempt - 1]
        pulumi.log.info(f"{args.name}: {reason}; trying again in {delay} s ({attempt} of {len(_DELAYS)})")
        await asyncio.sleep(delay)
        return True

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{name}.retry", again)])
