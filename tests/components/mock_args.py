"""The inputs and arguments of mocks, typed: the SDK leaves them untyped."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs


def inputs_of(args: MockResourceArgs) -> dict[str, Any]:
    """Return the inputs of a registered resource."""
    return args.inputs  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped in the SDK


def arguments_of(args: MockCallArgs) -> dict[str, str]:
    """Return the arguments of a look-up."""
    return args.args  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped in the SDK
