"""Contradictions in whole sections of the settings: each is one problem, at its path, with its remedy."""

from __future__ import annotations

from typing import Any

import pytest

from ..samples.building import (
    OWNER,
    WrittenSettings,
    cluster,
    cluster_id,
    described,
    frontend_id,
    hand_over,
    hosts,
    network_id,
    small,
    subnet_id,
    zone_id,
)
from ..samples.smallest import (
    small_with_cluster,
    small_with_description,
    small_with_endpoint,
    small_with_external,
    small_with_other_consumer,
)
from .parsing import only_parse_problem

_ZONE = "privatelink.westus.kusto.windows.net"


def _with_source(**source: Any) -> dict[str, Any]:
    return {"hand_overs": {"theirs": source}, "consumers": {}}


def _with_inline(**more: Any) -> dict[str, Any]:
    return _with_source(inline={**hand_over("theirs"), **more})


def _with_native_description(**changed: Any) -> dict[str, Any]:
    description = {"location": "westus", "hosts": hosts("newadx"), **changed}
    return {**small(), "clusters": {"newadx": cluster("newadx", described=description)}}


# Settings, path, message, remedy.
CONTRADICTIONS: dict[str, tuple[WrittenSettings, str, str, str]] = {
    "neither clusters nor hand-overs": (
        {"clusters": {}, "hand_overs": {}, "consumers": {}},
        "clusters",
        "is missing",
        "or `hand_overs` for those of others",
    ),
    "neither consumers nor external consumers": (
        {"clusters": small()["clusters"], "external_consumers": {}},
        "consumers",
        "is missing",
        "`{}` for services alone",
    ),
    "one key for two clusters": (
        {**small(), "hand_overs": {"MyADX": {"file": "theirs.json"}}},
        "hand_overs.MyADX",
        "is a key of `clusters` as well",
        "rename one of the two",
    ),
    "keys that differ in case only": (
        {**small(), "external_consumers": {"p": {"subscription": OWNER}, "P": {"subscription": OWNER}}},
        "external_consumers",
        "has keys that differ in case only: p, P",
        "rename one",
    ),
    "a cluster that is neither named nor described": (
        {**small(), "clusters": {"myadx": {"roles": ["engine"]}}},
        "clusters.myadx.id",
        "is missing",
        "or the facts of an injected one under `described`",
    ),
    "visible to some and to all": (
        small_with_cluster(visible_to_all=True, visibility=[OWNER]),
        "clusters.myadx.visibility",
        "cannot be combined with `visible_to_all`",
        "write one of the two",
    ),
    "an asterisk in place of subscriptions": (
        small_with_cluster(visibility=["*"]),
        "clusters.myadx.visibility.0",
        "is not a subscription id",
        "write a GUID",
    ),
    "a switch that is a word": (
        small_with_cluster(visible_to_all="yes"),
        "clusters.myadx.visible_to_all",
        "is neither `true` nor `false`",
        "write one of the two, without quotes",
    ),
    "an override of a role that is not published": (
        small_with_cluster(roles=["engine"], services={"ingestion": {"name": "pls"}}),
        "clusters.myadx.services.ingestion",
        "is not published",
        "add it to `roles`, or remove it here",
    ),
    "a role twice": (
        small_with_cluster(roles=["engine", "engine"]),
        "clusters.myadx.roles",
        "names engine twice",
        "write it once",
    ),
    "no role": (small_with_cluster(roles=[]), "clusters.myadx.roles", "is empty", "Default: both"),
    "an unknown role": (
        small_with_other_consumer(roles=["queries"]),
        "consumers.analytics.roles.0",
        "is not known",
        "Known: engine, ingestion",
    ),
    "a NAT address twice": (
        small_with_cluster(services={"engine": {"nat_addresses": ["10.0.0.8", "10.0.0.8"]}}),
        "clusters.myadx.services.engine.nat_addresses",
        "names 10.0.0.8 twice",
        "write it once",
    ),
    "nine static NAT addresses": (
        small_with_cluster(services={"engine": {"nat_addresses": [f"10.0.0.{number}" for number in range(10, 19)]}}),
        "clusters.myadx.services.engine.nat_addresses",
        "is too long: it has 9 entries",
        "write at most 8",
    ),
    "no static NAT address": (
        small_with_cluster(services={"engine": {"nat_addresses": []}}),
        "clusters.myadx.services.engine.nat_addresses",
        "is empty",
        "1 to 8",
    ),
    "an address with a length": (
        small_with_endpoint(address="10.1.0.0/24"),
        "consumers.analytics.endpoints.myadx.engine.address",
        "is not an IPv4 address",
        "write an address of the subnet, such as 10.1.0.10",
    ),
    "an address with leading zeros": (
        small_with_endpoint(address="10.1.0.01"),
        "consumers.analytics.endpoints.myadx.engine.address",
        "is not an IPv4 address",
        "such as 10.1.0.10",
    ),
    "an address of IPv6": (
        small_with_endpoint(address="fd00::10"),
        "consumers.analytics.endpoints.myadx.engine.address",
        "is not an IPv4 address",
        "such as 10.1.0.10",
    ),
    "a network interface's name": (
        small_with_endpoint(interface_name="nic-"),
        "consumers.analytics.endpoints.myadx.engine.interface_name",
        "is not a name that Azure accepts",
        "write 1 to 80",
    ),
    "the names of version 0": (
        small_with_other_consumer(names={"myadx": {"engine": "pe-own"}}),
        "consumers.analytics.names",
        "is not a setting",
        "Known: application_security_groups, approval, clusters, dns, endpoints",
    ),
    "an override that is a name": (
        small_with_other_consumer(endpoints={"myadx": {"engine": "pe-own"}}),
        "consumers.analytics.endpoints.myadx.engine",
        "is not a mapping",
        "each indented: name, address, interface_name",
    ),
    "an application security group that is a name": (
        small_with_other_consumer(application_security_groups=["clients"]),
        "consumers.analytics.application_security_groups.0",
        "is not the resource id of an application security group",
        "applicationSecurityGroups/<group>",
    ),
    "a former key that is not a key": (
        small_with_other_consumer(formerly="a.b"),
        "consumers.analytics.formerly",
        "is not a key",
        "write 1 to 40",
    ),
    # Described by hand
    "a role that is not described": (
        {
            **small(),
            "clusters": {"myadx": {"described": described("myadx", roles=["engine"]), "roles": ["ingestion"]}},
        },
        "clusters.myadx.roles",
        "names ingestion, which is not described",
        "describe it (`described.services.ingestion`)",
    ),
    "an override of a role that is not described": (
        {
            **small(),
            "clusters": {"myadx": {"described": described("myadx", roles=["engine"]), "services": {"ingestion": {}}}},
        },
        "clusters.myadx.services.ingestion",
        "is not published",
        "remove it here",
    ),
    "a described frontend that is overridden": (
        {
            **small(),
            "clusters": {"myadx": {"described": described("myadx"), "services": {"engine": {"frontend": "fe"}}}},
        },
        "clusters.myadx.services.engine.frontend",
        "cannot be combined with `described`",
        "`described.services.engine.frontend_id` says the same",
    ),
    "a described host that is a URI": (
        small_with_description(
            services={"engine": {"host": "https://myadx.westus.kusto.windows.net", "frontend_id": frontend_id("lb")}}
        ),
        "clusters.myadx.described.services.engine.host",
        "is not the host name of a cluster",
        "without `https://`",
    ),
    "a load balancer in place of its frontend": (
        small_with_description(
            services={
                "engine": {
                    "host": "myadx.westus.kusto.windows.net",
                    "frontend_id": frontend_id("lb").rpartition("/frontend")[0],
                }
            }
        ),
        "clusters.myadx.described.services.engine.frontend_id",
        "is not the resource id of a frontend of a load balancer",
        "frontendIPConfigurations/<frontend>",
    ),
    "nothing described": (
        small_with_description(services={}),
        "clusters.myadx.described.services",
        "is empty",
        "host and frontend by role",
    ),
    # Names of another cluster would be published, and the cluster's own stay public.
    "a described host in another region": (
        _with_native_description(hosts=hosts("newadx", "eastus")),
        "clusters.newadx.described.hosts.engine",
        "is in region eastus, and the cluster in westus: 'newadx.eastus.kusto.windows.net'",
        "correct the region",
    ),
    "a described host of a service in another region": (
        small_with_description(services=described("myadx", "eastus")["services"]),
        "clusters.myadx.described.services.engine.host",
        "is in region eastus, and the cluster in westus",
        "correct the region",
    ),
    "described hosts whose roles are swapped": (
        _with_native_description(
            hosts={"engine": hosts("newadx")["ingestion"], "ingestion": hosts("newadx")["engine"]}
        ),
        "clusters.newadx.described.hosts",
        "has host names of several clusters: ingest-newadx.westus",
        "for queries and for ingestion",
    ),
    "described hosts of two clusters": (
        _with_native_description(hosts={"engine": hosts("newadx")["engine"], "ingestion": hosts("other")["ingestion"]}),
        "clusters.newadx.described.hosts",
        "has host names of several clusters: newadx.westus",
        "copy both",
    ),
    "a described cluster of another name": (
        _with_native_description(hosts=hosts("other")),
        "clusters.newadx.described",
        "has host names of another cluster than newadx: other.westus",
        "correct one of the two",
    ),
    # DNS
    "DNS that is an unknown word": (
        small_with_other_consumer(dns="elswhere"),
        "consumers.analytics.dns",
        "is not known",
        "did you mean `elsewhere`? Known: elsewhere. Where clients find the names of the clusters: `{zones_in",
    ),
    "DNS that is a list of zones": (
        small_with_other_consumer(dns=[zone_id(_ZONE)]),
        "consumers.analytics.dns",
        "is not a mapping",
        "resource_group",
    ),
    "no zone": (
        small_with_other_consumer(dns={"zone_ids": []}),
        "consumers.analytics.dns",
        "names no private DNS zone",
        "`zones_in` or `zone_ids` for existing ones",
    ),
    "a group of zones that is a name": (
        small_with_other_consumer(dns={"zones_in": ["hub"]}),
        "consumers.analytics.dns.zones_in.0",
        "is not the resource id of a resource group",
        "write /subscriptions/<subscription>/resourceGroups/<resource group>",
    ),
    "a group of zones that is a zone": (
        small_with_other_consumer(dns={"zones_in": [zone_id(_ZONE)]}),
        "consumers.analytics.dns.zones_in.0",
        "is not the resource id of a resource group",
        "write /subscriptions/<subscription>/resourceGroups/<resource group>",
    ),
    "storage zones that nothing creates": (
        small_with_other_consumer(dns={"zone_ids": [zone_id(_ZONE)], "storage_zones": "made"}),
        "consumers.analytics.dns.storage_zones",
        "asks for zones that this stack creates, and it creates none",
        "write the `resource_group`",
    ),
    "two settings for links of existing zones": (
        small_with_other_consumer(
            dns={"zone_ids": [zone_id(_ZONE)], "links": {"own": {}}, "link_existing": {"own": {}}}
        ),
        "consumers.analytics.dns.links",
        "means the same as `link_existing`",
        "remove one of the two",
    ),
    "a zone that is a name": (
        small_with_other_consumer(dns={"zone_ids": [_ZONE]}),
        "consumers.analytics.dns.zone_ids.0",
        "is not the resource id of a private DNS zone",
        "privateDnsZones/<zone>",
    ),
    "a lock on an existing zone": (
        small_with_other_consumer(dns={"zone_ids": [zone_id(_ZONE)], "lock": True}),
        "consumers.analytics.dns.lock",
        "concerns zones that this stack creates, and it creates none",
        "remove it, or write the `resource_group`",
    ),
    "a link of an existing zone": (
        small_with_other_consumer(dns={"zone_ids": [zone_id(_ZONE)], "links": {"hub": {"network": network_id("hub")}}}),
        "consumers.analytics.dns.links.hub.network",
        "is not a setting",
        "did you mean `network_id`?",
    ),
    # Other people
    "an external consumer of no subscription": (
        {**small(), "external_consumers": {"partner": {}}},
        "external_consumers.partner.subscription",
        "is missing",
        "Subscription of their private endpoints",
    ),
    "an external consumer's endpoint by its id": (
        small_with_external(endpoint_names=["a/b"]),
        "external_consumers.partner.endpoint_names.0",
        "is not a name that Azure accepts",
        "write 1 to 80",
    ),
    "an external consumer with a subnet": (
        small_with_external(subnet_id=subnet_id("partner")),
        "external_consumers.partner.subnet_id",
        "is not a setting",
        "Known: clusters, endpoint_names, formerly, roles, subscription",
    ),
    "a hand-over from nowhere": (
        _with_source(cluster="myadx"),
        "hand_overs.theirs",
        "has none of `file`, `stack` and `inline`",
        "write one of `file`, `stack` and `inline`",
    ),
    "a hand-over from two places": (
        _with_source(file="theirs.json", stack="them/adx/prod"),
        "hand_overs.theirs",
        "has file and stack",
        "write one of",
    ),
    "a hand-over that is a file's name": (
        {"hand_overs": {"theirs": "theirs.json"}, "consumers": {}},
        "hand_overs.theirs",
        "is not a mapping",
        "each indented: file, stack, inline",
    ),
    "a hand-over of a later version": (
        _with_inline(version=3),
        "hand_overs.theirs.inline.version",
        "1",
        "For a higher version, update adx-private-link",
    ),
    "a hand-over without services": (
        _with_inline(services={}),
        "hand_overs.theirs.inline.services",
        "is missing",
        "a hand-over has `services` of an injected cluster, or `targets` of a native one",
    ),
    "an id in place of an alias": (
        _with_inline(services={"engine": {**hand_over("theirs")["services"]["engine"], "alias": cluster_id("theirs")}}),
        "hand_overs.theirs.inline.services.engine.alias",
        "is not the alias of a private link service",
        "write what Azure calls it, {name}.{GUID}.{region}.azure.privatelinkservice",
    ),
    "a service without host names": (
        _with_inline(services={"engine": {**hand_over("theirs")["services"]["engine"], "records": []}}),
        "hand_overs.theirs.inline.services.engine.records",
        "is empty",
        "Its host names",
    ),
}


@pytest.mark.parametrize(("settings", "path", "message", "remedy"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_contradiction_is_reported_once_with_its_remedy(
    settings: WrittenSettings, path: str, message: str, remedy: str
) -> None:
    problem = only_parse_problem(settings)
    assert problem.path == path
    assert message in problem.message, problem
    assert remedy in problem.remedy, problem
