"""Rules about private endpoints: where they are, and what they connect to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ..resources import ENDPOINT, MANAGED_ENDPOINT, PolicyResource
from ..rule import Level, ResourceRule
from .zones import Place, is_in


class EndpointSubnets(ResourceRule):
    """Private endpoints are in known subnets only."""

    name: ClassVar[str] = "endpoint-subnets"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = "A private endpoint makes a cluster reachable from every network that reaches its subnet."
    remedy: ClassVar[str] = "write another `subnet_id`, or add the subnet or its network to the rule's `subnets`"
    source: ClassVar[str] = "MicrosoftDocs, azure-docs, articles/private-link/private-endpoint-overview.md"
    types: ClassVar[tuple[str, ...]] = (ENDPOINT,)

    subnets: list[Place] | None = Field(
        default=None,
        description="Ids of subnets, or of what they are in: networks, resource groups, subscriptions. Default: all.",
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that an endpoint is in another subnet."""
        subnet = resource.text("subnet", "id")
        if self.subnets is not None and subnet and not is_in(subnet, self.subnets):
            yield f"is in subnet {subnet}, which is not listed"


class ManagedEndpointTargets(ResourceRule):
    """Clusters connect to data in known subscriptions only."""

    name: ClassVar[str] = "managed-endpoint-targets"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = "Through a managed private endpoint, a cluster can send data to its target."
    remedy: ClassVar[str] = "write another `target`, or add it or its subscription to the rule's `targets`"
    source: ClassVar[str] = "MicrosoftDocs, dataexplorer-docs, security-network-managed-private-endpoint-create.md"
    types: ClassVar[tuple[str, ...]] = (MANAGED_ENDPOINT,)

    targets: list[Place] | None = Field(
        default=None,
        description="Ids of targets, or of what they are in: resource groups, subscriptions. Default: all.",
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a managed private endpoint has another target."""
        target = resource.text("privateLinkResourceId")
        if self.targets is not None and target and not is_in(target, self.targets):
            yield f"connects to {target}, which is not listed"
