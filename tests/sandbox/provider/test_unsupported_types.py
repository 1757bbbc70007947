"""The errors for resource types that the sandbox or the SDK lacks."""

from __future__ import annotations

from azure_sandbox.provider import protocol
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..fake_engine import Engine
from ..rule_marks import holds


@holds(protocol.UNKNOWN_TYPE)
def test_the_error_says_whether_the_sdk_or_only_the_sandbox_lacks_a_type(engine: Engine) -> None:
    """The remedy depends on it."""
    with engine.fails_with("Resource type azure-native:network:VirtualHubb not found"):
        engine.check("network:VirtualHubb", {})
    known = ", ".join(sorted(RESOURCE_SPECS))
    for type in ("network:VirtualHub", "keyvault:Vault"):
        with engine.fails_with(f"The sandbox has no resource type azure-native:{type}. It has: {known}."):
            engine.check(type, {})
