"""Provider configuration: configured values, else environment variables."""

from __future__ import annotations

from collections.abc import Mapping

from ..azure.clouds import CHINA, PUBLIC, US_GOVERNMENT, Cloud
from ..rules import Rule

CONFIG_BEFORE_ENVIRONMENT = Rule(
    says="A configured value takes precedence over its environment variable (`ARM_SUBSCRIPTION_ID`, `ARM_CLIENT_ID`, "
    "…), even if it is empty; `location` has no variable",
    source="pulumi-azure-native provider/pkg/provider/provider.go, getConfig",
)
CLOUD = Rule(
    says="The cloud is `environment` (`ARM_ENVIRONMENT`, else `AZURE_ENVIRONMENT`), by default the public one; an "
    "explicit provider that does not set it means `public`, whatever these variables and the stack's configuration say",
    source="pulumi-azure-native provider/pkg/provider/provider.go, getConfig; provider/pkg/azure/azure.go, "
    "GetCloudByName; SDK 3.29.0 (`Provider`)",
)

_ENVIRONMENT_VARIABLES = {
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
_CLOUDS = {
    **dict.fromkeys(["usgov", "usgovernment", "azureusgovernment", "azureusgovernmentcloud"], US_GOVERNMENT),
    **dict.fromkeys(["china", "azurechinacloud"], CHINA),
}


class ProviderConfig:
    """The configuration of one provider."""

    def __init__(self, configured: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self._configured = configured
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        """The value, or an empty string."""
        if name in self._configured:
            return self._configured[name]
        return self._environ.get(_ENVIRONMENT_VARIABLES[name], "")

    @property
    def cloud(self) -> Cloud:
        name = self["environment"] or self._environ.get("AZURE_ENVIRONMENT", "")
        return _CLOUDS.get(name.lower(), PUBLIC)

    @property
    def location(self) -> str | None:
        return self._configured.get("location")
