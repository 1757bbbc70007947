"""What is looked up before anything is registered: each object once, and nothing that the settings say themselves."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest

from adx_private_link import SettingsError, parse, read_facts
from adx_private_link.stack import make_providers
from tests.samples.building import GUEST, OWNER, cluster, consumer, network_id, small, subnet_id

from . import objects
from .azure import Azure
from .programs import HUB, Configure, hub_zone, program, stack_settings
from .registration import OWN_STACK, RUNS, UNKNOWN, deploy, must_deploy, run_as

_ADX = objects.id_of(OWNER, "adx", "Microsoft.Network")
DESCRIBED = {
    "location": "westus",
    "subnet_id": f"{network_id('myadx', OWNER, 'adx')}/subnets/adx",
    "services": {
        role: {
            "host": f"{host}.westus.kusto.windows.net",
            "frontend_id": f"{_ADX}/loadBalancers/{balancer}-myadx-elb/frontendIPConfigurations/fe",
        }
        for role, host, balancer in (
            ("engine", "myadx", "kucompute"),
            ("ingestion", "ingest-myadx", "kudatamgmt"),
        )
    },
}


def _calls_of_reading(given: dict[str, Any], azure: Azure | None = None) -> Counter[str]:
    """How often each function is called by reading the facts alone."""

    async def run() -> None:
        settings = parse(given)
        await read_facts(settings, make_providers(settings.subscriptions))

    graph = must_deploy(run, azure)
    calls = graph.azure.calls
    assert len({str(each) for each in calls}) == len(calls), "nothing is asked twice"
    return Counter(call for call, _, _ in calls)


def _many(consumers: int) -> dict[str, Any]:
    """Two clusters; consumers in subnets of one network, each with its own endpoints and the same zone."""
    return {
        "clusters": {"one": cluster("one"), "two": cluster("two")},
        "consumers": {
            f"team{number}": {
                "subnet_id": subnet_id("shared"),
                "dns": {"resource_group": f"team{number}", "links": {}},
                "resource_group": "endpoints",
            }
            for number in range(consumers)
        },
    }


@pytest.mark.parametrize("consumers", [1, 20])
def test_each_object_is_looked_up_once_however_many_consumers_name_it(consumers: int) -> None:
    """Fifty clusters are read in seconds because nothing is read twice."""
    assert _calls_of_reading(_many(consumers)) == {
        "readStackOutputs": 1,
        "getCluster": 2,
        "getLoadBalancer": 4,
        "getPrivateLinkService": 4,
        "getVirtualNetwork": 3,
        "getResourceGroup": consumers + 1,
    }


def test_a_shared_hub_zone_is_looked_up_once() -> None:
    given = _many(5)
    for each in given["consumers"].values():
        each["dns"] = {"zone_ids": [hub_zone()]}
    assert _calls_of_reading(given)["getPrivateZone"] == 1


def test_the_own_stack_is_asked_first() -> None:
    """What it has made says which services are looked up although the settings do not name them any more."""
    service = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-old-engine")
    former = {"old": {"services": {"engine": {"id": service, "alias": "x"}}, "endpoints": {}}}
    azure = Azure(stacks={OWN_STACK: {"clusters": former}})
    _calls_of_reading(small(), azure)
    assert azure.calls[0][:2] == ("readStackOutputs", {"name": OWN_STACK})
    assert azure.asked_for("getPrivateLinkService") == ["pls-myadx-engine", "pls-myadx-ingestion", "pls-old-engine"]


@pytest.mark.parametrize(
    "outputs", [{}, {"clusters": "text"}, {"clusters": {"a": {}}}, {"other": 1}, {"clusters": None}]
)
def test_outputs_of_another_program_tell_nothing(configured: Configure, outputs: dict[str, Any]) -> None:
    """The stack may have been somebody else's program until today."""
    azure = Azure(stacks={OWN_STACK: outputs})
    must_deploy(configured(stack_settings(**small())), azure)
    assert {*azure.asked_for("getPrivateLinkService")} == {"pls-myadx-engine", "pls-myadx-ingestion"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("myadx.services.engine.id", "/subscriptions/none"),
        ("myadx.services.engine.id", 1),
        ("myadx.services", []),
        ("myadx.endpoints.analytics.engine.hosts.myadx\x1b[2J", ["10.3.0.9"]),
    ],
)
def test_outputs_that_cannot_be_read_are_a_problem(configured: Configure, path: str, value: object) -> None:
    """An edited or damaged state must not disarm the guard of services that others are connected to."""
    outputs = copy.deepcopy(must_deploy(configured(stack_settings(**small()))).result)
    *places, last = path.split(".")
    damaged: dict[str, Any] = outputs["clusters"]
    for each in places:
        damaged = damaged[each]
    damaged[last] = value
    graph = deploy(configured(stack_settings(**small())), Azure(stacks={OWN_STACK: outputs}), preview=True)
    assert isinstance(graph.error, SettingsError)
    [problem] = graph.error.problems
    shown = str(problem)
    assert shown.startswith(f"outputs of this stack: clusters.{'.'.join(places)}")
    assert "pulumi stack import" in shown
    assert "\x1b" not in shown
    assert not graph.registered


def test_outputs_of_an_older_version(configured: Configure) -> None:
    """The zone came later."""
    outputs = copy.deepcopy(must_deploy(configured(stack_settings(**small()))).result)
    del outputs["clusters"]["myadx"]["zone"]
    must_deploy(configured(stack_settings(**small())), Azure(stacks={OWN_STACK: outputs}))


