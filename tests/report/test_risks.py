"""What an update would do to people: each kind of harm is told, and none that will not come."""

from __future__ import annotations

from adx_private_link.cli.report.plan import read_plan
from adx_private_link.cli.report.summary import StackReport, stack_report

from .previews import DOMAIN, ELSEWHERE, GUEST, HUB, UNKNOWN, ZONE, Made, endpoint_id, network_id


def reported(preview: Made) -> StackReport:
    return stack_report(read_plan(preview.text, "file"))


def risks(preview: Made) -> dict[str, str]:
    """What is told, by kind: subject and message."""
    return {each.kind: f"{each.subject} {each.message}" for each in reported(preview).risks}


def connected(preview: Made, **more: bool | str) -> str:
    """A consumer whose access stays as it is; the URN of its component."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster, **more)  # pyright: ignore[reportArgumentType]
    preview.endpoint(side, {"subnet": {"id": "s"}}, {"subnet": {"id": "s"}})
    return side


def test_a_tag_harms_nobody() -> None:
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {"tags": {"team": "data"}})
    assert reported(preview).sentence == "Nobody's access changes; 1 resource is changed."
    assert risks(preview) == {}


def test_a_record_that_goes_while_its_endpoint_stays() -> None:
    """Such as one that moved to a DNS of somebody else's."""
    preview = Made()
    preview.record(connected(preview), "10.0.0.4", None)
    assert risks(preview) == {
        "record-removed": f"analytics -> adx (engine): the record of adx.{DOMAIN} is removed from zone {HUB}: "
        "its clients get the public address, unless another DNS answers them"
    }
    assert reported(preview).sentence == "`analytics` gets the public address of `adx` (engine) again."


def test_a_record_that_moves_to_another_zone() -> None:
    preview = Made()
    side = connected(preview)
    preview.record(side, "10.0.0.4", None)
    preview.record(side, None, "10.0.0.4", zone=f"{ZONE}@spoke.{GUEST}")
    assert "moves from zone" in risks(preview)["record-changed"]
    assert "record-removed" not in risks(preview)


def test_a_record_that_somebody_has_changed_is_put_right() -> None:
    """Its endpoint stays: only the name leads elsewhere."""
    preview = Made()
    preview.record(connected(preview), "10.9.9.9", "10.0.0.4")
    assert risks(preview)["record-changed"].endswith(
        "leads to `10.0.0.4` instead of `10.9.9.9`; clients may keep the old address for 300 s"
    )


def test_a_replaced_endpoint_has_another_address_and_its_record_follows() -> None:
    preview = Made()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster)
    preview.endpoint(side, {}, {}, replace=True, reasons=["subnet"])
    preview.record(side, "10.0.0.4", UNKNOWN, replace=True)
    found = reported(preview)
    assert found.sentence == "`analytics` reaches `adx` (engine) at another address."
    assert [(each.before, each.after) for each in found.access] == [("10.0.0.4", "known after the update")]
    assert risks(preview)["endpoint-replaced"] == (
        "analytics -> adx (engine): the private endpoint is replaced, since its subnet changes; "
        f"`adx.{DOMAIN}`: `10.0.0.4` -> an address that Azure chooses; its record follows, and clients may keep the "
        "old address for 300 s"
    )


def test_an_endpoint_without_a_record_of_ours_needs_somebody_who_follows() -> None:
    """`dns: elsewhere`: nobody else would notice."""
    preview = Made()
    side = preview.consumer(of=preview.cluster()[0])
    preview.endpoint(side, {}, {"ipConfigurations": [{"privateIPAddress": "10.0.0.9"}]}, replace=True)
    assert "`10.0.0.4` -> `10.0.0.9`" in risks(preview)["endpoint-replaced"]
    assert "whoever keeps its DNS has to follow" in risks(preview)["endpoint-replaced"]


def test_a_replaced_service_names_everybody_it_cuts_off() -> None:
    """Its own consumers come back by themselves; others have to know."""
    preview = Made()
    cluster, services = preview.cluster()
    listed = [endpoint_id("pe-analytics"), endpoint_id("pe-theirs", ELSEWHERE)]
    connections = [{"privateEndpoint": {"id": each}} for each in listed]
    outputs = {"alias": "pls.GUID.westus.azure.privatelinkservice", "privateEndpointConnections": connections}
    preview.service(
        services, {}, {}, replace=True, outputs=outputs, reasons=["loadBalancerFrontendIpConfigurations[0].id"]
    )
    preview.approval(services, ["pe-theirs.1"], ["pe-theirs.1"], "partner")
    side = preview.consumer(of=cluster)
    preview.endpoint(side, {}, {}, replace=True)
    told = risks(preview)["service-replaced"]
    assert "since its frontend changes" in told
    assert "pls.GUID.westus.azure.privatelinkservice" in told
    assert "`analytics` is connected anew by this update" in told
    assert "`partner` has to connect anew" in told
    assert listed[1] in told
    assert listed[0] not in told
    assert "since its service is" in risks(preview)["endpoint-replaced"]
    assert reported(preview).sentence == (
        "`analytics` is cut off from `adx` (engine) and connected anew; "
        "`partner` is cut off from `adx` (engine) until it connects by the new alias."
    )


