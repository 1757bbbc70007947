"""The schema of the package: current, complete, and one that Pulumi binds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from adx_private_link.plugin.schema import package_schema
from adx_private_link.plugin.spelling import property_name
from adx_private_link.settings import Settings
from adx_private_link.settings.section import Section
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import environment
from docs.generate.pages import SCHEMA, schema

PREFIX = "adx-private-link:index:"
TYPES: dict[str, Any] = package_schema("1.2.3")["types"]


def test_the_committed_schema_is_current() -> None:
    """SDKs are generated from it."""
    assert SCHEMA.read_text() == schema(), "run `make docs`"


def test_pulumi_binds_the_schema_of_the_installed_provider(tmp_path: Path) -> None:
    """`pulumi package get-schema`, by which registries and editors read it."""
    provider = Path(sys.executable).parent / "pulumi-resource-adx-private-link"
    completed = subprocess.run(
        ["pulumi", "package", "get-schema", str(provider)],
        env=environment(SandboxHome(tmp_path), warm=False),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    bound = json.loads(completed.stdout)
    assert bound["resources"].keys() == {f"{PREFIX}AdxPrivateLink", f"{PREFIX}AdxPrivateLinks"}
    assert bound["types"].keys() == TYPES.keys()


MODELS = [
    model
    for model in Section.__subclasses__()
    if model.__module__.startswith("adx_private_link.settings.") and model is not Settings
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_type_has_the_settings_of_its_model(model: type[BaseModel]) -> None:
    """A setting without a property would not exist for programs in other languages."""
    type = TYPES[f"{PREFIX}{model.__name__}"]
    assert type["properties"].keys() == {property_name(name) for name in model.model_fields}
    required = {property_name(name) for name, field in model.model_fields.items() if field.is_required()}
    assert {*type["required"]} == required
    assert all(property["description"] for property in type["properties"].values())


def test_the_cases_that_shape_programs() -> None:
    """Unions, words, maps and defaults come along."""
    consumer = TYPES[f"{PREFIX}ConsumerSettings"]["properties"]
    assert consumer["dns"]["oneOf"] == [
        {"$ref": f"#/types/{PREFIX}DnsSettings", "plain": True},
        {"type": "string", "plain": True},
    ]
    assert consumer["roles"]["items"]["$ref"] == f"#/types/{PREFIX}Role"
    assert [word["value"] for word in TYPES[f"{PREFIX}Role"]["enum"]] == ["engine", "ingestion"]
    assert consumer["approval"]["default"] == "approve"
    cluster = TYPES[f"{PREFIX}ClusterSettings"]["properties"]
    assert cluster["lock"] == {**cluster["lock"], "type": "boolean", "default": False}
    assert cluster["nat"]["$ref"] == f"#/types/{PREFIX}NatSettings"


def test_every_value_that_is_planned_is_plain() -> None:
    """Counts and names depend on the values, so they cannot be outputs; an id of a new cluster and providers can."""
    resources = package_schema("1.2.3")["resources"].values()
    late = {name for resource in resources for name, type in resource["inputProperties"].items() if "plain" not in type}
    assert late == {"clusterId", "providers"}
    for type in TYPES.values():
        assert all(property["plain"] for property in type.get("properties", {}).values())


def test_descriptions_spell_settings_as_properties() -> None:
    """`keep` takes the words of stack files, and is left out here."""
    described = {
        f"{name}.{key}": property["description"]
        for name, type in TYPES.items()
        for key, property in type.get("properties", {}).items()
        if key != "keep"
    }
    settings = {name for model in MODELS for name in model.model_fields if "_" in name}
    values = {word["value"] for type in TYPES.values() for word in type.get("enum", ())}
    for path, text in described.items():
        assert not {*re.findall(r"[a-z]+(?:_[a-z]+)+", text)} & (settings - values), path
