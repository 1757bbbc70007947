"""The sandbox's stand-in for the Azure CLI: `az rest`, and the commands that this library recommends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from .az_kusto import ids_option, kusto, parse_ids
from .az_requests import get_url, patch_url
from .az_roles import role
from .azure import Azure, AzureError, Json, ResourceId, StateError, StoreFile
from .portal_changes import PortalError, set_network_policies
from .provider.login import AZURE_CLI
from .provider.provider_errors import raw_body
from .rules import OWN_CHOICE, Rule

DEFAULT_SUBSCRIPTION = Rule(
    says="`az` is logged in to every subscription of the world; the default is the one with the lowest id",
    source="MicrosoftDocs/azure-docs-cli, manage-azure-subscriptions-azure-cli.md (the default); that it is the lowest "
    f"is an {OWN_CHOICE}",
)
_Command = TypeVar("_Command", bound=Callable[..., Any])


def main(state: str, *arguments: str) -> int:
    """Run one `az` command on the sandbox with this state file. Returns the exit code."""
    try:
        # The CLI is logged in to every tenant.
        azure = Azure(StoreFile(Path(state))).acting_as(AZURE_CLI)
        code = az.main([*arguments], prog_name="az", standalone_mode=False, obj=azure)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (PortalError, StateError) as error:
        click.echo(f"ERROR: {error}", err=True)
        return 1
    except AzureError as error:
        # The CLI prints the status, and the body in brackets.
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
      az kusto cluster start, stop, wait
      az network vnet subnet update
      az provider register
      az rest --method get, --method patch
      az role assignment create, delete
      az role definition create, update, delete
    """


def _output_options(command: _Command) -> _Command:
    """Adds `--query` and `--output`, for `_print`."""
    command = click.option("--query", help="The property to print, such as `user.name`.")(command)
    return click.option("--output", "-o", type=click.Choice(["json", "tsv"]), default="json")(command)


def _print(answer: Any, query: str | None, output: str) -> None:
    for name in query.split(".") if query else ():
        if not isinstance(answer, dict) or not name.isidentifier():
            raise click.UsageError(f"In the sandbox, --query takes names of properties, not {query}.")
        answer = cast("Json", answer).get(name)
    click.echo(answer if output == "tsv" and isinstance(answer, str) else json.dumps(answer, indent=2))


def _accounts(azure: Azure) -> list[Json]:
    ids = sorted({ResourceId.parse(str(resource["id"])).subscription for resource in azure.list()})
    return [
        {"id": id, "isDefault": id == ids[0], "name": id, "state": "Enabled", "tenantId": azure.tenant_of(id)}
        for id in ids
    ]


def _default_subscription(azure: Azure) -> str:
    return _accounts(azure)[0]["id"]


@az.command()
@_output_options
@click.pass_obj
def login(azure: Azure, query: str | None, output: str) -> None:
    """Log in; this always succeeds in the sandbox."""
    _print(_accounts(azure), query, output)


@az.group()
def account() -> None:
    """Manage subscriptions."""


@account.command()
@click.option("--subscription", "--name", "-s", "-n")
@_output_options
@click.pass_obj
def show(azure: Azure, subscription: str | None, query: str | None, output: str) -> None:
    """Show a subscription; by default, the default one."""
    id = subscription or _default_subscription(azure)
    for shown in _accounts(azure):
        if shown["id"] == id:
            _print(shown, query, output)
            return
    raise click.ClickException(f"The subscription of '{id}' doesn't exist.")


@az.group()
def provider() -> None:
    """Manage resource providers."""


@provider.command()
@click.option("--namespace", "-n", required=True)
@click.option("--subscription")
@click.pass_obj
def register(azure: Azure, namespace: str, subscription: str | None) -> None:
    """Register a resource provider in a subscription."""
    azure.register(subscription or _default_subscription(azure), namespace)


@az.group()
def deployment() -> None:
    """Manage deployments of templates."""


@deployment.group()
def operation() -> None:
    """Manage operations of deployments."""


@operation.group()
def group() -> None:
    """Manage operations of deployments to a resource group."""


@group.command("list")
@click.option("--name", "-n", required=True)
@click.option("--resource-group", "-g", required=True)
@click.option("--subscription")
@_output_options
@click.pass_obj
def list_operations(
    azure: Azure, name: str, resource_group: str, subscription: str | None, query: str | None, output: str
) -> None:
    """List the operations of a deployment, with the errors of those that failed."""
    group_id = f"/subscriptions/{subscription or _default_subscription(azure)}/resourceGroups/{resource_group}"
    id = ResourceId.parse(f"{group_id}/providers/Microsoft.Resources/deployments/{name}")
    properties = azure.get(id)["properties"]
    succeeded = [
        {"provisioningState": "Succeeded", "targetResource": resource}
        for resource in properties.get("outputResources", [])
    ]
    failed = [
        {
            "provisioningState": "Failed",
            "statusMessage": {"error": {"code": detail["code"], "message": detail["message"]}},
            "targetResource": {"id": detail["target"]},
        }
        for detail in properties.get("error", {}).get("details", [])
    ]
    _print([{"properties": operation} for operation in (*succeeded, *failed)], query, output)


@az.group()
def network() -> None:
    """Manage networks."""


@network.group()
def vnet() -> None:
    """Manage virtual networks."""


@vnet.group()
def subnet() -> None:
    """Manage subnets."""


@subnet.command()
@ids_option
@click.option("--disable-private-link-service-network-policies", "disable", type=click.BOOL, required=True)
@_output_options
@click.pass_obj
def update(azure: Azure, ids: str, query: str | None, output: str, *, disable: bool) -> None:
    """Enable or disable a subnet's network policies for private link services."""
    id = parse_ids(ids)
    set_network_policies(azure, id, "service", enabled=not disable)
    _print(azure.get(id), query, output)


@az.group()
def resource() -> None:
    """Manage resources of any type."""


@resource.command()
@ids_option
@click.pass_obj
def delete(azure: Azure, ids: str) -> None:
    """Delete a resource."""
    azure.delete(parse_ids(ids))


az.add_command(kusto)
az.add_command(role)


@az.command()
@click.option("--method", "-m", type=click.Choice(["get", "patch"], case_sensitive=False), default="get")
@click.option("--url", "--uri", "-u", required=True)
@click.option("--body", "-b", help="The JSON body of a PATCH, or @FILE.")
@click.option("--output", "-o", type=click.Choice(["json"]), default="json", expose_value=False)
@click.option("--verbose", is_flag=True, help="Show the status and the headers of the answer, too.")
@click.pass_obj
def rest(azure: Azure, method: str, url: str, body: str | None, *, verbose: bool) -> None:
    """Send a GET or a PATCH, and print the answer."""
    try:
        answer = get_url(azure, url) if method == "get" else patch_url(azure, url, _read_body(body))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{error}.") from None
    if verbose:
        _log(f"Response status: {answer.status}", "Response headers:")
        _log(*(f"    {name!r}: {value!r}" for name, value in answer.headers.items()))
    if answer.body is not None:
        click.echo(json.dumps(answer.body, indent=2))


def _read_body(body: str | None) -> Json:
    text = Path(body[1:]).read_text() if body and body.startswith("@") else body
    parsed = json.loads(text or "{}")
    if not isinstance(parsed, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - the text is wrong, not the caller
    return cast("Json", parsed)


def _log(*lines: str) -> None:
    for line in lines:
        click.echo(f"INFO: {line}", err=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
