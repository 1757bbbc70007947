"""Which provider serves which subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi

from ..errors import SettingsError
from ..facts import lookups as reads
from ..facts.reading import Providers
from ..problems import Problem


def by_subscription(providers: Providers | None) -> Providers:
    """The providers by their subscription's id as it is compared: in lower case."""
    return {key.lower(): each for key, each in (providers or {}).items()}


def reading(opts: pulumi.ResourceOptions | None) -> pulumi.InvokeOptions:
    """Look-ups that come before a component exists use the provider that it will have."""
    if opts is None:
        return pulumi.InvokeOptions()
    given = opts.providers or []
    listed = given.values() if isinstance(given, Mapping) else given
    own = opts.provider or next((each for each in listed if each.package == "azure-native"), None)
    return pulumi.InvokeOptions(parent=opts.parent, provider=own)


def require(subscriptions: Iterable[str], providers: Providers, opts: pulumi.ResourceOptions | None) -> None:
    """
    Make sure that every subscription has its provider, the default one included.

    Azure takes the subscription from the provider alone: with a wrong one, everything would be made in the wrong
    subscription. Raises `SettingsError`.
    """
    others = [each for each in subscriptions if each not in providers]
    if not others:
        return
    try:
        default = (reads.client_config().answer_now(reading(opts)).subscription_id or "").lower()
        works_in = f"the default provider works in {default or 'no subscription'}"
    except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
        default, works_in = "", f"the default provider cannot log in ({error})"
    problems = [
        Problem(
            f"providers.{each}",
            f"is missing: an object lies in this subscription, and {works_in}",
            f'pass providers={{"{each}": azure_native.Provider("{each}", subscription_id="{each}")}}',
        )
        for each in others
        if each != default
    ]
    if problems:
        raise SettingsError(problems)
