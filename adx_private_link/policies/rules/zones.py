"""Rules about private DNS: zones, virtual network links and record sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from ...naming.logical import ZoneName
from ...resource_ids import SUBSCRIPTION_ID
from ...settings.value_types import Matching
from ..resources import LINK, RECORD, ZONE, PolicyResource
from ..rule import Level, ResourceRule, StackRule
from .services import without_lock

_FALLBACK = "MicrosoftDocs, azure-docs, articles/dns/private-dns-fallback.md"
Place = Annotated[
    str,
    Matching(
        rf"/[sS]ubscriptions/{SUBSCRIPTION_ID}(/[^/]+)*",
        "the id of a subscription or of something in one",
        "write `/subscriptions/GUID`, or the id of a resource group or resource",
    ),
]
"""Something that others may be in."""

_PROTECTION = "MicrosoftDocs, azure-docs, articles/dns/private-dns-protect-private-zones-recordsets.md"


class LinksKeepPublicAnswers(ResourceRule):
    """Names without a record keep their public answer in linked networks."""

    name: ClassVar[str] = "links-keep-public-answers"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = (
        "Without the fallback, a linked network can resolve no other cluster or storage account of the zone that it "
        "reaches in public."
    )
    remedy: ClassVar[str] = "remove `resolution_policy: Default` from the link"
    source: ClassVar[str] = _FALLBACK
    types: ClassVar[tuple[str, ...]] = (LINK,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a link has no fallback; zones without `privatelink` in their name cannot have any."""
        # A preview does not know the name of a new zone by its links; their logical names begin with it.
        zone = ZoneName.parse(resource.name)
        name = zone.zone if zone else resource.text("privateZoneName")
        if name.startswith("privatelink.") and resource.text("resolutionPolicy") != "NxDomainRedirect":
            yield f"has the resolution policy {resource.text('resolutionPolicy') or 'Default'}"


class LinksDoNotRegister(ResourceRule):
    """Virtual machines do not register their names in these zones."""

    name: ClassVar[str] = "links-do-not-register"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = "A virtual machine with the name of a cluster would get the record of that cluster."
    remedy: ClassVar[str] = "remove `registration` from `dns.keep`"
    source: ClassVar[str] = "MicrosoftDocs, azure-docs, articles/dns/private-dns-autoregistration.md"
    types: ClassVar[tuple[str, ...]] = (LINK,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a link registers virtual machines, or may do so."""
        if resource.inputs.get("registrationEnabled"):
            yield "registers virtual machines"
        yield from resource.keeps("registration")


class RecordTtl(ResourceRule):
    """Clients cache the addresses of clusters for a limited time."""

    name: ClassVar[str] = "record-ttl"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = "Until an old address has expired, clients do not find an endpoint that was replaced."
    remedy: ClassVar[str] = "write a smaller `dns.ttl`, and remove `ttl` from `dns.keep`"
    source: ClassVar[str] = "MicrosoftDocs, azure-docs, articles/dns/dns-zones-records.md"
    types: ClassVar[tuple[str, ...]] = (RECORD,)

    seconds: int = Field(default=3600, ge=1, description="The largest TTL. Default: 3600.")

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a record has a larger TTL."""
        ttl = resource.inputs.get("ttl")
        if isinstance(ttl, int | float) and ttl > self.seconds:
            yield f"has a TTL of {ttl:.0f} seconds; {self.seconds} are allowed"
        yield from resource.keeps("ttl")


class ZonesLocked(StackRule):
    """Private DNS zones have a lock."""

    name: ClassVar[str] = "zones-locked"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "With the zone, all networks lose the private addresses of all its clusters at once."
    remedy: ClassVar[str] = "write `dns.lock: true` for the consumer that the zone is created for"
    source: ClassVar[str] = _PROTECTION

    def check(self, resources: Sequence[PolicyResource]) -> Iterator[tuple[PolicyResource, str]]:
        """Yield each zone without a lock."""
        return without_lock(resources, ZONE)


class ZonesInPlaces(ResourceRule):
    """Private DNS zones are created in known places only."""

    name: ClassVar[str] = "zones-in-places"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = (
        "A network is linked to one zone of a name. A second zone, outside of the hub, takes over its names."
    )
    remedy: ClassVar[str] = (
        "use the hub's zones by `dns.zones_in` or `dns.zone_ids`, or add the place to the rule's `places`"
    )
    source: ClassVar[str] = "MicrosoftDocs, azure-docs, articles/dns/private-dns-privatednszone.md"
    types: ClassVar[tuple[str, ...]] = (ZONE,)

    places: list[Place] | None = Field(
        default=None,
        description="Ids of resource groups, or ids of subscriptions (`/subscriptions/…`), with zones. Default: all.",
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a zone is in another place."""
        zone = ZoneName.parse(resource.name)
        if self.places is not None and zone:
            place = f"/subscriptions/{zone.subscription}/resourceGroups/{zone.resource_group}"
            if not is_in(place, self.places):
                yield f"is in {place}, which is not listed"


def is_in(id: str, places: Sequence[str]) -> bool:
    """Return whether an id is one of others, or below one of them."""
    return any(f"{id}/".lower().startswith(f"{place.rstrip('/')}/".lower()) for place in places)
