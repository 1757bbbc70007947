"""Locations of resource groups: the default location of resources in them."""

from __future__ import annotations

from ..azure import AzureError
from ..rules import Rule
from .azure_client import AzureClient
from .provider_errors import NoAnswer
from .unknown_values import is_unknown

_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"

UNKNOWN_GROUP = Rule(
    says="While the resource group is unknown, a location that would come from it is unknown too",
    source=f"{_PROVIDER}, getDefaultLocation",
)
GROUP_UNREADABLE = Rule(
    says="When the resource group cannot be read, for whatever reason, the location stays unset, without an error",
    source=f"{_PROVIDER}, getDefaultLocation",
)
GROUP_READ_ONCE = Rule(
    says="A resource group's location is read once, and kept as long as the provider runs",
    source=f"{_PROVIDER}, getDefaultLocation (rgLocationMap)",
)


class GroupLocations:
    """The locations of the resource groups in a subscription."""

    def __init__(self, client: AzureClient, subscription: str) -> None:
        self._client = client
        self._subscription = subscription
        self._known: dict[str, str] = {}

    def location_of(self, group: str) -> str | None:
        """The location; None where the group cannot be read, unknown where the group is unknown."""
        if not group or is_unknown(group):
            return group or None
        if group not in self._known:
            try:
                body = self._client.get(f"/subscriptions/{self._subscription}/resourceGroups/{group}")
            except (AzureError, NoAnswer):
                return None
            self._known[group] = body["location"]
        return self._known[group]
