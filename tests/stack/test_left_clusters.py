"""One of a stack's clusters is migrated out of its virtual network, by its owner and without this stack."""

from __future__ import annotations

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId

from .conftest import Deployed
from .harness import expect_success
from .worlds import CLUSTER_ONE, RED_NETWORK, two_by_two


def test_a_cluster_that_left_blocks_no_other_although_its_consumers_lack_zones(deployed: Deployed) -> None:
    """The migration of one cluster by its owner must not stop updates of the others; queries work again, too."""
    stack, settings = deployed(two_by_two()), two_by_two()
    portal_changes.leave_network(stack.home.azure, ResourceId.parse(CLUSTER_ONE))
    settings["clusters"]["two"]["tags"] = {"team": "data"}
    stack.configure(**settings)
    changed = expect_success(stack.up())
    assert {
        "update PrivateLinkService two.engine",
        "update PrivateLinkService two.ingestion",
        "create PrivateEndpoint one.red.cluster",
        "create PrivateEndpoint one.blue.cluster",
    } <= {*changed.operations}
    assert not any(operation.startswith("delete") for operation in changed.operations)
    assert changed.output.startswith(f"one: clusters.one: {CLUSTER_ONE} is no longer injected in a virtual network, ")
    assert "one: consumers.red.dns has no zone privatelink.blob.core.windows.net, " in changed.output
    reached = stack.reach(RED_NETWORK, "adxone.westus.kusto.windows.net")
    assert (reached.outcome, reached.through.rpartition("/")[2]) == ("connected", "pe-one-cluster-red")
    expect_success(stack.preview("--expect-no-changes"))

    del settings["clusters"]["one"]
    stack.configure(**settings)
    removed = expect_success(stack.up())
    assert {operation.split()[0] for operation in removed.operations} == {"delete"}
    ids = [str(resource["id"]) for resource in stack.world()]
    assert not any("adxone" in id for id in ids if "/A/" in id)
