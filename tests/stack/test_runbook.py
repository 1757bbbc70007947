"""Every line of the runbook, in a sandbox where its symptom is real: the commands are read from the page."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId, Trouble
from azure_sandbox.azure.type_names import PRIVATE_LINK_SERVICE_CONNECTIONS
from azure_sandbox.testing import Stack, environment

from .conftest import Deployed
from .harness import PROJECT
from .worlds import RED, RED_NETWORK, one_and_red

PAGE = (PROJECT / "docs" / "how-to" / "runbook.md").read_text()
ROWS = dict(re.findall(r"^\| ([^|]+) \| (`[^|]+`) \| [^|]+ \|$", PAGE, re.MULTILINE))
NETWORK = f"{RED}/providers/Microsoft.Network"
ZONE = f"{NETWORK}/privateDnsZones/privatelink.westus.kusto.windows.net"
SERVICES = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/first/providers/Microsoft.Network"
ENGINE = "adxone.westus.kusto.windows.net"
INGESTION = "ingest-adxone.westus.kusto.windows.net"


@pytest.fixture
def stack(deployed: Deployed) -> Stack:
    return deployed(one_and_red())


def follow(stack: Stack, *symptoms: str, **names: str) -> str:
    """Run what the page says for a symptom, or for several that have the same remedy; what the commands print."""
    (remedy,) = {ROWS[each] for each in symptoms}
    printed = ""
    for command in re.findall("`([^`]+)`", remedy):
        printed += run(stack, re.sub("[A-Z]{5,}", lambda found: names[found[0]], command))
    return printed


def run(stack: Stack, command: str, *, fails: bool = False) -> str:
    arguments = shlex.split(command)
    if arguments[:2] in (["pulumi", "up"], ["pulumi", "refresh"]):
        arguments += ["--yes", "--skip-preview"]
    if arguments[1] == "repair":
        arguments.append("--yes")
    if ">" in arguments:
        arguments = ["sh", "-c", command]
    done = subprocess.run(
        arguments,
        cwd=stack.directory,
        env={**environment(stack.home), "PULUMI_STACK": stack.name},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(done.returncode) == fails, f"{command}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def delete(stack: Stack, id: str) -> None:
    stack.home.azure.delete(ResourceId.parse(id))


def is_private(stack: Stack, *hosts: str) -> bool:
    """Whether clients get the address that an approved endpoint has now."""
    interfaces = [each for each in stack.world() if each["type"] == "Microsoft.Network/networkInterfaces"]
    addresses = {each["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] for each in interfaces}
    states = {
        each["properties"]["privateLinkServiceConnectionState"]["status"]
        for each in stack.world()
        if each["type"] == PRIVATE_LINK_SERVICE_CONNECTIONS
    }
    return states == {"Approved"} and all(stack.resolve(RED_NETWORK, each)[-1] in addresses for each in hosts)


def files(stack: Stack, pattern: str) -> list[Path]:
    return [*(stack.directory / ".sandbox" / "stacks" / ".pulumi").glob(pattern)]


def test_after_a_deletion_or_a_change_in_the_portal(stack: Stack) -> None:
    azure, service = stack.home.azure, ResourceId.parse(f"{SERVICES}/privateLinkServices/pls-one-engine")
    delete(stack, f"{ZONE}/A/adxone")
    delete(stack, f"{ZONE}/virtualNetworkLinks/red-own")
    portal_changes.edit_record(azure, ResourceId.parse(f"{ZONE}/A/ingest-adxone"), ["10.3.0.99"])
    azure.put(service, {**azure.get(service), "tags": {"by": "hand"}})
    assert not is_private(stack, ENGINE)
    assert not is_private(stack, INGESTION)
    remedy = ROWS["Something was changed by hand"]
    assert "by: " in follow(stack, "Something was changed by hand").replace('"', "")
    assert is_private(stack, ENGINE, INGESTION)
    assert not azure.get(service).get("tags")
    # The same without the look at the difference.
    for symptom in (
        "A DNS record was deleted",
        "A DNS record has an old address",
        "A virtual network link was deleted",
    ):
        assert ROWS[symptom] == remedy.replace("`pulumi preview --diff`<br>", "")


def test_after_the_deletion_of_an_endpoint_and_a_zone(stack: Stack) -> None:
    delete(stack, f"{NETWORK}/privateEndpoints/pe-one-engine-red")
    for each in ("virtualNetworkLinks/red-own", "A/adxone", "A/ingest-adxone"):
        delete(stack, f"{ZONE}/{each}")
    delete(stack, ZONE)
    follow(stack, "A private endpoint was deleted", "A private DNS zone was deleted")
    assert is_private(stack, ENGINE, INGESTION)


def test_after_the_deletion_of_a_service(stack: Stack) -> None:
    """Azure deletes a service only without connections: they were removed before it."""
    portal_changes.remove_connection(
        stack.home.azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-engine-red")
    )
    delete(stack, f"{SERVICES}/privateLinkServices/pls-one-engine")
    follow(stack, "A private link service was deleted")
    assert is_private(stack, ENGINE, INGESTION)


def test_after_a_rejection(stack: Stack) -> None:
    azure = stack.home.azure
    portal_changes.decide_connection(
        azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-engine-red"), "Rejected"
    )
    portal_changes.remove_connection(azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-ingestion-red"))
    # Both at once, by a pattern: `--replace` takes one.
    follow(stack, "A connection was rejected or is disconnected", CLUSTER="one", CONSUMER="red", TARGET="*")
    assert is_private(stack, ENGINE, INGESTION)


def test_after_a_kill(stack: Stack) -> None:
    """The engine is killed in the middle of an update: it leaves its lock, and an operation that it had begun."""
    delete(stack, f"{ZONE}/A/adxone")
    assert stack.refresh().succeeded
    stack.home.azure.add_trouble(Trouble(kind="kills-engine", on="PUT */A/adxone"))
    assert not stack.up().succeeded
    stack.home.azure.end_troubles()
    symptoms = ("An update was killed", "`the stack is currently locked`", "`cannot create already existing resource`")
    assert "currently locked" in run(stack, "pulumi up", fails=True)
    follow(stack, *symptoms, "`exited prematurely`, or the provider has stopped")
    assert is_private(stack, ENGINE, INGESTION)


def test_after_a_full_disk(stack: Stack) -> None:
    """State and backup are cut off at the same byte; the history still has the state of the last update."""
    (meta,) = files(stack, "meta.yaml")
    os.truncate(meta, 5)
    refused = run(stack, "adx-private-link access", fails=True)
    assert "corrupt store" in refused
    assert "meta.yaml" in refused.partition("is damaged")[0]
    follow(stack, "`corrupt store`", BACKEND=str(meta.parents[1]))
    assert "adxone" in run(stack, "adx-private-link access")
    for each in files(stack, "stacks/*/test.json*"):
        os.truncate(each, min(4096, each.stat().st_size))
    assert "adx-private-link repair" in run(stack, "adx-private-link access", fails=True)
    assert "*.damaged" in PAGE
    printed = follow(stack, "The disk was full", "`failed to load checkpoint`")
    assert "restored from" in printed
    assert "17 unchanged" in printed
    assert files(stack, "stacks/*/test.json.damaged")


def test_after_an_edit_of_the_state(stack: Stack) -> None:
    """Its parent is missing: Pulumi uses no such state."""
    (state,) = files(stack, "stacks/*/test.json")
    content = json.loads(state.read_text())
    resources = content["checkpoint"]["latest"]["resources"]
    resources[:] = [each for each in resources if not each["type"].endswith(":ClusterServices")]
    state.write_text(json.dumps(content))
    assert "snapshot integrity failure" in run(stack, "pulumi up", fails=True)
    printed = follow(stack, "`snapshot integrity failure`")
    assert "restored from" in printed
    assert "17 unchanged" in printed


def test_after_the_loss_of_the_state(stack: Stack) -> None:
    shutil.rmtree(stack.directory / ".sandbox" / "stacks" / ".pulumi")
    before = stack.world()
    assert "no stack named" in run(stack, "pulumi up --stack test", fails=True)
    printed = follow(stack, "The state is lost: `no stack named …`", STACK="test")
    assert "17 unchanged" in printed
    assert stack.world() == before


def test_clients_that_get_the_public_address_learn_the_cause(stack: Stack) -> None:
    """This machine is in no such network, so that the way is broken here."""
    command = ROWS["Clients get the public address"].strip("`").replace("CONSUMER", "red")
    assert "adxone" in run(stack, f"{command} --timeout 0.2", fails=True)


def test_every_line_is_tried() -> None:
    assert len(ROWS) == PAGE.count("\n|") - 2
    tests = Path(__file__).read_text()
    assert [each for each in ROWS if f'"{each}"' not in tests] == []
