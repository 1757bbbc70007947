"""Settings that take effect on none of a consumer's clusters, or that a native cluster does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..samples.building import (
    GUEST,
    cluster,
    only_problem,
)
from ..samples.native import (
    HUB,
    both_kinds,
    in_hub,
    native,
    native_facts,
)
from .native_graphs import plan_endpoint, plan_native

# Settings that a native cluster does not have


@pytest.mark.parametrize(
    "setting",
    [
        {"nat": {"addresses": 2}},
        {"services": {"engine": {"proxy_protocol": True}}},
        {"visibility": [GUEST]},
        {"visible_to_all": True},
        {"auto_approval": [GUEST]},
        {"legacy_names": True},
        {"roles": ["engine"]},
        {"resource_group": "services"},
        {"lock": True},
        {"protect": True},
        {"tags": {"team": "data"}},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_settings_of_services_are_rejected(setting: dict[str, Any]) -> None:
    settings = {**native(), "clusters": {"new": cluster("newadx", **setting)}}
    problem = only_problem(settings, native_facts(settings))
    assert problem.path == f"clusters.new.{next(iter(setting))}"
    assert "the cluster is native" in problem.message


def test_legacy_names_of_a_migrated_cluster_stay() -> None:
    settings = {
        **native({"resource_group": "analytics", "zones_in": [HUB]}),
        "clusters": {"new": cluster("newadx", legacy_names=True)},
    }
    endpoint = plan_endpoint(settings, native_facts(settings, migrated=True))
    assert [record.name for record in endpoint.records] == [
        "newadx",
        "private-newadx",
        "ingest-newadx",
        "ingest-private-newadx",
    ]


_CONSUMER_SETTINGS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "approval": (lambda: {"approval": "auto"}, "approval"),
    "roles": (lambda: {"roles": ["engine"]}, "roles"),
    "ttl": (lambda: {"dns": {**in_hub(), "ttl": 60}}, "dns.ttl"),
    "keep": (lambda: {"dns": {**in_hub(), "keep": ["ttl"]}}, "dns.keep"),
}


@pytest.mark.parametrize(("more", "path"), _CONSUMER_SETTINGS.values(), ids=_CONSUMER_SETTINGS.keys())
def test_a_setting_that_takes_effect_nowhere_is_a_problem(more: Callable[[], dict[str, Any]], path: str) -> None:
    settings = native(more().get("dns"), **{name: value for name, value in more().items() if name != "dns"})
    assert only_problem(settings, native_facts(settings)).path == f"consumers.analytics.{path}"


@pytest.mark.parametrize(("more", "path"), _CONSUMER_SETTINGS.values(), ids=_CONSUMER_SETTINGS.keys())
def test_the_same_setting_takes_effect_on_another_cluster(more: Callable[[], dict[str, Any]], path: str) -> None:
    settings = both_kinds(more().get("dns"), **{name: value for name, value in more().items() if name != "dns"})
    planned = plan_native(settings)
    [endpoint] = planned.clusters["new"].endpoints
    assert endpoint.zone_group, path
    assert endpoint.approval, "a cluster has no list of subscriptions, so this stack approves"
    targets = {endpoint.target for endpoint in planned.clusters["old"].endpoints}
    assert targets == ({"engine"} if path == "roles" else {"engine", "ingestion"})


@pytest.mark.parametrize("setting", [{"address": "10.1.0.9"}, {"by_id": True}, {"keep": ["address"]}])
def test_endpoint_settings_without_effect_are_problems(setting: dict[str, Any]) -> None:
    settings = native(endpoints={"new": {"cluster": setting}})
    problem = only_problem(settings, native_facts(settings))
    assert problem.path == f"consumers.analytics.endpoints.new.cluster.{next(iter(setting))}"


def test_a_private_link_service_has_no_zone_group() -> None:
    """Azure recommends no zone for it, so a zone group would write nothing."""
    settings = both_kinds(endpoints={"old": {"engine": {"zone_group": "default"}}})
    assert only_problem(settings, native_facts(settings)).path == "consumers.analytics.endpoints.old.engine.zone_group"


@pytest.mark.parametrize(("key", "target"), [("new", "engine"), ("old", "cluster")])
def test_an_override_names_a_target_that_the_cluster_has(key: str, target: str) -> None:
    settings = both_kinds(endpoints={key: {target: {"name": "pe"}}})
    assert only_problem(settings, native_facts(settings)).path == f"consumers.analytics.endpoints.{key}.{target}"
