"""Small programs that use the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_azure_native import Provider

from adx_private_link import AdxPrivateLink
from tests.pure.building import GUEST, OWNER, cluster, consumer, small

ZONE = "privatelink.westus.kusto.windows.net@analytics.22222222-2222-2222-2222-222222222222"
OWN_LINK = "privatelink.westus.kusto.windows.net@analytics-vnet.analytics.22222222-2222-2222-2222-222222222222"
HUB_LINK = "privatelink.westus.kusto.windows.net@hub-vnet.hub.22222222-2222-2222-2222-222222222222"
"""Links are named by zone and network."""


def providers(*subscriptions: str) -> dict[str, pulumi.ProviderResource]:
    """One for each subscription, named after it."""
    return {each: Provider(each, subscription_id=each) for each in subscriptions}


def program(
    then: Callable[[AdxPrivateLink], Any] = lambda link: link.outputs,
    *,
    given: Mapping[str, Any] | None = None,
    subscriptions: Sequence[str] = (OWNER, GUEST),
    **more: Any,
) -> Callable[[], Any]:
    """A program with one cluster, `myadx`, and providers; it returns what `then` makes of the component."""
    settings = given or small()

    def run() -> Any:
        cluster, consumers = settings["clusters"]["myadx"], settings["consumers"]
        return then(AdxPrivateLink("myadx", cluster, consumers, providers=providers(*subscriptions), **more))

    return run


def with_consumer(**more: Any) -> dict[str, Any]:
    """The smallest stack, with more said of its consumer."""
    return {**small(), "consumers": {"analytics": consumer("analytics", **more)}}


def with_cluster(**more: Any) -> dict[str, Any]:
    """The smallest stack, with more said of its cluster."""
    return {**small(), "clusters": {"myadx": cluster("myadx", **more)}}
