"""The sandbox in the place of the Azure CLI: `az rest --method get`, which is how this library lists what there is."""

from __future__ import annotations

import argparse
import json
import sys
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click

from .azure import Azure, AzureError, Collection, Json, ResourceId, StoreFile
from .azure.errors import Refusal
from .provider.errors import raw_body
from .provider.login import AZURE_CLI
from .rules import OWN_CHOICE, Rule

_PAGE = 3

LISTED = Rule(
    says="A list shows what the caller may read, a page at a time: `nextLink` leads to the next one",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/async-operations and ARM's "
    f"`nextLink`; that a page has {_PAGE} is an {OWN_CHOICE}",
)


NO_VERSION = Refusal(
    says="Every request names the API version",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting (the code)",
    code="MissingApiVersionParameter",
    message="The api-version query parameter (?api-version=) is required for all requests.",
)


def main(state: str, *arguments: str) -> int:
    """`az rest --method get --url URL`; everything else is refused."""
    parser = argparse.ArgumentParser(prog="az", description="The sandbox knows `az rest --method get` only.")
    rest = parser.add_subparsers(required=True).add_parser("rest")
    rest.add_argument("--method", "-m", choices=["get"], default="get")
    rest.add_argument("--url", "--uri", "-u", required=True)
    rest.add_argument("--output", "-o", choices=["json"], default="json")
    url = parser.parse_args(arguments).url
    # A login of the CLI is one of every tenant that it is asked about.
    azure = Azure(StoreFile(Path(state))).acting_as(AZURE_CLI)
    try:
        found = answer(azure, url)
    except AzureError as error:
        # As the CLI prints it: the reason, and the body in brackets.
        click.echo(f"ERROR: {HTTPStatus(error.status).phrase}({raw_body(error)})", err=True)
        return 1
    click.echo(json.dumps(found, indent=2))
    return 0


def answer(azure: Azure, url: str) -> Json:
    """What a GET of a resource or of a list is answered. Raises `AzureError`."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if "api-version" not in query:
        raise NO_VERSION()  # noqa: RSE102 - a refusal is called
    try:
        return azure.get(ResourceId.parse(parts.path))
    except ValueError:
        found = azure.list_of(Collection.parse(parts.path))
    start = int(query.get("$skiptoken", ["0"])[0])
    rest = (
        {} if len(found) <= start + _PAGE else {"nextLink": _next(parts.path, query["api-version"][0], start + _PAGE)}
    )
    return {"value": found[start : start + _PAGE], **rest}


def _next(path: str, version: str, start: int) -> str:
    return f"https://management.azure.com{path}?api-version={version}&$skiptoken={start}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
