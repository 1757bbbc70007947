"""Private DNS of a consumer: where the clients find the names of the clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from ..resource_ids import NetworkId, ZoneId
from .keys import Keyed
from .section import Section
from .tags import DnsTags
from .value_types import Once, ResourceGroupName, ResourceName, SubscriptionId

ResolutionPolicy = Literal["NxDomainRedirect", "Default"]
KeptOfDns = Literal["tags", "ttl", "registration"]


class LinkSettings(Section):
    """One virtual network that is linked to the zone."""

    network_id: NetworkId | None = Field(
        default=None, description="The virtual network. Default: the consumer's own. A change replaces the link."
    )
    resolution_policy: ResolutionPolicy = Field(
        default="NxDomainRedirect",
        description="`NxDomainRedirect`: names without a record in the zone get their public answer. `Default`: they "
        "get none.",
    )
    name: ResourceName | None = Field(
        default=None,
        description="Name of the virtual network link. Default: `{consumer key}-{link key}`. A change replaces it.",
    )


_TTL = Field(
    default=300, strict=True, ge=1, le=2147483647, description="Seconds for which clients can cache an address."
)
_KEEP = Field(
    default_factory=list[KeptOfDns],
    description="Properties that stay as they are in Azure, whatever the other settings say, for objects that were "
    "created by hand: `tags` of the zone and its links, `ttl` of the records, automatic `registration` of virtual "
    "machines by the links.",
)


class DnsSettings(Section):
    """The private DNS zone of a consumer, created by this stack."""

    resource_group: ResourceGroupName = Field(
        description="Resource group of the zone. For existing zones write `zone_ids` instead, and `dns: elsewhere` if "
        "another team or tool manages the names."
    )
    subscription: SubscriptionId | None = Field(
        default=None, description="Subscription of the zone. Default: the consumer's."
    )
    links: Keyed[LinkSettings] = Field(
        default_factory=lambda: {"own": LinkSettings()},
        description="Networks that are linked to the zone, by key. Default: `own`, the consumer's own network. If you "
        "write other links, repeat `own: {}` to keep it.",
    )
    ttl: int = _TTL
    lock: bool = Field(
        default=False,
        strict=True,
        description="Whether a lock protects the zone from deletion. It is on the zone's SOA record, so other records "
        "can still be created and deleted.",
    )
    protect: bool = Field(default=False, strict=True, description="Whether Pulumi rejects deleting the zone.")
    tags: DnsTags = Field(
        default_factory=dict[str, str],
        description="Tags of the zone and its links: 15 at most, with names that Azure DNS stores (letters, digits, "
        "`_`, `.`, `-`; a letter first).",
    )
    keep: Annotated[list[KeptOfDns], Once] = _KEEP


class ExistingZones(Section):
    """Existing private DNS zones, such as those of a hub: this stack creates records in them."""

    zone_ids: list[ZoneId] = Field(
        min_length=1,
        max_length=1000,  # as a network can be linked to (MicrosoftDocs, azure-dns-limits.md)
        description="Ids of the zones, one for each zone name that the clusters need.",
    )
    links: Keyed[LinkSettings] = Field(
        default_factory=dict[str, LinkSettings],
        description="Networks to link to the zones, by key. Default: none, because existing zones are usually linked.",
    )
    ttl: int = _TTL
    tags: DnsTags = Field(
        default_factory=dict[str, str],
        description="Tags of the links: 15 at most, with names that Azure DNS stores (letters, digits, `_`, `.`, "
        "`-`; a letter first).",
    )
    keep: Annotated[list[KeptOfDns], Once] = _KEEP


def _kind(value: object) -> str:
    if isinstance(value, ExistingZones) or (isinstance(value, Mapping) and "zone_ids" in value):
        return "existing"
    return "elsewhere" if isinstance(value, str) else "made"


Dns = Annotated[
    Annotated[DnsSettings, Tag("made")]
    | Annotated[ExistingZones, Tag("existing")]
    | Annotated[Literal["elsewhere"], Tag("elsewhere")],
    Discriminator(_kind),
]
