"""
Ids in another spelling plan no change, because an id has no case.

azure-native compares letters, so a new spelling of an id in an input would replace a resource that works. Azure
changes the spelling of ids by itself (hashicorp/terraform-provider-azurerm#23356, #24808), and people copy ids from
other pages.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from adx_private_link import SettingsError
from tests.samples.building import GUEST, OWNER, cluster, cluster_id, consumer, network_id, small, subnet_id

from . import objects
from .azure import respell
from .programs import HUB, HUB_LINK, OWN_LINK, ZONE, ZONE_NAME, Configure, hand_over, hub_zone, stack_settings
from .registration import OWN_STACK, Graph, Resource, deploy, must_deploy

_GROUPS = "Microsoft.Network/applicationSecurityGroups/clients"
_STACKS: dict[str, dict[str, Any]] = {
    "the smallest": small(),
    "everything named": {
        "clusters": {
            "myadx": cluster(
                "myadx",
                nat={"subnet_id": f"{network_id('nat', OWNER)}/subnets/adx", "addresses": 2},
                services={"engine": {"name": "pls-Own", "frontend": "fe"}},
                lock=True,
                legacy_names=True,
            )
        },
        "consumers": {
            "analytics": {
                "subnet_id": subnet_id("analytics"),
                "resource_group": "analytics",
                "application_security_groups": [objects.id_of(GUEST, "analytics", _GROUPS)],
                "endpoints": {"myadx": {"engine": {"name": "pe-Own", "interface_name": "nic-Own"}}},
                "dns": {
                    "resource_group": "analytics",
                    "lock": True,
                    "links": {"own": {"name": "Own"}, "hub": {"network_id": network_id("hub", GUEST)}},
                },
            }
        },
    },
    "a hub's zone, by id, approved at once": {
        "clusters": {"myadx": cluster("myadx")},
        "consumers": {
            "analytics": {
                "subnet_id": subnet_id("analytics"),
                "approval": "resource_id",
                "dns": {"zone_ids": [hub_zone()], "links": {"own": {}}},
            },
            "guests": {
                "subnet_id": subnet_id("guests"),
                "endpoints": {"myadx": {"engine": {"by_id": True}}},
                "dns": {"resource_group": "guests"},
            },
        },
    },
    "a cluster that is handed over": {
        "hand_overs": {"theirs": {"inline": hand_over()}},
        "consumers": {"analytics": consumer("analytics")},
    },
    "a cluster that is described": {
        "clusters": {
            "myadx": {
                "id": cluster_id("myadx"),
                "described": {
                    "location": "westus",
                    "subnet_id": f"{network_id('myadx', OWNER, 'adx')}/subnets/adx",
                    "services": {
                        "engine": {
                            "host": "myadx.westus.kusto.windows.net",
                            "frontend_id": objects.id_of(
                                OWNER, "adx", "Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/fe"
                            ),
                        }
                    },
                },
            }
        },
        "consumers": {"analytics": consumer("analytics")},
    },
}
_NAMES = ("name", "interface_name", "resource_group", "frontend", "zone", "host")
"""Settings, and parts of a hand-over, that are names in Azure."""


def _make_spelling(choice: int) -> Callable[[str], str]:
    """A function that changes the case of some letters, different ones for every choice; 0 changes none."""
    return lambda text: "".join(
        letter.swapcase() if choice and hash((choice, place)) % (1 + choice % 3) == 0 else letter
        for place, letter in enumerate(text)
    )


def _respell_settings(value: Any, spelling: Callable[[str], str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _respell_settings(setting, spelling, name) for name, setting in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, str) and key in _NAMES:
        return spelling(value)
    if isinstance(value, list):
        return [_respell_settings(item, spelling, key) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return respell(value, spelling)


# Changes that the engine and the provider would see in a second registration


def _reset(old: Any, new: Any, path: list[str]) -> None:
    """Reset the value at a path to that of the old inputs, as `ignore_changes` does."""
    step, *rest = path
    if step == "*":
        for before, after in zip(old, new, strict=True):
            _reset(before, after, rest)
        return
    place: Any = int(step) if step.isdigit() else step
    if rest:
        _reset(old[place], new[place], rest)
    elif isinstance(new, list) or place in old:
        new[place] = old[place]
    else:
        new.pop(place, None)


def _changed_inputs(before: Resource, after: Resource) -> list[str]:
    """The names of the inputs that the provider would see as changed."""
    old, new = copy.deepcopy(before.inputs), copy.deepcopy(after.inputs)
    for path in after.request.ignoreChanges:
        steps = re.findall(r"[^.\[\]]+", path)
        if steps[0] in old or steps[0] in new:
            _reset(old, new, steps)
    for same in ("resourceGroupName", "location"):  # the provider compares these two without case
        if str(old.get(same, "")).lower() == str(new.get(same, "")).lower():
            new[same] = old.get(same)
            old[same] = new[same]
    return [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def _changes_by_resource(first: Graph, second: Graph) -> dict[str, list[str]]:
    """The changed inputs of a second run, by resource."""
    assert sorted(second.identities) == sorted(first.identities), "another URN is another resource"
    changes_by_label = {resource.label: _changed_inputs(first[resource.label], resource) for resource in second}
    return {label: names for label, names in changes_by_label.items() if names}


def _plan_again(configured: Configure, settings: dict[str, Any], later: dict[str, Any], azure: int, state: int) -> Any:
    """The changes that a second update plans, with other settings and another spelling of ids in Azure and state."""
    first = must_deploy(configured(stack_settings(**settings)))
    outputs = respell({"clusters": first.result["clusters"]}, _make_spelling(state))
    azure_later = first.azure.later(spelling=_make_spelling(azure), stacks={OWN_STACK: outputs})
    return _changes_by_resource(first, must_deploy(configured(stack_settings(**later)), azure_later))


@pytest.mark.parametrize("stack", _STACKS)
def test_another_spelling_plans_nothing(configured: Configure, stack: str) -> None:
    settings = _STACKS[stack]
    assert _plan_again(configured, settings, _respell_settings(settings, str.upper), azure=1, state=2) == {}


@hypothesis.given(stack=st.sampled_from(sorted(_STACKS)), choices=st.tuples(*[st.integers(0, 20)] * 3))
@hypothesis.settings(
    max_examples=20, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_any_spelling_plans_nothing(configured: Configure, stack: str, choices: tuple[int, int, int]) -> None:
    settings, azure, state = choices
    later = _respell_settings(_STACKS[stack], _make_spelling(settings))
    assert _plan_again(configured, _STACKS[stack], later, azure, state) == {}


# Another object is a change


def _with_analytics(**changes: Any) -> dict[str, Any]:
    return {**small(), "consumers": {"analytics": {**small()["consumers"]["analytics"], **changes}}}


@pytest.mark.parametrize(
    "later",
    [
        cluster("myadx", nat={"subnet_id": subnet_id("nat", OWNER, "adx")}),
        cluster("myadx", services={"engine": {"frontend": "other"}}),
        cluster("myadx", services={"engine": {"name": "pls-other"}}),
    ],
    ids=["nat subnet", "frontend", "name"],
)
def test_another_service_is_a_problem_while_others_are_connected(configured: Configure, later: dict[str, Any]) -> None:
    """The guard reports a replaced service, but not a new spelling of its ids."""
    with pytest.raises(SettingsError, match="while it has connections that are not this stack's"):
        _plan_again(configured, small(), {**small(), "clusters": {"myadx": later}}, azure=1, state=0)


@pytest.mark.parametrize(
    ("later", "planned"),
    [
        (
            _with_analytics(subnet_id=subnet_id("analytics", subnet="adx")),
            {"PrivateEndpoint myadx.analytics.engine": ["subnet"]},
        ),
        (
            _with_analytics(endpoints={"myadx": {"engine": {"name": "pe-other"}}}),
            {"PrivateEndpoint myadx.analytics.engine": ["privateEndpointName"]},
        ),
        (
            _with_analytics(dns={"resource_group": "analytics", "links": {"own": {"name": "other"}}}),
            {
                f"VirtualNetworkLink privatelink.westus.kusto.windows.net@analytics-vnet.analytics.{GUEST}": [
                    "virtualNetworkLinkName"
                ]
            },
        ),
    ],
    ids=["subnet", "endpoint name", "link name"],
)
def test_another_object_is_planned(configured: Configure, later: dict[str, Any], planned: dict[str, list[str]]) -> None:
    """Another spelling in Azure must not hide a real change."""
    planned_inputs = _plan_again(configured, small(), later, azure=1, state=0)
    for label, inputs in planned.items():
        assert {*inputs} <= {*planned_inputs.get(label, ())}, planned_inputs


def test_two_endpoints_that_swap_names_are_planned(configured: Configure) -> None:
    """Both names exist in Azure already, but each belongs to the other endpoint."""
    one, two = "pe-one", "pe-two"
    settings = _with_analytics(endpoints={"myadx": {"engine": {"name": one}, "ingestion": {"name": two}}})
    later = _with_analytics(endpoints={"myadx": {"engine": {"name": two}, "ingestion": {"name": one}}})
    planned = _plan_again(configured, settings, later, azure=0, state=0)
    for role in ("engine", "ingestion"):
        assert "privateEndpointName" in planned[f"PrivateEndpoint myadx.analytics.{role}"]


def test_a_link_that_was_moved_in_azure_is_planned(configured: Configure) -> None:
    """A refresh writes the other network into the state, and the update must restore the program's."""
    program = configured(stack_settings(**small()))
    azure = must_deploy(program).azure.later()
    azure.change_by_hand("virtualNetworkLinks", virtualNetwork={"id": network_id("other", GUEST)})
    [registered] = must_deploy(program, azure).of_kind("VirtualNetworkLink")
    assert "virtualNetwork" not in registered.request.ignoreChanges
    assert list(registered.request.replaceOnChanges) == ["virtualNetwork"]


