"""Settings that describe a deployment created by hand; each test changes one thing about the example's."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml

from adx_private_link.cli.azure_cli import AzureRejection
from adx_private_link.cli.errors import CommandError

from .conftest import (
    ADX,
    ANALYTICS,
    CLUSTER_SUBNET,
    ENGINE,
    EXAMPLE,
    INGESTION,
    OTHERS,
    HandMade,
    stack_settings,
    team_settings,
)


def test_the_example(hand_made: HandMade) -> None:
    """The settings have names, kept properties and approvals by hand, and no value that is derived."""
    expected = yaml.safe_load((EXAMPLE.parent / "settings.yaml").read_text())["config"]
    adoption = hand_made.adopt()
    assert {f"adx-private-link:{name}": section for name, section in adoption.settings.items()} == expected
    assert adoption.suggestions.differences == []


def test_objects_of_others_are_reported_and_left_alone(hand_made: HandMade) -> None:
    partner = "was created by others, Approved on AzureDataExplorerPLS"
    assert hand_made.adopt().left_alone == {
        "otheradx": "is not a record that an imported endpoint needs (10.3.0.77)",
        "kusto": "is a zone group; zone groups write no records for private link services",
        "PartnerPE": f"{partner}; add --subscription {OTHERS} to import it",
    }


def test_complete_settings_stay_unchanged(hand_made: HandMade) -> None:
    """An adoption that was interrupted after it wrote the settings can run again."""
    complete = hand_made.adopt().settings
    again = hand_made.adopt(complete)
    assert again.settings == complete
    assert again.suggestions.differences == []


# Services


def test_a_cluster_with_one_published_role(hand_made: HandMade) -> None:
    hand_made.remove(INGESTION, "/AzureDataExplorerPE-DM", "/reports-ingestion")
    adoption = hand_made.adopt()
    assert adoption.cluster["roles"] == ["engine"]
    assert adoption.cluster["services"].keys() == {"engine"}
    assert "roles" not in adoption.settings["consumers"]["analytics-vnet"]


def test_a_cluster_without_services(hand_made: HandMade) -> None:
    """Without objects in Azure, the settings stay unchanged."""
    hand_made.world = {"extends": "default", "resources": []}
    adoption = hand_made.adopt()
    assert adoption.settings == stack_settings()
    assert adoption.left_alone == {}


def test_services_in_a_group_of_their_own(hand_made: HandMade) -> None:
    group = ADX.replace("/adx", "/services")
    hand_made.world["resources"].insert(0, {"id": group, "location": "westus"})
    hand_made.world["names"]["services"] = f"{group}/providers/Microsoft.Network/privateLinkServices"
    assert hand_made.adopt().cluster["resource_group"] == "services"


def test_services_in_two_groups(hand_made: HandMade) -> None:
    """No setting describes that, so the second service and its endpoints are left alone."""
    group = ADX.replace("/adx", "/services")
    hand_made.world["resources"].insert(0, {"id": group, "location": "westus"})
    moved = f"{group}/providers/Microsoft.Network/privateLinkServices{INGESTION}"
    hand_made.world = yaml.safe_load(yaml.safe_dump(hand_made.world).replace(f"$services{INGESTION}", moved))
    adoption = hand_made.adopt()
    assert adoption.cluster["roles"] == ["engine"]
    assert adoption.left_alone["AzureDataExplorerPLS-DM"] == "is in another resource group than myadx's other service"


def test_a_second_service_of_a_role(hand_made: HandMade) -> None:
    """One service is on the public load balancer, the second one on the internal load balancer."""
    second: dict[str, Any] = deepcopy(hand_made.resource(ENGINE))
    balancer = "$network/loadBalancers/kucompute-myadx-ilb/frontendIPConfigurations/engine"
    second["properties"]["loadBalancerFrontendIpConfigurations"] = [{"id": balancer}]
    hand_made.add({**second, "id": "$services/second"})
    adoption = hand_made.adopt()
    assert adoption.cluster["services"]["engine"]["name"] == "AzureDataExplorerPLS"
    assert adoption.left_alone["second"] == "is a second service for myadx's engine"


def test_a_service_on_the_internal_load_balancer(hand_made: HandMade) -> None:
    balancer = "$network/loadBalancers/kucompute-myadx-ilb/frontendIPConfigurations/engine"
    hand_made.resource(ENGINE)["properties"]["loadBalancerFrontendIpConfigurations"] = [{"id": balancer}]
    engine = hand_made.adopt().cluster["services"]["engine"]
    assert (engine["load_balancer"], engine["frontend"]) == ("kucompute-myadx-ilb", "engine")


@pytest.mark.parametrize(
    ("nat", "expected"),
    [
        ([{"name": "nat-1", "properties": {"primary": True}}], {}),
        (
            [{"name": "nat-1", "properties": {"primary": True}}, {"name": "nat-2", "properties": {"primary": False}}],
            {"nat": {"addresses": 2}},
        ),
    ],
    ids=["one", "two"],
)
def test_nat_addresses_that_settings_can_describe(
    hand_made: HandMade, nat: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    for service in (ENGINE, INGESTION):
        hand_made.resource(service)["properties"]["ipConfigurations"] = [
            {**address, "properties": {**address["properties"], "subnet": {"id": CLUSTER_SUBNET}}} for address in nat
        ]
    cluster = hand_made.adopt().cluster
    assert {name: setting for name, setting in cluster.items() if name == "nat"} == expected
    assert "nat_addresses" not in cluster["services"]["engine"]["keep"]


def test_static_nat_addresses(hand_made: HandMade) -> None:
    static = {
        "primary": True,
        "subnet": {"id": CLUSTER_SUBNET},
        "privateIPAllocationMethod": "Static",
        "privateIPAddress": "10.1.0.20",
    }
    hand_made.resource(ENGINE)["properties"]["ipConfigurations"] = [{"name": "nat-1", "properties": static}]
    assert hand_made.adopt().cluster["services"]["engine"]["nat_addresses"] == ["10.1.0.20"]


def test_a_common_value_of_all_services_is_written_once(hand_made: HandMade) -> None:
    hand_made.resource(INGESTION)["properties"]["visibility"] = {"subscriptions": [ANALYTICS, OTHERS]}
    cluster = hand_made.adopt().cluster
    assert cluster["visibility"] == [ANALYTICS, OTHERS]
    assert "visibility" not in cluster["services"]["engine"]["keep"]


def test_services_that_are_visible_to_all(hand_made: HandMade) -> None:
    for service in (ENGINE, INGESTION):
        hand_made.resource(service)["properties"]["visibility"] = {"subscriptions": ["*"]}
    assert hand_made.adopt().cluster["visible_to_all"] is True


def test_tags_that_differ_are_kept(hand_made: HandMade) -> None:
    del hand_made.resource(INGESTION)["tags"]
    cluster = hand_made.adopt().cluster
    assert "tags" not in cluster
    assert "tags" in cluster["services"]["engine"]["keep"]


# Consumers


def test_a_consumer_of_the_stack_keeps_its_key(hand_made: HandMade) -> None:
    adoption = hand_made.adopt(team_settings())
    assert adoption.settings["consumers"].keys() == {"team", "reports-vnet"}
    assert adoption.settings["consumers"]["team"]["endpoints"]["myadx"]["engine"]["name"] == "AzureDataExplorerPE"


def test_automatic_approvals(hand_made: HandMade) -> None:
    """The services trust the subscription; the consumer's `approval` says so, and the lists are derived from it."""
    for service in (ENGINE, INGESTION):
        hand_made.resource(service)["properties"]["autoApproval"] = {"subscriptions": [ANALYTICS]}
    adoption = hand_made.adopt()
    assert adoption.settings["consumers"]["analytics-vnet"]["approval"] == "auto"
    assert "auto_approval" not in adoption.cluster


