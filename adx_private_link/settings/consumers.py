"""The networks that want private access, those of this stack and those of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from ..resource_ids import ApplicationSecurityGroupId, NetworkId, SubnetId, ZoneId
from .section import Section
from .tags import DnsTags, Tags
from .types import (
    Address,
    EndpointName,
    Key,
    Keyed,
    Once,
    ResourceGroupName,
    ResourceName,
    Role,
    Roles,
    SubscriptionId,
)

Approval = Literal["approve", "auto", "resource_id", "elsewhere"]
ResolutionPolicy = Literal["NxDomainRedirect", "Default"]
KeptOfDns = Literal["tags", "ttl", "registration"]
KeptOfEndpoint = Literal["connection_name", "request_message", "address", "application_security_groups", "tags"]


class LinkSettings(Section):
    """One virtual network that sees the zone."""

    network_id: NetworkId | None = Field(
        default=None, description="The virtual network. Default: the consumer's own. A change replaces the link."
    )
    resolution_policy: ResolutionPolicy = Field(
        default="NxDomainRedirect",
        description="`NxDomainRedirect`: names that the zone lacks get their public answer. `Default`: they get none.",
    )
    name: ResourceName | None = Field(
        default=None,
        description="Name of the virtual network link. Default: `{consumer key}-{link key}`. A change replaces it.",
    )


_TTL = Field(default=300, strict=True, ge=1, le=2147483647, description="Seconds that clients may keep an address.")
_KEEP = Field(
    default_factory=list[KeptOfDns],
    description="What stays as it is in Azure, whatever else the settings say, for what was made by hand: `tags` of "
    "the zone and its links, `ttl` of the records, `registration` of the networks' machines by the links.",
)


class DnsSettings(Section):
    """The private DNS zone in which a consumer's clients find the cluster, made by this stack."""

    resource_group: ResourceGroupName = Field(
        description="Resource group of the zone. Or write `zone_ids` for zones that exist, or `dns: elsewhere` where "
        "the names are kept by other means."
    )
    subscription: SubscriptionId | None = Field(
        default=None, description="Subscription of the zone. Default: the consumer's."
    )
    links: Keyed[LinkSettings] = Field(
        default_factory=lambda: {"own": LinkSettings()},
        description="Networks that see the zone, by key. Default: `own`, the consumer's own network; who writes others "
        "repeats `own: {}` to keep it.",
    )
    ttl: int = _TTL
    lock: bool = Field(
        default=False,
        strict=True,
        description="Whether Azure keeps everybody from deleting the zone (a lock on its SOA record: other records "
        "still come and go).",
    )
    protect: bool = Field(default=False, strict=True, description="Whether Pulumi refuses to delete the zone.")
    tags: DnsTags = Field(
        default_factory=dict[str, str],
        description="Tags of the zone and its links: 15 at most, with names that Azure DNS stores (letters, digits, "
        "`_`, `.`, `-`; a letter first).",
    )
    keep: Annotated[list[KeptOfDns], Once] = _KEEP


class ExistingZones(Section):
    """Private DNS zones that exist, such as those of a hub: records are written into them."""

    zone_ids: list[ZoneId] = Field(
        min_length=1,
        max_length=1000,  # as a network can be linked to (MicrosoftDocs, azure-dns-limits.md)
        description="Ids of the zones, one for each zone name that the clusters need.",
    )
    links: Keyed[LinkSettings] = Field(
        default_factory=dict[str, LinkSettings],
        description="Networks to link to the zones, by key. Default: none, for they are linked already.",
    )
    ttl: int = _TTL
    tags: DnsTags = Field(
        default_factory=dict[str, str],
        description="Tags of the links: 15 at most, with names that Azure DNS stores (letters, digits, `_`, `.`, "
        "`-`; a letter first).",
    )
    keep: Annotated[list[KeptOfDns], Once] = _KEEP


def _kind_of_dns(given: object) -> str:
    if isinstance(given, ExistingZones) or (isinstance(given, Mapping) and "zone_ids" in given):
        return "existing"
    return "elsewhere" if isinstance(given, str) else "made"


Dns = Annotated[
    Annotated[DnsSettings, Tag("made")]
    | Annotated[ExistingZones, Tag("existing")]
    | Annotated[Literal["elsewhere"], Tag("elsewhere")],
    Discriminator(_kind_of_dns),
]