def test_a_link_with_another_network_replaces_the_deployed_link(configured: Configure) -> None:
    """The link keeps its name in Azure, so the old link must be deleted before the new one is created."""
    azure = must_deploy(configured(stack_settings(**small()))).azure.later()
    later = _with_analytics(
        dns={"resource_group": "analytics", "links": {"own": {"network_id": network_id("hub", GUEST)}}}
    )
    [link] = must_deploy(configured(stack_settings(**later)), azure).of_kind("VirtualNetworkLink")
    assert link.name == HUB_LINK.replace(HUB, GUEST)
    assert OWN_LINK in link.aliases
    assert link.request.deleteBeforeReplace
    assert list(link.request.replaceOnChanges) == ["virtualNetwork"]


def test_two_links_that_swap_networks_are_a_problem(configured: Configure) -> None:
    """Neither network is free before the other link is deleted."""
    own, hub = network_id("analytics"), network_id("hub", GUEST)
    azure = must_deploy(
        configured(
            stack_settings(
                **_with_analytics(
                    dns={"resource_group": "analytics", "links": {"a": {"network_id": own}, "b": {"network_id": hub}}}
                )
            )
        )
    ).azure.later()
    later = _with_analytics(
        dns={"resource_group": "analytics", "links": {"a": {"network_id": hub}, "b": {"network_id": own}}}
    )
    graph = deploy(configured(stack_settings(**later)), azure, preview=True)
    assert isinstance(graph.error, SettingsError)
    assert [problem.path for problem in graph.error.problems] == [
        f"adx-private-link:consumers.analytics.dns.links.{key}.network_id" for key in "ab"
    ]
    assert "run `pulumi up`, then write it again" in graph.error.problems[0].remedy


