"""Look-ups before anything is registered: each object once, and none that the settings make unnecessary."""

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


def _count_calls(settings: dict[str, Any], azure: Azure | None = None) -> Counter[str]:
    """The number of calls of each function while the facts are read."""

    async def run() -> None:
        parsed = parse(settings)
        await read_facts(parsed, make_providers(parsed.subscriptions))

    graph = must_deploy(run, azure)
    calls = graph.azure.calls
    assert len({str(call) for call in calls}) == len(calls), "no look-up is repeated"
    return Counter(call for call, _, _ in calls)


def _settings_of_teams(consumers: int) -> dict[str, Any]:
    """Two clusters, and consumers in one network, each with its own endpoints and zone."""
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
def test_each_object_is_looked_up_once_for_all_consumers(consumers: int) -> None:
    """Fifty clusters are read in seconds because no object is read twice."""
    assert _count_calls(_settings_of_teams(consumers)) == {
        "readStackOutputs": 1,
        "getCluster": 2,
        "getLoadBalancer": 4,
        "getPrivateLinkService": 4,
        "getVirtualNetwork": 3,
        "getResourceGroup": consumers + 1,
    }


def test_a_shared_hub_zone_is_looked_up_once() -> None:
    settings = _settings_of_teams(5)
    for team in settings["consumers"].values():
        team["dns"] = {"zone_ids": [hub_zone()]}
    assert _count_calls(settings)["getPrivateZone"] == 1


def test_the_stacks_own_outputs_are_read_before_services() -> None:
    """The outputs name deployed services that the settings no longer have, and those are looked up too."""
    service = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-old-engine")
    former = {"old": {"services": {"engine": {"id": service, "alias": "x"}}, "endpoints": {}}}
    azure = Azure(stacks={OWN_STACK: {"clusters": former}})
    _count_calls(small(), azure)
    functions = [function for function, *_ in azure.calls]
    assert functions.index("readStackOutputs") < functions.index("getPrivateLinkService")
    assert azure.asked_for("getPrivateLinkService") == ["pls-myadx-engine", "pls-myadx-ingestion", "pls-old-engine"]


@pytest.mark.parametrize(
    "outputs", [{}, {"clusters": "text"}, {"clusters": {"a": {}}}, {"other": 1}, {"clusters": None}]
)
def test_outputs_of_another_program_are_ignored(configured: Configure, outputs: dict[str, Any]) -> None:
    """The stack may have run another program until today."""
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
def test_invalid_outputs_are_a_problem(configured: Configure, path: str, value: object) -> None:
    """An edited or damaged state must not disable the guard of services that others use."""
    outputs = copy.deepcopy(must_deploy(configured(stack_settings(**small()))).result)
    *keys, last = path.split(".")
    damaged: dict[str, Any] = outputs["clusters"]
    for key in keys:
        damaged = damaged[key]
    damaged[last] = value
    graph = deploy(configured(stack_settings(**small())), Azure(stacks={OWN_STACK: outputs}), preview=True)
    assert isinstance(graph.error, SettingsError)
    [problem] = graph.error.problems
    shown = str(problem)
    assert shown.startswith(f"outputs of this stack: clusters.{'.'.join(keys)}")
    assert "pulumi stack import" in shown
    assert "\x1b" not in shown
    assert not graph.registered


def test_outputs_of_an_older_version_are_read(configured: Configure) -> None:
    """Older versions had no zone in their outputs."""
    outputs = copy.deepcopy(must_deploy(configured(stack_settings(**small()))).result)
    del outputs["clusters"]["myadx"]["zone"]
    must_deploy(configured(stack_settings(**small())), Azure(stacks={OWN_STACK: outputs}))


@pytest.mark.parametrize("preview", [True, False])
def test_unknown_outputs_of_a_targeted_update_are_skipped(configured: Configure, *, preview: bool) -> None:
    """`--target` stores unknown outputs for resources it did not create; all others stay guarded."""
    service = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-old-engine")
    host = "new.westus.kusto.windows.net"
    name = {"role": "engine", "zone": "privatelink.westus.kusto.windows.net"}
    left_out = {"id": UNKNOWN, "connection_state": UNKNOWN, "hosts": {host: UNKNOWN}, "names": {host: name}}
    id = objects.id_of(GUEST, "new", "Microsoft.Network/privateEndpoints/pe-new-cluster-new")
    # `--continue-on-error` stores unknown hosts if the approval of an endpoint failed.
    unapproved = {"id": id, "connection_state": UNKNOWN, "hosts": UNKNOWN, "names": UNKNOWN, "zone_group": UNKNOWN}
    clusters = {
        "old": {"services": {"engine": {"id": service, "alias": "x"}}, "endpoints": {"new": {"engine": left_out}}},
        "new": {
            "services": {"engine": {"id": UNKNOWN, "alias": UNKNOWN}},
            "endpoints": {"new": {"cluster": unapproved}},
        },
    }
    azure = Azure(stacks={OWN_STACK: {"clusters": clusters}})
    must_deploy(configured(stack_settings(**small())), azure, preview=preview)
    assert "pls-old-engine" in azure.asked_for("getPrivateLinkService")


