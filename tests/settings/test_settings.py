"""Settings: valid ones, and the path, value and remedy of every problem."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from pydantic import BaseModel

from adx_private_link import settings as module
from adx_private_link.errors import SettingsError
from adx_private_link.problems import Problem
from adx_private_link.program import parse
from adx_private_link.settings import (
    ROLES,
    ClusterSettings,
    ConsumerSettings,
    DnsSettings,
    ExistingZones,
    ExternalConsumerSettings,
    HandOver,
    Settings,
)

from ..samples.building import (
    ELSEWHERE,
    GUEST,
    OWNER,
    Given,
    cluster,
    cluster_id,
    consumer,
    network_id,
    small,
    subnet_id,
)
from ..samples.smallest import small_with_cluster, small_with_consumer

MODELS = [model for _, model in inspect.getmembers(module, inspect.isclass) if issubclass(model, BaseModel)]


def _problems(settings: Given, prefix: str = "") -> list[Problem]:
    with pytest.raises(SettingsError) as raised:
        parse(settings, prefix)
    return list(raised.value.problems)


def _only_problem(settings: Given) -> Problem:
    [problem] = _problems(settings)
    return problem


# Invalid settings: settings, path, message, remedy.
WRONG: dict[str, tuple[Given, str, str, str]] = {
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
        "write the resource id of the cluster, or its facts under `described`",
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
        "Where clients find the cluster's names",
    ),
    "no zone's group": (
        {**small(), "consumers": {"analytics": {"subnet_id": subnet_id("analytics"), "dns": {}}}},
        "consumers.analytics.dns.resource_group",
        "is missing",
        "Resource group of the zone",
    ),
    "a misspelt setting": (
        small_with_cluster(visibilty=[]),
        "clusters.myadx.visibilty",
        "is not a setting",
        "did you mean `visibility`? Known: auto_approval, described, formerly, id, legacy_names",
    ),
    "a misspelt setting at the top": (
        {**small(), "consumer": {}},
        "consumer",
        "is not a setting",
        "did you mean `consumers`? Known: clusters, consumers, external_consumers, hand_overs",
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
        "Known: engine, ingestion. Overrides of the private endpoints, by cluster key and target.",
    ),
    "a subscription's name in an id": (
        small_with_cluster(id=cluster_id("myadx", "production")),
        "clusters.myadx.id",
        "has no subscription's id behind /subscriptions/",
        "write the GUID",
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


@pytest.mark.parametrize(("settings", "path", "message", "remedy"), WRONG.values(), ids=WRONG.keys())
def test_an_invalid_setting_is_reported_once_with_its_remedy(
    settings: Given, path: str, message: str, remedy: str
) -> None:
    problem = _only_problem(settings)
    assert problem.path == path
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_problem_has_the_value() -> None:
    assert _only_problem(small_with_cluster(id="myadx")).value == "myadx"
    assert "clusters.myadx.id = 'myadx'\n" in str(_only_problem(small_with_cluster(id="myadx")))


def test_all_problems_are_reported_at_once() -> None:
    """A pull request would otherwise need a run for every line to correct."""
    settings: dict[str, Any] = {
        "clusters": {"myadx": {"id": "myadx", "nat": {"addresses": 9}, "colour": "red"}},
        "consumers": {"analytics": {"approval": "manual", "dns": {}}},
        "hand_overs": {"theirs": {}, "ours": {"inline": {"version": 2}}},
        "external_consumers": {"partner": {"subscription": "Partner"}},
        "zones": {},
    }
    assert {problem.path for problem in _problems(settings)} == {
        "clusters.myadx.id",
        "clusters.myadx.nat.addresses",
        "clusters.myadx.colour",
        "consumers.analytics.subnet_id",
        "consumers.analytics.approval",
        "consumers.analytics.dns.resource_group",
        "hand_overs.theirs",
        "hand_overs.ours.inline.version",
        "hand_overs.ours.inline.location",
        "hand_overs.ours.inline.zone",
        "hand_overs.ours.inline.request_message",
        "hand_overs.ours.inline.services",
        "external_consumers.partner.subscription",
        "zones",
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


@pytest.mark.parametrize("key", ["myId", "engine", "id", "key", "name", "clusters"])
def test_a_key_keeps_its_place_in_the_path(key: str) -> None:
    """pydantic adds its own words to paths, and a key may be one of these words."""
    problem = _only_problem({**small(), "clusters": {key: {"id": "myadx"}}})
    assert problem.path == f"clusters.{key}.id"


@pytest.mark.parametrize("key", ["[x]", "[key]", "[id]"])
def test_a_key_in_brackets_keeps_its_place_in_the_path(key: str) -> None:
    """YAML accepts the key `"[x]":`, and its problem must name it."""
    assert [problem.path for problem in _problems({**small(), key: {}})] == [key]
    assert f"clusters.{key}" in [
        problem.path for problem in _problems({**small(), "clusters": {key: cluster("myadx")}})
    ]


@pytest.mark.parametrize("key", ["a", "A1", "a-b", "a_b", "x" * 40])
def test_short_plain_words_are_keys(key: str) -> None:
    assert parse({**small(), "clusters": {key: cluster("myadx")}}).clusters


@pytest.mark.parametrize("key", ["", "-a", "a-", "_a", "a b", "a.b", "a/b", "ä", "x" * 41, "a\n"])
def test_other_words_are_not_keys(key: str) -> None:
    """Pulumi's and Azure's names consist of keys that are joined by dots."""
    assert _only_problem({**small(), "clusters": {key: cluster("myadx")}}).message == "is not a key"


@pytest.mark.parametrize("name", ["a", "pe.a-b_", "x" * 80, "1"])
def test_names_that_azure_accepts_are_accepted(name: str) -> None:
    assert parse(small_with_cluster(services={"engine": {"name": name}}))


@pytest.mark.parametrize("name", ["", "-a", "a-", "a.", "_a", "x" * 81, "a b", "a\n"])
def test_names_that_azure_rejects_are_a_problem(name: str) -> None:
    assert (
        _only_problem(small_with_cluster(services={"engine": {"name": name}})).path
        == "clusters.myadx.services.engine.name"
    )


def test_names_with_other_letters_than_ascii_are_a_problem() -> None:
    problem = _only_problem(small_with_cluster(services={"engine": {"name": "pls-münchen"}}))
    assert problem.message == "is not a name that Azure accepts"


@pytest.mark.parametrize("name", ["kucompute-myadx-elb", None])
def test_a_load_balancer_may_be_named(name: str | None) -> None:
    assert parse(small_with_cluster(services={"engine": {"load_balancer": name}}))


def test_a_load_balancer_may_be_an_id_or_a_parsed_id() -> None:
    """Programs may pass models, whose parsed values are parsed again."""
    id = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network/loadBalancers/own"
    first = parse(small_with_cluster(services={"engine": {"load_balancer": id}}))
    service = first.clusters["myadx"].services["engine"]
    assert str(service.load_balancer) == id
    again = {"clusters": {"myadx": {"id": first.clusters["myadx"].id, "services": {"engine": service.model_dump()}}}}
    assert parse({**again, "consumers": {}}).clusters["myadx"].services["engine"] == service


def test_the_smallest_settings_have_these_defaults() -> None:
    settings = parse(small())
    cluster, consumer = settings.clusters["myadx"], settings.consumers["analytics"]
    assert isinstance(consumer.dns, DnsSettings)
    assert (settings.hand_overs, settings.external_consumers) == ({}, {})
    assert cluster == ClusterSettings.model_validate({"id": cluster_id("myadx")})
    assert (cluster.nat.addresses, cluster.nat.subnet_id) == (1, None)
    assert (cluster.visibility, cluster.auto_approval, cluster.zone, cluster.resource_group) == (None, None, None, None)
    assert (cluster.services, cluster.tags, consumer.endpoints, consumer.tags) == ({}, {}, {}, {})
    assert (cluster.roles, cluster.published, cluster.described, cluster.formerly) == (None, ROLES, None, None)
    assert (cluster.visible_to_all, cluster.legacy_names, cluster.lock, cluster.protect) == (False,) * 4
    assert (consumer.roles, consumer.formerly, consumer.application_security_groups) == (None, None, [])
    assert (consumer.clusters, consumer.approval, consumer.resource_group) == (None, "approve", None)
    assert consumer.request_message is None, (
        "the default is the message of the service's owner, or `Private access to …`"
    )
    assert (consumer.dns.ttl, consumer.dns.subscription, consumer.dns.lock, consumer.dns.protect) == (
        300,
        None,
        False,
        False,
    )
    assert list(consumer.dns.links) == ["own"]
    assert consumer.dns.links["own"].resolution_policy == "NxDomainRedirect"


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = parse(small())
    with pytest.raises(ValueError, match="frozen"):
        settings.consumers["analytics"].dns.ttl = 5  # pyright: ignore[reportAttributeAccessIssue]


def test_subscriptions_are_those_that_need_a_provider() -> None:
    """The program creates a provider for every one of them."""
    settings = parse(
        {
            "clusters": {
                "one": cluster("one", nat={"subnet_id": subnet_id("nat", "44444444-4444-4444-4444-444444444444")}),
                "two": {"id": cluster_id("two", "ABCDEFAB-0000-0000-0000-000000000000")},
            },
            "consumers": {"analytics": consumer("analytics", dns={"subscription": ELSEWHERE.upper()})},
        }
    )
    assert settings.subscriptions == [
        OWNER,
        GUEST,
        ELSEWHERE,
        "44444444-4444-4444-4444-444444444444",
        "abcdefab-0000-0000-0000-000000000000",
    ]


def test_a_load_balancer_is_read_in_its_own_subscription() -> None:
    """Without a provider there, the look-up would use the default provider's subscription."""
    id = f"/subscriptions/{ELSEWHERE}/resourceGroups/adx/providers/Microsoft.Network/loadBalancers/own"
    assert ELSEWHERE in parse(small_with_cluster(services={"engine": {"load_balancer": id}})).subscriptions


def test_consumers_connect_to_all_clusters_or_to_listed_ones() -> None:
    settings = parse(
        {
            "clusters": {"one": cluster("one"), "two": cluster("two")},
            "consumers": {
                "all": consumer("all"),
                "some": consumer("some", clusters=["two"]),
                "none": consumer("none", clusters=[]),
            },
        }
    )
    assert list(settings.consumers_of("one")) == ["all"]
    assert list(settings.consumers_of("two")) == ["all", "some"]


def test_models_of_settings_are_accepted() -> None:
    """A program may pass models as its arguments."""
    settings = parse(small())
    assert parse({"clusters": settings.clusters, "consumers": settings.consumers}) == settings


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_setting_has_a_description(model: type[BaseModel]) -> None:
    """Remedies and the settings page are made from the descriptions."""
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name}"


def test_these_tests_find_the_models() -> None:
    assert {Settings, ClusterSettings, ConsumerSettings} < set(MODELS)
    assert {HandOver, ExternalConsumerSettings, ExistingZones} < set(MODELS)
    assert len(MODELS) >= 16
