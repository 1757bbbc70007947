"""The provider: it registers the components that programs in other languages ask for."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider
from pulumi.provider import main as serve_provider
from pulumi.runtime.stack import wait_for_rpcs

from ..components.private_link import AdxPrivateLink
from ..components.private_links import AdxPrivateLinks
from ..components.providers import by_subscription, reading
from ..errors import SettingsError
from ..facts.reading import read_facts
from ..problems import Problem
from ..program import parse
from ..sdk_costs import leave_out_sdk_costs
from ..settings import Settings
from ..settings.section import Section
from .properties import OneCluster, Properties, as_stack, path_of_one_cluster, properties_error
from .schema import PACKAGE, schema_text
from .spelling import read_properties, spell_problem


def serve(arguments: list[str]) -> None:
    """Serve the package to the engine until the engine ends."""
    leave_out_sdk_costs()
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    serve_provider(_Package(), arguments)


def _end_with(engine: int) -> None:
    """End this process after the engine was killed: it then gets another parent. The engine itself interrupts it."""
    while os.getppid() == engine:
        time.sleep(0.5)
    os._exit(1)


class _Package(Provider):
    def __init__(self) -> None:
        installed = version(PACKAGE)
        super().__init__(installed, schema_text(installed))

    def construct(
        self, name: str, resource_type: str, inputs: pulumi.Inputs, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        register = {
            f"{PACKAGE}:index:AdxPrivateLink": _register_link,
            f"{PACKAGE}:index:AdxPrivateLinks": _register_links,
        }
        if resource_type not in register:
            message = f"{PACKAGE} has no resource type {resource_type}; it has {' and '.join(register)}"
            raise pulumi.InputPropertiesError(message, [])
        outputs: dict[str, Any] = {}

        async def urn() -> str:
            properties = await Properties.read(inputs)
            opts = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[*properties.resources]))
            component, values = await register[resource_type](name, properties, opts)
            outputs.update(values)
            urn = await component.urn.future()
            assert urn, "known as soon as the component is registered"
            try:
                # The SDK waits, too, and reports an error that is meant for people as an exception of its own.
                await wait_for_rpcs(await_all_outstanding_tasks=False)
            except pulumi.RunError as error:
                raise pulumi.InputPropertiesError(str(error), []) from None
            return urn

        # The SDK reads the outputs after it has waited for the URN.
        return ConstructResult(urn(), outputs)


async def _register_links(
    name: str, properties: Properties, opts: pulumi.ResourceOptions
) -> tuple[AdxPrivateLinks, dict[str, Any]]:
    providers = properties.pop_providers()
    content = read_properties(properties.values, Settings, "", properties.problems)
    with _by_property(Settings, properties.problems):
        settings = parse(content)
        properties.require_no_problems()
        links = await AdxPrivateLinks.create(name, settings, providers=providers, opts=opts)
    return links, {"clusters": links.outputs, "handOvers": links.hand_overs}


async def _register_link(
    name: str, properties: Properties, opts: pulumi.ResourceOptions
) -> tuple[AdxPrivateLink, dict[str, Any]]:
    providers = by_subscription(properties.pop_providers())
    cluster_id = properties.pop_cluster_id()
    content = read_properties(properties.values, OneCluster, "", properties.problems)
    with _by_property(OneCluster, properties.problems, lambda path: path_of_one_cluster(path, name)):
        settings = parse(as_stack(content, name))
        properties.require_no_problems()
        link = AdxPrivateLink(
            name,
            settings.cluster(name),
            settings.consumers,
            settings.external_consumers,
            alerts=settings.alerts,
            facts=await read_facts(settings, providers, reading(opts)),
            cluster_id=cluster_id,
            providers=providers,
            opts=opts,
        )
    return link, {"outputs": link.outputs, "handOver": link.hand_over}


@contextmanager
def _by_property(
    section: type[Section], problems: Sequence[Problem], path_of: Callable[[str], str] = str
) -> Generator[None]:
    """
    Report problems of settings as problems of the properties that a program wrote, all at once.

    Args:
        section: What the properties are the settings of.
        problems: Problems of the properties themselves.
        path_of: Returns the path in `section` of a setting of the stack.
    """
    try:
        yield
    except SettingsError as error:
        spelt = [spell_problem(replace(problem, path=path_of(problem.path)), section) for problem in error.problems]
        known = tuple(problem.path for problem in problems)
        raise properties_error([*problems, *(problem for problem in spelt if problem.path not in known)]) from None
