"""
A trial of the library in a subscription of your own: `make live SUBSCRIPTION=…`.

It deploys networks, load balancers and private access for two consumers, approves and changes them, checks each step,
and destroys everything.
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
FOLDER = Path(".live")
COST = """\
This creates in subscription {subscription}:
  2 resource groups, 3 virtual networks, 2 Standard load balancers without rules   no charge
  2 private link services                                                         no charge
  4 private endpoints, about 0.01 USD an hour each                                0.04 USD an hour
  2 private DNS zones, about 0.50 USD a month each                                at most 1 USD
It takes about half an hour and destroys everything at its end. Prices are list prices: see
https://azure.microsoft.com/pricing/details/private-link/ and https://azure.microsoft.com/pricing/details/dns/."""


class LiveError(click.ClickException):
    """A check of the trial failed."""


@dataclass(frozen=True)
class Trial:
    """The place of a trial, and where it reports."""

    name: str
    subscription: str
    location: str
    secrets_provider: str
    console: Console
    log: Path

    def stack(self, folder: str, settings: dict[str, Any]) -> automation.Stack:
        """Create or select the stack of a folder, and write its settings."""
        directory = HERE / folder
        project = yaml.safe_load((directory / "Pulumi.yaml").read_text())["name"]
        options = automation.LocalWorkspaceOptions(secrets_provider=self.secrets_provider)
        stack = automation.create_or_select_stack(self.name, work_dir=str(directory), opts=options)
        file = directory / f"Pulumi.{self.name}.yaml"
        content: dict[str, Any] = (yaml.safe_load(file.read_text()) if file.exists() else None) or {}
        content["config"] = {f"{project}:{name}": value for name, value in settings.items()}
        file.write_text(yaml.safe_dump(content, sort_keys=False))
        return stack

    def begin(self, step: str) -> None:
        """Print the name of a step."""
        self.console.print(f"{step} …")

    def write_log(self, line: str) -> None:
        """Append a line of Pulumi's output to the log."""
        with self.log.open("a") as log:
            log.write(line + "\n")


@click.command()
@click.option("--subscription", required=True, help="The subscription of the trial.")
@click.option("--location", default="westeurope", show_default=True, help="The region.")
@click.option("--stack", default="live", show_default=True, help="The name of the two stacks.")
@click.option("--secrets-provider", default="passphrase", show_default=True, help="The secrets provider of the stacks.")
@click.option("--yes", is_flag=True, help="Start without asking.")
@click.option("--write", "answers_file", type=click.Path(path_type=Path), help="The file to write Azure's answers to.")
@click.option("--compare", type=click.Path(exists=True, path_type=Path), help="The sandbox's answers, to compare.")
def main(
    subscription: str,
    location: str,
    stack: str,
    secrets_provider: str,
    answers_file: Path | None,
    compare: Path | None,
    *,
    yes: bool,
) -> None:
    """Deploy, check, approve, change and destroy private access for two consumers."""
    console = Console(highlight=False)
    if not yes:
        click.echo(COST.format(subscription=subscription))
        click.confirm("Continue?", abort=True)
    FOLDER.mkdir(exist_ok=True)
    os.environ.setdefault("PULUMI_BACKEND_URL", FOLDER.resolve().as_uri())
    os.environ.setdefault("PULUMI_CONFIG_PASSPHRASE", "live")
    azure_answers = _run_trial(Trial(stack, subscription, location, secrets_provider, console, FOLDER / "log.txt"))
    if answers_file:
        answers.write_answers(azure_answers, answers_file)
    if compare:
        _compare(azure_answers, json.loads(compare.read_text()), console)


