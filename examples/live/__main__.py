"""
The whole life of a stack in a subscription of your own: `make live SUBSCRIPTION=…`.

Deploys networks and load balancers, private access for two consumers, looks, approves, changes, and destroys it all.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import answers
import click
import yaml
from pulumi import automation
from rich.console import Console
from rich.table import Table

from adx_private_link.cli.azure_cli import list_of
from adx_private_link.outputs import ClusterOutput, ClustersOutput

HERE = Path(__file__).parent
KEPT = Path(".live")
COST = """\
This makes, in subscription {subscription}:
  2 resource groups, 3 virtual networks, 2 Standard load balancers without rules   no charge
  2 private link services                                                         no charge
  4 private endpoints, about 0.01 USD an hour each                                0.04 USD an hour
  2 private DNS zones, about 0.50 USD a month each                                at most 1 USD
It takes about half an hour and destroys everything at its end. Prices are list prices: see
https://azure.microsoft.com/pricing/details/private-link/ and https://azure.microsoft.com/pricing/details/dns/."""


class LiveError(click.ClickException):
    """Something is not as it should be."""


@dataclass(frozen=True)
class Trial:
    """Where it takes place."""

    name: str
    subscription: str
    location: str
    secrets_provider: str
    console: Console
    log: Path

    def stack(self, folder: str, settings: dict[str, Any]) -> automation.Stack:
        """The stack of a folder, with these settings."""
        directory = HERE / folder
        project = yaml.safe_load((directory / "Pulumi.yaml").read_text())["name"]
        options = automation.LocalWorkspaceOptions(secrets_provider=self.secrets_provider)
        stack = automation.create_or_select_stack(self.name, work_dir=str(directory), opts=options)
        file = directory / f"Pulumi.{self.name}.yaml"
        content: dict[str, Any] = (yaml.safe_load(file.read_text()) if file.exists() else None) or {}
        content["config"] = {f"{project}:{name}": each for name, each in settings.items()}
        file.write_text(yaml.safe_dump(content, sort_keys=False))
        return stack

    def begin(self, says: str) -> None:
        """Say what is done now."""
        self.console.print(f"{says} …")

    def say(self, line: str) -> None:
        with self.log.open("a") as log:
            log.write(line + "\n")


@click.command()
@click.option("--subscription", required=True, help="The subscription to do it in.")
@click.option("--location", default="westeurope", show_default=True, help="The region.")
@click.option("--stack", default="live", show_default=True, help="What the two stacks are called.")
@click.option("--secrets-provider", default="passphrase", show_default=True, help="What encrypts the stacks' secrets.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--write", "kept", type=click.Path(path_type=Path), help="Where to keep what was answered.")
@click.option("--compare", type=click.Path(exists=True, path_type=Path), help="What the sandbox answered.")
def main(
    subscription: str,
    location: str,
    stack: str,
    secrets_provider: str,
    kept: Path | None,
    compare: Path | None,
    *,
    yes: bool,
) -> None:
    """Deploy, look, approve, change and destroy private access for two consumers."""
    console = Console(highlight=False)
    if not yes:
        click.echo(COST.format(subscription=subscription))
        click.confirm("Go on?", abort=True)
    KEPT.mkdir(exist_ok=True)
    os.environ.setdefault("PULUMI_BACKEND_URL", KEPT.resolve().as_uri())
    os.environ.setdefault("PULUMI_CONFIG_PASSPHRASE", "live")
    found = _live(Trial(stack, subscription, location, secrets_provider, console, KEPT / "log.txt"))
    if kept:
        answers.write(found, kept)
    if compare:
        _compare(found, json.loads(compare.read_text()), console)


def _live(trial: Trial) -> answers.Answers:
    network = trial.stack("network", {"subscription": trial.subscription, "location": trial.location})
    access = trial.stack("access", _settings(trial, approval="elsewhere"))
    try:
        if any((each.export_stack().deployment or {}).get("resources") for each in (access, network)):
            trial.begin("Destroying what is left from before")
            _destroy(access, network, trial)
        trial.begin("Making networks and load balancers")
        network.up(on_output=trial.say)
        trial.begin("Making private access")
        access.up(on_output=trial.say)
        _expect(
            _connections(access) == {"one": {"Approved"}, "two": {"Pending"}}, f"connections: {_connections(access)}"
        )
        trial.begin("Looking whether anything is left to do")
        _expect_nothing(access, trial)
        trial.begin("Refreshing")
        access.refresh(on_output=trial.say)
        trial.begin("Looking again")
        _expect_nothing(access, trial)

        access = trial.stack("access", _settings(trial, approval="approve"))
        # Approvals and records; the component tells what it publishes.
        trial.begin("Approving the second consumer")
        _change(access, trial, {"create": 4, "update": 1})
        _expect(_connections(access)["two"] == {"Approved"}, f"connections: {_connections(access)}")
        trial.begin("Looking what both networks resolve")
        _expect_records(access, trial)

        access = trial.stack("access", _settings(trial, approval="approve", ttl=60))
        trial.begin("Changing the records of the first one")
        _change(access, trial, {"update": 2})
        trial.begin("Looking whether anything is left to do")
        _expect_nothing(access, trial)
        trial.begin("Asking what has become of it all")
        access.refresh(on_output=trial.say)
        states = [each.export_stack().deployment or {} for each in (network, access)]
        return {name: each for state in states for name, each in answers.answers_of(state).items()}
    finally:
        trial.begin("Destroying it all")
        _destroy(access, network, trial)


