"""Previews of other programs, previews with secrets, and files that are no previews."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.report.reading import read_plan
from adx_private_link.cli.report.summary import stack_report

from .previews import HUB, FakePreview, Properties
from .reports import HOST, PUBLIC, connected, reported, risks


def test_resources_of_the_users_own_program_are_counted_and_nothing_else() -> None:
    """The library's components may be among others, whose resources may mean anything."""
    preview = FakePreview()
    preview.step("azure-native:network:PrivateLinkService", "web", {}, {}, replace=True)
    preview.step("azure-native:privatedns:VirtualNetworkLink", "corp.internal", {}, None)
    report = reported(preview)
    assert report.counts == {"replace": 1, "delete": 1}
    assert report.risks == ()


def test_two_clusters_of_one_name_in_two_components_are_not_mixed_up() -> None:
    """A program may wrap the library in components of its own, one for each region."""
    preview = FakePreview()
    inputs = {"hosts": {"engine": HOST}}
    for region in ("East", "West"):
        outer = preview.step(f"my:own:{region}", region, {}, {})
        cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", inputs, inputs, parent=outer)
        services = preview.step("adxPrivateLink:index:ClusterServices", "adx", inputs, inputs, parent=cluster)
        preview.service(services, {}, {}, replace=region == "West")
        consumer = preview.consumer(parent=cluster)
        preview.endpoint(consumer, {}, {}, replace=region == "West")
        preview.approval(consumer, ["c"], ["c"], "analytics")
    assert {access.cluster for access in reported(preview).access} == {"West/adx"}
    assert all("West/adx" in risk.subject for risk in reported(preview).risks)


def test_a_refresh_beforehand_hides_nothing() -> None:
    """`pulumi preview --refresh` prints each resource twice."""
    preview = FakePreview()
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


def test_a_preview_without_unchanged_resources_is_rejected() -> None:
    """Without `--show-sames`, the owner of an endpoint is unknown: a report without risks would be wrong."""
    preview = FakePreview()
    content = {"steps": preview.steps, "changeSummary": {"same": 20, "replace": 1}}
    report = stack_report(read_plan(json.dumps(content).encode(), "prod"))
    assert report.failed
    assert "--show-sames" in report.messages[0].message


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
def test_a_file_that_is_not_a_preview_has_failed(text: str) -> None:
    report = stack_report(read_plan(text.encode(), "prod"))
    assert report.failed
    assert report.stack == "prod"
    assert [risk.kind for risk in report.risks] == ["preview-failed"]


@pytest.mark.parametrize("text", ["", "no stack selected", "{}", '{"clusters": {"myadx": {}}}'])
@pytest.mark.parametrize("form", ["markdown", "json"])
def test_a_file_that_is_not_a_preview_is_exit_code_2(tmp_path: Path, text: str, form: str) -> None:
    """A job must not succeed if the risks are unknown. The other stacks are reported."""
    preview = FakePreview()
    preview.cluster()
    (tmp_path / "project.json").write_bytes(preview.content)
    (tmp_path / "other.json").write_text(text)
    files = [str(tmp_path / f"{name}.json") for name in ("project", "other")]
    result = CliRunner().invoke(main, ["report", "--format", form, *files])
    assert result.exit_code == 2
    assert "Not every file is a preview" in result.stderr
    assert "other: The preview " in result.stderr
    assert "project/prod" in result.stdout
    assert CliRunner().invoke(main, ["report", files[0]]).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_output_that_powershell_redirected_is_read(encoding: str) -> None:
    preview = FakePreview()
    preview.cluster()
    report = stack_report(read_plan(codecs.encode(preview.content.decode(), encoding), "prod"))
    assert report.sentence == "Nothing changes."


def test_secrets_are_not_shown() -> None:
    """`--show-secrets` prints secrets as plain text, and a program may make any value a secret."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    preview = FakePreview()
    consumer = connected(preview)
    record = "azure-native:privatedns:PrivateRecordSet"
    preview.step(record, f"adx@{HUB}", {"aRecords": secret, "ttl": secret}, {"aRecords": []}, parent=consumer)
    preview.step("my:own:Thing", "thing", None, {"password": secret})
    assert "hunter2" not in reported(preview).model_dump_json()


def test_secret_names_are_not_shown() -> None:
    """Pictures contain names that no risk contains."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    preview = FakePreview()
    cluster, services = preview.cluster()
    preview.service(services, {"serviceName": secret}, {"serviceName": secret, "tags": {"a": "b"}}, replace=True)
    consumer = preview.consumer(parent=cluster)
    endpoint = {"privateEndpointName": secret, "subnet": {"id": secret}}
    preview.endpoint(consumer, endpoint, endpoint, replace=True, reasons=["privateEndpointName", "subnet"])
    preview.record(consumer, "10.0.0.4", "10.0.0.5", replace=True)
    zone = preview.zone()
    preview.link("spoke", PUBLIC, None, (zone, zone))
    preview.steps[-1]["oldState"]["inputs"]["virtualNetwork"]["id"] = secret
    for form in ("markdown", "json"):
        result = CliRunner().invoke(main, ["report", "--format", form], input=preview.content)
        assert result.exit_code == 0, result.output
        assert "hunter2" not in result.output
        assert "4dabf18193072939515e22adb298388d" not in result.output


def test_equal_messages_are_shown_once() -> None:
    preview = FakePreview()
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("an unhandled error occurred: program exited with non-zero exit code: 1", "error")
    assert [message.message for message in reported(preview).messages] == ["clusters.adx.visible_to_all: everyone …"]
    assert reported(preview).failed
