"""Requests of `az rest`: which part of Azure a URL names, and the answer."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from .azure import Azure, Collection, Json, ResourceId
from .azure.api_versions import check_version
from .azure.errors import Rejection
from .azure.patch_operations import Answer, operation_name
from .azure.rights import PERMISSIONS
from .rules import OWN_CHOICE, Rule

_PAGE_SIZE = 3

LISTED = Rule(
    says="A list has what the caller may read, in pages: `nextLink` is the URL of the next one",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/async-operations and ARM's "
    f"`nextLink`; that a page has {_PAGE_SIZE} is an {OWN_CHOICE}",
)
NO_VERSION = Rejection(
    says="Every request names the API version",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting (the code)",
    code="MissingApiVersionParameter",
    message="The api-version query parameter (?api-version=) is required for all requests.",
)


def get_url(azure: Azure, url: str) -> Answer:
    """The answer to a GET of a resource, a list or an operation. Raises `AzureError`."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    version = _read_version(parts)
    if operation := operation_name(unquote(parts.path)):
        return azure.poll(operation, location_only="operationResultResponseType" in query)
    try:
        id = ResourceId.parse(parts.path)
    except ValueError:
        collection = Collection.parse(parts.path)
    else:
        check_version(version, id.type, "global")
        return Answer(status=200, body=azure.get(id))
    check_version(version, collection.type, "global")
    if collection.type.lower() == PERMISSIONS.lower():
        return Answer(status=200, body={"value": azure.list_permissions(collection.scope)})
    resources = azure.list_of(collection)
    start = int(query.get("$skiptoken", ["0"])[0])
    end = start + _PAGE_SIZE
    next_link = f"https://management.azure.com{parts.path}?api-version={version}&$skiptoken={end}"
    page: Json = {"value": resources[start:end], **({"nextLink": next_link} if end < len(resources) else {})}
    return Answer(status=200, body=page)


def patch_url(azure: Azure, url: str, change: Json) -> Answer:
    """The answer to a PATCH of a resource. Raises `AzureError`; `ValueError` for a URL of something else."""
    parts = urlsplit(url)
    version = _read_version(parts)
    id = ResourceId.parse(parts.path)
    check_version(version, id.type, "global")
    return azure.patch(id, change)


def _read_version(parts: SplitResult) -> str:
    versions = parse_qs(parts.query).get("api-version")
    if not versions:
        raise NO_VERSION()  # noqa: RSE102 - calling a refusal creates the error
    return versions[0]
