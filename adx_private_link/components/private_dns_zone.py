"""`PrivateDnsZone`: a private DNS zone, and the networks that are linked to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_azure_native import privatedns

from ..facts.reading import Providers
from ..settings import KeptOfDns
from ..topology.records import LinkNode, ZoneNode
from .aliases import without_versioned_aliases
from .context import Context, same_objects
from .lock import make_lock
from .providers import by_subscription, require
from .retries import retry_hook
from .stack_traces import short_stack_traces

_KEPT: dict[KeptOfDns, str] = {"tags": "tags", "registration": "registrationEnabled"}
"""Of links."""


class PrivateDnsZone(pulumi.ComponentResource):
    """
    A private DNS zone, such as `privatelink.{region}.kusto.windows.net`, with its virtual network links.

    All clusters of a region that a network sees share one zone, because Azure links a network to one zone of a name
    only. Create it once, and pass it to each `AdxPrivateLink`.
    """

    node: ZoneNode
    zone: privatedns.PrivateZone | None
    """None for a zone that is not this stack's: records and links are created in it, and it is left alone."""
    links: dict[str, privatedns.VirtualNetworkLink]
    """By logical name."""

    def __init__(
        self, node: ZoneNode, *, providers: Providers | None = None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """
        Register the zone, and the links of networks that get public answers for missing records.

        Args:
            node: The zone's record, from `plan(settings, facts).zones`.
            providers: azure-native providers by subscription id; the default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in the zone's subscription.
        """
        providers = by_subscription(providers)
        require([node.subscription], providers, opts)
        summary = {"zone": node.name, "networks": [str(link.network_id) for link in node.links]}
        super().__init__(
            "adxPrivateLink:index:KustoPrivateDnsZone",
            node.key,
            summary,
            without_versioned_aliases(same_objects(opts, _named_as_deployed(node))),
        )
        self.node = node
        self._context = Context(self, providers, retry_hook(node.key))
        with short_stack_traces():
            self.zone = None if node.exists else self._make_zone()
        self.links = {}
        self._make_links([link for link in node.links if not link.after_records], after=[])
        if not self._late_links:
            self.register_outputs(self.outputs)

    @property
    def name(self) -> pulumi.Input[str]:
        """The zone's name; of a zone of this stack its own output, so that its contents are created after it."""
        return self.zone.name if self.zone else self.node.name

    @property
    def id(self) -> pulumi.Input[str]:
        """The zone's id; of a zone of this stack its own output."""
        return self.zone.id if self.zone else str(self.node.id)

    @property
    def outputs(self) -> dict[str, Any]:
        """The zone's id and name."""
        return {"id": self.id, "name": self.name}

    def _make_zone(self) -> privatedns.PrivateZone:
        node = self.node
        zone = privatedns.PrivateZone(
            node.key,
            private_zone_name=node.name,
            resource_group_name=node.resource_group,
            # Without it the provider sends the resource group's region, which Azure rejects.
            location="Global",
            tags=dict(node.tags) or None,
            opts=self._context.resource(
                node.subscription,
                protect=node.protect or None,
                # The logical name says which zone it is; another spelling is no other zone.
                ignore_changes=["privateZoneName", *(["tags"] if "tags" in node.keep else [])],
            ),
        )
        if node.lock:
            # A lock on the zone would keep its records as well; a zone whose SOA record cannot go cannot go either
            # (MicrosoftDocs, azure-docs, articles/dns/private-dns-protect-private-zones-recordsets.md).
            make_lock(node.key, zone, pulumi.Output.concat(zone.id, "/SOA/@"), node.subscription, self._context)
        return zone

    @property
    def _late_links(self) -> list[LinkNode]:
        return [link for link in self.node.links if link.after_records]

    def link_after(self, records: Sequence[pulumi.Resource]) -> None:
        """
        Register the links of networks whose clients get no public answers, after the records of the zone's clusters.

        Call it after the last `AdxPrivateLink` that uses the zone: linked earlier, those clients would get no answer
        until the records exist.

        Args:
            records: The record sets and zone groups that come first.
        """
        if self._late_links:
            self._make_links(self._late_links, after=records)
            self.register_outputs(self.outputs)

    def _make_links(self, nodes: Sequence[LinkNode], after: Sequence[pulumi.Resource]) -> None:
        with short_stack_traces():
            self.links |= {link.logical_name: self._link(link, after) for link in nodes}

    def _link(self, node: LinkNode, after: Sequence[pulumi.Resource]) -> privatedns.VirtualNetworkLink:
        return privatedns.VirtualNetworkLink(
            node.logical_name,
            virtual_network_link_name=node.name,
            private_zone_name=self.name,
            resource_group_name=self.node.resource_group,
            location="Global",
            registration_enabled=False,
            resolution_policy=node.resolution_policy,
            virtual_network={"id": str(node.network_id)},
            tags=dict(node.tags) or None,
            opts=self._context.resource(
                self.node.subscription,
                depends_on=list(after),
                replace_with=[self.zone] if self.zone else None,
                delete_before_replace=True,
                replace_on_changes=["virtualNetwork"],
                ignore_changes=[
                    # The logical name says in which zone it is; another spelling is no other zone.
                    "privateZoneName",
                    *(["virtualNetworkLinkName", "virtualNetwork"] if node.as_deployed else []),
                    *(_KEPT[name] for name in node.keep if name in _KEPT),
                ],
                # Otherwise the new link would be created before the old one, which has its name, is deleted.
                formerly=node.former_logical_name,
            ),
        )


def _named_as_deployed(node: ZoneNode) -> list[str]:
    """The inputs of the component that name the same objects as before, in any spelling."""
    networks = [f"networks[{number}]" for number, _ in enumerate(node.links)]
    return ["zone", *(networks if all(link.as_deployed for link in node.links) else [])]
