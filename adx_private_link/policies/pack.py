"""The policy pack: it runs the rules within Pulumi. This is the only module that needs `pulumi_policy`."""

from __future__ import annotations

import inspect
import io
import sys
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, cast

import grpc
import pulumi_policy  # pyright: ignore[reportMissingModuleSource] - it is in an environment of its own
from google.protobuf import json_format
from pulumi_policy import (  # pyright: ignore[reportMissingModuleSource] - the same
    EnforcementLevel,
    Policy,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk  # pyright: ignore[reportMissingModuleSource] - the same

from ..problems import Problem
from .evaluation import find_violations
from .policy_file import LEVEL, ActiveRule, parse_policies
from .resources import PolicyResource
from .rule import ResourceRule, Rule, SettingsRule, StackRule
from .rules import RULES

_NAME = "adx-private-link"


def main() -> None:
    """Serve the pack to the engine, which starts this command for `--policy-pack`."""
    # The engine waits for the port, which the SDK prints and does not flush.
    cast("io.TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)
    policies: list[Policy] = [
        _resource_policy(rule) if issubclass(rule, ResourceRule) else _stack_policy(rule) for rule in RULES
    ]
    # The SDK creates its server itself, and has no option for another one; its version is pinned.
    sdk._PolicyAnalyzerServicer = _Servicer  # pyright: ignore[reportPrivateUsage] # noqa: SLF001
    PolicyPack(_NAME, policies, EnforcementLevel.MANDATORY)


# The only class of the SDK that gets the whole policy file; its version is pinned.
class _Servicer(sdk._PolicyAnalyzerServicer):  # pyright: ignore[reportPrivateUsage] # noqa: SLF001
    """
    The server of the SDK, with the version of this package, and with a check of the whole policy file.

    The SDK has a version of its own for every pack, and hands each policy its parameters only.
    """

    def __init__(self, name: str, _version: str, *others: Any) -> None:
        super().__init__(name, version(_NAME), *others)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 - the name in the protocol
        """Take the content of the policy file; one with problems ends the preview or update."""
        rules = parse_policies(
            {
                name: {
                    LEVEL: self._convert_enforcement_level(entry.enforcementLevel).value,
                    **_parameters(json_format.MessageToDict(entry.properties)),
                }
                for name, entry in request.policyConfig.items()
            }
        )
        if problems := [rule.line for rule in rules if isinstance(rule, Problem)]:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "\n".join(["the policy file has problems:", *problems]))
        return super().Configure(request, context)


def _resource_policy(rule: type[ResourceRule]) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type in rule.types:
            for violation in find_violations([_active(rule, args.get_config())], [_resource(args)]):
                report(violation.line)

    level = EnforcementLevel(rule.level)
    return ResourceValidationPolicy(rule.name, _description(rule), validate, level, remediation_steps=rule.remedy)


def _stack_policy(rule: type[StackRule]) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = {
            id(resource): (resource, original) for original in args.resources if (resource := _resource(original))
        }
        found = find_violations([_active(rule, args.get_config())], [resource for resource, _ in resources.values()])
        for violation in found:
            report(violation.line, resources[id(violation.resource)][1].urn)

    level = EnforcementLevel(rule.level)
    return StackValidationPolicy(rule.name, _description(rule), validate, level, remediation_steps=rule.remedy)


def _active(rule: type[ResourceRule] | type[StackRule], config: Mapping[str, Any]) -> ActiveRule:
    """Return a rule with its parameters; the SDK runs none that is disabled, and knows the level of each."""
    return ActiveRule(rule.model_validate(_parameters(config)), "mandatory")


def _resource(resource: pulumi_policy.PolicyResource) -> PolicyResource:
    return PolicyResource(
        resource.resource_type,
        resource.name,
        resource.props,
        is_protected=resource.opts.protect,
        kept=PolicyResource.kept_of(resource.resource_type, resource.opts.ignore_changes),
    )


def _description(rule: type[Rule]) -> str:
    where = " Only `adx-private-link check --policies` decides it." if issubclass(rule, SettingsRule) else ""
    return inspect.cleandoc(rule.__doc__ or "") + where


def _parameters(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as they were written: the engine sends all numbers as floats."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in config.items()
    }