def _run_trial(trial: Trial) -> answers.Answers:
    network = trial.stack("network", {"subscription": trial.subscription, "location": trial.location})
    access = trial.stack("access", _create_settings(trial, approval="elsewhere"))
    try:
        if any((stack.export_stack().deployment or {}).get("resources") for stack in (access, network)):
            trial.begin("Destroying the rest of an earlier run")
            _destroy(access, network, trial)
        trial.begin("Creating networks and load balancers")
        network.up(on_output=trial.write_log)
        trial.begin("Creating private access")
        access.up(on_output=trial.write_log)
        connections = _read_connection_states(access)
        _expect(connections == {"one": {"Approved"}, "two": {"Pending"}}, f"connections: {connections}")
        trial.begin("Checking that nothing is left to do")
        _expect_nothing(access, trial)
        trial.begin("Refreshing")
        access.refresh(on_output=trial.write_log)
        trial.begin("Checking again that nothing is left to do")
        _expect_nothing(access, trial)

        access = trial.stack("access", _create_settings(trial, approval="approve"))
        # Two approvals and two records are created; the component's summary lists them.
        trial.begin("Approving the second consumer")
        _change(access, trial, {"create": 4, "update": 1})
        connections = _read_connection_states(access)
        _expect(connections["two"] == {"Approved"}, f"connections: {connections}")
        trial.begin("Checking the DNS zones of both networks")
        _expect_records(access, trial)

        access = trial.stack("access", _create_settings(trial, approval="approve", ttl=60))
        trial.begin("Changing the records of the first consumer")
        _change(access, trial, {"update": 2})
        trial.begin("Checking that nothing is left to do")
        _expect_nothing(access, trial)
        trial.begin("Reading Azure's answers")
        access.refresh(on_output=trial.write_log)
        states = [stack.export_stack().deployment or {} for stack in (network, access)]
        return {name: answer for state in states for name, answer in answers.read_answers(state).items()}
    finally:
        trial.begin("Destroying everything")
        _destroy(access, network, trial)


def _destroy(access: automation.Stack, network: automation.Stack, trial: Trial) -> None:
    for stack in (access, network):
        stack.destroy(on_output=trial.write_log)


def _create_settings(trial: Trial, *, approval: str, ttl: int = 300) -> dict[str, Any]:
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


# Checks


def _expect(condition: bool, message: str) -> None:  # noqa: FBT001 - The arguments are those of `assert`.
    if not condition:
        raise LiveError(message)


def _expect_nothing(stack: automation.Stack, trial: Trial) -> None:
    summary = stack.preview(on_output=trial.write_log).change_summary
    _expect({str(op) for op in summary} <= {"same"}, f"the preview is not empty: {summary}; see {trial.log}")


def _change(stack: automation.Stack, trial: Trial, expected: dict[str, int]) -> None:
    announced = stack.preview(on_output=trial.write_log).change_summary
    updated = stack.up(on_output=trial.write_log).summary.resource_changes or {}
    for run, counts in (("announced", announced), ("done", updated)):
        changes = {str(op): count for op, count in counts.items() if op != "same"}
        _expect(changes == expected, f"{run}: {changes}, expected: {expected}; see {trial.log}")


def _read_cluster(stack: automation.Stack) -> ClusterOutput:
    return ClustersOutput.model_validate(stack.outputs()["clusters"].value).root["live"]


def _read_connection_states(stack: automation.Stack) -> dict[str, set[str]]:
    return {
        consumer: {endpoint.connection_state for endpoint in targets.values()}
        for consumer, targets in _read_cluster(stack).endpoints.items()
    }


def _expect_records(stack: automation.Stack, trial: Trial) -> None:
    """Check that each network is linked to its own zone, and that the zone has the endpoints' addresses."""
    for consumer, group in (("one", "adx-private-link-live"), ("two", "adx-private-link-live-two")):
        zone = f"/subscriptions/{trial.subscription}/resourceGroups/{group}/providers/Microsoft.Network"
        zone += f"/privateDnsZones/privatelink.{trial.location}.kusto.windows.net"
        linked = [link["properties"]["virtualNetwork"]["id"] for link in list_of(f"{zone}/virtualNetworkLinks")]
        names = [network.rsplit("/", 1)[1] for network in linked]
        _expect(names == [f"{consumer}-vnet"], f"{zone} is linked to {linked}")
        records = {
            record_set["name"]: [record["ipv4Address"] for record in record_set["properties"]["aRecords"]]
            for record_set in list_of(f"{zone}/A")
        }
        expected = {
            host.partition(".")[0]: addresses
            for target in _read_cluster(stack).endpoints[consumer].values()
            for host, addresses in target.hosts.items()
        }
        _expect(records == expected and len(records) == 2, f"{zone} has {records}, expected {expected}")


def _compare(azure: answers.Answers, sandbox: answers.Answers, console: Console) -> None:
    table = Table(title="Where the sandbox answers differently", title_justify="left", box=None, header_style="bold")
    for heading in ("resource", "property", "Azure", "sandbox"):
        table.add_column(heading, overflow="fold")
    for row in answers.find_differences(azure, sandbox):
        table.add_row(*row)
    console.print(table if table.row_count else "The sandbox answers the same.")


if __name__ == "__main__":
    main()
