"""What `pulumi` and `az` answer, taken in as what it has to be: anything else is one line, not a traceback."""

from __future__ import annotations

from typing import TypeVar

import click
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

_Answer = TypeVar("_Answer")

_OF_PULUMI = "Check the version of Pulumi, and that no PULUMI_… variable changes its output."
OF_AZ = "Check the version of the Azure CLI, and that no AZURE_… variable changes its output."


def understood(adapter: TypeAdapter[_Answer], answer: str | bytes, source: str, remedy: str = _OF_PULUMI) -> _Answer:
    """An answer in JSON of a `source`, in words. Raises `click.ClickException` for one of another form."""
    try:
        return adapter.validate_json(answer)
    except ValidationError as error:
        raise unexpected(source, error, remedy) from None


def unexpected(source: str, error: ValidationError | PydanticCustomError, remedy: str) -> click.ClickException:
    """The line about an answer of another form than expected."""
    if isinstance(error, ValidationError):
        wrong = error.errors()[0]
        says = f"{'.'.join(map(str, wrong['loc'])) or 'at the start'}: {wrong['msg']}"
    else:
        says = error.message()
    return click.ClickException(f"{source} has answered something else than expected ({says}). {remedy}")
