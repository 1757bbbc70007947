"""Queued ingestion by the official client from a network with a deployed stack, whose names the sandbox resolves."""

from __future__ import annotations

import gzip
import io
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from azure.core.pipeline.transport import HttpTransport
from azure.kusto.data import DataFormat, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoBlobError
from azure.kusto.ingest import IngestionProperties, IngestionStatus, QueuedIngestClient

from azure_sandbox import testing
from azure_sandbox.azure import ResourceId

from .conftest import Deployed
from .ingestion_stand_ins import Ingestion, in_network, serve
from .worlds import BOTH_KINDS, NATIVE_ONE, RED_NETWORK, native_and_red

URI = "https://newone.westus.kusto.windows.net"
ROWS = b"1,one\n2,two\n"


@pytest.fixture
def stack(deployed: Deployed) -> testing.Stack:
    """A deployed stack with a native cluster and one consumer."""
    return deployed(native_and_red(), BOTH_KINDS)


def _do_not_wait(*_: object) -> None:
    """Do not wait before the next attempt."""


@pytest.fixture(autouse=True)
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The authority that the clients trust; they also wait for nothing between attempts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(HttpTransport, "sleep", _do_not_wait)
    return authority


def _hosts(stack: testing.Stack) -> dict[str, str]:
    """Return the hosts behind the endpoint, by private address, as its network interface has them now."""
    [interface] = [resource for resource in stack.world() if "/networkinterfaces/" in resource["id"].lower()]
    configurations = [configuration["properties"] for configuration in interface["properties"]["ipConfigurations"]]
    return {
        configuration["privateIPAddress"]: fqdn
        for configuration in configurations
        for fqdn in configuration["privateLinkConnectionProperties"]["fqdns"]
    }


def _accounts(stack: testing.Stack) -> list[str]:
    members = stack.home.azure.members_of(ResourceId.parse(NATIVE_ONE))
    return [member.name.removeprefix("blob-") for member in members if member.name.startswith("blob-")]


@contextmanager
def _clients(stack: testing.Stack, authority: trustme.CA, accounts: list[str]) -> Generator[Ingestion]:
    """Run the cluster, and be a machine in the consumer's network."""
    ingestion = Ingestion(accounts)
    with (
        serve(ingestion, authority, _hosts(stack)) as reach,
        in_network(lambda host: stack.resolve(RED_NETWORK, host), reach),
    ):
        yield ingestion


def _ingest() -> Any:
    """Ingest two rows through the official client, with the connection string that everybody has."""
    login = KustoConnectionStringBuilder.with_aad_application_token_authentication(URI, "a-token")
    with QueuedIngestClient(login) as client:
        properties = IngestionProperties("db", "events", data_format=DataFormat.CSV)
        return client.ingest_from_stream(io.BytesIO(ROWS), properties)


def test_the_official_client_ingests_by_the_private_names(stack: testing.Stack, trusted: trustme.CA) -> None:
    """One `up` is enough: the client learns the storage accounts from the cluster, and all their names resolve."""
    with _clients(stack, trusted, _accounts(stack)) as ingestion:
        result = _ingest()
    assert result.status == IngestionStatus.QUEUED
    [(url, content)] = ingestion.blobs.items()
    assert gzip.decompress(content) == ROWS
    [(queue, message)] = ingestion.messages
    assert message["BlobPath"].partition("?")[0] == url
    account = url.removeprefix("https://").partition(".")[0]
    assert account in _accounts(stack)
    assert queue.partition(".")[0] in _accounts(stack)


def test_the_client_uses_accounts_that_azure_has_added(stack: testing.Stack, trusted: trustme.CA) -> None:
    """The zone group follows the endpoint, so no `up` is needed after a scale-out."""
    before = _accounts(stack)
    stack.home.azure.add_storage_account(ResourceId.parse(NATIVE_ONE))
    [added] = {*_accounts(stack)} - {*before}
    with _clients(stack, trusted, [added]) as ingestion:
        assert _ingest().status == IngestionStatus.QUEUED
    assert [queue for queue, _ in ingestion.messages] == [f"{added}.queue.core.windows.net"]


def test_an_update_puts_out_the_names_of_added_accounts(stack: testing.Stack) -> None:
    """Servers outside of Azure get the names from the outputs; the update changes nothing else."""
    before = _accounts(stack)
    stack.home.azure.add_storage_account(ResourceId.parse(NATIVE_ONE))
    [added] = {*_accounts(stack)} - {*before}
    update = stack.up()
    assert update.succeeded, update.output
    assert update.operations == []
    [endpoint] = stack.outputs()["clusters"]["one"]["endpoints"]["red"].values()
    names = {f"{added}.{service}.core.windows.net" for service in ("blob", "queue", "table")}
    assert names <= endpoint["hosts"].keys()
    assert {endpoint["names"][name]["role"] for name in names} == {"storage"}


def _storage_links(stack: testing.Stack) -> list[dict[str, Any]]:
    links = [resource for resource in stack.world() if "/virtualnetworklinks/" in resource["id"].lower()]
    return [link for link in links if ".core.windows.net/" in link["id"]]


def test_ingestion_fails_where_the_kusto_zone_alone_is_linked(stack: testing.Stack, trusted: trustme.CA) -> None:
    """
    Commands work and uploads go to public addresses, which a closed network does not reach.

    Azure/azure-kusto-spark#343, #385 and #390: the zones of storage are forgotten.
    """
    for link in _storage_links(stack):
        stack.home.azure.delete(ResourceId.parse(link["id"]))
    with _clients(stack, trusted, _accounts(stack)) as ingestion, pytest.raises(KustoBlobError) as error:
        _ingest()
    assert "Connection refused" in repr(error.value.__cause__ or error.value)
    assert ".get ingestion resources" in ingestion.commands


def test_ingestion_fails_where_the_zone_group_has_the_kusto_zone_alone(
    stack: testing.Stack, trusted: trustme.CA
) -> None:
    """The zones are linked with the policy `Default`, and have no records: clients report an unknown host."""
    azure = stack.home.azure
    for link in _storage_links(stack):
        properties = {**link["properties"], "resolutionPolicy": "Default"}
        azure.put(ResourceId.parse(link["id"]), {**link, "properties": properties})
    [group] = [resource for resource in stack.world() if "/privatednszonegroups/" in resource["id"].lower()]
    configurations = [
        configuration
        for configuration in group["properties"]["privateDnsZoneConfigs"]
        if ".kusto." in configuration["properties"]["privateDnsZoneId"]
    ]
    azure.put(ResourceId.parse(group["id"]), {"properties": {"privateDnsZoneConfigs": configurations}})
    with _clients(stack, trusted, _accounts(stack)) as ingestion, pytest.raises(KustoBlobError) as error:
        _ingest()
    assert "Name or service not known" in repr(error.value.__cause__ or error.value)
    assert ".get ingestion resources" in ingestion.commands
