"""What Azure answers when it refuses."""

from dataclasses import dataclass


@dataclass
class AzureError(Exception):
    """A refusal before the request was accepted: an HTTP status of 400 or above, with Azure's error code."""

    status: int
    code: str
    message: str

    def __str__(self) -> str:
        return f'Status={self.status} Code="{self.code}" Message="{self.message}"'


class OperationFailed(AzureError):
    """An accepted operation that failed afterwards: the resource exists, its status URL answers 200 with an error."""


def bad_request(code: str, message: str) -> AzureError:
    return AzureError(400, code, message)


def own_choice(code: str, message: str) -> AzureError:
    """Azure is known to refuse this, what it answers is not: the code is the sandbox's own."""
    return bad_request(code, message)


def unparsable() -> AzureError:
    """A body of the wrong shape, such as a nested object without its inner `name` (pulumi-azure-native#4213)."""
    return bad_request("InvalidRequestFormat", "Cannot parse the request.")


def invalid_reference(target: str, source: str) -> AzureError:
    return bad_request(
        "InvalidResourceReference",
        f"Resource {target} referenced by resource {source} was not found. Please make sure that the referenced "
        "resource exists, and that both resources are in the same region.",
    )
