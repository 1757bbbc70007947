"""What else a preview may be, or may hold."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.report.reading import read_plan
from adx_private_link.cli.report.summary import stack_report

from .made import HOST, connected, reported, risks
from .previews import HUB, Made, Properties


def test_resources_of_the_users_own_program_are_counted_and_nothing_else() -> None:
    """A component among others: what is not this library's may mean anything."""
    preview = Made()
    preview.step("azure-native:network:PrivateLinkService", "web", {}, {}, replace=True)
    preview.step("azure-native:privatedns:VirtualNetworkLink", "corp.internal", {}, None)
    found = reported(preview)
    assert found.counts == {"replace": 1, "delete": 1}
    assert found.risks == ()


def test_two_clusters_of_one_name_in_two_components_are_not_mixed_up() -> None:
    """A program may wrap the library in components of its own, one for each region."""
    preview = Made()
    inputs = {"hosts": {"engine": HOST}}
    for region in ("East", "West"):
        outer = preview.step(f"my:own:{region}", region, {}, {})
        cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", inputs, inputs, parent=outer)
        services = preview.step("adxPrivateLink:index:ClusterServices", "adx", inputs, inputs, parent=cluster)
        preview.service(services, {}, {}, replace=region == "West")
        side = preview.consumer(of=cluster)
        preview.endpoint(side, {}, {}, replace=region == "West")
        preview.approval(side, ["c"], ["c"], "analytics")
    assert {each.cluster for each in reported(preview).access} == {"West/adx"}
    assert all("West/adx" in each.subject for each in reported(preview).risks)


def test_a_refresh_beforehand_hides_nothing() -> None:
    """`pulumi preview --refresh` tells of each resource twice."""
    preview = Made()
    _, services = preview.cluster()
    urn = preview.service(services, {}, {"visibility": {"subscriptions": ["*"]}})
    state: Properties = {
        "urn": urn,
        "type": "azure-native:network:PrivateLinkService",
        "parent": services,
        "inputs": {},
    }
    preview.steps.insert(1, {"op": "refresh", "urn": urn, "oldState": state, "newState": state})
    assert "visible-to-all" in risks(preview)


def test_a_preview_without_what_stays_is_none() -> None:
    """Without `--show-sames` nobody could tell whose endpoint it is: an all-clear would be a lie."""
    preview = Made()
    content = {"steps": preview.steps, "changeSummary": {"same": 20, "replace": 1}}
    found = stack_report(read_plan(json.dumps(content).encode(), "prod"))
    assert found.failed
    assert "--show-sames" in found.messages[0].message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no stack selected",
        "{}",
        "[]",
        '{"steps": 3}',
        '{"steps": [{"op": "create", "newState": {"urn": "adx", "type": "a:b:C"}}]}',
        '{"steps": [{"op": "create", "urn": "adx", "newState": {"urn": "adx", "type": "a:b:C"}}]}',
    ],
)
def test_a_preview_that_is_none_has_failed(text: str) -> None:
    found = stack_report(read_plan(text.encode(), "prod"))
    assert found.failed
    assert found.stack == "prod"
    assert [each.kind for each in found.risks] == ["preview-failed"]


@pytest.mark.parametrize("text", ["", "no stack selected", "{}", '{"clusters": {"myadx": {}}}'])
@pytest.mark.parametrize("form", ["markdown", "json"])
def test_a_file_that_is_no_preview_is_exit_code_2(tmp_path: Path, text: str, form: str) -> None:
    """A green job must mean that the risks were looked at; the other stacks are reported all the same."""
    preview = Made()
    preview.cluster()
    (tmp_path / "project.json").write_bytes(preview.content)
    (tmp_path / "other.json").write_text(text)
    files = [str(tmp_path / f"{name}.json") for name in ("project", "other")]
    done = CliRunner().invoke(main, ["report", "--format", form, *files])
    assert done.exit_code == 2
    assert "Not every file is a preview" in done.stderr
    assert "other: The preview " in done.stderr
    assert "project/prod" in done.stdout
    assert CliRunner().invoke(main, ["report", files[0]]).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_windows_powershell_has_redirected_is_read(encoding: str) -> None:
    preview = Made()
    preview.cluster()
    found = stack_report(read_plan(codecs.encode(preview.content.decode(), encoding), "prod"))
    assert found.sentence == "Nothing changes."


def test_what_is_secret_stays_so() -> None:
    """`--show-secrets` prints it in plain; a program may have made a secret of anything."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    preview = Made()
    side = connected(preview)
    record = "azure-native:privatedns:PrivateRecordSet"
    preview.step(record, f"adx@{HUB}", {"aRecords": secret, "ttl": secret}, {"aRecords": []}, parent=side)
    preview.step("my:own:Thing", "thing", None, {"password": secret})
    assert "hunter2" not in reported(preview).model_dump_json()


def test_what_was_said_is_kept_once() -> None:
    preview = Made()
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("an unhandled error occurred: program exited with non-zero exit code: 1", "error")
    assert [each.message for each in reported(preview).messages] == ["clusters.adx.visible_to_all: everyone …"]
    assert reported(preview).failed
