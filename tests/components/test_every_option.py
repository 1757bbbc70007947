"""What settings ask for beyond the defaults, as it is asked of the provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.samples.building import GUEST, OWNER

from . import objects
from .azure import Azure
from .programs import (
    ENDPOINT,
    LINK,
    RECORD,
    RECORDS,
    SERVICE,
    ZONE,
    ZONE_NAME,
    ZONE_RESOURCE,
    program,
    with_cluster,
    with_consumer,
)
from .registration import RUNS, UNKNOWN, must_deploy, run_as

_SERVICE_ID = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-myadx-engine")


def _endpoint(**more: Any) -> dict[str, Any]:
    """The engine's endpoint, with more said of it."""
    return with_consumer(endpoints={"myadx": {"engine": more}})


# Static addresses

_STATIC = program(given=_endpoint(address="10.3.0.10"))


@pytest.mark.parametrize("run", RUNS)
def test_a_static_address_is_known_from_the_first_preview_on(run: str) -> None:
    """Whoever keeps DNS elsewhere, or a firewall, can write it down before anything is made."""
    graph = run_as(run, _STATIC)
    assert graph[ENDPOINT].inputs["ipConfigurations"] == [{"name": "static", "privateIPAddress": "10.3.0.10"}]
    assert graph[RECORD].inputs["aRecords"] == [{"ipv4Address": "10.3.0.10"}]
    [other] = RECORDS - {RECORD}
    expected = UNKNOWN if run == "preview" else "10.3.0.6"
    assert graph[other].inputs["aRecords"] == [{"ipv4Address": expected}], "Azure chooses that of the other role"


def test_a_first_preview_gives_it_to_the_program_as_well() -> None:
    """Other resources of the same program may be made from it."""
    graph = must_deploy(program(_engine_address, given=_endpoint(address="10.3.0.10")), preview=True)
    assert graph.result == {"address": "10.3.0.10", "hosts": {"myadx.westus.kusto.windows.net": ["10.3.0.10"]}}


def _engine_address(link: Any) -> dict[str, Any]:
    endpoint = link.endpoints["analytics"]["engine"]
    return {"address": endpoint.address, "hosts": endpoint.hosts}


def test_the_interface_of_a_static_address_is_not_looked_at() -> None:
    graph = must_deploy(_STATIC)
    assert graph.azure.asked_for("getNetworkInterface") == ["pe-myadx-ingestion-analytics.nic.guid"]


def test_an_endpoint_that_died_is_not_published_for_all_that() -> None:
    """The address is known whatever becomes of the connection."""
    made = must_deploy(_STATIC).azure
    graph = must_deploy(_STATIC, made.later(states={"pe-myadx-engine-analytics": "Rejected"}), preview=True)
    assert RECORD not in graph.labels


# Endpoints

_GROUPS = [
    objects.id_of(GUEST, "analytics", f"Microsoft.Network/applicationSecurityGroups/{each}") for each in ("one", "two")
]
_CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "interface name": (_endpoint(interface_name="nic-own"), {"customNetworkInterfaceName": "nic-own"}),
    "security groups": (
        with_consumer(application_security_groups=_GROUPS),
        {"applicationSecurityGroups": [{"id": each} for each in _GROUPS]},
    ),
    "name": (_endpoint(name="pe-own"), {"privateEndpointName": "pe-own"}),
    "resource group": (with_consumer(resource_group="endpoints"), {"resourceGroupName": "endpoints"}),
    "tags": (with_consumer(tags={"team": "data"}), {"tags": {"team": "data"}}),
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("change", _CHANGES)
def test_an_option_changes_exactly_its_property(change: str, run: str) -> None:
    """What an option brings along unasked would show as a change in stacks that never heard of it."""
    given, expected = _CHANGES[change]
    plain, found = run_as(run, program())[ENDPOINT].inputs, run_as(run, program(given=given))[ENDPOINT].inputs
    assert {key: value for key, value in found.items() if plain.get(key) != value} == expected
    assert plain.keys() <= found.keys()


def test_the_message_beside_the_connection() -> None:
    graph = must_deploy(program(given=with_consumer(request_message="Ticket 4711")))
    [connection] = graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    assert connection["requestMessage"] == "Ticket 4711"


