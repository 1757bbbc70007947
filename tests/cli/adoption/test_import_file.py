"""What the state says of an object that is imported: the program's words, wherever it is as the program wants it."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.adoption.import_file import ImportFile, as_imported
from adx_private_link.cli.pulumi.state import Resource

SERVICE = "azure-native:network:PrivateLinkService"
ENDPOINT = "azure-native:network:PrivateEndpoint"


def resource(
    type: str, inputs: dict[str, Any], outputs: dict[str, Any] | None = None, ignored: list[str] | None = None
) -> Resource:
    return Resource(
        urn=f"urn:pulumi:s::p::{type}::one",
        type=type,
        custom=True,
        id="/subscriptions/s",
        inputs=inputs,
        outputs=outputs if outputs is not None else inputs,
        ignoreChanges=ignored or [],
    )


def imported(planned: dict[str, Any], found: dict[str, Any], *ignored: str, type: str = SERVICE) -> dict[str, Any]:
    return as_imported(resource(type, found), resource(type, planned, ignored=list(ignored))).inputs


@pytest.mark.parametrize(
    ("planned", "found"),
    [
        ({"location": "westus"}, {"location": "West US"}),
        ({"visibility": {"subscriptions": ["a", "b"]}}, {"visibility": {"subscriptions": ["b", "a"]}}),
        ({}, {"enableProxyProtocol": False, "tags": {}, "fqdns": []}),
        ({"tags": {}}, {}),
        ({"serviceName": "PLS"}, {"serviceName": "pls"}),
    ],
    ids=["spelling", "order", "defaults", "nothing", "the path"],
)
def test_what_is_as_planned_is_said_as_planned(planned: dict[str, Any], found: dict[str, Any]) -> None:
    """Else the next preview would show what nobody can change."""
    assert imported(planned, found) == planned


@pytest.mark.parametrize(
    ("planned", "found"),
    [
        ({"tags": {"a": "b"}}, {"tags": {"a": "b", "c": "d"}}),
        ({"enableProxyProtocol": None}, {"enableProxyProtocol": True}),
        ({}, {"fqdns": ["somebodys.example"]}),
        ({"visibility": {"subscriptions": ["a"]}}, {"visibility": {"subscriptions": ["a", "b"]}}),
    ],
    ids=["a tag more", "on instead of off", "what was not asked for", "a subscription more"],
)
def test_what_is_not_as_planned_shows_in_the_next_preview(planned: dict[str, Any], found: dict[str, Any]) -> None:
    assert imported(planned, found) == found


def test_what_the_program_keeps_is_as_it_was_found() -> None:
    """The plan of a replacement does not tell what it ignores."""
    planned = {"manual": [{"name": "ours", "requestMessage": "ours", "service": "x"}], "tags": {"a": "b"}}
    found = {"manual": [{"name": "theirs", "service": "x"}], "tags": {"c": "d"}}
    kept = imported(planned, found, "manual[*].name", "manual[*].requestMessage", "tags", type=ENDPOINT)
    assert kept == {"manual": [{"name": "theirs", "service": "x"}], "tags": {"c": "d"}}


def test_only_what_is_there_is_imported_with_what_it_hangs_on() -> None:
    """Components and providers are Pulumi's own; a provider's secrets stay as Pulumi has encrypted them."""
    provider = {"type": "pulumi:providers:azure-native", "name": "p", "inputs": {"clientSecret": {"ciphertext": "x"}}}
    component = {"type": "adxPrivateLink:index:AdxPrivateLink", "name": "c", "component": True}
    service = {"type": SERVICE, "name": "one", "id": "<PLACEHOLDER>", "parent": "c", "provider": "p"}
    other = {**service, "name": "two"}
    file = ImportFile.model_validate({"nameTable": {}, "resources": [provider, component, service, other]})
    state = resource(SERVICE, {"serviceName": "one"}, {"alias": "a"})
    described = [each.model_dump(by_alias=True, exclude_none=True) for each in file.described([state]).resources]
    assert [each["name"] for each in described] == ["p", "c", "one"]
    assert described[0]["inputs"] == provider["inputs"]
    assert described[2] == {
        **service,
        "id": "/subscriptions/s",
        "component": False,
        "inputs": {"serviceName": "one"},
        "outputs": {"alias": "a"},
    }
