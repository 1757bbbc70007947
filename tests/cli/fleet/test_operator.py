"""Stack objects of the Pulumi Kubernetes Operator, compared with the operator's own schema of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import jsonschema
import yaml

from ..projects import run
from .fleets import FLEET, write_fleet

_CRD: dict[str, Any] = json.loads((Path(__file__).parent / "stack_crd.json").read_text())
_OPERATOR = """\
operator: {repository: "https://github.com/contoso/network", directory: adx, service_account: pulumi}
stacks:
  ops: {backend: "azblob://ops", client_id: 00000000-0000-0000-0000-000000000001}
defaults: {stack: {backend: "azblob://state", secrets_provider: "azurekeyvault://v.vault.azure.net/keys/pulumi"}}
"""


def _closed(schema: object) -> object:
    """Return the schema without unknown fields, which Kubernetes drops without an error."""
    if isinstance(schema, list):
        return [_closed(item) for item in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    parts = {key: _closed(value) for key, value in cast("dict[str, object]", schema).items()}
    is_object = parts.get("type") == "object" and "properties" in parts
    return {"additionalProperties": False, **parts} if is_object else parts


def _objects(directory: Path, text: str) -> list[dict[str, Any]]:
    result = run(write_fleet(directory, text), "fleet", "write", "--format", "operator")
    assert result.exit_code == 0, result.output
    return [*yaml.safe_load_all((directory / "fleet.operator.yaml").read_text())]


def test_the_objects_fit_the_operators_schema(tmp_path: Path) -> None:
    """Kubernetes drops a field that it does not know, and the operator deploys without it."""
    objects = _objects(tmp_path, FLEET + _OPERATOR)
    assert [object["metadata"]["name"] for object in objects] == ["zones.west", "data.1", "data.2", "ops.1"]
    for object in objects:
        assert (object["apiVersion"], object["kind"]) == ("pulumi.com/v1", "Stack")
        jsonschema.validate(object["spec"], cast("dict[str, Any]", _closed(_CRD["spec"])))


def test_backends_and_identities_are_those_of_the_stack(tmp_path: Path) -> None:
    """Teams with their own backend must not see each other's states."""
    specs = {object["metadata"]["name"]: object["spec"] for object in _objects(tmp_path, FLEET + _OPERATOR)}
    assert {name: spec["backend"] for name, spec in specs.items()} == {
        **dict.fromkeys(["zones.west", "data.1", "data.2"], "azblob://state"),
        "ops.1": "azblob://ops",
    }
    assert specs["ops.1"]["envRefs"]["ARM_CLIENT_ID"]["literal"]["value"] == "00000000-0000-0000-0000-000000000001"
    assert "envRefs" not in specs["data.1"]


def test_stacks_wait_for_their_zones(tmp_path: Path) -> None:
    """A stack's preview fails if a zone in `zone_ids` does not exist."""
    specs = {object["metadata"]["name"]: object["spec"] for object in _objects(tmp_path, FLEET + _OPERATOR)}
    assert specs["data.1"]["prerequisites"] == [{"name": "zones.west"}]
    assert "prerequisites" not in specs["zones.west"]


def test_without_a_repository_no_objects_are_written(tmp_path: Path) -> None:
    result = run(write_fleet(tmp_path), "fleet", "write", "--format", "operator")
    assert result.exit_code == 2
    assert "operator: {repository: URL}" in result.output
    assert not (tmp_path / "fleet.stacks.yaml").exists()
