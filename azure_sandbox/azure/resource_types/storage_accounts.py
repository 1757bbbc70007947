"""Microsoft.Storage/storageAccounts: kinds, skus and host names, as private endpoints need them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, read_object
from ..clouds import cloud_of
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..type_names import STORAGE_ACCOUNT_CONNECTIONS, STORAGE_ACCOUNTS

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/storage/common/storage-account-overview.md"
_RECORDED = (
    "Azure/azure-cli, command_modules/storage/tests/latest/recordings/test_storage_account_private_endpoint.yaml"
)

BAD_NAME = Rejection(
    says="The name of a storage account has 3 to 24 lower-case letters and digits",
    source="Azure/AzureMonitorStarterPacks#171; pulumi/templates#274",
    code="AccountNameInvalid",
    message="{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
    "length and use numbers and lower-case letters only.",
)
NAME_TAKEN = Rejection(
    says="A storage account's name is unique in all of Azure",
    source="hashicorp/terraform#11485",
    status=409,
    code="StorageAccountAlreadyTaken",
    message="The storage account named {name} is already taken.",
)
INVALID_VALUES = Rejection(
    says="A storage account has a kind, and a sku of this kind",
    source=f"hashicorp/terraform-provider-azurerm#8089 (code and text); {_OVERVIEW} (the skus of a kind); azure-rest-"
    f"api-specs, specification/storage (the names); that FileStorage alone has the V2 skus is an {OWN_CHOICE}",
    code="InvalidValuesForRequestParameters",
    message="Values for request parameters are invalid: {names}.",
)
KIND_CANNOT_CHANGE = Rejection(
    says="The kind of a storage account cannot change, except from general-purpose v1 or BlobStorage to StorageV2",
    source=f"cloudfoundry/bosh-azure-cpi-release#415 (code and text); {_OVERVIEW}",
    code="AccountPropertyCannotBeUpdated",
    message="The property 'kind' was specified in the input, but it cannot be updated.",
)
ENDPOINTS = Rule(
    says="The kind of a storage account decides which of blob, queue, table, file, dfs and web it has. An account that "
    "is readable in a second region (RA-GRS, RA-GZRS) has them, except for file, under `<account>-secondary`, too",
    source=f"{_RECORDED} (StorageV2, and `z22` in West US); {_OVERVIEW}; that each region has `z22`, and the second "
    f"region's list, are an {OWN_CHOICE}",
)
DELETED = Rule(
    says="A storage account with connected endpoints can be deleted; the endpoints are then Disconnected",
    source="crossplane-contrib/provider-upjet-azure#989; hashicorp/terraform-provider-azurerm#15051",
)

_NAME = re.compile(r"[a-z0-9]{3,24}")
_V1 = "Storage"
_SERVICES = {
    _V1: ("blob", "queue", "table", "file"),
    "StorageV2": ("blob", "queue", "table", "file", "dfs", "web"),
    "BlobStorage": ("blob", "dfs"),
    "BlockBlobStorage": ("blob", "dfs", "web"),
    "FileStorage": ("file",),
}
_OLD_SKUS = {"Standard_LRS", "Standard_GRS", "Standard_RAGRS"}
_SKUS = {
    _V1: _OLD_SKUS | {"Premium_LRS"},
    "StorageV2": _OLD_SKUS | {"Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS", "Premium_LRS"},
    "BlobStorage": _OLD_SKUS,
    "BlockBlobStorage": {"Premium_LRS", "Premium_ZRS"},
    "FileStorage": {
        *("Premium_LRS", "Premium_ZRS", "PremiumV2_LRS", "PremiumV2_ZRS"),
        *("StandardV2_LRS", "StandardV2_GRS", "StandardV2_ZRS", "StandardV2_GZRS"),
    },
}
_ENDPOINTS = ("primaryEndpoints", "secondaryEndpoints")


class StorageAccount(ResourceType):
    type = STORAGE_ACCOUNTS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        if not _NAME.fullmatch(id.name):
            raise BAD_NAME(name=id.name)
        accounts = arm.store.of_type(self.type)
        if any(account.id.lower() != id.key and account.body["name"] == id.name for account in accounts):
            raise NAME_TAKEN(name=id.name)
        sku, kind = str(read_object(body, "sku").get("name")), str(body.get("kind"))
        if kind not in _SKUS:
            raise INVALID_VALUES(names="kind")
        if sku not in _SKUS[kind]:
            raise INVALID_VALUES(names="kind, sku" if any(sku in skus for skus in _SKUS.values()) else "sku")
        if old and kind != old["kind"] and not (kind == "StorageV2" and old["kind"] in (_V1, "BlobStorage")):
            raise KIND_CANNOT_CHANGE()
        return {
            "sku": {"name": sku, "tier": sku.partition("_")[0].removesuffix("V2")},
            "kind": kind,
            **({"identity": body["identity"]} if body.get("identity") else {}),
            "properties": {
                **{name: value for name, value in properties(body).items() if name not in _ENDPOINTS},
                "provisioningState": "Succeeded",
                "creationTime": properties(old)["creationTime"] if old else _format_now(),
                "primaryLocation": body["location"],
                "statusOfPrimary": "available",
                **_list_endpoints(id.name, kind, sku, cloud_of(body["location"]).storage_suffix),
            },
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        connections = [
            arm.get(ResourceId.parse(connection.id))
            for connection in arm.store.children(id.key, STORAGE_ACCOUNT_CONNECTIONS)
            if not arm.store.is_hidden(connection.id)
        ]
        return {**without_etag(body), "properties": {**properties(body), "privateEndpointConnections": connections}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for connection in arm.store.children(id.key, STORAGE_ACCOUNT_CONNECTIONS):
            arm.delete(ResourceId.parse(connection.id))


def list_hosts(account: Json) -> dict[str, str]:
    """The host names of an account by group id, such as `blob` and `blob_secondary`."""
    if account["kind"] == _V1:
        return {}
    return {
        f"{service}{suffix}": urlsplit(str(url)).netloc
        for endpoints, suffix in zip(_ENDPOINTS, ("", "_secondary"), strict=True)
        for service, url in read_object(properties(account), endpoints).items()
    }


def _list_endpoints(name: str, kind: str, sku: str, suffix: str) -> Json:
    domains = {service: f"{'z22.web' if service == 'web' else service}.{suffix}" for service in _SERVICES[kind]}
    primary = {service: f"https://{name}.{domain}/" for service, domain in domains.items()}
    secondary = {
        service: f"https://{name}-secondary.{domain}/" for service, domain in domains.items() if service != "file"
    }
    return {"primaryEndpoints": primary, **({"secondaryEndpoints": secondary} if "_RAG" in sku else {})}


def _format_now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
