"""One of a stack's clusters is migrated out of its virtual network, by its owner and without this stack."""

from __future__ import annotations

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId

from .conftest import Deployed
from .harness import expect_success
from .worlds import CLUSTER_ONE, two_by_two


def test_a_cluster_that_left_blocks_no_other_and_keeps_its_resources_until_it_is_removed(deployed: Deployed) -> None:
    """The migration of one cluster by its owner must not stop updates of the others."""
    stack, settings = deployed(two_by_two()), two_by_two()
    portal_changes.leave_network(stack.home.azure, ResourceId.parse(CLUSTER_ONE))
    settings["clusters"]["two"]["tags"] = {"team": "data"}
    stack.configure(**settings)
    changed = expect_success(stack.up())
    assert sorted(changed.operations) == [
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
    ]
    assert changed.output.startswith(f"one: clusters.one: {CLUSTER_ONE} is no longer injected in a virtual network.")

    del settings["clusters"]["one"]
    stack.configure(**settings)
    removed = expect_success(stack.up())
    assert {operation.split()[0] for operation in removed.operations} == {"delete"}
    ids = [str(resource["id"]) for resource in stack.world()]
    assert not any("adxone" in id for id in ids if "/A/" in id)
