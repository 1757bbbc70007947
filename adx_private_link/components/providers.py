"""Providers: which one serves which subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi

from ..errors import SettingsError
from ..facts import lookups
from ..facts.reading import Providers
from ..problems import Problem


def by_subscription(providers: Providers | None) -> Providers:
    """Return the providers by their subscription's id in lower case."""
    return {subscription.lower(): provider for subscription, provider in (providers or {}).items()}


def reading(opts: pulumi.ResourceOptions | None) -> pulumi.InvokeOptions:
    """Return options for look-ups before a component exists: the provider that it will have."""
    if opts is None:
        return pulumi.InvokeOptions()
    providers = opts.providers or []
    listed = providers.values() if isinstance(providers, Mapping) else providers
    own = opts.provider or next((provider for provider in listed if provider.package == "azure-native"), None)
    return pulumi.InvokeOptions(parent=opts.parent, provider=own)


def require(subscriptions: Iterable[str], providers: Providers, opts: pulumi.ResourceOptions | None) -> None:
    """
    Check that every subscription has its provider, the default one included.

    azure-native takes the subscription from the provider alone: with a wrong one, everything would be created in the
    wrong subscription.

    Raises:
        SettingsError: No provider works in one of the subscriptions.
    """
    others = [subscription for subscription in subscriptions if subscription not in providers]
    if not others:
        return
    try:
        default = (lookups.client_config().answer_now(reading(opts)).subscription_id or "").lower()
        works_in = f"the default provider works in {default or 'no subscription'}"
    except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
        default, works_in = "", f"the default provider cannot log in ({error})"
    problems = [
        Problem(
            f"providers.{id}",
            f"is missing: an object lies in this subscription, and {works_in}",
            f'pass providers={{"{id}": azure_native.Provider("{id}", subscription_id="{id}")}}',
        )
        for id in others
        if id != default
    ]
    if problems:
        raise SettingsError(problems)
