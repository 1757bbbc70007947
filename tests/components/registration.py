"""A program run under mocks, and the graph that it registered: the raw requests, as the engine would get them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from unittest.mock import patch

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import source_pb2

from .azure import Azure

UNKNOWN = rpc.UNKNOWN
_NO_TRACE = patch("pulumi.runtime.resource._get_stack_trace", source_pb2.StackTrace)
"""The line of code that a resource comes from is looked up in the whole stack of pytest, and no test asks for it."""
OWN_STACK = "organization/adx-private-link/test"
"""The name of the stack that is deployed."""


@dataclass
class Resource:
    """One registration."""

    request: Any
    outputs: dict[str, Any] | None = None
    """What a component registered at its end."""
    urn: str = ""

    @property
    def type(self) -> str:
        return self.request.type

    @property
    def name(self) -> str:
        return self.request.name

    @property
    def kind(self) -> str:
        """The last word of the type: `PrivateEndpoint`."""
        return self.type.rsplit(":", 1)[-1]

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}"

    @cached_property
    def inputs(self) -> dict[str, Any]:
        return json_format.MessageToDict(self.request.object)

    @property
    def provider(self) -> str:
        """The provider's name; nothing for the default provider."""
        return self.request.provider.split("::")[-2] if self.request.provider else ""

    @property
    def parent(self) -> str:
        return _label(self.request.parent)

    @property
    def dependencies(self) -> set[str]:
        return {_label(each) for each in self.request.dependencies}

    def dependencies_of(self, property: str) -> set[str]:
        """What one property was made from."""
        return {_label(each) for each in self.request.propertyDependencies[property].urns}

    @property
    def aliases(self) -> list[str]:
        """Aliases by another type or name."""
        specs = [each.spec for each in self.request.aliases]
        return [each.type or each.name for each in specs] + list(self.request.aliasURNs)


def _label(urn: str) -> str:
    *_, types, name = urn.split("::")
    return f"{types.rsplit('$', 1)[-1].rsplit(':', 1)[-1]} {name}"


class _Recorder(mocks.MockMonitor):
    """Keeps the raw requests, with what the mock monitor itself throws away."""

    def __init__(self, azure: Azure) -> None:
        super().__init__(azure)
        self.registered: list[Resource] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        resource = Resource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.registered.append(resource)
        answer = super().RegisterResource(request)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        resource.urn = answer.urn
        return answer  # pyright: ignore[reportUnknownVariableType]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        owner = [each for each in self.registered if _label(request.urn) == each.label]
        for each in owner:
            each.outputs = json_format.MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)  # pyright: ignore[reportUnknownMemberType]


@dataclass
class Graph:
    """What a program registered, and what became of it."""

    azure: Azure
    resources: list[Resource] = field(default_factory=list[Resource])
    result: Any = None
    """What the program returned, outputs resolved; None stands for unknown ones."""
    error: Exception | None = None
    warnings: list[str] = field(default_factory=list[str])

    def __getitem__(self, label: str) -> Resource:
        """By the last word of the type and the name: `graph["PrivateEndpoint myadx.analytics.engine"]`."""
        [found] = [each for each in self.resources if each.label == label]
        return found

    def of(self, kind: str) -> list[Resource]:
        return [each for each in self.resources if each.kind == kind]

    @property
    def registered(self) -> list[Resource]:
        """Everything but providers."""
        return [each for each in self.resources if "pulumi:providers" not in each.type]

    @property
    def identities(self) -> list[tuple[str, str, str]]:
        """Type, logical name and parent of everything: what URNs are made of."""
        return [(each.type, each.name, each.parent) for each in self.registered]

    @property
    def labels(self) -> list[str]:
        return sorted(each.label for each in self.resources)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    @property
    def children(self) -> list[Resource]:
        """The azure-native resources."""
        return [each for each in self.resources if each.type.startswith("azure-native:")]


class _Warnings(logging.Handler):
    """Keeps what the program warns of."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record.getMessage())


def _logger(graph: Graph) -> logging.Logger:
    logger = logging.Logger("engine", logging.WARNING)  # noqa: LOG001 - each graph has one of its own
    logger.addHandler(_Warnings(graph.warnings))
    return logger


def deploy(program: Callable[[], Any], azure: Azure | None = None, *, preview: bool = False) -> Graph:
    """Run a program (plain or async) as `pulumi up` would, or as `pulumi preview` with unknown values."""
    azure = azure or Azure()
    azure.preview = preview
    recorder = _Recorder(azure)
    graph = Graph(azure, recorder.registered)
    # A loop of its own: nothing of one run is left for the next, and from Python 3.14 on there is none by itself.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    mocks.set_mocks(
        azure,
        project="adx-private-link",
        stack="test",
        organization="organization",
        preview=preview,
        monitor=recorder,
        logger=_logger(graph),
    )

    async def run() -> None:
        made = program()
        if hasattr(made, "__await__"):
            made = await made
        graph.result = await pulumi.Output.from_input(made).future()

    try:
        with _NO_TRACE:
            pulumi.runtime.test(run)()  # pyright: ignore[reportUnknownMemberType] - the SDK leaves it untyped
    except Exception as error:  # noqa: BLE001 - tests look at it, whatever it is
        graph.error = error
    finally:
        loop.close()
    return graph


def must_deploy(program: Callable[[], Any], azure: Azure | None = None, *, preview: bool = False) -> Graph:
    """
    The same, for programs in which nothing goes wrong.

    Equal programs that find the usual Azure share one graph: look at it, and go on with `azure.later()`.
    """
    graph = deploy(program, azure, preview=preview) if azure else _first(program, preview=preview)
    if graph.error is not None:
        raise graph.error
    return graph


@cache
def _first(program: Callable[[], Any], *, preview: bool) -> Graph:
    return deploy(program, preview=preview)


RUNS = ("update", "preview", "later preview")


def run_as(run: str, program: Callable[[], Any], azure: Azure | None = None) -> Graph:
    """A program in one of the three runs in which what is known differs; `azure` is what the first of them finds."""
    if run == "later preview":
        return must_deploy(program, must_deploy(program, azure).azure.later(), preview=True)
    return must_deploy(program, azure, preview=run == "preview")
