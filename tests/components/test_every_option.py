"""Settings beyond the defaults, and the properties that they send to the provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.samples.building import GUEST, OWNER
from tests.samples.smallest import small_with_cluster, small_with_consumer

from . import objects
from .azure import Azure
from .programs import ENDPOINT, LINK, RECORD, RECORDS, SERVICE, ZONE, ZONE_NAME, ZONE_RESOURCE, program
from .registration import RUNS, UNKNOWN, must_deploy, run_as

_SERVICE_ID = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-myadx-engine")


def _endpoint_settings(**engine: Any) -> dict[str, Any]:
    """The smallest stack, with settings of the engine's endpoint."""
    return small_with_consumer(endpoints={"myadx": {"engine": engine}})


# Static addresses

_STATIC = program(settings=_endpoint_settings(address="10.3.0.10"))


@pytest.mark.parametrize("run", RUNS)
def test_a_static_address_is_known_in_the_first_preview(run: str) -> None:
    """A team that keeps DNS or a firewall elsewhere can prepare both before the update."""
    graph = run_as(run, _STATIC)
    assert graph[ENDPOINT].inputs["ipConfigurations"] == [{"name": "static", "privateIPAddress": "10.3.0.10"}]
    assert graph[RECORD].inputs["aRecords"] == [{"ipv4Address": "10.3.0.10"}]
    [other] = RECORDS - {RECORD}
    expected = UNKNOWN if run == "preview" else "10.3.0.6"
    assert graph[other].inputs["aRecords"] == [{"ipv4Address": expected}], "Azure assigns the other role's address"


def test_a_first_preview_gives_the_program_a_static_address() -> None:
    """The program may use the address in resources of its own."""
    graph = must_deploy(program(_read_engine_address, settings=_endpoint_settings(address="10.3.0.10")), preview=True)
    assert graph.result == {"address": "10.3.0.10", "hosts": {"myadx.westus.kusto.windows.net": ["10.3.0.10"]}}


def _read_engine_address(link: Any) -> dict[str, Any]:
    endpoint = link.endpoints["analytics"]["engine"]
    return {"address": endpoint.address, "hosts": endpoint.hosts}


def test_the_interface_of_a_static_address_is_not_looked_up() -> None:
    graph = must_deploy(_STATIC)
    assert graph.azure.asked_for("getNetworkInterface") == ["pe-myadx-ingestion-analytics.nic.guid"]


def test_a_rejected_endpoint_with_a_static_address_is_not_published() -> None:
    """The address stays known when the connection no longer works."""
    azure = must_deploy(_STATIC).azure
    graph = must_deploy(_STATIC, azure.later(states={"pe-myadx-engine-analytics": "Rejected"}), preview=True)
    assert RECORD not in graph.labels


# Endpoints

_GROUPS = [
    objects.id_of(GUEST, "analytics", f"Microsoft.Network/applicationSecurityGroups/{name}") for name in ("one", "two")
]
_CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "interface name": (_endpoint_settings(interface_name="nic-own"), {"customNetworkInterfaceName": "nic-own"}),
    "security groups": (
        small_with_consumer(application_security_groups=_GROUPS),
        {"applicationSecurityGroups": [{"id": id} for id in _GROUPS]},
    ),
    "name": (_endpoint_settings(name="pe-own"), {"privateEndpointName": "pe-own"}),
    "resource group": (small_with_consumer(resource_group="endpoints"), {"resourceGroupName": "endpoints"}),
    "tags": (small_with_consumer(tags={"team": "data"}), {"tags": {"team": "data"}}),
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("change", _CHANGES)
def test_an_option_changes_exactly_its_property(change: str, run: str) -> None:
    """An additional property would show as a change in stacks that do not use the option."""
    settings, expected = _CHANGES[change]
    plain, changed = run_as(run, program())[ENDPOINT].inputs, run_as(run, program(settings=settings))[ENDPOINT].inputs
    assert {key: value for key, value in changed.items() if plain.get(key) != value} == expected
    assert plain.keys() <= changed.keys()


def test_a_connection_has_its_request_message() -> None:
    graph = must_deploy(program(settings=small_with_consumer(request_message="Ticket 4711")))
    [connection] = graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    assert connection["requestMessage"] == "Ticket 4711"


