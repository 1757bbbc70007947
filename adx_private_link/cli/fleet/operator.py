"""
Stack objects of the Pulumi Kubernetes Operator, one for each stack of a fleet.

The operator reads each stack's file from the repository, so the objects have no settings. Source of the fields: its
custom resource definition (pulumi/pulumi-kubernetes-operator, deploy/crds/pulumi.com_stacks.yaml, `pulumi.com/v1`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..yaml.dumping import dump_yaml
from .inventory import OperatorOptions
from .stack_files import GENERATED
from .stacks import FleetStack

OBJECTS = "fleet.operator.yaml"


def objects_text(stacks: Iterable[FleetStack], options: OperatorOptions) -> str:
    """Return a YAML document for each stack."""
    return "\n".join([GENERATED, *(f"---\n{dump_yaml(stack_object(stack, options))}".rstrip() for stack in stacks), ""])


def stack_object(stack: FleetStack, options: OperatorOptions) -> dict[str, Any]:
    """Return the object of a stack; what is not set is left to the operator."""
    spec = {
        "stack": stack.name,
        "projectRepo": options.repository,
        "branch": options.branch,
        "repoDir": options.directory,
        "backend": stack.options.backend,
        "secretsProvider": stack.options.secrets_provider,
        "serviceAccountName": options.service_account,
        "envRefs": _environment(stack),
        # The operator waits until these have succeeded.
        "prerequisites": [{"name": name} for name in stack.after],
    }
    labels = {f"adx-private-link/{name}": value for name, value in stack.labels.items()}
    return {
        "apiVersion": "pulumi.com/v1",
        "kind": "Stack",
        "metadata": {"name": stack.name, **({"labels": labels} if labels else {})},
        "spec": {name: value for name, value in spec.items() if value},
    }


def _environment(stack: FleetStack) -> dict[str, Any]:
    return {name: {"type": "Literal", "literal": {"value": value}} for name, value in stack.options.environment.items()}