def test_a_removed_service_never_comes_back() -> None:
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, None)
    assert "its alias never comes back" in risks(preview)["service-removed"]


def test_a_zone_that_goes_takes_its_networks_names_along() -> None:
    """One risk, not one for each record and link of it."""
    preview = Made()
    side = connected(preview)
    zone = preview.step("adxPrivateLink:index:KustoPrivateDnsZone", HUB, {"zone": ZONE}, None)
    inputs = {"privateZoneName": ZONE, "resourceGroupName": "hub"}
    preview.step("azure-native:privatedns:PrivateZone", HUB, inputs, None, parent=zone)
    link = {"virtualNetwork": {"id": network_id("spoke")}, "privateZoneName": ZONE}
    preview.step("azure-native:privatedns:VirtualNetworkLink", "spoke", link, None, parent=zone)
    preview.record(side, "10.0.0.4", None)
    assert risks(preview) == {
        "zone-removed": f"zone {ZONE} (resource group hub) is removed with all that is in it: clients in `spoke` get "
        f"the public address of `adx.{DOMAIN}`, unless another DNS answers them"
    }


def test_a_network_that_no_longer_sees_a_zone_that_stays() -> None:
    preview = Made()
    preview.record(connected(preview), "10.0.0.4", "10.0.0.4")
    zone = preview.step("adxPrivateLink:index:KustoPrivateDnsZone", HUB, {"zone": ZONE}, {"zone": ZONE})
    link = {"virtualNetwork": {"id": network_id("spoke")}, "privateZoneName": ZONE}
    preview.step("azure-native:privatedns:VirtualNetworkLink", "spoke", link, None, parent=zone)
    assert risks(preview) == {
        "link-removed": f"network spoke does not see zone {ZONE} any more: its clients get the public address of "
        f"`adx.{DOMAIN}`, unless another DNS answers them"
    }


def test_lists_that_grow() -> None:
    """What is taken away from a list harms no connection that is there."""
    preview = Made()
    _, services = preview.cluster()
    before = {"visibility": {"subscriptions": [GUEST]}, "autoApproval": {"subscriptions": [ELSEWHERE]}}
    after = {"visibility": {"subscriptions": [GUEST, ELSEWHERE]}, "autoApproval": {"subscriptions": [GUEST]}}
    preview.service(services, before, after)
    assert list(risks(preview)) == ["visibility-widened", "auto-approval-widened"]
    assert ELSEWHERE in risks(preview)["visibility-widened"]
    assert GUEST in risks(preview)["auto-approval-widened"]


def test_what_a_new_service_lists_is_what_its_consumers_need_unless_it_is_everybody() -> None:
    for listed, expected in ((GUEST, []), ("*", ["visible-to-all"])):
        preview = Made()
        _, services = preview.cluster()
        preview.service(services, None, {"visibility": {"subscriptions": [listed]}})
        assert list(risks(preview)) == expected


def test_a_partner_who_has_connected_is_approved() -> None:
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.approval(services, [], ["pe-theirs.1"], "partner")
    assert risks(preview) == {
        "approval-given": "partner -> adx (engine) is connected: 1 connection of others approved: `pe-theirs.1`"
    }
    assert reported(preview).sentence == "`partner` has its connections to `adx` (engine) approved."


def test_a_consumer_that_waits_for_somebody_else() -> None:
    """Of a cluster that is handed over: nothing is published before its owner has approved."""
    preview = Made()
    hosts = {"hosts": {"engine": f"adx.{DOMAIN}"}}
    cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", None, hosts)
    side = preview.consumer(of=cluster, before=False, after=False)
    preview.endpoint(side, None, {})
    [access] = reported(preview).access
    assert (access.host, access.before, access.after) == (f"adx.{DOMAIN}", None, None)
    assert "waits for the approval" in risks(preview)["approval-awaited"]


def test_a_dead_connection_is_named_as_what_it_is() -> None:
    preview = Made()
    preview.record(connected(preview, after=False, state="Rejected"), "10.0.0.4", None)
    [access] = reported(preview).access
    assert access.connection == "Rejected"
    assert "approval-awaited" not in risks(preview)


def test_a_lock_that_goes_while_what_it_holds_stays() -> None:
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.step("azure-native:authorization:ManagementLockByScope", "adx.engine.lock", {}, None, parent=services)
    assert list(risks(preview)) == ["lock-removed"]


def test_resources_of_the_users_own_program_are_counted_and_nothing_else() -> None:
    """A component among others: what is not this library's may mean anything."""
    preview = Made()
    preview.step("aws:s3/bucket:Bucket", "PrivateEndpoint", None, {})
    found = reported(preview)
    assert found.counts == {"create": 1}
    assert found.risks == ()


def test_a_preview_that_is_none_has_failed() -> None:
    for text in ("", "no stack selected", "{}", "[]", '{"steps": 3}'):
        found = stack_report(read_plan(text, "prod"))
        assert found.failed
        assert found.stack == "prod"
        assert [each.kind for each in found.risks] == ["preview-failed"]


def test_what_was_said_is_kept_once() -> None:
    preview = Made()
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("an unhandled error occurred: program exited with non-zero exit code: 1", "error")
    assert [each.message for each in reported(preview).messages] == ["clusters.adx.visible_to_all: everyone …"]
    assert reported(preview).failed
