"""
What Azure would refuse in the middle of a deployment is refused before it starts.

Each test is one conflict: where it is told, what is said, and what to write instead.
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
    cluster_facts,
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
    given_cluster,
    given_consumer,
    given_two,
    small_facts,
)

# One object of Azure is not as it should be. (what Azure tells, path, message, remedy)
AZURE: dict[str, tuple[Callable[[], Facts], str, str, str]] = {
    "the cluster is not there": (
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
    "the cluster is not injected": (
        lambda: with_cluster(small_facts(), "myadx", replace(cluster_facts(small_facts(), "myadx"), subnet_id=None)),
        "clusters.myadx.id",
        "not injected in a virtual network",
        "a private endpoint of the cluster itself (groupId `cluster`)",
    ),
    "the load balancer is not there": (
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
    "the NAT subnet guards itself": (
        lambda: with_subnet(small_facts(), NAT, SubnetFacts(service_policies_enabled=True, delegated_to=None)),
        "clusters.myadx.nat.subnet_id",
        "network policies enabled",
        f"az network vnet subnet update --ids {NAT} --disable-private-link-service-network-policies true",
    ),
    "the NAT subnet's network is not there": (
        lambda: with_network(small_facts(), network_id("myadx", OWNER, "adx"), NOT_FOUND),
        "clusters.myadx.nat.subnet_id",
        "does not exist in Azure (its virtual network)",
        "must exist before the update",
    ),
    "the consumer's network is not there": (
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
def test_azure_is_not_as_it_should_be(facts: Callable[[], Facts], path: str, message: str, remedy: str) -> None:
    problem = only_problem(small(), facts())
    assert (problem.path, message in problem.message, remedy in problem.remedy) == (path, True, True), str(problem)


# The settings contradict Azure or one another. (settings, path, message, remedy)
SETTINGS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a frontend that is not there": (
        given_cluster(services={"engine": {"frontend": "private"}}),
        "clusters.myadx.services.engine.frontend",
        "is not a frontend of /subscriptions/",
        "write one of its frontends: public",
    ),
    "an unknown cluster": (
        given_consumer(clusters=["myadx", "yours"]),
        "consumers.analytics.clusters.1",
        "is not the key of a cluster",
        "write one of: myadx",
    ),
    "overrides for an unknown cluster": (
        given_consumer(endpoints={"yours": {"engine": {"name": "pe-1"}}}),
        "consumers.analytics.endpoints.yours",
        "is not the key of a cluster",
        "write one of: myadx",
    ),
    "visibility without a consumer": (
        given_cluster(visibility=[OWNER]),
        "clusters.myadx.visibility",
        f"lacks subscription {GUEST}; a consumer of this cluster lies in it",
        "add it, or leave the setting out",
    ),
    "visibility without one that is trusted": (
        given_cluster(visibility=[GUEST], auto_approval=[OWNER]),
        "clusters.myadx.visibility",
        f"lacks subscription {OWNER}; auto_approval names it",
        "add it",
    ),
    "auto_approval without a consumer that counts on it": (
        {
            "clusters": {"myadx": cluster("myadx", auto_approval=[])},
            "consumers": {"analytics": consumer("analytics", approval="auto")},
        },
        "clusters.myadx.auto_approval",
        f"lacks subscription {GUEST}; a consumer with `approval: auto` lies in it",
        "add it, or leave the setting out",
    ),
    "more consumers' subscriptions than Azure takes": (
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
        given_consumer(endpoints={"myadx": {"engine": {"name": "x" * 65}}}),
        "consumers.analytics.endpoints.myadx.engine.name",
        "65 characters long; Azure accepts 64",
        "write a shorter one",
    ),
    "a policy that Azure takes in privatelink zones only": (
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
        given_consumer(endpoints={"myadx": {"engine": {"name": "pe-own"}, "ingestion": {"name": "PE-Own"}}}),
        "consumers.analytics.endpoints.myadx.ingestion.name",
        (
            f"is the name of another private endpoint in /subscriptions/{GUEST}/resourceGroups/analytics: "
            "consumers.analytics.endpoints.myadx.engine.name"
        ),
        "another name",
    ),
    "one name for two services": (
        given_cluster(services={"engine": {"name": "pls"}, "ingestion": {"name": "PLS"}}),
        "clusters.myadx.services.ingestion.name",
        (
            f"is the name of another private link service in /subscriptions/{OWNER}/resourceGroups/adx: "
            "clusters.myadx.services.engine.name"
        ),
        "another name",
    ),
    "two consumers write one record": (
        given_two(
            consumer("first"), consumer("second", subnet_id=subnet_id("second"), dns={"resource_group": "FIRST"})
        ),
        "consumers.second.dns",
        "is the zone of consumers.first as well, and both would write the records of myadx.westus",
        "give each its own `resource_group`",
    ),
    "two zones of one name for a network": (
        given_two(
            consumer("first"),
            consumer("second", dns={"links": {"other": {"network_id": network_id("first").upper()}}}),
        ),
        "consumers.second.dns.links.other",
        "links a network that consumers.first.dns.links.own links to another zone of the same name",
        "remove one of the two",
    ),
    "two links of a network to one zone": (
        given_consumer(dns={"links": {"a": {}, "b": {"network_id": network_id("analytics")}}}),
        "consumers.analytics.dns.links.b",
        "links a network that consumers.analytics.dns.links.a links to the same zone",
        "remove one of the two",
    ),
}


@pytest.mark.parametrize(("given", "path", "message", "remedy"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings_contradict_azure_or_one_another(given: dict[str, Any], path: str, message: str, remedy: str) -> None:
    found = problems_of(given)
    assert path in found, list(found)
    assert message in found[path].message
    assert remedy in found[path].remedy


def test_a_subnet_that_is_not_in_its_network() -> None:
    given = small()
    facts = small_facts(given)
    given["consumers"]["analytics"]["subnet_id"] = subnet_id("analytics", subnet="client")
    problem = only_problem(given, facts)
    assert problem.path == "consumers.analytics.subnet_id"
    assert "is not in its network; the subnets there: clients" in problem.message
    assert problem.value == subnet_id("analytics", subnet="client")


def test_a_given_nat_subnet_is_checked_in_place_of_the_clusters_own() -> None:
    own = subnet_id("nat", OWNER)
    given = given_cluster(nat={"subnet_id": own})
    facts = with_subnet(small_facts(given), own, SubnetFacts(service_policies_enabled=True, delegated_to=None))
    problem = only_problem(given, facts)
    assert (problem.path, problem.value) == ("clusters.myadx.nat.subnet_id", own)


def test_a_subnet_that_no_service_takes_is_not_looked_at() -> None:
    """Services that were made by hand keep theirs; the cluster's own may be as it is."""
    keep = {"keep": ["nat_addresses"]}
    facts = with_subnet(small_facts(), NAT, SubnetFacts(service_policies_enabled=True, delegated_to=None))
    assert problems_of(given_cluster(services={"engine": keep, "ingestion": keep}), facts) == {}
    assert set(problems_of(given_cluster(services={"engine": keep}), facts)) == {"clusters.myadx.nat.subnet_id"}


