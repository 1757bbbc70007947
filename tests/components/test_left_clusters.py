"""Clusters that left their virtual network: what the program registers for them."""

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
BALANCERS = {f"{prefix}-myadx-{suffix}" for prefix in ("kucompute", "kudatamgmt") for suffix in ("elb", "ilb")}
ADDED = {"Deployment myadx.analytics.cluster.approval", "PrivateEndpoint myadx.analytics.cluster"}


@pytest.mark.parametrize("preview", [True, False], ids=["later preview", "later update"])
def test_a_deployed_cluster_that_left_its_network_keeps_its_resources(configured: Configure, *, preview: bool) -> None:
    """Pulumi deletes resources that are no longer registered, and a roll-back would find nothing."""
    program = configured(stack_settings(**SETTINGS))
    before = must_deploy(program)
    after = must_deploy(program, before.azure.later(left={"myadx"}, missing=BALANCERS), preview=preview)
    assert {*after.labels} == {*before.labels, *ADDED}
    left = [label for label in before.labels if label.startswith(("PrivateLinkService myadx", "PrivateEndpoint myadx"))]
    assert len(left) == 4
    assert all(list(after[label].request.ignoreChanges) == ["*"] for label in left)
    assert "no longer injected in a virtual network" in after.warnings[0]


def test_records_of_a_cluster_that_left_lead_to_it_itself(configured: Configure) -> None:
    """They follow another endpoint than before, and are no longer replaced with the old one."""
    program = configured(stack_settings(**SETTINGS))
    before = must_deploy(program)
    after = must_deploy(program, before.azure.later(left={"myadx"}, missing=BALANCERS))
    [record] = [label for label in after.labels if label.startswith("PrivateRecordSet myadx@")]
    assert [urn.rpartition("::")[2] for urn in before[record].request.replace_with] == [
        "myadx.analytics.engine",
        "myadx.engine",
        before[record].request.replace_with[-1].rpartition("::")[2],
    ]
    assert [urn.rpartition("::")[2] for urn in after[record].request.replace_with][:-1] == ["myadx.analytics.cluster"]
    assert before[record].inputs["aRecords"] != after[record].inputs["aRecords"]


def test_a_new_cluster_that_left_its_network_needs_storage_zones(configured: Configure) -> None:
    """It is a native cluster now, and its consumer has no zones for it."""
    error = deploy(configured(stack_settings(**SETTINGS)), Azure(left={"myadx"})).error
    assert isinstance(error, SettingsError)
    assert "consumers.analytics.dns\n    has no zone privatelink.blob" in str(error)
