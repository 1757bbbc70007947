"""
Conflicts that Azure would reject in the middle of a deployment are reported before it starts.

Every test is one conflict, with its path, its message and its remedy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.errors import SettingsError
from adx_private_link.facts.expected import expected_facts
from adx_private_link.facts.records import Facts, NetworkFacts, SubnetFacts
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import SubnetId

from ..samples.building import (
    ELSEWHERE,
    FORBIDDEN,
    GUEST,
    NOT_FOUND,
    OWNER,
    cluster,
    cluster_id,
    consumer,
    frontend,
    network_id,
    only_problem,
    plan_settings,
    problems_of,
    small,
    subnet_id,
    with_balancer,
    with_cluster,
    with_network,
    with_subnet,
)
from ..samples.smallest import (
    ANALYTICS,
    NAT,
    facts_with_balancer,
    small_facts,
    small_with_cluster,
    small_with_consumer,
    small_with_consumers,
)

# One object in Azure does not fit the settings: facts, path, message, remedy.
AZURE: dict[str, tuple[Callable[[], Facts], str, str, str]] = {
    "the cluster does not exist": (
        lambda: with_cluster(small_facts(), "myadx", NOT_FOUND),
        "clusters.myadx.id",
        "does not exist in Azure (the cluster)",
        "must exist before the update",
    ),
    "the cluster may not be read": (
        lambda: with_cluster(small_facts(), "myadx", FORBIDDEN),
        "clusters.myadx.id",
        "cannot be read (the cluster): Status=403",
        "Reader role",
    ),
    "the load balancer does not exist": (
        lambda: with_balancer(small_facts(), "myadx", "ingestion", NOT_FOUND),
        "clusters.myadx.services.ingestion.load_balancer",
        "does not exist in Azure (the load balancer of the ingestion service)",
        "must exist before the update",
    ),
    "the load balancer may not be read": (
        lambda: with_balancer(small_facts(), "myadx", "engine", FORBIDDEN),
        "clusters.myadx.services.engine.load_balancer",
        "cannot be read (the load balancer of the engine service): Status=403",
        "Reader role",
    ),
    "the load balancer is Basic": (
        lambda: facts_with_balancer(sku="Basic"),
        "clusters.myadx.services.engine.load_balancer",
        "is a load balancer of SKU Basic",
        "Standard load balancer",
    ),
    "the load balancer is in another region": (
        lambda: facts_with_balancer(location="eastus"),
        "clusters.myadx.services.engine.load_balancer",
        "is in eastus, the cluster in westus",
        "the cluster's own load balancer",
    ),
    "no frontend has the cluster's address": (
        lambda: facts_with_balancer(frontends=(frontend("lb", "red", "ip-red"), frontend("lb", "blue"))),
        "clusters.myadx.services.engine.frontend",
        "cannot be derived: no frontend has the cluster's engine address",
        "write one of its frontends: red, blue",
    ),
    "there is no frontend": (
        lambda: facts_with_balancer(frontends=()),
        "clusters.myadx.services.engine.frontend",
        "cannot be derived",
        "none",
    ),
    "the NAT subnet has network policies": (
        lambda: with_subnet(small_facts(), NAT, SubnetFacts(service_policies_enabled=True, delegated_to=None)),
        "clusters.myadx.nat.subnet_id",
        "network policies enabled",
        f"az network vnet subnet update --ids {NAT} --disable-private-link-service-network-policies true",
    ),
    "the NAT subnet's network does not exist": (
        lambda: with_network(small_facts(), network_id("myadx", OWNER, "adx"), NOT_FOUND),
        "clusters.myadx.nat.subnet_id",
        "does not exist in Azure (its virtual network)",
        "must exist before the update",
    ),
    "the consumer's network does not exist": (
        lambda: with_network(small_facts(), network_id("analytics"), NOT_FOUND),
        "consumers.analytics.subnet_id",
        "does not exist in Azure (its virtual network)",
        "must exist before the update",
    ),
    "the consumer's network may not be read": (
        lambda: with_network(small_facts(), network_id("analytics"), FORBIDDEN),
        "consumers.analytics.subnet_id",
        "cannot be read (its virtual network): Status=403",
        "Reader role",
    ),
    "the consumer's subnet is delegated": (
        lambda: with_subnet(
            small_facts(), ANALYTICS, SubnetFacts(service_policies_enabled=True, delegated_to="Web/farms")
        ),
        "consumers.analytics.subnet_id",
        "is delegated to Web/farms",
        "another subnet",
    ),
}


@pytest.mark.parametrize(("facts", "path", "message", "remedy"), AZURE.values(), ids=AZURE.keys())
def test_an_object_that_does_not_fit_the_settings_is_a_problem(
    facts: Callable[[], Facts], path: str, message: str, remedy: str
) -> None:
    problem = only_problem(small(), facts())
    assert (problem.path, message in problem.message, remedy in problem.remedy) == (path, True, True), str(problem)


# The settings contradict Azure or one another: settings, path, message, remedy.
SETTINGS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a frontend that does not exist": (
        small_with_cluster(services={"engine": {"frontend": "private"}}),
        "clusters.myadx.services.engine.frontend",
        "is not a frontend of /subscriptions/",
        "write one of its frontends: public",
    ),
    "an unknown cluster": (
        small_with_consumer(clusters=["myadx", "yours"]),
        "consumers.analytics.clusters.1",
        "is not the key of a cluster",
        "write one of: myadx",
    ),
    "overrides for an unknown cluster": (
        small_with_consumer(endpoints={"yours": {"engine": {"name": "pe-1"}}}),
        "consumers.analytics.endpoints.yours",
        "is not the key of a cluster",
        "write one of: myadx",
    ),
    "visibility without a consumer": (
        small_with_cluster(visibility=[OWNER]),
        "clusters.myadx.visibility",
        f"lacks subscription {GUEST}; a consumer of this cluster lies in it",
        "add it, or leave the setting out",
    ),
    "visibility without a trusted subscription": (
        small_with_cluster(visibility=[GUEST], auto_approval=[OWNER]),
        "clusters.myadx.visibility",
        f"lacks subscription {OWNER}; auto_approval names it",
        "add it",
    ),
    "auto_approval without a consumer that needs it": (
        {
            "clusters": {"myadx": cluster("myadx", auto_approval=[])},
            "consumers": {"analytics": consumer("analytics", approval="auto")},
        },
        "clusters.myadx.auto_approval",
        f"lacks subscription {GUEST}; a consumer with `approval: auto` lies in it",
        "add it, or leave the setting out",
    ),
    "more consumers' subscriptions than Azure accepts": (
        {
            "clusters": {"myadx": cluster("myadx")},
            "consumers": {
                f"c{number}": {
                    "subnet_id": subnet_id(f"c{number}", f"{number:08}-0000-0000-0000-000000000000"),
                    "dns": {"resource_group": "dns"},
                }
                for number in range(101)
            },
        },
        "clusters.myadx.visibility",
        "has 101 subscriptions; Azure accepts 100",
        "name fewer",
    ),
    "a name that is too long for an endpoint": (
        small_with_consumer(endpoints={"myadx": {"engine": {"name": "x" * 65}}}),
        "consumers.analytics.endpoints.myadx.engine.name",
        "65 characters long; Azure accepts 64",
        "write a shorter one",
    ),
    "a policy that Azure accepts in privatelink zones only": (
        {
            "clusters": {"myadx": cluster("myadx", zone="westus.kusto.windows.net")},
            "consumers": {
                "analytics": consumer("analytics", dns={"links": {"own": {"resolution_policy": "NxDomainRedirect"}}})
            },
        },
        "consumers.analytics.dns.links.own.resolution_policy",
        "is not available in zone westus.kusto.windows.net",
        "leave it out",
    ),
    "one name for two endpoints": (
        small_with_consumer(endpoints={"myadx": {"engine": {"name": "pe-own"}, "ingestion": {"name": "PE-Own"}}}),
        "consumers.analytics.endpoints.myadx.ingestion.name",
        (
            f"is the name of another private endpoint in /subscriptions/{GUEST}/resourceGroups/analytics: "
            "consumers.analytics.endpoints.myadx.engine.name"
        ),
        "another name",
    ),
    "one name for two services": (
        small_with_cluster(services={"engine": {"name": "pls"}, "ingestion": {"name": "PLS"}}),
        "clusters.myadx.services.ingestion.name",
        (
            f"is the name of another private link service in /subscriptions/{OWNER}/resourceGroups/adx: "
            "clusters.myadx.services.engine.name"
        ),
        "another name",
    ),
    "two consumers write one record": (
        small_with_consumers(
            consumer("first"), consumer("second", subnet_id=subnet_id("second"), dns={"resource_group": "FIRST"})
        ),
        "consumers.second.dns",
        "is the zone of consumers.first as well, and both would write the records of myadx.westus",
        "give each its own `resource_group`",
    ),
    "two zones of one name for a network": (
        small_with_consumers(
            consumer("first"),
            consumer("second", dns={"links": {"other": {"network_id": network_id("first").upper()}}}),
        ),
        "consumers.second.dns.links.other",
        "links a network that consumers.first.dns.links.own links to another zone of the same name",
        "remove one of the two",
    ),
    "two links of a network to one zone": (
        small_with_consumer(dns={"links": {"a": {}, "b": {"network_id": network_id("analytics")}}}),
        "consumers.analytics.dns.links.b",
        "links a network that consumers.analytics.dns.links.a links to the same zone",
        "remove one of the two",
    ),
}


@pytest.mark.parametrize(("settings", "path", "message", "remedy"), SETTINGS.values(), ids=SETTINGS.keys())
def test_contradictory_settings_are_a_problem(settings: dict[str, Any], path: str, message: str, remedy: str) -> None:
    problems = problems_of(settings)
    assert path in problems, list(problems)
    assert message in problems[path].message
    assert remedy in problems[path].remedy


def test_a_missing_subnet_is_reported_with_the_existing_ones() -> None:
    settings = small()
    facts = small_facts(settings)
    settings["consumers"]["analytics"]["subnet_id"] = subnet_id("analytics", subnet="client")
    problem = only_problem(settings, facts)
    assert problem.path == "consumers.analytics.subnet_id"
    assert "is not in its network; the subnets there: clients" in problem.message
    assert problem.value == subnet_id("analytics", subnet="client")


def test_a_nat_subnet_in_the_settings_is_checked() -> None:
    nat_subnet_id = subnet_id("nat", OWNER)
    settings = small_with_cluster(nat={"subnet_id": nat_subnet_id})
    facts = with_subnet(
        small_facts(settings), nat_subnet_id, SubnetFacts(service_policies_enabled=True, delegated_to=None)
    )
    problem = only_problem(settings, facts)
    assert (problem.path, problem.value) == ("clusters.myadx.nat.subnet_id", nat_subnet_id)


def test_a_nat_subnet_that_no_service_uses_is_not_checked() -> None:
    """Services that were created by hand keep their own subnet, so the cluster's subnet does not matter."""
    keep = {"keep": ["nat_addresses"]}
    facts = with_subnet(small_facts(), NAT, SubnetFacts(service_policies_enabled=True, delegated_to=None))
    assert problems_of(small_with_cluster(services={"engine": keep, "ingestion": keep}), facts) == {}
    assert set(problems_of(small_with_cluster(services={"engine": keep}), facts)) == {"clusters.myadx.nat.subnet_id"}


