"""Connections of private endpoints to storage accounts: group ids, approval, and deletion."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import AzureError, Json, bodies, references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import (
    connections,
    private_endpoint_changes,
    private_endpoint_interfaces,
    private_endpoints,
    storage_account_connections,
    storage_accounts,
)

from ...rule_marks import holds, rejected
from ...small_world import ENDPOINT, SandboxCloud
from .storage_bodies import ACCOUNT, ACCOUNTS, FILES, account, names_of, static, status_of, to_account


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        rejected(connections.NO_GROUP_ID, to_account(), id="no group"),
        rejected(storage_account_connections.ONE_GROUP_ID, to_account("blob", "file"), id="two groups"),
        rejected(storage_account_connections.UNKNOWN_GROUP_ID, to_account("vault"), id="a group of others"),
        rejected(storage_account_connections.UNKNOWN_GROUP_ID, to_account("BLOB"), id="upper case (azure-cli #16750)"),
        rejected(
            storage_account_connections.UNKNOWN_GROUP_ID, to_account("blob_secondary"), id="not read in a second region"
        ),
        rejected(storage_account_connections.UNKNOWN_GROUP_ID, to_account("blob", target=f"{ACCOUNTS}/old"), id="v1"),
        rejected(references.REFERENCE_NOT_FOUND, to_account("blob", target=FILES), id="no such account"),
        rejected(bodies.CANNOT_PARSE, {**to_account("blob", ipConfigurations=["10.3.0.6"])}, id="no object"),
        *(
            rejected(
                private_endpoint_interfaces.MISSING_MEMBERS, to_account("blob", ipConfigurations=configurations), id=id
            )
            for id, configurations in {
                "a static address of another group": [static("file", "blob")],
                "of another member": [static("blob", "default")],
                "of no group": [static("", "")],
                "two": [static("blob", "blob"), {**static("blob", "blob"), "name": "ip2"}],
            }.items()
        ),
    ],
)
@pytest.mark.usefixtures("data")
def test_an_invalid_endpoint_is_rejected(cloud: SandboxCloud, rule: Rejection, body: Json) -> None:
    cloud.put(f"{ACCOUNTS}/old", account("Storage"))
    with cloud.rejects(rule.code):
        cloud.put(ENDPOINT, body)


@pytest.mark.usefixtures("data")
@holds(private_endpoint_changes.CONNECTION_CANNOT_CHANGE)
def test_the_group_id_cannot_change(cloud: SandboxCloud) -> None:
    cloud.put(ENDPOINT, to_account("blob"))
    cloud.put(ENDPOINT, to_account("blob", target=ACCOUNT.upper()))
    with cloud.rejects(private_endpoint_changes.CONNECTION_CANNOT_CHANGE.code):
        cloud.put(ENDPOINT, to_account("file"))


@pytest.mark.usefixtures("data")
def test_the_errors_have_azures_text(cloud: SandboxCloud) -> None:
    with pytest.raises(AzureError) as rejection:
        cloud.put(ENDPOINT, to_account("BLOB"))
    assert rejection.value.message == (
        "Call to Microsoft.Storage/storageAccounts failed. Error message: Values for request parameters are invalid: "
        "GroupId: BLOB."
    )
    with pytest.raises(AzureError) as rejection:
        cloud.put(ENDPOINT, to_account("blob", ipConfigurations=[static("blob", "default")]))
    assert "[PrivateIPAddress: 10.3.0.6, GroupId: blob, MemberName: default]" in rejection.value.message


@pytest.mark.usefixtures("data")
@holds(private_endpoints.DNS_CONFIGS, storage_account_connections.OWNERS_SIDE)
def test_an_automatic_connection_is_approved_at_once(cloud: SandboxCloud) -> None:
    answer = cloud.put(ENDPOINT, to_account("blob"))["properties"]
    assert answer["customDnsConfigs"] == [
        {"fqdn": "data.blob.core.windows.net", "ipAddresses": cloud.address_of(ENDPOINT)}
    ]
    (seen,) = cloud.connections(ACCOUNT)
    name, guid = seen["name"].split(".")
    assert name == "data"
    assert guid != answer["resourceGuid"]
    assert seen == {
        "id": f"{ACCOUNT}/privateEndpointConnections/{seen['name']}",
        "name": seen["name"],
        "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": ENDPOINT},
            "privateLinkServiceConnectionState": {
                "status": "Approved",
                "description": "Auto-Approved",
                "actionRequired": "None",
            },
        },
    }
    assert cloud.get(seen["id"]) == seen
    assert cloud.connection_of()["properties"]["groupIds"] == ["blob"]
    assert cloud.connection_of()["properties"]["privateLinkServiceConnectionState"]["actionsRequired"] == "None"
    cloud.delete(ENDPOINT)
    assert cloud.connections(ACCOUNT) == []


@pytest.mark.usefixtures("data")
@holds(private_endpoints.DNS_CONFIGS)
def test_a_manual_connection_is_pending(cloud: SandboxCloud) -> None:
    cloud.put(ENDPOINT, to_account("file", manual=True))
    assert names_of(cloud) == []
    (seen,) = cloud.connections(ACCOUNT)
    assert status_of(seen) == ("Pending", "") == status_of(cloud.connection_of())
    cloud.decide("Approved", seen["id"])
    assert status_of(cloud.connection_of()) == ("Approved", "Approved by a test")
    assert names_of(cloud) == ["data.file.core.windows.net"]


@pytest.mark.parametrize(
    ("path", "decision"),
    [(["Approved"], "Approved"), (["Rejected"], "Approved"), ([], "Pending"), ([], "Disconnected")],
)
@pytest.mark.usefixtures("data")
@holds(storage_account_connections.DECIDED)
def test_an_impossible_decision_is_rejected(cloud: SandboxCloud, path: list[str], decision: str) -> None:
    """Programs that approve in every run fail in the second one, unlike with a private link service."""
    cloud.put(ENDPOINT, to_account("blob", manual=True))
    (seen,) = cloud.connections(ACCOUNT)
    for status in path:
        cloud.decide(status, seen["id"])
    with cloud.rejects("InvalidValuesForRequestParameters"):
        cloud.decide(decision, seen["id"])


@pytest.mark.usefixtures("data")
@holds(storage_accounts.DELETED)
def test_a_deleted_account_disconnects_its_endpoints(cloud: SandboxCloud) -> None:
    """After a program replaces the account, its endpoint stays Disconnected until it is replaced, too."""
    cloud.put(ENDPOINT, to_account("blob"))
    cloud.delete(ACCOUNT)
    assert status_of(cloud.connection_of())[0] == "Disconnected"
    assert names_of(cloud) == []
    cloud.put(ACCOUNT, account())
    assert cloud.connections(ACCOUNT) == []
    with cloud.rejects(private_endpoint_changes.DISCONNECTED.code):
        cloud.put(ENDPOINT, to_account("blob"))
