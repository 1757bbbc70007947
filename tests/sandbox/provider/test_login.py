"""The configuration that each login requires."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from azure_sandbox.provider import login

from ..fake_engine import Engine, served
from ..rule_marks import holds
from ..small_world import SandboxCloud

SECRET = "as a Service Principal using a Client Secret"


CERTIFICATE = "as a Service Principal using a Client Certificate"


TOKEN = {"oidcToken": "t"}


PRINCIPAL = {"tenantId": "t", "clientId": "c"}


@pytest.fixture
def fresh(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    for name in [name for name in os.environ if name.startswith(("ARM_", "ACTIONS_ID_TOKEN"))]:
        monkeypatch.delenv(name)
    with served(cloud.azure) as engine:
        yield engine


@pytest.mark.parametrize(
    ("config", "method"),
    [
        ({"useDefaultAzureCredential": "true", "clientSecret": "s"}, "using the Default Azure Credential"),
        ({"clientCertificatePath": "p", "clientSecret": "s"}, CERTIFICATE),
        ({"clientSecret": "s", "useOidc": "true"}, SECRET),
        ({"useOidc": "true", "useMsi": "true"}, "with OIDC"),
        ({"useMsi": "true"}, "as a Managed Identity using MSI"),
    ],
)
@holds(login.SUBSCRIPTION_REQUIRED)
def test_a_login_requires_a_subscription(fresh: Engine, config: dict[str, str], method: str) -> None:
    with fresh.fails_with(f"A Subscription ID must be configured when authenticating {method}."):
        fresh.configure({"subscriptionId": None, **config})


@pytest.mark.parametrize(
    ("config", "missing", "method"),
    [
        ({"clientSecret": "s", "clientId": "c"}, "Tenant ID", SECRET),
        ({"clientSecret": "s", "tenantId": "t"}, "Client ID", SECRET),
        ({"clientCertificatePath": "p"}, "Tenant ID", CERTIFICATE),
        ({"useOidc": "true", **TOKEN, "tenantId": "t"}, "Client ID", "with OIDC"),
        ({"useOidc": "true", **PRINCIPAL}, "OIDC token or request URL and token", "with OIDC"),
        ({"useOidc": "true", **PRINCIPAL, "oidcRequestUrl": "u"}, "OIDC token or request URL and token", "with OIDC"),
    ],
)
@holds(login.IDENTITY_REQUIRED)
def test_a_service_principal_requires_a_tenant_a_client_and_a_token(
    fresh: Engine, config: dict[str, str], missing: str, method: str
) -> None:
    with fresh.fails_with(f"A {missing} must be configured when authenticating {method}."):
        fresh.configure(config)


@holds(login.IDENTITY_REQUIRED)
def test_a_complete_login_is_used(fresh: Engine) -> None:
    fresh.configure({"useOidc": "true", "oidcRequestUrl": "u", "oidcRequestToken": "t", **PRINCIPAL})
    client_config = fresh.invoke("authorization:getClientConfig")
    assert (client_config["clientId"], client_config["tenantId"]) == ("c", "t")


@holds(login.CLI_LOGIN)
def test_the_default_login_is_that_of_the_cli(fresh: Engine) -> None:
    with fresh.fails_with("Please run 'az login' to setup account."):
        fresh.configure({"subscriptionId": None})
    fresh.configure()
    assert fresh.invoke("authorization:getClientConfig")["clientId"] == "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
