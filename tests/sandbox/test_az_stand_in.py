"""The stand-in for the Azure CLI, with which this library lists resources."""

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
from azure_sandbox.az_requests import LISTED, NO_VERSION, get_url
from azure_sandbox.az_stand_in import DEFAULT_SUBSCRIPTION
from azure_sandbox.azure import Azure, AzureError, OperationFailed, ResourceId, patch_operations
from azure_sandbox.azure.api_versions import NO_SUCH_VERSION
from azure_sandbox.azure.rights import LIST_NOT_AUTHORIZED
from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome

from .rule_marks import holds

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111"
BALANCERS = f"{ADX}/providers/Microsoft.Network/loadBalancers"
SUBNETS = f"{ADX}/resourceGroups/adx/providers/Microsoft.Network/virtualNetworks/adx-vnet/subnets"
VERSION = "api-version=2024-05-01"


class Cli:
    """`az`, run in this process."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = SandboxHome(directory / ".sandbox")
        self._capsys = capsys

    @property
    def azure(self) -> Azure:
        return self.home.azure

    def get(self, url: str) -> Any:
        assert self._run(url) == 0, self.output
        return json.loads(self.output)

    def rejected(self, url: str) -> str:
        assert self._run(url) == 1
        return self.output

    def _run(self, url: str) -> int:
        return self.run("rest", "--method", "get", "--url", url)

    def run(self, *arguments: str) -> int:
        assert self.azure
        code = az_stand_in.main(str(self.home.directory / "azure.db"), *arguments)
        captured = self._capsys.readouterr()
        self.output, self.logged = captured.out or captured.err, captured.err
        return code


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(tmp_path, capsys)


def test_rest_prints_the_answer_to_a_get(cli: Cli) -> None:
    assert cli.get(f"{SUBNETS}/adx?{VERSION}") == cli.azure.get(ResourceId.parse(f"{SUBNETS}/adx"))


@holds(LISTED)
def test_a_list_has_pages(cli: Cli) -> None:
    """Code that reads the first page only would miss resources of a large subscription."""
    page = cli.get(f"{BALANCERS}?{VERSION}")
    assert len(page["value"]) == 3
    rest = cli.get(page["nextLink"])
    assert "nextLink" not in rest
    names = [balancer["name"] for balancer in [*page["value"], *rest["value"]]]
    assert sorted(names) == [f"{role}-myadx-{kind}" for role in ("kucompute", "kudatamgmt") for kind in ("elb", "ilb")]


def test_sub_resources_are_listed_in_their_parent(cli: Cli) -> None:
    assert [subnet["name"] for subnet in cli.get(f"{SUBNETS}?{VERSION}")["value"]] == ["adx"]
    assert cli.rejected(f"{SUBNETS.replace('adx-vnet', 'gone')}?{VERSION}").startswith(
        'ERROR: Not Found({"error":{"code":"ResourceNotFound"'
    )


@holds(LISTED)
def test_a_list_shows_what_the_caller_may_read(cli: Cli, tmp_path: Path) -> None:
    """A reader of one resource group does not see the load balancers of another."""
    world = tmp_path / "world.yaml"
    world.write_text("extends: default\nresources: []\nrights: [{scope: $clients, actions: ['*/read']}]\n")
    cli.home.reset(world)
    assert cli.get(f"{BALANCERS}?{VERSION}") == {"value": []}
    assert cli.rejected(f"{SUBNETS}/adx?{VERSION}").startswith(
        'ERROR: Forbidden({"error":{"code":"AuthorizationFailed"'
    )


@holds(LIST_NOT_AUTHORIZED)
def test_some_lists_need_a_right(cli: Cli, tmp_path: Path) -> None:
    """An empty list of locks would look like a group without any."""
    world = tmp_path / "world.yaml"
    world.write_text("extends: default\nresources: []\nrights: [{scope: $clients, actions: ['*/read']}]\n")
    cli.home.reset(world)
    locks = f"{ADX}/resourceGroups/adx/providers/Microsoft.Authorization/locks?api-version=2020-05-01"
    assert "'Microsoft.Authorization/locks/read'" in cli.rejected(locks)
    assert "'Microsoft.Network/virtualNetworks/subnets/read'" in cli.rejected(f"{SUBNETS}?{VERSION}")


@holds(NO_VERSION)
def test_a_request_without_an_api_version_is_rejected(cli: Cli) -> None:
    assert "MissingApiVersionParameter" in cli.rejected(BALANCERS)


@pytest.mark.parametrize("version", ["2024-5-1", "latest", "2999-01-01", "2024-05-01-beta"])
@holds(NO_SUCH_VERSION)
def test_an_api_version_that_does_not_exist_is_rejected(cli: Cli, version: str) -> None:
    for url in (BALANCERS, f"{SUBNETS}/adx"):
        with pytest.raises(AzureError, match="NoRegisteredProviderFound"):
            get_url(cli.azure, f"{url}?api-version={version}")
    assert cli.get(f"{SUBNETS}/adx?api-version=2023-11-01-preview")


def test_rest_rejects_other_methods_than_get(cli: Cli) -> None:
    assert cli.run("rest", "--method", "delete", "--url", f"{SUBNETS}/adx?{VERSION}") == 2
    assert cli.get(f"{SUBNETS}/adx?{VERSION}")


CLUSTER = f"https://management.azure.com{ADX}/resourceGroups/adx/providers/Microsoft.Kusto/clusters/newadx?api-version=2024-04-13"


@holds(patch_operations.PATCHED, patch_operations.POLLED)
def test_rest_sends_a_patch(cli: Cli, tmp_path: Path) -> None:
    """The way to change one property of a cluster: every other tool sends a PUT."""
    body = tmp_path / "body.json"
    body.write_text('{"properties": {"publicNetworkAccess": "Disabled"}}')
    arguments = ["rest", "--method", "PATCH", "--url", CLUSTER, "--body", f"@{body}", "--verbose"]
    assert cli.run(*arguments) == 0
    assert json.loads(cli.output)["properties"]["provisioningState"] == "Accepted"
    assert "INFO: Response status: 202" in cli.logged
    (url,) = re.findall("'Azure-AsyncOperation': '(.*)'", cli.logged)
    while (status := cli.get(url)["status"]) == "Running":
        pass
    assert status == "Succeeded"
    assert cli.get(CLUSTER)["properties"]["publicNetworkAccess"] == "Disabled"
    assert cli.run(*arguments) == 0
    assert "INFO: Response status: 200" in cli.logged


@pytest.mark.parametrize("body", ["{", "[]", "@gone.json"])
def test_rest_rejects_a_body_that_is_no_json_object(cli: Cli, body: str) -> None:
    assert cli.run("rest", "--method", "patch", "--url", CLUSTER, "--body", body) == 2
    assert "Error: " in cli.output
    assert cli.get(CLUSTER)["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize("command", ["storage account list", "network nic list", "rest", "account show --query a[0]"])
def test_a_missing_command_or_option_is_an_error_without_a_traceback(cli: Cli, command: str) -> None:
    assert cli.run(*command.split()) == 2
    assert "Error: " in cli.output
    assert "Traceback" not in cli.output


def test_the_stand_in_is_first_on_the_path_of_commands(cli: Cli) -> None:
    """The real Azure CLI would use a real subscription."""
    environment = sandbox_environment(cli.home, {"PATH": "/usr/bin"})
    assert environment["PATH"].split(":")[0] == str(cli.home.directory / "bin")
    assert "azure_sandbox.az_stand_in" in (cli.home.directory / "bin" / "az").read_text()


def test_a_cluster_stops_starts_and_is_waited_for(cli: Cli) -> None:
    """The remedies of the library for a cluster that does not answer yet."""
    id = f"{ADX}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/newadx"

    def state() -> str:
        return cli.azure.get(ResourceId.parse(id))["properties"]["state"]

    for command, expected in (("stop", "Stopped"), ("start", "Running")):
        assert cli.run("kusto", "cluster", command, "--ids", id) == 0
        assert state() == expected
    cli.azure.patch(ResourceId.parse(id), {"properties": {"state": "Creating"}})
    assert cli.run("kusto", "cluster", "wait", "--created", "--ids", id) == 0
    assert state() == "Running"
    cli.azure.acting_as("client").patch(ResourceId.parse(id), {"properties": {"enablePurge": True}})
    assert cli.run("kusto", "cluster", "wait", "--created", "--ids", id) == 0
    assert cli.azure.get(ResourceId.parse(id))["properties"]["enablePurge"] is True
    assert cli.run("kusto", "cluster", "start", "--ids", "newadx") == 2


PROJECT = Path(__file__).parents[2]
DEPLOYMENT = f"{ADX}/resourceGroups/adx/providers/Microsoft.Resources/deployments/approve"
PLACEHOLDERS = {
    "{id}": f"{ADX}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/newadx",
    "{cluster.id}": f"{ADX}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/newadx",
    "{network.cluster}": f"{ADX}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/newadx",
    "{subnet}": f"{SUBNETS}/adx",
    "{record}": f"{ADX}/resourceGroups/adx/providers/Microsoft.Network/privateDnsZones/example.com/A/adx",
    "{inputs['deploymentName']}": "approve",
    "{inputs['resourceGroupName']}": "adx",
    "URL": f"'{BALANCERS}?{VERSION}'",
}
"""Values for the placeholders in messages and pages."""


def _texts() -> Iterator[str]:
    """All string literals of the library, with the placeholders of f-strings, and all pages but two."""
    for file in (PROJECT / "adx_private_link").rglob("*.py"):
        nodes = [*ast.walk(ast.parse(file.read_text("utf-8")))]
        parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                yield "".join(_part(value) for value in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
                yield node.value
    # github.md sets up GitHub with storage and keys of a real account; sandbox-rules.md cites what people ran.
    excluded = {"github.md", "sandbox-rules.md"}
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "examples").glob("*.md")]
    yield from (page.read_text("utf-8") for page in pages if page.name not in excluded)


def _part(node: ast.expr) -> str:
    return f"{{{ast.unparse(node.value)}}}" if isinstance(node, ast.FormattedValue) else ast.literal_eval(node)


def _recommended() -> list[str]:
    """The `az` commands in backticks, at the beginning of a shell line, or after a colon at the end of a message."""
    commands = {
        command
        for text in _texts()
        for command in re.findall(r"(?:`|: |^)(az [a-z][^`\n]*?)(?=`|$)", text, re.MULTILINE)
    }
    return sorted(commands)


def test_the_recommended_commands_are_found() -> None:
    assert {command.split(" -")[0] for command in _recommended()} >= {
        "az login",
        "az account show",
        "az deployment operation group list",
        "az network vnet subnet update",
        "az provider register",
    }


@pytest.mark.parametrize("command", _recommended())
def test_every_recommended_command_works_in_the_sandbox(cli: Cli, command: str) -> None:
    """Users try the library in the sandbox, and run the commands in its messages."""
    with pytest.raises(OperationFailed):
        cli.azure.put(ResourceId.parse(DEPLOYMENT), _failing())
    for placeholder, value in PLACEHOLDERS.items():
        command = command.replace(placeholder, value)
    assert cli.run(*shlex.split(command)[1:]) == 0, cli.output


def _failing() -> dict[str, Any]:
    """The body of a deployment that creates a record in a missing zone."""
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


def test_the_operations_of_a_deployment_have_the_reason_of_its_failure(cli: Cli) -> None:
    """`DeploymentFailed` alone hides the reason."""
    with pytest.raises(OperationFailed):
        cli.azure.put(ResourceId.parse(DEPLOYMENT), _failing())
    assert cli.run("deployment", "operation", "group", "list", "--name", "approve", "--resource-group", "adx") == 0
    (operation,) = json.loads(cli.output)
    assert operation["properties"]["statusMessage"]["error"]["code"].endswith("NotFound")


def test_delete_deletes_a_resource_of_any_type(cli: Cli) -> None:
    """The refusal of a name that another writer has left recommends it."""
    id = f"{ADX}/resourceGroups/adx/providers/Microsoft.Network/privateDnsZones/example.com"
    cli.azure.put(ResourceId.parse(id), {"location": "global"})
    assert cli.run("resource", "delete", "--ids", id) == 0
    assert not any(resource["id"] == id for resource in cli.azure.list())


def test_update_changes_the_network_policies_of_a_subnet(cli: Cli) -> None:
    for disable, state in (("false", "Enabled"), ("true", "Disabled")):
        options = ["--ids", f"{SUBNETS}/adx", "--disable-private-link-service-network-policies", disable]
        assert cli.run("network", "vnet", "subnet", "update", *options) == 0
        subnet = cli.azure.get(ResourceId.parse(f"{SUBNETS}/adx"))
        assert subnet["properties"]["privateLinkServiceNetworkPolicies"] == state


def test_register_registers_a_subscription(cli: Cli, tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    subscription = ADX.rpartition("/")[2]
    world.write_text(f"extends: default\nresources: []\nunregistered: [{subscription}/Microsoft.Network]\n")
    cli.home.reset(world)
    adx = cli.azure.acting_as("a-client")
    subnet, body = ResourceId.parse(f"{SUBNETS}/adx"), adx.get(ResourceId.parse(f"{SUBNETS}/adx"))
    with pytest.raises(AzureError, match="MissingSubscriptionRegistration"):
        adx.put(subnet, body)
    assert cli.run("provider", "register", "--namespace", "Microsoft.Network") == 0
    assert adx.put(subnet, body)


@holds(DEFAULT_SUBSCRIPTION)
def test_the_default_subscription_has_the_lowest_id(cli: Cli) -> None:
    assert cli.run("account", "show", "--query", "id", "--output", "tsv") == 0
    assert cli.output == "11111111-1111-1111-1111-111111111111\n"
