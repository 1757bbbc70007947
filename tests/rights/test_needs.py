"""What stacks need, by their settings: no action that nothing uses, and no scope that is wider than it must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from adx_private_link import azure_actions as actions
from adx_private_link.azure_actions import Action, list_actions
from adx_private_link.resource_ids import PublicAddressId, SubnetId
from adx_private_link.rights.custom_roles import CUSTOM_ROLE_KEYS
from adx_private_link.rights.records import ClusterNetwork, CustomRole
from adx_private_link.settings import ClusterKind

from ..samples import managed
from ..samples.building import ELSEWHERE, GUEST, OWNER, cluster_id, subnet_id
from ..samples.native import HUB, both_kinds, in_hub, made, native
from ..stack.least_rights import printed_roles

_KINDS: Mapping[str, ClusterKind] = {"new": "native", "old": "injected"}
_ADX = f"/subscriptions/{OWNER}/resourceGroups/adx"
_ANALYTICS = f"/subscriptions/{GUEST}/resourceGroups/analytics"


def roles_of(
    settings: Mapping[str, Any],
    kinds: Mapping[str, ClusterKind] = _KINDS,
    networks: Mapping[str, ClusterNetwork] | None = None,
) -> dict[str, CustomRole]:
    """Return the roles for settings, by key."""
    return {role.key: role for role in printed_roles(settings, kinds, networks or {})}


def has(role: CustomRole, action: Action) -> bool:
    """Return whether a role has an action."""
    return action in role.actions


# Only what the settings use


def test_a_native_stack_needs_nothing_on_services() -> None:
    """A team with native clusters only can show that it cannot touch a load balancer."""
    roles = roles_of(native(made()))
    assert [*roles] == ["preview", "deploy-service", "deploy-consumer", "dns", "lock-down"]
    names = {action.name for role in roles.values() for action in role.actions}
    assert not [name for name in names if "privateLinkServices" in name or "loadBalancers" in name]


def test_clusters_are_written_by_changes_of_clusters_only() -> None:
    """The library never writes a cluster, and so the identity of `pulumi up` must not be able to."""
    roles = roles_of(both_kinds(made()))
    assert {key for key, role in roles.items() if has(role, actions.WRITE_CLUSTER)} == {"migration", "lock-down"}


def test_previews_only_read() -> None:
    for settings in (native(made()), both_kinds(in_hub())):
        for key, role in roles_of(settings).items():
            if role.identity == "preview":
                assert all(action.name.endswith("/read") for action in role.actions), key


@pytest.mark.parametrize("locked", ["none", "zones", "services"])
def test_locks_need_rights_only_where_they_are(locked: str) -> None:
    """User Access Administrators are rare."""
    settings = both_kinds({**made(), "lock": locked == "zones"})
    settings["clusters"]["old"] = {**settings["clusters"]["old"], "lock": locked == "services"}
    roles = roles_of(settings)
    assert has(roles["dns"], actions.WRITE_LOCK) == (locked == "zones")
    assert has(roles["deploy-service"], actions.WRITE_LOCK) == (locked == "services")
    assert not has(roles["deploy-consumer"], actions.WRITE_LOCK)


def test_zones_of_others_are_neither_created_nor_deleted() -> None:
    """A hub's team lets others join its zones, and no more."""
    roles = roles_of(native(in_hub()))
    assert "dns" not in roles
    assert [action.name for action in roles["dns-on-zones"].actions] == [
        "Microsoft.Authorization/permissions/read",
        "Microsoft.Network/privateDnsZones/read",
    ]
    on_zones = roles["deploy-consumer-on-zones"]
    assert [action.name for action in on_zones.actions] == [
        "Microsoft.Authorization/permissions/read",
        "Microsoft.Network/privateDnsZones/join/action",
    ]
    assert on_zones.scopes == (HUB,)


def test_records_in_zones_of_others_need_rights_there() -> None:
    roles = roles_of(both_kinds(in_hub()))
    assert has(roles["dns-on-zones"], actions.WRITE_RECORD)
    assert not has(roles["dns-on-zones"], actions.WRITE_ZONE)
    assert not has(roles["dns-on-zones"], actions.WRITE_LINK)