def test_the_clusters_subnet_may_be_delegated_to_the_cluster() -> None:
    """Azure wants the delegation of the cluster's subnet; NAT addresses live in it all the same."""
    delegated = SubnetFacts(service_policies_enabled=False, delegated_to="Microsoft.Kusto/clusters")
    assert problems_of(small(), with_subnet(small_facts(), NAT, delegated)) == {}


def test_everything_is_told_at_once() -> None:
    given = {
        "clusters": {"one": cluster("one", visibility=[OWNER]), "two": cluster("two")},
        "consumers": {"analytics": consumer("analytics", clusters=["one", "two", "three"])},
    }
    facts = with_balancer(with_cluster(small_facts(given), "two", NOT_FOUND), "one", "ingestion", FORBIDDEN)
    assert set(problems_of(given, facts)) == {
        "consumers.analytics.clusters.2",
        "clusters.one.visibility",
        "clusters.one.services.ingestion.load_balancer",
        "clusters.two.id",
    }


def test_paths_begin_as_the_configuration_does() -> None:
    with pytest.raises(SettingsError) as raised:
        plan(parse(small()), with_cluster(small_facts(), "myadx", NOT_FOUND), prefix="adx-private-link:")
    assert [each.path for each in raised.value.problems] == ["adx-private-link:clusters.myadx.id"]


# One object of Azure twice


def test_one_cluster_under_two_keys() -> None:
    """Two keys of one cluster would publish one frontend twice and write its records twice."""
    given = {
        "clusters": {"one": cluster("myadx"), "two": {"id": cluster_id("myadx").upper()}},
        "consumers": {"analytics": consumer("analytics")},
    }
    found = problems_of(given, expected_facts(parse(given)))
    assert list(found) == ["clusters.two.id"], "nobody wrote a frontend"
    assert found["clusters.two.id"].message.startswith("is the cluster of clusters.one as well; Azure accepts one")


def test_consumers_of_one_zone_are_told_once() -> None:
    """Each cluster has two records, and there are as many as there are clusters."""
    given = given_two(
        consumer("first"),
        consumer("second", dns={"resource_group": "first"}),
        one=cluster("one"),
        two=cluster("two"),
    )
    found = problems_of(given)
    assert list(found) == ["consumers.second.dns"]
    assert found["consumers.second.dns"].message.endswith(
        "the records of one.westus.kusto.windows.net, ingest-one.westus.kusto.windows.net and 2 more"
    )


def test_two_clusters_that_write_one_record_for_one_consumer() -> None:
    """`ingest-one`'s engine has the host name of `one`'s ingestion."""
    given = {
        "clusters": {"one": cluster("one"), "two": cluster("ingest-one")},
        "consumers": {"analytics": consumer("analytics")},
    }
    found = problems_of(given)
    assert any("ingest-one.westus" in each.message for each in found.values()), list(found)


