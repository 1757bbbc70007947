"""Running `az`: what Azure answers to a GET, as whoever is logged in there."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import click
from pydantic import BaseModel, Field, TypeAdapter

from .tool_output import OF_AZ, understood

_VERSIONS = {
    "microsoft.authorization": "2020-05-01",
    "microsoft.kusto": "2024-04-13",
    "microsoft.network": "2024-05-01",
    "microsoft.network/privatednszones": "2024-06-01",
    "microsoft.resources": "2024-03-01",
}
_PROVIDER = re.compile(r".*/providers/([^/]+)/([^/]+)", re.IGNORECASE)
_CODE = re.compile(r'"code":\s*"(\w+)"')


class AzureRefused(click.ClickException):
    """Azure has not answered as asked."""

    def __init__(self, path: str, said: str) -> None:
        super().__init__(f"GET {path}: {said}")
        code = _CODE.search(said)
        self.code = code[1] if code else ""

    @property
    def not_found(self) -> bool:
        return self.code.endswith("NotFound")


def get(path: str) -> dict[str, Any]:
    """
    The answer to `GET path`, in Azure's own words.

    Raises:
        AzureRefused: Azure has refused it.
        click.ClickException: There is no `az`.
    """
    url = f"{path}?api-version={_version(path)}"
    return understood(
        TypeAdapter(dict[str, Any]), _get(url, path), f"Azure, asked for {path} through the Azure CLI,", OF_AZ
    )


def list_of(path: str) -> list[dict[str, Any]]:
    """Everything that the list at `path` has, page by page. Raises as `get`."""
    page = _page(f"{path}?api-version={_version(path)}", path)
    found = [*page.value]
    while page.next_link:
        page = _page(page.next_link, path)
        found += page.value
    return found


class _Page(BaseModel):
    value: list[dict[str, Any]]
    next_link: str | None = Field(default=None, alias="nextLink")


def _page(url: str, path: str) -> _Page:
    return understood(TypeAdapter(_Page), _get(url, path), f"Azure, asked for {path} through the Azure CLI,", OF_AZ)


def _get(url: str, path: str) -> str:
    command = ["az", "rest", "--method", "get", "--url", url, "--output", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - arguments, no shell
    except FileNotFoundError:
        raise click.ClickException(
            "no `az` on PATH, which asks Azure what there is; install the Azure CLI, and `az login`"
        ) from None
    if done.returncode:
        raise AzureRefused(path, done.stderr.strip())
    return done.stdout


def _version(path: str) -> str:
    found = _PROVIDER.match(path)
    if found is None:
        return _VERSIONS["microsoft.resources"]
    namespace, kind = found[1].lower(), found[2].lower()
    return _VERSIONS.get(f"{namespace}/{kind}") or _VERSIONS[namespace]
