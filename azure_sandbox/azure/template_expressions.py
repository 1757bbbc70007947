"""Expressions of the ARM template language, such as `[concat('a', parameters('b')[0])]`, and their functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from .bodies import Json
from .errors import AzureError, Rejection

INVALID_TEMPLATE = Rejection(
    says="A template with invalid parameters, expressions, names or dependencies is rejected before anything is "
    "deployed",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/error-invalid-template.md; "
    "microsoft/vscode-azurearmtools#493, microsoft/azure-pipelines-tasks#19942, Azure/azure-cli#6677",
    code="InvalidTemplate",
    message="Deployment template validation failed: '{reason}'.",
)

_TOKEN = re.compile(r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[()\[\],.]))")


def invalid_template(reason: str) -> AzureError:
    """The error for a template that Azure cannot use."""
    return INVALID_TEMPLATE(reason=reason)


@dataclass(frozen=True)
class Context:
    """What the functions of an expression can read."""

    group: Json
    """The resource group of the deployment, as GET answers it."""
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Unevaluated: an expression evaluates a variable when it uses it."""
    loop: str = ""
    """The name of the copy loop; empty outside loops."""
    index: int | None = None
    """The index in the copy loop; None outside loops."""
    reference: Callable[[str], Json] | None = None
    """Reads the properties of a deployed resource; None before the deployment."""
    evaluating: frozenset[str] = frozenset()
    """The variables whose evaluation is in progress, in lower case."""


def evaluate(value: Any, context: Context) -> Any:
    """A value of a template with every expression in it evaluated."""
    if isinstance(value, dict):
        return {name: evaluate(item, context) for name, item in cast("Json", value).items()}
    if isinstance(value, list):
        return [evaluate(item, context) for item in cast("list[Any]", value)]
    if isinstance(value, str) and value.startswith("[["):
        return value[1:]
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return _Expression(value[1:-1], context).evaluate()
    return value


@dataclass
class _Expression:
    text: str
    context: Context
    position: int = field(default=0, init=False)

    def evaluate(self) -> Any:
        result = self._evaluate_term()
        if self.text[self.position :].strip():
            raise invalid_template(f"Unable to parse language expression '{self.text}'.")
        return result

    def _evaluate_term(self) -> Any:
        kind, text = self._read_token()
        if kind == "string":
            value: Any = text[1:-1].replace("''", "'")
        elif kind == "number":
            value = int(text)
        elif kind == "name":
            value = self._call_function(text)
        else:
            raise invalid_template(f"Unable to parse language expression '{self.text}'.")
        while self._peek() in ("[", "."):
            _, mark = self._read_token()
            key = self._evaluate_term() if mark == "[" else self._read_token()[1]
            if mark == "[":
                self._expect("]")
            try:
                value = value[key]
            except (LookupError, TypeError):
                raise invalid_template(f"The language expression property '{key}' can't be evaluated.") from None
        return value

    def _call_function(self, name: str) -> Any:
        function = _FUNCTIONS.get(name.lower())
        if function is None:
            raise invalid_template(f"The template function '{name}' is not valid.")
        self._expect("(")
        arguments: list[Any] = []
        while self._peek() != ")":
            arguments.append(self._evaluate_term())
            if self._peek() == ",":
                self._read_token()
        self._expect(")")
        try:
            return function(self.context, *arguments)
        except (LookupError, TypeError):
            raise invalid_template(f"Unable to evaluate template language function '{name}'.") from None

    def _peek(self) -> str:
        return self.text[self.position :].lstrip()[:1]

    def _read_token(self) -> tuple[str, str]:
        match = _TOKEN.match(self.text, self.position)
        if match is None or match.lastgroup is None:
            raise invalid_template(f"Unable to parse language expression '{self.text}'.")
        self.position = match.end()
        return match.lastgroup, match[match.lastgroup]

    def _expect(self, mark: str) -> None:
        if self._read_token()[1] != mark:
            raise invalid_template(f"Unable to parse language expression '{self.text}': expected '{mark}'.")


def _find_by_name(kind: str, values: Mapping[str, Any], name: str) -> Any:
    for known_name, value in values.items():
        if known_name.lower() == name.lower():
            return value
    raise invalid_template(f"The template {kind} '{name}' is not found.")


def _parameter(context: Context, name: str) -> Any:
    return _find_by_name("parameter", context.parameters, name)


def _variable(context: Context, name: str) -> Any:
    if name.lower() in context.evaluating:
        raise invalid_template(f"The template variable '{name}' is not valid: it refers to itself.")
    raw = _find_by_name("variable", context.variables, name)
    return evaluate(raw, replace(context, evaluating=context.evaluating | {name.lower()}))


def _copy_index(context: Context, *arguments: Any) -> int:
    loops = [argument for argument in arguments if isinstance(argument, str)]
    if context.index is None or (loops and loops[0].lower() != context.loop.lower()):
        raise invalid_template("The function 'copyIndex' is used outside a copy loop.")
    return context.index + next((argument for argument in arguments if isinstance(argument, int)), 0)


def _concat(_: Context, *parts: Any) -> Any:
    if parts and all(isinstance(part, list) for part in parts):
        return [item for part in parts for item in part]
    return "".join(map(str, parts))


def _length(_: Context, value: list[Any]) -> int:
    return len(value)


def _equals(_: Context, one: Any, other: Any) -> bool:
    return one == other


def _not(_: Context, value: bool) -> bool:  # noqa: FBT001 - a template passes it by position
    return not value


def _if(_: Context, condition: bool, yes: Any, no: Any) -> Any:  # noqa: FBT001 - likewise
    return yes if condition else no


def _resource_group(context: Context) -> Json:
    return context.group


def _resource_id(context: Context, *parts: str) -> str:
    """`resourceId([subscription, [group,]] type, name, …)`: the type is the first part with a slash."""
    position = [position for position, part in enumerate(parts) if "/" in part][0]  # noqa: RUF015 - `_call_function` catches LookupError
    own = [_subscription(context)["subscriptionId"], context.group["name"]]
    namespace, *kinds = parts[position].split("/")
    names = parts[position + 1 :]
    if len(kinds) != len(names) or position > 2:
        raise invalid_template(
            "Unable to evaluate template language function 'resourceId': type and names do not match."
        )
    subscription, group = [*own[: 2 - position], *parts[:position]]
    pairs = "/".join(f"{kind}/{name}" for kind, name in zip(kinds, names, strict=True))
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{namespace}/{pairs}"


def _subscription(context: Context) -> Json:
    subscription = str(context.group["id"]).split("/")[2]
    return {"id": f"/subscriptions/{subscription}", "subscriptionId": subscription}


def _reference(context: Context, id: str) -> Json:
    if context.reference is None:
        raise invalid_template("The template function 'reference' is not expected at this location.")
    return context.reference(id)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "parameters": _parameter,
    "variables": _variable,
    "copyindex": _copy_index,
    "concat": _concat,
    "length": _length,
    "equals": _equals,
    "not": _not,
    "if": _if,
    "resourceid": _resource_id,
    "resourcegroup": _resource_group,
    "subscription": _subscription,
    "reference": _reference,
}
