"""Provider errors: what the engine gets instead of a result, and how the provider words what Azure rejected."""

from __future__ import annotations

import json

from ..azure import AzureError, Json
from ..rules import Rule

_CLIENT = "pulumi-azure-native provider/pkg/azure/client_azcore.go"

STATUS_CODE_MESSAGE = Rule(
    says='The text of a rejection is `Status=400 Code="X" Message="…"`, without `Code` where Azure gives none; nothing '
    "else of the answer is shown",
    source=f"{_CLIENT}, PulumiAzcoreResponseError",
)
RAW_BODY = Rule(
    says="Where the answer has no `error.message`, as with the record sets of private DNS, the message is the whole "
    "body",
    source=f"{_CLIENT}, newResponseError",
)


class ProviderError(Exception):
    """An error that the provider returns to the engine."""


class InitFailed(ProviderError):
    """An operation that Azure accepted and that failed: the engine keeps the resource, with this reason."""

    def __init__(self, id: str, inputs: Json, outputs: Json, reason: str) -> None:
        super().__init__(reason)
        self.id = id
        self.inputs = inputs
        self.outputs = outputs


class NoAnswer(ProviderError):
    """A request that got no answer from Azure."""


def raw_body(error: AzureError) -> str:
    """The body of a rejection, as Azure sends it."""
    return json.dumps(error.body, separators=(",", ":"))


def error_text(error: AzureError | ProviderError) -> str:
    """The text of an error, as the provider shows it."""
    if isinstance(error, ProviderError):
        return str(error)
    message = error.message if error.wrapped else raw_body(error)
    code = f' Code="{error.code}"' if error.code else ""
    return f'Status={error.status}{code} Message="{message}"'
