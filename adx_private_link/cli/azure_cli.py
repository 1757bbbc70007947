"""Requests to Azure through `az`, as the user who is logged in to the Azure CLI: GET, and PATCH of a cluster."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter

from ..next_steps import next_step_of_command
from .errors import CommandError
from .tool_output import AZ_REMEDY, parse_output

_Output = TypeVar("_Output")

_API_VERSIONS = {
    "microsoft.authorization": "2020-05-01",
    "microsoft.authorization/permissions": "2022-04-01",
    "microsoft.kusto": "2024-04-13",
    "microsoft.network": "2024-05-01",
    "microsoft.network/privatednszones": "2024-06-01",
    "microsoft.resources": "2024-03-01",
}
_PROVIDER = re.compile(r".*/providers/([^/]+)/([^/]+)", re.IGNORECASE)
_ERROR_CODE = re.compile(r'"code":\s*"(\w+)"')
_OPERATION = re.compile(r"'Azure-AsyncOperation': '([^']+)'")
"""The URL of an operation, as the Azure CLI prints the headers of an answer (`--verbose`)."""


_FIND_IT = "check the name, the group and the subscription in the id, then run this command again"


class AzureRejection(CommandError):
    """Azure rejected a request."""

    def __init__(self, path: str, output: str, method: str = "GET") -> None:
        reason = f"{method} {path}: {output or '`az` ended without a message'}"
        match = _ERROR_CODE.search(output)
        self.code = match[1] if match else ""
        otherwise = _FIND_IT if self.not_found else "run this command again"
        super().__init__(reason, next_step=next_step_of_command(output, otherwise))

    @property
    def not_found(self) -> bool:
        """Whether the object does not exist."""
        return self.code.endswith("NotFound")


def get(path: str) -> dict[str, Any]:
    """
    Return the object at a path, as Azure returns it.

    Raises:
        AzureRejection: Azure rejects the request.
        CommandError: `az` is not installed.
    """
    return _parse(TypeAdapter(dict[str, Any]), _get(f"{path}?api-version={_api_version(path)}", path), path)


def list_of(path: str) -> list[dict[str, Any]]:
    """Return all objects of the list at a path, page by page. Raises as `get`."""
    page = _get_page(f"{path}?api-version={_api_version(path)}", path)
    objects = [*page.value]
    while page.next_link:
        page = _get_page(page.next_link, path)
        objects += page.value
    return objects


def patch(path: str, body: Mapping[str, Any]) -> str | None:
    """
    Change properties of the object at a path.

    Returns:
        The URL of the operation that Azure has started; None if nothing changed, or if `az` does not show it.

    Raises:
        AzureRejection: Azure rejects the request.
        CommandError: `az` is not installed.
    """
    url = f"{path}?api-version={_api_version(path)}"
    result = _run("patch", url, path, "--body", json.dumps(body), "--verbose")
    match = _OPERATION.search(result.stderr)
    return match[1] if match else None


def get_operation(url: str) -> dict[str, Any]:
    """Return an operation, by its URL. Raises as `get`."""
    return _parse(TypeAdapter(dict[str, Any]), _get(url, url), url)


class _Page(BaseModel):
    value: list[dict[str, Any]]
    next_link: str | None = Field(default=None, alias="nextLink")


def _get_page(url: str, path: str) -> _Page:
    return _parse(TypeAdapter(_Page), _get(url, path), path)


def _parse(adapter: TypeAdapter[_Output], output: str, path: str) -> _Output:
    return parse_output(adapter, output, f"Azure, asked for {path} through the Azure CLI,", AZ_REMEDY)


def _get(url: str, path: str) -> str:
    return _run("get", url, path).stdout


def _run(method: str, url: str, path: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["az", "rest", "--method", method, "--url", url, "--output", "json", *options]
    try:
        result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - arguments, no shell
    except FileNotFoundError:
        raise CommandError("`az` is not on PATH. Install the Azure CLI, then run `az login`.") from None
    if result.returncode:
        raise AzureRejection(path, result.stderr.strip(), method.upper())
    return result


def _api_version(path: str) -> str:
    match = _PROVIDER.match(path)
    if match is None:
        return _API_VERSIONS["microsoft.resources"]
    namespace, type = match[1].lower(), match[2].lower()
    return _API_VERSIONS.get(f"{namespace}/{type}") or _API_VERSIONS[namespace]
