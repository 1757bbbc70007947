"""Rules about resources of several types: tags, regions, names, and properties that are not managed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..resources import ENDPOINT, LINK, RECORD, SERVICE, ZONE, PolicyResource
from ..rule import Level, ResourceRule

_NAMES = {
    SERVICE: "serviceName",
    ENDPOINT: "privateEndpointName",
    LINK: "virtualNetworkLinkName",
}
"""The property with the name in Azure, by type; zones and records have names that follow from the cluster's."""

_KINDS = {SERVICE: "services", ENDPOINT: "endpoints", LINK: "links"}


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        context = {"error": str(error), "remedy": "write one of Python, such as `pls-.*`"}
        raise PydanticCustomError("pattern", "is no regular expression: {error}", context) from None
    return pattern


_Pattern = Annotated[str, AfterValidator(_compiles)]


class RequiredTags(ResourceRule):
    """Services, endpoints, zones and links have certain tags."""

    name: ClassVar[str] = "required-tags"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = "Owners and costs are found by tags."
    remedy: ClassVar[str] = (
        "write the tag under `tags` of the cluster, of the consumer, or of its `dns`, and remove `tags` from `keep`"
    )
    source: ClassVar[str] = "MicrosoftDocs, azure-docs, articles/azure-resource-manager/management/tag-resources.md"
    types: ClassVar[tuple[str, ...]] = (SERVICE, ENDPOINT, ZONE, LINK)

    names: list[str] = Field(default_factory=list[str], description="Names of the tags. Default: none.")

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield each tag that a resource lacks, or has without a value; Azure compares names without case."""
        present = {name.lower() for name in resource.keys("tags") if resource.text("tags", name).strip()}
        for name in self.names:
            if name.lower() not in present:
                yield f"has no tag {name}"
        if self.names:
            yield from resource.keeps("tags")


class Regions(ResourceRule):
    """Services and endpoints are in known regions only."""

    name: ClassVar[str] = "regions"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "Where data may be is often a question of law."
    remedy: ClassVar[str] = "use a network or cluster of another region, or add the region to the rule's `regions`"
    source: ClassVar[str] = "MicrosoftDocs, azure-docs, articles/governance/policy/samples/built-in-policies.md"
    types: ClassVar[tuple[str, ...]] = (SERVICE, ENDPOINT)

    regions: list[str] = Field(default_factory=list[str], description="Names such as westeurope. Default: all.")

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a resource is in another region."""
        region = resource.text("location").replace(" ", "").lower()
        known = {name.replace(" ", "").lower() for name in self.regions}
        if known and region and region not in known:
            yield f"is in region {region}, which is not listed"


class Naming(ResourceRule):
    """Names in Azure follow a pattern."""

    name: ClassVar[str] = "naming"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "People and scripts find objects by their names."
    remedy: ClassVar[str] = "write a `name` that fits, in `services`, `endpoints` or `links`"
    source: ClassVar[str] = "MicrosoftDocs, cloud-adoption-framework, ready/azure-best-practices/resource-naming.md"
    types: ClassVar[tuple[str, ...]] = tuple(_NAMES)

    services: _Pattern = Field(default="", description="A regular expression for private link services. Default: all.")
    endpoints: _Pattern = Field(default="", description="A regular expression for private endpoints. Default: all.")
    links: _Pattern = Field(default="", description="A regular expression for virtual network links. Default: all.")

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a name does not fit the pattern of its kind."""
        patterns = {"services": self.services, "endpoints": self.endpoints, "links": self.links}
        pattern = patterns[_KINDS[resource.type]]
        name = resource.text(_NAMES[resource.type])
        if pattern and name and not re.fullmatch(pattern, name):
            yield f"is named {name}, which does not fit {pattern}"


class NothingKept(ResourceRule):
    """The settings decide on every property that they describe."""

    name: ClassVar[str] = "nothing-kept"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "What `keep` leaves as it is in Azure changes without a preview and without a review."
    remedy: ClassVar[str] = "write the value as a setting, and remove the word from `keep`"
    source: ClassVar[str] = "pulumi/docs, concepts/resources/options/ignorechanges"
    types: ClassVar[tuple[str, ...]] = (SERVICE, ENDPOINT, ZONE, LINK, RECORD)

    allowed: list[str] = Field(
        default_factory=list[str], description="Words of `keep` that are allowed, such as `tags`. Default: none."
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield each word of `keep` that is not allowed."""
        for word in resource.kept:
            if word not in self.allowed:
                yield f"keeps {word} as it is in Azure"
