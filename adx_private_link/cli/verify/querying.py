"""`print 1` through the official client, as whoever the Azure CLI is logged in."""

from __future__ import annotations

from azure.kusto.data import KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoAuthenticationError, KustoClientError, KustoError

from .findings import Check, Fault

_ANY_DATABASE = "NetDefaultDB"
"""There in every cluster."""


def query(host: str, port: int) -> Check:
    """Whether a client gets an answer to a query."""
    uri = f"https://{host}" if port == 443 else f"https://{host}:{port}"
    try:
        with KustoClient(KustoConnectionStringBuilder.with_az_cli_authentication(uri)) as client:
            (row,) = client.execute_query(_ANY_DATABASE, "print 1").primary_results[0].rows
    except (KustoAuthenticationError, KustoClientError) as error:
        fault = Fault("no-login", f"no login: {error}", "`az login`, as somebody who may query the cluster.")
        return Check("query", fault.says, fault)
    except KustoError as error:
        fault = Fault(
            "query-failed",
            f"`print 1` fails: {error}",
            "The way is open; the cluster's own words tell more. Who may query it is the cluster's setting.",
        )
        return Check("query", fault.says, fault)
    return Check("query", f"print 1 = {row[0]}")