def test_without_dns_nothing_of_dns_is_needed() -> None:
    """Where a policy of the platform team manages the names."""
    roles = roles_of(native("elsewhere"))
    assert not [key for key in roles if key.startswith("dns")]
    assert not [action for action in roles["deploy-consumer"].actions if "Dns" in action.name]


def test_connections_by_id_need_the_approval_at_their_targets() -> None:
    """The consumer's identity then needs nothing else on the owner's side, and nobody deploys approvals."""
    roles = roles_of(both_kinds(made(), approval="resource_id"))
    targets = roles["deploy-consumer-on-targets"]
    assert targets.scopes == (_ADX,)
    assert has(targets, actions.APPROVE_ON_CLUSTER)
    assert has(targets, actions.APPROVE_ON_SERVICE)
    assert not has(roles["deploy-service"], actions.WRITE_DEPLOYMENT)
    assert not has(roles["deploy-service"], actions.APPROVE_ON_SERVICE)


def test_a_partner_needs_nothing_on_the_owners_side() -> None:
    """The hand-over has all that a partner has to know."""
    settings = {
        "hand_overs": {"new": {"stack": "organization/adx/owner"}},
        "consumers": {"analytics": {"subnet_id": subnet_id("analytics"), "dns": made()}},
    }
    roles = roles_of(settings)
    assert [*roles] == ["preview", "deploy-consumer", "dns"]
    assert roles["deploy-consumer"].scopes == (_ANALYTICS,)


def test_an_owner_approves_for_external_consumers() -> None:
    settings = {
        "clusters": {"new": {"id": cluster_id("newadx")}},
        "external_consumers": {"partner": {"subscription": ELSEWHERE}},
    }
    roles = roles_of(settings)
    assert has(roles["deploy-service"], actions.WRITE_CLUSTER_CONNECTION)
    assert "deploy-consumer" not in roles


def test_static_addresses_are_not_read() -> None:
    """An endpoint of a service with a static address has no other."""
    endpoints = {"old": {"engine": {"address": "10.1.0.10"}, "ingestion": {"address": "10.1.0.11"}}}
    settings = both_kinds({"resource_group": "analytics"}, endpoints=endpoints)
    del settings["clusters"]["new"]
    assert not has(roles_of(settings)["deploy-consumer"], actions.READ_INTERFACE)
    del endpoints["old"]["engine"]
    assert has(roles_of(settings)["deploy-consumer"], actions.READ_INTERFACE)


# Sources of data, alerts and diagnostic settings

_MONITORING = f"/subscriptions/{GUEST}/resourceGroups/monitoring"
_DESTINATIONS = {
    "workspace_id": f"{_MONITORING}/providers/Microsoft.OperationalInsights/workspaces/logs",
    "storage_account_id": f"{_MONITORING}/providers/Microsoft.Storage/storageAccounts/archive",
    "event_hub_rule_id": f"{_MONITORING}/providers/Microsoft.EventHub/namespaces/stream/authorizationRules/all",
}
ALERTS = {"action_group_id": f"{_MONITORING}/providers/Microsoft.Insights/actionGroups/oncall"}


def reading_from_all(*, approve: bool = True) -> dict[str, Any]:
    """Return settings of a cluster that reads from a source of data of each kind."""
    targets = {key: {"target": target, "approve": approve} for key, target in managed.TARGETS.items()}
    return managed.reading(**targets, lake={"target": managed.LAKE, "group": "blob", "approve": approve})


def monitored(**destination: str) -> dict[str, Any]:
    """Return settings with alerts, and with a destination of a cluster's logs."""
    settings = both_kinds(made())
    settings["clusters"]["new"] = {**settings["clusters"]["new"], "diagnostics": destination}
    return {**settings, "alerts": {**ALERTS, "services": {}, "endpoints": {}}}


