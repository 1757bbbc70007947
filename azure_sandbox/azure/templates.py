"""The part of the ARM template language that a template may use here: parameters, copy loops and a few functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from .errors import AzureError, Refusal
from .resource_type import section
from .store import Json

INVALID_TEMPLATE = Refusal(
    says="A template that cannot be used is refused before anything is deployed: parameters, expressions, names",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/error-invalid-template.md",
    code="InvalidTemplate",
    message="Deployment template validation failed: '{reason}'.",
)

_TOKEN = re.compile(r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[()\[\],.]))")


@dataclass
class _Context:
    parameters: Mapping[str, Any]
    copy_index: int | None = None


def _copy_index(context: _Context, *arguments: Any) -> int:
    if context.copy_index is None:
        raise invalid("The function 'copyIndex' is used outside a copy loop.")
    offset = next((each for each in arguments if isinstance(each, int)), 0)
    return context.copy_index + offset


def _parameter(context: _Context, name: str) -> Any:
    for known, value in context.parameters.items():
        if known.lower() == name.lower():
            return value
    raise invalid(f"The template parameter '{name}' is not found.")


def _length(_: _Context, value: list[Any]) -> int:
    return len(value)


def _concat(_: _Context, *parts: Any) -> str:
    return "".join(str(each) for each in parts)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "parameters": _parameter,
    "copyindex": _copy_index,
    "length": _length,
    "concat": _concat,
}


def parameters(template: Json, given: Mapping[str, Json]) -> list[tuple[str, str, Any]]:
    """Name, type and value of every parameter that a template declares; names are compared without case."""
    declared: dict[str, Json] = section(template, "parameters")
    values = {name.lower(): each.get("value") for name, each in given.items()}
    if unknown := values.keys() - {name.lower() for name in declared}:
        raise invalid(
            f"The following parameters were supplied, but do not correspond to any parameters defined in the template: "
            f"'{', '.join(sorted(unknown))}'."
        )
    defaults = {name.lower(): each["defaultValue"] for name, each in declared.items() if "defaultValue" in each}
    known = {**defaults, **values}
    if missing := [name for name in declared if name.lower() not in known]:
        raise invalid(f"The value for the template parameter '{missing[0]}' is not provided.")
    return [(name, str(each.get("type")), known[name.lower()]) for name, each in declared.items()]


def resources(template: Json, given: Mapping[str, Json]) -> list[Json]:
    """The resources that a template asks for, with every expression evaluated and every copy loop unrolled."""
    context = _Context({name: value for name, _, value in parameters(template, given)})
    found: list[Json] = []
    for resource in cast("list[Json]", template.get("resources") or []):
        loop = resource.get("copy")
        body = {name: value for name, value in resource.items() if name != "copy"}
        if loop is None:
            found.append(_evaluate(body, context))
        else:
            count = _evaluate(loop.get("count"), context)
            if not isinstance(count, int):
                raise invalid("The 'count' of a copy loop must be an integer.")
            found += [_evaluate(body, _Context(context.parameters, index)) for index in range(count)]
    return found


def _evaluate(value: Any, context: _Context) -> Any:
    if isinstance(value, dict):
        return {name: _evaluate(each, context) for name, each in cast("Json", value).items()}
    if isinstance(value, list):
        return [_evaluate(each, context) for each in cast("list[Any]", value)]
    if isinstance(value, str) and value.startswith("[["):
        return value[1:]
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return _Expression(value[1:-1], context).value()
    return value


@dataclass
class _Expression:
    text: str
    context: _Context
    position: int = field(default=0, init=False)

    def value(self) -> Any:
        result = self._term()
        if self.text[self.position :].strip():
            raise invalid(f"Unable to parse language expression '{self.text}'.")
        return result

    def _term(self) -> Any:
        kind, text = self._next()
        if kind == "string":
            value: Any = text[1:-1].replace("''", "'")
        elif kind == "number":
            value = int(text)
        elif kind == "name":
            value = self._call(text)
        else:
            raise invalid(f"Unable to parse language expression '{self.text}'.")
        while self._peek() in ("[", "."):
            _, mark = self._next()
            key = self._term() if mark == "[" else self._next()[1]
            if mark == "[":
                self._expect("]")
            try:
                value = value[key]
            except (LookupError, TypeError):
                raise invalid(f"The language expression property '{key}' can't be evaluated.") from None
        return value

    def _call(self, name: str) -> Any:
        function = _FUNCTIONS.get(name.lower())
        if function is None:
            raise invalid(f"The template function '{name}' is not valid.")
        self._expect("(")
        arguments: list[Any] = []
        while self._peek() != ")":
            arguments.append(self._term())
            if self._peek() == ",":
                self._next()
        self._expect(")")
        return function(self.context, *arguments)

    def _peek(self) -> str:
        return self.text[self.position :].lstrip()[:1]

    def _next(self) -> tuple[str, str]:
        match = _TOKEN.match(self.text, self.position)
        if match is None or match.lastgroup is None:
            raise invalid(f"Unable to parse language expression '{self.text}'.")
        self.position = match.end()
        return match.lastgroup, match[match.lastgroup]

    def _expect(self, mark: str) -> None:
        if self._next()[1] != mark:
            raise invalid(f"Unable to parse language expression '{self.text}': expected '{mark}'.")


def invalid(message: str) -> AzureError:
    """What Azure answers to a template that it cannot use, before anything is deployed."""
    return INVALID_TEMPLATE(reason=message)
