"""The page of the settings names what a change replaces; three previews on the engine compare each kind of change."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any, cast

import pytest

from azure_sandbox.testing import Stack
from tests.examples.repository import Repository, stack_files
from tests.stack.harness import expect_success

from .pages import page

Settings = dict[str, Any]
Changes = dict[str, Any]
"""New values by their paths in the settings: `clusters.myadx.tags`."""

_NAT = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Network"
    "/virtualNetworks/adx-vnet/subnets/nat"
)

IN_PLACE: Changes = {
    "clusters.myadx.legacy_names": False,
    "clusters.myadx.lock": False,
    "clusters.myadx.services.engine.nat_addresses": ["10.1.1.12", "10.1.1.11"],
    "clusters.myadx.services.ingestion.proxy_protocol": False,
    "clusters.myadx.tags": {"owner": "others"},
    "clusters.myadx.visibility": [f"{digit * 8}-{digit * 4}-{digit * 4}-{digit * 4}-{digit * 12}" for digit in "23456"],
    "consumers.analytics.application_security_groups": [],
    "consumers.analytics.tags": {},
    "consumers.others.clusters": ["myadx", "open"],
    "consumers.others.dns.ttl": 60,
    "consumers.others.dns.tags": {"owner": "others"},
    "consumers.analytics.dns.links.own.resolution_policy": "NxDomainRedirect",
    "external_consumers.partner.roles": ["engine", "ingestion"],
}

OF_ENDPOINTS: Changes = {
    "consumers.analytics.endpoints.myadx.engine.interface_name": "nic-other",
    "consumers.analytics.endpoints.myadx.ingestion.address": "10.3.0.20",
    "consumers.analytics.endpoints.open.engine.by_id": False,
    "consumers.analytics.dns.links.own.name": "link-other",
    "consumers.others.request_message": "The others ask for access",
}

OF_SERVICES: Changes = {
    "clusters.myadx.services.engine.name": "pls-other",
    "clusters.open.described.subnet_id": _NAT,
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The example with every setting, without `protect`, which would stop replacements."""
    stack = Repository(tmp_path_factory.mktemp("changes"), "everything").stack()
    stack.configure(**_create_settings())
    expect_success(stack.up())
    return stack


def _create_settings(changes: Changes | None = None) -> Settings:
    """Return the example's settings with changes."""
    settings = copy.deepcopy(stack_files()["everything/Pulumi.example.yaml"])
    for path, value in {
        "clusters.myadx.protect": False,
        "consumers.analytics.dns.protect": False,
        **(changes or {}),
    }.items():
        *sections, name = path.split(".")
        section = settings
        for key in sections:
            section = cast("Settings", section.setdefault(key, {}))
        section[name] = value
    return settings


def preview_replacements(stack: Stack, changes: Changes) -> set[str]:
    """Return the resources that a preview of changes replaces, by type and logical name."""
    stack.configure(**_create_settings(changes))
    operations = expect_success(stack.preview()).operations
    assert operations
    return {operation.partition(" ")[2] for operation in operations if operation.startswith("create-replacement ")}


def read_replacing(paths: Iterable[str]) -> set[bool]:
    """Return whether the page says of these settings that a change replaces something."""
    parts = re.split(r"^(?=###? )", page("docs/reference/settings.md").text, flags=re.MULTILINE)
    answers: set[bool] = set()
    for path in paths:
        pattern = re.compile(r"### `" + r"\.".join(rf"({re.escape(key)}|[A-Z]+)" for key in path.split(".")) + "`")
        settings = [part for part in parts if pattern.match(part)]
        assert settings, path
        answers |= {"- A change replaces" in part for part in settings}
    return answers


def test_most_changes_replace_nothing(stack: Stack) -> None:
    """A reader who plans a change must know whether access is interrupted."""
    assert preview_replacements(stack, IN_PLACE) == set()
    assert read_replacing(IN_PLACE) == {False}


def test_some_changes_replace_endpoints_and_links(stack: Stack) -> None:
    """The page must not promise an update in place for them."""
    resources = preview_replacements(stack, OF_ENDPOINTS)
    assert {resource.split()[1] for resource in resources if resource.startswith("PrivateEndpoint ")} == {
        "adx.analysts.engine",
        "adx.analysts.ingestion",
        "adx.others.engine",
        "adx.others.ingestion",
        "open.analysts.engine",
    }
    assert len([resource for resource in resources if resource.startswith("VirtualNetworkLink ")]) == 1
    assert not [resource for resource in resources if resource.startswith("PrivateLinkService ")]
    assert read_replacing(OF_ENDPOINTS) == {True}


def test_some_changes_replace_services(stack: Stack) -> None:
    """Their endpoints and the records of these are replaced with them."""
    resources = preview_replacements(stack, OF_SERVICES)
    names = {
        kind: {resource.split()[1] for resource in resources if resource.startswith(f"{kind} ")}
        for kind in ("PrivateLinkService", "PrivateEndpoint", "PrivateRecordSet")
    }
    assert names["PrivateLinkService"] == {"adx.engine", "open.engine"}
    assert names["PrivateEndpoint"] == {f"adx.{consumer}.engine" for consumer in ("analysts", "others", "tools")} | {
        "open.analysts.engine"
    }
    assert {name.partition("@")[0] for name in names["PrivateRecordSet"]} == {"myadx", "private-myadx", "open"}
    assert read_replacing(OF_SERVICES) == {True}
