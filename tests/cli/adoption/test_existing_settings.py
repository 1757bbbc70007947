"""Adoption into a stack with settings or objects of its own: both stay unchanged, and differences are reported."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from .conftest import (
    ANALYTICS,
    CLIENTS,
    CLIENTS_SUBNET,
    CLUSTER,
    ENGINE,
    INGESTION,
    OTHERS,
    ZONE,
    HandMade,
    Json,
    stack_settings,
    team_settings,
)

HUB = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/reports-vnet"


def _differences(hand_made: HandMade, settings: Json) -> dict[str, tuple[object, str]]:
    differences = hand_made.adopt(settings).suggestions.differences
    return {difference.path: (difference.in_azure, difference.accepted_by) for difference in reversed(differences)}


def _settings(cluster: Json | None = None, **consumer: Any) -> Json:
    """Return settings of the cluster, and of the consumer `team`."""
    return {**team_settings(**consumer), "clusters": {"myadx": {"id": CLUSTER, **(cluster or {})}}}


_DIFFERENT: dict[str, tuple[Json, str, object, str]] = {
    "tags that Azure lacks": (_settings(tags={"a": "b"}), "consumers.team.tags", {}, "leave out consumers.team.tags"),
    "a static address": (
        _settings(endpoints={"myadx": {"engine": {"address": "10.3.0.44"}}}),
        "consumers.team.endpoints.myadx.engine.address",
        None,
        "leave out consumers.team.endpoints.myadx.engine.address",
    ),
    "a connection by id": (
        _settings(endpoints={"myadx": {"engine": {"by_id": True}}}),
        "consumers.team.endpoints.myadx.engine.by_id",
        False,
        "leave out consumers.team.endpoints.myadx.engine.by_id",
    ),
    "another name of a service": (
        _settings({"services": {"engine": {"name": "mine"}}}),
        "clusters.myadx.services.engine.name",
        "AzureDataExplorerPLS",
        "clusters.myadx.services.engine.name: AzureDataExplorerPLS",
    ),
    "proxy protocol": (
        _settings({"services": {"engine": {"proxy_protocol": True}}}),
        "clusters.myadx.services.engine.proxy_protocol",
        False,
        "leave out clusters.myadx.services.engine.proxy_protocol",
    ),
    "more NAT addresses": (
        _settings({"nat": {"addresses": 3}}),
        "clusters.myadx.nat.addresses",
        1,
        "leave out clusters.myadx.nat.addresses",
    ),
    "visibility": (
        _settings({"visibility": [ANALYTICS]}),
        "clusters.myadx.visibility",
        [ANALYTICS, OTHERS],
        "clusters.myadx.services.engine.keep: [visibility]",
    ),
    "a time to live": (
        _settings(dns={"zone_ids": [ZONE], "ttl": 60}),
        "consumers.team.dns.ttl",
        [3600, 10],
        "consumers.team.dns.keep: [ttl]",
    ),
    "a resolution policy": (
        _settings(
            dns={"zone_ids": [ZONE], "links": {"own": {"name": "analytics", "resolution_policy": "NxDomainRedirect"}}}
        ),
        "consumers.team.dns.links.own.resolution_policy",
        "Default",
        "consumers.team.dns.links.own.resolution_policy: Default",
    ),
    "another resource group": (
        _settings(resource_group="endpoints"),
        "consumers.team.resource_group",
        "analytics",
        "consumers.team.resource_group: analytics",
    ),
}


@pytest.mark.parametrize("difference", _DIFFERENT)
def test_every_difference_is_reported(hand_made: HandMade, difference: str) -> None:
    """That includes settings whose default is Azure's value."""
    settings, path, in_azure, accepted_by = _DIFFERENT[difference]
    assert _differences(hand_made, settings)[path] == (in_azure, accepted_by)


def test_settings_with_azures_values_do_not_differ(hand_made: HandMade) -> None:
    complete = hand_made.adopt().settings
    assert _differences(hand_made, complete) == {}


def test_visible_to_all_and_a_list_are_never_combined(hand_made: HandMade) -> None:
    """Such settings would be rejected."""
    settings = _settings({"visible_to_all": True})
    assert "visibility" not in hand_made.adopt(settings).settings["clusters"]["myadx"]
    for service in (ENGINE, INGESTION):
        hand_made.resource(service)["properties"]["visibility"] = {"subscriptions": ["*"]}
    settings = _settings({"visibility": [ANALYTICS]})
    accepted_by = "clusters.myadx.visible_to_all: true, in place of visibility"
    assert _differences(hand_made, settings)["clusters.myadx.visibility"] == ("*", accepted_by)


def test_settings_of_deployed_objects_stay_unchanged(hand_made: HandMade) -> None:
    """The adoption of another network must not remove approvals of the stack."""
    endpoints = f"{CLIENTS}/providers/Microsoft.Network/privateEndpoints"
    services = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Network"
    hand_made.deployed = {
        id.lower()
        for id in (
            *(f"{endpoints}/AzureDataExplorerPE{suffix}" for suffix in ("", "-DM")),
            *(f"{services}/privateLinkServices/AzureDataExplorerPLS{suffix}" for suffix in ("", "-DM")),
            *(f"{ZONE}/A/{name}" for name in ("myadx", "ingest-myadx")),
            f"{ZONE}/virtualNetworkLinks/analytics",
        )
    }
    settings = team_settings()
    adoption = hand_made.adopt(settings)
    assert adoption.settings["clusters"] == settings["clusters"]
    assert adoption.settings["consumers"]["team"] == settings["consumers"]["team"]
    assert adoption.settings["consumers"].keys() == {"team", "reports-vnet"}
    assert {"AzureDataExplorerPE", "myadx"}.isdisjoint(adoption.left_alone)


