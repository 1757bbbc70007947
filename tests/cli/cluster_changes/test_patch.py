"""One PATCH of a cluster: sent, waited for, checked, and repeatable after a kill at any request."""

from __future__ import annotations

from pathlib import Path

import pytest

from adx_private_link.cli import azure_cli
from adx_private_link.cli.cluster_changes.live_cluster import read_cluster
from adx_private_link.cli.cluster_changes.patch import (
    ChangeFailed,
    ChangeNotMade,
    ChangeRejected,
    ClusterChange,
    apply_change,
)
from adx_private_link.cli.errors import CommandError
from adx_private_link.resource_ids import ClusterId
from azure_sandbox.azure import ResourceId
from azure_sandbox.azure.trouble import Trouble

from ..clouds import INJECTED, NATIVE, Cloud, Killed, cloud_of

CLOSED = ClusterChange(ClusterId.parse(NATIVE), {"publicNetworkAccess": "Disabled"}, "close newadx")
ALLOWED = {"calloutType": "sql", "calloutUriRegex": "a_b", "outboundAccess": "Allow"}


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    return cloud_of(tmp_path, monkeypatch)


def test_a_change_is_in_effect_when_it_returns(cloud: Cloud) -> None:
    apply_change(CLOSED, 60)
    assert cloud.cluster()["publicNetworkAccess"] == "Disabled"
    assert cloud.cluster()["provisioningState"] == "Succeeded"


def test_a_cluster_that_has_the_values_is_left_alone(cloud: Cloud) -> None:
    """A PATCH without a change would be fine in Azure, and may start an operation in another version of it."""
    cloud.change(publicNetworkAccess="Disabled")
    apply_change(CLOSED, 60)
    assert cloud.patched == []


def test_callout_policies_are_recognised_as_azure_shows_them(cloud: Cloud) -> None:
    """Azure shows numbers: a comparison of the bodies would never end."""
    change = ClusterChange(ClusterId.parse(NATIVE), {"calloutPolicies": [ALLOWED]}, "allow callouts")
    apply_change(change, 60)
    apply_change(change, 60)
    assert cloud.patched == ["calloutPolicies"]
    assert not read_cluster(change.cluster).has({"calloutPolicies": [{**ALLOWED, "outboundAccess": "Deny"}]})


def test_a_running_operation_is_awaited_first(cloud: Cloud) -> None:
    """Another team scales the cluster: Azure rejects another change meanwhile (RequestConflict)."""
    id = ResourceId.parse(NATIVE)
    cloud.azure.acting_as("az").patch(id, {"sku": {"capacity": 3}})
    apply_change(CLOSED, 60)
    assert cloud.cluster()["publicNetworkAccess"] == "Disabled"
    assert cloud.azure.get(id)["sku"]["capacity"] == 3


def test_an_operation_that_begins_meanwhile_is_awaited_too(cloud: Cloud) -> None:
    """Between the look at the cluster and the request, another operation has begun."""
    _scale_before_each_patch(cloud, most=2)
    apply_change(CLOSED, 60)
    assert len(cloud.patched) == 3
    assert cloud.cluster()["publicNetworkAccess"] == "Disabled"


def test_other_operations_are_not_awaited_for_ever(cloud: Cloud) -> None:
    _scale_before_each_patch(cloud, most=100)
    with pytest.raises(ChangeRejected, match=r"(?s)RequestConflict.*Next: another write to the cluster is running"):
        apply_change(CLOSED, 5)


def _scale_before_each_patch(cloud: Cloud, most: int) -> None:
    sizes = iter(range(3, 3 + most))

    def scale(_number: int, method: str) -> None:
        if method == "patch" and (size := next(sizes, None)):
            cloud.azure.acting_as("az").patch(ResourceId.parse(NATIVE), {"sku": {"capacity": size}})

    cloud.before_request = scale


@pytest.mark.parametrize("times", [1, 2])
def test_a_cluster_in_maintenance_is_tried_again(cloud: Cloud, times: int) -> None:
    """A data connection is being written below it (hashicorp/terraform-provider-azurerm#18501): that passes."""
    cloud.azure.add_trouble(Trouble(kind="maintenance", on="PATCH *", times=times))
    apply_change(CLOSED, 60)
    assert len(cloud.patched) == 1 + times
    assert cloud.cluster()["publicNetworkAccess"] == "Disabled"


def test_a_failed_operation_is_named_with_azures_words(cloud: Cloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="failed", on="PATCH *", times=1))
    with pytest.raises(ChangeFailed, match=r"^Azure did not close newadx: \w+: ") as raised:
        apply_change(CLOSED, 60)
    assert raised.value.code
    assert cloud.cluster()["publicNetworkAccess"] == "Enabled"
    apply_change(CLOSED, 60)
    assert cloud.cluster()["publicNetworkAccess"] == "Disabled"


def test_a_rejected_request_says_what_to_do(cloud: Cloud) -> None:
    cloud.azure.add_trouble(Trouble(kind="refused", on="PATCH *"))
    with pytest.raises(CommandError, match=r"rejects the request to close newadx: PATCH .*RequestDisallowedByPolicy"):
        apply_change(CLOSED, 60)


@pytest.mark.parametrize("status", ["Succeeded", "InProgress", ""])
def test_a_change_that_may_be_made_is_not_called_failed(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """A cluster shows a change late, and an operation cannot always be read: the names must not lead back then."""

    def get_operation(url: str) -> dict[str, str]:
        if not status:
            raise azure_cli.AzureRejection(url, "Connection refused")
        return {"status": status}

    monkeypatch.setattr(azure_cli, "get_operation", get_operation)
    cloud.azure.add_trouble(Trouble(kind="failed", on="PATCH *"))
    with pytest.raises(CommandError, match="The time is over") as raised:
        apply_change(CLOSED, 3)
    assert not isinstance(raised.value, ChangeNotMade)


def test_a_stopped_cluster_is_not_asked(cloud: Cloud) -> None:
    """Azure would reject it, and nothing says why in its words."""
    world = cloud.azure.without_caller()
    world.patch(ResourceId.parse(NATIVE), {"properties": {"state": "Stopped"}})
    with pytest.raises(CommandError, match=r"(?s)newadx is Stopped.*Next: start it .*az kusto cluster start --ids"):
        apply_change(CLOSED, 60)
    assert cloud.patched == []


def test_the_time_has_a_bound(cloud: Cloud) -> None:
    """The operation goes on in Azure, and the next run finds it."""
    with pytest.raises(CommandError, match=r"The time is over .*before it is changed: close newadx"):
        apply_change(CLOSED, 0)
    apply_change(CLOSED, 60)
    assert cloud.patched == ["publicNetworkAccess"]


@pytest.mark.parametrize("arrives", [True, False])
def test_a_kill_at_any_request_is_made_good_by_running_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    """Whatever has arrived is looked at first, and only what is missing is done."""
    for number in range(20):
        cloud = cloud_of(tmp_path / str(number), monkeypatch)
        cloud.killed_at, cloud.arrives = number, arrives
        try:
            apply_change(CLOSED, 60)
        except Killed:
            cloud.restart()
            apply_change(CLOSED, 60)
            assert cloud.cluster()["publicNetworkAccess"] == "Disabled"
        else:
            assert number > 2
            return
    pytest.fail("The change never ends.")


@pytest.mark.usefixtures("cloud")
def test_an_injected_cluster_is_recognised() -> None:
    assert read_cluster(ClusterId.parse(INJECTED)).is_injected
    assert not read_cluster(ClusterId.parse(NATIVE)).is_injected
