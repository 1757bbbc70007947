"""Small programs that use the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi_azure_native import Provider

from adx_private_link import AdxPrivateLink
from tests.samples.building import GUEST, OWNER, cluster, small, subnet_id

from . import objects

PROJECT = Path(__file__).parents[2]
Configure = Callable[[dict[str, Any]], Callable[[], Any]]
"""A function that makes a program from a stack's configuration."""

ZONE_NAME = "privatelink.westus.kusto.windows.net"
ZONE = f"{ZONE_NAME}@analytics.{GUEST}"
OWN_LINK = f"{ZONE_NAME}@analytics-vnet.analytics.{GUEST}"
HUB_LINK = f"{ZONE_NAME}@hub-vnet.hub.{GUEST}"
"""A link's logical name consists of its zone and its network."""

SERVICE = "PrivateLinkService myadx.engine"
ENDPOINT = "PrivateEndpoint myadx.analytics.engine"
APPROVAL = "Deployment myadx.analytics.engine.approval"
RECORD = f"PrivateRecordSet myadx@{ZONE}"
RECORDS = {RECORD, f"PrivateRecordSet ingest-myadx@{ZONE}"}
LINK = f"VirtualNetworkLink {OWN_LINK}"
ZONE_RESOURCE = f"PrivateZone {ZONE}"

HUB = "44444444-4444-4444-4444-444444444444"
"""The subscription of the hub."""


def providers(*subscriptions: str) -> dict[str, pulumi.ProviderResource]:
    """Providers by subscription, each named after its subscription."""
    return {subscription: Provider(subscription, subscription_id=subscription) for subscription in subscriptions}


def _outputs(link: AdxPrivateLink) -> Any:
    return link.outputs


@dataclass(frozen=True)
class _Program:
    """A program with one cluster and its providers; equal programs register the same resources."""

    then: Callable[[AdxPrivateLink], Any]
    key: str
    subscriptions: tuple[str, ...]
    settings: Mapping[str, Any] = field(compare=False)
    options: Mapping[str, Any] = field(compare=False)
    text: str
    """The settings and options as text, which decides whether two programs are equal."""

    def __call__(self) -> Any:
        cluster = {**self.settings.get("clusters", {}), **self.settings.get("hand_overs", {})}[self.key]
        consumers, external = self.settings.get("consumers"), self.settings.get("external_consumers")
        options = {"alerts": self.settings.get("alerts"), **self.options}
        link = AdxPrivateLink(
            self.key, cluster, consumers, external, providers=providers(*self.subscriptions), **options
        )
        return self.then(link)


def program(
    then: Callable[[AdxPrivateLink], Any] = _outputs,
    *,
    settings: Mapping[str, Any] | None = None,
    key: str = "myadx",
    subscriptions: Sequence[str] = (OWNER, GUEST),
    **options: Any,
) -> Callable[[], Any]:
    """A program with one cluster and its providers; it returns the result of `then` for the component."""
    settings = settings or small()
    return _Program(then, key, tuple(subscriptions), settings, options, text=repr((settings, options)))


def stack_settings(**parts: Any) -> dict[str, Any]:
    """The configuration of a stack."""
    return {f"adx-private-link:{key}": value for key, value in parts.items()}


def with_dns(dns: object, **more: Any) -> dict[str, Any]:
    """The smallest stack, with other DNS settings of its consumer."""
    return {**small(), "consumers": {"analytics": {"subnet_id": subnet_id("analytics"), "dns": dns, **more}}}


def hub_zone(name: str = ZONE_NAME) -> str:
    """The id of a zone in the hub."""
    return objects.id_of(HUB, "hub-dns", f"Microsoft.Network/privateDnsZones/{name}")


def hand_over(**more: Any) -> dict[str, Any]:
    """The hand-over of `myadx`."""
    return {
        "version": 1,
        "cluster": cluster("myadx")["id"],
        "location": "westus",
        "zone": ZONE_NAME,
        "request_message": "From the owner",
        "services": {
            role: {
                "alias": objects.alias(f"pls-myadx-{role}"),
                "records": [{"host": f"{host}.westus.kusto.windows.net", "name": host}],
            }
            for role, host in (("engine", "myadx"), ("ingestion", "ingest-myadx"))
        },
        **more,
    }