def test_the_clusters_subnet_may_be_delegated_to_the_cluster() -> None:
    """Azure requires this delegation and still accepts NAT addresses in the subnet."""
    delegated = SubnetFacts(service_policies_enabled=False, delegated_to="Microsoft.Kusto/clusters")
    assert problems_of(small(), with_subnet(small_facts(), NAT, delegated)) == {}


def test_all_problems_are_reported_at_once() -> None:
    settings = {
        "clusters": {"one": cluster("one", visibility=[OWNER]), "two": cluster("two")},
        "consumers": {"analytics": consumer("analytics", clusters=["one", "two", "three"])},
    }
    facts = with_balancer(with_cluster(small_facts(settings), "two", NOT_FOUND), "one", "ingestion", FORBIDDEN)
    assert set(problems_of(settings, facts)) == {
        "consumers.analytics.clusters.2",
        "clusters.one.visibility",
        "clusters.one.services.ingestion.load_balancer",
        "clusters.two.id",
    }


def test_paths_begin_with_the_configurations_namespace() -> None:
    with pytest.raises(SettingsError) as raised:
        plan(parse(small()), with_cluster(small_facts(), "myadx", NOT_FOUND), prefix="adx-private-link:")
    assert [problem.path for problem in raised.value.problems] == ["adx-private-link:clusters.myadx.id"]


