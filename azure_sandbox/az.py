"""The sandbox in the place of the Azure CLI: `az rest --method get`, and the commands that this library recommends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

import click

from .azure import Azure, AzureError, Collection, Json, ResourceId, StateError, StoreFile
from .azure.api_versions import check_version
from .azure.errors import Refusal
from .portal import PortalError, set_policies
from .provider.errors import raw_body
from .provider.login import AZURE_CLI
from .rules import OWN_CHOICE, Rule

_PAGE = 3

LISTED = Rule(
    says="A list shows what the caller may read, a page at a time: `nextLink` leads to the next one",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/async-operations and ARM's "
    f"`nextLink`; that a page has {_PAGE} is an {OWN_CHOICE}",
)
DEFAULT_SUBSCRIPTION = Rule(
    says="`az` is logged in to every subscription of the world; the default is the one with the lowest id",
    source="MicrosoftDocs/azure-docs-cli, manage-azure-subscriptions-azure-cli.md (the default); that it is the lowest "
    f"is an {OWN_CHOICE}",
)


NO_VERSION = Refusal(
    says="Every request names the API version",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting (the code)",
    code="MissingApiVersionParameter",
    message="The api-version query parameter (?api-version=) is required for all requests.",
)

_Command = TypeVar("_Command", bound=Callable[..., Any])


def main(state: str, *arguments: str) -> int:
    """Run one command on the sandbox with this state; the exit code."""
    try:
        # A login of the CLI is one of every tenant that it is asked about.
        azure = Azure(StoreFile(Path(state))).acting_as(AZURE_CLI)
        code = az.main([*arguments], prog_name="az", standalone_mode=False, obj=azure)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (PortalError, StateError) as error:
        click.echo(f"ERROR: {error}", err=True)
        return 1
    except AzureError as error:
        # As the CLI prints it: the reason, and the body in brackets.
        click.echo(f"ERROR: {HTTPStatus(error.status).phrase}({raw_body(error)})", err=True)
        return 1
    return code or 0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def az() -> None:
    """
    The sandbox's stand-in for the Azure CLI. It has these commands only.

    \b
      az login
      az account show
      az deployment operation group list
      az network vnet subnet update
      az provider register
      az rest --method get
    """


def _shown(command: _Command) -> _Command:
    """Let a command take `query` and `output`, for `_show`."""
    command = click.option("--query", help="A property; of an inner object: `user.name`.")(command)
    return click.option("--output", "-o", type=click.Choice(["json", "tsv"]), default="json")(command)


def _show(answer: Any, query: str | None, output: str) -> None:
    for name in query.split(".") if query else ():
        if not isinstance(answer, dict) or not name.isidentifier():
            raise click.UsageError(f"the sandbox's az takes names of properties as --query, not {query}")
        answer = cast("Json", answer).get(name)
    click.echo(answer if output == "tsv" and isinstance(answer, str) else json.dumps(answer, indent=2))


def _subscription(azure: Azure, given: str | None) -> str:
    return given or _accounts(azure)[0]["id"]


def _accounts(azure: Azure) -> list[Json]:
    ids = sorted({ResourceId.parse(str(each["id"])).subscription for each in azure.list()})
    return [
        {"id": id, "isDefault": id == ids[0], "name": id, "state": "Enabled", "tenantId": azure.tenant_of(id)}
        for id in ids
    ]


@az.command()
@_shown
@click.pass_obj
def login(azure: Azure, query: str | None, output: str) -> None:
    """Log in. The sandbox trusts everybody."""
    _show(_accounts(azure), query, output)


@az.group()
def account() -> None:
    """Subscriptions."""


@account.command()
@click.option("--subscription", "--name", "-s", "-n")
@_shown
@click.pass_obj
def show(azure: Azure, subscription: str | None, query: str | None, output: str) -> None:
    """Show a subscription. Default: the default subscription."""
    wanted = _subscription(azure, subscription)
    found = [each for each in _accounts(azure) if each["id"] == wanted]
    if not found:
        raise click.ClickException(f"The subscription of '{wanted}' doesn't exist.")
    _show(found[0], query, output)


@az.group()
def provider() -> None:
    """Resource providers."""


@provider.command()
@click.option("--namespace", "-n", required=True)
@click.option("--subscription")
@click.pass_obj
def register(azure: Azure, namespace: str, subscription: str | None) -> None:
    """Register a subscription for a namespace."""
    azure.register(_subscription(azure, subscription), namespace)


@az.group()
def deployment() -> None:
    """Deployments of templates."""


@deployment.group()
def operation() -> None:
    """Their operations."""


@operation.group("group")
def of_group() -> None:
    """In a resource group."""


@of_group.command("list")
@click.option("--name", "-n", required=True)
@click.option("--resource-group", "-g", required=True)
@click.option("--subscription")
@_shown
@click.pass_obj
def list_operations(
    azure: Azure, name: str, resource_group: str, subscription: str | None, query: str | None, output: str
) -> None:
    """List what a deployment did, and what failed of it."""
    group = f"/subscriptions/{_subscription(azure, subscription)}/resourceGroups/{resource_group}"
    found = azure.get(ResourceId.parse(f"{group}/providers/Microsoft.Resources/deployments/{name}"))["properties"]
    failed = found.get("error", {}).get("details", [])
    operations = [
        *({"provisioningState": "Succeeded", "targetResource": each} for each in found.get("outputResources", [])),
        *(
            {
                "provisioningState": "Failed",
                "statusMessage": {"error": {"code": each["code"], "message": each["message"]}},
                "targetResource": {"id": each["target"]},
            }
            for each in failed
        ),
    ]
    _show([{"properties": each} for each in operations], query, output)


@az.group()
def network() -> None:
    """Networks."""


@network.group()
def vnet() -> None:
    """Virtual networks."""


@vnet.group()
def subnet() -> None:
    """Subnets."""


@subnet.command()
@click.option("--ids", required=True)
@click.option("--disable-private-link-service-network-policies", "disable", type=click.BOOL, required=True)
@_shown
@click.pass_obj
def update(azure: Azure, ids: str, query: str | None, output: str, *, disable: bool) -> None:
    """Switch a subnet's network policies for private link services."""
    try:
        id = ResourceId.parse(ids)
    except ValueError as error:
        raise click.UsageError(f"--ids: {error}") from None
    set_policies(azure, id, "service", enabled=not disable)
    _show(azure.get(id), query, output)


