"""Private DNS of a consumer: where the clients find the names of the clusters."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from ..resource_ids import NetworkId, ResourceGroupId, ZoneId
from .keys import Keyed
from .section import Section, reject, schema_requiring
from .tags import DnsTags
from .value_types import Once, ResourceGroupName, ResourceName, SubscriptionId

ResolutionPolicy = Literal["NxDomainRedirect", "Default"]
KeptOfDns = Literal["tags", "ttl", "registration"]
StorageZones = Literal["existing", "made"]

_PLACES = ("resource_group", "zones_in", "zone_ids")
"""The settings that say where zones are."""
_OF_MADE_ZONES = ("subscription", "lock", "protect")
"""The settings that only zones of this stack have."""


class LinkSettings(Section):
    """One virtual network that is linked to the zones."""

    network_id: NetworkId | None = Field(
        default=None, description="The virtual network. Default: the consumer's own. A change replaces the link."
    )
    resolution_policy: ResolutionPolicy = Field(
        default="NxDomainRedirect",
        description="`NxDomainRedirect`: names without a record in the zone get their public answer. `Default`: they "
        "get none. Links of the storage zones that this stack creates always have `NxDomainRedirect`.",
    )
    name: ResourceName | None = Field(
        default=None,
        description="Name of the virtual network link. Default: `{consumer key}-{link key}`; in `zones`, "
        "`{zones key}-{link key}`. A change replaces it.",
    )


class DnsSettings(Section):
    """
    The private DNS zones of a consumer.

    For each zone name that its clusters need: the zone in `zone_ids`, else the one in the first resource group of
    `zones_in` that has it, else a zone that this stack creates in `resource_group`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                schema_requiring("resource_group"),
                schema_requiring("zones_in", {"minItems": 1}),
                schema_requiring("zone_ids", {"minItems": 1}),
            ],
            "if": schema_requiring("resource_group"),
            "else": {
                "properties": {
                    "subscription": {"type": "null"},
                    "lock": {"const": False},
                    "protect": {"const": False},
                    "storage_zones": {"const": "existing"},
                },
                "not": {"allOf": [schema_requiring("links"), schema_requiring("link_existing", {"minProperties": 1})]},
            },
        }
    )

    resource_group: ResourceGroupName | None = Field(
        default=None,
        description="Resource group in which this stack creates the zones that `zone_ids` and `zones_in` do not have. "
        "Default: it creates none.",
    )
    subscription: SubscriptionId | None = Field(
        default=None, description="Subscription of `resource_group`. Default: the consumer's."
    )
    zones_in: Annotated[list[ResourceGroupId], Once] = Field(
        default_factory=list[ResourceGroupId],
        max_length=20,
        description="Ids of resource groups with existing zones, such as those of a hub: this stack uses them by their "
        "names. Of several groups, the first one with a zone counts.",
    )
    zone_ids: list[ZoneId] = Field(
        default_factory=list[ZoneId],
        max_length=1000,  # as a network can be linked to (MicrosoftDocs, azure-dns-limits.md)
        description="Ids of existing zones, one for each zone name: records are created in them.",
    )
    storage_zones: StorageZones = Field(
        default="existing",
        description="`existing`: the zones of native clusters' storage accounts (`privatelink.blob.core.windows.net`, "
        "also for `queue` and `table`) exist in `zone_ids` or `zones_in`, because all storage accounts share them. "
        "`made`: this stack creates those that do not, in `resource_group`.",
    )
    links: Keyed[LinkSettings] = Field(
        default_factory=lambda: {"own": LinkSettings()},
        description="Networks that are linked to the zones that this stack creates, by key. Default: `own`, the "
        "consumer's own network. If you write other links, repeat `own: {}` to keep it. Without `resource_group` the "
        "same as `link_existing`.",
    )
    link_existing: Keyed[LinkSettings] = Field(
        default_factory=dict[str, LinkSettings],
        description="Networks to link to the existing zones, by key. Default: none, because existing zones are usually "
        "linked.",
    )
    ttl: int = Field(
        default=300,
        strict=True,
        ge=1,
        le=2147483647,
        description="Seconds for which clients can cache an address. Azure itself writes the records of native "
        "clusters, for 10 seconds.",
    )
    lock: bool = Field(
        default=False,
        strict=True,
        description="Whether a lock protects the zones of this stack from deletion. It is on a zone's SOA record, so "
        "other records can still be created and deleted.",
    )
    protect: bool = Field(
        default=False, strict=True, description="Whether Pulumi rejects deleting the zones of this stack."
    )
    tags: DnsTags = Field(
        default_factory=dict[str, str],
        description="Tags of the zones of this stack and of the links: 15 at most, with names that Azure DNS stores "
        "(letters, digits, `_`, `.`, `-`; a letter first).",
    )
    keep: Annotated[list[KeptOfDns], Once] = Field(
        default_factory=list[KeptOfDns],
        description="Properties that stay as they are in Azure, whatever the other settings say, for objects that were "
        "created by hand: `tags` of the zones and their links, `ttl` of the records, automatic `registration` of "
        "virtual machines by the links.",
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if not any(getattr(self, name) for name in _PLACES):
            remedy = (
                "write `resource_group` for zones that this stack creates, `zones_in` or `zone_ids` for existing ones; "
                "or `dns: elsewhere` if another team or tool manages the names"
            )
            reject("", "names no private DNS zone", remedy)
        if self.resource_group is None:
            self._check_made_settings()
        return self

    def _check_made_settings(self) -> None:
        remedy = "remove it, or write the `resource_group` of zones that this stack creates"
        for name in _OF_MADE_ZONES:
            if getattr(self, name):
                reject(name, "concerns zones that this stack creates, and it creates none", remedy)
        if self.storage_zones == "made":
            reject("storage_zones", "asks for zones that this stack creates, and it creates none", remedy)
        if "links" in self.model_fields_set and self.link_existing:
            reject("links", "means the same as `link_existing` without `resource_group`", "remove one of the two")

    @property
    def links_of_existing(self) -> dict[str, LinkSettings]:
        """The networks to link to existing zones, by key."""
        # Before `link_existing`, `links` meant them in settings that name existing zones only.
        is_older = self.resource_group is None and "links" in self.model_fields_set
        return self.links if is_older else self.link_existing


def _kind(value: Any) -> str:
    return "elsewhere" if isinstance(value, str) else "zones"


Dns = Annotated[
    Annotated[DnsSettings, Tag("zones")] | Annotated[Literal["elsewhere"], Tag("elsewhere")], Discriminator(_kind)
]
