"""
Tags that Azure would reject in the middle of an update, or drop without an error.

A dropped tag is worse than a rejected one: every later preview shows it as a change (azurerm#6129).
"""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.settings import Settings, parse_settings

from ..samples.building import consumer, only_problem, plan_settings, problems_of, zone_id
from ..samples.smallest import given_cluster, given_consumer, given_two

ZONE = "privatelink.westus.kusto.windows.net"


def many(count: int) -> dict[str, str]:
    return {f"tag{number}": "x" for number in range(count)}


def on_zone(tags: dict[str, Any]) -> dict[str, Any]:
    return given_consumer(dns={"tags": tags})


def on_link(tags: dict[str, Any]) -> dict[str, Any]:
    return given_consumer() | {
        "consumers": {"analytics": {**consumer("analytics"), "dns": {"zone_ids": [zone_id(ZONE)], "tags": tags}}}
    }


def on_endpoint(tags: dict[str, Any]) -> dict[str, Any]:
    return given_consumer(tags=tags)


def on_service(tags: dict[str, Any]) -> dict[str, Any]:
    return given_cluster(tags=tags)


DNS = (on_zone, on_link)
OTHERS = (on_endpoint, on_service)


@pytest.mark.parametrize("on", [*DNS, *OTHERS])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "empty tag name"),
        (" ", "empty tag name"),
        ("a/b", "of a tag"),
        ("a<b", "of a tag"),
        ("50%", "of a tag"),
        ("r&d", "of a tag"),
        ("a\\b", "of a tag"),
        ("why?", "of a tag"),
        ("bell\x07", "of a tag"),
        ("two\nlines", "of a tag"),
        ("c1\x85", "of a tag"),
        ("azure-env", "which Azure reserves"),
        ("Microsoft.Owner", "which Azure reserves"),
        ("WINDOWS", "which Azure reserves"),
        ("x" * 513, "is too long"),
    ],
)
def test_no_resource_takes_the_name(on: Any, name: str, message: str) -> None:
    problem = only_problem(on({name: "x"}))
    assert problem.path.endswith(f"tags.{name}")
    assert message in problem.message


@pytest.mark.parametrize("on", DNS)
@pytest.mark.parametrize(
    "name", ["cost center", "ms:resource:usage", "1st", "Abteilung-Köln", "担当", "(x)", "a.", "-a", "a@b"]
)
def test_azure_dns_drops_or_rejects_the_name(on: Any, name: str) -> None:
    problem = only_problem(on({name: "x"}))
    assert "Azure DNS" in problem.message
    assert "a letter first" in problem.remedy


@pytest.mark.parametrize("on", OTHERS)
@pytest.mark.parametrize(
    "name", ["cost center", "ms:resource:usage", "1st", "担当", "hidden-link:/subscriptions/x", "x" * 512, "my-azure"]
)
def test_other_resources_take_the_name(on: Any, name: str) -> None:
    assert isinstance(parse_settings(on({name: "x"})), Settings)


@pytest.mark.parametrize("on", DNS)
@pytest.mark.parametrize("name", ["team", "Cost_Center", "a1", "app.kubernetes-io", "x" * 512])
def test_azure_dns_takes_the_name(on: Any, name: str) -> None:
    assert isinstance(parse_settings(on({name: "担当 <x> / &%"})), Settings)


@pytest.mark.parametrize("on", [*DNS, *OTHERS])
def test_a_value_has_256_characters_at_most(on: Any) -> None:
    assert isinstance(parse_settings(on({"team": "x" * 256, "other": ""})), Settings)
    problem = only_problem(on({"team": "x" * 257}))
    assert problem.path.endswith("tags.team")
    assert problem.remedy == "write at most 256 characters"


@pytest.mark.parametrize(("on", "most"), [*((each, 15) for each in DNS), *((each, 50) for each in OTHERS)])
def test_a_resource_has_so_many_at_most(on: Any, most: int) -> None:
    """50, and 15 in Azure DNS (rest-api-specs#13600); the portal lets no more pass either."""
    assert isinstance(parse_settings(on(many(most))), Settings)
    problem = only_problem(on(many(most + 1)))
    assert problem.path.endswith("tags")
    assert f"has {most + 1} tags; Azure takes {most} on" in problem.message


@pytest.mark.parametrize("on", [*DNS, *OTHERS])
def test_names_that_differ_in_case_are_one_tag(on: Any) -> None:
    problem = only_problem(on({"Owner": "me", "owner": "you"}))
    assert problem.path.endswith("tags")
    assert "Owner and owner" in problem.message


# One zone of several consumers


def one_zone(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two consumers that reach different clusters and share the resource group of their zone."""
    return given_two(
        consumer("first", dns={"resource_group": "hub", "tags": first}, clusters=["myadx"]),
        consumer("second", dns={"resource_group": "hub", "tags": second}, clusters=["other"]),
        myadx=given_cluster()["clusters"]["myadx"],
        other={"id": given_cluster()["clusters"]["myadx"]["id"].replace("myadx", "other")},
    )


def test_consumers_that_spell_a_tag_differently_have_one_tag() -> None:
    """Two spellings would be one tag in Azure and a change in every preview."""
    [zone] = plan_settings(one_zone({"Owner": "me"}, {"owner": "me", "team": "data"})).zones.values()
    assert zone.tags == {"Owner": "me", "team": "data"}


def test_consumers_that_give_a_tag_two_values() -> None:
    problem = only_problem(one_zone({"Owner": "me"}, {"owner": "you"}))
    assert problem.path == "consumers.second.dns.tags.owner"
    assert "consumers.first.dns.tags.Owner (me)" in problem.message


def test_the_tags_of_all_consumers_of_a_zone_count_together() -> None:
    first, second = {f"a{number}": "x" for number in range(8)}, {f"b{number}": "x" for number in range(8)}
    problem = problems_of(one_zone(first, second))["consumers.second.dns.tags"]
    assert "are 16 together" in problem.message
    assert not problems_of(one_zone(first, {**first, "more": "x"}))
