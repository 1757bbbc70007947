"""`docs/reference/errors.md`: Azure's errors with the next step, the risks of a report, the faults of `verify`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from adx_private_link import cli
from adx_private_link.cli.report import risks
from adx_private_link.cli.report.words.labels import RISK_EFFECTS
from adx_private_link.components import retries
from adx_private_link.next_steps import DEFAULT_NEXT_STEP, NEXT_STEPS

from .explained import check_explained
from .markdown import closed, table

RISKS: Mapping[str, str] = {
    "preview-failed": "The preview failed, so its risks are not known.",
    "service-replaced": "A private link service gets a new alias. Every connection to the old one is lost.",
    "service-retired": "A private link service is deleted that its cluster has left.",
    "external-left-behind": "An external consumer is connected to services of a cluster that leaves its network, and "
    "not to the cluster itself.",
    "service-removed": "A private link service is deleted, with every connection to it.",
    "access-removed": "A consumer loses its private endpoint.",
    "record-removed": "A host name loses its private address.",
    "zone-group-removed": "The endpoint of a native cluster loses all of its names: Azure deletes them with the zone "
    "group.",
    "storage-names-removed": "The storage accounts of a native cluster lose their private addresses: queued "
    "ingestion can fail.",
    "names-overwritten": "A zone group that is deleted last takes the names of a new one with it.",
    "zone-removed": "A private DNS zone is deleted, with its records and links.",
    "link-removed": "A network no longer sees a private DNS zone.",
    "answers-removed": "A network gets no answer for host names that the zone does not contain.",
    "storage-hidden": "A network gets no answer for storage accounts of others.",
    "public-access-disabled": "A cluster that the program has as a resource rejects clients at its public address.",
    "managed-endpoint-removed": "A cluster no longer reaches one of its sources of data privately.",
    "managed-endpoint-replaced": "A cluster reaches one of its sources of data again after a new approval.",
    "endpoint-replaced": "A private endpoint is deleted and created again, usually with a new address.",
    "zone-group-replaced": "The endpoint of a native cluster has no names until Azure writes them again.",
    "zone-moved": "Names move from one private DNS zone to another.",
    "record-changed": "A host name gets another private address, or another TTL.",
    "link-added": "A network sees a private DNS zone that it did not see before.",
    "foreign-zone": "A private DNS zone answers names outside of Azure Data Explorer.",
    "visible-to-all": "Everyone who knows the alias can request a connection.",
    "visibility-widened": "More subscriptions can request a connection.",
    "auto-approval-widened": "Azure approves connections of more subscriptions automatically.",
    "approval-given": "A connection is approved.",
    "public-access-enabled": "A cluster that the program has as a resource accepts clients at its public address.",
    "access-differs": "The access of a cluster in Azure is not as its settings say. `lock-down` applies the settings.",
    "connection-stays": "An external consumer that you remove stays connected.",
    "approval-awaited": "A connection waits for its owner's approval. Nothing is published until then.",
    "lock-removed": "An object loses its lock.",
}
"""What each risk means."""

FAULTS: Mapping[str, str] = {
    "not-approved": "The connection is not approved.",
    "not-published": "The connection is approved, and the stack publishes no name for it yet.",
    "own-way": "This machine resolves the name without its DNS server: hosts file, cache or VPN.",
    "blocked": "A DNS filter blocks the name.",
    "no-address": "The name exists and has no address.",
    "refused": "The DNS server refuses to answer this network.",
    "no-dns-by-tcp": "The DNS server does not answer by TCP, which long answers need.",
    "no-answer": "The DNS server does not answer.",
    "server-failure": "The DNS server fails to resolve the name.",
    "no-such-name": "The name does not exist (NXDOMAIN).",
    "wrong-alias": "The name is an alias of something else.",
    "no-alias": "The name has an address and is no alias of the private name.",
    "stale-address": "The name has another private address than the stack's.",
    "no-record": "The network sees the zone, and the zone lacks the record.",
    "zone-not-seen": "The network does not see the zone, so it gets the public address.",
    "missing-storage-names": "A native cluster lacks names of storage accounts, so queued ingestion fails.",
    "short-name": "A URI of a client (`--uri`) does not have the full host name.",
    "no-connection": "The address does not answer on the port.",
    "connection-refused": "The address refuses connections on the port.",
    "no-route": "The network has no route to the address.",
    "no-tls": "The address accepts connections and speaks no TLS.",
    "untrusted-certificate": "This machine does not trust the certificate.",
    "wrong-certificate": "The certificate is for another host.",
    "privatelink-name": "A URI of a client (`--uri`) has the private name, which the certificate does not cover.",
    "no-http": "The address speaks TLS and no HTTP.",
    "http-status": "The cluster answers with a server error.",
    "unexpected-answer": "Something other than a cluster answers.",
    "no-login": "`--query` found no login.",
    "client-cannot-connect": "The official client cannot connect.",
    "query-failed": "The cluster rejects the test query, or answers too late.",
}
"""What each fault means, in the order in which `verify` looks for them."""

_INTRODUCTION = """\
# Errors, risks and faults

