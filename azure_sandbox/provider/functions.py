"""The provider's functions: a getter for each resource type, `getClientConfig` and `getClientToken`."""

from __future__ import annotations

import base64
import json

from ..azure import AzureError, Json
from ..rules import OWN_CHOICE, Rule
from .azure_client import AzureClient
from .conversion import outputs_of_body
from .login import Account
from .provider_errors import NoAnswer, ProviderError, error_text
from .resource_paths import build_path
from .supported_types import spec_of_getter
from .unsupported_types import unsupported_function_message

_INVOKE = "pulumi-azure-native provider/pkg/provider/provider.go, Invoke"

GETTER = Rule(
    says="A getter is a GET, in the shape of the resource's outputs; arguments that are not in the path, such as "
    "`expand`, are not sent",
    source=_INVOKE,
)
GETTER_FAILS = Rule(
    says="The error of a getter is `request failed`, the path with the provider's subscription, and the rejection",
    source=_INVOKE,
)
UNKNOWN_FUNCTION = Rule(
    says="The error for an unknown function has its token. For a function that the SDK has and the sandbox lacks, it "
    "lists the functions of the sandbox",
    source=f"{_INVOKE}; that the SDK is asked is an {OWN_CHOICE}",
)
CLIENT_CONFIG = Rule(
    says="`getClientConfig` returns the provider's subscription, tenant and client id",
    source="pulumi-azure-native provider/pkg/provider/auth_getclientconfig.go; the object id, and the client id of a "
    f"provider without one, are an {OWN_CHOICE}",
)
CLIENT_TOKEN = Rule(
    says="`getClientToken` returns a token for an endpoint, else for Azure Resource Manager",
    source="pulumi-azure-native provider/pkg/provider/provider.go, getClientToken; that it is an unsigned JWT with the "
    f"account's claims is an {OWN_CHOICE}",
)

_RESOURCE_MANAGER = "https://management.azure.com/"
_OBJECT_ID = "00000000-0000-0000-0000-000000000000"


class ProviderFunctions:
    """The functions that programs can call."""

    def __init__(self, client: AzureClient, account: Account) -> None:
        self._client = client
        self._account = account

    def call(self, function: str, arguments: Json) -> Json:
        match function:
            case "azure-native:authorization:getClientConfig":
                return {
                    "clientId": self._account.client,
                    "objectId": _OBJECT_ID,
                    "subscriptionId": self._account.subscription,
                    "tenantId": self._account.tenant,
                }
            case "azure-native:authorization:getClientToken":
                return {"token": self._token(arguments.get("endpoint") or _RESOURCE_MANAGER)}
            case _:
                return self._get(function, arguments)

    def _get(self, function: str, arguments: Json) -> Json:
        spec = spec_of_getter(function)
        if spec is None:
            raise ProviderError(unsupported_function_message(function) or f"Invoke type {function} not found")
        id = build_path(spec, self._account.subscription, arguments)
        try:
            return outputs_of_body(spec, self._client.get(id))
        except (AzureError, NoAnswer) as error:
            raise ProviderError(f"request failed {id}: {error_text(error)}") from error

    def _token(self, endpoint: str) -> str:
        account = self._account
        claims = {"aud": endpoint, "appid": account.client, "oid": _OBJECT_ID, "tid": account.tenant}
        return ".".join([_encode({"alg": "none", "typ": "JWT"}), _encode(claims), ""])


def _encode(part: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