@pytest.mark.parametrize("run", RUNS)
def test_a_manual_request_may_name_the_service_by_id(run: str) -> None:
    """The portal does the same with a resource id: the request still waits for its approval."""
    plain, graph = run_as(run, program()), run_as(run, program(settings=_endpoint_settings(by_id=True)))
    [connection] = graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    [usual] = plain[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    assert connection == {**usual, "privateLinkServiceId": UNKNOWN if run == "preview" else _SERVICE_ID}
    assert graph.labels == plain.labels


# Properties that stay as they are in Azure

_KEPT: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "service": (
        SERVICE,
        small_with_cluster(
            services={
                "engine": {"keep": ["fqdns", "visibility", "auto_approval", "nat_addresses", "proxy_protocol", "tags"]}
            }
        ),
        ["fqdns", "visibility", "autoApproval", "ipConfigurations", "enableProxyProtocol", "tags"],
    ),
    "endpoint": (
        ENDPOINT,
        _endpoint_settings(
            keep=["connection_name", "request_message", "address", "application_security_groups", "tags"]
        ),
        [
            "manualPrivateLinkServiceConnections[*].name",
            "manualPrivateLinkServiceConnections[*].requestMessage",
            "ipConfigurations",
            "applicationSecurityGroups",
            "tags",
        ],
    ),
    "record": (RECORD, small_with_consumer(dns={"keep": ["ttl", "tags", "registration"]}), ["ttl"]),
    "link": (LINK, small_with_consumer(dns={"keep": ["tags", "registration"]}), ["tags", "registrationEnabled"]),
    "zone": (ZONE_RESOURCE, small_with_consumer(dns={"keep": ["tags", "ttl"]}), ["tags"]),
}


@pytest.mark.parametrize("kept", _KEPT)
def test_kept_properties_stay_as_they_are_in_azure(kept: str) -> None:
    """A stack that adopts an object must not change properties that the settings keep."""
    label, settings, expected = _KEPT[kept]
    plain, graph = must_deploy(program()), must_deploy(program(settings=settings))
    usual = list(plain[label].request.ignoreChanges)
    assert list(graph[label].request.ignoreChanges) == [*usual, *expected]
    assert graph[label].inputs == plain[label].inputs, "a new object gets the usual properties"


# Services


def _with_engine_service(**engine: Any) -> Callable[[], Any]:
    return program(settings=small_with_cluster(services={"engine": engine}))


@pytest.mark.parametrize("run", RUNS)
def test_static_nat_addresses_are_sent_as_static(run: str) -> None:
    """Without the allocation method Azure treats the address as a mere wish."""
    subnet = objects.id_of(OWNER, "adx", "Microsoft.Network/virtualNetworks/myadx-vnet/subnets/adx")
    graph = run_as(run, _with_engine_service(nat_addresses=["10.1.0.10", "10.1.0.11"]))
    assert graph[SERVICE].inputs["ipConfigurations"] == [
        {
            "name": f"nat-{number}",
            "primary": number == 1,
            "subnet": {"id": subnet},
            "privateIPAddress": address,
            "privateIPAllocationMethod": "Static",
        }
        for number, address in ((1, "10.1.0.10"), (2, "10.1.0.11"))
    ]
    [other] = graph["PrivateLinkService myadx.ingestion"].inputs["ipConfigurations"]
    assert "privateIPAddress" not in other


@pytest.mark.parametrize("run", RUNS)
def test_the_proxy_protocol_is_set_on_one_service_alone(run: str) -> None:
    graph = run_as(run, _with_engine_service(proxy_protocol=True))
    assert graph[SERVICE].inputs["enableProxyProtocol"] is True
    assert "enableProxyProtocol" not in graph["PrivateLinkService myadx.ingestion"].inputs


def test_a_service_may_have_its_own_frontend_and_name() -> None:
    inputs = must_deploy(_with_engine_service(frontend="other", name="pls-own"))[SERVICE].inputs
    assert inputs["serviceName"] == "pls-own"
    assert inputs["loadBalancerFrontendIpConfigurations"][0]["id"].endswith("/frontendIPConfigurations/other")


# Visibility of a service

_EVERYONE = program(settings=small_with_cluster(visible_to_all=True))
_WARNING = "clusters.myadx.visible_to_all: everyone who knows the alias"


@pytest.mark.parametrize("run", RUNS)
def test_a_service_that_is_visible_to_all_trusts_no_one_and_warns_in_every_run(run: str) -> None:
    """A reviewer can still object to it in the pull request's preview."""
    graph = run_as(run, _EVERYONE)
    assert graph[SERVICE].inputs["visibility"] == {"subscriptions": ["*"]}
    assert "autoApproval" not in graph[SERVICE].inputs, "visibility is not approval"
    [warning] = graph.warnings
    assert warning.startswith(_WARNING)


def test_lists_of_subscriptions_are_sent_as_written() -> None:
    third = "33333333-3333-3333-3333-333333333333"
    inputs = must_deploy(program(settings=small_with_cluster(visibility=[third, GUEST], auto_approval=[third])))[
        SERVICE
    ].inputs
    assert inputs["visibility"] == {"subscriptions": [GUEST, third]}
    assert inputs["autoApproval"] == {"subscriptions": [third]}


# Locks and protection

