"""The policy pack: it runs the rules within Pulumi. This is the only module that needs `pulumi_policy`."""

from __future__ import annotations

import inspect
import io
import sys
from collections.abc import Mapping
from typing import Any, cast

import pulumi_policy  # pyright: ignore[reportMissingModuleSource] - it is in an environment of its own
from pulumi_policy import (  # pyright: ignore[reportMissingModuleSource] - the same
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from .resources import PolicyResource
from .rule import ResourceRule, Rule, StackRule
from .rules import RULES

_NAME = "adx-private-link"


def main() -> None:
    """Serve the pack to the engine, which starts this command for `--policy-pack`."""
    # The engine waits for the port, which the SDK prints and does not flush.
    cast("io.TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)
    policies: list[Policy] = [
        _resource_policy(rule) if issubclass(rule, ResourceRule) else _stack_policy(rule) for rule in RULES
    ]
    PolicyPack(_NAME, policies, EnforcementLevel.MANDATORY)


def _resource_policy(rule: type[ResourceRule]) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type in rule.types:
            for message in rule.model_validate(_parameters(args.get_config())).check(_resource(args)):
                report(_violation(rule, args.name, message))

    level = EnforcementLevel(rule.level)
    return ResourceValidationPolicy(
        rule.name, _description(rule), validate, level, _config_schema(rule), remediation_steps=rule.remedy
    )


def _stack_policy(rule: type[StackRule]) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = {
            id(resource): (resource, original) for original in args.resources if (resource := _resource(original))
        }
        for resource, message in rule.model_validate(_parameters(args.get_config())).check(
            [resource for resource, _ in resources.values()]
        ):
            report(_violation(rule, resource.name, message), resources[id(resource)][1].urn)

    level = EnforcementLevel(rule.level)
    return StackValidationPolicy(
        rule.name, _description(rule), validate, level, _config_schema(rule), remediation_steps=rule.remedy
    )


def _resource(resource: pulumi_policy.PolicyResource) -> PolicyResource:
    return PolicyResource(
        resource.resource_type,
        resource.name,
        resource.props,
        is_protected=resource.opts.protect,
        kept=PolicyResource.kept_of(resource.resource_type, resource.opts.ignore_changes),
    )


def _violation(rule: type[Rule], name: str, message: str) -> str:
    return f"{name} {message}; {rule.remedy}"


def _description(rule: type[Rule]) -> str:
    return inspect.cleandoc(rule.__doc__ or "")


def _parameters(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as they were written: the engine sends all numbers as floats."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in config.items()
    }


def _config_schema(rule: type[Rule]) -> PolicyConfigSchema | None:
    schema = rule.model_json_schema()
    return PolicyConfigSchema(schema["properties"]) if schema.get("properties") else None
