"""How the provider starts: what it demands of the engine and of the configuration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .engine import Engine, served
from .places import CONSUMER_SUBSCRIPTION, Cloud

NO_SUBSCRIPTION = (
    "A Subscription ID must be configured when authenticating as a Service Principal using a Client Secret."
)


@pytest.fixture
def fresh(cloud: Cloud) -> Iterator[Engine]:
    with served(cloud.azure) as engine:
        yield engine


@pytest.mark.parametrize("missing", ["sends_old", "sends_old_to_delete"])
def test_old_engines_are_refused(fresh: Engine, missing: str) -> None:
    sends = {"sends_old": True, "sends_old_to_delete": True, missing: False}
    with fresh.refused("Azure Native provider requires Pulumi CLI v3.74.0 or later"):
        fresh.configure(sends_old=sends["sends_old"], sends_old_to_delete=sends["sends_old_to_delete"])


def test_a_subscription_is_needed(fresh: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID", raising=False)
    with fresh.refused(NO_SUBSCRIPTION):
        fresh.configure(subscriptionId="")


def test_the_subscription_may_come_from_the_environment(fresh: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", "from-environment")
    fresh.configure(subscriptionId="")
    assert fresh.invoke("authorization:getClientConfig")["subscriptionId"] == "from-environment"


def test_it_says_what_it_can_and_nothing_more(fresh: Engine) -> None:
    """With acceptSecrets the engine would send values in wrappers that Azure never saw."""
    said = {each.name for each, _ in fresh.configure().ListFields()}
    assert said == {"supportsPreview", "supports_autonaming_configuration"}


def test_it_is_the_version_that_the_sdk_asks_for(fresh: Engine) -> None:
    assert fresh.version() == "3.29.0"


def test_the_client_config_tells_the_providers_subscription(engine: Engine) -> None:
    """The program compares it with the ids in its settings."""
    assert engine.invoke("authorization:getClientConfig")["subscriptionId"] == CONSUMER_SUBSCRIPTION
