"""Properties of the graph of every stack with native clusters."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.facts.records import DEAD
from adx_private_link.program import plan
from adx_private_link.topology.records import EndpointNode, Topology

from ..samples.random_natives import NativeStack, native_stacks


def native_endpoints(stack: NativeStack, planned: Topology) -> Iterator[EndpointNode]:
    for key in stack.natives:
        yield from planned.clusters[key].endpoints


def shuffle(part: Any, source: random.Random) -> Any:
    if not isinstance(part, dict):
        return part
    mapping = cast("dict[str, Any]", part)
    keys = list(mapping)
    source.shuffle(keys)
    return {key: shuffle(mapping[key], source) for key in keys}


@given(native_stacks(), st.integers())
def test_the_order_of_settings_changes_nothing(stack: NativeStack, seed: int) -> None:
    """A reordered file must not rename or replace a resource. Without states, because those are dealt out in order."""
    written = shuffle(stack.written, random.Random(seed))
    assert plan(NativeStack(written, stack.regions, stack.natives).settings, stack.facts) == plan(
        stack.settings, stack.facts
    )


@given(native_stacks())
def test_a_native_cluster_has_no_services_and_one_endpoint_a_consumer(stack: NativeStack) -> None:
    planned = plan(stack.settings, stack.facts)
    assert list(planned.clusters) == stack.settings.cluster_keys
    for key, node in planned.clusters.items():
        consumers = sorted(stack.settings.consumers_of(key))
        if key in stack.natives:
            assert not node.services
            assert [(endpoint.consumer, endpoint.target) for endpoint in node.endpoints] == [
                (consumer, "cluster") for consumer in consumers
            ]
        else:
            assert {endpoint.target for endpoint in node.endpoints} <= {"engine", "ingestion"}
            assert len(node.endpoints) == 2 * len(consumers)


@given(native_stacks())
def test_four_zones_or_none(stack: NativeStack) -> None:
    """Without the zones of storage accounts queued ingestion fails; a dead or waiting endpoint gets no names at all."""
    planned = plan(stack.settings, stack.facts)
    for endpoint in native_endpoints(stack, planned):
        group = endpoint.zone_group
        if group is None:
            assert endpoint.withheld or stack.settings.consumers[endpoint.consumer].zones is None
            continue
        assert not endpoint.withheld
        assert not endpoint.records
        zones = [planned.zones[config.zone] for config in group.configs]
        assert [config.name for config in group.configs] == ["kusto", "blob", "queue", "table"]
        assert {zone.name for zone in zones} == set(endpoint.zone_names.values())
        assert len({zone.key for zone in zones}) == 4


@given(native_stacks())
def test_a_connection_that_ended_is_never_published(stack: NativeStack) -> None:
    planned = plan(stack.settings, stack.facts)
    numbered = enumerate((key, consumer) for key in stack.natives for consumer in stack.settings.consumers_of(key))
    states = {access: stack.state_of(number) if stack.states else "Pending" for number, access in numbered}
    for key in stack.natives:
        for endpoint in planned.clusters[key].endpoints:
            state = states[key, endpoint.consumer]
            waits = stack.settings.consumers[endpoint.consumer].approval == "elsewhere" and state != "Approved"
            assert endpoint.withheld == (state if state in DEAD or waits else None)


@given(native_stacks())
def test_logical_names_are_unique(stack: NativeStack) -> None:
    """Pulumi rejects the second resource of one type and logical name."""
    planned = plan(stack.settings, stack.facts)
    for names in (
        [endpoint.logical_name for node in planned.clusters.values() for endpoint in node.endpoints],
        [endpoint.zone_group.logical_name for endpoint in native_endpoints(stack, planned) if endpoint.zone_group],
        [link.logical_name for zone in planned.zones.values() for link in zone.links],
    ):
        assert len(set(names)) == len(names)


@given(native_stacks())
def test_storage_zones_of_this_stack_hide_no_accounts_of_others(stack: NativeStack) -> None:
    """Any account with a private endpoint somewhere has a name in these zones."""
    planned = plan(stack.settings, stack.facts)
    for zone in planned.zones.values():
        if not zone.exists and not zone.name.endswith(".kusto.windows.net"):
            assert {link.resolution_policy for link in zone.links} <= {"NxDomainRedirect"}
