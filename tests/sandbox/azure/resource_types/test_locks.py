"""Management locks: what they forbid, where they apply, and how they are shown."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, Json, OperationFailed, ResourceId
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import locks
from azure_sandbox.provider import resource_paths

from ...fake_engine import Engine, ReturnedError
from ...rule_marks import holds, rejected
from ...small_world import (
    CONSUMER,
    CONSUMER_SUBSCRIPTION,
    ENDPOINT,
    OWNER,
    SERVICE,
    ZONE,
    ZONE_NAME,
    SandboxCloud,
    a_record,
    endpoint,
    link,
    service,
    zone,
)
from ..template_bodies import deployment, zone_resource

LOCK = "authorization:ManagementLockByScope"
RECORD = f"{ZONE}/A/myadx"
LINK = f"{ZONE}/virtualNetworkLinks/vnet"


def on(scope: str, name: str = "keep") -> str:
    return f"{scope}/providers/Microsoft.Authorization/locks/{name}"


def lock(level: str = "CanNotDelete", **more: Any) -> Json:
    return {"properties": {"level": level, **more}}


@pytest.fixture
def linked_zone(cloud: SandboxCloud) -> str:
    cloud.put(ZONE, zone())
    cloud.put(RECORD, a_record("10.3.0.4"))
    cloud.put(LINK, link())
    return ZONE


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(RECORD, id="on itself"),
        pytest.param(ZONE, id="on its parent"),
        pytest.param(CONSUMER.upper(), id="on its group, spelt in capitals"),
        pytest.param(f"/subscriptions/{CONSUMER_SUBSCRIPTION}", id="on the subscription"),
    ],
)
@pytest.mark.usefixtures("linked_zone")
@holds(locks.LOCKED)
def test_a_locked_resource_can_be_updated_but_not_deleted(cloud: SandboxCloud, scope: str) -> None:
    """A lock also applies to Azure's own side, which has all rights."""
    cloud.put(on(scope), lock())
    with cloud.rejects("ScopeLocked", 409):
        cloud.delete(RECORD)
    cloud.put(RECORD, a_record("10.3.0.5"))
    cloud.delete(on(scope))
    cloud.delete(RECORD)


@pytest.mark.usefixtures("linked_zone")
@holds(locks.LOCKED)
def test_a_read_only_lock_forbids_new_resources(cloud: SandboxCloud) -> None:
    cloud.put(on(ZONE), lock("ReadOnly"))
    for request in (
        lambda: cloud.put(RECORD, a_record("10.3.0.5")),
        lambda: cloud.put(f"{ZONE}/A/ingest-myadx", a_record("10.3.0.5")),
        lambda: cloud.delete(LINK),
    ):
        with cloud.rejects("ScopeLocked", 409):
            request()
    cloud.put(on(ZONE), lock())
    cloud.put(RECORD, a_record("10.3.0.5"))


@holds(locks.LOCKED)
def test_the_error_names_the_locked_scope(cloud: SandboxCloud, alias: str) -> None:
    """The owner of a connected endpoint can delete it; the locked service cannot be deleted."""
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(on(OWNER), lock())
    cloud.delete(ENDPOINT)
    with pytest.raises(AzureError) as rejection:
        cloud.delete(SERVICE)
    assert rejection.value.message == (
        f"The scope '{SERVICE}' cannot perform delete operation because following scope(s) are locked: '{OWNER}'. "
        "Please remove the lock and try again."
    )


@pytest.mark.usefixtures("linked_zone")
@holds(locks.LOCKED, locks.LOCKED_WITHIN)
def test_a_locked_soa_record_set_protects_the_zone_only(cloud: SandboxCloud) -> None:
    """Microsoft recommends this lock: a lock on the zone would also protect each of its record sets."""
    cloud.put(on(f"{ZONE}/SOA/@"), lock())
    cloud.delete(RECORD)
    cloud.delete(LINK)
    with cloud.rejects("ScopeLocked", 409):
        cloud.delete(ZONE)


@pytest.mark.usefixtures("linked_zone")
@holds(locks.LOCKED, locks.LOCKED_WITHIN)
def test_a_group_with_a_locked_resource_keeps_all_resources(cloud: SandboxCloud) -> None:
    cloud.put(on(ZONE), lock())
    with cloud.rejects("ScopeLocked", 409):
        cloud.delete(CONSUMER)
    cloud.delete(on(ZONE))
    cloud.delete(CONSUMER)
    assert not any(id.startswith(CONSUMER) for id in cloud.ids())


