"""`adx-private-link schema`: editors accept all that the models accept, and reject all that JSON Schema can."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from adx_private_link.cli.commands.schema import stack_file_schema
from adx_private_link.resource_ids import ResourceId
from adx_private_link.settings import ResourceName, Settings, parse_settings
from adx_private_link.settings.keys import Key
from adx_private_link.settings.tags import DnsTagName, TagName
from adx_private_link.settings.value_types import (
    Address,
    HostName,
    LoadBalancer,
    ResourceGroupName,
    SubscriptionId,
    ZoneName,
)
from tests.examples.repository import EXAMPLES, PROJECT, stack_files
from tests.samples.building import WrittenSettings, cluster, cluster_id, consumer, hosts, small
from tests.samples.native import HUB, handed_over_native, in_hub, made, native
from tests.samples.random_stacks import Stack, peaceful_stacks, wild_stacks
from tests.samples.smallest import small_with_cluster, small_with_consumer
from tests.settings.test_contradictions import CONTRADICTIONS
from tests.settings.test_invalid_settings import INVALID
from tests.settings.test_settings_of_all_kinds import replace_one_part

from ..projects import run, write


def _validator(schema: dict[str, Any]) -> Any:
    return Draft202012Validator(schema)


SCHEMA = stack_file_schema()
VALIDATOR = _validator(SCHEMA)


WHOLE = {"no clusters", "no consumers", "an empty stack"}
"""Problems of whole stacks: a file may be valid without these sections, because its project may have them."""
FOR_CHECK = {
    "neither clusters nor hand-overs",
    "neither consumers nor external consumers",
    "one key for two clusters",
    "keys that differ in case only",
    "visible to some and to all",
    "an override of a role that is not published",
    "a role that is not described",
    "an override of a role that is not described",
    "a described frontend that is overridden",
    "a described host in another region",
    "a described host of a service in another region",
    "described hosts whose roles are swapped",
    "described hosts of two clusters",
    "a described cluster of another name",
}
"""Contradictions between settings, which JSON Schema cannot express."""


def stack_file(settings: WrittenSettings) -> dict[str, Any]:
    return {"config": {f"adx-private-link:{name}": section for name, section in settings.items()}}


def is_accepted(content: object) -> bool:
    return VALIDATOR.is_valid(content)


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", [PROJECT / "Pulumi.dev.yaml", *sorted(EXAMPLES.rglob("Pulumi.*.yaml"))], ids=str)
def test_every_example_is_accepted(file: Path) -> None:
    errors = VALIDATOR.iter_errors(yaml.safe_load(file.read_text()))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("name", sorted(INVALID.keys() - WHOLE))
def test_an_invalid_setting_is_rejected(name: str) -> None:
    assert not is_accepted(stack_file(INVALID[name][0]))


@pytest.mark.parametrize("name", sorted(CONTRADICTIONS))
def test_a_contradiction_is_rejected_unless_it_is_between_settings(name: str) -> None:
    """`adx-private-link check` reports the others."""
    assert is_accepted(stack_file(CONTRADICTIONS[name][0])) == (name in FOR_CHECK)


# Everything that the models accept is accepted


@given(peaceful_stacks() | wild_stacks())
def test_stacks_are_accepted(stack: Stack) -> None:
    assert is_accepted(stack_file(stack.written))


@given(replace_one_part([*stack_files().values()]))
def test_settings_that_the_models_accept_are_accepted(settings: dict[str, Any]) -> None:
    """People ignore an editor that marks valid settings."""
    if isinstance(parse_settings(settings), Settings):
        assert is_accepted(stack_file(settings))


_TEXTS: dict[str, Any] = {
    "Key": Key,
    "SubscriptionId": SubscriptionId,
    "ResourceGroupName": ResourceGroupName,
    "ResourceName": ResourceName,
    "LoadBalancer": LoadBalancer,
    "ZoneName": ZoneName,
    "Address": Address,
    "HostName": HostName,
    "TagName": TagName,
    "DnsTagName": DnsTagName,
    **{kind.__name__: kind for kind in ResourceId.__subclasses__()},
}
_LETTERS = st.characters(min_codepoint=32, max_codepoint=126)


@pytest.mark.parametrize("kind", _TEXTS.values(), ids=_TEXTS)
@given(data=st.data())
def test_a_pattern_accepts_the_same_texts_as_the_model(kind: Any, data: st.DataObject) -> None:
    model, validator, texts = _text_schema(kind)
    # In Python, `$` also matches before a newline at the end; in JavaScript, and so in editors, it does not.
    text = data.draw(texts).rstrip("\n")
    assert validator.is_valid(text) == _is_accepted_by(model, text)


@cache
def _text_schema(kind: Any) -> tuple[TypeAdapter[Any], Any, st.SearchStrategy[str]]:
    """Return the model of a text, the validator of its schema, and texts that either may accept."""
    model = TypeAdapter[Any](kind)
    schema = model.json_schema()
    patterns = [part["pattern"] for part in schema.get("anyOf", [schema])]
    matching = st.one_of([st.from_regex(pattern, alphabet=_LETTERS) for pattern in patterns])
    altered = st.builds(_replace_letter, matching, st.integers(0, 200), st.text(_LETTERS, max_size=1))
    return model, _validator(schema), altered | st.text(_LETTERS)


def _replace_letter(text: str, index: int, letter: str) -> str:
    """Replace a letter of a text; an index behind the end appends the letter."""
    return text[:index] + letter + text[index + 1 :]


def _is_accepted_by(model: TypeAdapter[Any], text: str) -> bool:
    try:
        model.validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "settings",
    [
        small_with_cluster(id=f" {cluster_id('myadx').upper()}/ "),
        small_with_cluster(id=cluster_id("myadx").replace("/Clusters/", "/clusters/")),
        small_with_cluster(
            services={"engine": {"load_balancer": cluster_id("x").replace("Kusto/Clusters", "network/LoadBalancers")}}
        ),
        small_with_cluster(services={"engine": {"load_balancer": "kucompute-myadx-elb", "name": None}}),
        small_with_cluster(
            visibility=["ABCDEFAB-0000-0000-0000-000000000000"], zone="Privatelink.WestUS.kusto.windows.net"
        ),
        small_with_cluster(roles=None, nat={"subnet_id": None}, resource_group=None, described=None),
        small_with_consumer(request_message="", clusters=[], endpoints={}),
        {**small(), "consumers": {"analytics": consumer("analytics") | {"dns": "elsewhere"}}},
        {"clusters": {"myadx": cluster("myadx")}, "consumers": {}},
        native({"zones_in": [f"{HUB.replace('resourceGroups', 'resourcegroups')}/"]}),
        native({**made(), "zones_in": [], "links": {"own": {}}, "link_existing": {"own": {}}}),
        native({**in_hub(), "lock": False, "subscription": None, "storage_zones": "existing", "links": {"own": {}}}),
        native(endpoints={"new": {"cluster": {"name": "pe-new"}}}),
        handed_over_native(),
        {
            **native(),
            "clusters": {"new": {**cluster("newadx"), "described": {"location": "westus", "hosts": hosts("newadx")}}},
        },
    ],
)
def test_spellings_that_the_models_accept_are_accepted(settings: WrittenSettings) -> None:
    assert isinstance(parse_settings(settings), Settings)
    assert is_accepted(stack_file(settings))


def test_settings_may_be_json_text() -> None:
    """`pulumi config set` without `--path` writes JSON text."""
    assert is_accepted(stack_file({"clusters": json.dumps(small()["clusters"])}))
    assert not is_accepted(stack_file({"clusters": "myadx"}))


@pytest.mark.parametrize(
    "content",
    [
        None,
        {},
        {"config": None},
        {"encryptionsalt": "v1:x", "config": {"azure-native:location": "westus", "clusters": 3, "other:clusters": []}},
        {"environment": ["shared"], "secretsprovider": "passphrase"},
        {"config": {"adx-private-link:config:clusters": {}}},
    ],
)
def test_parts_of_other_programs_are_accepted(content: object) -> None:
    assert is_accepted(content)


@pytest.mark.parametrize("key", ["cluster", "clusters2", "consumers.analytics", "config:consumer", ""])
def test_a_misspelt_key_of_this_library_is_rejected(key: str) -> None:
    """Pulumi accepts any key, and no program would read this one."""
    assert not is_accepted({"config": {f"adx-private-link:{key}": {}}})


def test_settings_outside_of_the_configuration_are_rejected() -> None:
    assert not is_accepted({"adx-private-link:clusters": {}})


# What editors show


def _parts(part: object) -> Iterator[Mapping[str, Any]]:
    match part:
        case dict():
            mapping = cast("dict[str, Any]", part)
            yield mapping
            for value in mapping.values():
                yield from _parts(value)
        case list():
            for item in cast("list[object]", part):
                yield from _parts(item)
        case _:
            pass


def test_every_setting_has_a_description() -> None:
    for name, model in SCHEMA["$defs"].items():
        assert model["description"], name
        for setting, schema in model["properties"].items():
            assert schema["description"], f"{name}.{setting}"
    for key, schema in SCHEMA["properties"]["config"]["properties"].items():
        assert schema["description"], key


def test_no_setting_has_a_title() -> None:
    """Pydantic's titles repeat the setting's name, and editors show the schema's own title with each setting."""
    assert [part["title"] for part in _parts(SCHEMA) if isinstance(part.get("title"), str)] == []


