"""What the provider answers to the engine instead of a result, and how it words Azure's refusals."""

from __future__ import annotations

import json

from ..azure import AzureError, Json
from ..rules import Rule

_CLIENT = "pulumi-azure-native provider/pkg/azure/client_azcore.go"

STATUS_CODE_MESSAGE = Rule(
    says='A refusal reads `Status=400 Code="X" Message="…"`, without `Code` where Azure gives none; nothing else of '
    "the "
    "answer is shown",
    source=f"{_CLIENT}, PulumiAzcoreResponseError",
)
RAW_BODY = Rule(
    says="Where the answer has no `error.message`, as with the record sets of private DNS, the message is the whole "
    "body",
    source=f"{_CLIENT}, newResponseError",
)


class ProviderError(Exception):
    """Anything that the provider answers to the engine as an error."""


class InitFailed(ProviderError):
    """An accepted operation failed: the engine keeps the resource, with this as the reason."""

    def __init__(self, id: str, inputs: Json, outputs: Json, reason: str) -> None:
        super().__init__(reason)
        self.id = id
        self.inputs = inputs
        self.outputs = outputs


def raw_body(error: AzureError) -> str:
    """A refusal as it comes over the wire."""
    return json.dumps(error.body, separators=(",", ":"))


class NoAnswer(ProviderError):
    """A request that Azure did not answer, as far as the provider knows."""


def in_words(error: AzureError | ProviderError) -> str:
    """What went wrong, as the provider shows it."""
    if isinstance(error, ProviderError):
        return str(error)
    message = error.message if error.wrapped else raw_body(error)
    code = f' Code="{error.code}"' if error.code else ""
    return f'Status={error.status}{code} Message="{message}"'
