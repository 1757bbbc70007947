"""Private DNS zones that a stack creates for other stacks, without a cluster of its own."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from ..resource_ids import ResourceGroupId, ZoneId
from .dns import KeptOfDns, LinkSettings
from .keys import Keyed
from .section import Section, reject
from .tags import DnsTags
from .value_types import Once, ZoneName


class ZoneSettings(Section):
    """Private DNS zones in one resource group, which consumers of other stacks use by `zone_ids` or `zones_in`."""

    resource_group_id: ResourceGroupId = Field(
        description="Id of the resource group of the zones. A change replaces them."
    )
    names: Annotated[list[ZoneName], Once] = Field(
        min_length=1,
        max_length=20,
        description="Names of the zones, such as `privatelink.westeurope.kusto.windows.net`. The zones of native "
        "clusters' storage accounts are shared by all storage accounts: create them only where the networks have none.",
    )
    links: Keyed[LinkSettings] = Field(
        default_factory=dict[str, LinkSettings],
        description="Networks that are linked to each of the zones, by key; each has a `network_id`.",
    )
    lock: bool = Field(
        default=False,
        strict=True,
        description="Whether a lock protects the zones from deletion. It is on each zone's SOA record, so other "
        "records can still be created and deleted.",
    )
    protect: bool = Field(default=False, strict=True, description="Whether Pulumi rejects deleting the zones.")
    tags: DnsTags = Field(default_factory=dict[str, str], description="Tags of the zones and of the links: 15 at most.")
    keep: Annotated[list[KeptOfDns], Once] = Field(
        default_factory=list[KeptOfDns],
        description="Properties that stay as they are in Azure, for zones that were created by hand: `tags` of the "
        "zones and their links, automatic `registration` of virtual machines by the links.",
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for key, link in self.links.items():
            if link.network_id is None:
                remedy = "write it: the id of the virtual network, because these zones have no consumer"
                reject(f"links.{key}.network_id", "is missing", remedy, is_missing=True)
        if "ttl" in self.keep:
            reject("keep", "names `ttl`, which concerns records, and this stack creates none here", "remove `ttl`")
        return self

    @property
    def ids(self) -> list[ZoneId]:
        """The ids of the zones, in the order of their names."""
        group = self.resource_group_id
        return [ZoneId.of(group.subscription, group.resource_group, name) for name in self.names]
