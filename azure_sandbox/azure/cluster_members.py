"""Members of a Kusto cluster: engine, ingestion, and the storage accounts that queued ingestion uses."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from ..rules import OWN_CHOICE, Rule
from .bodies import properties, region_name
from .clouds import cloud_of
from .endpoint_members import Member
from .store import Store, Stored

MEMBERS = Rule(
    says="A cluster has the members `Engine` and `DataManagement`, then `blob-…`, `queue-…` and `table-…` for each of "
    "its storage accounts, two at first. An endpoint has an address for each",
    source="Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Get-AzKustoPrivateLinkResource.Recording.json; "
    "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint.md (the addresses)",
)
ACCOUNT_NAMES = Rule(
    says="A cluster's storage accounts are Microsoft's and in no subscription of its owner. A name is three letters or "
    "digits, the last 19 characters of `kstrld` and the cluster's name, and a number of two digits",
    source="Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Get-AzKustoPrivateLinkResource.Recording.json; "
    "Azure/azure-kusto-spark#343, #385; Azure/kafka-sink-azure-kusto#102; that the name has no dashes, is the same in "
    f"every run, and that numbers go on from 02, is an {OWN_CHOICE}",
)

FIRST_ACCOUNTS = 2
_SERVICES = ("blob", "queue", "table")


def list_members(store: Store, cluster: Stored) -> list[Member]:
    """The members of a cluster, in the order in which an endpoint gives them addresses."""
    uris = {"Engine": "uri", "DataManagement": "dataIngestionUri"}
    suffix = cloud_of(region_name(cluster.body["location"])).storage_suffix
    accounts = FIRST_ACCOUNTS + store.added_accounts(cluster.id)
    return [
        *(Member(name, (urlsplit(str(properties(cluster.body)[uri])).netloc,)) for name, uri in uris.items()),
        *(
            Member(f"{service}-{account}", (f"{account}.{service}.{suffix}",))
            for number in range(accounts)
            for account in [_account_name(cluster, number)]
            for service in _SERVICES
        ),
    ]


def _account_name(cluster: Stored, number: int) -> str:
    prefix = hashlib.sha256(f"{cluster.id.lower()} {number}".encode()).hexdigest()[:3]
    tail = f"kstrld{str(cluster.body['name']).lower().replace('-', '')}"[-19:]
    return f"{prefix}{tail}{number:02}"