def test_approvals_on_sources_are_a_role_for_their_owners() -> None:
    """The owner of a data lake lets connections be approved, and gives neither its data nor its keys."""
    roles = roles_of(managed.reading())
    on_sources = roles["deploy-service-on-sources"]
    assert on_sources.scopes == (f"/subscriptions/{GUEST}/resourceGroups/data",)
    assert [action.name for action in on_sources.actions] == [
        "Microsoft.Authorization/permissions/read",
        "Microsoft.Resources/deployments/delete",
        "Microsoft.Resources/deployments/operationStatuses/read",
        "Microsoft.Resources/deployments/read",
        "Microsoft.Resources/deployments/write",
        "Microsoft.Storage/storageAccounts/privateEndpointConnections/write",
        "Microsoft.Storage/storageAccounts/read",
    ]
    assert has(roles["deploy-service"], actions.WRITE_MANAGED_ENDPOINT)
    assert not has(roles["deploy-service"], actions.WRITE_DEPLOYMENT)
    assert has(roles["preview-on-sources"], actions.READ_STORAGE)
    assert not has(roles["preview"], actions.READ_STORAGE)


def test_a_source_beside_the_cluster_needs_no_role_of_its_own() -> None:
    roles = roles_of(managed.reading(other={"target": managed.OTHER}))
    assert "deploy-service-on-sources" not in roles
    assert has(roles["deploy-service"], actions.WRITE_CLUSTER_CONNECTION)


def test_sources_whose_owners_approve_need_nothing() -> None:
    roles = roles_of(reading_from_all(approve=False))
    assert not [key for key in roles if key.endswith("-on-sources")]
    assert has(roles["deploy-service"], actions.WRITE_MANAGED_ENDPOINT)


@pytest.mark.parametrize(("watched", "identity"), [("services", "deploy-service"), ("endpoints", "deploy-consumer")])
def test_alerts_need_rights_only_on_the_side_that_they_watch(watched: str, identity: str) -> None:
    roles = roles_of({**both_kinds(made()), "alerts": {**ALERTS, watched: {}}})
    assert {key for key, role in roles.items() if has(role, actions.WRITE_ALERT)} == {identity}
    reading = {key for key, role in roles.items() if has(role, actions.READ_ACTION_GROUP)}
    assert reading == {f"{identity}-on-monitoring", "preview-on-monitoring"}
    assert roles[f"{identity}-on-monitoring"].scopes == (_MONITORING,)


@pytest.mark.parametrize(
    ("destination", "action"),
    [
        ("workspace_id", actions.SEND_TO_WORKSPACE),
        ("storage_account_id", actions.SEND_TO_STORAGE),
        ("event_hub_rule_id", actions.SEND_TO_EVENT_HUB),
    ],
)
def test_the_keys_of_the_one_destination_are_needed(destination: str, action: Action) -> None:
    """Who reads the keys of a storage account reads its data: no key of another kind of destination is asked for."""
    roles = roles_of(monitored(**{destination: _DESTINATIONS[destination]}))
    keys = {actions.SEND_TO_WORKSPACE, actions.SEND_TO_STORAGE, actions.SEND_TO_EVENT_HUB}
    assert keys & {*roles["deploy-service-on-monitoring"].actions} == {action}
    assert not [key for key, role in roles.items() if has(role, action) and key != "deploy-service-on-monitoring"]


# Scopes


def test_the_network_of_a_cluster_is_asked_for_at_its_subscription() -> None:
    """Only Azure knows the resource group of the network that a cluster is injected in."""
    roles = roles_of(both_kinds(made()))
    assert roles["deploy-service"].scopes == (_ADX,)
    on_networks = roles["deploy-service-on-networks"]
    assert on_networks.scopes == (f"/subscriptions/{OWNER}",)
    assert [action.name for action in on_networks.actions] == [
        "Microsoft.Authorization/permissions/read",
        "Microsoft.Network/virtualNetworks/read",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
    ]


def test_a_known_network_is_asked_for_at_its_group() -> None:
    """`--live` reads where it is."""
    subnet = SubnetId.of(OWNER, "network", "vnet", "adx")
    address = PublicAddressId.of(OWNER, "addresses", "one")
    roles = roles_of(both_kinds(made()), networks={"old": ClusterNetwork(subnet, (address,))})
    network, addresses = f"/subscriptions/{OWNER}/resourceGroups/network", address.text.partition("/providers/")[0]
    assert roles["deploy-service-on-networks"].scopes == (network,)
    assert roles["migration-on-networks"].scopes == (addresses, network)


