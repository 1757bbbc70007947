"""
An id has no case: whoever spells it in another way, nothing is planned.

azure-native compares letters, so a new spelling of an input's id would replace what works. Azure re-spells ids by
itself (hashicorp/terraform-provider-azurerm#23356, #24808), people do it by copying them from another page.
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
from .azure import respelt
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
"""Settings, and parts of a hand-over, that are names of Azure."""


def _spelling(choice: int) -> Callable[[str], str]:
    """Other letters in another case for each choice; 0 leaves all as they are."""
    return lambda text: "".join(
        letter.swapcase() if choice and hash((choice, place)) % (1 + choice % 3) == 0 else letter
        for place, letter in enumerate(text)
    )


def _settings_respelt(value: Any, spelling: Callable[[str], str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {each: _settings_respelt(child, spelling, each) for each, child in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, str) and key in _NAMES:
        return spelling(value)
    if isinstance(value, list):
        return [_settings_respelt(each, spelling, key) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return respelt(value, spelling)


# What the engine and the provider would say of a second registration


def _reset(old: Any, new: Any, path: list[str]) -> None:
    """What `ignore_changes` does: the value at a path is that of the old inputs."""
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


def _changes(before: Resource, after: Resource) -> list[str]:
    """The inputs that the provider would see as changed."""
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


def _planned(first: Graph, second: Graph) -> dict[str, list[str]]:
    """The changes of a second run, by resource."""
    assert sorted(second.identities) == sorted(first.identities), "another URN is another resource"
    found = {each.label: _changes(first[each.label], each) for each in second}
    return {label: changes for label, changes in found.items() if changes}


def _twice(configured: Configure, given: dict[str, Any], later: dict[str, Any], azure: int, state: int) -> Any:
    """What a second update plans: other settings, and an Azure and a state that spell ids in another way."""
    first = must_deploy(configured(stack_settings(**given)))
    outputs = respelt({"clusters": first.result["clusters"]}, _spelling(state))
    known = first.azure.later(spelling=_spelling(azure), stacks={OWN_STACK: outputs})
    return _planned(first, must_deploy(configured(stack_settings(**later)), known))


@pytest.mark.parametrize("stack", _STACKS)
def test_another_spelling_plans_nothing(configured: Configure, stack: str) -> None:
    given = _STACKS[stack]
    assert _twice(configured, given, _settings_respelt(given, str.upper), azure=1, state=2) == {}


@hypothesis.given(stack=st.sampled_from(sorted(_STACKS)), choices=st.tuples(*[st.integers(0, 20)] * 3))
@hypothesis.settings(
    max_examples=20, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
def test_any_spelling_plans_nothing(configured: Configure, stack: str, choices: tuple[int, int, int]) -> None:
    settings, azure, state = choices
    later = _settings_respelt(_STACKS[stack], _spelling(settings))
    assert _twice(configured, _STACKS[stack], later, azure, state) == {}


# Another object is another object


def _moved(**changes: Any) -> dict[str, Any]:
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
def test_another_service_is_refused_while_others_are_connected(configured: Configure, later: dict[str, Any]) -> None:
    """The guard sees what the provider will do: it speaks here, and for no new spelling."""
    with pytest.raises(SettingsError, match="while it has connections that are not this stack's"):
        _twice(configured, small(), {**small(), "clusters": {"myadx": later}}, azure=1, state=0)


@pytest.mark.parametrize(
    ("later", "planned"),
    [
        (
            _moved(subnet_id=subnet_id("analytics", subnet="adx")),
            {"PrivateEndpoint myadx.analytics.engine": ["subnet"]},
        ),
        (
            _moved(endpoints={"myadx": {"engine": {"name": "pe-other"}}}),
            {"PrivateEndpoint myadx.analytics.engine": ["privateEndpointName"]},
        ),
        (
            _moved(dns={"resource_group": "analytics", "links": {"own": {"name": "other"}}}),
            {
                f"VirtualNetworkLink privatelink.westus.kusto.windows.net@analytics-vnet.analytics.{GUEST}": [
                    "virtualNetworkLinkName"
                ]
            },
        ),
    ],
    ids=["subnet", "endpoint name", "link name"],
)
def test_another_object_is_planned_as_ever(
    configured: Configure, later: dict[str, Any], planned: dict[str, list[str]]
) -> None:
    """Also while Azure spells everything in another way."""
    found = _twice(configured, small(), later, azure=1, state=0)
    for label, inputs in planned.items():
        assert {*inputs} <= {*found.get(label, ())}, found


def test_two_endpoints_that_swap_their_names_are_planned_as_ever(configured: Configure) -> None:
    """Both names exist in Azure, and each is the other one's."""
    one, two = "pe-one", "pe-two"
    given = _moved(endpoints={"myadx": {"engine": {"name": one}, "ingestion": {"name": two}}})
    later = _moved(endpoints={"myadx": {"engine": {"name": two}, "ingestion": {"name": one}}})
    planned = _twice(configured, given, later, azure=0, state=0)
    for role in ("engine", "ingestion"):
        assert "privateEndpointName" in planned[f"PrivateEndpoint myadx.analytics.{role}"]


def test_a_link_that_was_moved_in_azure_is_planned_as_ever(configured: Configure) -> None:
    """A refresh brings the other network into the state; the program's own network has to come back."""
    program = configured(stack_settings(**small()))
    azure = must_deploy(program).azure.later()
    azure.change_by_hand("virtualNetworkLinks", virtualNetwork={"id": network_id("other", GUEST)})
    [registered] = must_deploy(program, azure).of("VirtualNetworkLink")
    assert "virtualNetwork" not in registered.request.ignoreChanges
    assert list(registered.request.replaceOnChanges) == ["virtualNetwork"]