def _urns(graph: Graph) -> list[str]:
    return [resource.urn for resource in graph.resources]


def test_a_zone_of_this_stack_that_becomes_an_existing_zone_is_a_problem(configured: Configure) -> None:
    """The update would delete the zone, while the records in it stay planned."""
    first = must_deploy(configured(stack_settings(**small())))
    zone = objects.id_of(GUEST, "Analytics", f"Microsoft.Network/privateDnsZones/{ZONE_NAME}")
    later = stack_settings(**{**small(), "consumers": {"analytics": {**_ANALYTICS, "dns": {"zone_ids": [zone]}}}})
    graph = deploy(configured(later), first.azure.later(state=_urns(first)), preview=True)
    assert isinstance(graph.error, SettingsError)
    [problem] = graph.error.problems
    assert problem.path == "adx-private-link:consumers.analytics.dns.zone_ids.0"
    assert "deletes it with all its records" in problem.message
    assert problem.remedy.startswith(
        "write `resource_group: Analytics` in place of `zone_ids`; or let the state forget"
    )
    assert f"::adxPrivateLink:index:KustoPrivateDnsZone::{ZONE}'`" in problem.remedy
    must_deploy(configured(later), first.azure.later(state=[]), preview=True)


_ANALYTICS = small()["consumers"]["analytics"]
_NAMED = {
    "clusters": {"myadx": cluster("myadx", services={"engine": {"name": "pls"}})},
    "consumers": {"analytics": {**_ANALYTICS, "endpoints": {"myadx": {"engine": {"name": "pe"}}}}},
}