def test_unreadable_outputs_are_a_warning(configured: Configure) -> None:
    """A backend in the old layout, without projects, knows no full names of stacks, and updates must still work."""
    graph = must_deploy(configured(stack_settings(**small())), Azure(missing={OWN_STACK}))
    [warning] = graph.warnings
    assert "nothing guards private link services that the settings no longer name" in warning
    assert "pulumi state upgrade" in warning


def test_endpoints_are_looked_up_only_where_their_service_exists() -> None:
    """An endpoint of this stack cannot exist without its service, so a first update looks up none."""
    assert "getPrivateEndpoint" not in _count_calls(small(), Azure())
    azure = must_deploy(program()).azure.later()
    assert _count_calls(small(), azure)["getPrivateEndpoint"] == 2
    assert azure.asked_for("getPrivateEndpoint") == ["pe-myadx-engine-analytics", "pe-myadx-ingestion-analytics"]


# A cluster described by hand

_DESCRIBED: dict[str, Any] = {**small(), "clusters": {"myadx": {"id": cluster("myadx")["id"], "described": DESCRIBED}}}
_NOT_LOOKED_AT = {"getCluster", "getLoadBalancer"}


@pytest.mark.parametrize("run", RUNS)
def test_nothing_of_a_described_cluster_is_looked_up(run: str) -> None:
    """A team that describes a cluster may not read it, and Azure would reject every look-up."""
    graph = run_as(run, program(settings=_DESCRIBED))
    assert not _NOT_LOOKED_AT & {call for call, _, _ in graph.azure.calls}
    assert graph.azure.asked_for("getVirtualNetwork") == ["analytics-vnet"]


@pytest.mark.parametrize("run", RUNS)
def test_a_described_cluster_makes_the_same_graph(run: str) -> None:
    described, read = run_as(run, program(settings=_DESCRIBED)), run_as(run, program())
    assert {resource.label: resource.inputs for resource in described} == {
        resource.label: resource.inputs for resource in read
    }


def test_a_described_cluster_needs_no_id() -> None:
    """Another team may own the cluster and share only the facts that are needed."""
    graph = must_deploy(program(settings={**small(), "clusters": {"myadx": {"described": DESCRIBED}}}))
    assert "cluster" not in graph["AdxPrivateLink myadx"].inputs
    assert graph["PrivateLinkService myadx.engine"].inputs["resourceGroupName"] == "adx"
    assert {resource.provider for resource in graph.of_kind("PrivateLinkService")} == {OWNER}


# Objects that the identity may not read


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
def test_a_forbidden_look_up_is_reported_with_the_missing_right(name: str, path: str, *, preview: bool) -> None:
    graph = deploy(program(), Azure(forbidden={name}), preview=preview)
    assert isinstance(graph.error, SettingsError), repr(graph.error)
    assert graph.registered == []
    [problem] = graph.error.problems
    assert problem.path == path
    assert "AuthorizationFailed" in problem.message
    assert "Reader" in problem.remedy


# Look-ups by the provider of the object's subscription


def test_an_object_is_looked_up_in_its_own_subscription(configured: Configure) -> None:
    """A load balancer or a NAT subnet may belong to another team's subscription."""
    balancer = objects.id_of(HUB, "hub", "Microsoft.Network/loadBalancers/kucompute-myadx-elb")
    settings = {
        "clusters": {
            "myadx": cluster(
                "myadx",
                nat={"subnet_id": f"{network_id('nat', HUB)}/subnets/adx"},
                services={"engine": {"load_balancer": balancer, "frontend": "fe"}},
            )
        },
        "consumers": {"analytics": consumer("analytics")},
    }
    calls = must_deploy(configured(stack_settings(**settings))).azure.calls
    subscriptions = {
        (call, str(arguments.get("virtualNetworkName") or arguments.get("loadBalancerName"))): sub
        for call, arguments, sub in calls
        if call in ("getVirtualNetwork", "getLoadBalancer")
    }
    assert subscriptions == {
        ("getLoadBalancer", "kucompute-myadx-elb"): HUB,
        ("getLoadBalancer", "kudatamgmt-myadx-elb"): OWNER,
        ("getVirtualNetwork", "nat-vnet"): HUB,
        ("getVirtualNetwork", "analytics-vnet"): GUEST,
    }
