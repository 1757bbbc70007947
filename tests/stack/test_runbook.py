"""Every line of the runbook is followed in a sandbox that has its symptom; the commands are read from the page."""

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
from .worlds import BOTH_KINDS, RED, RED_NETWORK, native_and_red, one_and_red

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
    """Run the remedy of a symptom, or of several that share it, and return the output of its commands."""
    (remedy,) = {ROWS[symptom] for symptom in symptoms}
    printed = ""
    for command in re.findall("`([^`]+)`", remedy):
        printed += run(stack, re.sub("[A-Z]{5,}", lambda match: names[match[0]], command))
    return printed


def run(stack: Stack, command: str, *, fails: bool = False) -> str:
    """Run a command that needs no answers, and return its output."""
    arguments = shlex.split(command)
    if arguments[:2] in (["pulumi", "up"], ["pulumi", "refresh"]):
        arguments += ["--yes", "--skip-preview"]
    if arguments[1] == "repair":
        arguments.append("--yes")
    if ">" in arguments:
        arguments = ["sh", "-c", command]
    completed = subprocess.run(
        arguments,
        cwd=stack.directory,
        env={**environment(stack.home), "PULUMI_STACK": stack.name},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(completed.returncode) == fails, f"{command}\n{completed.stdout}{completed.stderr}"
    assert "Traceback" not in completed.stderr
    return completed.stdout + completed.stderr


def delete(stack: Stack, id: str) -> None:
    stack.home.azure.delete(ResourceId.parse(id))


def has_private_access(stack: Stack, *hosts: str) -> bool:
    """Return whether clients get the address of an approved endpoint for each host."""
    interfaces = [resource for resource in stack.world() if resource["type"] == "Microsoft.Network/networkInterfaces"]
    configurations = [interface["properties"]["ipConfigurations"][0]["properties"] for interface in interfaces]
    addresses = {configuration["privateIPAddress"] for configuration in configurations}
    states = {
        resource["properties"]["privateLinkServiceConnectionState"]["status"]
        for resource in stack.world()
        if resource["type"] == PRIVATE_LINK_SERVICE_CONNECTIONS
    }
    return states == {"Approved"} and all(stack.resolve(RED_NETWORK, host)[-1] in addresses for host in hosts)


def find_backend_files(stack: Stack, pattern: str) -> list[Path]:
    """Find files of the backend, which is in the stack's sandbox."""
    return [*(stack.directory / ".sandbox" / "stacks" / ".pulumi").glob(pattern)]


def test_an_update_reverts_deletions_and_changes_in_the_portal(stack: Stack) -> None:
    """Records, links or services were changed by hand."""
    azure, service = stack.home.azure, ResourceId.parse(f"{SERVICES}/privateLinkServices/pls-one-engine")
    delete(stack, f"{ZONE}/A/adxone")
    delete(stack, f"{ZONE}/virtualNetworkLinks/red-own")
    portal_changes.edit_record(azure, ResourceId.parse(f"{ZONE}/A/ingest-adxone"), ["10.3.0.99"])
    azure.put(service, {**azure.get(service), "tags": {"by": "hand"}})
    assert not has_private_access(stack, ENGINE)
    assert not has_private_access(stack, INGESTION)
    remedy = ROWS["Something was changed by hand"]
    assert "by: " in follow(stack, "Something was changed by hand").replace('"', "")
    assert has_private_access(stack, ENGINE, INGESTION)
    assert not azure.get(service).get("tags")
    # These remedies are the same, without the preview of the difference.
    for symptom in (
        "A DNS record was deleted",
        "A DNS record has an old address",
        "A virtual network link was deleted",
    ):
        assert ROWS[symptom] == remedy.replace("`pulumi preview --diff`<br>", "")


def test_the_remedy_restores_a_deleted_endpoint_and_a_deleted_zone(stack: Stack) -> None:
    """Both are gone from Azure, and still in the state."""
    delete(stack, f"{NETWORK}/privateEndpoints/pe-one-engine-red")
    for name in ("virtualNetworkLinks/red-own", "A/adxone", "A/ingest-adxone"):
        delete(stack, f"{ZONE}/{name}")
    delete(stack, ZONE)
    follow(stack, "A private endpoint was deleted", "A private DNS zone was deleted")
    assert has_private_access(stack, ENGINE, INGESTION)


def test_the_remedy_restores_a_deleted_service(stack: Stack) -> None:
    """Azure deletes a service only without connections, so these were removed before."""
    portal_changes.remove_connection(
        stack.home.azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-engine-red")
    )
    delete(stack, f"{SERVICES}/privateLinkServices/pls-one-engine")
    follow(stack, "A private link service was deleted")
    assert has_private_access(stack, ENGINE, INGESTION)


def test_the_remedy_replaces_rejected_and_disconnected_endpoints(stack: Stack) -> None:
    """Azure cannot restore such a connection."""
    azure = stack.home.azure
    portal_changes.decide_connection(
        azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-engine-red"), "Rejected"
    )
    portal_changes.remove_connection(azure, ResourceId.parse(f"{NETWORK}/privateEndpoints/pe-one-ingestion-red"))
    # One pattern selects both, because `--replace` accepts patterns.
    follow(stack, "A connection was rejected or is disconnected", CLUSTER="one", CONSUMER="red", TARGET="*")
    assert has_private_access(stack, ENGINE, INGESTION)


def test_the_remedy_finishes_an_update_that_was_killed(stack: Stack) -> None:
    """A killed engine leaves its lock, and an operation that it had begun."""
    delete(stack, f"{ZONE}/A/adxone")
    assert stack.refresh().succeeded
    stack.home.azure.add_trouble(Trouble(kind="kills-engine", on="PUT */A/adxone"))
    assert not stack.up().succeeded
    stack.home.azure.end_troubles()
    symptoms = ("An update was killed", "`the stack is currently locked`", "`cannot create already existing resource`")
    assert "currently locked" in run(stack, "pulumi up", fails=True)
    follow(stack, *symptoms, "`exited prematurely`, or the provider has stopped")
    assert has_private_access(stack, ENGINE, INGESTION)


def test_the_remedy_restores_a_state_that_a_full_disk_cut_off(stack: Stack) -> None:
    """State and backup are cut off, and the history still has the state of the last update."""
    (meta,) = find_backend_files(stack, "meta.yaml")
    os.truncate(meta, 5)
    error = run(stack, "adx-private-link access", fails=True)
    assert "corrupt store" in error
    assert "meta.yaml" in error.partition("is damaged")[0]
    follow(stack, "`corrupt store`", BACKEND=str(meta.parents[1]))
    assert "adxone" in run(stack, "adx-private-link access")
    for file in find_backend_files(stack, "stacks/*/test.json*"):
        os.truncate(file, min(4096, file.stat().st_size))
    assert "adx-private-link repair" in run(stack, "adx-private-link access", fails=True)
    assert "*.damaged" in PAGE
    printed = follow(stack, "The disk was full", "`failed to load checkpoint`")
    assert "restored from" in printed
    assert "The damaged state is kept as " in printed
    assert "17 unchanged" in printed
    assert find_backend_files(stack, "stacks/*/test.json.damaged")


def test_the_remedy_restores_a_state_that_an_edit_broke(stack: Stack) -> None:
    """Pulumi rejects a state that lacks the parent of a resource."""
    (state,) = find_backend_files(stack, "stacks/*/test.json")
    content = json.loads(state.read_text())
    resources = content["checkpoint"]["latest"]["resources"]
    resources[:] = [resource for resource in resources if not resource["type"].endswith(":ClusterServices")]
    state.write_text(json.dumps(content))
    assert "snapshot integrity failure" in run(stack, "pulumi up", fails=True)
    printed = follow(stack, "`snapshot integrity failure`")
    assert "restored from" in printed
    assert "The damaged state is kept as " in printed
    assert "17 unchanged" in printed


def test_the_remedy_restores_a_lost_state(stack: Stack) -> None:
    """The backend was deleted, and Azure still has everything."""
    shutil.rmtree(stack.directory / ".sandbox" / "stacks" / ".pulumi")
    before = stack.world()
    assert "no stack named" in run(stack, "pulumi up --stack test", fails=True)
    printed = follow(stack, "The state is lost: `no stack named …`", STACK="test")
    assert "17 unchanged" in printed
    assert stack.world() == before


# Native clusters


@pytest.fixture
def native(deployed: Deployed) -> Stack:
    """A stack with a native cluster: its endpoint has eight addresses, and a zone group that writes their records."""
    return deployed(native_and_red(), BOTH_KINDS)


NATIVE_ENDPOINT = f"{NETWORK}/privateEndpoints/pe-one-cluster-red"
GROUP = f"{NATIVE_ENDPOINT}/privateDnsZoneGroups/default"


def find_public_names(stack: Stack) -> set[str]:
    """Return the names of the native cluster that clients do not resolve to the endpoint."""
    [endpoint] = stack.outputs()["clusters"]["one"]["endpoints"]["red"].values()
    assert len(endpoint["hosts"]) == 8
    return {host for host, addresses in endpoint["hosts"].items() if stack.resolve(RED_NETWORK, host)[-1:] != addresses}


@pytest.mark.parametrize("kept_zones", [0, 1], ids=["no group", "the kusto zone alone"])
def test_the_remedy_restores_a_zone_group(native: Stack, kept_zones: int) -> None:
    """Somebody deleted it, or a script has set the kusto zone alone: queries work, and queued ingestion fails."""
    azure, group = native.home.azure, ResourceId.parse(GROUP)
    assert find_public_names(native) == set()
    if kept_zones:
        configurations = azure.get(group)["properties"]["privateDnsZoneConfigs"][:kept_zones]
        azure.put(group, {"properties": {"privateDnsZoneConfigs": configurations}})
    else:
        azure.delete(group)
    assert len(find_public_names(native)) == (6 if kept_zones else 8)
    follow(native, "A zone group was deleted, or lacks a zone")
    assert find_public_names(native) == set()


def test_the_remedy_restores_a_record_of_a_zone_group(native: Stack) -> None:
    """An update changes nothing, because the zone group is as deployed."""
    delete(native, f"{ZONE}/A/ingest-newone")
    run(native, "pulumi up --refresh")
    assert find_public_names(native) == {"ingest-newone.westus.kusto.windows.net"}
    follow(native, "A record of a zone group was deleted", CLUSTER="one", CONSUMER="red")
    assert find_public_names(native) == set()


def test_the_remedy_restores_a_zone_of_a_zone_group(native: Stack) -> None:
    """The zone group is as deployed, and its zone is empty."""
    links = [resource["id"] for resource in native.world() if resource["id"].startswith(f"{ZONE}/virtualNetworkLinks/")]
    for id in (*links, ZONE):
        delete(native, id)
    follow(native, "A private DNS zone with names of a native cluster was deleted", CLUSTER="one", CONSUMER="red")
    assert find_public_names(native) == set()


def test_the_remedy_replaces_a_rejected_endpoint_of_a_native_cluster(native: Stack) -> None:
    """The zone group's records vanish with the connection."""
    portal_changes.decide_connection(native.home.azure, ResourceId.parse(NATIVE_ENDPOINT), "Rejected")
    assert len(find_public_names(native)) == 8
    follow(native, "A connection was rejected or is disconnected", CLUSTER="one", CONSUMER="red", TARGET="cluster")
    assert find_public_names(native) == set()


def test_the_command_for_failing_ingestion_reports_storage_names(native: Stack) -> None:
    """This machine is in no network of the sandbox, so it has no access to the endpoint."""
    symptom = "Queries work, queued ingestion does not find or reach `….blob.core.windows.net`"
    command = ROWS[symptom].strip("`").replace("CONSUMER", "red")
    assert ".blob.core.windows.net" in run(native, f"{command} --timeout 0.2", fails=True)


# The page


def test_the_command_for_a_public_address_reports_the_cause(stack: Stack) -> None:
    """This machine is in no network of the sandbox, so it has no access to the endpoint."""
    command = ROWS["Clients get the public address"].strip("`").replace("CONSUMER", "red")
    assert "adxone" in run(stack, f"{command} --timeout 0.2", fails=True)


def test_every_line_is_tested() -> None:
    """An operator at night must be able to trust each line."""
    assert len(ROWS) == PAGE.count("\n|") - 2
    tests = Path(__file__).read_text()
    assert [symptom for symptom in ROWS if f'"{symptom}"' not in tests] == []