@pytest.mark.usefixtures("linked_zone")
def test_a_lock_without_a_level_locks_nothing_and_is_deleted_with_its_scope(cloud: SandboxCloud) -> None:
    cloud.put(on(RECORD), lock("NotSpecified"))
    cloud.put(on(RECORD, "second"), lock("NotSpecified"))
    cloud.delete(RECORD)
    assert not any("/locks/" in id for id in cloud.ids())


@pytest.mark.usefixtures("linked_zone")
@holds(locks.LOCKED)
def test_a_lock_applies_to_deployments(cloud: SandboxCloud) -> None:
    cloud.put(on(ZONE), lock("ReadOnly"))
    id = f"{CONSUMER}/providers/Microsoft.Resources/deployments/d"
    with pytest.raises(OperationFailed, match="DeploymentFailed"):
        cloud.put(id, deployment(zone_resource(ZONE_NAME)))
    (detail,) = cloud.get(id)["properties"]["error"]["details"]
    assert detail["code"] == "ScopeLocked"


@pytest.mark.parametrize(
    ("rule", "name", "body"),
    [
        rejected(locks.BAD_NAME, "a:b", lock(), id="a colon in its name"),
        rejected(locks.BAD_NAME, "x" * 261, lock(), id="a name of 261 characters"),
        rejected(locks.BAD_LOCK, "keep", lock("Delete"), id="the portal's word for its level"),
        rejected(locks.BAD_LOCK, "keep", {"properties": {}}, id="no level"),
        rejected(locks.BAD_LOCK, "keep", lock(notes="x" * 513), id="notes of 513 characters"),
    ],
)
def test_an_invalid_lock_is_rejected(cloud: SandboxCloud, rule: Rejection, name: str, body: Json) -> None:
    with cloud.rejects(rule.code):
        cloud.put(on(CONSUMER, name), body)


def test_a_missing_resource_cannot_be_locked(cloud: SandboxCloud) -> None:
    with cloud.rejects("ResourceNotFound", 404):
        cloud.put(on(ZONE), lock())
    with cloud.rejects("ResourceGroupNotFound", 404):
        cloud.put(on(f"{CONSUMER}-gone"), lock())


@holds(locks.SHAPE)
def test_a_lock_shows_what_was_requested(cloud: SandboxCloud) -> None:
    """Azure's answer has the group in the spelling of the request."""
    id = on(CONSUMER.replace("resourceGroups", "resourcegroups"))
    assert cloud.put(id, lock(notes="ask us")) == {
        "id": id,
        "name": "keep",
        "type": "Microsoft.Authorization/locks",
        "properties": {"level": "CanNotDelete", "notes": "ask us"},
    }


@holds(resource_paths.ID_IN_PATH)
def test_the_provider_accepts_an_id_as_scope(engine: Engine, cloud: SandboxCloud) -> None:
    cloud.put(SERVICE, service())
    inputs = {"scope": SERVICE, "lockName": "keep", "level": "CanNotDelete", "notes": "an alias of its own"}
    id, outputs = engine.create(LOCK, inputs)
    assert id == on(SERVICE)
    assert (outputs["level"], outputs["notes"], outputs["type"]) == (
        "CanNotDelete",
        "an alias of its own",
        "Microsoft.Authorization/locks",
    )
    assert engine.diff(LOCK, inputs, {**inputs, "level": "ReadOnly"}).replaces == []
    assert engine.diff(LOCK, inputs, {**inputs, "scope": ZONE}).replaces == ["scope"]
    _, _, imported = engine.read(LOCK, id)
    assert imported["scope"] == SERVICE.removeprefix("/")
    with pytest.raises(ReturnedError, match='Status=409 Code="ScopeLocked"'):
        engine.delete("network:PrivateLinkService", SERVICE)
    engine.delete(LOCK, id)
    engine.delete("network:PrivateLinkService", SERVICE)


def test_the_provider_reports_a_missing_level(engine: Engine) -> None:
    _, reasons = engine.check(LOCK, {"scope": SERVICE})
    assert reasons == ["missing required property 'level'"]


def test_an_extension_of_a_scope_named_providers_is_parsed() -> None:
    """A network can be named `providers`."""
    odd = ResourceId.parse(f"{CONSUMER}/providers/Microsoft.Network/virtualNetworks/providers/subnets/a")
    assert odd.names == ("providers", "a")
    assert ResourceId.parse(on(odd.text)).scope == odd.text
    for wrong in (on("/tenants/x"), on("/subscriptions"), on(f"{CONSUMER}/providers/Microsoft.Network")):
        with pytest.raises(ValueError, match="not a resource id"):
            ResourceId.parse(wrong)
