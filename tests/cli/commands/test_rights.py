"""`rights`: roles for people, for the Azure CLI, Bicep and Pulumi, and the check of what is missing."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.rights.permissions import Permission
from azure_sandbox.azure import Json
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import environment
from tests.components.registration import must_deploy
from tests.stack.harness import COMMAND
from tests.stack.least_rights import assignments, printed_roles, set_rights
from tests.stack.natives import INJECTED, native_stack, stack_of_both

PROJECT = Path(__file__).parents[3]


def write_stack(directory: Path, name: str, settings: Json) -> None:
    config = {f"adx-private-link:{key}": value for key, value in settings.items()}
    (directory / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": config}))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Pulumi project with a stack of one native cluster, and the working directory."""
    shutil.copy(PROJECT / "Pulumi.yaml", tmp_path)
    write_stack(tmp_path, "prod", native_stack())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["rights", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


# What is printed


@pytest.mark.usefixtures("project")
def test_the_overview_has_a_reason_for_each_action() -> None:
    """An owner of objects who is asked for rights asks what for."""
    overview = run()
    assert re.findall(r"^([\w-]+): ", overview, re.MULTILINE) == [
        "preview",
        "deploy-service",
        "deploy-consumer",
        "dns",
        "lock-down",
    ]
    assert "  role   adx-private-link prod dns\n" in overview
    assert re.search(
        r"^    Microsoft\.Network/privateEndpoints/write +to create and update endpoints$", overview, re.MULTILINE
    )


@pytest.mark.usefixtures("project")
def test_the_azure_cli_takes_the_json() -> None:
    """Its keys are those of `az role definition create`; NotActions and wildcards would hide what is allowed."""
    role = json.loads(run("--for", "deploy-service", "--format", "json"))
    assert role["Name"] == "adx-private-link prod deploy-service"
    assert role["Actions"] == sorted(role["Actions"], key=str.lower)
    assert "*" not in "".join(role["Actions"])
    assert (role["NotActions"], role["DataActions"], role["NotDataActions"]) == ([], [], [])
    assert role["AssignableScopes"] == ["/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"]
    assert len(role["Description"]) <= 1024


@pytest.mark.usefixtures("project")
def test_a_role_of_bicep_is_deployed_at_its_first_scope() -> None:
    """Azure rejects it at another one."""
    lines = run("--for", "dns", "--format", "bicep").splitlines()
    assert lines[0].startswith(
        "// az deployment group create --subscription 22222222-2222-2222-2222-222222222222 --resource-group analytics "
    )
    assert lines[1] == "targetScope = 'resourceGroup'"
    assert "          'Microsoft.Network/privateDnsZones/write'" in lines
    assert any("deploys in the private DNS zones" in line for line in lines)
    assert sum(line.count("{") - line.count("}") for line in lines) == 0


def test_a_scope_of_a_subscription_is_deployed_there(project: Path) -> None:
    """The network of an injected cluster is known to Azure only."""
    settings = stack_of_both()
    # A setting of services makes the kind certain.
    settings["clusters"]["old"]["roles"] = ["engine", "ingestion"]
    write_stack(project, "prod", settings)
    bicep = run("--for", "deploy-service-on-networks", "--format", "bicep")
    assert "// az deployment sub create --subscription 11111111-" in bicep
    assert "targetScope = 'subscription'" in bicep
    assert "assign it at the resource group of the cluster's network" in run("--for", "deploy-service")


def test_pulumi_registers_the_same_roles(project: Path) -> None:
    """The lines are pasted into a program of the platform team."""
    file = project / "roles.py"
    file.write_text(run("--format", "pulumi"))

    def register() -> None:
        runpy.run_path(str(file))

    roles = {resource.name: resource.inputs for resource in must_deploy(register).resources}
    assert {*roles} == {"preview", "deploy-service", "deploy-consumer", "dns", "lock-down"}
    definition = json.loads(run("--for", "dns", "--format", "json"))
    role = roles["dns"]
    assert role["roleName"] == definition["Name"]
    assert role["permissions"] == [{"actions": definition["Actions"], "notActions": []}]
    assert role["assignableScopes"] == definition["AssignableScopes"]
    assert role["scope"] == definition["AssignableScopes"][0]


@pytest.mark.parametrize(("form", "ending"), [("json", "json"), ("bicep", "bicep"), ("pulumi", "py")])
def test_each_role_has_a_file(project: Path, form: str, ending: str) -> None:
    run("--format", form, "--output", "roles")
    names = ["deploy-consumer", "deploy-service", "dns", "lock-down", "preview"]
    assert sorted(file.name for file in (project / "roles").iterdir()) == [f"{name}.{ending}" for name in names]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "json"], "5 roles need 5 files: add --output DIRECTORY, or name one with --for"),
        (["--for", "migration"], "The settings need no role migration. They need preview, deploy-service,"),
        (["--for", "migration"], "`--live` asks Azure which clusters are in a network."),
        (["--output", "roles"], "--output is for definitions of roles: add --format json, bicep or pulumi."),
        (["--check", "--format", "bicep"], "--check reports missing rights as text or JSON"),
        (["--stack", "prod", "Pulumi.prod.yaml"], "Give files or --stack, not both."),
    ],
)
def test_options_that_do_not_fit(arguments: list[str], message: str) -> None:
    assert message in " ".join(run(*arguments, code=2).split())


