"""Adoption of private endpoints of native clusters, and of their zone groups."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from .conftest import (
    ANALYTICS,
    CLIENTS,
    CLIENTS_SUBNET,
    CLUSTER,
    CLUSTER_SUBNET,
    DNS,
    NATIVE,
    OTHERS,
    Adoption,
    HandMade,
    Json,
)

_REPORTS = f"/subscriptions/{ANALYTICS}/resourceGroups/reports"
_ZONES = f"{DNS}/providers/Microsoft.Network/privateDnsZones"
_KUSTO = "privatelink.westus.kusto.windows.net"
_STORAGE = [f"privatelink.{service}.core.windows.net" for service in ("blob", "queue", "table")]
_MIGRATED = NATIVE.replace("newadx", "movedadx")
_PORTAL = "$endpoints/newadx-pe"
_TERRAFORM = "$reports_endpoints/reports-newadx"
_POLICY = "$endpoints/apps-newadx"
_OF_INJECTED = ("/AzureDataExplorerPE", "/AzureDataExplorerPE-DM", "/reports-engine", "/A/myadx", "/A/ingest-myadx")


def _settings(consumers: Json | None = None) -> Json:
    return {"clusters": {"newadx": {"id": NATIVE}}, "consumers": consumers or {}}


def _adopt_native(hand_made: HandMade, consumers: Json | None = None, *subscriptions: str) -> Adoption:
    """Adopt without the injected cluster's objects."""
    hand_made.remove(*_OF_INJECTED)
    return hand_made.adopt(_settings(consumers), *subscriptions)


def _group(hand_made: HandMade, endpoint: str = _PORTAL) -> list[Json]:
    """Return the configs of an endpoint's zone group, to be changed."""
    [group] = (item for item in hand_made.world["resources"] if item["id"].startswith(f"{endpoint}/privateDnsZone"))
    return group["properties"]["privateDnsZoneConfigs"]


def _decide(hand_made: HandMade, endpoint: str, status: str | None) -> None:
    """Give an endpoint a connection that its creator requested, and a decision on it; None leaves it pending."""
    resource = hand_made.resource(endpoint)
    properties = resource["properties"]
    if "privateLinkServiceConnections" in properties:
        properties["manualPrivateLinkServiceConnections"] = properties.pop("privateLinkServiceConnections")
    others = [decision for decision in hand_made.world["decisions"] if decision["endpoint"] != endpoint]
    hand_made.world["decisions"] = [*others, {"endpoint": endpoint, "status": status}] if status else others


# The settings


def test_both_kinds_in_one_network_and_one_consumer(both_kinds: HandMade) -> None:
    """Terraform requested all connections of the network, and created its zones."""
    adoption = both_kinds.adopt({"clusters": {"myadx": {"id": CLUSTER}, "newadx": {"id": NATIVE}}, "consumers": {}})
    assert adoption.settings["clusters"]["newadx"] == {"id": NATIVE}
    assert adoption.settings["consumers"]["reports-vnet"] == {
        "subnet_id": f"{_REPORTS}/providers/Microsoft.Network/virtualNetworks/reports-vnet/subnets/default",
        "approval": "elsewhere",
        "roles": ["engine"],
        "request_message": "Terraform",
        "tags": {"by": "terraform"},
        "endpoints": {
            "myadx": {"engine": {"name": "reports-engine", "by_id": True, "keep": ["connection_name"]}},
            "newadx": {"cluster": {"name": "reports-newadx", "zone_group": "newadx-dns", "keep": ["connection_name"]}},
        },
        "dns": {
            "resource_group": "reports",
            "storage_zones": "made",
            "links": {"own": {"name": "reports"}},
            "tags": {"by": "terraform"},
            "ttl": 60,
        },
    }
    assert adoption.suggestions.differences == []


