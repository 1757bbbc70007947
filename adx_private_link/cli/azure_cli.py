"""GET requests to Azure through `az`, as the user who is logged in to the Azure CLI."""

from __future__ import annotations

import re
import subprocess
from typing import Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter

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


class AzureRejection(CommandError):
    """Azure rejected a request."""

    def __init__(self, path: str, output: str) -> None:
        super().__init__(f"GET {path}: {output}")
        match = _ERROR_CODE.search(output)
        self.code = match[1] if match else ""

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


class _Page(BaseModel):
    value: list[dict[str, Any]]
    next_link: str | None = Field(default=None, alias="nextLink")


def _get_page(url: str, path: str) -> _Page:
    return _parse(TypeAdapter(_Page), _get(url, path), path)


def _parse(adapter: TypeAdapter[_Output], output: str, path: str) -> _Output:
    return parse_output(adapter, output, f"Azure, asked for {path} through the Azure CLI,", AZ_REMEDY)


def _get(url: str, path: str) -> str:
    command = ["az", "rest", "--method", "get", "--url", url, "--output", "json"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - arguments, no shell
    except FileNotFoundError:
        raise CommandError("`az` is not on PATH. Install the Azure CLI, then run `az login`.") from None
    if result.returncode:
        raise AzureRejection(path, result.stderr.strip())
    return result.stdout


def _api_version(path: str) -> str:
    match = _PROVIDER.match(path)
    if match is None:
        return _API_VERSIONS["microsoft.resources"]
    namespace, type = match[1].lower(), match[2].lower()
    return _API_VERSIONS.get(f"{namespace}/{type}") or _API_VERSIONS[namespace]
