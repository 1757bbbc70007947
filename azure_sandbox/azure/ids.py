"""Azure resource ids: parsed once, compared without case."""

import re
from dataclasses import dataclass
from functools import cached_property

_GROUP = re.compile(
    r"^/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)(?P<rest>/.*)?$", re.IGNORECASE
)


@dataclass(frozen=True)
class ResourceId:
    """`/subscriptions/S/resourceGroups/G[/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME]…]`."""

    text: str
    subscription: str
    resource_group: str
    type: str
    names: tuple[str, ...]

    @staticmethod
    def parse(text: str) -> "ResourceId":
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

    @property
    def name(self) -> str:
        return self.names[-1]

    @cached_property
    def key(self) -> str:
        return self.text.lower()

    @cached_property
    def group(self) -> "ResourceId":
        return ResourceId.parse(f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}")

    @cached_property
    def parent(self) -> "ResourceId | None":
        """The resource that this one is nested in, if any."""
        return ResourceId.parse(self.text.rsplit("/", 2)[0]) if len(self.names) > 1 else None

    def spelt(self, type: str) -> "ResourceId":
        """The same id, with the type spelt as Azure answers it."""
        if not self.text.lower().startswith(f"{self.group.key}/providers/"):
            return self
        namespace, *kinds = type.split("/")
        pairs = "/".join(f"{kind}/{name}" for kind, name in zip(kinds, self.names, strict=True))
        return ResourceId.parse(f"{self.group.text}/providers/{namespace}/{pairs}")

    def child(self, kind: str, name: str) -> "ResourceId":
        return ResourceId.parse(f"{self.text}/{kind}/{name}")

    def sibling(self, type: str, name: str) -> "ResourceId":
        """Another resource of the same resource group."""
        return ResourceId.parse(f"{self.group.text}/providers/{type}/{name}")