# Two settings for one object in Azure


def test_one_cluster_under_two_keys_is_a_problem() -> None:
    """Two keys of one cluster would publish one frontend twice and write its records twice."""
    settings = {
        "clusters": {"one": cluster("myadx"), "two": {"id": cluster_id("myadx").upper()}},
        "consumers": {"analytics": consumer("analytics")},
    }
    problems = problems_of(settings, expected_facts(parse(settings)))
    assert list(problems) == ["clusters.two.id"], "the settings contain no frontend"
    assert problems["clusters.two.id"].message.startswith("is the cluster of clusters.one as well; Azure accepts one")


def test_two_consumers_of_one_zone_are_one_problem() -> None:
    """A problem per record would be two per cluster."""
    settings = small_with_consumers(
        consumer("first"),
        consumer("second", dns={"resource_group": "first"}),
        one=cluster("one"),
        two=cluster("two"),
    )
    problems = problems_of(settings)
    assert list(problems) == ["consumers.second.dns"]
    assert problems["consumers.second.dns"].message.endswith(
        "the records of one.westus.kusto.windows.net, ingest-one.westus.kusto.windows.net and 2 more"
    )


def test_two_clusters_with_the_same_record_are_a_problem() -> None:
    """The engine of `ingest-one` has the host name of `one`'s ingestion."""
    settings = {
        "clusters": {"one": cluster("one"), "two": cluster("ingest-one")},
        "consumers": {"analytics": consumer("analytics")},
    }
    problems = problems_of(settings)
    assert any("ingest-one.westus" in problem.message for problem in problems.values()), list(problems)