def test_a_trusted_subscription_without_a_consumer(hand_made: HandMade) -> None:
    for service in (ENGINE, INGESTION):
        hand_made.resource(service)["properties"] |= {
            "visibility": {"subscriptions": [ANALYTICS, OTHERS]},
            "autoApproval": {"subscriptions": [OTHERS]},
        }
    adoption = hand_made.adopt()
    assert adoption.cluster["auto_approval"] == [OTHERS]
    assert "visibility" not in adoption.cluster


def test_endpoints_that_connect_by_right(hand_made: HandMade) -> None:
    """`az network private-endpoint create` without `--manual-request`."""
    for name, service in (("/AzureDataExplorerPE", ENGINE), ("/AzureDataExplorerPE-DM", INGESTION)):
        properties = hand_made.resource(name)["properties"]
        [connection] = properties.pop("manualPrivateLinkServiceConnections")
        connection["properties"] = {"privateLinkServiceId": f"$services{service}"}
        properties["privateLinkServiceConnections"] = [connection]
    consumer = hand_made.adopt().settings["consumers"]["analytics-vnet"]
    assert consumer["approval"] == "resource_id"
    assert consumer["endpoints"]["myadx"]["engine"] == {"name": "AzureDataExplorerPE", "keep": ["connection_name"]}