def test_both_kinds_in_one_network_and_two_consumers(both_kinds: HandMade) -> None:
    """Azure approved the one by right, and somebody the others by hand: one `approval` cannot say both."""
    adoption = both_kinds.adopt({"clusters": {"myadx": {"id": CLUSTER}, "newadx": {"id": NATIVE}}, "consumers": {}})
    injected, native = (adoption.settings["consumers"][key] for key in ("analytics-vnet", "analytics-vnet-clients"))
    assert (injected["clusters"], injected["approval"]) == (["myadx"], "elsewhere")
    assert native == {
        "subnet_id": CLIENTS_SUBNET,
        "approval": "resource_id",
        "clusters": ["newadx"],
        "tags": {"createdBy": "portal"},
        "endpoints": {
            "newadx": {
                "cluster": {
                    "name": "newadx-pe",
                    "interface_name": "newadx-pe-nic",
                    "zone_group": "default",
                    "keep": ["connection_name"],
                }
            }
        },
        # The consumer of the injected cluster has the link.
        "dns": {"resource_group": "dns", "zone_ids": [f"{_ZONES}/{zone}" for zone in _STORAGE], "links": {}},
    }


def test_complete_settings_stay_unchanged(both_kinds: HandMade) -> None:
    """An adoption that was interrupted after it wrote the settings can run again."""
    current: Json = {"clusters": {"myadx": {"id": CLUSTER}, "newadx": {"id": NATIVE}}, "consumers": {}}
    complete = both_kinds.adopt(current).settings
    again = both_kinds.adopt(complete)
    assert again.settings == complete
    assert again.suggestions.differences == []


def test_a_described_cluster(both_kinds: HandMade) -> None:
    """Whoever may not read the cluster states its hosts, and `adopt` does not ask for it."""
    both_kinds.remove(*_OF_INJECTED)
    hosts = {"engine": "newadx.westus.kusto.windows.net", "ingestion": "ingest-newadx.westus.kusto.windows.net"}
    current = {"clusters": {"newadx": {"id": NATIVE, "described": {"location": "westus", "hosts": hosts}}}}
    adoption = both_kinds.adopt({**current, "consumers": {}})
    assert adoption.settings["consumers"].keys() == {"analytics-vnet", "reports-vnet", "apps-vnet"}
    assert NATIVE not in both_kinds.asked


# Zones


def test_zones_that_others_use_are_found_by_their_resource_group(both_kinds: HandMade) -> None:
    record = {"ttl": 3600, "aRecords": [{"ipv4Address": "10.3.0.77"}]}
    both_kinds.add({"id": f"$zones/{_KUSTO}/A/otheradx", "properties": record})
    adoption = _adopt_native(both_kinds)
    assert adoption.settings["consumers"]["analytics-vnet"]["dns"] == {"zones_in": [DNS]}
    link = "links an existing zone; `dns.link_existing` would link the storage zones, too"
    assert adoption.left_alone["analytics"] == link
    assert adoption.left_alone["otheradx"] == "is not a record that an imported endpoint needs (10.3.0.77)"
    assert "newadx" not in adoption.left_alone, "Azure writes it for the zone group that is imported"


def test_a_storage_zone_with_records_of_others_is_never_owned(both_kinds: HandMade) -> None:
    """Whoever owns a zone can delete it, and then the accounts of others have no name."""
    record = {"ttl": 10, "aRecords": [{"ipv4Address": "10.5.0.99"}]}
    both_kinds.add({"id": f"$reports_zones/{_STORAGE[1]}/A/theirs", "properties": record})
    dns = _adopt_native(both_kinds).settings["consumers"]["reports-vnet"]["dns"]
    zones = f"{_REPORTS}/providers/Microsoft.Network/privateDnsZones"
    assert dns == {
        "resource_group": "reports",
        "zone_ids": [f"{zones}/{zone}" for zone in _STORAGE],
        "links": {"own": {"name": "reports"}},
        "tags": {"by": "terraform"},
    }


def test_storage_zones_that_would_be_linked_in_another_way_are_not_owned(both_kinds: HandMade) -> None:
    """The stack links its storage zones with `NxDomainRedirect` only, and the import changes nothing."""
    link = both_kinds.resource("/$blob/virtualNetworkLinks/reports")
    link["properties"] = {**link["properties"], "resolutionPolicy": "Default"}
    assert "storage_zones" not in _adopt_native(both_kinds).settings["consumers"]["reports-vnet"]["dns"]


