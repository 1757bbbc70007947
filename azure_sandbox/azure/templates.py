"""What a template asks for: its parameters, and its resources with their copy loops, conditions and dependencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from ..rules import OWN_CHOICE, Rule
from .api_versions import check_version
from .bodies import Json, read_object
from .errors import Refusal
from .resource_ids import ResourceId
from .template_expressions import Context, evaluate, invalid_template

NOT_A_TEMPLATE = Refusal(
    says="A template has `$schema`, `contentVersion` and `resources`",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/syntax.md; the text is an own choice",
    code="InvalidTemplate",
    message="Deployment template parse failed: 'Required property '{name}' not found in JSON.'.",
)
API_VERSION = Refusal(
    says="Every resource of a template names its API version",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/syntax.md",
    code="InvalidTemplate",
    message="Deployment template validation failed: 'The template resource '{name}' is not valid: the 'apiVersion' "
    "property is required.'.",
)
NOT_HERE = Refusal(
    says="Of the template language there are parameters, variables, copy loops of resources, conditions, dependencies "
    "and outputs, and a few functions",
    source=f"{OWN_CHOICE}: Azure has more",
    code="InvalidTemplate",
    message="Deployment template validation failed: 'The sandbox does not know '{name}' in a template.'.",
)
ORDER = Rule(
    says="A resource is deployed after those that it depends on, whatever their order in the template; one whose "
    "condition is false is left out",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/resource-dependency.md and "
    "conditional-resource-deployment.md",
)

_MOST_COPIES = 800
_NOT_HERE = ("functions", "resourceDerivedTypes", "definitions", "languageVersion")
_NOT_HERE_IN_RESOURCES = ("resources", "scope", "existing")
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
    """A resource that a template asks for, with every expression evaluated."""

    target: ResourceId
    body: Json
    depends_on: tuple[ResourceId, ...]


def check_template(template: Json) -> None:
    for name in ("$schema", "contentVersion", "resources"):
        if name not in template:
            raise NOT_A_TEMPLATE(name=name)
    for name in _NOT_HERE:
        if name in template:
            raise NOT_HERE(name=name)


def read_parameters(template: Json, given: Mapping[str, Json], context: Context) -> dict[str, tuple[str, Any]]:
    """Type and value of every parameter that a template declares; names are compared without case."""
    declared: dict[str, Json] = read_object(template, "parameters")
    values = {name.lower(): each.get("value") for name, each in given.items()}
    if unknown := values.keys() - {name.lower() for name in declared}:
        raise invalid_template(
            f"The following parameters were supplied, but do not correspond to any parameters defined in the template: "
            f"'{', '.join(sorted(unknown))}'."
        )
    found: dict[str, tuple[str, Any]] = {}
    for name, each in declared.items():
        shown, kind = _TYPES.get(str(each.get("type")).lower(), ("", object))
        if not shown:
            raise invalid_template(f"The type '{each.get('type')}' of the template parameter '{name}' is not valid.")
        if name.lower() in values:
            value = values[name.lower()]
        elif "defaultValue" in each:
            known = {other: value for other, (_, value) in found.items()}
            value = evaluate(each["defaultValue"], replace(context, parameters=known))
        else:
            raise invalid_template(f"The value for the template parameter '{name}' is not provided.")
        value = _whole(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise invalid_template(
                f"The provided value for the template parameter '{name}' is not valid. Expected a value of type "
                f"'{shown}', but received a value of type '{_type_name(value)}'. Please see "
                "https://aka.ms/arm-create-parameter-file for usage details."
            )
        if "allowedValues" in each and value not in each["allowedValues"]:
            allowed = ",".join(map(str, each["allowedValues"]))
            raise invalid_template(
                f"The provided value for the template parameter '{name}' is not valid. The value '{value}' is not part "
                f"of the allowed value(s): '{allowed}'."
            )
        found[name] = (shown, value)
    return found


def plan_resources(template: Json, context: Context, group: ResourceId) -> list[TemplateResource]:
    """The resources that a template asks for, in an order that their dependencies allow."""
    copies = [each for resource in cast("list[Json]", template["resources"]) for each in _copies(resource, context)]
    known: dict[str, list[ResourceId]] = {
        str(read_object(each, "copy").get("name")).lower(): [] for each in template["resources"] if "copy" in each
    }
    targets = [_target(group, body) for _, body in copies]
    for (loop, body), target in zip(copies, targets, strict=True):
        if target.key in known:
            raise invalid_template(f"The resource '{target.name}' is defined multiple times in a template.")
        for name in {target.key, str(body["name"]).lower(), *([loop.lower()] if loop else [])}:
            known.setdefault(name, []).append(target)
    wanted = [
        TemplateResource(target, body, tuple(_depended_on(body, group, known)))
        for (_, body), target in zip(copies, targets, strict=True)
    ]
    return _in_order([each for each in wanted if each.body.get("condition", True)])


def evaluate_outputs(template: Json, context: Context) -> Json:
    """The outputs of a template that was deployed."""
    found: Json = {}
    for name, each in read_object(template, "outputs").items():
        shown = _TYPES.get(str(each.get("type")).lower(), ("", object))[0]
        value = evaluate(each.get("value"), context)
        found[name] = {"type": shown} if shown.startswith("Secure") else {"type": shown, "value": value}
    return found


def _copies(resource: Json, context: Context) -> Iterator[tuple[str, Json]]:
    """A resource as often as its copy loop says, with the name of the loop."""
    for name in _NOT_HERE_IN_RESOURCES:
        if name in resource:
            raise NOT_HERE(name=name)
    body = {name: value for name, value in resource.items() if name not in ("copy", "comments")}
    loop = read_object(resource, "copy")
    if not loop:
        yield "", evaluate(body, context)
        return
    count = _whole(evaluate(loop.get("count"), context))
    if not isinstance(count, int) or not 0 <= count <= _MOST_COPIES:
        raise invalid_template(f"The 'count' of a copy loop must be an integer from 0 to {_MOST_COPIES}.")
    for index in range(count):
        yield str(loop.get("name")), evaluate(body, replace(context, loop=str(loop.get("name")), index=index))


def _target(group: ResourceId, resource: Json) -> ResourceId:
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


def _depended_on(resource: Json, group: ResourceId, known: Mapping[str, Sequence[ResourceId]]) -> Iterator[ResourceId]:
    """What a resource depends on: by id, by type and name, by name alone, or all copies of a loop by its name."""
    for each in cast("list[Any]", resource.pop("dependsOn", None) or []):
        name = str(each).lower()
        for spelling in (name, f"{group.key}/providers/{name}"):
            if spelling in known:
                yield from known[spelling]
                break
        else:
            raise invalid_template(
                f"The resource '{each}' is not defined in the template. Please see https://aka.ms/arm-template for "
                "usage details."
            )


def _in_order(wanted: Sequence[TemplateResource]) -> list[TemplateResource]:
    waiting = {each.target.key: each for each in wanted}
    ordered: list[TemplateResource] = []
    while waiting:
        ready = [each for each in waiting.values() if not any(other.key in waiting for other in each.depends_on)]
        if not ready:
            raise invalid_template(
                f"Circular dependency detected on resource: '{next(iter(waiting.values())).target.text}'. Please see "
                "https://aka.ms/arm-syntax-resources for usage details."
            )
        for each in ready:
            del waiting[each.target.key]
        ordered += ready
    return ordered


def _whole(value: Any) -> Any:
    """Programs send their numbers as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _type_name(value: object) -> str:
    names = {"bool": "Boolean", "int": "Integer", "float": "Float", "str": "String", "list": "Array", "dict": "Object"}
    return names.get(type(value).__name__, "Null")
