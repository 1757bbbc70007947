"""Azure resource ids: parsed once, compared without case."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

_GROUP = re.compile(
    r"^/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)(?P<rest>/.*)?$", re.IGNORECASE
)

# The types of Microsoft.Authorization extend other resources, groups and subscriptions; diagnostic settings do so, too.
_EXTENSION = re.compile(
    r"^(?P<scope>.+)/providers/(?P<type>Microsoft\.(Authorization/[^/]+|Insights/diagnosticSettings))/(?P<name>[^/]+)$",
    re.IGNORECASE,
)

_COLLECTION = re.compile(
    r"^(?P<scope>/subscriptions/[^/]+(/resourceGroups/[^/]+)?)/providers/(?P<type>[^/]+/[^/]+)$", re.IGNORECASE
)

_SUBSCRIPTION = re.compile(r"^/subscriptions/(?P<subscription>[^/]+)$", re.IGNORECASE)


@dataclass(frozen=True)
class ResourceId:
    """`/subscriptions/S/resourceGroups/G[/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME]…]`, or `SCOPE/providers/…`."""

    text: str
    subscription: str
    resource_group: str
    """Empty for an extension of a whole subscription."""
    type: str
    names: tuple[str, ...]
    scope: str | None = None
    """For an extension, such as a lock: the id of the resource, group or subscription that it applies to."""

    @staticmethod
    @lru_cache(4096)
    def parse(text: str) -> "ResourceId":
        if extension := _EXTENSION.match(text):
            return ResourceId._parse_extension(text, extension)
        match = _GROUP.match(text)
        if match is None:
            raise ValueError(f"not a resource id: {text}")
        subscription, group, rest = match["subscription"], match["group"], match["rest"] or ""
        if not rest:
            return ResourceId(text, subscription, group, "Microsoft.Resources/resourceGroups", (group,))
        parts = rest.strip("/").split("/")
        if parts[0].lower() != "providers" or len(parts) < 4 or len(parts) % 2:
            raise ValueError(f"not a resource id: {text}")
        return ResourceId(text, subscription, group, "/".join([parts[1], *parts[2::2]]), tuple(parts[3::2]))

    @staticmethod
    def _parse_extension(text: str, parts: re.Match[str]) -> "ResourceId":
        scope, names = parts["scope"], (parts["name"],)
        if subscription := _SUBSCRIPTION.match(scope):
            return ResourceId(text, subscription["subscription"], "", parts["type"], names, scope)
        extended = ResourceId.parse(scope)
        return ResourceId(text, extended.subscription, extended.resource_group, parts["type"], names, scope)

    @property
    def name(self) -> str:
        return self.names[-1]

    @cached_property
    def key(self) -> str:
        """The id in lower case, for comparisons."""
        return self.text.lower()

    @cached_property
    def group(self) -> "ResourceId":
        """The resource group."""
        return ResourceId.parse(f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}")

    @cached_property
    def parent(self) -> "ResourceId | None":
        """The resource that this one is nested in; None if it is not nested."""
        return ResourceId.parse(self.text.rsplit("/", 2)[0]) if len(self.names) > 1 else None

    @property
    def full_name(self) -> str:
        """The type with all names: `Microsoft.Network/virtualNetworks/vnet/subnets/subnet`."""
        namespace, *kinds = self.type.split("/")
        return "/".join([namespace, *(part for pair in zip(kinds, self.names, strict=True) for part in pair)])

    def spell_type(self, type: str) -> "ResourceId":
        """The same id with the type in Azure's spelling."""
        if self.scope is not None:
            return ResourceId.parse(f"{self.scope}/providers/{type}/{self.name}")
        if not self.text.lower().startswith(f"{self.group.key}/providers/"):
            return self
        namespace, *kinds = type.split("/")
        pairs = "/".join(f"{kind}/{name}" for kind, name in zip(kinds, self.names, strict=True))
        return ResourceId.parse(f"{self.group.text}/providers/{namespace}/{pairs}")

    def lower_names(self) -> "ResourceId":
        """The same id with the names of the group and the resources in lower case. Types keep their spelling."""
        namespace, *kinds = self.type.split("/")
        pairs = "/".join(f"{kind}/{name.lower()}" for kind, name in zip(kinds, self.names, strict=True))
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group.lower()}"
        return ResourceId.parse(f"{group}/providers/{namespace}/{pairs}")

    def child(self, kind: str, name: str) -> "ResourceId":
        """The id of a resource nested in this one."""
        return ResourceId.parse(f"{self.text}/{kind}/{name}")

    def sibling(self, type: str, name: str) -> "ResourceId":
        """The id of another resource in the same resource group."""
        return ResourceId.parse(f"{self.group.text}/providers/{type}/{name}")


@dataclass(frozen=True)
class Collection:
    """A list of resources: those of a type in a subscription or a group, or those nested in a resource."""

    scope: str
    """The id of the subscription, group or resource."""
    type: str

    @staticmethod
    def parse(text: str) -> "Collection":
        if top := _COLLECTION.match(text):
            return Collection(top["scope"], top["type"])
        scope, _, kind = text.rpartition("/")
        return Collection(scope, f"{ResourceId.parse(scope).type}/{kind}")

    @property
    def parent(self) -> ResourceId | None:
        """The resource or group that the resources are in; None for a subscription."""
        return None if _SUBSCRIPTION.match(self.scope) else ResourceId.parse(self.scope)

    @property
    def is_nested(self) -> bool:
        """Whether the resources are nested in a resource."""
        return self.parent is not None and self.parent.key != self.parent.group.key


def parent_of(id: str) -> str:
    """The id of the resource that a nested resource or object is in."""
    return id.rsplit("/", 2)[0]
