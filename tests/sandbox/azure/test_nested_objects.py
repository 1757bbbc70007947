"""Nested objects of a list have different names."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import nested_objects

from ..rule_marks import holds
from ..small_world import SERVICE, SandboxCloud, nat, service


@pytest.mark.parametrize(("first", "second"), [("nat", "nat"), ("nat", "NAT")])
@holds(nested_objects.DUPLICATE_NAME)
def test_two_objects_of_one_name_are_rejected(cloud: SandboxCloud, first: str, second: str) -> None:
    with cloud.rejects(nested_objects.DUPLICATE_NAME.code):
        cloud.put(SERVICE, service(ipConfigurations=[nat(first), nat(second)]))
