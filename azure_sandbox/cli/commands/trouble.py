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
@click.option(
    "--on", metavar="PATTERN", help="A pattern of requests, such as 'PUT */privateEndpoints/*'. Default: all."
)
@click.option("--skip", metavar="N", help="Leave the first N of these requests alone. Default: 0.")
@click.option("--times", metavar="N", help="The number of requests that meet the trouble. Default: 1.")
@click.option("--always", is_flag=True, help="All these requests meet the trouble.")
@click.option("--each", is_flag=True, help="Count --skip and --times for each distinct request separately.")
@click.option("--seconds", metavar="S", help="The seconds that a slow request takes. Default: 1.")
@click.option("--looks", metavar="N", help="The number of reads from which a lagging object is hidden. Default: 2.")
@click.option("--chance", metavar="P", help="The probability that a request meets the trouble. Default: 1.")
@click.option("--seed", metavar="N", help="The seed of --chance: the same seed picks the same requests. Default: 0.")
@click.option("--end", is_flag=True, help="Remove all trouble.")
@format_option
@click.pass_obj
def trouble(home: SandboxHome, *, kind: Kind | None, end: bool, always: bool, as_json: bool, **options: Any) -> None:
    """
    Make requests to Azure fail; without KIND, list the trouble.

    \b
    slow           Azure answers late
    throttled      429; the provider retries three times
    conflict       409 AnotherOperationInProgress; the provider retries
    unavailable    503; the provider retries
    no-version     400 NoRegisteredProviderFound: the region lacks the version
    updating       429 RetryableError: the PUT refers to a resource in update
    refused        Azure rejects the request
    retryable      Azure accepts, then the operation fails: RetryableError
    parallel       likewise, with ReferencedResourceNotProvisioned
    maintenance    likewise, ServiceIsInMaintenance, if it concerns a cluster
    failed         likewise, for good
    lagging        a new alias or connection is hidden at first
    kills-sandbox  the request succeeds, but the provider is killed at once
    kills-engine   the request succeeds, but the engine is killed at once

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
