"""The sandbox in the place of the Azure CLI: how this library lists what there is."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox import az_stand_in
from azure_sandbox.az_stand_in import DEFAULT_SUBSCRIPTION, LISTED, NO_VERSION
from azure_sandbox.azure import Azure, AzureError, OperationFailed, ResourceId
from azure_sandbox.azure.api_versions import NO_SUCH_VERSION
from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome

from .holds import holds

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111"
BALANCERS = f"{ADX}/providers/Microsoft.Network/loadBalancers"
SUBNETS = f"{ADX}/resourceGroups/adx/providers/Microsoft.Network/virtualNetworks/adx-vnet/subnets"
VERSION = "api-version=2024-05-01"


class Cli:
    """`az` as a program runs it."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = SandboxHome(directory / ".sandbox")
        self._capsys = capsys

    @property
    def azure(self) -> Azure:
        return self.home.azure

    def get(self, url: str) -> Any:
        assert self._run(url) == 0, self.said
        return json.loads(self.said)

    def refused(self, url: str) -> str:
        assert self._run(url) == 1
        return self.said

    def _run(self, url: str) -> int:
        return self.run("rest", "--method", "get", "--url", url)

    def run(self, *arguments: str) -> int:
        assert self.azure
        code = az_stand_in.main(str(self.home.directory / "azure.db"), *arguments)
        captured = self._capsys.readouterr()
        self.said = captured.out or captured.err
        return code


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(tmp_path, capsys)


def test_a_resource_is_answered_as_get_does(cli: Cli) -> None:
    assert cli.get(f"{SUBNETS}/adx?{VERSION}") == cli.azure.get(ResourceId.parse(f"{SUBNETS}/adx"))


@holds(LISTED)
def test_a_list_has_pages(cli: Cli) -> None:
    """Whoever reads the first page only would overlook what a big subscription has."""
    page = cli.get(f"{BALANCERS}?{VERSION}")
    assert len(page["value"]) == 3
    rest = cli.get(page["nextLink"])
    assert "nextLink" not in rest
    names = [each["name"] for each in [*page["value"], *rest["value"]]]
    assert sorted(names) == [f"{role}-myadx-{kind}" for role in ("kucompute", "kudatamgmt") for kind in ("elb", "ilb")]


def test_what_is_nested_is_listed_in_its_parent(cli: Cli) -> None:
    assert [each["name"] for each in cli.get(f"{SUBNETS}?{VERSION}")["value"]] == ["adx"]
    assert cli.refused(f"{SUBNETS.replace('adx-vnet', 'gone')}?{VERSION}").startswith(
        'ERROR: Not Found({"error":{"code":"ResourceNotFound"'
    )


@holds(LISTED)
def test_a_list_shows_what_the_caller_may_read(cli: Cli, tmp_path: Path) -> None:
    """A reader of one resource group does not see the load balancers of another."""
    world = tmp_path / "world.yaml"
    world.write_text("extends: default\nresources: []\nrights: [{scope: $clients, actions: ['*/read']}]\n")
    cli.home.reset(world)
    assert cli.get(f"{BALANCERS}?{VERSION}") == {"value": []}
    assert cli.refused(f"{SUBNETS}/adx?{VERSION}").startswith('ERROR: Forbidden({"error":{"code":"AuthorizationFailed"')


@holds(NO_VERSION)
def test_a_request_without_a_version_is_refused(cli: Cli) -> None:
    assert "MissingApiVersionParameter" in cli.refused(BALANCERS)


@pytest.mark.parametrize("version", ["2024-5-1", "latest", "2999-01-01", "2024-05-01-beta"])
@holds(NO_SUCH_VERSION)
def test_a_version_that_does_not_exist_is_refused(cli: Cli, version: str) -> None:
    for url in (BALANCERS, f"{SUBNETS}/adx"):
        with pytest.raises(AzureError, match="NoRegisteredProviderFound"):
            az_stand_in.get_url(cli.azure, f"{url}?api-version={version}")
    assert cli.get(f"{SUBNETS}/adx?api-version=2023-11-01-preview")


def test_rest_reads_only(cli: Cli) -> None:
    assert cli.run("rest", "--method", "delete", "--url", f"{SUBNETS}/adx?{VERSION}") == 2
    assert cli.get(f"{SUBNETS}/adx?{VERSION}")


@pytest.mark.parametrize("command", ["storage account list", "network nic list", "rest", "account show --query a[0]"])
def test_what_it_lacks_ends_in_a_line(cli: Cli, command: str) -> None:
    assert cli.run(*command.split()) == 2
    assert "Error: " in cli.said
    assert "Traceback" not in cli.said


def test_a_run_finds_it_on_its_path(cli: Cli) -> None:
    """And not the real one, which would speak of a real subscription."""
    environment = sandbox_environment(cli.home, {"PATH": "/usr/bin"})
    assert environment["PATH"].split(":")[0] == str(cli.home.directory / "bin")
    assert "azure_sandbox.az_stand_in" in (cli.home.directory / "bin" / "az").read_text()


