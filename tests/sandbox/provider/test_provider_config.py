"""Configured values and environment variables."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from azure_sandbox.provider import provider_config

from ..fake_engine import Engine, served
from ..rule_marks import holds
from ..small_world import SandboxCloud


@pytest.fixture
def fresh(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name in [name for name in os.environ if name.startswith(("ARM_", "ACTIONS_ID_TOKEN"))]:
        monkeypatch.delenv(name)
    with served(cloud.azure) as engine:
        yield engine


@holds(provider_config.CONFIG_BEFORE_ENVIRONMENT)
def test_environment_variables_are_used_for_values_that_are_not_configured(
    fresh: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", "from-environment")
    monkeypatch.setenv("ARM_CLIENT_ID", "somebody")
    fresh.configure({"subscriptionId": None})
    client_config = fresh.invoke("authorization:getClientConfig")
    assert (client_config["subscriptionId"], client_config["clientId"]) == ("from-environment", "somebody")
    fresh.configure(subscriptionId="configured")
    assert fresh.invoke("authorization:getClientConfig")["subscriptionId"] == "configured"
    with fresh.fails_with("Please run 'az login' to setup account."):
        fresh.configure(subscriptionId="")
