"""Keys and names: what Pulumi and Azure accept, and their place in the paths of problems."""

from __future__ import annotations

import pytest

from adx_private_link.program import parse

from ..samples.building import (
    OWNER,
    cluster,
    small,
)
from ..samples.smallest import small_with_cluster
from .parsing import only_parse_problem, parse_problems


@pytest.mark.parametrize("key", ["myId", "engine", "id", "key", "name", "clusters"])
def test_a_key_keeps_its_place_in_the_path(key: str) -> None:
    """pydantic adds its own words to paths, and a key may be one of these words."""
    problem = only_parse_problem({**small(), "clusters": {key: {"id": "myadx"}}})
    assert problem.path == f"clusters.{key}.id"


@pytest.mark.parametrize("key", ["[x]", "[key]", "[id]"])
def test_a_key_in_brackets_keeps_its_place_in_the_path(key: str) -> None:
    """YAML accepts the key `"[x]":`, and its problem must name it."""
    assert [problem.path for problem in parse_problems({**small(), key: {}})] == [key]
    assert f"clusters.{key}" in [
        problem.path for problem in parse_problems({**small(), "clusters": {key: cluster("myadx")}})
    ]


@pytest.mark.parametrize("key", ["a", "A1", "a-b", "a_b", "x" * 40])
def test_short_plain_words_are_keys(key: str) -> None:
    assert parse({**small(), "clusters": {key: cluster("myadx")}}).clusters


@pytest.mark.parametrize("key", ["", "-a", "a-", "_a", "a b", "a.b", "a/b", "ä", "x" * 41, "a\n"])
def test_other_words_are_not_keys(key: str) -> None:
    """Pulumi's and Azure's names consist of keys that are joined by dots."""
    assert only_parse_problem({**small(), "clusters": {key: cluster("myadx")}}).message == "is not a key"


@pytest.mark.parametrize("name", ["a", "pe.a-b_", "x" * 80, "1"])
def test_names_that_azure_accepts_are_accepted(name: str) -> None:
    assert parse(small_with_cluster(services={"engine": {"name": name}}))


@pytest.mark.parametrize("name", ["", "-a", "a-", "a.", "_a", "x" * 81, "a b", "a\n"])
def test_names_that_azure_rejects_are_a_problem(name: str) -> None:
    assert (
        only_parse_problem(small_with_cluster(services={"engine": {"name": name}})).path
        == "clusters.myadx.services.engine.name"
    )


def test_names_with_other_letters_than_ascii_are_a_problem() -> None:
    problem = only_parse_problem(small_with_cluster(services={"engine": {"name": "pls-münchen"}}))
    assert problem.message == "is not a name that Azure accepts"


@pytest.mark.parametrize("name", ["kucompute-myadx-elb", None])
def test_a_load_balancer_may_be_named(name: str | None) -> None:
    assert parse(small_with_cluster(services={"engine": {"load_balancer": name}}))


def test_a_load_balancer_may_be_an_id_or_a_parsed_id() -> None:
    """Programs may pass models, whose parsed values are parsed again."""
    id = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network/loadBalancers/own"
    first = parse(small_with_cluster(services={"engine": {"load_balancer": id}}))
    service = first.clusters["myadx"].services["engine"]
    assert str(service.load_balancer) == id
    again = {"clusters": {"myadx": {"id": first.clusters["myadx"].id, "services": {"engine": service.model_dump()}}}}
    assert parse({**again, "consumers": {}}).clusters["myadx"].services["engine"] == service
