"""The JSON Schema of a stack file, with which editors complete, explain and check settings."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ...settings import Settings
from .stack_files import NAMESPACE, PREFIX


def stack_file_schema() -> dict[str, Any]:
    """Return the JSON Schema of a stack file."""
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
                # Other namespaces belong to other programs. Pulumi also accepts `namespace:config:name`.
                "patternProperties": {f"^{PREFIX}(?!(config:)?({names})$)": False},
            }
        },
        "$defs": settings["$defs"],
    }


def _or_text(section: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a section that may also be JSON text, as `pulumi config set` without `--path` writes it."""
    kept = {name: section.pop(name) for name in ("description",) if name in section}
    return {**kept, "anyOf": [section, {"type": "string", "pattern": r"^\s*\{"}]}


class _ForEditors(GenerateJsonSchema):
    """Generates a schema without titles, which repeat the names of settings; defaults are only texts and numbers."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        generated = super().model_schema(schema)
        generated.pop("title", None)
        return generated

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        generated = super().default_schema(schema)
        if not isinstance(generated.get("default"), str | int):
            generated.pop("default", None)
        return generated

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Allow an empty setting (`name:`) without `anyOf`, which editors show as alternatives."""
        inner = self.generate_inner(schema["schema"])
        if isinstance(inner.get("type"), str) and not {"enum", "const"} & inner.keys():
            return {**inner, "type": [inner["type"], "null"]}
        return super().nullable_schema(schema)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        generated = super().dict_schema(schema)
        if patterns := generated.pop("patternProperties", None):
            [(pattern, values)] = patterns.items()
            generated["additionalProperties"] = values
            generated["propertyNames"] = {"pattern": pattern, **generated.get("propertyNames", {})}
        return generated
