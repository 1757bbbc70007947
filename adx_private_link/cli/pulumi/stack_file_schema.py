"""The JSON Schema of a stack file, by which editors complete, explain and check settings."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ...settings import Settings
from .stack_files import NAMESPACE, PREFIX


def stack_file_schema() -> dict[str, Any]:
    """The JSON Schema of a stack file."""
    settings = Settings.model_json_schema(schema_generator=_ForEditors)
    sections: dict[str, Any] = settings["properties"]
    names = "|".join(sections)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": "urn:adx-private-link:stack-file",
        # No title: editors would show it above every setting.
        "description": "A Pulumi stack file with settings of adx-private-link.",
        "type": ["object", "null"],
        "patternProperties": {f"^{NAMESPACE}": False},
        "properties": {
            "config": {
                "description": "The configuration of the stack.",
                "type": ["object", "null"],
                "properties": {f"{PREFIX}{name}": _or_text(section) for name, section in sections.items()},
                # Other namespaces are none of our business; in ours, Pulumi knows one other way to write a key.
                "patternProperties": {f"^{PREFIX}(?!(config:)?({names})$)": False},
            }
        },
        "$defs": settings["$defs"],
    }


def _or_text(section: dict[str, Any]) -> dict[str, Any]:
    """A section, or its JSON, which `pulumi config set` without `--path` writes."""
    kept = {name: section.pop(name) for name in ("description",) if name in section}
    return {**kept, "anyOf": [section, {"type": "string", "pattern": r"^\s*\{"}]}


class _ForEditors(GenerateJsonSchema):
    """A schema without titles, which repeat the names of settings, and without defaults that are no text or number."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        made.pop("title", None)
        return made

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if not isinstance(made.get("default"), str | int):
            made.pop("default", None)
        return made

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A setting may be empty (`name:`); editors need no alternative for that."""
        inner = self.generate_inner(schema["schema"])
        if isinstance(inner.get("type"), str) and not {"enum", "const"} & inner.keys():
            return {**inner, "type": [inner["type"], "null"]}
        return super().nullable_schema(schema)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        if patterns := made.pop("patternProperties", None):
            [(pattern, values)] = patterns.items()
            made["additionalProperties"] = values
            made["propertyNames"] = {"pattern": pattern, **made.get("propertyNames", {})}
        return made
