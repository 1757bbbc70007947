"""`azure-sandbox trouble`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, get_args

import click
from pydantic import TypeAdapter, ValidationError

from ...azure import Trouble
from ...azure.trouble import Kind
from ...sandbox_home import SandboxHome
from ..parameters import format_option


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
@format_option
@click.pass_obj
def trouble(home: SandboxHome, *, kind: Kind | None, end: bool, always: bool, as_json: bool, **options: Any) -> None:
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
        fields = {name: value for name, value in options.items() if value is not None}
        azure.add_trouble(_parse_trouble({**fields, **({"times": None} if always else {}), "kind": kind}))
    if as_json:
        click.echo(json.dumps([{**asdict(added), "met": met} for added, met in azure.troubles()], indent=2))
        return
    for added, met in azure.troubles():
        times = "always" if added.times is None else f"{added.times} times"
        click.echo(f"{added.kind}  on {added.on}  {times}, met {met}")


def _parse_trouble(fields: dict[str, Any]) -> Trouble:
    try:
        return TypeAdapter(Trouble).validate_python(fields)
    except ValidationError as error:
        problems = "; ".join(f"--{detail['loc'][0]} {detail['input']}: {detail['msg']}" for detail in error.errors())
        raise click.UsageError(problems) from None