This page is generated from the values in the code.

## Problems in settings

`adx-private-link check` and every preview report all problems of the settings at once, one line for each:

```text
Pulumi.prod.yaml:8: adx-private-link:consumers.analytics.approvel: is not a setting; did you mean `approval`?
```

The line names the file and line, the setting, the problem and the remedy.
A preview also reports problems that only Azure can reveal, such as a subnet that does not exist.

Pulumi ends every error of a program with `an unhandled error occurred: program exited with non-zero exit code: 1`.
The cause is in the lines above it.

## Errors of Azure

When Azure or its provider rejects an operation of `pulumi up`, the error ends with the next step.
The next step depends on the error's code or text:"""

_PASSING = """\

Some errors pass by themselves, and the provider does not retry them.
The library retries these for about two minutes:"""

_RISKS = """\

## Risks

[`adx-private-link report`](commands.md#adx-private-link-report) names these risks, the worst first.
`--fail-on RISK,…` sets exit code 1 when one of them is present."""

_FAULTS = """\

## Faults

[`adx-private-link verify`](commands.md#adx-private-link-verify) names these faults.
Each one comes with its remedy in the output."""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield ""
    rows = [(_format_codes(pattern), closed(step)) for pattern, step in NEXT_STEPS.items()]
    yield from table(["Azure's error", "Next step"], [*rows, ("anything else", closed(DEFAULT_NEXT_STEP))])
    yield _PASSING
    yield ""
    passing = retries.RETRIED
    yield from table(["Azure's error", "Reason"], [(f"`{code}`", closed(reason)) for code, reason in passing.items()])
    yield _RISKS
    check_explained("risks", risks.RISKS, RISKS)
    yield ""
    yield from table(
        ["Risk", "Severity", "Effect", "Meaning"],
        [
            (f"`{kind}`", codes.severity, RISK_EFFECTS.get(codes.effect, ""), RISKS[kind])
            for kind, codes in risks.RISKS.items()
        ],
    )
    yield _FAULTS
    check_explained("faults", {*_find_faults()}, FAULTS)
    yield ""
    yield from table(["Fault", "Meaning"], [(f"`{kind}`", meaning) for kind, meaning in FAULTS.items()])


def _format_codes(pattern: str) -> str:
    """Format the alternatives of a regular expression, as a reader looks for them."""
    alternatives = re.split(r"\|(?![^(]*\))", pattern)
    texts = (re.sub(r"\[\^[^\]]*\]\*", "…", text).replace(r"\d", "x") for text in alternatives)
    return ", ".join(f"`{text}`" for text in texts)


def _find_faults() -> Iterator[str]:
    """Find the first argument of every `Fault(…)` in the code of the commands."""
    for file in sorted(Path(cli.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(), str(file))):
            match node:
                case ast.Call(func=ast.Name(id="Fault"), args=[ast.Constant(value=str(kind)), *_]):
                    yield kind
                case _:
                    pass
