"""Documented answers to requests that Azure rejects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azure_sandbox.azure import AzureError, ResourceId

from ...small_world import OWNER, ZONE, ZONE_NAME, SandboxCloud, a_record
from .resources import create_record_set

# Azure/azure-cli, command_modules/privatedns/tests/latest/recordings: test_GetZone_ZoneNotExists_ExpectError.yaml,
# test_GetLink_ZoneNotExists_ExpectError.yaml,
# test_PutRecordSet_ZoneNotExists_ExpectError.yaml, test_PutRecordSet_IfNoneMatchFailure_ExpectError.yaml,
# test_PatchRecordSet_IfMatchFailure_ExpectError.yaml; for a group, azure-docs, troubleshooting/error-not-found.md.
NOT_FOUND = AzureError(
    404,
    "ResourceNotFound",
    f"The Resource 'Microsoft.Network/privateDnsZones/{ZONE_NAME}' under resource group 'consumer' was not found. For "
    "more details please go to https://aka.ms/ARMResourceNotFoundFix",
)

NO_LINK = AzureError(
    404,
    "ResourceNotFound",
    f"The Resource 'Microsoft.Network/privateDnsZones/{ZONE_NAME}/virtualNetworkLinks/link' under resource group "
    "'consumer' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
)

NO_GROUP = AzureError(404, "ResourceGroupNotFound", "Resource group 'owner-none' could not be found.")

NO_PARENT = AzureError(
    404,
    "ParentResourceNotFound",
    "Failed to perform 'write' on resource(s) of type 'privateDnsZones/A', because the parent resource "
    f"'{ZONE}' could not be found.",
)

EXISTS = AzureError(
    412, "PreconditionFailed", "The Record set host exists already and hence cannot be created again.", wrapped=False
)

CHANGED = AzureError(412, "PreconditionFailed", "The Record set host has been modified (etag mismatch).", wrapped=False)


def get(id: str) -> Callable[[SandboxCloud], object]:
    return lambda cloud: cloud.get(id)


def put_record_set(cloud: SandboxCloud, **conditions: Any) -> None:
    cloud.azure.put(ResourceId.parse(f"{ZONE}/A/host"), a_record("10.0.0.4"), **conditions)


def put_record_set_again(**conditions: Any) -> Callable[[SandboxCloud], None]:
    def put_again(cloud: SandboxCloud) -> None:
        create_record_set(cloud)
        put_record_set(cloud, **conditions)

    return put_again


@pytest.mark.parametrize(
    ("documented", "request_to"),
    [
        pytest.param(NOT_FOUND, get(ZONE), id="no such resource"),
        pytest.param(NO_GROUP, get(f"{OWNER}-none"), id="no such group"),
        pytest.param(NO_LINK, get(f"{ZONE}/virtualNetworkLinks/link"), id="no such nested resource"),
        pytest.param(NO_PARENT, put_record_set, id="no such zone"),
        pytest.param(EXISTS, put_record_set_again(if_none_match=True), id="a record set that exists"),
        pytest.param(CHANGED, put_record_set_again(if_match="another"), id="a record set that has changed"),
    ],
)
def test_the_error_is_the_documented_one(
    cloud: SandboxCloud, documented: AzureError, request_to: Callable[[SandboxCloud], object]
) -> None:
    with pytest.raises(AzureError) as error:
        request_to(cloud)
    assert error.value == documented