def _destroy(access: automation.Stack, network: automation.Stack, trial: Trial) -> None:
    for each in (access, network):
        each.destroy(on_output=trial.say)


def _settings(trial: Trial, *, approval: str, ttl: int = 300) -> dict[str, Any]:
    def group(name: str = "adx-private-link-live") -> str:
        return f"/subscriptions/{trial.subscription}/resourceGroups/{name}/providers/Microsoft.Network"

    def service(role: str, host: str) -> dict[str, str]:
        frontend = f"{group()}/loadBalancers/live-{role}/frontendIPConfigurations/{role}"
        return {"host": f"{host}.{trial.location}.kusto.windows.net", "frontend_id": frontend}

    described = {
        "location": trial.location,
        "subnet_id": f"{group()}/virtualNetworks/cluster-vnet/subnets/default",
        "services": {"engine": service("engine", "adxlive"), "ingestion": service("ingestion", "ingest-adxlive")},
    }
    one = {
        "subnet_id": f"{group()}/virtualNetworks/one-vnet/subnets/default",
        "dns": {"resource_group": "adx-private-link-live", "ttl": ttl},
    }
    two = {
        "subnet_id": f"{group('adx-private-link-live-two')}/virtualNetworks/two-vnet/subnets/default",
        "approval": approval,
        "dns": {"resource_group": "adx-private-link-live-two"},
    }
    return {"clusters": {"live": {"described": described}}, "consumers": {"one": one, "two": two}}


# Looking


def _expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - what is expected, as `assert` takes it
    if not holds:
        raise LiveError(otherwise)


def _expect_nothing(stack: automation.Stack, trial: Trial) -> None:
    summary = stack.preview(on_output=trial.say).change_summary
    _expect({str(op) for op in summary} <= {"same"}, f"the preview is not empty: {summary}; see {trial.log}")


def _change(stack: automation.Stack, trial: Trial, expected: dict[str, int]) -> None:
    announced = stack.preview(on_output=trial.say).change_summary
    done = stack.up(on_output=trial.say).summary.resource_changes or {}
    for what, found in (("announced", announced), ("done", done)):
        changes = {str(op): count for op, count in found.items() if op != "same"}
        _expect(changes == expected, f"{what}: {changes}, expected: {expected}; see {trial.log}")


def _cluster(stack: automation.Stack) -> ClusterOutput:
    return ClustersOutput.model_validate(stack.outputs()["clusters"].value).root["live"]


def _connections(stack: automation.Stack) -> dict[str, set[str]]:
    return {
        consumer: {each.connection_state for each in targets.values()}
        for consumer, targets in _cluster(stack).endpoints.items()
    }


def _expect_records(stack: automation.Stack, trial: Trial) -> None:
    """What a client in each network gets: a zone that is linked to it, with the endpoints' addresses."""
    for consumer, group in (("one", "adx-private-link-live"), ("two", "adx-private-link-live-two")):
        zone = f"/subscriptions/{trial.subscription}/resourceGroups/{group}/providers/Microsoft.Network"
        zone += f"/privateDnsZones/privatelink.{trial.location}.kusto.windows.net"
        linked = [each["properties"]["virtualNetwork"]["id"] for each in list_of(f"{zone}/virtualNetworkLinks")]
        _expect([each.rsplit("/", 1)[1] for each in linked] == [f"{consumer}-vnet"], f"{zone} is linked to {linked}")
        found = {
            each["name"]: [record["ipv4Address"] for record in each["properties"]["aRecords"]]
            for each in list_of(f"{zone}/A")
        }
        wanted = {
            host.partition(".")[0]: addresses
            for target in _cluster(stack).endpoints[consumer].values()
            for host, addresses in target.hosts.items()
        }
        _expect(found == wanted and len(found) == 2, f"{zone} has {found}, expected {wanted}")


def _compare(azure: answers.Answers, sandbox: answers.Answers, console: Console) -> None:
    table = Table(title="Where the sandbox answers otherwise", title_justify="left", box=None, header_style="bold")
    for heading in ("resource", "property", "Azure", "sandbox"):
        table.add_column(heading, overflow="fold")
    for row in answers.differences(azure, sandbox):
        table.add_row(*row)
    console.print(table if table.row_count else "The sandbox answers the same.")


if __name__ == "__main__":
    main()
