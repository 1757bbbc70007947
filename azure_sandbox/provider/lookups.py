"""The provider's functions: a look-up for each resource type, and who one is."""

from __future__ import annotations

import base64
import json

from ..azure import AzureError, Json
from ..rules import OWN_CHOICE, Rule
from . import shapes
from .client import Client
from .errors import NoAnswer, ProviderError, in_words
from .login import Account
from .paths import path
from .resource_types import getter
from .sdk import missing_function

_INVOKE = "pulumi-azure-native provider/pkg/provider/provider.go, Invoke"

LOOK_UP = Rule(
    says="A look-up is a GET, in the shape of the resource's outputs; arguments that are no part of the path, such as "
    "`expand`, are not sent",
    source=_INVOKE,
)
LOOK_UP_FAILS = Rule(
    says="Its refusal is told after `request failed` and the path that was asked; the provider's subscription is in it",
    source=_INVOKE,
)
UNKNOWN_FUNCTION = Rule(
    says="A function that there is not is told by its token. Of a function that the sandbox lacks and the SDK has, the "
    "sandbox says so, with a list of what it has",
    source=f"{_INVOKE}; that the SDK is asked is an {OWN_CHOICE}",
)
CLIENT_CONFIG = Rule(
    says="`getClientConfig` tells the provider's subscription, tenant and client id",
    source="pulumi-azure-native provider/pkg/provider/auth_getclientconfig.go; the object id, and who is not "
    f"configured, are an {OWN_CHOICE}",
)
CLIENT_TOKEN = Rule(
    says="`getClientToken` gives a token for an endpoint, else for Azure Resource Manager",
    source="pulumi-azure-native provider/pkg/provider/provider.go, getClientToken; that it is an unsigned JWT with the "
    f"account's claims is an {OWN_CHOICE}",
)

_RESOURCE_MANAGER = "https://management.azure.com/"
_OBJECT = "00000000-0000-0000-0000-000000000000"


class Lookups:
    """What programs may ask besides resources."""

    def __init__(self, client: Client, account: Account) -> None:
        self._client = client
        self._account = account

    def answer(self, function: str, arguments: Json) -> Json:
        match function:
            case "azure-native:authorization:getClientConfig":
                return {
                    "clientId": self._account.client,
                    "objectId": _OBJECT,
                    "subscriptionId": self._account.subscription,
                    "tenantId": self._account.tenant,
                }
            case "azure-native:authorization:getClientToken":
                return {"token": self._token(arguments.get("endpoint") or _RESOURCE_MANAGER)}
            case _:
                return self._get(function, arguments)

    def _get(self, function: str, arguments: Json) -> Json:
        spec = getter(function)
        if spec is None:
            raise ProviderError(missing_function(function) or f"Invoke type {function} not found")
        id = path(spec, self._account.subscription, arguments)
        try:
            return shapes.to_outputs(spec, self._client.get(id))
        except (AzureError, NoAnswer) as error:
            raise ProviderError(f"request failed {id}: {in_words(error)}") from error

    def _token(self, endpoint: str) -> str:
        account = self._account
        claims = {"aud": endpoint, "appid": account.client, "oid": _OBJECT, "tid": account.tenant}
        return ".".join([_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), ""])


def _encoded(part: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
