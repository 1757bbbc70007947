"""Resources as rules see them: type, logical name and inputs, of a preview or of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

SERVICE = "azure-native:network:PrivateLinkService"
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE = "azure-native:privatedns:PrivateZone"
LINK = "azure-native:privatedns:VirtualNetworkLink"
RECORD = "azure-native:privatedns:PrivateRecordSet"
LOCK = "azure-native:authorization:ManagementLockByScope"
MANAGED_ENDPOINT = "azure-native:kusto:ManagedPrivateEndpoint"
CLUSTER = "azure-native:kusto:Cluster"

CONSUMER = "settings:consumers"
"""A consumer's settings, if its connections to clusters of this stack are approved: only plans have them."""
EXTERNAL_CONSUMER = "settings:external_consumers"
"""An external consumer's settings, which are no resource: only plans have them."""
CLUSTER_SETTINGS = "settings:clusters"
"""A cluster's settings, which are no resource: only plans have them."""

_KEPT = {
    "enableProxyProtocol": "proxy_protocol",
    "fqdns": "fqdns",
    "name": "connection_name",
    "registrationEnabled": "registration",
    "requestMessage": "request_message",
    "tags": "tags",
    "ttl": "ttl",
}
"""The word of `keep` for each property."""


@dataclass(frozen=True)
class PolicyResource:
    """A resource of a stack."""

    type: str
    name: str
    """Its logical name."""
    inputs: Mapping[str, Any]
    """Its inputs, as the engine spells them. A value that a preview does not know may raise when it is read."""
    is_protected: bool = False
    kept: tuple[str, ...] = ()
    """What stays as it is in Azure, in the words of the setting `keep`."""
    setting: str = ""
    """The path of the setting that asks for it; only plans know it."""

    @staticmethod
    def kept_of(type: str, ignored: Iterable[str]) -> tuple[str, ...]:
        """
        Return what a resource keeps, from the properties whose changes it ignores.

        Visibility, automatic approval and application security groups are not known by them: their changes are also
        ignored where the deployed resource only spells an id in another way.
        """
        words = {**_KEPT, "ipConfigurations": "address" if type == ENDPOINT else "nat_addresses"}
        return tuple(
            word for name in ignored for end, word in words.items() if name == end or name.endswith(f"].{end}")
        )

    def keeps(self, word: str) -> Iterator[str]:
        """Yield, as a violation, that the word of `keep` is kept: a rule about it decides nothing."""
        if word in self.kept:
            yield f"keeps {word} as it is in Azure, so this rule cannot hold"

    def text(self, *path: str) -> str:
        """Return the text at a path of the inputs; empty where there is none."""
        value = self._at(path)
        return value if isinstance(value, str) else ""

    def texts(self, *path: str) -> list[str]:
        """Return the texts at a path of the inputs."""
        return [str(item) for item in self._list(path)]

    def items(self, *path: str) -> list[Mapping[str, Any]]:
        """Return the objects of the list at a path of the inputs."""
        return [cast("Mapping[str, Any]", item) for item in self._list(path) if isinstance(item, Mapping)]

    def keys(self, *path: str) -> list[str]:
        """Return the keys of the mapping at a path of the inputs."""
        value = self._at(path)
        return [*cast("Mapping[str, Any]", value)] if isinstance(value, Mapping) else []

    def _list(self, path: Sequence[str]) -> Sequence[Any]:
        value = self._at(path)
        return cast("Sequence[Any]", value) if isinstance(value, Sequence) and not isinstance(value, str) else []

    def _at(self, path: Sequence[str]) -> Any:
        value: Any = self.inputs
        for part in path:
            value = cast("Mapping[str, Any]", value).get(part) if isinstance(value, Mapping) else None
        return value