@pytest.mark.parametrize("run", RUNS)
def test_a_request_by_id(run: str) -> None:
    """What the portal makes of a resource id: a request that waits for its approval all the same."""
    plain, graph = run_as(run, program()), run_as(run, program(given=_endpoint(by_id=True)))
    [connection] = graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    [usual] = plain[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    assert connection == {**usual, "privateLinkServiceId": UNKNOWN if run == "preview" else _SERVICE_ID}
    assert graph.labels == plain.labels


# What stays as it is in Azure

_KEPT: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "service": (
        SERVICE,
        with_cluster(
            services={
                "engine": {"keep": ["fqdns", "visibility", "auto_approval", "nat_addresses", "proxy_protocol", "tags"]}
            }
        ),
        ["fqdns", "visibility", "autoApproval", "ipConfigurations", "enableProxyProtocol", "tags"],
    ),
    "endpoint": (
        ENDPOINT,
        _endpoint(keep=["connection_name", "request_message", "address", "application_security_groups", "tags"]),
        [
            "manualPrivateLinkServiceConnections[*].name",
            "manualPrivateLinkServiceConnections[*].requestMessage",
            "ipConfigurations",
            "applicationSecurityGroups",
            "tags",
        ],
    ),
    "record": (RECORD, with_consumer(dns={"keep": ["ttl", "tags", "registration"]}), ["ttl"]),
    "link": (LINK, with_consumer(dns={"keep": ["tags", "registration"]}), ["tags", "registrationEnabled"]),
    "zone": (ZONE_RESOURCE, with_consumer(dns={"keep": ["tags", "ttl"]}), ["tags"]),
}


@pytest.mark.parametrize("kept", _KEPT)
def test_what_was_made_by_hand_can_stay_as_it_is(kept: str) -> None:
    """Else a stack that takes it over would change at once what nobody asked it to."""
    label, given, expected = _KEPT[kept]
    plain, graph = must_deploy(program()), must_deploy(program(given=given))
    usual = list(plain[label].request.ignoreChanges)
    assert list(graph[label].request.ignoreChanges) == [*usual, *expected]
    assert graph[label].inputs == plain[label].inputs, "what is made anew is made as ever"


# Services


def _service(**more: Any) -> Callable[[], Any]:
    return program(given=with_cluster(services={"engine": more}))


@pytest.mark.parametrize("run", RUNS)
def test_static_nat_addresses(run: str) -> None:
    """A static one says that it is static: Azure would take the address for a wish otherwise."""
    subnet = objects.id_of(OWNER, "adx", "Microsoft.Network/virtualNetworks/myadx-vnet/subnets/adx")
    graph = run_as(run, _service(nat_addresses=["10.1.0.10", "10.1.0.11"]))
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
def test_the_proxy_protocol_is_one_services(run: str) -> None:
    graph = run_as(run, _service(proxy_protocol=True))
    assert graph[SERVICE].inputs["enableProxyProtocol"] is True
    assert "enableProxyProtocol" not in graph["PrivateLinkService myadx.ingestion"].inputs


def test_a_frontend_and_a_name_that_are_given() -> None:
    inputs = must_deploy(_service(frontend="other", name="pls-own"))[SERVICE].inputs
    assert inputs["serviceName"] == "pls-own"
    assert inputs["loadBalancerFrontendIpConfigurations"][0]["id"].endswith("/frontendIPConfigurations/other")


# Who sees a service

_EVERYONE = program(given=with_cluster(visible_to_all=True))
_WARNING = "clusters.myadx.visible_to_all: everyone who knows the alias"


@pytest.mark.parametrize("run", RUNS)
def test_everyone_is_let_in_on_request_only_and_every_run_warns(run: str) -> None:
    """In the pull request's preview above all: that is where somebody can still object."""
    graph = run_as(run, _EVERYONE)
    assert graph[SERVICE].inputs["visibility"] == {"subscriptions": ["*"]}
    assert "autoApproval" not in graph[SERVICE].inputs, "to be seen is not to be trusted"
    [warning] = graph.warnings
    assert warning.startswith(_WARNING)


def test_lists_that_are_given() -> None:
    third = "33333333-3333-3333-3333-333333333333"
    inputs = must_deploy(program(given=with_cluster(visibility=[third, GUEST], auto_approval=[third])))[SERVICE].inputs
    assert inputs["visibility"] == {"subscriptions": [GUEST, third]}
    assert inputs["autoApproval"] == {"subscriptions": [third]}


