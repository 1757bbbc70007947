"""The package's schema, made from the settings' models: what editors, compilers and generated SDKs know of them."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .. import settings
from ..settings import Settings
from ..settings.section import Section
from .properties import OneCluster
from .spelling import literals_of, property_name, spell_words, variants_of

PACKAGE = "adx-private-link"
_ANY = {"$ref": "pulumi.json#/Any"}

_PROVIDERS = {
    "type": "object",
    "additionalProperties": _ANY,
    "description": "azure-native providers by subscription id, for subscriptions other than that of the provider in "
    "the resource's options.",
}


def schema_text(version: str) -> str:
    """Return the schema of a version of the package as JSON text."""
    return json.dumps(package_schema(version), indent=2, ensure_ascii=False) + "\n"


def package_schema(version: str) -> dict[str, Any]:
    """Return the schema of a version of the package."""
    types = _Types()
    of_cluster = {
        **types.properties_of(OneCluster),
        "clusterId": {
            "type": "string",
            "description": "The id of a cluster that the same program creates: then `cluster` has its `id` and "
            "describes it (`described: {location, hosts}`). Default: the id in `cluster`.",
        },
        "providers": _PROVIDERS,
    }
    of_clusters = {**types.properties_of(Settings), "providers": _PROVIDERS}
    return {
        "name": PACKAGE,
        "displayName": "Private access to Azure Data Explorer",
        "version": version,
        "description": "Private access to Azure Data Explorer (Kusto) clusters: private link services, private "
        "endpoints, approvals and private DNS.",
        "keywords": ["pulumi", "azure", "kusto", "private-link", "category/network", "kind/component"],
        "license": "Apache-2.0",
        "resources": {
            f"{PACKAGE}:index:AdxPrivateLink": _component(
                "Private access to one Azure Data Explorer cluster. The resource's name is the cluster's key: names in "
                "Azure are derived from it.",
                of_cluster,
                {
                    "outputs": "The cluster's addresses, connections and ids: export them as "
                    "`clusters: {KEY: outputs}` for the commands of adx-private-link.",
                    "handOver": "The hand-over for the stacks of external consumers.",
                },
            ),
            f"{PACKAGE}:index:AdxPrivateLinks": _component(
                "Private access to several Azure Data Explorer clusters, which share private DNS zones, and an "
                "azure-native provider for each subscription without one.",
                of_clusters,
                {
                    "clusters": "The clusters' addresses, connections and ids, by key: export it as `clusters` for the "
                    "commands of adx-private-link.",
                    "handOvers": "The hand-overs for the stacks of external consumers, by cluster key.",
                },
            ),
        },
        "types": dict(sorted(types.types.items())),
        "language": {
            "nodejs": {"packageName": PACKAGE, "respectSchemaVersion": True},
            "python": {"packageName": "pulumi_adx_private_link", "respectSchemaVersion": True},
            "go": {"importBasePath": "adx-private-link/sdks/go/adxprivatelink", "respectSchemaVersion": True},
        },
    }


def _component(description: str, inputs: dict[str, Any], outputs: dict[str, str]) -> dict[str, Any]:
    return {
        "isComponent": True,
        "description": description,
        "inputProperties": inputs,
        "properties": {name: {**_ANY, "description": text} for name, text in outputs.items()},
        "required": [*outputs],
    }


def _map_of(type: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": type, "plain": True}


class _Types:
    """The types of the schema, collected while properties refer to them."""

    def __init__(self) -> None:
        self.types: dict[str, Any] = {}

    def ref(self, section: type[BaseModel]) -> dict[str, Any]:
        """Return a reference to the type of a section; values are plain, because they decide what there is."""
        name = f"{PACKAGE}:index:{section.__name__}"
        if name not in self.types:
            self.types[name] = {}  # a section that contains itself would never end
            self.types[name] = {
                "type": "object",
                "description": spell_words(inspect.cleandoc(section.__doc__ or "")),
                "properties": self.properties_of(section),
                "required": [
                    property_name(setting) for setting, field in section.model_fields.items() if field.is_required()
                ],
            }
        return {"$ref": f"#/types/{name}", "plain": True}

    def properties_of(self, section: type[BaseModel]) -> dict[str, Any]:
        """Return the properties of a section's settings."""
        return {
            property_name(name): self._property(field, section.__module__)
            for name, field in section.model_fields.items()
        }

    def _property(self, field: FieldInfo, module: str) -> dict[str, Any]:
        description = spell_words(field.description or "", literals_of(field))
        described = {**self._type(field.annotation, module), "description": description}
        has_default = isinstance(field.default, str | int) and field.default is not PydanticUndefined
        return {**described, "default": field.default} if has_default else described

    def _type(self, annotation: object, module: str) -> dict[str, Any]:
        """Return the type of a value; `module` is where its settings are, with the names of literals."""
        found: list[dict[str, Any]] = []
        for variant in variants_of(annotation):
            type = self._variant(variant, module)
            if type not in found:  # several kinds of ids are texts
                found.append(type)
        return found[0] if len(found) == 1 else {"oneOf": found, "plain": True}

    def _variant(self, variant: object, module: str) -> dict[str, Any]:
        arguments = get_args(variant)
        origin = get_origin(variant)
        if origin is Literal:
            return self._enum(variant, module)
        if origin is list:
            return {"type": "array", "items": self._type(arguments[0], module), "plain": True}
        if origin is dict:
            return _map_of(self._type(arguments[1], module))
        if isinstance(variant, type) and issubclass(variant, Section):
            return self.ref(variant)
        if isinstance(variant, type) and issubclass(variant, BaseModel):
            return {**_ANY, "plain": True}  # a hand-over: the output of another program, as it wrote it
        return {"type": {bool: "boolean", int: "integer"}.get(cast("type", variant), "string"), "plain": True}

    def _enum(self, literal: object, module: str) -> dict[str, Any]:
        """Return a type with the literal's name; one without a name, such as `elsewhere`, is a word among others."""
        known = {**vars(settings), **vars(sys.modules[module])}
        name = next((name for name, value in known.items() if value == literal), None)
        if name is None:
            return {"type": "string", "plain": True}
        self.types[f"{PACKAGE}:index:{name}"] = {
            "type": "string",
            "enum": [{"value": word, "name": _enum_name(word)} for word in get_args(literal)],
        }
        return {"$ref": f"#/types/{PACKAGE}:index:{name}", "plain": True}


def _enum_name(word: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in word.replace("-", "_").split("_"))
