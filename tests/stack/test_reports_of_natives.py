"""
The reports of changes of a stack with a native and an injected cluster, from the previews of the real engine.

They are in `reports/native/`, to be read; `REPORTS=write pytest tests/stack/test_reports_of_natives.py` writes them
again.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from adx_private_link import parse, plan
from adx_private_link.cli.picture import from_plan, from_settings
from adx_private_link.cli.picture.model import Picture
from adx_private_link.cli.report.reading import read_plan
from adx_private_link.facts.expected import expected_facts
from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId

from .harness import Stack, expect_success
from .reporting import READ, Settings, assert_as_recorded, fails_on, preview, run_report
from .worlds import ANALYTICS_NETWORK, NATIVE_CLUSTER, NEW_HUB, TWO_HUBS, two_hubs

ENDPOINT = f"{ANALYTICS_NETWORK.partition('virtualNetworks')[0]}privateEndpoints/pe-new-cluster-analytics"
ZONE_GROUP = f"{ENDPOINT}/privateDnsZoneGroups/default"


def nothing_changed(settings: Settings) -> None:
    del settings


def tag_changed(settings: Settings) -> None:
    settings["consumers"]["analytics"]["tags"] = {"team": "bi"}


def endpoint_replaced(settings: Settings) -> None:
    settings["consumers"]["analytics"]["endpoints"] = {"new": {"cluster": {"interface_name": "nic-new"}}}


def zone_moved(settings: Settings) -> None:
    """The stack's own kusto zone moves to another resource group."""
    settings["consumers"]["analytics"]["dns"] |= {
        "resource_group": "adx",
        "subscription": NATIVE_CLUSTER.split("/")[2],
    }


def storage_zones_moved(settings: Settings) -> None:
    """The network gets its storage zones from another hub."""
    settings["consumers"]["analytics"]["dns"]["zones_in"] = [NEW_HUB]


def names_left_to_others(settings: Settings) -> None:
    settings["consumers"]["analytics"]["dns"] = "elsewhere"


def consumer_removed(settings: Settings) -> None:
    del settings["consumers"]["analytics"]


def consumer_of_made_zones_removed(settings: Settings) -> None:
    del settings["consumers"]["others"]


def consumer_renamed(settings: Settings) -> None:
    """Without `formerly`."""
    settings["consumers"]["bi"] = settings["consumers"].pop("analytics")


def cluster_renamed(settings: Settings) -> None:
    """Without `formerly`."""
    settings["clusters"]["newer"] = settings["clusters"].pop("new")


CHANGES = {
    nothing_changed: set[str](),
    tag_changed: set[str](),
    endpoint_replaced: {"endpoint-replaced"},
    zone_moved: {"zone-group-replaced", "zone-moved"},
    storage_zones_moved: {"zone-group-replaced"},
    names_left_to_others: {"zone-group-removed", "zone-removed"},
    consumer_removed: {"access-removed", "zone-removed"},
    consumer_of_made_zones_removed: {"access-removed", "zone-removed"},
}
RISKS = {
    "first_deployment": {"approval-given"},
    **{change.__name__: risks for change, risks in CHANGES.items()},
    "zones_added": set[str](),
    "approval_withdrawn": {"zone-group-removed"},
}
"""The risks of each change, by the name of its report."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the engine's previews: of the first deployment, and of each change after it."""
    stack = Stack(tmp_path_factory.mktemp("reported") / "stack", TWO_HUBS)
    previews = {"first_deployment": preview(stack, two_hubs())}
    expect_success(stack.up())
    for change in CHANGES:
        settings = copy.deepcopy(two_hubs())
        change(settings)
        previews[change.__name__] = preview(stack, settings)
    previews["zones_added"] = _without_storage_zones(stack)
    previews["approval_withdrawn"] = _rejected(stack)
    return previews


def _without_storage_zones(stack: Stack) -> str:
    """The preview after somebody has removed zones from a zone group by hand."""
    azure = stack.home.azure
    group = azure.get(ResourceId.parse(ZONE_GROUP))
    configs = [
        {"name": config["name"], "properties": {"privateDnsZoneId": config["properties"]["privateDnsZoneId"]}}
        for config in group["properties"]["privateDnsZoneConfigs"]
        if config["name"] in ("kusto", "blob")
    ]
    azure.put(ResourceId.parse(ZONE_GROUP), {"properties": {"privateDnsZoneConfigs": configs}})
    expect_success(stack.refresh())
    printed = preview(stack, two_hubs())
    expect_success(stack.up())
    return printed


def _rejected(stack: Stack) -> str:
    """The preview after the cluster's owner has rejected a connection that was approved."""
    portal_changes.decide_connection(stack.home.azure, ResourceId.parse(ENDPOINT), "Rejected")
    return preview(stack, two_hubs())