class EndpointSettings(Section):
    """One private endpoint. Everything has a default."""

    name: EndpointName | None = Field(
        default=None,
        description="Name of the private endpoint, 2 to 64 characters. Default: `pe-{cluster}-{role}-{consumer}`, "
        "shortened where it is longer. A change replaces it.",
    )
    address: Address | None = Field(
        default=None,
        description="Static address of the subnet. Default: Azure chooses one. A change replaces the endpoint.",
    )
    interface_name: ResourceName | None = Field(
        default=None,
        description="Name of its network interface. Default: Azure makes one up. A change replaces the endpoint.",
    )
    by_id: bool = Field(
        default=False,
        strict=True,
        description="Whether the request names the service by its id, not by its alias. A change replaces the "
        "endpoint.",
    )
    keep: Annotated[list[KeptOfEndpoint], Once] = Field(
        default_factory=list[KeptOfEndpoint],
        description="What stays as it is in Azure, whatever else the settings say, for an endpoint that was made by "
        "hand: `connection_name`, `request_message`, `address`, `application_security_groups`, `tags`.",
    )


_NOTHING_SPECIAL = EndpointSettings()


class ConsumerSettings(Section):
    """A network that wants private access."""

    subnet_id: SubnetId = Field(description="Subnet of the private endpoints. A change replaces them.")
    formerly: Key | None = Field(
        default=None,
        description="The key under which it was made first: all names stay those of that key.",
    )
    resource_group: ResourceGroupName | None = Field(
        default=None,
        description="Resource group of the private endpoints. Default: the network's. A change replaces them.",
    )
    clusters: list[Key] | None = Field(
        default=None, description="Keys of the clusters to connect to. Default: all of the stack."
    )
    roles: Roles | None = Field(
        default=None, description="What to connect to: engine, ingestion. Default: all that a cluster publishes."
    )
    approval: Approval = Field(
        default="approve",
        description="`approve`: this program approves exactly its own connections (of a handed-over cluster: its owner "
        "does, and nothing is published before). `auto`: the services trust the consumer's whole subscription. "
        "`resource_id`: connect by id, where Azure lets the caller approve; changing to or from it replaces the "
        "endpoints. `elsewhere`: somebody approves by other means, such as by hand, and nothing is published before.",
    )
    request_message: Annotated[str, StringConstraints(max_length=140)] | None = Field(
        default=None,
        description="What the service's owner reads beside the connection, 140 characters. Default: `Private access "
        "to Azure Data Explorer`, or what a hand-over asks for.",
    )
    endpoints: dict[Key, dict[Role, EndpointSettings]] = Field(
        default_factory=dict[str, dict[Role, EndpointSettings]],
        description="Overrides of private endpoints by cluster key and role.",
    )
    application_security_groups: list[ApplicationSecurityGroupId] = Field(
        default_factory=list[ApplicationSecurityGroupId],
        description="Application security groups of the private endpoints, in the network's region.",
    )
    dns: Dns = Field(
        description="Where the clients find the cluster's names: `{resource_group: …}` for a zone that is made here, "
        "`{zone_ids: […]}` for zones that exist, `elsewhere` where DNS is kept by other means."
    )
    tags: Tags = Field(default_factory=dict[str, str], description="Tags of the private endpoints: 50 at most.")

    @property
    def zone_subscription(self) -> str:
        """Where its private DNS zone is made."""
        made = self.dns.subscription if isinstance(self.dns, DnsSettings) else None
        return made or self.subnet_id.subscription

    @property
    def zone_ids(self) -> list[ZoneId]:
        """The existing zones that it names."""
        return self.dns.zone_ids if isinstance(self.dns, ExistingZones) else []

    def endpoint(self, cluster: str, role: Role) -> EndpointSettings:
        """What is said of one endpoint."""
        return self.endpoints.get(cluster, {}).get(role) or _NOTHING_SPECIAL

    def connects_to(self, cluster: str) -> bool:
        """Whether it wants access to the cluster of a key."""
        return self.clusters is None or cluster in self.clusters


class ExternalConsumerSettings(Section):
    """A network whose owners run a stack of their own: it gets a hand-over, and its connections are approved."""

    subscription: SubscriptionId = Field(description="Subscription of their private endpoints.")
    endpoint_names: list[ResourceName] | None = Field(
        default=None,
        description="Names of their private endpoints, to approve no others. Default: all of the subscription.",
    )
    clusters: list[Key] | None = Field(
        default=None, description="Keys of the clusters that they may connect to. Default: all of the stack."
    )
    roles: Roles | None = Field(default=None, description="What they may connect to. Default: all that is published.")
    formerly: Key | None = Field(
        default=None, description="The key under which it was made first: all names stay those of that key."
    )

    def connects_to(self, cluster: str) -> bool:
        """Whether it may connect to the cluster of a key."""
        return self.clusters is None or cluster in self.clusters
