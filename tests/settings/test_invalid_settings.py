"""Invalid settings: the path, value and remedy of every problem."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.errors import SettingsError
from adx_private_link.program import parse

from ..samples.building import (
    WrittenSettings,
    cluster,
    cluster_id,
    network_id,
    small,
    subnet_id,
)
from ..samples.smallest import small_with_cluster, small_with_consumer
from .parsing import only_parse_problem, parse_problems

# Invalid settings: settings, path, message, remedy.
INVALID: dict[str, tuple[WrittenSettings, str, str, str]] = {
    "no clusters": ({"consumers": {}}, "clusters", "is missing", "write it: the clusters to publish, by a key"),
    "no consumers": ({"clusters": small()["clusters"]}, "consumers", "is missing", "`{}` for services alone"),
    "an empty stack": (
        {"clusters": {}, "consumers": {}},
        "clusters",
        "is missing",
        "or `hand_overs` for those of others",
    ),
    "no cluster id": (
        {**small(), "clusters": {"myadx": {}}},
        "clusters.myadx.id",
        "is missing",
        "write the resource id of the cluster, or the facts of an injected one under `described`",
    ),
    "no subnet": (
        {**small(), "consumers": {"analytics": {"dns": {"resource_group": "dns"}}}},
        "consumers.analytics.subnet_id",
        "is missing",
        "Subnet of the private endpoints",
    ),
    "no dns": (
        {**small(), "consumers": {"analytics": {"subnet_id": subnet_id("analytics")}}},
        "consumers.analytics.dns",
        "is missing",
        "Where clients find the names of the clusters",
    ),
    "no zone's group": (
        {**small(), "consumers": {"analytics": {"subnet_id": subnet_id("analytics"), "dns": {}}}},
        "consumers.analytics.dns",
        "names no private DNS zone",
        "write `resource_group` for zones that this stack creates, `zones_in` or `zone_ids` for existing ones",
    ),
    "a misspelt setting": (
        small_with_cluster(visibilty=[]),
        "clusters.myadx.visibilty",
        "is not a setting",
        "did you mean `visibility`? Known: auto_approval, described, diagnostics, formerly, id",
    ),
    "a misspelt setting at the top": (
        {**small(), "consumer": {}},
        "consumer",
        "is not a setting",
        "did you mean `consumers`? Known: alerts, clusters, consumers, external_consumers, hand_overs",
    ),
    "a misspelt setting of a link": (
        small_with_consumer(dns={"links": {"own": {"policy": "Default"}}}),
        "consumers.analytics.dns.links.own.policy",
        "is not a setting",
        "Known: name, network_id, resolution_policy",
    ),
    "a misspelt setting of a service": (
        small_with_cluster(services={"engine": {"frontends": "fe"}}),
        "clusters.myadx.services.engine.frontends",
        "is not a setting",
        "did you mean `frontend`?",
    ),
    "an id of another type": (
        small_with_consumer(subnet_id=network_id("analytics")),
        "consumers.analytics.subnet_id",
        "is not the resource id of a subnet",
        "virtualNetworks/<network>/subnets/<subnet>",
    ),
    "an id that is a number": (
        small_with_cluster(id=17),
        "clusters.myadx.id",
        "is not the resource id of an Azure Data Explorer cluster",
        "Microsoft.Kusto/clusters/<cluster>",
    ),
    "a name with a slash for a load balancer": (
        small_with_cluster(services={"engine": {"load_balancer": "adx/kucompute"}}),
        "clusters.myadx.services.engine.load_balancer",
        "is not the resource id of a load balancer",
        "loadBalancers/<load balancer>",
    ),
    "a name for a load balancer": (
        small_with_cluster(services={"engine": {"load_balancer": "-elb"}}),
        "clusters.myadx.services.engine.load_balancer",
        "is not a name that Azure accepts",
        "write 1 to 80",
    ),
    "a number for a load balancer": (
        small_with_cluster(services={"engine": {"load_balancer": 7}}),
        "clusters.myadx.services.engine.load_balancer",
        "is not the resource id of a load balancer",
        "/providers/Microsoft.Network/loadBalancers/<load balancer>",
    ),
    "no NAT address": (
        small_with_cluster(nat={"addresses": 0}),
        "clusters.myadx.nat.addresses",
        "is too small",
        "write 1 or more",
    ),
    "nine NAT addresses": (
        small_with_cluster(nat={"addresses": 9}),
        "clusters.myadx.nat.addresses",
        "is too large",
        "write 8 or less",
    ),
    "no ttl": (
        small_with_consumer(dns={"ttl": 0}),
        "consumers.analytics.dns.ttl",
        "is too small",
        "write 1 or more",
    ),
    "a ttl beyond DNS": (
        small_with_consumer(dns={"ttl": 2**31}),
        "consumers.analytics.dns.ttl",
        "is too large",
        "write 2147483647 or less",
    ),
    "an unknown approval": (
        small_with_consumer(approval="manual"),
        "consumers.analytics.approval",
        "is not known",
        "Known: approve, auto, resource_id, elsewhere",
    ),
    "an unknown policy": (
        small_with_consumer(dns={"links": {"own": {"resolution_policy": "Redirect"}}}),
        "consumers.analytics.dns.links.own.resolution_policy",
        "is not known",
        "did you mean `NxDomainRedirect`? Known: NxDomainRedirect, Default",
    ),
    "an unknown role": (
        small_with_cluster(services={"storage": {}}),
        "clusters.myadx.services.storage",
        "is not known",
        "Known: engine, ingestion. Overrides of the private link services, by role",
    ),
    "a subscription's name": (
        small_with_cluster(visibility=["Production"]),
        "clusters.myadx.visibility.0",
        "is not a subscription id",
        "write a GUID such as",
    ),
    "a key with a dot": (
        {**small(), "clusters": {"my.adx": cluster("myadx")}},
        "clusters.my.adx",
        "is not a key",
        "write 1 to 40 letters",
    ),
    "a key of a link": (
        small_with_consumer(dns={"links": {"-": {}}}),
        "consumers.analytics.dns.links.-",
        "is not a key",
        "write 1 to 40 letters",
    ),
    "a resource group": (
        small_with_cluster(resource_group="adx."),
        "clusters.myadx.resource_group",
        "is not the name of a resource group",
        "without a `.` at the end",
    ),
    "a name": (
        small_with_consumer(endpoints={"myadx": {"engine": {"name": "pe_"}}, "other": {"engine": {"name": "pe-"}}}),
        "consumers.analytics.endpoints.other.engine.name",
        "is not the name of a private endpoint",
        "write 2 to 64",
    ),
    "a zone that is too long": (
        small_with_cluster(zone=".".join(["a" * 63] * 4)),
        "clusters.myadx.zone",
        "is too long",
        "write at most 253 characters",
    ),
    "a name of one letter": (
        small_with_consumer(endpoints={"myadx": {"engine": {"name": "p"}}}),
        "consumers.analytics.endpoints.myadx.engine.name",
        "is not the name of a private endpoint",
        "write 2 to 64",
    ),
    "a long message": (
        small_with_consumer(request_message="x" * 141),
        "consumers.analytics.request_message",
        "is too long",
        "write at most 140 characters",
    ),
    "a tag that is not text": (
        small_with_cluster(tags={"cost": 5}),
        "clusters.myadx.tags.cost",
        "is not text",
        "write text; put quotes around text that looks like a number",
    ),
    "a tag that Azure rejects": (
        small_with_cluster(tags={"cost/center": "5"}),
        "clusters.myadx.tags.cost/center",
        "has characters that Azure does not take",
        "write it without `<`",
    ),
    "a tag that Azure DNS drops": (
        small_with_consumer(dns={"tags": {"cost center": "5"}}),
        "consumers.analytics.dns.tags.cost center",
        "is not the name of a tag that Azure DNS stores",
        "with a letter first",
    ),
    "too many tags for Azure DNS": (
        small_with_consumer(dns={"tags": {f"tag{number}": "x" for number in range(16)}}),
        "consumers.analytics.dns.tags",
        "has 16 tags; Azure takes 15 on a private DNS zone",
        "remove some",
    ),
    "a number that is text": (
        small_with_consumer(dns={"ttl": "300"}),
        "consumers.analytics.dns.ttl",
        "is not a whole number",
        "write it in digits, without quotes",
    ),
    "a word for a list": (
        small_with_cluster(roles="engine"),
        "clusters.myadx.roles",
        "is not a list",
        "brackets: [engine]",
    ),
    "a word of another spelling": (
        small_with_consumer(approval="Auto"),
        "consumers.analytics.approval",
        "is not known",
        "did you mean `auto`?",
    ),
    "a setting in capitals": (
        small_with_cluster(LOCK=True),
        "clusters.myadx.LOCK",
        "is not a setting",
        "did you mean `lock`?",
    ),
    "a role without its cluster": (
        small_with_consumer(endpoints={"engine": {"address": "10.1.0.9"}}),
        "consumers.analytics.endpoints.engine.address",
        "is not known",
        "Known: engine, ingestion, cluster. Overrides of the private endpoints, by cluster key and target.",
    ),
    "a subscription's name in an id": (
        small_with_cluster(id=cluster_id("myadx", "production")),
        "clusters.myadx.id",
        "has `production` behind /subscriptions/, which is not a subscription id",
        "write the subscription's GUID",
    ),
    "a list of clusters": (
        {**small(), "clusters": [cluster("myadx")]},
        "clusters",
        "is not a mapping",
        "each indented: The clusters to publish, by a key",
    ),
    "a cluster that is its id": (
        {**small(), "clusters": {"myadx": cluster_id("myadx")}},
        "clusters.myadx",
        "is not a mapping",
        "each indented: id, described",
    ),
}


@pytest.mark.parametrize(("settings", "path", "message", "remedy"), INVALID.values(), ids=INVALID.keys())
def test_an_invalid_setting_is_reported_once_with_its_remedy(
    settings: WrittenSettings, path: str, message: str, remedy: str
) -> None:
    problem = only_parse_problem(settings)
    assert problem.path == path
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_problem_has_the_value() -> None:
    assert only_parse_problem(small_with_cluster(id="myadx")).value == "myadx"
    assert "clusters.myadx.id = 'myadx'\n" in str(only_parse_problem(small_with_cluster(id="myadx")))


def test_all_problems_are_reported_at_once() -> None:
    """A pull request would otherwise need a run for every line to correct."""
    settings: dict[str, Any] = {
        "clusters": {"myadx": {"id": "myadx", "nat": {"addresses": 9}, "colour": "red"}},
        "consumers": {"analytics": {"approval": "manual", "dns": {}}},
        "hand_overs": {"theirs": {}, "ours": {"inline": {"version": 3}}},
        "external_consumers": {"partner": {"subscription": "Partner"}},
        "zone": {},
    }
    assert {problem.path for problem in parse_problems(settings)} == {
        "clusters.myadx.id",
        "clusters.myadx.nat.addresses",
        "clusters.myadx.colour",
        "consumers.analytics.subnet_id",
        "consumers.analytics.approval",
        "consumers.analytics.dns",
        "hand_overs.theirs",
        "hand_overs.ours.inline.version",
        "hand_overs.ours.inline.location",
        "hand_overs.ours.inline.zone",
        "hand_overs.ours.inline.request_message",
        "external_consumers.partner.subscription",
        "zone",
    }


def test_the_message_lists_every_problem_and_says_that_nothing_happened() -> None:
    with pytest.raises(SettingsError) as raised:
        parse({"clusters": {"myadx": {"id": "myadx"}}}, prefix="adx-private-link:")
    text = str(raised.value)
    assert text.startswith("2 problems in the settings of adx-private-link; nothing was changed.")
    assert "adx-private-link:clusters.myadx.id = 'myadx'" in text
    assert "adx-private-link:consumers\n" in text
    assert "Traceback" not in text


def test_one_problem_is_counted_in_the_singular() -> None:
    with pytest.raises(SettingsError, match=r"^1 problem in the settings"):
        parse({"clusters": small()["clusters"]})