def test_two_links_of_a_shared_zone_with_one_derived_name_are_a_problem() -> None:
    """`a-b` + `c` and `a` + `b-c` are both `a-b-c`, while the records of the two consumers differ."""
    settings = small_with_consumers({}, {}, one=cluster("one"), two=cluster("two"))
    settings["consumers"] = {
        "a-b": consumer("first", clusters=["one"], dns={"resource_group": "dns", "links": {"c": {}}}),
        "a": consumer("second", clusters=["two"], dns={"resource_group": "dns", "links": {"b-c": {}}}),
    }
    assert set(problems_of(settings)) == {"consumers.a-b.dns.links.c.name"}


def test_two_links_with_one_name_in_the_settings_are_a_problem() -> None:
    links = {"a": {"name": "link"}, "b": {"name": "LINK", "network_id": network_id("other")}}
    assert set(problems_of(small_with_consumer(dns={"links": links}))) == {"consumers.analytics.dns.links.b.name"}


@pytest.mark.parametrize(
    ("clusters", "consumers"),
    [
        pytest.param(("a-engine-b", "a"), ("c", "b-engine-c"), id="words that contain a role"),
        pytest.param(("a", "A"), ("c", "d"), id="upper and lower case"),
    ],
)
def test_approvals_of_two_endpoints_never_share_a_name(clusters: tuple[str, str], consumers: tuple[str, str]) -> None:
    """
    A second deployment of the same name would overwrite the first and leave one approval for two endpoints.

    The endpoints' names differ here (in the settings or by resource group); a deployment's name is always derived.
    """
    first, second = clusters
    endpoints: dict[str, Any] = {first: {"engine": {"name": "pe-1"}, "ingestion": {"name": "pe-2"}}}
    settings = {
        "clusters": {
            first: cluster("one", services={"engine": {"name": "pls-1"}, "ingestion": {"name": "pls-2"}}),
            second: cluster("two"),
        },
        "consumers": {
            consumers[0]: consumer("n1", clusters=[first], endpoints=endpoints),
            consumers[1]: consumer("n2", clusters=[second]),
        },
    }
    if first.lower() == second.lower():
        settings["consumers"] = {"c": consumer("n1", endpoints=endpoints)}
    if problems_of(settings):
        return  # A problem before the update is as good.
    nodes = [endpoint for node in plan_settings(settings).clusters.values() for endpoint in node.endpoints]
    approvals = [endpoint.approval.name.lower() for endpoint in nodes if endpoint.approval]
    assert len(set(approvals)) == len(nodes) == 4


