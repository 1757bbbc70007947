"""What the page of the settings says that a change replaces, on the engine: each kind of change, in three previews."""

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
"""New values by where they stand in the settings: `clusters.myadx.tags`."""

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
    """The example with every setting, without what keeps Pulumi from replacing anything."""
    stack = Repository(tmp_path_factory.mktemp("changes"), "everything").stack()
    stack.configure(**_settings())
    expect_success(stack.up())
    return stack


def _settings(changes: Changes | None = None) -> Settings:
    settings = copy.deepcopy(stack_files()["everything/Pulumi.example.yaml"])
    for path, value in {
        "clusters.myadx.protect": False,
        "consumers.analytics.dns.protect": False,
        **(changes or {}),
    }.items():
        *sections, name = path.split(".")
        section = settings
        for each in sections:
            section = cast("Settings", section.setdefault(each, {}))
        section[name] = value
    return settings


def replaced(stack: Stack, changes: Changes) -> set[str]:
    stack.configure(**_settings(changes))
    operations = expect_success(stack.preview()).operations
    assert operations
    return {each.partition(" ")[2] for each in operations if each.startswith("create-replacement ")}


def says_that_it_replaces(places: Iterable[str]) -> set[bool]:
    """Whether the page says so of the settings at these places."""
    parts = re.split(r"^(?=###? )", page("docs/reference/settings.md").text, flags=re.MULTILINE)
    said: set[bool] = set()
    for place in places:
        pattern = re.compile(r"### `" + r"\.".join(rf"({re.escape(each)}|[A-Z]+)" for each in place.split(".")) + "`")
        [*found] = [part for part in parts if pattern.match(part)]
        assert found, place
        said |= {"- A change replaces" in part for part in found}
    return said


def test_most_changes_replace_nothing(stack: Stack) -> None:
    assert replaced(stack, IN_PLACE) == set()
    assert says_that_it_replaces(IN_PLACE) == {False}


def test_changes_that_replace_endpoints_and_links(stack: Stack) -> None:
    objects = replaced(stack, OF_ENDPOINTS)
    assert {each.split()[1] for each in objects if each.startswith("PrivateEndpoint ")} == {
        "adx.analysts.engine",
        "adx.analysts.ingestion",
        "adx.others.engine",
        "adx.others.ingestion",
        "open.analysts.engine",
    }
    assert len([each for each in objects if each.startswith("VirtualNetworkLink ")]) == 1
    assert not [each for each in objects if each.startswith("PrivateLinkService ")]
    assert says_that_it_replaces(OF_ENDPOINTS) == {True}


def test_changes_that_replace_services(stack: Stack) -> None:
    """With their endpoints, and the records of these."""
    objects = replaced(stack, OF_SERVICES)
    of = {kind: {each.split()[1] for each in objects if each.startswith(f"{kind} ")} for kind in _KINDS}
    assert of["PrivateLinkService"] == {"adx.engine", "open.engine"}
    assert of["PrivateEndpoint"] == {f"adx.{who}.engine" for who in ("analysts", "others", "tools")} | {
        "open.analysts.engine"
    }
    assert {each.partition("@")[0] for each in of["PrivateRecordSet"]} == {"myadx", "private-myadx", "open"}
    assert says_that_it_replaces(OF_SERVICES) == {True}


_KINDS = ("PrivateLinkService", "PrivateEndpoint", "PrivateRecordSet")
