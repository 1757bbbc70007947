"""`AdxPrivateLinks`: private access to all clusters of a stack, with the zones that they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import pulumi

from ..facts import lookups
from ..facts.reading import Providers, read_facts, read_facts_now
from ..facts.records import Facts
from ..program import parse, plan
from ..settings import Settings
from ..stack import make_providers
from ..topology.records import Topology
from .aliases import without_versioned_aliases
from .private_dns_zone import PrivateDnsZone
from .private_link import AdxPrivateLink
from .providers import by_subscription, reading


def register_clusters(
    topology: Topology, *, providers: Providers, opts: pulumi.ResourceOptions | None = None
) -> dict[str, AdxPrivateLink]:
    """
    Register all zones and clusters of a topology.

    Args:
        topology: The resource graph, from `plan(settings, facts)`.
        providers: azure-native providers by subscription id. The default provider serves the rest.
        opts: Options of each zone and of each cluster.

    Returns:
        The clusters, by key.

    Raises:
        SettingsError: No provider works in a subscription of the resources.
    """
    zones = {key: PrivateDnsZone(zone, providers=providers, opts=opts) for key, zone in topology.zones.items()}
    clusters = {
        key: AdxPrivateLink.from_node(cluster, zones=zones, providers=providers, opts=opts)
        for key, cluster in topology.clusters.items()
    }
    for key, zone in zones.items():
        zone.link_after([record for cluster in clusters.values() for record in cluster.records_in(key)])
    return clusters


class AdxPrivateLinks(pulumi.ComponentResource):
    """
    Private access to several Azure Data Explorer clusters: what a whole stack of this project's program has.

    It consists of one `PrivateDnsZone` for each zone, which clusters of a region share, one `AdxPrivateLink` for each
    cluster, and an azure-native provider for each subscription without one.
    """

    links: dict[str, AdxPrivateLink]
    """Private access to each cluster, by its key."""

    def __init__(
        self,
        name: str,
        settings: Settings | Mapping[str, Any],
        *,
        facts: Facts | None = None,
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        Plan the graph of all clusters, and register it.

        Args:
            name: The component's name. Another name changes the URN of every resource.
            settings: The settings, as in a stack file: `{"clusters": {…}, "consumers": {…}}`.
            facts: The facts about Azure. Default: read here, one look-up after the other; `create` reads them at once.
            providers: azure-native providers by subscription id. Default: `opts.provider` in its own subscription, and
                for each other subscription a provider that is created here and logs in as the default provider does.
            opts: Options of the component.

        Raises:
            SettingsError: The settings have problems, or the objects in Azure that they name do. All problems are
                reported at once, before anything is created in Azure.
        """
        parsed = settings if isinstance(settings, Settings) else parse(settings)
        self._register(name, parsed, providers, opts)
        self._register_children(facts or read_facts_now(parsed, self._providers, reading(opts)))

    @classmethod
    async def create(
        cls,
        name: str,
        settings: Settings,
        *,
        providers: Providers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """
        Read the facts concurrently, and register the same: for programs with `pulumi.run(main)`.

        The arguments and errors are those of the constructor.
        """
        links = cls.__new__(cls)
        links._register(name, settings, providers, opts)  # noqa: SLF001 - of this class
        links._register_children(await read_facts(settings, links._providers))  # noqa: SLF001 - of this class
        return links

    def _register(
        self, name: str, settings: Settings, providers: Providers | None, opts: pulumi.ResourceOptions | None
    ) -> None:
        """Register the component itself and its providers, by which the facts are read."""
        available = _with_default_provider(settings, by_subscription(providers), opts)
        super().__init__(
            "adxPrivateLink:index:AdxPrivateLinks",
            name,
            {
                "clusters": settings.cluster_keys,
                "consumers": [*settings.consumers],
                "externalConsumers": [*settings.external_consumers],
            },
            without_versioned_aliases(opts),
        )
        self._settings = settings
        # A stack of this project's program has the same resources at its root, and may become a component.
        self._child = pulumi.ResourceOptions(parent=self, aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)])
        missing = [subscription for subscription in settings.subscriptions if subscription not in available]
        # At the stack's root, because `pulumi import` imports a provider before the component that it is below.
        self._providers = {**available, **make_providers(missing, f"{name}.")}

    def _register_children(self, facts: Facts) -> None:
        topology = plan(self._settings, facts)
        self.links = register_clusters(topology, providers=self._providers, opts=self._child)
        # Commands find them in the state (`cli.pulumi.outputs`), whatever the program exports.
        self.register_outputs({"clusters": self.outputs, "handOvers": self.hand_overs})

    @property
    def outputs(self) -> dict[str, Any]:
        """The outputs of all clusters, by key: what a stack of this project's program has as its output `clusters`."""
        return {key: link.outputs for key, link in self.links.items()}

    @property
    def hand_overs(self) -> dict[str, Any]:
        """The hand-overs for external consumers' stacks, by cluster key; none without external consumers."""
        if not self._settings.external_consumers:
            return {}
        return {key: hand_over for key, link in self.links.items() if (hand_over := link.hand_over)}


def _with_default_provider(
    settings: Settings, providers: Providers, opts: pulumi.ResourceOptions | None
) -> dict[str, pulumi.ProviderResource]:
    """Return the providers, and the one of the options in the subscription that it works in."""
    options = reading(opts)
    if options.provider is None or all(subscription in providers for subscription in settings.subscriptions):
        return {**providers}
    subscription = (lookups.client_config().answer_now(options).subscription_id or "").lower()
    return {subscription: options.provider, **providers}
