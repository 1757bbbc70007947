"""Valid settings: their defaults, and the facts that are derived from them."""

from __future__ import annotations

import inspect

import pytest
from pydantic import BaseModel

from adx_private_link import settings as module
from adx_private_link.program import parse
from adx_private_link.settings import (
    ROLES,
    ClusterSettings,
    ConsumerSettings,
    DnsSettings,
    ExternalConsumerSettings,
    HandOver,
    Settings,
)

from ..samples.building import (
    ELSEWHERE,
    GUEST,
    OWNER,
    cluster,
    cluster_id,
    consumer,
    small,
    subnet_id,
)
from ..samples.smallest import small_with_cluster

MODELS = [model for _, model in inspect.getmembers(module, inspect.isclass) if issubclass(model, BaseModel)]


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
    assert {HandOver, ExternalConsumerSettings, DnsSettings} < set(MODELS)
    assert len(MODELS) >= 16
