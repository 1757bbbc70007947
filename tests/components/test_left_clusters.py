"""Clusters that left their virtual network: the program registers the same resources for them."""

from __future__ import annotations

import pytest

from adx_private_link.errors import SettingsError
from tests.samples.building import cluster, consumer

from .azure import Azure
from .programs import Configure, stack_settings
from .registration import deploy, must_deploy

SETTINGS = {
    "clusters": {"myadx": cluster("myadx"), "other": cluster("other")},
    "consumers": {"analytics": consumer("analytics")},
}


@pytest.mark.parametrize("preview", [True, False], ids=["later preview", "later update"])
def test_a_deployed_cluster_that_left_its_network_keeps_its_resources(configured: Configure, *, preview: bool) -> None:
    """Pulumi deletes resources that are no longer registered, and clients of a migrated cluster would lose access."""
    program = configured(stack_settings(**SETTINGS))
    before = must_deploy(program)
    balancers = {f"{prefix}-myadx-{suffix}" for prefix in ("kucompute", "kudatamgmt") for suffix in ("elb", "ilb")}
    after = must_deploy(program, before.azure.later(left={"myadx"}, missing=balancers), preview=preview)
    assert after.labels == before.labels
    services = ["PrivateLinkService myadx.engine", "PrivateLinkService myadx.ingestion"]
    assert [after[label].inputs for label in services] == [before[label].inputs for label in services]
    [warning] = after.warnings
    assert "no longer injected in a virtual network" in warning


def test_a_new_cluster_that_left_its_network_needs_storage_zones(configured: Configure) -> None:
    """It is a native cluster now, and its consumer has no zones for it."""
    error = deploy(configured(stack_settings(**SETTINGS)), Azure(left={"myadx"})).error
    assert isinstance(error, SettingsError)
    assert "consumers.analytics.dns\n    has no zone privatelink.blob" in str(error)
