"""One of a stack's clusters is migrated out of its virtual network, by its owner and without this stack."""

from __future__ import annotations

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId

from .conftest import Deployed
from .harness import succeeded
from .worlds import CLUSTER_ONE, everybody


def test_it_blocks_no_other_cluster_and_loses_nothing_until_it_is_removed(deployed: Deployed) -> None:
    stack, settings = deployed(everybody()), everybody()
    portal_changes.leave_network(stack.home.azure, ResourceId.parse(CLUSTER_ONE))
    settings["clusters"]["two"]["tags"] = {"team": "data"}
    stack.configure(**settings)
    changed = succeeded(stack.up())
    assert sorted(changed.operations) == [
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
    ]
    assert changed.output.startswith(f"one: clusters.one: {CLUSTER_ONE} is no longer injected in a virtual network.")

    del settings["clusters"]["one"]
    stack.configure(**settings)
    removed = succeeded(stack.up())
    assert {each.split()[0] for each in removed.operations} == {"delete"}
    assert not any("adxone" in str(each["id"]) for each in stack.world() if "/A/" in each["id"])