def test_the_other_roles_of_an_identity_are_named(project: Path) -> None:
    """One file has one role; without the other one, the zone group would fail."""
    settings = native_stack(resource_group="endpoints")
    write_stack(project, "prod", settings)
    result = CliRunner().invoke(main, ["rights", "--for", "deploy-consumer", "--format", "json"])
    assert json.loads(result.stdout)["Name"] == "adx-private-link prod deploy-consumer"
    others = "deploy-consumer-on-networks, deploy-consumer-on-zones"
    assert f"deploy-consumer needs {others} as well: name it with --for, or add --output DIRECTORY." in result.stderr
    one = run("--for", "deploy-consumer-on-networks", "--format", "json")
    assert json.loads(one)["Name"] == "adx-private-link prod deploy-consumer-on-networks"


def test_roles_are_of_one_stack(project: Path) -> None:
    """The roles of two stacks would have the scopes of both."""
    write_stack(project, "dev", native_stack())
    assert "Roles are of one stack: name it with --stack (dev, prod)." in run(code=2)
    assert "adx-private-link dev preview" in run("--stack", "dev")


def test_problems_are_reported_and_nothing_is_printed(project: Path) -> None:
    write_stack(project, "prod", {"clusters": {"new": {"id": "newadx"}}})
    assert "is not the resource id" in run(code=1)


@pytest.mark.usefixtures("project")
def test_the_expected_kind_is_said() -> None:
    """Roles for the other kind would not be enough."""
    result = CliRunner().invoke(main, ["rights"])
    assert (
        "clusters.new is taken as a native cluster, which the settings fit; `--live` reads the kinds" in result.stderr
    )


# What Azure says

