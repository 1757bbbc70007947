"""The settings that describe a hand-made deployment; each test changes one thing about the example's."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml

from adx_private_link.cli.azure_cli import AzureRejection
from adx_private_link.cli.errors import CommandError

from .conftest import ADX, ANALYTICS, CLIENTS, CLUSTER, EXAMPLE, OTHERS, ZONE, HandMade

ENGINE = "/AzureDataExplorerPLS"
INGESTION = "/AzureDataExplorerPLS-DM"
SUBNET = f"{ADX}/providers/Microsoft.Network/virtualNetworks/adx-vnet/subnets/adx"
CLIENTS_SUBNET = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/analytics-vnet/subnets/clients"


def given(**settings: Any) -> dict[str, Any]:
    """What a stack says already."""
    return {"clusters": {"myadx": {"id": CLUSTER}}, "consumers": {}, **settings}


def consumer(**settings: Any) -> dict[str, Any]:
    return given(consumers={"team": {"subnet_id": CLIENTS_SUBNET, "dns": {"zone_ids": [ZONE]}, **settings}})


def test_the_example(hand_made: HandMade) -> None:
    """Names, what no setting can say, approvals by hand; and only what is not derived anyway."""
    expected = yaml.safe_load((EXAMPLE.parent / "settings.yaml").read_text())["config"]
    adopted = hand_made.adopt()
    assert {f"adx-private-link:{name}": each for name, each in adopted.settings.items()} == expected
    assert adopted.suggestions.differences == []


def test_what_is_nobodys_is_told_and_left_alone(hand_made: HandMade) -> None:
    assert hand_made.adopt().left == {
        "otheradx": "has 10.3.0.77, the address of no imported endpoint",
        "kusto": "a zone group, which writes no records for a private link service",
        "PartnerPE": f"created by others, Approved on AzureDataExplorerPLS; --subscription {OTHERS} imports it",
    }


def test_settings_that_are_complete_stay_as_they_are(hand_made: HandMade) -> None:
    """Adoption that was interrupted after the settings were written is simply run again."""
    complete = hand_made.adopt().settings
    again = hand_made.adopt(complete)
    assert again.settings == complete
    assert again.suggestions.differences == []


# Services


def test_a_cluster_of_which_one_role_is_published(hand_made: HandMade) -> None:
    hand_made.without(INGESTION, "/AzureDataExplorerPE-DM", "/reports-ingestion")
    adopted = hand_made.adopt()
    assert adopted.cluster["roles"] == ["engine"]
    assert adopted.cluster["services"].keys() == {"engine"}
    assert "roles" not in adopted.settings["consumers"]["analytics-vnet"]


def test_a_cluster_without_any_service(hand_made: HandMade) -> None:
    """Nothing is there yet: then the settings are as good as they were."""
    hand_made.world = {"extends": "default", "resources": []}
    adopted = hand_made.adopt()
    assert adopted.settings == given()
    assert adopted.left == {}


def test_services_in_a_group_of_their_own(hand_made: HandMade) -> None:
    group = ADX.replace("/adx", "/services")
    hand_made.world["resources"].insert(0, {"id": group, "location": "westus"})
    hand_made.world["names"]["services"] = f"{group}/providers/Microsoft.Network/privateLinkServices"
    assert hand_made.adopt().cluster["resource_group"] == "services"


def test_services_in_two_groups(hand_made: HandMade) -> None:
    """No setting says so: the second one is left alone, and with it the endpoints that connect to it."""
    group = ADX.replace("/adx", "/services")
    hand_made.world["resources"].insert(0, {"id": group, "location": "westus"})
    moved = f"{group}/providers/Microsoft.Network/privateLinkServices{INGESTION}"
    hand_made.world = yaml.safe_load(yaml.safe_dump(hand_made.world).replace(f"$services{INGESTION}", moved))
    adopted = hand_made.adopt()
    assert adopted.cluster["roles"] == ["engine"]
    assert adopted.left["AzureDataExplorerPLS-DM"] == "is in another resource group than myadx's other service"


def test_a_second_service_of_a_role(hand_made: HandMade) -> None:
    """On the internal load balancer, beside the one on the public one."""
    second: dict[str, Any] = deepcopy(hand_made.of(ENGINE))
    balancer = "$network/loadBalancers/kucompute-myadx-ilb/frontendIPConfigurations/engine"
    second["properties"]["loadBalancerFrontendIpConfigurations"] = [{"id": balancer}]
    hand_made.world["resources"].append({**second, "id": "$services/second"})
    adopted = hand_made.adopt()
    assert adopted.cluster["services"]["engine"]["name"] == "AzureDataExplorerPLS"
    assert adopted.left["second"] == "a second service of myadx's engine"


def test_a_service_on_the_internal_load_balancer(hand_made: HandMade) -> None:
    balancer = "$network/loadBalancers/kucompute-myadx-ilb/frontendIPConfigurations/engine"
    hand_made.of(ENGINE)["properties"]["loadBalancerFrontendIpConfigurations"] = [{"id": balancer}]
    said = hand_made.adopt().cluster["services"]["engine"]
    assert (said["load_balancer"], said["frontend"]) == ("kucompute-myadx-ilb", "engine")


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
def test_nat_addresses_that_the_settings_can_say(
    hand_made: HandMade, nat: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    for service in (ENGINE, INGESTION):
        hand_made.of(service)["properties"]["ipConfigurations"] = [
            {**each, "properties": {**each["properties"], "subnet": {"id": SUBNET}}} for each in nat
        ]
    cluster = hand_made.adopt().cluster
    assert {name: each for name, each in cluster.items() if name == "nat"} == expected
    assert "nat_addresses" not in cluster["services"]["engine"]["keep"]


def test_static_nat_addresses(hand_made: HandMade) -> None:
    static = {
        "primary": True,
        "subnet": {"id": SUBNET},
        "privateIPAllocationMethod": "Static",
        "privateIPAddress": "10.1.0.20",
    }
    hand_made.of(ENGINE)["properties"]["ipConfigurations"] = [{"name": "nat-1", "properties": static}]
    assert hand_made.adopt().cluster["services"]["engine"]["nat_addresses"] == ["10.1.0.20"]


def test_what_all_services_have_is_said_once(hand_made: HandMade) -> None:
    hand_made.of(INGESTION)["properties"]["visibility"] = {"subscriptions": [ANALYTICS, OTHERS]}
    cluster = hand_made.adopt().cluster
    assert cluster["visibility"] == [ANALYTICS, OTHERS]
    assert "visibility" not in cluster["services"]["engine"]["keep"]


def test_services_that_everybody_sees(hand_made: HandMade) -> None:
    for service in (ENGINE, INGESTION):
        hand_made.of(service)["properties"]["visibility"] = {"subscriptions": ["*"]}
    assert hand_made.adopt().cluster["visible_to_all"] is True


def test_tags_that_differ_stay(hand_made: HandMade) -> None:
    del hand_made.of(INGESTION)["tags"]
    cluster = hand_made.adopt().cluster
    assert "tags" not in cluster
    assert "tags" in cluster["services"]["engine"]["keep"]


# Consumers


def test_a_consumer_that_the_settings_know_keeps_its_key(hand_made: HandMade) -> None:
    adopted = hand_made.adopt(consumer())
    assert adopted.settings["consumers"].keys() == {"team", "reports-vnet"}
    assert adopted.settings["consumers"]["team"]["endpoints"]["myadx"]["engine"]["name"] == "AzureDataExplorerPE"


def test_approvals_that_azure_gave(hand_made: HandMade) -> None:
    """The services trust the subscription: a consumer says so, and the lists follow from that."""
    for service in (ENGINE, INGESTION):
        hand_made.of(service)["properties"]["autoApproval"] = {"subscriptions": [ANALYTICS]}
    adopted = hand_made.adopt()
    assert adopted.settings["consumers"]["analytics-vnet"]["approval"] == "auto"
    assert "auto_approval" not in adopted.cluster


def test_trust_that_no_consumer_needs(hand_made: HandMade) -> None:
    for service in (ENGINE, INGESTION):
        hand_made.of(service)["properties"] |= {
            "visibility": {"subscriptions": [ANALYTICS, OTHERS]},
            "autoApproval": {"subscriptions": [OTHERS]},
        }
    adopted = hand_made.adopt()
    assert adopted.cluster["auto_approval"] == [OTHERS]
    assert "visibility" not in adopted.cluster


def test_endpoints_that_connect_by_right(hand_made: HandMade) -> None:
    """`az network private-endpoint create` without `--manual-request`."""
    for name, service in (("/AzureDataExplorerPE", ENGINE), ("/AzureDataExplorerPE-DM", INGESTION)):
        properties = hand_made.of(name)["properties"]
        [connection] = properties.pop("manualPrivateLinkServiceConnections")
        connection["properties"] = {"privateLinkServiceId": f"$services{service}"}
        properties["privateLinkServiceConnections"] = [connection]
    said = hand_made.adopt().settings["consumers"]["analytics-vnet"]
    assert said["approval"] == "resource_id"
    assert said["endpoints"]["myadx"]["engine"] == {"name": "AzureDataExplorerPE", "keep": ["connection_name"]}


def test_of_two_endpoints_in_a_subnet_the_one_that_clients_use(hand_made: HandMade) -> None:
    """Somebody tried before, and left it there."""
    old = {**hand_made.of("/AzureDataExplorerPE"), "id": "$endpoints/A-first-try"}
    hand_made.world["resources"].append(old)
    adopted = hand_made.adopt()
    assert (
        adopted.settings["consumers"]["analytics-vnet"]["endpoints"]["myadx"]["engine"]["name"] == "AzureDataExplorerPE"
    )
    assert adopted.left["A-first-try"] == "a second endpoint of its subnet for myadx's engine"


def test_endpoints_of_other_subscriptions_when_asked_for(hand_made: HandMade) -> None:
    adopted = hand_made.adopt(None, ANALYTICS, OTHERS)
    assert adopted.settings["consumers"]["others-vnet"]["roles"] == ["engine"]
    assert "PartnerPE" not in adopted.left


def test_networks_of_one_name_get_two_keys(hand_made: HandMade) -> None:
    """Names are unique in a resource group only."""
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
    group = next(each for each in hand_made.world["resources"] if each["id"] == "$dns")
    hand_made.world["resources"].remove(group)
    hand_made.world["resources"].insert(0, group)
    keys = set(hand_made.adopt().settings["consumers"])
    assert "analytics-vnet" in keys
    assert len(keys) == 2


# DNS


def test_a_zone_that_has_nothing_else_is_taken_over(hand_made: HandMade) -> None:
    hand_made.without("/A/otheradx")
    dns = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]
    assert dns == {
        "resource_group": "dns",
        "links": {"own": {"name": "analytics", "resolution_policy": "Default"}},
        "keep": ["ttl"],
    }


def test_records_of_another_kind_are_somebody_elses_too(hand_made: HandMade) -> None:
    hand_made.without("/A/otheradx")
    record = {"ttl": 60, "cnameRecord": {"cname": "elsewhere.example"}}
    hand_made.world["resources"].append({"id": "$zone/CNAME/other", "properties": record})
    assert "zone_ids" in hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]


def test_a_time_to_live_that_all_records_have(hand_made: HandMade) -> None:
    for name in ("myadx", "ingest-myadx"):
        hand_made.of(f"/A/{name}")["properties"]["ttl"] = 60
    dns = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]
    assert dns["ttl"] == 60
    assert "keep" not in dns


def test_spokes_of_a_zone_that_is_taken_over(hand_made: HandMade) -> None:
    """A zone goes with all of its links: the stack could not delete it otherwise."""
    hand_made.without("/A/otheradx")
    network = "$network/virtualNetworks/adx-vnet"
    link = {"virtualNetwork": {"id": network}, "registrationEnabled": True}
    hand_made.world["resources"].append(
        {"id": "$zone/virtualNetworkLinks/to hub".replace(" ", "-"), "location": "global", "properties": link}
    )
    dns = hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"]
    assert dns["links"]["to-hub"] == {
        "network_id": SUBNET.rsplit("/", 2)[0],
        "name": "to-hub",
        "resolution_policy": "Default",
    }
    assert dns["keep"] == ["registration", "ttl"]


def test_a_record_of_a_dead_endpoint_is_to_be_deleted(hand_made: HandMade) -> None:
    hand_made.without("/A/ingest-myadx", "/A/myadx")
    hand_made.world["decisions"][1]["status"] = "Rejected"
    hand_made.world["resources"].append(
        {"id": "$zone/A/ingest-myadx", "properties": {"ttl": 10, "aRecords": [{"ipv4Address": "10.3.0.5"}]}}
    )
    assert (
        hand_made.adopt().left["ingest-myadx"]
        == "has the address of AzureDataExplorerPE-DM, which is Rejected: delete the record"
    )


def test_a_dead_connection_is_not_taken_over_in_silence(hand_made: HandMade) -> None:
    """Clients cannot use it, and no update of the stack changes that: only a new endpoint does."""
    [dead] = hand_made.adopt().suggestions.dead
    assert dead.id.endswith("/reports-ingestion")
    assert dead.state == "Rejected"
    assert dead.replaced_by == "pulumi up --replace '**PrivateEndpoint::myadx.reports-vnet.ingestion'"


def test_no_zone_at_all(hand_made: HandMade) -> None:
    """An own DNS server, or the hosts file: the document's other ways."""
    hand_made.without("/A/myadx", "/A/ingest-myadx", "/A/otheradx", "/virtualNetworkLinks/analytics", "/kusto", "$zone")
    assert hand_made.adopt().settings["consumers"]["analytics-vnet"]["dns"] == "elsewhere"


# What the settings say otherwise


@pytest.mark.parametrize(
    ("said", "path", "in_azure", "accepted_by"),
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
def test_a_difference_is_told_with_the_setting_that_accepts_it(
    hand_made: HandMade, said: dict[str, Any], path: str, in_azure: object, accepted_by: str | None
) -> None:
    adopted = hand_made.adopt(consumer(**said))
    found = {each.path: each for each in reversed(adopted.suggestions.differences)}
    if accepted_by is None:
        assert found == {}, "who keeps names elsewhere has no zone to take over"
        return
    difference = found[f"consumers.team.{path}"]
    assert (difference.in_azure, difference.accepted_by) == (in_azure, accepted_by)
    # What the settings say stays.
    section: Any = adopted.settings["consumers"]["team"]
    for name in path.split("."):
        section = section[name]
    assert section == difference.in_settings


def test_what_may_not_be_read_is_told(hand_made: HandMade) -> None:
    hand_made.world["rights"] = [{"scope": "$clients", "actions": ["*"]}]
    with pytest.raises(AzureRejection) as raised:
        hand_made.adopt()
    assert raised.value.code == "AuthorizationFailed"
    assert "Microsoft.Kusto" in raised.value.message
    assert isinstance(raised.value, CommandError)
