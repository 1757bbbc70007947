"""
The stack output `clusters`, read from Pulumi or from a file.

A file comes from outside, and its records are published: `dns export` writes them for a company's own DNS server,
where a wrong name or address affects every client. A file with a name or an address that no stack has is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from pydantic import ValidationError

from ...facts.hand_overs import format_errors
from ...kusto_hosts import KustoHost
from ...outputs import ClusterOutput, ClustersOutput, EndpointOutput
from ...untrusted import InputError, parse_json, read_file
from ..errors import CommandError
from ..terminal.own_commands import repair_command
from .run import PulumiError, run_pulumi

IMPOSSIBLE = {
    IPv4Network("0.0.0.0/8"): "unspecified",
    IPv4Network("127.0.0.0/8"): "a loopback address",
    IPv4Network("168.63.129.16/32"): "Azure's own DNS server",
    IPv4Network("169.254.0.0/16"): "a link-local address",
    IPv4Network("224.0.0.0/4"): "a multicast address",
    IPv4Network("255.255.255.255/32"): "the broadcast address",
    IPv4Network("240.0.0.0/4"): "a reserved address",
}
"""The networks that no private endpoint is in (MicrosoftDocs, virtual-networks-faq.md), with their kinds."""

_FROM_STACK = "if it is correct, read it from the stack that has this setting (`--stack`)"


def read_outputs(file: Path | None, stack: str | None) -> Mapping[str, ClusterOutput]:
    """
    Read the clusters of a stack, as of its last `pulumi up`.

    Args:
        file: A file with the output `clusters`; None to read the output of a stack.
        stack: The stack; None for the selected one.

    Raises:
        CommandError: The file cannot be read or is something else, or the stack has no such output.
    """
    try:
        content = parse_json(_stack_output(stack) if file is None else read_file(file))
        clusters = ClustersOutput.model_validate(content).root
    except InputError as error:
        reason = f"it {error}"
    except ValidationError as error:
        reason = format_errors(error)
    else:
        if file and (problems := _find_problems(clusters)):
            raise CommandError("\n".join(problems))
        return clusters
    raise CommandError(f"This is not the output `clusters` of an adx-private-link stack: {reason}.")


def _stack_output(stack: str | None) -> str:
    try:
        return run_pulumi("stack", "output", "clusters", "--json", *(["--stack", stack] if stack else []))
    except PulumiError as error:
        if "does not have output property" in error.output:
            raise CommandError(
                "The stack has no output `clusters`. If it was never deployed, run `pulumi up`. Otherwise its state is "
                f"damaged: run `{repair_command(stack)}`."
            ) from None
        raise


# Files


def _find_problems(clusters: Mapping[str, ClusterOutput]) -> list[str]:
    """Return all problems with the content of a file, a line for each."""
    problems: list[str] = []
    published_by: dict[tuple[str, str], str] = {}
    for key, cluster in clusters.items():
        for consumer, targets in cluster.endpoints.items():
            for target, endpoint in targets.items():
                path = f"{key}.endpoints.{consumer}.{target}"
                problems += _find_foreign_names(path, cluster, endpoint)
                problems += _find_impossible_addresses(path, endpoint)
                for host in endpoint.hosts:
                    # The clients of a consumer can reach only one endpoint by a name.
                    other = published_by.setdefault((consumer, host), path)
                    if other != path:
                        problems.append(f"{path}.hosts.{host}: is also published by {other}; remove one of the two")
    return problems


def _find_foreign_names(path: str, cluster: ClusterOutput, endpoint: EndpointOutput) -> Iterator[str]:
    """
    Report names outside of Azure Data Explorer.

    A stack may have them by its settings (`clusters.*.zone`), a file from outside may not.
    """
    for host in endpoint.hosts:
        kusto_host = KustoHost.parse(host)
        if kusto_host is None:
            yield f"{path}.hosts.{host}: is not a host name of an Azure Data Explorer cluster; {_FROM_STACK}"
        elif cluster.zone not in (None, kusto_host.zone):
            key = path.partition(".")[0]
            yield f"{key}.zone ({cluster.zone}): is not the zone of {host}, {kusto_host.zone}; {_FROM_STACK}"


def _find_impossible_addresses(path: str, endpoint: EndpointOutput) -> Iterator[str]:
    for host, addresses in endpoint.hosts.items():
        for address in addresses:
            kind = next((kind for network, kind in IMPOSSIBLE.items() if IPv4Address(address) in network), None)
            if kind:
                yield f"{path}.hosts.{host} ({address}): is {kind}; write the endpoint's private address"