@pytest.mark.parametrize("name", RISKS)
def test_the_report_is_as_recorded(printed: dict[str, str], name: str) -> None:
    assert_as_recorded(run_report(printed[name]), READ / "native" / f"{name}.md")


@pytest.mark.parametrize(("name", "risks"), RISKS.items())
def test_a_machine_reads_the_same(printed: dict[str, str], name: str, risks: set[str]) -> None:
    [stack] = json.loads(run_report(printed[name], "--format", "json"))["stacks"]
    assert {risk["kind"] for risk in stack["risks"]} == risks
    for risk in risks:
        assert fails_on(risk, printed[name]) == 1
    assert fails_on("lock-removed", printed[name]) == 0


def test_a_machine_gets_every_host_with_its_role_and_target(printed: dict[str, str]) -> None:
    """People read one line for all storage hosts; a machine compares each of them with its DNS."""
    [stack] = json.loads(run_report(printed["consumer_removed"], "--format", "json"))["stacks"]
    native = [access for access in stack["access"] if access["cluster"] == "new"]
    assert {access["target"] for access in native} == {"cluster"}
    assert [access["role"] for access in native] == ["engine", "ingestion", *["storage"] * 6]
    assert all(access["host"] and access["before"].startswith("10.3.0.") for access in native)
    assert {access["target"] for access in stack["access"] if access["cluster"] == "old"} == {"engine", "ingestion"}


def test_nothing_secret_is_shown(printed: dict[str, str]) -> None:
    """A comment must not show the stack's state or the engine's placeholders."""
    for name, text in printed.items():
        report_text = run_report(text)
        for secret in ("encryptionsalt", "etag", "environment", "deploymentTemplate", "04da6b54"):
            assert secret not in report_text, (name, secret)


HOST = "newadx.westus.kusto.windows.net"


@pytest.mark.parametrize(
    ("change", "section", "key", "former"),
    [(consumer_renamed, "consumers", "bi", "analytics"), (cluster_renamed, "clusters", "newer", "new")],
)
def test_a_renamed_key_never_overwrites_names(
    tmp_path: Path, change: Callable[[Settings], None], section: str, key: str, former: str
) -> None:
    """The old zone group would delete the records of the new one, and the next preview would see nothing of it."""
    stack = Stack(tmp_path / "stack", TWO_HUBS)
    stack.configure(**two_hubs())
    expect_success(stack.up())
    private = stack.resolve(ANALYTICS_NETWORK, HOST)
    settings = two_hubs()
    change(settings)
    stack.configure(**settings)
    refused = stack.up()
    assert not refused.succeeded
    assert f"write `formerly: {former}` in {section}.{key}" in refused.output
    settings[section][key]["formerly"] = former
    stack.configure(**settings)
    operations = expect_success(stack.up()).operations
    assert {operation.split()[1] for operation in operations} <= {"AdxPrivateLink", "ConsumerEndpoints"}, "inputs only"
    assert stack.resolve(ANALYTICS_NETWORK, HOST) == private


def test_the_picture_of_a_preview_is_the_one_of_its_settings(printed: dict[str, str]) -> None:
    """The picture of the settings is the picture of the deployed stack."""
    written = two_hubs()
    written["clusters"]["old"]["nat"] = {"addresses": 1}  # without Azure, a setting has to say the kind
    settings = parse(written)
    of_settings = from_settings.draw(settings, plan(settings, expected_facts(settings)))
    of_preview = from_plan.draw(read_plan(printed["nothing_changed"].encode(), ""), settings.clusters.keys())
    for picture in (of_settings, of_preview):
        assert {node.mark for node in picture.nodes} == {"same"}
    # Only Azure knows the regions and the cloud of the zones.
    assert _drawn(of_settings) == _drawn(of_preview)
    assert len(of_settings.arrows) == len(of_preview.arrows)


def _drawn(picture: Picture) -> list[tuple[str, list[str]]]:
    boxes = [(node.kind, sorted(node.lines)) for node in picture.nodes if node.kind != "private DNS zone"]
    return sorted(boxes, key=str)


@pytest.mark.parametrize(
    ("name", "kind", "line"),
    [
        ("zone_moved", "zone group", "zone group, replaced"),
        ("consumer_removed", "zone group", "zone group, deleted"),
        ("names_left_to_others", "private DNS zone", "private DNS zone, deleted"),
        ("first_deployment", "private DNS zone", "private DNS zone, created"),
    ],
)
def test_the_picture_marks_what_changes(printed: dict[str, str], name: str, kind: str, line: str) -> None:
    stack = read_plan(printed[name].encode(), "")
    picture = from_plan.draw(stack, [cluster.key for cluster in stack.clusters])
    assert line in [node.lines[0] for node in picture.nodes if node.kind == kind]
