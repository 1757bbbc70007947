"""The JSON output of `pulumi` and `az`: an unexpected form is an error of one line, not a traceback."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from .errors import CommandError

_Output = TypeVar("_Output")

PULUMI_REMEDY = "Check the version of Pulumi, and that no PULUMI_… variable changes its output."
AZ_REMEDY = "Check the version of the Azure CLI, and that no AZURE_… variable changes its output."


def parse_output(
    adapter: TypeAdapter[_Output], output: str | bytes, source: str, remedy: str = PULUMI_REMEDY
) -> _Output:
    """Parse the JSON output of a tool; `source` names it in words. Raises `CommandError` for an unexpected form."""
    try:
        return adapter.validate_json(output)
    except ValidationError as error:
        raise unexpected_output(source, error, remedy) from None


def unexpected_output(source: str, error: ValidationError | PydanticCustomError, remedy: str) -> CommandError:
    """Return the error about output of an unexpected form."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc'])) or 'at the start'}: {first['msg']}"
    else:
        reason = error.message()
    return CommandError(f"{source} gave an unexpected answer ({reason}). {remedy}")