def test_what_is_in_one_group_needs_one_role() -> None:
    """Most consumers have their network, endpoints and zones in one group."""
    roles = roles_of(native(made()))
    assert has(roles["deploy-consumer"], actions.JOIN_SUBNET)
    assert has(roles["deploy-consumer"], actions.JOIN_ZONE)
    assert has(roles["dns"], actions.JOIN_NETWORK)


def test_a_network_of_others_has_a_role_of_its_own() -> None:
    """The platform team lets the endpoints into its subnet, and no endpoint into its group."""
    roles = roles_of(native(made(), resource_group="endpoints"))
    assert roles["deploy-consumer"].scopes == (f"/subscriptions/{GUEST}/resourceGroups/endpoints",)
    on_networks = roles["deploy-consumer-on-networks"]
    assert on_networks.scopes == (_ANALYTICS,)
    assert not has(on_networks, actions.WRITE_ENDPOINT)


def test_groups_are_compared_without_case() -> None:
    """Azure ids have no case: one group would be two scopes, of which Azure rejects the second."""
    settings = native(made())
    settings["consumers"]["other"] = {
        "subnet_id": subnet_id("analytics").replace("/analytics/", "/ANALYTICS/"),
        "dns": "elsewhere",
    }
    settings["consumers"]["other"]["resource_group"] = "Analytics"
    scopes = roles_of(settings)["deploy-consumer"].scopes
    assert [scope.lower() for scope in scopes] == [_ANALYTICS.lower()]


def test_a_zone_can_be_in_each_of_several_groups() -> None:
    """Of `zones_in`, the first group with the zone counts, which only Azure knows."""
    second = HUB.replace("hub", "second-hub")
    roles = roles_of(native({"zones_in": [HUB, second]}))
    for key in ("deploy-consumer-on-zones", "dns-on-zones"):
        assert roles[key].scopes == (HUB, second)


def test_the_order_of_settings_does_not_show() -> None:
    """Definitions are compared in pull requests."""
    settings = both_kinds(in_hub())
    settings["consumers"]["other"] = {"subnet_id": subnet_id("other"), "dns": "elsewhere"}
    turned = {section: dict(reversed([*settings[section].items()])) for section in ("consumers", "clusters")}
    assert list(roles_of(settings).values()) == list(roles_of(turned).values())


# The table


def test_actions_are_exact() -> None:
    """A wildcard would include what Azure adds later."""
    for action in list_actions():
        assert "*" not in action.name
        assert action.name.split("/")[-1] in ("read", "write", "delete", "action")
        assert action.source


_SAMPLES = {
    "made": both_kinds({**made(), "lock": True}),
    "hub": both_kinds(in_hub()),
    "by id": both_kinds(made(), approval="resource_id"),
    "groups": both_kinds(
        made(),
        application_security_groups=[f"{_ANALYTICS}/providers/Microsoft.Network/applicationSecurityGroups/clients"],
        resource_group="endpoints",
    ),
}
for _sample in _SAMPLES.values():
    _sample["clusters"]["old"] = {**_sample["clusters"]["old"], "lock": True, "resource_group": "adx"}
_SAMPLES["sources"] = reading_from_all()
for _name, _id in _DESTINATIONS.items():
    _SAMPLES[_name] = monitored(**{_name: _id})


def test_the_table_says_who_needs_each_action() -> None:
    """Errors and the page of rights name identities by it."""
    planned = {
        (action.name, role.identity)
        for settings in _SAMPLES.values()
        for role in roles_of(settings).values()
        for action in role.actions
    }
    assert planned == {(action.name, identity) for action in list_actions() for identity in action.identities}


def test_every_role_can_be_chosen() -> None:
    """`--for` takes the keys of all roles."""
    planned = {key for settings in _SAMPLES.values() for key in roles_of(settings)}
    assert planned <= {*CUSTOM_ROLE_KEYS}
