"""Runs of a program under mocks, and the graph of raw requests that the engine would get."""

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
"""No test reads a resource's line of code, and to find it Pulumi searches the whole stack of pytest."""
OWN_STACK = "organization/adx-private-link/test"
"""The name of the deployed stack."""


@dataclass
class Resource:
    """A registered resource."""

    request: Any
    outputs: dict[str, Any] | None = None
    """The outputs that a component registered at its end."""
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
        """The provider's name; empty for the default provider."""
        return self.request.provider.split("::")[-2] if self.request.provider else ""

    @property
    def parent(self) -> str:
        return _label(self.request.parent)

    @property
    def dependencies(self) -> set[str]:
        return {_label(urn) for urn in self.request.dependencies}

    def dependencies_of(self, property: str) -> set[str]:
        """The resources that one property was computed from."""
        return {_label(urn) for urn in self.request.propertyDependencies[property].urns}

    @property
    def aliases(self) -> list[str]:
        """The aliases: another type, another name or a URN."""
        specs = [alias.spec for alias in self.request.aliases]
        return [alias.type or alias.name for alias in specs] + list(self.request.aliasURNs)


def _label(urn: str) -> str:
    *_, types, name = urn.split("::")
    return f"{types.rsplit('$', 1)[-1].rsplit(':', 1)[-1]} {name}"


class _Recorder(mocks.MockMonitor):
    """A monitor that keeps the raw requests, including the parts that the mock monitor drops."""

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
        for resource in self.registered:
            if _label(request.urn) == resource.label:
                resource.outputs = json_format.MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)  # pyright: ignore[reportUnknownMemberType]


@dataclass
class Graph:
    """The resources that a program registered, with its result."""

    azure: Azure
    resources: list[Resource] = field(default_factory=list[Resource])
    result: Any = None
    """The program's return value with outputs resolved; None stands for an unknown one."""
    error: Exception | None = None
    warnings: list[str] = field(default_factory=list[str])

    def __getitem__(self, label: str) -> Resource:
        """The resource with a label, its kind and name: `graph["PrivateEndpoint myadx.analytics.engine"]`."""
        [resource] = [resource for resource in self.resources if resource.label == label]
        return resource

    def of_kind(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.kind == kind]

    @property
    def registered(self) -> list[Resource]:
        """All resources but providers."""
        return [resource for resource in self.resources if "pulumi:providers" not in resource.type]

    @property
    def identities(self) -> list[tuple[str, str, str]]:
        """Type, logical name and parent of all resources: the parts of their URNs."""
        return [(resource.type, resource.name, resource.parent) for resource in self.registered]

    @property
    def labels(self) -> list[str]:
        return sorted(resource.label for resource in self.resources)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    @property
    def children(self) -> list[Resource]:
        """The azure-native resources."""
        return [resource for resource in self.resources if resource.type.startswith("azure-native:")]


class _Warnings(logging.Handler):
    """A handler that keeps the program's warnings."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record.getMessage())


def _logger(graph: Graph) -> logging.Logger:
    logger = logging.Logger("engine", logging.WARNING)  # noqa: LOG001 - every graph has its own logger
    logger.addHandler(_Warnings(graph.warnings))
    return logger


def deploy(program: Callable[[], Any], azure: Azure | None = None, *, preview: bool = False) -> Graph:
    """Deploy with a program (plain or async) as `pulumi up` does, or as `pulumi preview` with unknown values."""
    azure = azure or Azure()
    azure.preview = preview
    recorder = _Recorder(azure)
    graph = Graph(azure, recorder.registered)
    # A new loop, because one run must leave nothing for the next and Python 3.14 no longer makes a loop by itself.
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
        returned = program()
        if hasattr(returned, "__await__"):
            returned = await returned
        graph.result = await pulumi.Output.from_input(returned).future()

    try:
        with _NO_TRACE:
            pulumi.runtime.test(run)()  # pyright: ignore[reportUnknownMemberType] - the SDK leaves it untyped
    except Exception as error:  # noqa: BLE001 - tests check every error
        graph.error = error
    finally:
        loop.close()
    return graph


def must_deploy(program: Callable[[], Any], azure: Azure | None = None, *, preview: bool = False) -> Graph:
    """
    Deploy with a program that must not fail.

    Equal programs on the default Azure share one graph: read it only, and continue with `azure.later()`.
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
    """Run a program in one of the three ways that differ in the known values; `azure` is the Azure of the first run."""
    if run == "later preview":
        return must_deploy(program, must_deploy(program, azure).azure.later(), preview=True)
    return must_deploy(program, azure, preview=run == "preview")