_LOCKED = program(
    settings={**small_with_cluster(lock=True), "consumers": small_with_consumer(dns={"lock": True})["consumers"]}
)
_ZONE_ID = objects.id_of(GUEST, "analytics", f"Microsoft.Network/privateDnsZones/{ZONE_NAME}")
_LOCKS = {
    "ManagementLockByScope myadx.engine.lock": (_SERVICE_ID, OWNER, "ClusterServices myadx"),
    f"ManagementLockByScope {ZONE}.lock": (f"{_ZONE_ID}/SOA/@", GUEST, f"KustoPrivateDnsZone {ZONE}"),
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("label", _LOCKS)
def test_a_lock_has_the_scope_and_provider_of_its_object(label: str, run: str) -> None:
    """A zone's lock is on its SOA record: on the zone it would lock all records, and no endpoint could be replaced."""
    scope, provider, parent = _LOCKS[label]
    lock = run_as(run, _LOCKED)[label]
    assert (lock.provider, lock.parent) == (provider, parent)
    assert lock.inputs == {
        "lockName": "adx-private-link",
        "scope": UNKNOWN if run == "preview" else scope,
        "level": "CanNotDelete",
        "notes": "Private access to Azure Data Explorer depends on it; made by adx-private-link.",
    }


@pytest.mark.parametrize("label", _LOCKS)
def test_a_lock_is_replaced_with_its_object(label: str) -> None:
    """Azure cannot replace a locked object, so its lock is deleted first and the object's protection does not apply."""
    request = must_deploy(_LOCKED)[label].request
    assert (request.deleteBeforeReplace, list(request.replaceOnChanges)) == (True, [])
    assert list(request.ignoreChanges) == ["scope"], "another spelling of an id is the same scope"
    assert len(request.replace_with) == 1, "the lock is replaced with its object"
    assert not request.protect
    assert request.hooks.on_error


def test_nothing_is_locked_or_protected_by_default() -> None:
    graph = must_deploy(program())
    assert graph.of_kind("ManagementLockByScope") == []
    assert [resource.label for resource in graph if resource.request.protect] == []


def test_only_services_and_zones_are_protected() -> None:
    """Ordinary changes replace records and endpoints, and protection would stop every such change."""
    consumers = small_with_consumer(dns={"protect": True, "lock": True})["consumers"]
    graph = must_deploy(program(settings={**small_with_cluster(protect=True, lock=True), "consumers": consumers}))
    assert sorted(resource.label for resource in graph if resource.request.protect) == sorted(
        [SERVICE, SERVICE.replace("engine", "ingestion"), ZONE_RESOURCE]
    )


# Zones and records


@pytest.mark.parametrize("run", RUNS)
def test_a_zone_and_its_links_have_the_same_tags(run: str) -> None:
    graph = run_as(run, program(settings=small_with_consumer(dns={"tags": {"team": "network"}})))
    assert [graph[label].inputs["tags"] for label in (ZONE_RESOURCE, LINK)] == [{"team": "network"}] * 2


def test_records_have_the_ttl_of_the_settings() -> None:
    graph = must_deploy(program(settings=small_with_consumer(dns={"ttl": 10})))
    assert {record.inputs["ttl"] for record in graph.of_kind("PrivateRecordSet")} == {10}


@pytest.mark.parametrize("run", RUNS)
def test_legacy_names_resolve_to_the_same_endpoint(run: str) -> None:
    """Clients in an injected cluster's own network use these names."""
    graph = run_as(run, program(settings=small_with_cluster(legacy_names=True)))
    addresses = {
        record.inputs["relativeRecordSetName"]: record.inputs["aRecords"]
        for record in graph.of_kind("PrivateRecordSet")
    }
    assert set(addresses) == {"myadx", "private-myadx", "ingest-myadx", "ingest-private-myadx"}
    assert addresses["private-myadx"] == addresses["myadx"]
    assert graph[f"PrivateRecordSet private-myadx@{ZONE}"].dependencies == graph[RECORD].dependencies
    assert graph[SERVICE].inputs["fqdns"] == [f"{name}.westus.kusto.windows.net" for name in ("myadx", "private-myadx")]


def test_a_consumer_with_dns_elsewhere_has_no_dns_resources() -> None:
    """The stack's output has the addresses for the tool that keeps DNS."""
    settings = {
        **small_with_consumer(),
        "consumers": {"analytics": {**small_with_consumer()["consumers"]["analytics"], "dns": "elsewhere"}},
    }
    graph = must_deploy(program(settings=settings), Azure())
    assert [resource.label for resource in graph.children if "privatedns" in resource.type] == []
    assert graph.of_kind("KustoPrivateDnsZone") == []
    assert graph.result["endpoints"]["analytics"]["engine"]["hosts"] == {"myadx.westus.kusto.windows.net": ["10.3.0.5"]}