def test_link_names_meet_where_consumers_share_a_zone() -> None:
    """`a-b` + `c` and `a` + `b-c` are both `a-b-c`; each consumer reaches another cluster, so the records differ."""
    given = given_two({}, {}, one=cluster("one"), two=cluster("two"))
    given["consumers"] = {
        "a-b": consumer("first", clusters=["one"], dns={"resource_group": "dns", "links": {"c": {}}}),
        "a": consumer("second", clusters=["two"], dns={"resource_group": "dns", "links": {"b-c": {}}}),
    }
    assert set(problems_of(given)) == {"consumers.a-b.dns.links.c.name"}


def test_a_link_name_given_twice() -> None:
    links = {"a": {"name": "link"}, "b": {"name": "LINK", "network_id": network_id("other")}}
    assert set(problems_of(given_consumer(dns={"links": links}))) == {"consumers.analytics.dns.links.b.name"}


@pytest.mark.parametrize(
    ("clusters", "consumers"),
    [
        pytest.param(("a-engine-b", "a"), ("c", "b-engine-c"), id="words that contain a role"),
        pytest.param(("a", "A"), ("c", "d"), id="upper and lower case"),
    ],
)
def test_approvals_of_two_endpoints_never_share_a_name(clusters: tuple[str, str], consumers: tuple[str, str]) -> None:
    """
    A second deployment of a name would overwrite the first: one approval for two endpoints.

    The endpoints have names of their own here (given, or in another group); a deployment's name cannot be given.
    """
    first, second = clusters
    own: dict[str, Any] = {first: {"engine": {"name": "pe-1"}, "ingestion": {"name": "pe-2"}}}
    given = {
        "clusters": {
            first: cluster("one", services={"engine": {"name": "pls-1"}, "ingestion": {"name": "pls-2"}}),
            second: cluster("two"),
        },
        "consumers": {
            consumers[0]: consumer("n1", clusters=[first], endpoints=own),
            consumers[1]: consumer("n2", clusters=[second]),
        },
    }
    if first.lower() == second.lower():
        given["consumers"] = {"c": consumer("n1", endpoints=own)}
    if problems_of(given):
        return  # told before anything happens, which is as good
    nodes = [each for node in plan_settings(given).clusters.values() for each in node.endpoints]
    approvals = [each.approval.name.lower() for each in nodes if each.approval]
    assert len(set(approvals)) == len(nodes) == 4


def test_zones_of_alike_subscriptions_are_two() -> None:
    """Subscriptions may begin with the same eight digits; the zones are different objects all the same."""
    given = given_two(
        consumer("first", dns={"resource_group": "dns", "subscription": ELSEWHERE}),
        consumer("second", dns={"resource_group": "dns", "subscription": f"{ELSEWHERE[:-1]}4"}),
    )
    if "consumers.second.dns.subscription" in problems_of(given):
        return  # told before anything happens, which is as good
    assert {each.subscription for each in plan_settings(given).zones.values()} == {ELSEWHERE, f"{ELSEWHERE[:-1]}4"}


def test_a_nat_subnet_of_another_region() -> None:
    """Azure answers InvalidResourceReference in the middle of a deployment."""
    facts = small_facts()
    network = SubnetId.parse(NAT).network.key
    elsewhere = NetworkFacts("eastus", {"adx": SubnetFacts(service_policies_enabled=False, delegated_to=None)})
    facts = replace(facts, networks={**facts.networks, network: elsewhere})
    assert only_problem(small(), facts).path == "clusters.myadx.nat.subnet_id"


def test_a_resource_group_that_is_not_there() -> None:
    """A typing error in a name; Azure tells it when half of the graph is made."""
    facts = replace(small_facts(), lost_groups={(GUEST, "analytics"): NOT_FOUND})
    problem = only_problem(small(), facts)
    assert (problem.path, problem.value) == ("consumers.analytics.dns.resource_group", "analytics")


def test_two_consumers_of_one_network_are_not_sent_from_one_refusal_to_the_next() -> None:
    """Zones of their own would not help them: Azure links their network to one zone of a name only."""
    first, second = consumer("one"), consumer("one")
    second["dns"] = {**second["dns"], "links": {}}
    given = {**small(), "consumers": {"first": first, "second": second}}
    remedies = {each.remedy for each in problems_of(given).values()}
    assert all("resource_group" not in each for each in remedies), remedies
    assert any("clients of one network share its endpoints" in each for each in remedies), remedies


def test_a_link_of_another_zone_has_no_policy() -> None:
    """Azure rejects any (Azure-Landing-Zones#4088): a zone of the public domain could not be linked at all."""
    [zone] = plan_settings(given_cluster(zone="westus.kusto.windows.net")).zones.values()
    assert [(link.resolution_policy, link.after_records) for link in zone.links] == [(None, True)]
    [zone] = plan_settings(given_cluster()).zones.values()
    assert [(link.resolution_policy, link.after_records) for link in zone.links] == [("NxDomainRedirect", False)]