PROJECT = Path(__file__).parents[2]
DEPLOYMENT = f"{ADX}/resourceGroups/adx/providers/Microsoft.Resources/deployments/approve"
STAND_FOR = {
    "{subnet}": f"{SUBNETS}/adx",
    "{inputs['deploymentName']}": "approve",
    "{inputs['resourceGroupName']}": "adx",
    "URL": f"'{BALANCERS}?{VERSION}'",
}
"""What messages and pages leave open."""


def _texts() -> Iterator[str]:
    """Every text of the library, f-strings with what they leave open, and the pages but for two."""
    for file in (PROJECT / "adx_private_link").rglob("*.py"):
        nodes = [*ast.walk(ast.parse(file.read_text("utf-8")))]
        parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                yield "".join(_part(each) for each in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
                yield node.value
    # github.md sets up GitHub with storage and keys of a real account; sandbox-rules.md cites what people ran.
    kept = {"github.md", "sandbox-rules.md"}
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "examples").glob("*.md")]
    yield from (each.read_text("utf-8") for each in pages if each.name not in kept)


def _part(node: ast.expr) -> str:
    return f"{{{ast.unparse(node.value)}}}" if isinstance(node, ast.FormattedValue) else ast.literal_eval(node)


def _recommended() -> list[str]:
    """`az …` in backticks, at the beginning of a line of shell, or after a colon to the end of a message."""
    found = {
        each for text in _texts() for each in re.findall(r"(?:`|: |^)(az [a-z][^`\n]*?)(?=`|$)", text, re.MULTILINE)
    }
    return sorted(found)


def test_the_commands_that_people_are_given_are_found() -> None:
    assert {each.split(" -")[0] for each in _recommended()} >= {
        "az login",
        "az account show",
        "az deployment operation group list",
        "az network vnet subnet update",
        "az provider register",
    }


@pytest.mark.parametrize("command", _recommended())
def test_every_command_that_people_are_given_works_in_the_sandbox(cli: Cli, command: str) -> None:
    """Whoever tries the library in the sandbox runs what its messages say."""
    with pytest.raises(OperationFailed):
        cli.azure.put(ResourceId.parse(DEPLOYMENT), _failing())
    for open_place, value in STAND_FOR.items():
        command = command.replace(open_place, value)
    assert cli.run(*shlex.split(command)[1:]) == 0, cli.said


def _failing() -> dict[str, Any]:
    """A deployment of a record into a zone that is missing."""
    record: dict[str, Any] = {
        "type": "Microsoft.Network/privateDnsZones/A",
        "apiVersion": "2020-06-01",
        "name": "missing.example/a",
        "properties": {"ttl": 300, "aRecords": []},
    }
    template: dict[str, Any] = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [record],
    }
    return {"properties": {"mode": "Incremental", "template": template}}


def test_the_operations_of_a_deployment_say_why_it_failed(cli: Cli) -> None:
    """`DeploymentFailed` alone hides the reason."""
    with pytest.raises(OperationFailed):
        cli.azure.put(ResourceId.parse(DEPLOYMENT), _failing())
    assert cli.run("deployment", "operation", "group", "list", "--name", "approve", "--resource-group", "adx") == 0
    (operation,) = json.loads(cli.said)
    assert operation["properties"]["statusMessage"]["error"]["code"].endswith("NotFound")


def test_the_policies_of_a_subnet_are_switched(cli: Cli) -> None:
    for disable, state in (("false", "Enabled"), ("true", "Disabled")):
        given = ["--ids", f"{SUBNETS}/adx", "--disable-private-link-service-network-policies", disable]
        assert cli.run("network", "vnet", "subnet", "update", *given) == 0
        subnet = cli.azure.get(ResourceId.parse(f"{SUBNETS}/adx"))
        assert subnet["properties"]["privateLinkServiceNetworkPolicies"] == state


def test_a_subscription_is_registered(cli: Cli, tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    subscription = ADX.rpartition("/")[2]
    world.write_text(f"extends: default\nresources: []\nunregistered: [{subscription}/Microsoft.Network]\n")
    cli.home.reset(world)
    adx = cli.azure.acting_as("a-client")
    subnet, put = ResourceId.parse(f"{SUBNETS}/adx"), adx.get(ResourceId.parse(f"{SUBNETS}/adx"))
    with pytest.raises(AzureError, match="MissingSubscriptionRegistration"):
        adx.put(subnet, put)
    assert cli.run("provider", "register", "--namespace", "Microsoft.Network") == 0
    assert adx.put(subnet, put)


@holds(DEFAULT_SUBSCRIPTION)
def test_the_default_subscription_is_the_lowest(cli: Cli) -> None:
    assert cli.run("account", "show", "--query", "id", "--output", "tsv") == 0
    assert cli.said == "11111111-1111-1111-1111-111111111111\n"