def test_of_two_endpoints_in_a_subnet_the_used_one_is_adopted(hand_made: HandMade) -> None:
    """The other one remains from a first attempt."""
    hand_made.add({**hand_made.resource("/AzureDataExplorerPE"), "id": "$endpoints/A-first-try"})
    adoption = hand_made.adopt()
    endpoints = adoption.settings["consumers"]["analytics-vnet"]["endpoints"]
    assert endpoints["myadx"]["engine"]["name"] == "AzureDataExplorerPE"
    assert adoption.left_alone["A-first-try"] == "is a second endpoint for myadx's engine in its subnet"


def test_endpoints_of_a_further_subscription(hand_made: HandMade) -> None:
    adoption = hand_made.adopt(None, ANALYTICS, OTHERS)
    assert adoption.settings["consumers"]["others-vnet"]["roles"] == ["engine"]
    assert "PartnerPE" not in adoption.left_alone


def test_two_networks_of_one_name_get_two_keys(hand_made: HandMade) -> None:
    """The name of a network is unique in its resource group only."""
    text = (
        yaml.safe_dump(hand_made.world)
        .replace("reports-vnet", "analytics-vnet")
        .replace(
            "$clients/providers/Microsoft.Network/virtualNetworks/analytics-vnet\n",
            "$dns/providers/Microsoft.Network/virtualNetworks/analytics-vnet\n",
            1,
        )
    )
    hand_made.world = yaml.safe_load(text)
    group = hand_made.resource("$dns")
    hand_made.world["resources"].remove(group)
    hand_made.world["resources"].insert(0, group)
    keys = set(hand_made.adopt().settings["consumers"])
    assert "analytics-vnet" in keys
    assert len(keys) == 2


# DNS


def test_a_zone_with_only_needed_records_is_adopted(hand_made: HandMade) -> None:
    hand_made.remove("/A/otheradx")
    dns = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]
    assert dns == {
        "resource_group": "dns",
        "links": {"own": {"name": "analytics", "resolution_policy": "Default"}},
        "keep": ["ttl"],
    }


def test_a_zone_with_other_record_types_is_not_adopted(hand_made: HandMade) -> None:
    hand_made.remove("/A/otheradx")
    record = {"ttl": 60, "cnameRecord": {"cname": "elsewhere.example"}}
    hand_made.add({"id": "$zone/CNAME/other", "properties": record})
    assert "zone_ids" in hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]


def test_a_common_time_to_live_of_all_records(hand_made: HandMade) -> None:
    for name in ("myadx", "ingest-myadx"):
        hand_made.resource(f"/A/{name}")["properties"]["ttl"] = 60
    dns = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]
    assert dns["ttl"] == 60
    assert "keep" not in dns


