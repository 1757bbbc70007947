"""`adx-private-link migrate` and `roll-back`: a cluster leaves its virtual network and returns, and access goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import Trouble
from azure_sandbox.reachability import reach_all
from azure_sandbox.testing import Stack, environment
from tests.waiting import wait_until

from .conftest import Deployed
from .harness import COMMAND, expect_success
from .test_move_by_up import CLUSTER, HOSTS, ITSELF, SERVICES, moving
from .worlds import RED_NETWORK

SHORT = {"ttl": 1}


def _settings(**cluster: object) -> dict[str, object]:
    settings = moving(**cluster)
    settings["consumers"]["red"]["dns"] |= SHORT
    return settings


def run(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal."""
    return subprocess.run(
        [*COMMAND, *arguments, "--stack", stack.name],
        cwd=stack.directory,
        env=environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def expect(stack: Stack, code: int, *arguments: str) -> str:
    completed = run(stack, *arguments)
    assert completed.returncode == code, completed.stdout + completed.stderr
    return completed.stdout + completed.stderr


def access(stack: Stack) -> set[str]:
    """What clients reach the cluster through."""
    reached = [stack.reach(RED_NETWORK, host) for host in HOSTS]
    assert {reach.outcome for reach in reached} == {"connected"}
    return {reach.through for reach in reached}


@dataclass
class Client:
    """A client that connects all the time: the outcomes, and when they were not `connected`."""

    outcomes: Counter[str] = field(default_factory=Counter[str])


@contextmanager
def connecting(stack: Stack, network: str = RED_NETWORK) -> Generator[Client]:
    """Resolve both host names and connect from a consumer's network, all the time."""
    client, ended = Client(), threading.Event()

    def connect() -> None:
        while not ended.is_set():
            client.outcomes.update(reach.outcome for reach in reach_all(stack.home.azure, network, HOSTS).values())
            time.sleep(0.02)  # The engine needs the processor.

    thread = threading.Thread(target=connect)
    thread.start()
    try:
        yield client
    finally:
        ended.set()
        thread.join()
    assert client.outcomes.total() > 20


GO = ("--owner", "nobody", "--yes")


@pytest.mark.parametrize("outcome", ["orphan", "detach"])
def test_with_the_bridge_no_client_notices_the_move_and_the_way_back(deployed: Deployed, outcome: str) -> None:
    """The whole promise: a production cluster moves in the daytime, and back if something is wrong."""
    stack = deployed(_settings(targets="both"))
    stack.home.azure.set_switch("flip-with-service", outcome)
    with connecting(stack) as client:
        left = expect(stack, 0, "migrate", "one", "--bridge", *GO)
        assert access(stack) == ITSELF
        expect_success(stack.preview("--expect-no-changes"))
        expect(stack, 0, "roll-back", "one", "--bridge", *GO)
        assert access(stack) == SERVICES
        expect_success(stack.preview("--expect-no-changes"))
    assert {*client.outcomes} == {"connected"}
    assert "adxone has left its virtual network, and its names lead to it." in left
    assert "adx-private-link verify --consumer red" in left
    expect(stack, 0, "access", "--live")


def test_without_the_bridge_clients_wait_for_the_update_only(deployed: Deployed) -> None:
    """Where a policy forbids public access: the names are always there, and nothing else fails than the old path."""
    stack = deployed(_settings(targets="both"))
    with connecting(stack) as client:
        expect(stack, 0, "migrate", "one", *GO)
        expect(stack, 0, "roll-back", "one", *GO)
    assert {*client.outcomes} == {"connected", "not-in-effect"}
    assert access(stack) == SERVICES


def test_azure_may_refuse_to_move_a_cluster_with_services(deployed: Deployed) -> None:
    """It stops before harm, says why, and the way that it says leads to the end."""
    stack = deployed(_settings(targets="both"))
    stack.home.azure.set_switch("flip-with-service", "refuse")
    with connecting(stack) as client:
        refused = expect(stack, 2, "migrate", "one", "--bridge", *GO)
        assert "CannotDeleteLoadBalancerWithPrivateLinkService" in refused
        assert "The cluster is as before. Clients reach it as before." in refused
        assert access(stack) == SERVICES
        stack.configure(**_settings(targets="cluster", names="public"))
        expect_success(stack.up())
        moved = expect(stack, 0, "migrate", "one", "--bridge", *GO)
        assert "remove `names: public`" in moved
        stack.configure(**_settings(targets="both"))
        expect_success(stack.up())
    assert access(stack) == ITSELF
    assert {*client.outcomes} == {"connected"}


def test_names_that_cannot_be_published_again_hide_no_refusal(deployed: Deployed) -> None:
    """Two things fail on a bad night, and the operator needs both."""
    stack = deployed(_settings(targets="both"))
    stack.home.azure.set_switch("flip-with-service", "refuse")
    stack.home.azure.add_trouble(Trouble(kind="refused", on="PUT *privateDnsZones*", times=None))
    stopped = expect(stack, 2, "migrate", "one", "--bridge", *GO)
    assert "CannotDeleteLoadBalancerWithPrivateLinkService" in stopped
    assert "The names could not be published again, either:" in stopped
    assert "RequestDisallowedByPolicy" in stopped
    assert "Clients may be on the public endpoint now." in stopped
    stack.home.azure.end_troubles()
    expect_success(stack.up())
    assert access(stack) == SERVICES


def test_nothing_changes_before_everything_is_prepared(deployed: Deployed) -> None:
    stack = deployed(_settings())
    plan = expect(stack, 1, "migrate", "one", *GO)
    assert "has no endpoint of the cluster itself: write `targets: both` in clusters.one, and run `pulumi up`" in plan
    assert "Nothing was changed." in plan
    stack.configure(**_settings(targets="both"))
    plan = expect(stack, 1, "migrate", "one", *GO)
    assert "not up to date" in plan
    assert access(stack) == SERVICES


def test_a_cluster_can_leave_unprepared_where_azure_takes_no_endpoints_before(deployed: Deployed) -> None:
    stack = deployed(_settings())
    stack.home.azure.set_switch("injected-target", "refuse")
    expect(stack, 0, "migrate", "one", "--unprepared", *GO)
    assert access(stack) == ITSELF


def test_a_cluster_that_is_where_it_should_be_is_left_alone(deployed: Deployed) -> None:
    """A typing error at night must not start an update."""
    stack = deployed(_settings(targets="both"))
    said = expect(stack, 0, "roll-back", "one", *GO)
    assert "adxone is in its virtual network already, and its names lead to it." in said
    assert expect_success(stack.up()).operations == []


def test_to_resume_asks_as_long_as_the_cluster_has_not_moved(deployed: Deployed) -> None:
    """Nothing remembers a move, so a move that has not begun is a new one."""
    stack = deployed(_settings(targets="both"))
    assert "run the command with `--yes`" in expect(stack, 2, "migrate", "one", "--resume", "--owner", "nobody")
    assert access(stack) == SERVICES


@pytest.mark.parametrize("options", [(), ("--resume",)])
def test_a_locked_stack_shows_before_the_cluster_changes(deployed: Deployed, options: tuple[str, ...]) -> None:
    """Another update may be running; with the cluster moved and the stack locked, clients would have no access."""
    stack = deployed(_settings(targets="both"))
    lock = stack.home.directory / "stacks/.pulumi/locks/organization/adx-private-link" / stack.name / "other.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text("{}")
    stopped = expect(stack, 2, "migrate", "one", *options, *GO)
    assert "the stack is currently locked by 1 lock(s)" in stopped
    repair = f"`adx-private-link repair --stack {stack.name}`"
    assert f"Next: run {repair}, then run `adx-private-link migrate one" in stopped
    assert access(stack) == SERVICES
    lock.unlink()
    expect(stack, 0, "migrate", "one", "--resume", *GO)
    assert access(stack) == ITSELF


def test_a_closed_cluster_that_azure_refuses_to_move_needs_a_time_without_access(deployed: Deployed) -> None:
    """Without services and without names, clients of a closed cluster have nothing left to use."""
    stack = deployed(_settings(targets="both"))
    stack.home.azure.set_switch("flip-with-service", "refuse")
    change = {"properties": {"publicNetworkAccess": "Disabled"}}
    stack.home.azure.without_caller().patch(CLUSTER, change)
    refused = expect(stack, 2, "migrate", "one", *GO)
    assert "Next: agree on a time without access, because public access is disabled" in refused
    assert access(stack) == SERVICES


def test_nobody_is_asked_without_a_terminal(deployed: Deployed) -> None:
    """In a pipeline, the owner of the cluster must be named: a wrong answer is undone by the owner's next run."""
    stack = deployed(_settings(targets="both"))
    assert "run the command with `--owner`" in expect(stack, 2, "migrate", "one", "--yes")
    assert "run the command with `--yes`" in expect(stack, 2, "migrate", "one", "--owner", "nobody")
    assert access(stack) == SERVICES


def test_a_cluster_that_a_program_owns_is_changed_there(deployed: Deployed) -> None:
    """The owner's next deployment would undo a change of ours."""
    stack = deployed(_settings(targets="both"))
    said = expect(stack, 1, "migrate", "one", "--owner", "pulumi", "--yes")
    assert '"state": "Disabled",' in said
    assert f"adx-private-link migrate one --owner pulumi --yes --stack {stack.name} --elsewhere" in said
    assert access(stack) == SERVICES
    waiting = subprocess.Popen(
        [*COMMAND, "migrate", "one", "--elsewhere", "--yes", "--stack", stack.name],
        cwd=stack.directory,
        env=environment(stack.home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stderr
    before = list(takewhile(lambda line: not line.startswith("waiting for the owner of adxone"), waiting.stderr))
    assert waiting.poll() is None, before
    portal_changes.leave_network(stack.home.azure, CLUSTER)
    rest = waiting.communicate()[1]
    assert waiting.returncode == 0, rest
    assert access(stack) == ITSELF


OWNERS_PROGRAM = """
import pulumi
from pulumi_azure_native import Provider, kusto

config = pulumi.Config()
first = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/first"
state = config.get("state")
kusto.Cluster(
    "adxone",
    cluster_name="adxone",
    resource_group_name="first",
    location="westus",
    sku={"name": "Standard_D13_v2", "tier": "Standard", "capacity": config.get_int("capacity") or 2},
    virtual_network_configuration={
        "subnet_id": f"{first}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/adx",
        "engine_public_ip_id": f"{first}/providers/Microsoft.Network/publicIPAddresses/one-engine",
        "data_management_public_ip_id": f"{first}/providers/Microsoft.Network/publicIPAddresses/one-ingestion",
        "state": state or "Enabled",  # what the SDK sends for a program that says nothing
    },
    opts=pulumi.ResourceOptions(
        provider=Provider("p", subscription_id="11111111-1111-1111-1111-111111111111"),
        import_=f"{first}/providers/Microsoft.Kusto/Clusters/adxone",
        ignore_changes=config.get_object("ignore"),
    ),
)
"""


def _owners_stack(stack: Stack, tmp_path: Path) -> Stack:
    directory = tmp_path / "owner"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("{name: owner, runtime: python}")
    (directory / "__main__.py").write_text(OWNERS_PROGRAM)
    owner = Stack(directory, stack.home, "owner")
    owner.init()
    return owner


def test_an_owners_program_with_the_lines_keeps_the_cluster_where_it_is(deployed: Deployed, tmp_path: Path) -> None:
    """Its next deployment PUTs the whole cluster; with the lines, that changes nothing about the network."""
    stack = deployed(_settings(targets="both"))
    owner = _owners_stack(stack, tmp_path)
    expect_success(owner.up())
    owner.configure(state="Disabled")
    moved = expect_success(owner.up())
    assert moved.operations == ["update Cluster adxone"]
    expect(stack, 0, "migrate", "one", "--elsewhere", "--yes")
    owner.configure(state="Disabled", capacity=3)
    expect_success(owner.up())
    assert access(stack) == ITSELF
    expect_success(stack.preview("--expect-no-changes"))


def test_an_owners_program_without_the_lines_is_caught_by_the_next_preview(deployed: Deployed, tmp_path: Path) -> None:
    """Its next deployment sends the cluster back into the network, and nobody meant it."""
    stack = deployed(_settings(targets="both"))
    owner = _owners_stack(stack, tmp_path)
    expect_success(owner.up())
    expect(stack, 0, "migrate", "one", *GO)
    owner.configure(capacity=3)
    expect_success(owner.up())
    preview = stack.preview()
    assert [operation for operation in preview.operations if "PrivateRecordSet" in operation]
    assert "is in its virtual network again since the last update" in preview.output
    expect_success(stack.up())
    assert access(stack) == SERVICES


def test_an_interrupted_move_is_resumed(deployed: Deployed) -> None:
    """The operator's machine loses its network after the change, before the names are published."""
    stack = deployed(_settings(targets="both"))
    stack.home.azure.add_trouble(Trouble(kind="refused", on="PUT *privateDnsZoneGroups*"))
    stopped = expect(stack, 2, "migrate", "one", *GO)
    assert "Next: " in stopped
    assert f"adx-private-link migrate one --owner nobody --yes --stack {stack.name} --resume" in stopped
    expect(stack, 0, "migrate", "one", "--resume", "--yes")
    assert access(stack) == ITSELF


def _interrupt_in(stack: Stack, step: str, *arguments: str) -> str:
    """Press Ctrl-C when a command begins a step, and return what it prints after that."""
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--stack", stack.name],
        cwd=stack.directory,
        # As for a user: a warm Python is a child of another process group.
        env=environment(stack.home, warm=False),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr
    before = list(takewhile(lambda line: not line.startswith(step), process.stderr))
    assert process.poll() is None, before
    if "pulumi up" in step:
        # Ctrl-C reaches Pulumi too, and before its first operation it leaves a lock. The slow trouble meets that one.
        wait_until(lambda: any(met for _, met in stack.home.azure.troubles()), 300)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130, said
    return said


@pytest.mark.parametrize("step", ["withdrawing the names (pulumi up)", "waiting 1 s", "take adxone out of"])
def test_ctrl_c_says_where_the_move_stands(deployed: Deployed, step: str) -> None:
    """At night, nothing is worse than not to know: what clients use, whether Azure works, how it goes on."""
    stack = deployed(_settings(targets="both"))
    stack.home.azure.add_trouble(Trouble(kind="slow", on="DELETE */privateDnsZones/*", seconds=2))
    said = _interrupt_in(stack, step, "migrate", "one", "--bridge", *GO)
    assert f"Stopped in this step: {step}" in said
    assert "Clients may be on the public endpoint now." in said
    resume = f"adx-private-link migrate one --bridge --owner nobody --yes --stack {stack.name} --resume"
    assert f"Next: run `{resume}`, which goes on where Azure is" in said
    # While Azure moves the cluster, an update would lead the names to where it was.
    assert ("or `pulumi up`" in said) == (not step.startswith("take"))
    assert "Traceback" not in said
    expect(stack, 0, *resume.split()[1:-3], "--resume")
    assert access(stack) == ITSELF


def test_ctrl_c_can_be_the_end_of_a_move(deployed: Deployed) -> None:
    """The names are withdrawn and nothing has moved: an update leads them to the services again."""
    stack = deployed(_settings(targets="both"))
    _interrupt_in(stack, "waiting 1 s", "migrate", "one", "--bridge", *GO)
    assert access(stack) == {""}
    said = expect(stack, 2, "roll-back", "one", *GO)
    assert "is in its virtual network already; its names do not lead to it yet, and clients use the public" in said
    assert "--resume" in said
    expect_success(stack.up())
    assert access(stack) == SERVICES


def test_a_move_in_the_other_direction_is_awaited_first(deployed: Deployed) -> None:
    """While Azure works, a cluster shows where it was, and names that lead there are wrong in a minute."""
    stack = deployed(_settings(targets="both"))
    expect(stack, 0, "migrate", "one", *GO)
    portal_changes.return_to_network(stack.home.azure.acting_as("operator"), CLUSTER)
    said = expect(stack, 1, "migrate", "one", "--resume", "--owner", "pulumi", "--yes")
    assert "waiting until the running operation on adxone ends" in said
    assert "adxone is Running, in its virtual network" in said
