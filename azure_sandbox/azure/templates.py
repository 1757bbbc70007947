"""Parts of an ARM template: parameters, outputs, and resources with copy loops, conditions and dependencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from ..rules import OWN_CHOICE, Rule
from .api_versions import check_version
from .bodies import Json, read_object
from .errors import Rejection
from .resource_ids import ResourceId
from .template_expressions import Context, evaluate, invalid_template

NOT_A_TEMPLATE = Rejection(
    says="A template has `$schema`, `contentVersion` and `resources`",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/syntax.md; the text is an own choice",
    code="InvalidTemplate",
    message="Deployment template parse failed: 'Required property '{name}' not found in JSON.'.",
)
API_VERSION = Rejection(
    says="Every resource of a template names its API version",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/syntax.md",
    code="InvalidTemplate",
    message="Deployment template validation failed: 'The template resource '{name}' is not valid: the 'apiVersion' "
    "property is required.'.",
)
SERIAL = Rule(
    says="The copies of a loop are deployed at once; with `mode: serial`, each batch after the one before it "
    "(`batchSize`, by default 1)",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/copy-resources.md",
)
UNSUPPORTED = Rejection(
    says="A template has parameters, variables, copy loops of resources, conditions, dependencies and outputs, and a "
    "few functions; anything else is rejected",
    source=f"{OWN_CHOICE}: Azure has more",
    code="InvalidTemplate",
    message="Deployment template validation failed: 'The sandbox does not support '{name}' in a template.'.",
)
ORDER = Rule(
    says="A resource is deployed after the resources that it depends on, in any order of the template; a resource with "
    "a false condition is not deployed",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/resource-dependency.md and "
    "conditional-resource-deployment.md",
)

_MOST_COPIES = 800
_UNSUPPORTED = ("functions", "resourceDerivedTypes", "definitions", "languageVersion")
_UNSUPPORTED_IN_RESOURCES = ("resources", "scope", "existing")
_TYPES: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "string": ("String", str),
    "securestring": ("SecureString", str),
    "int": ("Int", int),
    "bool": ("Bool", bool),
    "array": ("Array", list),
    "object": ("Object", dict),
    "secureobject": ("SecureObject", dict),
}


@dataclass(frozen=True)
class TemplateResource:
    """A resource in a template, with every expression evaluated."""

    target: ResourceId
    body: Json
    depends_on: tuple[ResourceId, ...]


def check_template(template: Json) -> None:
    """Reject a template without the required parts, or with parts that the sandbox lacks."""
    for name in ("$schema", "contentVersion", "resources"):
        if name not in template:
            raise NOT_A_TEMPLATE(name=name)
    for name in _UNSUPPORTED:
        if name in template:
            raise UNSUPPORTED(name=name)


def read_parameters(template: Json, supplied: Mapping[str, Json], context: Context) -> dict[str, tuple[str, Any]]:
    """The type and the value of every parameter that a template declares. Names are compared without case."""
    declared: dict[str, Json] = read_object(template, "parameters")
    values = {name.lower(): parameter.get("value") for name, parameter in supplied.items()}
    if unknown := values.keys() - {name.lower() for name in declared}:
        raise invalid_template(
            f"The following parameters were supplied, but do not correspond to any parameters defined in the template: "
            f"'{', '.join(sorted(unknown))}'."
        )
    parameters: dict[str, tuple[str, Any]] = {}
    for name, declaration in declared.items():
        type_name, python_type = _TYPES.get(str(declaration.get("type")).lower(), ("", object))
        if not type_name:
            raise invalid_template(
                f"The type '{declaration.get('type')}' of the template parameter '{name}' is not valid."
            )
        if name.lower() in values:
            value = values[name.lower()]
        elif "defaultValue" in declaration:
            known = {other: value for other, (_, value) in parameters.items()}
            value = evaluate(declaration["defaultValue"], replace(context, parameters=known))
        else:
            raise invalid_template(f"The value for the template parameter '{name}' is not provided.")
        value = _as_integer(value)
        if not isinstance(value, python_type) or (isinstance(value, bool) and python_type is not bool):
            raise invalid_template(
                f"The provided value for the template parameter '{name}' is not valid. Expected a value of type "
                f"'{type_name}', but received a value of type '{_type_name(value)}'. Please see "
                "https://aka.ms/arm-create-parameter-file for usage details."
            )
        if "allowedValues" in declaration and value not in declaration["allowedValues"]:
            allowed = ",".join(map(str, declaration["allowedValues"]))
            raise invalid_template(
                f"The provided value for the template parameter '{name}' is not valid. The value '{value}' is not part "
                f"of the allowed value(s): '{allowed}'."
            )
        parameters[name] = (type_name, value)
    return parameters


def plan_resources(template: Json, context: Context, group: ResourceId) -> list[TemplateResource]:
    """The resources of a template, each after the resources that it depends on."""
    declared = cast("list[Json]", template["resources"])
    copies = [copy for resource in declared for copy in _expand_copies(resource, context)]
    known: dict[str, list[ResourceId]] = {
        str(read_object(resource, "copy").get("name")).lower(): [] for resource in declared if "copy" in resource
    }
    targets = [_parse_target(group, body) for _, body in copies]
    for (loop, body), target in zip(copies, targets, strict=True):
        if target.key in known:
            raise invalid_template(f"The resource '{target.name}' is defined multiple times in a template.")
        for name in {target.key, str(body["name"]).lower(), *([loop.lower()] if loop else [])}:
            known.setdefault(name, []).append(target)
    earlier = _earlier_batches(declared, known)
    resources = [
        TemplateResource(target, body, (*_find_dependencies(body, group, known), *earlier.get(target.key, ())))
        for (_, body), target in zip(copies, targets, strict=True)
    ]
    return _order([resource for resource in resources if resource.body.get("condition", True)])


def evaluate_outputs(template: Json, context: Context) -> Json:
    """The outputs of a deployed template."""
    outputs: Json = {}
    for name, declaration in read_object(template, "outputs").items():
        type_name = _TYPES.get(str(declaration.get("type")).lower(), ("", object))[0]
        value = evaluate(declaration.get("value"), context)
        outputs[name] = {"type": type_name} if type_name.startswith("Secure") else {"type": type_name, "value": value}
    return outputs


def _expand_copies(resource: Json, context: Context) -> Iterator[tuple[str, Json]]:
    """The copies of a resource, each with the name of its loop. A resource without a loop is one copy."""
    for name in _UNSUPPORTED_IN_RESOURCES:
        if name in resource:
            raise UNSUPPORTED(name=name)
    body = {name: value for name, value in resource.items() if name not in ("copy", "comments")}
    loop = read_object(resource, "copy")
    if not loop:
        yield "", evaluate(body, context)
        return
    count = _as_integer(evaluate(loop.get("count"), context))
    if not isinstance(count, int) or not 0 <= count <= _MOST_COPIES:
        raise invalid_template(f"The 'count' of a copy loop must be an integer from 0 to {_MOST_COPIES}.")
    for index in range(count):
        yield str(loop.get("name")), evaluate(body, replace(context, loop=str(loop.get("name")), index=index))


def _earlier_batches(
    declared: Sequence[Json], known: Mapping[str, Sequence[ResourceId]]
) -> dict[str, list[ResourceId]]:
    """The copies that each copy of a serial loop waits for: those of the batch before its own."""
    earlier: dict[str, list[ResourceId]] = {}
    for loop in (read_object(resource, "copy") for resource in declared):
        if str(loop.get("mode")).lower() != "serial":
            continue
        size = _as_integer(loop.get("batchSize", 1))
        if not isinstance(size, int) or size < 1:
            raise invalid_template("The 'batchSize' of a serial copy loop must be an integer of at least 1.")
        copies = known[str(loop.get("name")).lower()]
        for index, copy in enumerate(copies):
            start = (index // size - 1) * size
            earlier[copy.key] = list(copies[start : start + size]) if start >= 0 else []
    return earlier


def _parse_target(group: ResourceId, resource: Json) -> ResourceId:
    type, name = str(resource.get("type") or ""), str(resource.get("name") or "")
    if not resource.get("apiVersion"):
        raise API_VERSION(name=name)
    namespace, *kinds = type.split("/")
    names = name.split("/")
    if not kinds or len(kinds) != len(names) or not all(names):
        raise invalid_template(
            f"The template resource '{name}' for type '{type}' has incorrect segment lengths. A nested resource type "
            "must have identical number of segments as its resource name. A root resource type must have segment "
            "length one greater than its resource name."
        )
    pairs = "/".join(f"{kind}/{part}" for kind, part in zip(kinds, names, strict=True))
    check_version(str(resource["apiVersion"]), type, str(resource.get("location") or "global"))
    return ResourceId.parse(f"{group.text}/providers/{namespace}/{pairs}")


def _find_dependencies(
    resource: Json, group: ResourceId, known: Mapping[str, Sequence[ResourceId]]
) -> Iterator[ResourceId]:
    """The dependencies of a resource, named by id, by type and name, by name alone, or by the name of a loop."""
    for dependency in cast("list[Any]", resource.pop("dependsOn", None) or []):
        name = str(dependency).lower()
        for spelling in (name, f"{group.key}/providers/{name}"):
            if spelling in known:
                yield from known[spelling]
                break
        else:
            raise invalid_template(
                f"The resource '{dependency}' is not defined in the template. Please see https://aka.ms/arm-template "
                "for usage details."
            )


def _order(resources: Sequence[TemplateResource]) -> list[TemplateResource]:
    waiting = {resource.target.key: resource for resource in resources}
    ordered: list[TemplateResource] = []
    while waiting:
        ready = [
            resource
            for resource in waiting.values()
            if not any(dependency.key in waiting for dependency in resource.depends_on)
        ]
        if not ready:
            raise invalid_template(
                f"Circular dependency detected on resource: '{next(iter(waiting.values())).target.text}'. Please see "
                "https://aka.ms/arm-syntax-resources for usage details."
            )
        for resource in ready:
            del waiting[resource.target.key]
        ordered += ready
    return ordered


def _as_integer(value: Any) -> Any:
    """A whole number as an integer: programs send their numbers as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _type_name(value: object) -> str:
    names = {"bool": "Boolean", "int": "Integer", "float": "Float", "str": "String", "list": "Array", "dict": "Object"}
    return names.get(type(value).__name__, "Null")
