"""
Tags that Azure would reject in the middle of an update, or drop without an error.

A dropped tag is worse than a rejected one: every later preview shows it as a change (azurerm#6129).
"""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.settings import Settings, parse_settings

from ..samples.building import consumer, only_problem, plan_settings, problems_of, zone_id
from ..samples.smallest import small_with_cluster, small_with_consumer, small_with_consumers

ZONE = "privatelink.westus.kusto.windows.net"


def make_tags(count: int) -> dict[str, str]:
    return {f"tag{number}": "x" for number in range(count)}


def on_zone(tags: dict[str, Any]) -> dict[str, Any]:
    return small_with_consumer(dns={"tags": tags})


def on_link(tags: dict[str, Any]) -> dict[str, Any]:
    return small_with_consumer() | {
        "consumers": {"analytics": {**consumer("analytics"), "dns": {"zone_ids": [zone_id(ZONE)], "tags": tags}}}
    }


def on_endpoint(tags: dict[str, Any]) -> dict[str, Any]:
    return small_with_consumer(tags=tags)


def on_service(tags: dict[str, Any]) -> dict[str, Any]:
    return small_with_cluster(tags=tags)


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
def test_a_name_that_no_resource_accepts_is_a_problem(on: Any, name: str, message: str) -> None:
    problem = only_problem(on({name: "x"}))
    assert problem.path.endswith(f"tags.{name}")
    assert message in problem.message


@pytest.mark.parametrize("on", DNS)
@pytest.mark.parametrize(
    "name", ["cost center", "ms:resource:usage", "1st", "Abteilung-Köln", "担当", "(x)", "a.", "-a", "a@b"]
)
def test_a_name_that_azure_dns_drops_or_rejects_is_a_problem(on: Any, name: str) -> None:
    problem = only_problem(on({name: "x"}))
    assert "Azure DNS" in problem.message
    assert "a letter first" in problem.remedy


@pytest.mark.parametrize("on", OTHERS)
@pytest.mark.parametrize(
    "name", ["cost center", "ms:resource:usage", "1st", "担当", "hidden-link:/subscriptions/x", "x" * 512, "my-azure"]
)
def test_other_resources_accept_a_name_that_azure_dns_does_not(on: Any, name: str) -> None:
    assert isinstance(parse_settings(on({name: "x"})), Settings)


@pytest.mark.parametrize("on", DNS)
@pytest.mark.parametrize("name", ["team", "Cost_Center", "a1", "app.kubernetes-io", "x" * 512])
def test_azure_dns_accepts_letters_digits_and_a_few_signs(on: Any, name: str) -> None:
    assert isinstance(parse_settings(on({name: "担当 <x> / &%"})), Settings)


@pytest.mark.parametrize("on", [*DNS, *OTHERS])
def test_a_value_has_at_most_256_characters(on: Any) -> None:
    assert isinstance(parse_settings(on({"team": "x" * 256, "other": ""})), Settings)
    problem = only_problem(on({"team": "x" * 257}))
    assert problem.path.endswith("tags.team")
    assert problem.remedy == "write at most 256 characters"


@pytest.mark.parametrize(
    ("on", "most"),
    [
        *((settings_with_tags, 15) for settings_with_tags in DNS),
        *((settings_with_tags, 50) for settings_with_tags in OTHERS),
    ],
)
def test_a_resource_has_at_most_so_many_tags(on: Any, most: int) -> None:
    """Azure accepts 50 tags, and 15 in Azure DNS (rest-api-specs#13600), as the portal does."""
    assert isinstance(parse_settings(on(make_tags(most))), Settings)
    problem = only_problem(on(make_tags(most + 1)))
    assert problem.path.endswith("tags")
    assert f"has {most + 1} tags; Azure takes {most} on" in problem.message


@pytest.mark.parametrize("on", [*DNS, *OTHERS])
def test_two_names_that_differ_only_in_case_are_a_problem(on: Any) -> None:
    problem = only_problem(on({"Owner": "me", "owner": "you"}))
    assert problem.path.endswith("tags")
    assert "Owner and owner" in problem.message


# A zone of several consumers


def share_zone(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Settings with two consumers of different clusters that share a zone."""
    return small_with_consumers(
        consumer("first", dns={"resource_group": "hub", "tags": first}, clusters=["myadx"]),
        consumer("second", dns={"resource_group": "hub", "tags": second}, clusters=["other"]),
        myadx=small_with_cluster()["clusters"]["myadx"],
        other={"id": small_with_cluster()["clusters"]["myadx"]["id"].replace("myadx", "other")},
    )


def test_consumers_that_spell_a_tag_differently_have_one_tag() -> None:
    """Azure would treat two spellings as one tag, and every preview would show a change."""
    [zone] = plan_settings(share_zone({"Owner": "me"}, {"owner": "me", "team": "data"})).zones.values()
    assert zone.tags == {"Owner": "me", "team": "data"}


def test_consumers_with_two_values_of_one_tag_are_a_problem() -> None:
    problem = only_problem(share_zone({"Owner": "me"}, {"owner": "you"}))
    assert problem.path == "consumers.second.dns.tags.owner"
    assert "consumers.first.dns.tags.Owner (me)" in problem.message


def test_the_tags_of_all_consumers_of_a_zone_count_together() -> None:
    first, second = {f"a{number}": "x" for number in range(8)}, {f"b{number}": "x" for number in range(8)}
    problem = problems_of(share_zone(first, second))["consumers.second.dns.tags"]
    assert "are 16 together" in problem.message
    assert not problems_of(share_zone(first, {**first, "more": "x"}))