def test_zones_of_a_hub_that_is_not_searched(both_kinds: HandMade) -> None:
    """The zone group names them, so nothing has to be read there."""
    for config in _group(both_kinds):
        zone = config["properties"]["privateDnsZoneId"]
        config["properties"]["privateDnsZoneId"] = zone.replace("$zones", "$hub_zones")
    both_kinds.remove("/apps-newadx", "/deployedByPolicy")
    both_kinds.world["rights"] = [
        {"scope": f"/subscriptions/{subscription}", "actions": ["*"]}
        for subscription in (ANALYTICS, "11111111-1111-1111-1111-111111111111")
    ]
    hub = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/hub"
    assert _adopt_native(both_kinds).settings["consumers"]["analytics-vnet"]["dns"] == {"zones_in": [hub]}
    assert not [path for path in both_kinds.asked if path.startswith(hub)]


def test_names_without_a_zone_group(both_kinds: HandMade) -> None:
    """The names are in DNS servers, or in record sets: the stack would create a zone group beside them."""
    both_kinds.remove("/newadx-pe/privateDnsZoneGroups/default")
    consumer = _adopt_native(both_kinds).settings["consumers"]["analytics-vnet"]
    assert consumer["dns"] == "elsewhere"
    assert "zone_group" not in consumer["endpoints"]["newadx"]["cluster"]


# Zone groups that the stack cannot import


def test_the_zone_group_of_a_policy_stays_with_it(both_kinds: HandMade) -> None:
    adoption = _adopt_native(both_kinds)
    assert adoption.settings["consumers"]["apps-vnet"]["dns"] == "elsewhere"
    reason = "is managed by an Azure policy, which would create it again, so the names stay with the policy"
    assert adoption.left_alone["deployedByPolicy"] == reason


def test_a_policy_that_forgot_zones_is_reported(both_kinds: HandMade) -> None:
    """A policy is content with the first zone of several (azure-docs#99388)."""
    del _group(both_kinds, _POLICY)[2:]
    reason = _adopt_native(both_kinds).left_alone["deployedByPolicy"]
    assert reason.endswith(f"; it lacks {', '.join(_STORAGE[1:])}, so queued ingestion fails")


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (["blob", "queue", "table"], f"lacks {', '.join(_STORAGE)}, so queued ingestion fails; add these zones"),
        (["kusto"], f"lacks {_KUSTO}, so clients get the public address; add these zones"),
    ],
    ids=["storage", "kusto"],
)
def test_a_zone_group_with_fewer_zones_is_left_alone(both_kinds: HandMade, missing: list[str], reason: str) -> None:
    configs = _group(both_kinds)
    configs[:] = [config for config in configs if not any(part in config["name"] for part in missing)]
    adoption = _adopt_native(both_kinds)
    assert adoption.left_alone["default"].startswith(reason)
    assert adoption.settings["consumers"]["analytics-vnet"]["dns"] == "elsewhere"


def test_a_zone_group_with_a_further_zone_is_left_alone(both_kinds: HandMade) -> None:
    """The next update would remove that zone from the group."""
    zone = {"id": "$zones/privatelink.kusto.windows.net", "location": "global"}
    index = both_kinds.world["resources"].index(both_kinds.resource("/newadx-pe"))
    both_kinds.world["resources"].insert(index, zone)
    _group(both_kinds).append({"name": "wrong", "properties": {"privateDnsZoneId": zone["id"]}})
    reason = "also writes into privatelink.kusto.windows.net, and it has no names there"
    assert _adopt_native(both_kinds).left_alone["default"] == reason


def test_a_zone_group_beside_settings_with_dns_elsewhere_is_left_alone(both_kinds: HandMade) -> None:
    adoption = _adopt_native(both_kinds, {"team": {"subnet_id": CLIENTS_SUBNET, "dns": "elsewhere"}})
    assert adoption.left_alone["default"] == "writes the names, and consumers.team.dns is elsewhere"
    assert "zone_group" not in adoption.settings["consumers"]["team"]["endpoints"]["newadx"]["cluster"]


def test_an_endpoint_whose_names_the_settings_claim_from_a_policy_is_left_alone(both_kinds: HandMade) -> None:
    subnet = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/apps-vnet/subnets/default"
    adoption = _adopt_native(both_kinds, {"apps": {"subnet_id": subnet, "dns": {"zones_in": [DNS]}}})
    assert adoption.left_alone["apps-newadx"].startswith("has zone group deployedByPolicy, which is managed by")
    [difference] = adoption.suggestions.differences
    assert (difference.path, difference.accepted_by) == ("consumers.apps.dns", "consumers.apps.dns: elsewhere")