@pytest.mark.parametrize("preview", [True, False])
def test_what_an_update_with_targets_left_out(configured: Configure, *, preview: bool) -> None:
    """`--target` stores what it did not create as unknown; the rest is guarded as before."""
    service = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-old-engine")
    left_out = {"id": UNKNOWN, "connection_state": UNKNOWN, "hosts": {"new.westus.kusto.windows.net": UNKNOWN}}
    clusters = {
        "old": {"services": {"engine": {"id": service, "alias": "x"}}, "endpoints": {"new": {"engine": left_out}}},
        "new": {"services": {"engine": {"id": UNKNOWN, "alias": UNKNOWN}}, "endpoints": {}},
    }
    azure = Azure(stacks={OWN_STACK: {"clusters": clusters}})
    must_deploy(configured(stack_settings(**small())), azure, preview=preview)
    assert "pls-old-engine" in azure.asked_for("getPrivateLinkService")


def test_a_stack_whose_outputs_cannot_be_read(configured: Configure) -> None:
    """A backend of the old layout, without projects, knows no stack by its full name: the update goes on, warned."""
    graph = must_deploy(configured(stack_settings(**small())), Azure(missing={OWN_STACK}))
    [warning] = graph.warnings
    assert "nothing guards private link services that the settings no longer name" in warning
    assert "pulumi state upgrade" in warning


def test_endpoints_are_looked_up_only_where_their_service_exists() -> None:
    """Without its service an endpoint of this stack cannot exist: a first update asks for none."""
    assert "getPrivateEndpoint" not in _calls_of_reading(small(), Azure())
    made = must_deploy(program()).azure.later()
    assert _calls_of_reading(small(), made)["getPrivateEndpoint"] == 2
    assert made.asked_for("getPrivateEndpoint") == ["pe-myadx-engine-analytics", "pe-myadx-ingestion-analytics"]


# A cluster described by hand

_DESCRIBED: dict[str, Any] = {**small(), "clusters": {"myadx": {"id": cluster("myadx")["id"], "described": DESCRIBED}}}
_NOT_LOOKED_AT = {"getCluster", "getLoadBalancer"}


@pytest.mark.parametrize("run", RUNS)
def test_nothing_of_a_described_cluster_is_looked_up(run: str) -> None:
    """Who describes it may not read it: every look-up would be refused."""
    graph = run_as(run, program(given=_DESCRIBED))
    assert not _NOT_LOOKED_AT & {call for call, _, _ in graph.azure.calls}
    assert graph.azure.asked_for("getVirtualNetwork") == ["analytics-vnet"]


@pytest.mark.parametrize("run", RUNS)
def test_a_described_cluster_makes_the_graph_of_one_that_was_read(run: str) -> None:
    described, read = run_as(run, program(given=_DESCRIBED)), run_as(run, program())
    assert {each.label: each.inputs for each in described} == {each.label: each.inputs for each in read}


def test_a_cluster_may_have_no_id() -> None:
    """Whoever has none (it is another team's, and they tell only what is needed) publishes it all the same."""
    graph = must_deploy(program(given={**small(), "clusters": {"myadx": {"described": DESCRIBED}}}))
    assert "cluster" not in graph["AdxPrivateLink myadx"].inputs
    assert graph["PrivateLinkService myadx.engine"].inputs["resourceGroupName"] == "adx"
    assert {each.provider for each in graph.of("PrivateLinkService")} == {OWNER}


# What may not be read


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("myadx", "clusters.myadx.id"),
        ("kucompute-myadx-elb", "clusters.myadx.services.engine.load_balancer"),
        ("pls-myadx-engine", "clusters.myadx.services.engine"),
        ("analytics-vnet", "consumers.analytics.subnet_id"),
        ("analytics", "consumers.analytics.dns.resource_group"),
    ],
)
@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_what_may_not_be_read_is_told_with_the_right_that_lacks(name: str, path: str, *, preview: bool) -> None:
    graph = deploy(program(), Azure(forbidden={name}), preview=preview)
    assert isinstance(graph.error, SettingsError), repr(graph.error)
    assert graph.registered == []
    [problem] = graph.error.problems
    assert problem.path == path
    assert "AuthorizationFailed" in problem.message
    assert "Reader" in problem.remedy


# Each look-up with the provider of its subscription


def test_an_object_in_another_subscription_is_asked_of_that_subscription(configured: Configure) -> None:
    """A load balancer of another team, a NAT subnet in the hub, a hub's zone."""
    balancer = objects.id_of(HUB, "hub", "Microsoft.Network/loadBalancers/kucompute-myadx-elb")
    given = {
        "clusters": {
            "myadx": cluster(
                "myadx",
                nat={"subnet_id": f"{network_id('nat', HUB)}/subnets/adx"},
                services={"engine": {"load_balancer": balancer, "frontend": "fe"}},
            )
        },
        "consumers": {"analytics": consumer("analytics")},
    }
    calls = must_deploy(configured(stack_settings(**given))).azure.calls
    asked = {
        (call, str(arguments.get("virtualNetworkName") or arguments.get("loadBalancerName"))): sub
        for call, arguments, sub in calls
        if call in ("getVirtualNetwork", "getLoadBalancer")
    }
    assert asked == {
        ("getLoadBalancer", "kucompute-myadx-elb"): HUB,
        ("getLoadBalancer", "kudatamgmt-myadx-elb"): OWNER,
        ("getVirtualNetwork", "nat-vnet"): HUB,
        ("getVirtualNetwork", "analytics-vnet"): GUEST,
    }