def test_a_pattern_has_an_error_message_that_says_what_to_write() -> None:
    """`[Ss][Uu][Bb]…` explains nothing to a reader."""
    parts = [part for part in _parts(SCHEMA["$defs"]) if isinstance(part.get("pattern"), str)]
    assert len(parts) > 30
    for part in parts:
        assert "write" in part.get("patternErrorMessage", "") or "Alias" in part["description"]


@pytest.mark.parametrize("kind", ResourceId.__subclasses__(), ids=lambda kind: kind.__name__)
def test_an_example_of_an_id_is_not_valid_by_itself(kind: type[ResourceId]) -> None:
    assert not any(
        is_accepted(stack_file(small_with_cluster(id=example)))
        for part in _parts(SCHEMA["$defs"])
        for example in part.get("examples", ())
        if (kind.types or ("resourceGroups",))[-1] in example
    )


# The command


def test_the_schema_is_printed(tmp_path: Path) -> None:
    result = run(tmp_path, "schema")
    assert json.loads(result.output) == SCHEMA
    assert result.exit_code == 0


def test_the_schema_is_written_for_a_project(tmp_path: Path) -> None:
    directory = write(tmp_path, prod="")
    result = run(directory, "schema", "--output", "schema.json")
    assert "# yaml-language-server: $schema=schema.json" in result.output
    assert json.loads((directory / "schema.json").read_text()) == SCHEMA


def test_the_path_of_the_schema_is_relative_to_the_stack_files(tmp_path: Path) -> None:
    directory = write(tmp_path, project="name: access\nruntime: python\nstackConfigDir: stacks\n")
    assert "`# yaml-language-server: $schema=../schema.json`" in run(directory, "schema", "-o", "schema.json").output


def test_a_missing_directory_is_an_error(tmp_path: Path) -> None:
    result = run(tmp_path, "schema", "--output", "gone/schema.json")
    assert result.output == "Error: gone/schema.json cannot be written: No such file or directory.\n"
    assert result.exit_code == 2