def test_a_link_that_gets_another_network_is_the_one_that_is_deployed(configured: Configure) -> None:
    """It keeps its name in Azure, so a second link could not be created before the first is deleted."""
    azure = must_deploy(configured(stack_settings(**small()))).azure.later()
    later = _moved(dns={"resource_group": "analytics", "links": {"own": {"network_id": network_id("hub", GUEST)}}})
    [link] = must_deploy(configured(stack_settings(**later)), azure).of("VirtualNetworkLink")
    assert link.name == HUB_LINK.replace(HUB, GUEST)
    assert OWN_LINK in link.aliases
    assert link.request.deleteBeforeReplace
    assert list(link.request.replaceOnChanges) == ["virtualNetwork"]


def test_two_links_do_not_exchange_their_networks(configured: Configure) -> None:
    """Neither name is free before the other link is deleted."""
    own, hub = network_id("analytics"), network_id("hub", GUEST)
    azure = must_deploy(
        configured(
            stack_settings(
                **_moved(
                    dns={"resource_group": "analytics", "links": {"a": {"network_id": own}, "b": {"network_id": hub}}}
                )
            )
        )
    ).azure.later()
    later = _moved(dns={"resource_group": "analytics", "links": {"a": {"network_id": hub}, "b": {"network_id": own}}})
    graph = deploy(configured(stack_settings(**later)), azure, preview=True)
    assert isinstance(graph.error, SettingsError)
    assert [each.path for each in graph.error.problems] == [
        f"adx-private-link:consumers.analytics.dns.links.{key}.network_id" for key in "ab"
    ]
    assert "run `pulumi up`, then write it again" in graph.error.problems[0].remedy


def _state(graph: Graph) -> list[str]:
    return [each.urn for each in graph.resources]


def test_a_zone_of_this_stack_does_not_become_one_that_exists(configured: Configure) -> None:
    """The stack would let go of it: the preview shows a deletion of the zone under its records, which stay planned."""
    first = must_deploy(configured(stack_settings(**small())))
    zone = objects.id_of(GUEST, "Analytics", f"Microsoft.Network/privateDnsZones/{ZONE_NAME}")
    later = stack_settings(**{**small(), "consumers": {"analytics": {**_ANALYTICS, "dns": {"zone_ids": [zone]}}}})
    graph = deploy(configured(later), first.azure.later(state=_state(first)), preview=True)
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


def _renamed(given: dict[str, Any], section: str, key: str, **more: Any) -> dict[str, Any]:
    """The same settings with another key for the only cluster, or consumer."""
    text = json.dumps(given).replace(f'"{"myadx" if section == "clusters" else "analytics"}": {{', f'"{key}": {{')
    renamed = json.loads(text)
    renamed[section][key].update(more)
    return renamed


@pytest.mark.parametrize(
    ("given", "section", "was"),
    [(small(), "clusters", "myadx"), (_NAMED, "clusters", "myadx"), (_NAMED, "consumers", "analytics")],
)
def test_a_key_that_was_renamed_says_what_it_was(
    configured: Configure, given: dict[str, Any], section: str, was: str
) -> None:
    """Azure takes one service for each frontend, and one object of a name: the update would fail half-way."""
    first = must_deploy(configured(stack_settings(**given)))
    azure = first.azure.later(state=_state(first), stacks={OWN_STACK: first.result})
    graph = deploy(configured(stack_settings(**_renamed(given, section, "new"))), azure.later(), preview=True)
    assert isinstance(graph.error, SettingsError)
    # That a stranger is connected to services that would be deleted is another problem.
    [problem] = [each for each in graph.error.problems if ".services." not in each.path]
    assert problem.path == f"adx-private-link:{section}.new"
    assert f"deployed as {section}.{was}" in problem.message
    assert problem.remedy.startswith(f"write `formerly: {was}` in {section}.new")

    # With `formerly` it is the same graph; and so it is when the rename is taken back afterwards.
    renamed = configured(stack_settings(**_renamed(given, section, "new", formerly=was)))
    second = must_deploy(renamed, azure.later())
    assert sorted(_state(second)) == sorted(_state(first))
    back = azure.later(stacks={OWN_STACK: second.result})
    must_deploy(configured(stack_settings(**given)), back, preview=True)
    once_more = _renamed(given, section, "newer", formerly=was)
    must_deploy(configured(stack_settings(**once_more)), back.later(), preview=True)


def test_a_rename_that_names_a_key_in_between(configured: Configure) -> None:
    """Names are made from the key under which a cluster was created first, and stay with it."""
    first = must_deploy(configured(stack_settings(**small())))
    second = must_deploy(
        configured(stack_settings(**_renamed(small(), "clusters", "new", formerly="myadx"))), first.azure.later()
    )
    azure = second.azure.later(state=_state(second), stacks={OWN_STACK: second.result})
    graph = deploy(configured(stack_settings(**_renamed(small(), "clusters", "newer", formerly="new"))), azure)
    assert isinstance(graph.error, SettingsError)
    [problem] = [each for each in graph.error.problems if ".services." not in each.path]
    assert (problem.path, problem.value) == ("adx-private-link:clusters.newer.formerly", "new")
    assert "`formerly: myadx`" in problem.remedy
