"""Storage accounts: kinds, skus and host names."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json, references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import storage_accounts

from ...rule_marks import holds, rejected
from ...small_world import CONSUMER, ENDPOINT, STRANGER_SUBSCRIPTION, SandboxCloud
from .storage_bodies import ACCOUNT, ACCOUNTS, FILES, account, to_account


@holds(storage_accounts.ENDPOINTS)
def test_the_kind_and_the_sku_decide_the_endpoints(cloud: SandboxCloud, data: Json) -> None:
    primary = data["properties"]["primaryEndpoints"]
    assert primary["blob"] == "https://data.blob.core.windows.net/"
    assert primary["web"] == "https://data.z22.web.core.windows.net/"
    assert sorted(primary) == ["blob", "dfs", "file", "queue", "table", "web"]
    assert data["sku"] == {"name": "Standard_LRS", "tier": "Standard"}
    assert "secondaryEndpoints" not in data["properties"]
    files = cloud.put(FILES, account("FileStorage", "PremiumV2_ZRS"))
    assert list(files["properties"]["primaryEndpoints"]) == ["file"]
    assert files["sku"]["tier"] == "Premium"
    again = cloud.put(ACCOUNT, account(sku="Standard_RAGRS"))["properties"]
    assert again["creationTime"] == data["properties"]["creationTime"]
    assert sorted(again["secondaryEndpoints"]) == ["blob", "dfs", "queue", "table", "web"]
    assert again["secondaryEndpoints"]["blob"] == "https://data-secondary.blob.core.windows.net/"


def test_another_cloud_has_other_host_names_and_rejects_endpoints(cloud: SandboxCloud) -> None:
    group = f"/subscriptions/{STRANGER_SUBSCRIPTION}/resourceGroups/gov"
    theirs = f"{group}/providers/Microsoft.Storage/storageAccounts/gov"
    cloud.put(group, {"location": "usgovvirginia"})
    answer = cloud.put(theirs, {**account(), "location": "usgovvirginia"})
    assert answer["properties"]["primaryEndpoints"]["blob"] == "https://gov.blob.core.usgovcloudapi.net/"
    with cloud.rejects(references.REFERENCE_NOT_FOUND.code):
        cloud.put(ENDPOINT, to_account("blob", target=theirs))


@pytest.mark.usefixtures("data")
def test_computed_properties_are_ignored_in_a_body(cloud: SandboxCloud) -> None:
    """A program that reads an account, changes it and writes it back sends all that it has read."""
    cloud.put(ACCOUNT, account(sku="Standard_RAGRS"))
    read = cloud.get(ACCOUNT)
    assert "secondaryEndpoints" not in cloud.put(ACCOUNT, {**read, "sku": {"name": "Standard_GRS"}})["properties"]


@pytest.mark.parametrize(
    ("rule", "id", "body"),
    [
        rejected(storage_accounts.BAD_NAME, f"{ACCOUNTS}/Files", account(), id="upper case"),
        rejected(storage_accounts.BAD_NAME, f"{ACCOUNTS}/da", account(), id="too short"),
        rejected(storage_accounts.BAD_NAME, f"{ACCOUNTS}/{'a' * 25}", account(), id="too long"),
        rejected(storage_accounts.BAD_NAME, f"{ACCOUNTS}/my-data", account(), id="a dash"),
        rejected(
            storage_accounts.NAME_TAKEN,
            f"{CONSUMER}/providers/Microsoft.Storage/storageAccounts/data",
            account(),
            id="of another subscription",
        ),
        rejected(storage_accounts.INVALID_VALUES, FILES, account(sku="Cheap"), id="no such sku"),
        rejected(storage_accounts.INVALID_VALUES, FILES, account(sku="Premium_ZRS"), id="a sku of other kinds"),
        rejected(storage_accounts.INVALID_VALUES, FILES, account("Disk"), id="no such kind"),
        rejected(storage_accounts.INVALID_VALUES, FILES, {"location": "westus"}, id="neither"),
        rejected(
            storage_accounts.KIND_CANNOT_CHANGE, ACCOUNT, account("FileStorage", "Premium_LRS"), id="becomes another"
        ),
    ],
)
@pytest.mark.usefixtures("data")
def test_an_invalid_account_is_rejected(cloud: SandboxCloud, rule: Rejection, id: str, body: Json) -> None:
    with cloud.rejects(rule.code, rule.status):
        cloud.put(id, body)


def test_a_general_purpose_v1_account_can_be_upgraded(cloud: SandboxCloud) -> None:
    cloud.put(ACCOUNT, account("Storage"))
    assert "web" in cloud.put(ACCOUNT, account())["properties"]["primaryEndpoints"]