def test_zones_in_similar_subscriptions_are_two() -> None:
    """Subscription ids may begin with the same eight digits, and the zones are still different objects."""
    settings = small_with_consumers(
        consumer("first", dns={"resource_group": "dns", "subscription": ELSEWHERE}),
        consumer("second", dns={"resource_group": "dns", "subscription": f"{ELSEWHERE[:-1]}4"}),
    )
    if "consumers.second.dns.subscription" in problems_of(settings):
        return  # A problem before the update is as good.
    assert {zone.subscription for zone in plan_settings(settings).zones.values()} == {ELSEWHERE, f"{ELSEWHERE[:-1]}4"}


def test_a_nat_subnet_in_another_region_is_a_problem() -> None:
    """Azure rejects it in the middle of a deployment (InvalidResourceReference)."""
    facts = small_facts()
    network = SubnetId.parse(NAT).network.key
    elsewhere = NetworkFacts("eastus", {"adx": SubnetFacts(service_policies_enabled=False, delegated_to=None)})
    facts = replace(facts, networks={**facts.networks, network: elsewhere})
    assert only_problem(small(), facts).path == "clusters.myadx.nat.subnet_id"


def test_a_missing_resource_group_is_a_problem() -> None:
    """Azure rejects a misspelt name only after half of the graph is created."""
    facts = replace(small_facts(), lost_groups={(GUEST, "analytics"): NOT_FOUND})
    problem = only_problem(small(), facts)
    assert (problem.path, problem.value) == ("consumers.analytics.dns.resource_group", "analytics")


def test_the_remedy_for_two_consumers_of_one_network_does_not_lead_to_another_problem() -> None:
    """Separate zones would not help, because Azure links a network to only one zone of a name."""
    first, second = consumer("one"), consumer("one")
    second["dns"] = {**second["dns"], "links": {}}
    settings = {**small(), "consumers": {"first": first, "second": second}}
    remedies = {problem.remedy for problem in problems_of(settings).values()}
    assert all("resource_group" not in remedy for remedy in remedies), remedies
    assert any("clients of one network share its endpoints" in remedy for remedy in remedies), remedies


def test_a_link_of_a_public_domains_zone_has_no_policy() -> None:
    """Azure rejects every resolution policy there (Azure-Landing-Zones#4088)."""
    [zone] = plan_settings(small_with_cluster(zone="westus.kusto.windows.net")).zones.values()
    assert [(link.resolution_policy, link.after_records) for link in zone.links] == [(None, True)]
    [zone] = plan_settings(small_with_cluster()).zones.values()
    assert [(link.resolution_policy, link.after_records) for link in zone.links] == [("NxDomainRedirect", False)]
