"""The provider's login: its identity in Azure, and the configuration that each login requires."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..rules import OWN_CHOICE, Rule
from .provider_config import ProviderConfig
from .provider_errors import ProviderError

_LOGIN = "pulumi-azure-native provider/pkg/provider/auth_azidentity.go"

SUBSCRIPTION_REQUIRED = Rule(
    says="Every login but that of the Azure CLI requires a subscription; the error names the login, in a fixed order",
    source=f"{_LOGIN}, newSingleMethodAuthCredential",
)
IDENTITY_REQUIRED = Rule(
    says="A service principal requires a tenant and a client id, and OIDC also a token or a URL to request one from",
    source=f"{_LOGIN}, newSingleMethodAuthCredential and newOidcCredential",
)
CLI_LOGIN = Rule(
    says="Without the configuration of another login, the login is that of the Azure CLI, with the configured "
    "subscription",
    source=f"{_LOGIN}, NewAzCoreIdentity; that the sandbox's CLI has no account of its own to fall back to, and the "
    f"text of the error, are an {OWN_CHOICE}",
)
TENANT = Rule(
    says="The tenant is `tenantId`; without one, that of the provider's subscription",
    source=f"{_LOGIN}; that the Azure CLI gives the token of the subscription's tenant is an {OWN_CHOICE}",
)

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The application id that the Azure CLI has in every tenant."""

_PRINCIPAL = {"subscriptionId": "Subscription ID", "tenantId": "Tenant ID", "clientId": "Client ID"}
_SUBSCRIPTION = {"subscriptionId": "Subscription ID"}


@dataclass(frozen=True)
class Account:
    """A client, and the subscription and tenant that it is logged in to."""

    subscription: str
    tenant: str
    client: str


def log_in(config: ProviderConfig, tenant_of: Callable[[str], str]) -> Account:
    """The account of the first login that is configured; `tenant_of` looks up a subscription's tenant."""
    method, required = _login_method(config)
    for name, label in required.items():
        if not config[name]:
            raise ProviderError(f"A {label} must be configured when authenticating {method}.")
    if not config["subscriptionId"]:
        raise ProviderError("Please run 'az login' to setup account.")
    tenant = config["tenantId"] or tenant_of(config["subscriptionId"])
    return Account(config["subscriptionId"], tenant, config["clientId"] or AZURE_CLI)


def _login_method(config: ProviderConfig) -> tuple[str, dict[str, str]]:
    """The login as errors name it, and the values that it requires, with their labels."""
    if config["useDefaultAzureCredential"] == "true":
        return "using the Default Azure Credential", _SUBSCRIPTION
    if config["clientCertificatePath"]:
        return "as a Service Principal using a Client Certificate", _PRINCIPAL
    if config["clientSecret"]:
        return "as a Service Principal using a Client Secret", _PRINCIPAL
    if config["useOidc"] == "true":
        can_request = config["oidcRequestUrl"] and config["oidcRequestToken"]
        token = config["oidcToken"] or config["oidcTokenFilePath"] or can_request
        return "with OIDC", {**_PRINCIPAL, **({} if token else {"oidcToken": "OIDC token or request URL and token"})}
    if config["useMsi"] == "true":
        return "as a Managed Identity using MSI", _SUBSCRIPTION
    return "", {}
