"""Settings as properties: spelt as in other languages, in content and in problems."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.plugin.spelling import property_name, read_properties, spell_path, spell_problem
from adx_private_link.problems import Problem
from adx_private_link.settings import ClusterSettings, ConsumerSettings, Settings
from tests.examples.repository import stack_files

EXAMPLES = stack_files()


def as_properties(content: object, annotation: object = Settings, path: str = "") -> object:
    """Spell the settings of a stack file as a program in another language does; all numbers are floats there."""
    match content:
        case dict():
            return {
                spell_path(f"{path}{key}", annotation).rpartition(".")[2]: as_properties(
                    value, annotation, f"{path}{key}."
                )
                for key, value in cast("dict[str, object]", content).items()
            }
        case list():
            items = cast("list[object]", content)
            return [as_properties(item, annotation, f"{path}{number}.") for number, item in enumerate(items)]
        case bool() | str() | None:
            return content
        case _:
            return float(str(content))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_setting_has_a_property(example: str) -> None:
    """Whatever a stack file says, a program in another language can say as well."""
    problems: list[Problem] = []
    content = read_properties(as_properties(EXAMPLES[example]), Settings, "", problems)
    assert Settings.model_validate(content) == Settings.model_validate(EXAMPLES[example])
    assert problems == []


@given(key=st.from_regex(r"[a-z]{1,5}(_[a-z]{1,5}){0,2}", fullmatch=True))
def test_keys_stay_as_they_are(key: str) -> None:
    """Names in Azure are derived from them, so another spelling would be another object."""
    content = read_properties({"clusters": {key: {"resourceGroup": "adx"}}}, Settings, "", [])
    assert content == {"clusters": {key: {"resource_group": "adx"}}}
    assert spell_path(f"clusters.{key}.resource_group", Settings) == f"clusters.{key}.resourceGroup"


def test_a_setting_spelt_as_in_python_is_a_problem() -> None:
    """Otherwise each setting would have two names, and a misspelt one would pass in some languages only."""
    problems: list[Problem] = []
    properties: dict[str, Any] = {"analytics": {"subnet_id": "x", "dns": {"zone_ids": [], "ttl": 60.0}}}
    content = read_properties(properties, dict[str, ConsumerSettings], "consumers", problems)
    assert content == {"analytics": {"dns": {"ttl": 60}}}
    assert [(problem.path, problem.remedy) for problem in problems] == [
        ("consumers.analytics.subnet_id", "did you mean `subnetId`?"),
        ("consumers.analytics.dns.zone_ids", "did you mean `zoneIds`?"),
    ]


def test_an_unknown_property_reaches_the_models() -> None:
    """They know what the reader may have meant."""
    assert read_properties({"lok": True}, ClusterSettings, "cluster", []) == {"lok": True}


def test_a_property_with_its_default_is_not_written() -> None:
    """Generated SDKs send all defaults, and a native cluster rejects settings of services, such as `lock`."""
    properties = {"lock": False, "names": "private", "visibleToAll": True}
    assert read_properties(properties, ClusterSettings, "cluster", []) == {"visible_to_all": True}


@pytest.mark.parametrize(
    ("setting", "property_path"),
    [
        ("clusters.my_adx.nat.subnet_id", "clusters.my_adx.nat.subnetId"),
        ("consumers.analytics.dns.zone_ids.0", "consumers.analytics.dns.zoneIds[0]"),
        ("clusters.adx.outbound.callouts.1.uri_regex", "clusters.adx.outbound.callouts[1].uriRegex"),
        ("consumers.a.endpoints.adx.engine.by_id", "consumers.a.endpoints.adx.engine.byId"),
        ("hand_overs.adx.inline.request_message", "handOvers.adx.inline.request_message"),
    ],
)
def test_a_path_is_spelt_as_the_caller_wrote_it(setting: str, property_path: str) -> None:
    """A hand-over is the exception: it is the output of another program, as that program wrote it."""
    assert spell_path(setting, Settings) == property_path


def test_messages_name_properties_and_leave_values() -> None:
    """`nat_addresses` is a setting, and a word that `keep` takes."""
    of_setting = Problem("clusters.a.lock", "conflicts with `visible_to_all`", "remove `nat_addresses`")
    of_values = Problem("clusters.a.services.engine.keep.0", "is not known", "Known: fqdns, nat_addresses")
    assert spell_problem(of_setting, Settings).message == "conflicts with `visibleToAll`"
    assert spell_problem(of_setting, Settings).remedy == "remove `natAddresses`"
    assert spell_problem(of_values, Settings).remedy == "Known: fqdns, nat_addresses"


@pytest.mark.parametrize("name", ["id", "subnet_id", "nat_ports_percent", "by_id"])
def test_names_of_properties_are_in_camel_case(name: str) -> None:
    """As in all packages of Pulumi."""
    assert "_" not in property_name(name)
    assert property_name(name)[0].islower()
