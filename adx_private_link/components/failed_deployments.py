"""Failed deployments: the errors inside of them, which the provider's own error hides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulumi
from pulumi_azure_native import resources

from ..facts import lookups

_FAILED = "DeploymentFailed"


async def look_up_reason(error: str, args: pulumi.ErrorHookArgs, opts: pulumi.InvokeOptions | None) -> str:
    """
    Look up why a deployment failed.

    Args:
        error: The provider's error.
        args: The failed operation.
        opts: The options of the look-up.

    Returns:
        The errors inside the deployment in the provider's form, `Code="…" Message="…"`; an empty text for an error that
        is none of a deployment, and where Azure does not answer.
    """
    inputs = inputs_of(args)
    if opts is None or not is_failed_deployment(error, inputs):
        return ""
    look_up = lookups.deployment("", inputs["resourceGroupName"], inputs["deploymentName"])
    try:
        answer = await look_up.answer(opts)
    except Exception:  # noqa: BLE001 - Pulumi raises nothing narrower; without an answer the error itself is shown
        return ""
    reason = answer.properties.error
    return "; ".join(f'Code="{code}" Message="{message}"' for code, message in _innermost(reason))


def is_failed_deployment(error: str, inputs: Any) -> bool:
    """Return whether an error is that of a deployment whose operations failed."""
    return _FAILED in error and "deploymentName" in inputs


def inputs_of(args: pulumi.ErrorHookArgs) -> Any:
    """Return the inputs of the resource whose operation failed."""
    return args.new_inputs or args.old_inputs or {}


def _innermost(error: resources.outputs.ErrorResponseResponse | None) -> Iterator[tuple[str, str]]:
    for detail in (error.details if error else None) or ():
        if detail.details:
            yield from _innermost(detail)
        else:
            yield detail.code, detail.message
