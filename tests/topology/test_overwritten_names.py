"""Names that a new zone group would take over: they would be gone after the update, for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.facts.records import Deployed, Facts, NameWriter
from adx_private_link.naming.logical import RecordName, ZoneName
from adx_private_link.program import parse
from adx_private_link.resource_ids import ZoneId

from ..samples.building import GUEST, WrittenSettings, cluster, hosts, only_problem, problems_of, subnet_id, zone_id
from ..samples.native import KUSTO_ZONE, hub_zone_id, in_hub, made, native, native_facts

_ZONE = ZoneId.parse(hub_zone_id(KUSTO_ZONE))
_OTHER_ZONE = ZoneId.parse(zone_id(KUSTO_ZONE, GUEST, "elsewhere"))
_GROUP = "new.analytics.cluster.zone-group"


def _written(logical_name: str, name: str = "newadx", zone: ZoneId = _ZONE) -> NameWriter:
    """What wrote the names of a cluster into a zone."""
    labels = [host.partition(".")[0] for host in hosts(name).values()]
    return NameWriter(logical_name, frozenset(map(zone.record_key, labels)))


def _after(settings: WrittenSettings, writers: Iterable[NameWriter] = (_written(_GROUP),), **more: Any) -> Facts:
    """Facts after an update that left writers of names."""
    facts = native_facts(settings, parse(settings).clusters)
    return replace(facts, deployed=Deployed(name_writers=tuple(writers)), **more)


def _clusters(**names: str) -> WrittenSettings:
    return {**native(), "clusters": {key: cluster(name) for key, name in names.items()}}


_ANALYTICS = native()["consumers"]["analytics"]
_TAKEN_OVER: Mapping[str, tuple[WrittenSettings, tuple[str, ...], str, str]] = {
    "a renamed cluster": (_clusters(renamed="newadx"), (_GROUP,), "clusters.renamed", "write `formerly: new`"),
    "a renamed consumer": (
        {**native(), "consumers": {"renamed": _ANALYTICS}},
        (_GROUP,),
        "consumers.renamed",
        "write `formerly: analytics`",
    ),
    "a former key that is removed": (_clusters(renamed="newadx"), (_GROUP,), "clusters.renamed", "`formerly: new`"),
    "a former key that is added": (
        {**native(), "consumers": {"analytics": {**_ANALYTICS, "formerly": "older"}}},
        (_GROUP,),
        "consumers.analytics",
        "remove `formerly`, and every name stays",
    ),
    "a removed cluster under a key that stays": (
        _clusters(new="newadx"),
        ("other.analytics.cluster.zone-group",),
        "clusters.new",
        "write `formerly: other`",
    ),
    "a consumer that takes the zones over": (
        {
            "clusters": {"new": cluster("newadx")},
            "consumers": {
                "analytics": {**_ANALYTICS, "clusters": []},
                "other": {"subnet_id": subnet_id("other"), "dns": in_hub()},
            },
        },
        (_GROUP,),
        "consumers.other.dns",
        "remove it, run `pulumi up`, then write it again",
    ),
    "record sets of the same names": (
        native(),
        tuple(str(RecordName(host.partition(".")[0], ZoneName.of(_ZONE))) for host in hosts("newadx").values()),
        "consumers.analytics.dns",
        "remove it, run `pulumi up`, then write it again",
    ),
}


@pytest.mark.parametrize(("settings", "writers", "path", "remedy"), _TAKEN_OVER.values(), ids=_TAKEN_OVER.keys())
def test_names_are_not_taken_over_from_a_writer_that_goes(
    settings: WrittenSettings, writers: tuple[str, ...], path: str, remedy: str
) -> None:
    """The writer that goes deletes the records of the new one, and all private names would be lost for good."""
    problem = only_problem(settings, _after(settings, map(_written, writers)))
    assert problem.path == path
    assert remedy in problem.remedy


def test_two_clusters_do_not_exchange_their_keys() -> None:
    """Nothing orders the zone groups of two keys: one may be deleted after the other has written its names."""
    settings = _clusters(one="newtwo", two="newone")
    writers = [_written(f"{key}.analytics.cluster.zone-group", f"new{key}") for key in ("one", "two")]
    assert "newtwo.westus" in only_problem(settings, _after(settings, writers)).message


@pytest.mark.parametrize(
    ("settings", "writers"),
    [
        pytest.param(native(), [_written(_GROUP)], id="nothing renamed"),
        pytest.param(_clusters(renamed="newadx"), [_written(_GROUP, zone=_OTHER_ZONE)], id="other zones"),
        pytest.param(_clusters(renamed="newadx"), [_written(_GROUP, "other")], id="another cluster"),
        pytest.param(
            {**native(), "clusters": {"renamed": cluster("newadx", formerly="new")}}, [_written(_GROUP)], id="formerly"
        ),
        pytest.param(native(made()), [_written(_GROUP)], id="its own group in other zones"),
    ],
)
def test_other_names_are_no_problem(settings: WrittenSettings, writers: list[NameWriter]) -> None:
    assert problems_of(settings, _after(settings, writers)) == {}


def test_a_name_that_somebody_else_has_written_is_a_problem() -> None:
    """Two stacks with one hub: the second takes the names, and the end of either deletes them for both."""
    record = _ZONE.record_key("newadx")
    facts = _after(native(), (), records={record: ("10.9.0.4",)})
    problem = only_problem(native(), facts)
    assert problem.path == "consumers.analytics.dns"
    assert "has newadx.westus.kusto.windows.net already (10.9.0.4)" in problem.message
    assert f"az resource delete --ids {record}" in problem.remedy
    assert problems_of(native(), _after(native(), records={record: ("10.9.0.4",)})) == {}, "the stack has written it"