# Endpoints that are left alone


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (None, "is Pending on newadx; approve the connection, then run `adopt` again"),
        ("Rejected", "is Rejected on newadx, and Azure cannot restore the connection; delete the endpoint"),
    ],
)
def test_an_endpoint_without_an_approval_is_left_alone(both_kinds: HandMade, status: str | None, reason: str) -> None:
    _decide(both_kinds, _TERRAFORM, status)
    adoption = _adopt_native(both_kinds)
    assert adoption.left_alone["reports-newadx"] == reason
    assert "reports-vnet" not in adoption.settings["consumers"]


def test_a_pending_endpoint_that_the_settings_name_is_adopted(both_kinds: HandMade) -> None:
    """The settings ask for this endpoint: the stack would fail to create it a second time."""
    _decide(both_kinds, _TERRAFORM, None)
    subnet = f"{_REPORTS}/providers/Microsoft.Network/virtualNetworks/reports-vnet/subnets/default"
    endpoints = {"newadx": {"cluster": {"name": "reports-newadx"}}}
    team = {"subnet_id": subnet, "endpoints": endpoints, "dns": {"resource_group": "reports", "storage_zones": "made"}}
    adoption = _adopt_native(both_kinds, {"team": team})
    assert "reports-newadx" not in adoption.left_alone
    assert adoption.settings["consumers"]["team"]["endpoints"]["newadx"]["cluster"]["zone_group"] == "newadx-dns"


def test_of_two_endpoints_that_write_one_zone_the_used_one_is_adopted(both_kinds: HandMade) -> None:
    """The later one overwrote the records, and deleting either deletes them (azure-docs#58044)."""
    for config in _group(both_kinds, _TERRAFORM):
        zone = config["properties"]["privateDnsZoneId"]
        config["properties"]["privateDnsZoneId"] = zone.replace("$reports_zones", "$zones")
    adoption = _adopt_native(both_kinds)
    assert "reports-vnet" in adoption.settings["consumers"], "it wrote the records last"
    assert adoption.left_alone["newadx-pe"] == (
        f"writes the same records of newadx as reports-newadx into one zone ({_STORAGE[0]}); keep one endpoint, and "
        "link the other network to the zone"
    )


def test_a_second_endpoint_in_a_subnet_is_left_alone(both_kinds: HandMade) -> None:
    """It remains from a first attempt, and has no zone group."""
    first: dict[str, Any] = deepcopy(both_kinds.resource("/newadx-pe"))
    first["properties"].pop("customNetworkInterfaceName")
    both_kinds.add({**first, "id": "$endpoints/a-first-try"})
    team = {"team": {"subnet_id": CLIENTS_SUBNET, "dns": {"zones_in": [DNS]}}}
    adoption = _adopt_native(both_kinds, team)
    assert adoption.left_alone["a-first-try"] == "is a second endpoint for newadx in its subnet"


def test_endpoints_of_others_are_reported(both_kinds: HandMade) -> None:
    """The cluster lists their connections."""
    subnet = f"/subscriptions/{OTHERS}/resourceGroups/others/providers/Microsoft.Network/virtualNetworks/others-vnet"
    endpoint = deepcopy(both_kinds.resource("/apps-newadx"))
    endpoint["properties"]["subnet"] = {"id": f"{subnet}/subnets/clients"}
    both_kinds.add({**endpoint, "id": "$others/providers/Microsoft.Network/privateEndpoints/theirs"})
    reason = f"was created by others, Approved on newadx; add --subscription {OTHERS} to import it"
    assert _adopt_native(both_kinds).left_alone["theirs"] == reason
    assert "others-vnet" in _adopt_native(both_kinds, None, ANALYTICS, OTHERS).settings["consumers"]


