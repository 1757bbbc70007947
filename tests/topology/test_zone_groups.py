"""Zone groups that exist: their names, and the names and order of their configs, stay as people chose them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.facts.records import EndpointFacts, Facts, ZoneGroupFacts
from adx_private_link.naming.azure import endpoint_id
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import ZoneId
from adx_private_link.topology.records import ZoneGroupNode

from ..samples.building import GUEST, WrittenSettings, only_problem, problems_of, zone_id
from ..samples.native import KUSTO_ZONE, STORAGE_ZONES, both_kinds, hub_zone_id, in_hub, native, native_facts

_BLOB, _QUEUE, _TABLE = STORAGE_ZONES
_OF_PORTAL = {
    "privatelink-blob-core-windows-net": _BLOB,
    "privatelink-queue-core-windows-net": _QUEUE,
    "privatelink-table-core-windows-net": _TABLE,
    "privatelink-westus-kusto-windows-net": KUSTO_ZONE,
}
"""The configs that the portal gives a zone group, in its order."""


def _settings(dns: object = None, **endpoint: Any) -> dict[str, Any]:
    return native(dns, endpoints={"new": {"cluster": endpoint}})


def _facts(settings: WrittenSettings, configs: Mapping[str, str] = _OF_PORTAL) -> Facts:
    """Facts in which the endpoint has a zone group with these configs, over the hub's zones."""
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    zones = {name: ZoneId.parse(hub_zone_id(zone)) for name, zone in configs.items()}
    return replace(
        native_facts(settings),
        endpoints={id.key: EndpointFacts("Approved", has_zone_group=True)},
        zone_groups={id.key: ZoneGroupFacts(zones)},
    )


def _group(settings: WrittenSettings, facts: Facts) -> ZoneGroupNode:
    [endpoint] = plan(parse(settings), facts).clusters["new"].endpoints
    assert endpoint.zone_group
    return endpoint.zone_group


def _configs(group: ZoneGroupNode) -> list[tuple[str, str, bool]]:
    return [(config.name, config.zone.partition("@")[0], config.as_deployed) for config in group.configs]


def test_a_group_that_the_settings_name_keeps_its_configs() -> None:
    """Another name or another order of the configs would replace the group, and take away all names for a while."""
    settings = _settings(zone_group="from-portal")
    group = _group(settings, _facts(settings))
    assert group.name == "from-portal"
    assert _configs(group) == [(name, zone, True) for name, zone in _OF_PORTAL.items()]


def test_a_zone_that_moves_keeps_the_name_of_its_config() -> None:
    """The config is then another zone under the same name, and the group is replaced."""
    other = zone_id(KUSTO_ZONE, GUEST, "moved")
    settings = _settings({**in_hub(), "zone_ids": [other]}, zone_group="default")
    *storage, kusto = _group(settings, _facts(settings)).configs
    assert all(config.as_deployed for config in storage)
    assert (kusto.name, kusto.as_deployed) == ("privatelink-westus-kusto-windows-net", False)
    assert kusto.zone == f"{KUSTO_ZONE}@moved.{GUEST}"


def test_a_config_that_somebody_removed_comes_back_in_its_place() -> None:
    """Until a refresh the state still has it there, and another order would replace the group."""
    settings = _settings(zone_group="default")
    group = _group(settings, _facts(settings, {"kusto": KUSTO_ZONE, "queue": _QUEUE, "table": _TABLE}))
    assert [config.name for config in group.configs] == ["kusto", "blob", "queue", "table"]


def test_a_group_that_does_not_exist_yet_has_default_names() -> None:
    group = _group(native(), native_facts(native()))
    assert (group.name, [config.name for config in group.configs]) == ("default", ["kusto", "blob", "queue", "table"])


def test_a_group_that_the_settings_do_not_name_is_someone_elses() -> None:
    """Azure accepts one for each endpoint (pulumi-azure-native#2179)."""
    problem = only_problem(native(), _facts(native()))
    assert "has one already" in problem.message
    named = _settings(zone_group="default")
    assert problems_of(named, _facts(named)) == {}
    # Azure has none of this name, so the endpoint's group is another one.
    other = replace(_facts(named), zone_groups={})
    assert "has one already" in only_problem(named, other).message


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (_settings("elsewhere", zone_group="mine"), "new.cluster"),
        (both_kinds(endpoints={"old": {"engine": {"zone_group": "mine"}}}), "old.engine"),
    ],
    ids=["names of others", "a private link service"],
)
def test_a_group_that_would_never_exist_is_a_problem(settings: dict[str, Any], path: str) -> None:
    problem = only_problem(settings, native_facts(settings))
    assert problem.path == f"consumers.analytics.endpoints.{path}.zone_group"


def test_an_override_of_a_native_cluster_stays_beside_roles() -> None:
    """Roles choose among the services of injected clusters, and say nothing about a native cluster."""
    settings = both_kinds(roles=["engine"], endpoints={"new": {"cluster": {"name": "mine"}}})
    assert problems_of(settings, native_facts(settings)) == {}
