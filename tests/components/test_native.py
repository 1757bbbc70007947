"""The registered graph of native clusters: endpoint, approval on the cluster, zone group."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from adx_private_link import AdxPrivateLink, SettingsError
from adx_private_link.outputs import ClusterOutput
from adx_private_link.settings import HandOver
from tests.samples.building import ELSEWHERE as PARTNER
from tests.samples.building import GUEST, OWNER, cluster_id, hosts, subnet_id
from tests.samples.native import KUSTO_ZONE, STORAGE_ZONES, handed_over_native, made, native, native_hand_over

from . import objects
from .azure import Azure
from .programs import program, providers
from .registration import RUNS, UNKNOWN, Graph, deploy, must_deploy, run_as

ENDPOINT = "PrivateEndpoint new.analytics.cluster"
APPROVAL = "Deployment new.analytics.cluster.approval"
GROUP = "PrivateDnsZoneGroup new.analytics.cluster.zone-group"
_ANALYTICS = f"/subscriptions/{GUEST}/resourceGroups/analytics/providers/Microsoft.Network"
_NAME = "pe-new-cluster-analytics"


def _azure(**more: Any) -> Azure:
    return Azure(native={"newadx"}, **more)


def _inputs(graph: Graph) -> dict[str, dict[str, Any]]:
    return {child.label: child.inputs for child in graph.children}


def _program(**more: Any) -> Any:
    return program(settings=native(made(), **more), key="new")


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    return must_deploy(_program(), _azure())


@pytest.mark.parametrize("run", RUNS)
def test_the_graph_is_the_same_whatever_is_known(run: str) -> None:
    """A preview that registers other resources than the update would not show what happens."""
    graph = run_as(run, _program(), _azure())
    assert sorted({child.kind for child in graph.children}) == [
        "Deployment",
        "PrivateDnsZoneGroup",
        "PrivateEndpoint",
        "PrivateZone",
        "VirtualNetworkLink",
    ]
    assert (len(graph.of_kind("PrivateZone")), len(graph.children)) == (4, 11)


def test_an_endpoint_has_exactly_these_inputs(graph: Graph) -> None:
    assert graph[ENDPOINT].inputs == {
        "privateEndpointName": _NAME,
        "resourceGroupName": "analytics",
        "location": "westus",
        "subnet": {"id": subnet_id("analytics")},
        "manualPrivateLinkServiceConnections": [
            {
                "name": "new-cluster",
                "privateLinkServiceId": cluster_id("newadx"),
                "groupIds": ["cluster"],
                "requestMessage": "Private access to Azure Data Explorer",
            }
        ],
    }


def test_a_zone_group_can_have_the_name_of_an_existing_one() -> None:
    """`adopt` imports it under the name that it has."""
    graph = must_deploy(_program(endpoints={"new": {"cluster": {"zone_group": "from-portal"}}}), _azure())
    assert graph[GROUP].inputs["privateDnsZoneGroupName"] == "from-portal"


def test_the_approval_names_the_connection_on_the_cluster(graph: Graph) -> None:
    """Azure chooses its name, and people who guess it get a 404 (azapi#274)."""
    approval = graph[APPROVAL]
    assert (approval.provider, approval.inputs["resourceGroupName"]) == (OWNER, "adx")
    properties = approval.inputs["properties"]
    assert properties["parameters"] == {
        "cluster": {"value": "newadx"},
        "connections": {"value": [f"{_NAME}-guid"]},
    }
    [connections] = properties["template"]["resources"]
    assert connections["type"] == "Microsoft.Kusto/clusters/privateEndpointConnections"
    assert connections["copy"]["mode"] == "serial", "a cluster takes one write at a time"
    assert connections["properties"] == {
        "privateLinkServiceConnectionState": {
            "status": "Approved",
            "description": "Approved by adx-private-link",
        }
    }


def test_the_zone_group_has_exactly_these_inputs(graph: Graph) -> None:
    """A configuration without a name is rejected (pulumi-azure-native#2431), and so are two of one name."""
    zones = zip(("kusto", "blob", "queue", "table"), (KUSTO_ZONE, *STORAGE_ZONES), strict=True)
    assert graph[GROUP].inputs == {
        "privateDnsZoneGroupName": "default",
        "privateEndpointName": _NAME,
        "resourceGroupName": "analytics",
        "privateDnsZoneConfigs": [
            {"name": name, "privateDnsZoneId": f"{_ANALYTICS}/privateDnsZones/{zone}"} for name, zone in zones
        ],
    }


def test_names_follow_the_approval_and_go_before_endpoint_and_zones(graph: Graph) -> None:
    group = graph[GROUP]
    assert group.dependencies_of("privateEndpointName") == {ENDPOINT, APPROVAL}
    zones = {resource.label for resource in graph.of_kind("PrivateZone")}
    assert group.dependencies_of("privateDnsZoneConfigs") == zones
    assert {urn.rpartition("::")[2] for urn in group.request.replace_with} == {
        "new.analytics.cluster",
        *(zone.partition(" ")[2] for zone in zones),
    }


def test_only_another_zone_replaces_the_group(graph: Graph) -> None:
    """A replacement takes every name away for a while; another configuration does not need it."""
    request = graph[GROUP].request
    assert list(request.replaceOnChanges) == ["privateDnsZoneConfigs[*].privateDnsZoneId"]
    assert request.deleteBeforeReplace
    assert list(request.ignoreChanges) == ["privateEndpointName"]


def test_the_group_id_of_an_endpoint_is_not_ignored(graph: Graph) -> None:
    assert list(graph[ENDPOINT].request.ignoreChanges) == [
        "manualPrivateLinkServiceConnections[*].privateLinkServiceConnectionState",
        "manualPrivateLinkServiceConnections[*].id",
        "customDnsConfigs",
    ]


def test_the_outputs_have_every_host_with_role_zone_and_address(graph: Graph) -> None:
    output = ClusterOutput.model_validate(graph.result)
    endpoint = output.endpoints["analytics"]["cluster"]
    engine, ingestion = hosts("newadx")["engine"], hosts("newadx")["ingestion"]
    assert endpoint.connection_state == "Approved"
    assert (endpoint.hosts[engine], endpoint.hosts[ingestion]) == (["10.3.0.10"], ["10.3.0.11"])
    assert len(endpoint.hosts) == 8
    assert endpoint.hosts["abckstrldnewadx01.queue.core.windows.net"] == ["10.3.0.16"]
    assert {(name.role, name.zone) for name in endpoint.names.values()} == {
        ("engine", KUSTO_ZONE),
        ("ingestion", KUSTO_ZONE),
        *(("storage", zone) for zone in STORAGE_ZONES),
    }
    assert endpoint.zone_group == f"{_ANALYTICS}/privateEndpoints/{_NAME}/privateDnsZoneGroups/default"


def test_more_storage_accounts_change_outputs_only(graph: Graph) -> None:
    """Azure adds accounts under load, and writes their names itself."""
    later = must_deploy(_program(), graph.azure.later(accounts=3), preview=True)
    assert len(later.result["endpoints"]["analytics"]["cluster"]["hosts"]) == 11
    assert _inputs(later) == _inputs(graph)


def test_values_that_azure_assigns_are_unknown_in_the_first_preview() -> None:
    announced = must_deploy(_program(), _azure(), preview=True)
    assert announced[APPROVAL].inputs["properties"]["parameters"] == {
        "cluster": {"value": "newadx"},
        "connections": {"value": UNKNOWN},
    }
    assert announced[GROUP].inputs["privateEndpointName"] == _NAME, "`adopt` looks for the group under its planned id"


def test_a_later_preview_announces_no_change(graph: Graph) -> None:
    later = must_deploy(_program(), graph.azure.later(), preview=True)
    assert _inputs(later) == _inputs(graph)


def test_load_balancers_and_services_are_not_looked_up(graph: Graph) -> None:
    """A native cluster has none, and a fleet of them would pay for each look-up."""
    assert graph.azure.asked_for("getLoadBalancer") == graph.azure.asked_for("getPrivateLinkService") == []


@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_a_dead_endpoint_has_no_zone_group(graph: Graph, state: str) -> None:
    later = must_deploy(_program(), graph.azure.later(states={_NAME: state}))
    assert later.of_kind("PrivateDnsZoneGroup") == []
    assert later.result["endpoints"]["analytics"]["cluster"]["hosts"] == {}
    assert f"is {state}" in later.warnings[0]


def test_a_connection_by_id_is_checked_before_anything_is_published() -> None:
    """Azure may leave it Pending in spite of the caller's rights (azure-docs#111201)."""
    graph = deploy(_program(approval="resource_id"), _azure(states={_NAME: "Pending"}))
    assert "not Approved: Azure did not approve it by itself, so nothing is published" in str(graph.error)
    assert graph.of_kind("PrivateDnsZoneGroup") == []


def test_names_that_others_manage_have_no_group() -> None:
    graph = must_deploy(program(settings=native("elsewhere"), key="new"), _azure())
    assert {child.kind for child in graph.children} == {"PrivateEndpoint", "Deployment"}
    assert len(graph.result["endpoints"]["analytics"]["cluster"]["hosts"]) == 8
    assert "zone_group" not in graph.result["endpoints"]["analytics"]["cluster"]


def test_the_mocked_cluster_needs_the_storage_zones() -> None:
    error = deploy(program(settings=native({"resource_group": "analytics"}), key="new"), _azure()).error
    assert isinstance(error, SettingsError)


def test_nothing_writes_the_cluster_itself(graph: Graph) -> None:
    """A PUT resets what it leaves out, and would open the cluster to the public (pulumi-azure-native#2175)."""
    assert not any(child.type.startswith("azure-native:kusto:") for child in graph.children)
    templates = [child.inputs["properties"]["template"] for child in graph.of_kind("Deployment")]
    written = {resource["type"] for template in templates for resource in template["resources"]}
    assert written == {"Microsoft.Kusto/clusters/privateEndpointConnections"}


# Writes below one cluster


def test_writes_below_one_cluster_follow_each_other() -> None:
    """A second one would fail with `ServiceIsInMaintenance` (terraform-provider-azurerm#18501)."""
    consumers = {
        key: {"subnet_id": subnet_id(key), "dns": {"resource_group": key, "storage_zones": "made"}}
        for key in ("first", "second", "third")
    }
    graph = must_deploy(program(settings={**native(), "consumers": consumers}, key="new"), _azure())
    order = [child.label for child in graph.children if child.kind in ("PrivateEndpoint", "Deployment")]
    assert order == [
        label
        for key in consumers
        for label in (f"PrivateEndpoint new.{key}.cluster", f"Deployment new.{key}.cluster.approval")
    ]


def test_an_approval_waits_until_the_cluster_is_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """An update of the cluster takes minutes, and a deployment that has failed is not created again."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def sleep_shortly(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep_shortly)
    first = must_deploy(_program(), _azure(busy_looks=4))
    assert [seconds for seconds in waited if seconds] == [1, 2, 4], "one look is that of the facts"
    waited.clear()
    must_deploy(_program(), first.azure.later(busy_looks=4))
    assert not any(waited), "an approved connection needs no approval"


def test_endpoints_do_not_depend_on_those_of_other_consumers() -> None:
    """The failure of one consumer must not hold up the others."""
    consumers = {
        key: {"subnet_id": subnet_id(key), "dns": {"resource_group": key, "storage_zones": "made"}}
        for key in ("first", "second")
    }
    graph = must_deploy(program(settings={**native(), "consumers": consumers}, key="new"), _azure())
    assert not any("first" in label for label in graph["PrivateEndpoint new.second.cluster"].dependencies)
    approval = graph["Deployment new.second.cluster.approval"]
    assert not any("first" in label for label in approval.dependencies)


# A cluster of the same program


def test_an_endpoint_waits_for_a_cluster_of_the_same_program() -> None:
    """The usual new case: cluster, endpoint, approval and names in one update."""
    settings = native(made())
    settings["clusters"]["new"]["described"] = {"location": "westus", "hosts": hosts("newadx")}

    def run() -> Any:
        later = asyncio.get_event_loop().create_future()
        asyncio.get_event_loop().call_later(0.01, later.set_result, cluster_id("newadx"))
        link = AdxPrivateLink(
            "new",
            settings["clusters"]["new"],
            settings["consumers"],
            cluster_id=pulumi.Output.from_input(later),
            providers=providers(OWNER, GUEST),
        )
        return link.outputs

    graph = must_deploy(run, _azure())
    [connection] = graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    assert connection["privateLinkServiceId"] == cluster_id("newadx")
    assert "getCluster" in {function for function, *_ in graph.azure.calls}, "the approval finds its connection there"
    assert graph.of_kind("PrivateDnsZoneGroup")


# Other teams


def test_external_connections_are_approved_on_the_cluster() -> None:
    stranger = objects.id_of(PARTNER, "partner", "Microsoft.Network/privateEndpoints/theirs")
    settings = {**native(made()), "external_consumers": {"partner": {"subscription": PARTNER}}}
    graph = must_deploy(program(settings=settings, key="new"), _azure(foreign={"newadx": [(stranger, "Pending")]}))
    approval = graph["Deployment new.partner.cluster.approval"]
    assert approval.parent == "ClusterServices new"
    assert approval.inputs["properties"]["parameters"]["connections"] == {"value": ["theirs-guid"]}


def test_the_hand_over_has_cluster_group_hosts_and_zones() -> None:
    settings = {**native(made()), "external_consumers": {"partner": {"subscription": PARTNER}}}
    graph = must_deploy(program(lambda link: link.hand_over, settings=settings, key="new"), _azure())
    hand_over = HandOver.model_validate(graph.result)
    target = hand_over.targets["cluster"]
    assert (hand_over.version, hand_over.services) == (2, {})
    assert (target.id, target.group, target.hosts) == (cluster_id("newadx"), "cluster", hosts("newadx"))
    assert target.zones == {"kusto": KUSTO_ZONE, **{zone.split(".")[1]: zone for zone in STORAGE_ZONES}}


@pytest.mark.parametrize("run", RUNS)
def test_a_partner_publishes_after_the_owners_approval(run: str) -> None:
    partner = program(
        settings={"hand_overs": {"theirs": native_hand_over()}, "consumers": handed_over_native()["consumers"]},
        key="theirs",
    )
    waiting = run_as(run, partner, _azure())
    assert {child.kind for child in waiting.children} == {"PrivateEndpoint"}
    approved = must_deploy(
        partner, must_deploy(partner, _azure()).azure.later(states={"pe-theirs-cluster-analytics": "Approved"})
    )
    assert len(approved.of_kind("PrivateDnsZoneGroup")) == 1
