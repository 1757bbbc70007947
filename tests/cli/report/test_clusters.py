"""Clusters that the same program has as resources: who reaches them, and who does not any more."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.program import parse, plan

from ...samples.access import OPEN, with_access
from ...samples.building import cluster as settings_of
from ...samples.native import native, native_facts
from ...samples.smallest import small_facts, small_with_cluster
from .previews import OWNER, FakePreview, Kind, Properties
from .reports import BOTH_KINDS, connected, reported, risks

ID = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/adx"


def cluster(
    preview: FakePreview, before: Properties, after: Properties, kind: str = "azure-native:kusto:Cluster"
) -> None:
    """Add the cluster's resource; Azure spells its id in another way than the settings."""
    preview.step(kind, "analytics-cluster", before, after, outputs={"id": ID.replace("Clusters", "clusters")})


@BOTH_KINDS
@pytest.mark.parametrize("before", [{}, {"publicNetworkAccess": "Enabled"}])
def test_a_cluster_that_closes_its_public_address_names_who_still_reaches_it(before: Properties, kind: Kind) -> None:
    """Microsoft's services lose the cluster, too, which people notice late (MicrosoftDocs/dataexplorer-docs#1246)."""
    preview = FakePreview(kind=kind)
    cluster(preview, before, {"publicNetworkAccess": "Disabled"})
    consumer = connected(preview)
    preview.record(consumer, "10.0.0.4", "10.0.0.4")
    assert risks(preview) == {
        "public-access-disabled": "Cluster analytics-cluster rejects clients at its public address: only `analytics` "
        "of this stack can reach it. Services outside, such as Power BI, Power Automate or Data Factory, need private "
        "endpoints of their own."
    }
    assert reported(preview).sentence == "Cluster `analytics-cluster` closes its public address."


def test_a_cluster_that_nobody_reaches_privately_is_cut_off() -> None:
    preview = FakePreview()
    cluster(preview, {}, {"publicNetworkAccess": "Disabled"}, "azure-native:kusto/v20240413:Cluster")
    assert "no consumer of this stack can reach it" in risks(preview)["public-access-disabled"]


def test_a_cluster_that_forgets_its_public_access_is_opened() -> None:
    """The SDK sends `Enabled` for a property that a program leaves out (pulumi-azure-native 3.29.0, kusto.Cluster)."""
    preview = FakePreview()
    cluster(preview, {"publicNetworkAccess": "Disabled"}, {"publicNetworkAccess": "Enabled"})
    assert {*risks(preview)} == {"public-access-enabled"}
    assert reported(preview).sentence == "Cluster `analytics-cluster` opens its public address."


@pytest.mark.parametrize("access", ["Enabled", "Disabled"])
def test_an_unchanged_access_is_no_risk(access: str) -> None:
    preview = FakePreview()
    before = {"publicNetworkAccess": access}
    cluster(preview, before, {**before, "tags": {"a": "b"}})
    assert risks(preview) == {}


def test_a_cluster_of_another_service_is_none() -> None:
    preview = FakePreview()
    kind = "azure-native:servicefabric:Cluster"
    cluster(preview, {}, {"publicNetworkAccess": "Disabled"}, kind)
    assert risks(preview) == {}


def test_an_access_that_differs_from_the_settings_is_a_risk() -> None:
    """Drift shows up in the next pull request, whatever that is about."""
    preview = FakePreview()
    settings = _native(public_access="closed", outbound={"fqdns": []})
    for warning in plan(parse(settings), with_access(native_facts(settings), "new", OPEN)).clusters["new"].warnings:
        preview.say(warning)
    assert risks(preview) == {
        "access-differs": "Cluster new is not as its settings say in Azure (`outbound`, `public_access`), and this "
        "update does not change it: run `adx-private-link lock-down new`."
    }


def test_a_setting_that_takes_no_effect_yet_is_no_difference() -> None:
    """An injected cluster has no public access of its own to compare."""
    preview = FakePreview()
    settings = small_with_cluster(public_access="closed")
    [warning] = plan(parse(settings), with_access(small_facts(settings), "myadx", OPEN)).clusters["myadx"].warnings
    preview.say(warning)
    assert risks(preview) == {}


def _native(**written: Any) -> dict[str, Any]:
    return {**native(), "clusters": {"new": settings_of("newadx", **written)}}
