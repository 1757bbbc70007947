"""The private DNS zone of a region's clusters, and the networks that see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_azure_native import privatedns

from ..facts.reading import Providers
from ..resource_ids import ZoneId
from ..settings import KeptOfDns
from ..topology.records import LinkNode, ZoneNode
from .aliases import without_versioned_aliases
from .context import Context, same_objects
from .lock import make_lock
from .providers import by_subscription, require
from .retries import on_refusal

_KEPT: dict[KeptOfDns, str] = {"tags": "tags", "registration": "registrationEnabled"}
"""Of links."""


class KustoPrivateDnsZone(pulumi.ComponentResource):
    """
    The zone `privatelink.{region}.kusto.windows.net` with its virtual network links.

    Every cluster of a region that a network sees shares this one zone: Azure links a network to one zone of a name
    only. Make it once and hand it to each `AdxPrivateLink`.
    """

    node: ZoneNode
    zone: privatedns.PrivateZone | None
    """None where the zone was there before: then records and links are made in it, and it is left alone."""
    links: dict[str, privatedns.VirtualNetworkLink]
    """By logical name."""

    def __init__(
        self, node: ZoneNode, *, providers: Providers | None = None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """
        Register the zone, and the links of networks that get public answers in place of missing ones.

        Args:
            node: The zone's record, from `plan(settings, facts).zones`.
            providers: azure-native providers by subscription id; the default provider serves the rest.
            opts: Options of the component.

        Raises:
            SettingsError: No provider works in the zone's subscription.
        """
        providers = by_subscription(providers)
        require([node.subscription], providers, opts)
        summary = {"zone": node.name, "networks": [each.network_id for each in node.links]}
        super().__init__(
            "adxPrivateLink:index:KustoPrivateDnsZone",
            node.key,
            summary,
            without_versioned_aliases(same_objects(opts, _named_as_deployed(node))),
        )
        self.node = node
        self._context = Context(self, providers, on_refusal(node.key))
        self.zone = None if node.exists else self._make_zone()
        self.links = {}
        self._make_links([each for each in node.links if not each.after_records], after=[])
        if not self._late_links:
            self.register_outputs(self.outputs)

    @property
    def name(self) -> pulumi.Input[str]:
        """The zone's name; of a zone that is made here its own output, which keeps what is in it in order."""
        return self.zone.name if self.zone else self.node.name

    @property
    def outputs(self) -> dict[str, Any]:
        """The zone's id and name."""
        node = self.node
        id = ZoneId.of(node.subscription, node.resource_group, node.name)
        return {"id": self.zone.id if self.zone else str(id), "name": self.name}

    def _make_zone(self) -> privatedns.PrivateZone:
        node = self.node
        zone = privatedns.PrivateZone(
            node.key,
            private_zone_name=node.name,
            resource_group_name=node.resource_group,
            # Without it the provider sends the resource group's region, which Azure refuses.
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
        return [each for each in self.node.links if each.after_records]

    def link_after(self, records: Sequence[pulumi.Resource]) -> None:
        """
        Link the networks whose clients get no public answers, once the records of the zone's clusters are registered.

        Call it after the last `AdxPrivateLink` that uses the zone: linked earlier, those clients would find nothing
        for a while.
        """
        if self._late_links:
            self._make_links(self._late_links, after=records)
            self.register_outputs(self.outputs)

    def _make_links(self, nodes: Sequence[LinkNode], after: Sequence[pulumi.Resource]) -> None:
        self.links |= {each.logical_name: self._link(each, after) for each in nodes}

    def _link(self, node: LinkNode, after: Sequence[pulumi.Resource]) -> privatedns.VirtualNetworkLink:
        return privatedns.VirtualNetworkLink(
            node.logical_name,
            virtual_network_link_name=node.name,
            private_zone_name=self.name,
            resource_group_name=self.node.resource_group,
            location="Global",
            registration_enabled=False,
            resolution_policy=node.resolution_policy,
            virtual_network={"id": node.network_id},
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
                    *(_KEPT[each] for each in node.keep if each in _KEPT),
                ],
                # Otherwise the new link would be created before the old one, which has its name, is deleted.
                formerly=node.former_logical_name,
            ),
        )


def _named_as_deployed(node: ZoneNode) -> list[str]:
    """The inputs of the component that name the same objects as before, in whatever spelling."""
    networks = [f"networks[{number}]" for number, _ in enumerate(node.links)]
    return ["zone", *(networks if all(each.as_deployed for each in node.links) else [])]