@az.command()
@click.option("--method", "-m", type=click.Choice(["get"]), default="get")
@click.option("--url", "--uri", "-u", required=True)
@click.option("--output", "-o", type=click.Choice(["json"]), default="json", expose_value=False)
@click.pass_obj
def rest(azure: Azure, method: str, url: str) -> None:  # noqa: ARG001 - there is one
    """Show what Azure answers to a GET."""
    click.echo(json.dumps(answer(azure, url), indent=2))


def answer(azure: Azure, url: str) -> Json:
    """What a GET of a resource or of a list is answered. Raises `AzureError`."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if "api-version" not in query:
        raise NO_VERSION()  # noqa: RSE102 - a refusal is called
    try:
        id = ResourceId.parse(parts.path)
    except ValueError:
        collection = Collection.parse(parts.path)
        check_version(query["api-version"][0], collection.type, "global")
        found = azure.list_of(collection)
    else:
        check_version(query["api-version"][0], id.type, "global")
        return azure.get(id)
    start = int(query.get("$skiptoken", ["0"])[0])
    rest = (
        {} if len(found) <= start + _PAGE else {"nextLink": _next(parts.path, query["api-version"][0], start + _PAGE)}
    )
    return {"value": found[start : start + _PAGE], **rest}


def _next(path: str, version: str, start: int) -> str:
    return f"https://management.azure.com{path}?api-version={version}&$skiptoken={start}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
