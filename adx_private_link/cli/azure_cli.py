"""GET requests to Azure through `az`, as the user who is logged in there."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter

from .errors import CommandError
from .tool_output import AZ_REMEDY, parse_output

_VERSIONS = {
    "microsoft.authorization": "2020-05-01",
    "microsoft.kusto": "2024-04-13",
    "microsoft.network": "2024-05-01",
    "microsoft.network/privatednszones": "2024-06-01",
    "microsoft.resources": "2024-03-01",
}
_PROVIDER = re.compile(r".*/providers/([^/]+)/([^/]+)", re.IGNORECASE)
_CODE = re.compile(r'"code":\s*"(\w+)"')


class AzureRejection(CommandError):
    """Azure rejected a request."""

    def __init__(self, path: str, output: str) -> None:
        super().__init__(f"GET {path}: {output}")
        code = _CODE.search(output)
        self.code = code[1] if code else ""

    @property
    def not_found(self) -> bool:
        return self.code.endswith("NotFound")


def get(path: str) -> dict[str, Any]:
    """
    The object at a path, as Azure returns it.

    Raises:
        AzureRejection: Azure rejects the request.
        CommandError: There is no `az`.
    """
    url = f"{path}?api-version={_version(path)}"
    return parse_output(
        TypeAdapter(dict[str, Any]), _get(url, path), f"Azure, asked for {path} through the Azure CLI,", AZ_REMEDY
    )


def list_of(path: str) -> list[dict[str, Any]]:
    """All objects of the list at a path, page by page. Raises as `get`."""
    page = _page(f"{path}?api-version={_version(path)}", path)
    objects = [*page.value]
    while page.next_link:
        page = _page(page.next_link, path)
        objects += page.value
    return objects


class _Page(BaseModel):
    value: list[dict[str, Any]]
    next_link: str | None = Field(default=None, alias="nextLink")


def _page(url: str, path: str) -> _Page:
    return parse_output(
        TypeAdapter(_Page), _get(url, path), f"Azure, asked for {path} through the Azure CLI,", AZ_REMEDY
    )


def _get(url: str, path: str) -> str:
    command = ["az", "rest", "--method", "get", "--url", url, "--output", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - arguments, no shell
    except FileNotFoundError:
        raise CommandError("`az` is not on PATH. Install the Azure CLI, then run `az login`.") from None
    if done.returncode:
        raise AzureRejection(path, done.stderr.strip())
    return done.stdout


def _version(path: str) -> str:
    provider = _PROVIDER.match(path)
    if provider is None:
        return _VERSIONS["microsoft.resources"]
    namespace, kind = provider[1].lower(), provider[2].lower()
    return _VERSIONS.get(f"{namespace}/{kind}") or _VERSIONS[namespace]