def _rename_key(settings: dict[str, Any], section: str, key: str, **more: Any) -> dict[str, Any]:
    """Settings with another key for the only cluster or consumer."""
    text = json.dumps(settings).replace(f'"{"myadx" if section == "clusters" else "analytics"}": {{', f'"{key}": {{')
    renamed = json.loads(text)
    renamed[section][key].update(more)
    return renamed


@pytest.mark.parametrize(
    ("settings", "section", "was"),
    [(small(), "clusters", "myadx"), (_NAMED, "clusters", "myadx"), (_NAMED, "consumers", "analytics")],
)
def test_a_renamed_key_needs_its_former_key(
    configured: Configure, settings: dict[str, Any], section: str, was: str
) -> None:
    """Azure accepts one service per frontend and one object per name, so the update would fail half-way."""
    first = must_deploy(configured(stack_settings(**settings)))
    azure = first.azure.later(state=_urns(first), stacks={OWN_STACK: first.result})
    graph = deploy(configured(stack_settings(**_rename_key(settings, section, "new"))), azure.later(), preview=True)
    assert isinstance(graph.error, SettingsError)
    # A stranger's connection to services that would be deleted is another problem.
    [problem] = [problem for problem in graph.error.problems if ".services." not in problem.path]
    assert problem.path == f"adx-private-link:{section}.new"
    assert f"deployed as {section}.{was}" in problem.message
    assert problem.remedy.startswith(f"write `formerly: {was}` in {section}.new")

    # With `formerly` the graph stays the same, and it stays the same when the rename is reverted.
    renamed = configured(stack_settings(**_rename_key(settings, section, "new", formerly=was)))
    second = must_deploy(renamed, azure.later())
    assert sorted(_urns(second)) == sorted(_urns(first))
    back = azure.later(stacks={OWN_STACK: second.result})
    must_deploy(configured(stack_settings(**settings)), back, preview=True)
    once_more = _rename_key(settings, section, "newer", formerly=was)
    must_deploy(configured(stack_settings(**once_more)), back.later(), preview=True)


def test_formerly_must_be_the_first_key(configured: Configure) -> None:
    """A cluster's names come from the key under which it was created, whatever keys it had later."""
    first = must_deploy(configured(stack_settings(**small())))
    second = must_deploy(
        configured(stack_settings(**_rename_key(small(), "clusters", "new", formerly="myadx"))), first.azure.later()
    )
    azure = second.azure.later(state=_urns(second), stacks={OWN_STACK: second.result})
    graph = deploy(configured(stack_settings(**_rename_key(small(), "clusters", "newer", formerly="new"))), azure)
    assert isinstance(graph.error, SettingsError)
    [problem] = [problem for problem in graph.error.problems if ".services." not in problem.path]
    assert (problem.path, problem.value) == ("adx-private-link:clusters.newer.formerly", "new")
    assert "`formerly: myadx`" in problem.remedy
