"""As whom the provider speaks to Azure, and what it demands of the configuration for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..azure.clouds import CHINA, PUBLIC, US_GOVERNMENT, Cloud
from ..rules import OWN_CHOICE, Rule
from .errors import ProviderError

_LOGIN = "pulumi-azure-native provider/pkg/provider/auth_azidentity.go"

CONFIG_BEFORE_ENVIRONMENT = Rule(
    says="A configured value wins over its environment variable (`ARM_SUBSCRIPTION_ID`, `ARM_CLIENT_ID`, …), also when "
    "it is empty; `location` has none",
    source="pulumi-azure-native provider/pkg/provider/provider.go, getConfig",
)
SUBSCRIPTION_NEEDED = Rule(
    says="Every login but that of the Azure CLI must be given a subscription; the error names the login, in a fixed "
    "order",
    source=f"{_LOGIN}, newSingleMethodAuthCredential",
)
IDENTITY_NEEDED = Rule(
    says="A service principal must be given a tenant and a client id, and OIDC a token or where to get one",
    source=f"{_LOGIN}, newSingleMethodAuthCredential and newOidcCredential",
)
CLI_LOGIN = Rule(
    says="Without any of these it is the login of the Azure CLI, with the subscription that is configured",
    source=f"{_LOGIN}, NewAzCoreIdentity; that the sandbox's CLI has no account of its own to fall back to, and what "
    f"it then says, is an {OWN_CHOICE}",
)
CLOUD = Rule(
    says="The cloud to sign in to is `environment` (`ARM_ENVIRONMENT`, else `AZURE_ENVIRONMENT`), the public one by "
    "default; an explicit provider that does not say it says `public`, whatever these variables and the stack's "
    "configuration say",
    source="pulumi-azure-native provider/pkg/provider/provider.go, getConfig; provider/pkg/azure/azure.go, "
    "GetCloudByName; SDK 3.29.0 (`Provider`)",
)
TENANT = Rule(
    says="The tenant is `tenantId`; without one, that of the provider's subscription",
    source=f"{_LOGIN}; that the Azure CLI gives the token of the subscription's tenant is an {OWN_CHOICE}",
)

_ENVIRONMENT = {
    "subscriptionId": "ARM_SUBSCRIPTION_ID",
    "tenantId": "ARM_TENANT_ID",
    "clientId": "ARM_CLIENT_ID",
    "clientSecret": "ARM_CLIENT_SECRET",
    "clientCertificatePath": "ARM_CLIENT_CERTIFICATE_PATH",
    "environment": "ARM_ENVIRONMENT",
    "useDefaultAzureCredential": "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
    "useOidc": "ARM_USE_OIDC",
    "oidcToken": "ARM_OIDC_TOKEN",
    "oidcTokenFilePath": "ARM_OIDC_TOKEN_FILE_PATH",
    "oidcRequestToken": "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "oidcRequestUrl": "ACTIONS_ID_TOKEN_REQUEST_URL",
    "useMsi": "ARM_USE_MSI",
    "skipReadOnUpdate": "ARM_SKIP_READ_ON_UPDATE",
}
_PRINCIPAL = {"subscriptionId": "Subscription ID", "tenantId": "Tenant ID", "clientId": "Client ID"}
_SUBSCRIPTION = {"subscriptionId": "Subscription ID"}
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The application id that the Azure CLI has everywhere."""
_CLOUDS = {
    **dict.fromkeys(["usgov", "usgovernment", "azureusgovernment", "azureusgovernmentcloud"], US_GOVERNMENT),
    **dict.fromkeys(["china", "azurechinacloud"], CHINA),
}


class Settings:
    """The provider's configuration."""

    def __init__(self, config: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self._config = config
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return self._config[name] if name in self._config else self._environ.get(_ENVIRONMENT[name], "")

    @property
    def cloud(self) -> Cloud:
        """The cloud to sign in to."""
        name = self["environment"] or self._environ.get("AZURE_ENVIRONMENT", "")
        return _CLOUDS.get(name.lower(), PUBLIC)

    @property
    def location(self) -> str | None:
        return self._config.get("location")


@dataclass(frozen=True)
class Account:
    """Who speaks to Azure, about which subscription."""

    subscription: str
    tenant: str
    client: str


def log_in(settings: Settings, tenant_of: Callable[[str], str]) -> Account:
    """The account of the first login that is configured; `tenant_of` tells whose a subscription is."""
    method, needed = _method(settings)
    for name, called in needed.items():
        if not settings[name]:
            raise ProviderError(f"A {called} must be configured when authenticating {method}.")
    if not settings["subscriptionId"]:
        raise ProviderError("Please run 'az login' to setup account.")
    tenant = settings["tenantId"] or tenant_of(settings["subscriptionId"])
    return Account(settings["subscriptionId"], tenant, settings["clientId"] or AZURE_CLI)


def _method(settings: Settings) -> tuple[str, dict[str, str]]:
    if settings["useDefaultAzureCredential"] == "true":
        return "using the Default Azure Credential", _SUBSCRIPTION
    if settings["clientCertificatePath"]:
        return "as a Service Principal using a Client Certificate", _PRINCIPAL
    if settings["clientSecret"]:
        return "as a Service Principal using a Client Secret", _PRINCIPAL
    if settings["useOidc"] == "true":
        requested = settings["oidcRequestUrl"] and settings["oidcRequestToken"]
        token = settings["oidcToken"] or settings["oidcTokenFilePath"] or requested
        return "with OIDC", {**_PRINCIPAL, **({} if token else {"oidcToken": "OIDC token or request URL and token"})}
    if settings["useMsi"] == "true":
        return "as a Managed Identity using MSI", _SUBSCRIPTION
    return "", {}