_CONTRIBUTOR: Json = {"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}


@pytest.mark.parametrize(
    ("permission", "action", "allowed"),
    [
        ({"actions": ["*/read"]}, "Microsoft.Network/virtualNetworks/read", True),
        ({"actions": ["*/read"]}, "Microsoft.Network/virtualNetworks/write", False),
        ({"actions": ["Microsoft.Network/privateDnsZones/*"]}, "microsoft.network/privatednszones/A/read", True),
        (
            {"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]},
            "Microsoft.Authorization/locks/write",
            False,
        ),
        (
            {"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]},
            "Microsoft.Authorization/locks/read",
            True,
        ),
        ({"actions": []}, "Microsoft.Network/virtualNetworks/read", False),
    ],
)
def test_wildcards_and_exceptions_are_understood(permission: Json, action: str, *, allowed: bool) -> None:
    """Built-in roles have both: Reader is `*/read`, and Contributor everything except rights."""
    assert Permission.model_validate(permission).allows(action) == allowed


class Live:
    """The command in a sandbox, with the rights that the login of the Azure CLI has there."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = SandboxHome(directory / ".sandbox")
        self.home.reset(None)
        shutil.copy(PROJECT / "Pulumi.yaml", directory)
        write_stack(directory, "prod", stack_of_both())

    def run(self, *arguments: str) -> tuple[int, str]:
        completed = subprocess.run(
            [*COMMAND, "rights", *arguments],
            cwd=self.directory,
            env=environment(self.home),
            capture_output=True,
            text=True,
            check=False,
        )
        return completed.returncode, completed.stdout + completed.stderr


@pytest.fixture
def live(tmp_path: Path) -> Live:
    return Live(tmp_path)


_ROLES = printed_roles(stack_of_both(), {"new": "native", "old": "injected"})
_CHECKED = ("preview", "deploy-service", "deploy-consumer", "dns")


def test_azure_knows_kinds_and_networks(live: Live) -> None:
    """The settings fit clusters of both kinds; the roles of the wrong kind would not be enough."""
    code, output = live.run("--live", "--for", "deploy-service")
    assert code == 0, output
    assert "Microsoft.Network/privateLinkServices/write" in output
    assert "deploy-service-on-networks" not in output, "the cluster's network is in the cluster's group"
    assert "taken as" not in output


def test_nothing_is_missing_with_the_printed_roles(live: Live) -> None:
    set_rights(live.home, assignments(_ROLES, _CHECKED))
    code, output = live.run("--check")
    assert (code, output) == (0, "4 roles checked, no rights are missing\n")


@pytest.mark.parametrize(
    "action",
    [
        "Microsoft.Authorization/permissions/read",
        "Microsoft.Kusto/clusters/read",
        "Microsoft.Network/privateDnsZones/join/action",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
    ],
)
def test_a_missing_action_is_found_before_anything_is_created(live: Live, action: str) -> None:
    """An update that finds it out leaves a half-finished deployment."""
    set_rights(live.home, assignments(_ROLES, _CHECKED, without=action))
    code, output = live.run("--check")
    assert code == 1
    if action == "Microsoft.Authorization/permissions/read":
        assert f"Azure does not say what the user of `az` may do here: {action} is missing" in output
    else:
        assert f"  {action} is missing" in output
        assert "Next: `adx-private-link rights --stack prod --format json --output roles` writes the roles." in output


def test_built_in_roles_are_enough_where_they_are(live: Live) -> None:
    """Contributor of the subscriptions may do everything that the stack needs without locks."""
    contributor = {"actions": ["*"], "not_actions": ["Microsoft.Authorization/*/Write"]}
    scopes = {scope.split("/resourceGroups/")[0] for role in _ROLES for scope in role.scopes}
    set_rights(live.home, [{"scope": scope, **contributor} for scope in scopes])
    assert live.run("--check")[0] == 0
    set_rights(live.home, [{"scope": scope, "actions": ["*/read"]} for scope in scopes])
    assert live.run("--check", "--for", "preview")[0] == 0
    code, output = live.run("--check", "--format", "json")
    assert code == 1
    found = json.loads(output)
    assert found["checked"] == ["preview", "deploy-service", "deploy-consumer", "dns"]
    assert {entry["role"] for entry in found["missing"]} == {"deploy-service", "deploy-consumer", "dns"}
    assert not [action for entry in found["missing"] for action in entry["actions"] if action.endswith("/read")]


def test_an_identity_without_rights_learns_what_it_needs(live: Live) -> None:
    """It cannot even read the clusters, and so their kinds are expected."""
    set_rights(live.home, [{"scope": "/subscriptions/99999999-9999-9999-9999-999999999999"}])
    code, output = live.run("--check", "--for", "preview")
    assert code == 1
    assert "clusters.old could not be read: AuthorizationFailed" in output
    assert "which the settings fit; Azure did not show their kinds" in output
    assert "`--live`" not in output
    assert f"preview at {INJECTED.partition('/providers/')[0]}" in output