def test_all_links_of_an_adopted_zone_are_adopted(hand_made: HandMade) -> None:
    """The stack could not delete the zone while it had other links."""
    hand_made.remove("/A/otheradx")
    network = "$network/virtualNetworks/adx-vnet"
    link = {"virtualNetwork": {"id": network}, "registrationEnabled": True}
    hand_made.add({"id": "$zone/virtualNetworkLinks/to-hub", "location": "global", "properties": link})
    dns = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]
    assert dns["links"]["to-hub"] == {
        "network_id": CLUSTER_SUBNET.rsplit("/", 2)[0],
        "name": "to-hub",
        "resolution_policy": "Default",
    }
    assert dns["keep"] == ["registration", "ttl"]


def test_a_record_of_a_dead_endpoint_is_reported(hand_made: HandMade) -> None:
    hand_made.remove("/A/ingest-myadx", "/A/myadx")
    hand_made.world["decisions"][1]["status"] = "Rejected"
    record = {"ttl": 10, "aRecords": [{"ipv4Address": "10.3.0.5"}]}
    hand_made.add({"id": "$zone/A/ingest-myadx", "properties": record})
    reason = "points to AzureDataExplorerPE-DM, whose connection is Rejected; delete the record"
    assert hand_made.adopt().left_alone["ingest-myadx"] == reason


def test_an_adopted_endpoint_with_a_dead_connection_is_reported(hand_made: HandMade) -> None:
    """Clients cannot use it, and no update of the stack restores it; only a new endpoint helps."""
    [endpoint] = hand_made.adopt().suggestions.dead_endpoints
    assert endpoint.id.endswith("/reports-ingestion")
    assert endpoint.state == "Rejected"
    assert endpoint.replaced_by == "pulumi up --replace '**PrivateEndpoint::myadx.reports-vnet.ingestion'"


def test_names_without_a_zone(hand_made: HandMade) -> None:
    """Microsoft's page also describes a DNS server of your own, and the hosts file."""
    hand_made.remove("/A/myadx", "/A/ingest-myadx", "/A/otheradx", "/virtualNetworkLinks/analytics", "/kusto", "$zone")
    assert hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"] == "elsewhere"


# Settings that differ from Azure


@pytest.mark.parametrize(
    ("settings", "path", "in_azure", "accepted_by"),
    [
        ({"approval": "approve"}, "approval", "elsewhere", "consumers.team.approval: elsewhere"),
        ({"dns": "elsewhere"}, "dns", None, None),
        (
            {"endpoints": {"myadx": {"engine": {"name": "mine"}}}},
            "endpoints.myadx.engine.name",
            "AzureDataExplorerPE",
            "consumers.team.endpoints.myadx.engine.name: AzureDataExplorerPE",
        ),
        (
            {"request_message": "Ticket 4711"},
            "request_message",
            "",
            "consumers.team.endpoints.myadx.engine.keep: [request_message]",
        ),
    ],
    ids=["approval", "dns", "name", "message"],
)
def test_a_difference_is_reported_with_the_setting_that_accepts_it(
    hand_made: HandMade, settings: dict[str, Any], path: str, in_azure: object, accepted_by: str | None
) -> None:
    adoption = hand_made.adopt(team_settings(**settings))
    differences = {difference.path: difference for difference in reversed(adoption.suggestions.differences)}
    if accepted_by is None:
        assert differences == {}, "a consumer that manages DNS elsewhere has no zone to adopt"
        return
    difference = differences[f"consumers.team.{path}"]
    assert (difference.in_azure, difference.accepted_by) == (in_azure, accepted_by)
    # The value in the settings stays.
    value: Any = adoption.settings["consumers"]["team"]
    for name in path.split("."):
        value = value[name]
    assert value == difference.in_settings


def test_a_missing_right_to_read_is_reported(hand_made: HandMade) -> None:
    hand_made.world["rights"] = [{"scope": "$clients", "actions": ["*"]}]
    with pytest.raises(AzureRejection) as raised:
        hand_made.adopt()
    assert raised.value.code == "AuthorizationFailed"
    assert "Microsoft.Kusto" in raised.value.message
    assert isinstance(raised.value, CommandError)
