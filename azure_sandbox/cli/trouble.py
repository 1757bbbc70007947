"""`azure-sandbox trouble`: make trouble for programs, on demand."""

from __future__ import annotations

from typing import Any, get_args

import click
from pydantic import TypeAdapter, ValidationError

from ..azure import Trouble
from ..azure.trouble import Kind
from ..home import Home


@click.command()
@click.argument("kind", required=False, metavar="[KIND]", type=click.Choice(get_args(Kind)))
@click.option("--on", metavar="PATTERN", help="Which requests: 'PUT */privateEndpoints/*'. Default: all.")
@click.option("--skip", metavar="N", help="Leave the first N of them alone. Default: 0.")
@click.option("--times", metavar="N", help="How many of them meet it. Default: 1.")
@click.option("--always", is_flag=True, help="All of them meet it.")
@click.option("--each", is_flag=True, help="Count for every call by itself, so that each of them meets it.")
@click.option("--seconds", metavar="S", help="How long a slow request takes. Default: 1.")
@click.option("--looks", metavar="N", help="How many looks a lagging object is out of sight for. Default: 2.")
@click.option("--chance", metavar="P", help="How likely each of them meets it, up to 1. Default: 1.")
@click.option("--seed", metavar="N", help="Decides which; the same seed, the same requests. Default: 0.")
@click.option("--end", is_flag=True, help="End all trouble.")
@click.pass_obj
def trouble(home: Home, *, kind: Kind | None, end: bool, always: bool, **which: Any) -> None:
    """
    Make trouble for the requests of programs; without KIND, tell what trouble there is.

    \b
    slow           it takes a while
    throttled      429; the provider tries again three times
    conflict       409 AnotherOperationInProgress; likewise
    unavailable    503; likewise
    no-version     400 NoRegisteredProviderFound: the region lacks the API version
    updating       429 RetryableError on PUT: what it refers to is being updated
    refused        for good, before anything is done
    retryable      accepted, and failed afterwards with RetryableError
    parallel       likewise, with ReferencedResourceNotProvisioned
    failed         accepted, and failed afterwards for good
    lagging        a new alias or connection is out of sight at first
    kills-sandbox  done, and the provider's process dies before it answers
    kills-engine   done, and the engine dies before it hears

    \b
    Examples:
      azure-sandbox trouble throttled --on 'PUT */privateEndpoints/*' --times 4
      azure-sandbox trouble kills-engine --on 'PUT */A/*'
      azure-sandbox trouble refused --always --chance 0.1 --seed 7
    """
    azure = home.existing_azure
    if end:
        azure.end_troubles()
    elif kind is not None:
        given = {name: value for name, value in which.items() if value is not None}
        azure.add_trouble(_trouble(kind, {**given, **({"times": None} if always else {})}))
    for each, met in azure.troubles():
        times = "always" if each.times is None else f"{each.times} times"
        click.echo(f"{each.kind}  on {each.on}  {times}, met {met}")


def _trouble(kind: Kind, which: dict[str, Any]) -> Trouble:
    try:
        return TypeAdapter(Trouble).validate_python({**which, "kind": kind})
    except ValidationError as error:
        told = "; ".join(f"--{each['loc'][0]} {each['input']}: {each['msg']}" for each in error.errors())
        raise click.UsageError(told) from None
