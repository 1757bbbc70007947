"""Errors of programs in other languages: all at once, by the caller's own properties, without a traceback."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
import yaml

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack

from .conftest import PROJECT

NEWADX = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/newadx"
)
SUBNET = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/virtualNetworks/analytics-vnet/subnets/clients"
)
SUBSCRIPTIONS = {"owner": NEWADX.split("/")[2], "clients": SUBNET.split("/")[2]}
PROVIDERS = {
    name: {"type": "pulumi:providers:azure-native", "properties": {"subscriptionId": subscription}}
    for name, subscription in SUBSCRIPTIONS.items()
}
DNS = {"resourceGroup": "analytics", "storageZones": "made"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    directory = tmp_path_factory.mktemp("program")
    home = SandboxHome(directory / ".sandbox")
    home.reset(None)
    shutil.copy(PROJECT / "examples" / "yaml" / "Pulumi.yaml", directory)
    stack = Stack(directory, home)
    stack.init()
    return stack


def preview(stack: Stack, resources: dict[str, Any]) -> str:
    """Preview a program with these resources, and return what it prints; it fails."""
    program = {"name": "links", "runtime": "yaml", "resources": resources}
    (stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump(program))
    run = stack.preview()
    assert not run.succeeded
    assert "Traceback" not in run.output
    assert 'File "' not in run.output
    return run.output


def component(kind: str, **properties: object) -> dict[str, Any]:
    return {"type": f"adx-private-link:{kind}", "properties": properties}


def test_all_problems_of_a_stack_come_at_once(stack: Stack) -> None:
    """A reader corrects them in one go."""
    consumer = {"subnetId": "clients", "dns": {**DNS, "ttl": 0}, "requestMessage": "x" * 141}
    output = preview(
        stack, {"links": component("AdxPrivateLinks", clusters={"a": {"id": NEWADX}}, consumers={"b": consumer})}
    )
    assert "property consumers.b.subnetId" in output
    assert "property consumers.b.dns.ttl" in output
    assert "write 1 or more" in output
    assert "property consumers.b.requestMessage" in output


def test_what_azure_would_reject_names_the_property(stack: Stack) -> None:
    """The plan knows it only after it has read Azure."""
    consumer = {"subnetId": SUBNET.replace("clients", "nowhere"), "dns": DNS}
    output = preview(
        stack, {"links": component("AdxPrivateLinks", clusters={"a": {"id": NEWADX}}, consumers={"b": consumer})}
    )
    assert "property consumers.b.subnetId" in output


def test_a_setting_without_effect_names_the_property_of_one_cluster(stack: Stack) -> None:
    """`AdxPrivateLink` has its cluster in `cluster`, and not by key."""
    cluster = {"id": NEWADX, "visibleToAll": True, "nat": {"addresses": 2}}
    consumers = {"b": {"subnetId": SUBNET, "dns": DNS}}
    providers = {subscription: f"${{{name}}}" for name, subscription in SUBSCRIPTIONS.items()}
    link = component("AdxPrivateLink", cluster=cluster, consumers=consumers, providers=providers)
    output = preview(stack, {**PROVIDERS, "newadx": link})
    assert "property cluster.visibleToAll" in output
    assert "property cluster.nat" in output


def test_a_missing_provider_is_named(stack: Stack) -> None:
    """The default provider works in one subscription only, and everything would be created there."""
    consumers = {"b": {"subnetId": SUBNET, "dns": DNS}}
    output = preview(stack, {"newadx": component("AdxPrivateLink", cluster={"id": NEWADX}, consumers=consumers)})
    assert "property providers.22222222-2222-2222-2222-222222222222" in output


def test_a_provider_must_be_one(stack: Stack) -> None:
    """Its name looks the same in YAML."""
    properties = {"cluster": {"id": NEWADX}, "providers": {SUBSCRIPTIONS["owner"]: "owner"}}
    assert "is not a provider" in preview(stack, {"newadx": component("AdxPrivateLink", **properties)})


def test_one_of_cluster_and_hand_over_is_needed(stack: Stack) -> None:
    """A program that has neither says nothing."""
    assert "property cluster" in preview(stack, {"newadx": component("AdxPrivateLink", consumers={})})


def test_a_name_that_is_no_key_is_a_problem(stack: Stack) -> None:
    """Names in Azure are made from it."""
    output = preview(stack, {"my.adx": component("AdxPrivateLink", cluster={"id": NEWADX}, consumers={})})
    assert "write 1 to 40 letters, digits, `-` or `_`" in output


def test_a_value_of_a_resource_that_does_not_exist_yet_is_a_problem(stack: Stack) -> None:
    """Everything is planned before anything is created."""
    group = {
        "type": "azure-native:resources:ResourceGroup",
        "properties": {"resourceGroupName": "new", "location": "westus"},
        "options": {"provider": "${owner}"},
    }
    consumer = {"subnetId": "${group.managedBy}", "dns": DNS}
    links = component("AdxPrivateLinks", clusters={"a": {"id": NEWADX}}, consumers={"b": consumer})
    output = preview(stack, {**PROVIDERS, "group": group, "links": links})
    assert "property consumers" in output
    assert "is not known before another resource exists" in output
