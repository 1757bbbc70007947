"""
The order in which the addresses of a subnet are assigned: static ones first.

Azure assigns the lowest free address to a resource that asks for a dynamic one (MicrosoftDocs/azure-docs,
articles/virtual- network/ip-services/private-ip-addresses.md). Created at the same time, a dynamic endpoint can get the
address that another resource of the same stack has in its settings, and keeps it
(hashicorp/terraform-provider-azurerm#17370).

So a resource with dynamic addresses depends on the resources of its subnet with static ones, in any component. Services
depend on services only: an endpoint needs its service, and must never be needed by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import pulumi

from ..resource_ids import SubnetId


@dataclass
class _Static:
    """The resources of one subnet that have static addresses."""

    services: list[pulumi.Resource] = field(default_factory=list[pulumi.Resource])
    endpoints: list[pulumi.Resource] = field(default_factory=list[pulumi.Resource])


_BY_PROGRAM: WeakKeyDictionary[Any, dict[str, _Static]] = WeakKeyDictionary()
"""By the engine that a program talks to, and by the subnet's id in lower case."""


def static_service(subnet_id: SubnetId, service: pulumi.Resource) -> None:
    """Note a private link service with static NAT addresses."""
    _static(subnet_id).services.append(service)


def static_endpoint(subnet_id: SubnetId, endpoint: pulumi.Resource) -> None:
    """Note a private endpoint with a static address."""
    _static(subnet_id).endpoints.append(endpoint)


def before_dynamic_service(subnet_id: SubnetId) -> pulumi.Output[list[pulumi.Resource]]:
    """Return the resources that a private link service with dynamic NAT addresses depends on."""

    async def known() -> list[pulumi.Resource]:
        return list(_static(subnet_id).services)

    return pulumi.Output.from_input(known())


def before_dynamic_endpoint(subnet_id: SubnetId) -> pulumi.Output[list[pulumi.Resource]]:
    """
    Return the resources that a private endpoint with a dynamic address depends on.

    Awaited, not read at once: by then the program has registered its other components as well. (A program that waits
    for a look-up between two components gets the order within each.)
    """

    async def known() -> list[pulumi.Resource]:
        static = _static(subnet_id)
        return [*static.services, *static.endpoints]

    return pulumi.Output.from_input(known())


def _static(subnet_id: SubnetId) -> _Static:
    program = _BY_PROGRAM.setdefault(pulumi.runtime.settings.get_monitor(), {})
    return program.setdefault(subnet_id.key, _Static())
