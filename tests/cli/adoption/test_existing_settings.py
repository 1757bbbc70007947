"""Settings that say something already, or a stack that has something already: nothing of that is changed unasked."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from .conftest import ANALYTICS, CLIENTS, CLUSTER, OTHERS, ZONE, HandMade
from .test_inference import CLIENTS_SUBNET, ENGINE, INGESTION, consumer, given

HUB = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/reports-vnet"


def _differences(hand_made: HandMade, settings: dict[str, Any]) -> dict[str, tuple[object, str]]:
    found = hand_made.adopt(settings).suggestions.differences
    return {each.path: (each.in_azure, each.accepted_by) for each in reversed(found)}


def _on(cluster: dict[str, Any] | None = None, **of_consumer: Any) -> dict[str, Any]:
    return {**consumer(**of_consumer), "clusters": {"myadx": {"id": CLUSTER, **(cluster or {})}}}


_HIDDEN: dict[str, tuple[dict[str, Any], str, object, str]] = {
    "tags that are not there": (_on(tags={"a": "b"}), "consumers.team.tags", {}, "leave out consumers.team.tags"),
    "an address that Azure chose": (
        _on(endpoints={"myadx": {"engine": {"address": "10.3.0.44"}}}),
        "consumers.team.endpoints.myadx.engine.address",
        None,
        "leave out consumers.team.endpoints.myadx.engine.address",
    ),
    "a request by alias": (
        _on(endpoints={"myadx": {"engine": {"by_id": True}}}),
        "consumers.team.endpoints.myadx.engine.by_id",
        False,
        "leave out consumers.team.endpoints.myadx.engine.by_id",
    ),
    "a service of another name": (
        _on({"services": {"engine": {"name": "mine"}}}),
        "clusters.myadx.services.engine.name",
        "AzureDataExplorerPLS",
        "clusters.myadx.services.engine.name: AzureDataExplorerPLS",
    ),
    "proxy protocol": (
        _on({"services": {"engine": {"proxy_protocol": True}}}),
        "clusters.myadx.services.engine.proxy_protocol",
        False,
        "leave out clusters.myadx.services.engine.proxy_protocol",
    ),
    "more NAT addresses": (
        _on({"nat": {"addresses": 3}}),
        "clusters.myadx.nat.addresses",
        1,
        "leave out clusters.myadx.nat.addresses",
    ),
    "visibility": (
        _on({"visibility": [ANALYTICS]}),
        "clusters.myadx.visibility",
        [ANALYTICS, OTHERS],
        "clusters.myadx.services.engine.keep: [visibility]",
    ),
    "a time to live": (
        _on(dns={"zone_ids": [ZONE], "ttl": 60}),
        "consumers.team.dns.ttl",
        [3600, 10],
        "consumers.team.dns.keep: [ttl]",
    ),
    "a resolution policy": (
        _on(dns={"zone_ids": [ZONE], "links": {"own": {"name": "analytics", "resolution_policy": "NxDomainRedirect"}}}),
        "consumers.team.dns.links.own.resolution_policy",
        "Default",
        "consumers.team.dns.links.own.resolution_policy: Default",
    ),
    "another resource group": (
        _on(resource_group="endpoints"),
        "consumers.team.resource_group",
        "analytics",
        "consumers.team.resource_group: analytics",
    ),
}


@pytest.mark.parametrize("hidden", _HIDDEN)
def test_no_difference_is_hidden(hand_made: HandMade, hidden: str) -> None:
    """Where Azure has what is the default, the settings say something else all the same."""
    settings, path, in_azure, accepted_by = _HIDDEN[hidden]
    assert _differences(hand_made, settings)[path] == (in_azure, accepted_by)


def test_what_the_settings_say_rightly_is_no_difference(hand_made: HandMade) -> None:
    complete = hand_made.adopt().settings
    assert _differences(hand_made, complete) == {}


def test_everyone_or_a_list_is_never_both(hand_made: HandMade) -> None:
    """The settings would be refused."""
    settings = _on({"visible_to_all": True})
    assert "visibility" not in hand_made.adopt(settings).settings["clusters"]["myadx"]
    for service in (ENGINE, INGESTION):
        hand_made.of(service)["properties"]["visibility"] = {"subscriptions": ["*"]}
    settings = _on({"visibility": [ANALYTICS]})
    assert _differences(hand_made, settings)["clusters.myadx.visibility"] == ("*", "visible_to_all: true in its place")


def test_what_the_stack_has_stays_as_it_says(hand_made: HandMade) -> None:
    """Another network is adopted into a stack that works: its own approvals must not go for that."""
    endpoints = f"{CLIENTS}/providers/Microsoft.Network/privateEndpoints"
    services = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Network"
    hand_made.deployed = {
        each.lower()
        for each in (
            *(f"{endpoints}/AzureDataExplorerPE{suffix}" for suffix in ("", "-DM")),
            *(f"{services}/privateLinkServices/AzureDataExplorerPLS{suffix}" for suffix in ("", "-DM")),
            *(f"{ZONE}/A/{name}" for name in ("myadx", "ingest-myadx")),
            f"{ZONE}/virtualNetworkLinks/analytics",
        )
    }
    settings = consumer()
    adopted = hand_made.adopt(settings)
    assert adopted.settings["clusters"] == settings["clusters"]
    assert adopted.settings["consumers"]["team"] == settings["consumers"]["team"]
    assert adopted.settings["consumers"].keys() == {"team", "reports-vnet"}
    assert {"AzureDataExplorerPE", "myadx"}.isdisjoint(adopted.left)


def test_a_cluster_that_is_handed_over_stays_connected(hand_made: HandMade) -> None:
    """Its endpoints would be deleted by the next update."""
    record = {"host": "theirs.westus.kusto.windows.net", "name": "theirs"}
    service = {"alias": f"a.{ANALYTICS}.westus.azure.privatelinkservice", "records": [record]}
    hand_over = {"location": "westus", "zone": "privatelink.westus.kusto.windows.net", "request_message": ""}
    handed = {"partner": {"inline": {**hand_over, "services": {"engine": service}}}}
    assert "clusters" not in hand_made.adopt({**consumer(), "hand_overs": handed}).settings["consumers"]["team"]
    assert hand_made.adopt({**given(), "hand_overs": handed}).settings["consumers"]["analytics-vnet"]["clusters"] == [
        "myadx"
    ]


def test_two_consumers_of_one_subnet_get_what_each_asks_for(hand_made: HandMade) -> None:
    both = {
        role: {"subnet_id": CLIENTS_SUBNET, "roles": [role], "dns": {"zone_ids": [ZONE]}}
        for role in ("engine", "ingestion")
    }
    said = hand_made.adopt(given(consumers=both)).settings["consumers"]
    assert said["engine"]["endpoints"]["myadx"].keys() == {"engine"}
    assert said["ingestion"]["endpoints"]["myadx"].keys() == {"ingestion"}


def test_links_keep_the_keys_that_they_have(hand_made: HandMade) -> None:
    """A second link to one network would be refused."""
    hand_made.without("/A/otheradx")
    link = {"virtualNetwork": {"id": "$reports"}, "registrationEnabled": False}
    hand_made.world["resources"].append(
        {"id": "$zone/virtualNetworkLinks/spoke", "location": "global", "properties": link}
    )
    links = {"mine": {}, "hub": {"network_id": HUB}}
    said = hand_made.adopt(consumer(dns={"resource_group": "dns", "links": links})).settings["consumers"]["team"]["dns"]
    assert said["links"]["hub"] == {"network_id": HUB, "name": "spoke", "resolution_policy": "Default"}
    assert said["links"].keys() == {"mine", "hub"}


def test_links_of_long_names_are_all_there(hand_made: HandMade) -> None:
    """Keys have forty characters; one of two that look alike must not be lost."""
    hand_made.without("/A/otheradx", "/virtualNetworkLinks/analytics")
    networks = ("$network/virtualNetworks/adx-vnet", "$others/providers/Microsoft.Network/virtualNetworks/others-vnet")
    for number, network in enumerate(networks):
        link = {"virtualNetwork": {"id": network}, "registrationEnabled": False}
        name = f"privatelink.westus.kusto.windows.net-to-network-{number}"
        hand_made.world["resources"].append(
            {"id": f"$zone/virtualNetworkLinks/{name}", "location": "global", "properties": link}
        )
    links = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]["links"]
    assert len({each["network_id"] for each in links.values()}) == 2


def test_a_zone_of_another_name(hand_made: HandMade) -> None:
    """Whoever keeps the names in a zone of their own says so."""
    settings = given(clusters={"myadx": {"id": CLUSTER, "zone": "kusto.internal"}})
    adopted = hand_made.adopt(settings)
    assert adopted.settings["consumers"]["analytics-vnet"]["dns"] == "elsewhere"


def test_legacy_names_are_the_clusters_own(hand_made: HandMade) -> None:
    record = {"ttl": 3600, "aRecords": [{"ipv4Address": "10.3.0.4"}]}
    hand_made.world["resources"].append({"id": "$zone/A/private-myadx", "properties": record})
    assert "private-myadx" in hand_made.adopt().left
    legacy = given(clusters={"myadx": {"id": CLUSTER, "legacy_names": True}})
    assert "private-myadx" not in hand_made.adopt(legacy).left


# What is not finished in Azure


def test_trust_that_came_after_the_request_approves_nothing(hand_made: HandMade) -> None:
    """Azure looks at the list once: `auto` would make the next update fail."""
    hand_made.world["decisions"] = []
    for service in (ENGINE, INGESTION):
        later = deepcopy(hand_made.of(service))
        later["properties"]["autoApproval"] = {"subscriptions": [ANALYTICS]}
        hand_made.world["resources"].append(later)
    assert hand_made.adopt().settings["consumers"]["analytics-vnet"]["approval"] == "elsewhere"


def test_a_record_of_an_endpoint_that_waits_is_told(hand_made: HandMade) -> None:
    """It is there before its time: the stack will not publish it before the approval, and cannot make it then."""
    del hand_made.world["decisions"][0]
    adopted = hand_made.adopt()
    assert adopted.left["myadx"] == "has the address of AzureDataExplorerPE, which is Pending: delete the record"
    assert adopted.settings["consumers"]["analytics-vnet"]["approval"] == "elsewhere"
