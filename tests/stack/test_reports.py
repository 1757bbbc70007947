"""
The reports of ten changes, from the previews that the real engine prints.

They are in `reports/`, to be read; `REPORTS=write pytest tests/stack/test_reports.py` writes them again.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adx_private_link import parse, plan
from adx_private_link.cli import main
from adx_private_link.cli.picture import from_plan, from_settings
from adx_private_link.cli.picture.model import Picture
from adx_private_link.cli.report.reading import read_plan
from adx_private_link.facts.expected import expected_facts
from azure_sandbox.azure import Trouble

from .harness import Stack
from .reporting import READ, Settings, assert_as_recorded, fails_on, preview, run_report
from .worlds import BLUE, OUTSIDE_NETWORK, TWO_BY_TWO, two_by_two

PARTNER = "55555555-5555-5555-5555-555555555555"


def before() -> Settings:
    """Everybody reaches everything, and a partner has the hand-over but has not connected yet."""
    return {**two_by_two(), "external_consumers": {"partner": {"subscription": PARTNER}}}


def consumer_added(settings: Settings) -> None:
    dns = {"resource_group": "blue", "subscription": BLUE.split("/")[2]}
    settings["consumers"]["outside"] = {"subnet_id": f"{OUTSIDE_NETWORK}/subnets/clients", "dns": dns}


def consumer_removed(settings: Settings) -> None:
    del settings["consumers"]["blue"]


def service_replaced(settings: Settings) -> None:
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}


def endpoint_replaced(settings: Settings) -> None:
    settings["consumers"]["red"]["endpoints"] = {"one": {"engine": {"interface_name": "nic-engine"}}}


def static_address_changed(settings: Settings) -> None:
    settings["consumers"]["red"]["endpoints"] = {"one": {"engine": {"address": "10.3.0.77"}}}


def zone_deleted(settings: Settings) -> None:
    settings["consumers"]["blue"]["dns"] = "elsewhere"


def visibility_widened(settings: Settings) -> None:
    settings["clusters"]["one"]["visible_to_all"] = True


def nothing_changed(settings: Settings) -> None:
    del settings


CHANGES = [
    nothing_changed,
    consumer_added,
    consumer_removed,
    service_replaced,
    endpoint_replaced,
    static_address_changed,
    zone_deleted,
    visibility_widened,
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the engine's previews: of the first deployment, and of each change after it."""
    stack = Stack(tmp_path_factory.mktemp("reported") / "stack", TWO_BY_TWO)
    previews = {"first_deployment": preview(stack, before())}
    done = stack.up()
    assert done.succeeded, done.output
    for change in CHANGES:
        settings = copy.deepcopy(before())
        change(settings)
        previews[change.__name__] = preview(stack, settings)
    # Azure rejects a request in the middle of the preview, which then has only some of the steps.
    stack.home.azure.add_trouble(Trouble(kind="refused", on="GET */networkInterfaces/pe-one-engine-red.*", times=None))
    settings = copy.deepcopy(before())
    consumer_added(settings)
    previews["provider_error"] = preview(stack, settings)
    return previews


NAMES = ["first_deployment", *(change.__name__ for change in CHANGES), "provider_error"]


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_as_recorded(printed: dict[str, str], name: str) -> None:
    report_text = run_report(printed[name])
    if name == "provider_error":
        report_text = report_text.partition("<details>")[0]  # the steps before the error differ from run to run
    assert_as_recorded(report_text, READ / f"{name}.md")


@pytest.mark.parametrize(
    ("name", "risks"),
    [
        ("first_deployment", {"approval-given", "visibility-widened"}),
        ("nothing_changed", set[str]()),
        ("consumer_added", {"approval-given"}),
        ("consumer_removed", {"access-removed", "zone-removed"}),
        ("service_replaced", {"service-replaced", "endpoint-replaced"}),
        ("endpoint_replaced", {"endpoint-replaced"}),
        ("static_address_changed", {"endpoint-replaced"}),
        ("zone_deleted", {"zone-removed"}),
        ("visibility_widened", {"visible-to-all"}),
        ("provider_error", {"preview-failed"}),
    ],
)
def test_a_machine_reads_the_same(printed: dict[str, str], name: str, risks: set[str]) -> None:
    [stack] = json.loads(run_report(printed[name], "--format", "json"))["stacks"]
    kinds = {risk["kind"] for risk in stack["risks"]}
    # A failed preview has only some of the steps.
    assert risks <= kinds if stack["failed"] else kinds == risks
    assert stack["stack"] == "adx-private-link/test"
    # A failed preview shows only some risks, so the absence of the others is unknown.
    unknown = 2 if stack["failed"] else 0
    for risk in risks:
        assert fails_on(risk, printed[name]) == (1 if risk != "preview-failed" else unknown)
    assert fails_on("lock-removed", printed[name]) == unknown


def test_several_stacks_are_one_comment(printed: dict[str, str], tmp_path: Path) -> None:
    for name in ("nothing_changed", "consumer_removed", "provider_error"):
        (tmp_path / f"{name}.json").write_text(printed[name])
    (tmp_path / "no_preview.json").write_text("")
    done = CliRunner().invoke(main, ["report", *map(str, sorted(tmp_path.glob("*.json")))])
    assert "**1 of 4 stacks change; the preview of 2 failed.**" in done.output
    assert "#### `no_preview`" in done.output
    assert "The preview printed nothing" in done.output


def test_the_picture_of_a_preview_is_the_one_of_its_settings(printed: dict[str, str]) -> None:
    """The picture of the settings is the picture of the deployed stack."""
    settings = parse(before())
    of_settings = from_settings.draw(settings, plan(settings, expected_facts(settings)))
    of_preview = from_plan.draw(read_plan(printed["nothing_changed"].encode(), ""), {"one", "two"})
    for picture in (of_settings, of_preview):
        assert {node.mark for node in picture.nodes} == {"same"}
    # Only Azure knows the regions of the zones, and a preview does not have the location of a partner.
    assert _drawn(of_settings) == _drawn(of_preview)
    assert len(of_settings.arrows) == len(of_preview.arrows)


def _drawn(picture: Picture) -> list[tuple[str, list[str]]]:
    boxes = [(node.kind, sorted(node.lines)) for node in picture.nodes if node.kind != "private DNS zone"]
    return sorted(boxes, key=str)


def test_nothing_secret_is_shown(printed: dict[str, str]) -> None:
    """A comment must not show the stack's state or the configuration of its providers."""
    for name, text in printed.items():
        report_text = run_report(text)
        for secret in ("encryptionsalt", "etag", "environment", "deploymentTemplate", "04da6b54"):
            assert secret not in report_text, (name, secret)