# Locks and protection

_LOCKED = program(given={**with_cluster(lock=True), "consumers": with_consumer(dns={"lock": True})["consumers"]})
_ZONE_ID = objects.id_of(GUEST, "analytics", f"Microsoft.Network/privateDnsZones/{ZONE_NAME}")
_LOCKS = {
    "ManagementLockByScope myadx.engine.lock": (_SERVICE_ID, OWNER, "ClusterServices myadx"),
    f"ManagementLockByScope {ZONE}.lock": (f"{_ZONE_ID}/SOA/@", GUEST, f"KustoPrivateDnsZone {ZONE}"),
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("label", _LOCKS)
def test_a_lock(label: str, run: str) -> None:
    """On a zone's SOA record: one on the zone would keep its records as well, and no endpoint could be replaced."""
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
def test_a_locks_options(label: str) -> None:
    """Its object may be made anew, and then it is in the way until it goes; the object's protection is not its own."""
    request = must_deploy(_LOCKED)[label].request
    assert (request.deleteBeforeReplace, list(request.replaceOnChanges)) == (True, [])
    assert list(request.ignoreChanges) == ["scope"], "another spelling of an id is no other scope"
    assert len(request.replace_with) == 1, "it follows its object"
    assert not request.protect
    assert request.hooks.on_error


def test_nothing_is_locked_or_protected_unless_it_is_said() -> None:
    graph = must_deploy(program())
    assert graph.of("ManagementLockByScope") == []
    assert [each.label for each in graph if each.request.protect] == []


def test_protection_is_for_services_and_zones_alone() -> None:
    """What depends on them is replaced in ordinary changes; a protected record would stop each of those."""
    consumers = with_consumer(dns={"protect": True, "lock": True})["consumers"]
    graph = must_deploy(program(given={**with_cluster(protect=True, lock=True), "consumers": consumers}))
    assert sorted(each.label for each in graph if each.request.protect) == sorted(
        [SERVICE, SERVICE.replace("engine", "ingestion"), ZONE_RESOURCE]
    )


# Zones and records


@pytest.mark.parametrize("run", RUNS)
def test_tags_of_a_zone_are_those_of_its_links(run: str) -> None:
    graph = run_as(run, program(given=with_consumer(dns={"tags": {"team": "network"}})))
    assert [graph[each].inputs["tags"] for each in (ZONE_RESOURCE, LINK)] == [{"team": "network"}] * 2


def test_records_live_as_long_as_is_said() -> None:
    graph = must_deploy(program(given=with_consumer(dns={"ttl": 10})))
    assert {each.inputs["ttl"] for each in graph.of("PrivateRecordSet")} == {10}


@pytest.mark.parametrize("run", RUNS)
def test_legacy_names_lead_to_the_same_endpoint(run: str) -> None:
    """Clients of an injected cluster's own network were told these names."""
    graph = run_as(run, program(given=with_cluster(legacy_names=True)))
    found = {each.inputs["relativeRecordSetName"]: each.inputs["aRecords"] for each in graph.of("PrivateRecordSet")}
    assert set(found) == {"myadx", "private-myadx", "ingest-myadx", "ingest-private-myadx"}
    assert found["private-myadx"] == found["myadx"]
    assert graph[f"PrivateRecordSet private-myadx@{ZONE}"].dependencies == graph[RECORD].dependencies
    assert graph[SERVICE].inputs["fqdns"] == [f"{each}.westus.kusto.windows.net" for each in ("myadx", "private-myadx")]


def test_without_dns_there_is_no_dns() -> None:
    """Kept by other means: the stack's output has the addresses for them."""
    given = {
        **with_consumer(),
        "consumers": {"analytics": {**with_consumer()["consumers"]["analytics"], "dns": "elsewhere"}},
    }
    graph = must_deploy(program(given=given), Azure())
    assert [each.label for each in graph.children if "privatedns" in each.type] == []
    assert graph.of("KustoPrivateDnsZone") == []
    assert graph.result["endpoints"]["analytics"]["engine"]["hosts"] == {"myadx.westus.kusto.windows.net": ["10.3.0.5"]}