def test_a_consumer_stays_connected_to_a_hand_over(hand_made: HandMade) -> None:
    """Otherwise the next update would delete the endpoints of that cluster."""
    record = {"host": "theirs.westus.kusto.windows.net", "name": "theirs"}
    service = {"alias": f"a.{ANALYTICS}.westus.azure.privatelinkservice", "records": [record]}
    hand_over = {"location": "westus", "zone": "privatelink.westus.kusto.windows.net", "request_message": ""}
    hand_overs = {"partner": {"inline": {**hand_over, "services": {"engine": service}}}}
    adoption = hand_made.adopt({**team_settings(), "hand_overs": hand_overs})
    assert "clusters" not in adoption.settings["consumers"]["team"]
    adoption = hand_made.adopt(stack_settings(hand_overs=hand_overs))
    assert adoption.settings["consumers"]["analytics-vnet"]["clusters"] == ["myadx"]


def test_two_consumers_of_one_subnet_get_the_endpoints_of_their_roles(hand_made: HandMade) -> None:
    consumers = {
        role: {"subnet_id": CLIENTS_SUBNET, "roles": [role], "dns": {"zone_ids": [ZONE]}}
        for role in ("engine", "ingestion")
    }
    adopted = hand_made.adopt(stack_settings(consumers=consumers)).settings["consumers"]
    assert adopted["engine"]["endpoints"]["myadx"].keys() == {"engine"}
    assert adopted["ingestion"]["endpoints"]["myadx"].keys() == {"ingestion"}


def test_links_keep_their_keys(hand_made: HandMade) -> None:
    """A second link to one network would be rejected."""
    hand_made.remove("/A/otheradx")
    link = {"virtualNetwork": {"id": "$reports"}, "registrationEnabled": False}
    hand_made.add({"id": "$zone/virtualNetworkLinks/spoke", "location": "global", "properties": link})
    links = {"mine": {}, "hub": {"network_id": HUB}}
    adoption = hand_made.adopt(team_settings(dns={"resource_group": "dns", "links": links}))
    adopted = adoption.settings["consumers"]["team"]["dns"]["links"]
    assert adopted["hub"] == {"network_id": HUB, "name": "spoke", "resolution_policy": "Default"}
    assert adopted.keys() == {"mine", "hub"}


def test_links_with_long_names_are_all_adopted(hand_made: HandMade) -> None:
    """Keys have at most forty characters, which these names have in common."""
    hand_made.remove("/A/otheradx", "/virtualNetworkLinks/analytics")
    networks = ("$network/virtualNetworks/adx-vnet", "$others/providers/Microsoft.Network/virtualNetworks/others-vnet")
    for number, network in enumerate(networks):
        link = {"virtualNetwork": {"id": network}, "registrationEnabled": False}
        name = f"privatelink.westus.kusto.windows.net-to-network-{number}"
        hand_made.add({"id": f"$zone/virtualNetworkLinks/{name}", "location": "global", "properties": link})
    links = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]["links"]
    assert len({link["network_id"] for link in links.values()}) == 2


def test_a_zone_of_another_name(hand_made: HandMade) -> None:
    """The settings name the zone, and Azure has no zone of that name."""
    settings = stack_settings(clusters={"myadx": {"id": CLUSTER, "zone": "kusto.internal"}})
    assert hand_made.adopt(settings).settings["consumers"]["analytics-vnet"]["dns"] == "elsewhere"


def test_records_of_legacy_names_are_adopted(hand_made: HandMade) -> None:
    record = {"ttl": 3600, "aRecords": [{"ipv4Address": "10.3.0.4"}]}
    hand_made.add({"id": "$zone/A/private-myadx", "properties": record})
    assert "private-myadx" in hand_made.adopt().left_alone
    settings = stack_settings(clusters={"myadx": {"id": CLUSTER, "legacy_names": True}})
    assert "private-myadx" not in hand_made.adopt(settings).left_alone


# Pending connections


def test_trust_after_the_request_approves_nothing(hand_made: HandMade) -> None:
    """Azure reads the list once, when the request arrives: with `auto`, the next update would fail."""
    hand_made.world["decisions"] = []
    for service in (ENGINE, INGESTION):
        updated = deepcopy(hand_made.resource(service))
        updated["properties"]["autoApproval"] = {"subscriptions": [ANALYTICS]}
        hand_made.add(updated)
    assert hand_made.adopt().settings["consumers"]["analytics-vnet"]["approval"] == "elsewhere"


def test_a_record_of_a_pending_endpoint_is_reported(hand_made: HandMade) -> None:
    """The stack creates the record after the approval, and cannot create it if it exists by then."""
    del hand_made.world["decisions"][0]
    adoption = hand_made.adopt()
    reason = "points to AzureDataExplorerPE, whose connection is Pending; delete the record"
    assert adoption.left_alone["myadx"] == reason
    assert adoption.settings["consumers"]["analytics-vnet"]["approval"] == "elsewhere"


def test_a_difference_of_several_objects_is_reported_once(hand_made: HandMade) -> None:
    """Both endpoints connect by a request, and one setting says otherwise."""
    suggestions = hand_made.adopt(_settings(approval="resource_id")).suggestions
    assert [difference.path for difference in suggestions.differences].count("consumers.team.approval") == 1
    reasons = {object_.reason for object_ in suggestions.left_alone if "connects by" in object_.reason}
    assert reasons == {"connects by a request; consumers.team.approval is resource_id"}
