"""The errors for resource types that the sandbox or the SDK lacks."""

from __future__ import annotations

from azure_sandbox.provider import protocol
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..engine import Engine
from ..holds import holds


@holds(protocol.UNKNOWN_TYPE)
def test_what_it_does_not_know(engine: Engine) -> None:
    """A program that has more than the sandbox has: whose fault it is decides what to do about it."""
    with engine.refused("Resource type azure-native:network:VirtualHubb not found"):
        engine.check("network:VirtualHubb", {})
    known = ", ".join(sorted(RESOURCE_SPECS))
    for each in ("network:VirtualHub", "keyvault:Vault"):
        with engine.refused(f"The sandbox has no resource type azure-native:{each}. It has: {known}."):
            engine.check(each, {})
