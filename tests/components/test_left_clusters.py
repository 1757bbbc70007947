"""A cluster that left its virtual network: what this program registers for it."""

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
def test_everything_is_registered_as_before(configured: Configure, *, preview: bool) -> None:
    """Whatever is not registered is deleted: `up` would end access to a cluster because its owner migrated it."""
    program = configured(stack_settings(**SETTINGS))
    before = must_deploy(program)
    gone = {f"{balancer}-myadx-{suffix}" for balancer in ("kucompute", "kudatamgmt") for suffix in ("elb", "ilb")}
    after = must_deploy(program, before.azure.later(left={"myadx"}, missing=gone), preview=preview)
    assert after.labels == before.labels
    services = ["PrivateLinkService myadx.engine", "PrivateLinkService myadx.ingestion"]
    assert [after[each].inputs for each in services] == [before[each].inputs for each in services]
    [warning] = after.warnings
    assert "no longer injected in a virtual network" in warning


def test_one_that_was_never_deployed_is_refused(configured: Configure) -> None:
    error = deploy(configured(stack_settings(**SETTINGS)), Azure(left={"myadx"})).error
    assert isinstance(error, SettingsError)
    assert "clusters.myadx.id" in str(error)