def test_objects_of_the_stack_stay_unchanged(both_kinds: HandMade) -> None:
    """A further network is adopted later; the records of the stack's own zone group are not someone else's."""
    endpoint = f"{CLIENTS}/providers/Microsoft.Network/privateEndpoints/newadx-pe"
    zones = [f"{_ZONES}/{zone}" for zone in (_KUSTO, *_STORAGE)]
    both_kinds.deployed = {id.lower() for id in (endpoint, f"{endpoint}/privateDnsZoneGroups/default", *zones)}
    team = {"subnet_id": CLIENTS_SUBNET, "dns": {"zones_in": [DNS]}}
    adoption = _adopt_native(both_kinds, {"team": team})
    assert adoption.settings["consumers"].keys() == {"team", "reports-vnet", "apps-vnet"}
    assert adoption.settings["consumers"]["team"] == team
    assert adoption.left_alone.keys() == {"deployedByPolicy"}


# Migrated clusters


def _adopt_migrated(hand_made: HandMade) -> Adoption:
    """Adopt the objects of `movedadx`, a cluster that left its network, in place of those of `newadx`."""
    hand_made.remove(*_OF_INJECTED)
    hand_made.world["names"]["native"] = _MIGRATED
    network = {
        "subnetId": CLUSTER_SUBNET,
        "enginePublicIpId": "$network/publicIPAddresses/myadx-engine",
        "dataManagementPublicIpId": "$network/publicIPAddresses/myadx-ingestion",
        "state": "Disabled",
    }
    properties = {"virtualNetworkConfiguration": network}
    sku = {"name": "Standard_E8ads_v5", "tier": "Standard", "capacity": 2}
    cluster = {"id": "$native", "location": "West US", "sku": sku, "properties": properties}
    hand_made.world["resources"] = [cluster, *hand_made.world["resources"]]
    return hand_made.adopt({"clusters": {"movedadx": {"id": _MIGRATED}}, "consumers": {}})


def test_the_zone_group_of_a_migrated_cluster_writes_no_names_of_the_cluster(both_kinds: HandMade) -> None:
    """The stack writes these itself, as it did before the migration; two writers would overwrite each other."""
    adoption = _adopt_migrated(both_kinds)
    reason = f"also writes into {_KUSTO}, and this stack writes the names of a migrated cluster itself"
    assert adoption.left_alone["default"] == reason
    assert adoption.settings["consumers"]["analytics-vnet"]["dns"] == "elsewhere"


def test_a_migrated_cluster_has_record_sets_and_a_zone_group(both_kinds: HandMade) -> None:
    del _group(both_kinds)[3]
    for name, address in (("movedadx", "10.3.0.4"), ("ingest-movedadx", "10.3.0.5")):
        record = {"ttl": 30, "aRecords": [{"ipv4Address": address}]}
        both_kinds.add({"id": f"$zones/{_KUSTO}/A/{name}", "properties": record})
    adoption = _adopt_migrated(both_kinds)
    dns = adoption.settings["consumers"]["analytics-vnet"]["dns"]
    assert (dns["resource_group"], dns["ttl"], len(dns["zone_ids"])) == ("dns", 30, 3)
    assert "movedadx" not in adoption.left_alone


# Requests


def test_what_is_asked_of_azure(both_kinds: HandMade) -> None:
    """Nothing is asked about services and load balancers, and no records are listed of zones that others share."""
    _adopt_native(both_kinds)
    network = "/providers/Microsoft.Network"
    asked = {path.split(network)[-1] if network in path else path for path in both_kinds.asked}
    subscriptions = {path.split("/")[2] for path in both_kinds.asked if path.endswith("/privateEndpoints")}
    assert subscriptions == {ANALYTICS, "11111111-1111-1111-1111-111111111111"}
    storage = {f"/privateDnsZones/{zone}/virtualNetworkLinks" for zone in _STORAGE}
    names = ("newadx-pe", "reports-newadx", "apps-newadx")
    endpoints = {f"/privateEndpoints/{name}/privateDnsZoneGroups" for name in names}
    kusto = {f"/privateDnsZones/{_KUSTO}/{type}" for type in ("A", "virtualNetworkLinks")}
    interfaces = {path for path in asked if path.startswith("/networkInterfaces/")}
    assert len(interfaces) == 3
    assert asked - interfaces == {NATIVE, "/privateEndpoints", "/privateDnsZones"} | storage | endpoints | kusto
