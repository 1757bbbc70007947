"""The check of a query: `print 1` through the official client, as the user of the Azure CLI."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from azure.kusto.data import ClientRequestProperties, KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoClientError, KustoNetworkError

from .deadline import run_within
from .findings import Check, Fault

_LOGIN_SECONDS = 30.0
"""The time that the Azure CLI may take for the login."""
_DATABASE = "NetDefaultDB"
"""A database that every cluster has."""


def check_query(host: str, port: int, timeout: float) -> Check:
    """Run a query, and report whether the client gets an answer within some seconds."""
    properties = ClientRequestProperties()
    properties.set_option(ClientRequestProperties.request_timeout_option_name, timedelta(seconds=timeout))
    uri = f"https://{host}" if port == 443 else f"https://{host}:{port}"

    def run_query() -> Any:
        with KustoClient(KustoConnectionStringBuilder.with_az_cli_authentication(uri)) as client:
            (row,) = client.execute_query(_DATABASE, "print 1", properties).primary_results[0].rows
            return row[0]

    # The client's own limits start again with each piece of an answer.
    seconds = timeout + _LOGIN_SECONDS
    try:
        return Check("query", f"print 1 = {run_within(seconds, run_query)}")
    except TimeoutError:
        fault = Fault(
            "query-failed",
            f"`print 1` has no answer within {seconds:g} s",
            "The cluster answers other requests. Check its state and proxies in between.",
        )
    except KustoNetworkError as error:
        fault = Fault(
            "client-cannot-connect",
            f"the official client cannot connect: {error.__cause__ or error}",
            "Unlike the checks before it, the client uses the environment's proxy (HTTPS_PROXY, NO_PROXY) and CAs of "
            "its own (REQUESTS_CA_BUNDLE). Check both.",
        )
    except KustoClientError as error:
        fault = Fault("no-login", f"no login: {error}", "Run `az login` as a user who may query the cluster.")
    except Exception as error:  # noqa: BLE001 - the client does not check answers: a strange one can raise any error
        fault = Fault(
            "query-failed",
            f"`print 1` fails: {str(error) or type(error).__name__}",
            "The connection works, and the message names the cause. The cluster's permissions decide who may query it.",
        )
    return Check("query", fault.says, fault)
