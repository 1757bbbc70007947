"""What an update would do to people: each kind of harm is told, and none that will not come."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest

from adx_private_link.cli.report.plan import read_plan
from adx_private_link.cli.report.summary import StackReport, stack_report

from .previews import DOMAIN, ELSEWHERE, GUEST, HUB, UNKNOWN, ZONE, Made, Properties, endpoint_id

HOST = f"adx.{DOMAIN}"
HUB_IN_WORDS = f"{ZONE} (resource group hub)"
PUBLIC = "NxDomainRedirect"
"""The policy by which a network gets the public answer for what its zone lacks."""


def reported(preview: Made) -> StackReport:
    return stack_report(read_plan(preview.content, "file"))


def risks(preview: Made) -> dict[str, str]:
    """What is told, by kind: subject and message."""
    return {each.kind: f"{each.subject} {each.message}" for each in reported(preview).risks}


def connected(preview: Made, *, approved_here: bool = True, **more: Any) -> str:
    """A consumer whose endpoint stays as it is; the URN of its component."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster, **more)
    preview.endpoint(side, {"subnet": {"id": "s"}}, {"subnet": {"id": "s"}})
    if approved_here:
        preview.approval(side, ["c"], ["c"], "analytics")
    return side


def replaced(preview: Made, **more: Any) -> str:
    """A consumer whose endpoint is replaced."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster)
    preview.endpoint(side, {}, {}, replace=True, **more)
    return side


# Services


def test_a_tag_harms_nobody() -> None:
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {"tags": {"team": "data"}})
    assert reported(preview).sentence == "Nobody's access changes; 1 resource is changed."
    assert risks(preview) == {}


def test_a_replaced_service_names_everybody_it_cuts_off() -> None:
    """Its own consumers come back by themselves; others have to know."""
    preview = Made()
    cluster, services = preview.cluster()
    listed = [endpoint_id("pe-analytics"), endpoint_id("pe-theirs", ELSEWHERE)]
    frontends = [{"loadBalancerFrontendIpConfigurations": [{"id": f"/f/{name}"}]} for name in ("old", "new")]
    preview.service(
        services,
        *frontends,
        replace=True,
        outputs={
            "alias": "pls.GUID.westus.azure.privatelinkservice",
            "privateEndpointConnections": [{"privateEndpoint": {"id": each}} for each in listed],
        },
        reasons=["loadBalancerFrontendIpConfigurations[0].id"],
    )
    preview.approval(services, ["pe-theirs.1"], ["pe-theirs.1"], "partner")
    side = preview.consumer(of=cluster)
    preview.endpoint(side, {}, {}, replace=True)
    preview.approval(side, ["c"], [], "analytics")
    told = risks(preview)["service-replaced"]
    assert "since its frontend changes from `old` to `new`" in told
    assert "pls.GUID.westus.azure.privatelinkservice" in told
    assert "this update connects `analytics` anew" in told
    assert "`partner` loses 1 connection, and has to connect by a new hand-over" in told
    assert listed[1] in told
    assert listed[0] not in told
    assert "since its service is" in risks(preview)["endpoint-replaced"]
    assert reported(preview).sentence == (
        "`partner` is cut off from `adx` (engine) until it connects by a new hand-over; "
        "`analytics` is cut off from `adx` (engine) while the update connects it anew."
    )


def test_a_partner_who_has_not_connected_yet_needs_the_new_hand_over() -> None:
    """The alias that they hold leads nowhere afterwards."""
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {}, replace=True)
    preview.approval(services, [], [], "partner")
    assert "the hand-over that `partner` has is void" in risks(preview)["service-replaced"]
    assert reported(preview).sentence == "`partner` holds a hand-over of `adx` (engine) that will be void."


def test_a_service_that_only_others_use_is_in_the_sentence() -> None:
    """A program of `ClusterServices` alone: nobody is in the table."""
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {}, replace=True)
    assert reported(preview).sentence == "The private link service of `adx` (engine) is replaced."
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, None)
    assert "its alias never comes back" in risks(preview)["service-removed"]


# Endpoints


def test_a_replaced_endpoint_is_an_outage_and_its_record_follows() -> None:
    preview = Made()
    side = replaced(preview, reasons=["subnet"])
    preview.approval(side, ["c"], [], "analytics")
    preview.record(side, "10.0.0.4", UNKNOWN, replace=True)
    found = reported(preview)
    assert found.sentence == (
        "`analytics` is cut off from `adx` (engine) for the time of the update, and finds it at another address then."
    )
    assert [(each.before, each.after, each.after_is_known) for each in found.access] == [("10.0.0.4", None, False)]
    told = risks(preview)["endpoint-replaced"]
    assert "since its subnet changes" in told
    assert "open connections break" in told
    assert f"`{HOST}`: `10.0.0.4` -> an address that Azure chooses, its record goes first and comes back last" in told
    assert "clients may keep the old address for 300 s" in told


def test_an_endpoint_without_a_record_of_ours_needs_somebody_who_follows() -> None:
    """`dns: elsewhere`: nobody else would notice."""
    preview = Made()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster)
    preview.endpoint(side, {}, {"ipConfigurations": [{"privateIPAddress": "10.0.0.9"}]}, replace=True)
    preview.approval(side, ["c"], [], "analytics")
    assert "`10.0.0.4` -> `10.0.0.9`" in risks(preview)["endpoint-replaced"]
    assert "whoever keeps its DNS has to follow" in risks(preview)["endpoint-replaced"]


def test_a_replaced_endpoint_that_somebody_else_approves_stays_cut_off() -> None:
    """Its old connection was approved; the new one is another one."""
    preview = Made()
    preview.record(replaced(preview), "10.0.0.4", UNKNOWN, replace=True)
    assert reported(preview).sentence == (
        "`analytics` is cut off from `adx` (engine) until the service's owner has approved it again."
    )
    assert {*risks(preview)} == {"endpoint-replaced", "approval-awaited"}


@pytest.mark.parametrize("trusted", [GUEST, "*"])
def test_a_trusted_subscription_is_approved_by_azure(trusted: str) -> None:
    preview = Made()
    cluster, services = preview.cluster()
    lists = {"autoApproval": {"subscriptions": [trusted]}}
    preview.service(services, lists, lists)
    side = preview.consumer(of=cluster)
    subnet = {"subnet": {"id": f"/subscriptions/{GUEST}/resourceGroups/g"}}
    preview.endpoint(side, subnet, subnet, replace=True)
    assert [each.connection for each in reported(preview).access] == ["approved by Azure"]


def test_a_removed_consumer_loses_everything_in_one_line() -> None:
    preview = Made()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster, after=False)
    preview.endpoint(side, {}, None)
    preview.record(side, "10.0.0.4", None)
    preview.link("spoke", PUBLIC, PUBLIC, (preview.zone(), preview.zone()))
    assert risks(preview) == {
        "access-removed": "analytics -> adx loses its private endpoints for engine: its clients get the public address "
        f"for `{HOST}`; clients may keep the old address for 300 s"
    }


def test_what_is_taken_over_changes_nothing_for_anybody() -> None:
    """`pulumi import`, and resources that were moved into the component."""
    preview = Made()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster)
    preview.endpoint(side, None, {})
    preview.steps[-1]["op"] = "import"
    preview.approval(side, None, ["c"], "analytics")
    assert reported(preview).sentence.startswith("Nobody's access changes")
    assert "approval-given" not in risks(preview)


# Names


def test_a_record_that_goes_while_its_endpoint_stays() -> None:
    """Such as one that moved to a DNS of somebody else's."""
    preview = Made()
    preview.record(connected(preview), "10.0.0.4", None)
    zone = preview.zone()
    preview.link("spoke", PUBLIC, PUBLIC, (zone, zone))
    assert risks(preview) == {
        "record-removed": f"analytics -> adx (engine): the record of {HOST} is removed from zone {HUB_IN_WORDS}: its "
        "clients get the public address, unless another DNS answers them; they may keep the old address for 300 s"
    }
    assert reported(preview).sentence == "`analytics` loses the private names of `adx` (engine)."


def test_where_links_say_so_clients_get_no_answer_instead_of_the_public_one() -> None:
    preview = Made()
    preview.record(connected(preview), "10.0.0.4", None)
    zone = preview.zone()
    preview.link("spoke", "Default", "Default", (zone, zone))
    assert "its clients get no answer" in risks(preview)["record-removed"]
    preview.link("other", PUBLIC, PUBLIC, (zone, zone))
    assert "its clients get the public address, in `spoke` no answer" in risks(preview)["record-removed"]


def test_a_record_that_moves_to_another_zone() -> None:
    preview = Made()
    side = connected(preview)
    preview.record(side, "10.0.0.4", None)
    preview.record(side, None, "10.0.0.4", zone=f"{ZONE}@spoke.{GUEST}")
    assert f"moves from zone {HUB_IN_WORDS} to zone {ZONE} (resource group spoke)" in risks(preview)["record-changed"]
    assert "record-removed" not in risks(preview)
    assert reported(preview).sentence == "`analytics` finds `adx` (engine) in another zone."


def test_a_record_that_somebody_has_changed_is_put_right() -> None:
    """Its endpoint stays: only the name leads elsewhere."""
    preview = Made()
    preview.record(connected(preview), "10.9.9.9", "10.0.0.4")
    assert risks(preview)["record-changed"].endswith(
        "leads to `10.0.0.4` instead of `10.9.9.9`; clients may keep the old address for 300 s"
    )
    assert reported(preview).sentence == "`analytics` reaches `adx` (engine) at another address."


def test_one_of_several_names_is_named() -> None:
    """Legacy names go; the endpoint, and the name that most clients use, stay."""
    preview = Made()
    side = connected(preview, approved_here=False)
    legacy = f"private-adx.{DOMAIN}"
    component = next(each for each in preview.steps if each["urn"] == side)
    component["oldState"]["inputs"] = {"consumer": "analytics", "hosts": {"engine": [HOST, legacy]}}
    preview.record(side, "10.0.0.4", "10.0.0.4")
    preview.step(
        "azure-native:privatedns:PrivateRecordSet",
        f"private-adx@{HUB}",
        {"aRecords": [{"ipv4Address": "10.0.0.4"}], "ttl": 300},
        None,
        parent=side,
    )
    assert reported(preview).sentence == f"`analytics` loses the private names of `{legacy}`."
    assert "approval-awaited" not in risks(preview)


def test_a_zone_that_goes_takes_its_networks_names_along() -> None:
    """One risk, not one for each record and link of it."""
    preview = Made()
    side = connected(preview)
    zone = preview.zone(after=False)
    preview.link("spoke", PUBLIC, None, (zone, zone))
    preview.record(side, "10.0.0.4", None)
    assert risks(preview) == {
        "zone-removed": f"zone {HUB_IN_WORDS} is removed: clients in `spoke` get the public address for `{HOST}`, "
        "unless another DNS answers them"
    }


def test_a_zone_that_moves_is_a_gap_and_no_loss() -> None:
    """Azure links a network to one zone of a name: the old link goes before the new one comes."""
    preview = Made()
    side = connected(preview)
    there = f"{ZONE}@net.{GUEST}"
    old, new = preview.zone(after=False), preview.zone(there, before=False)
    preview.link("spoke", PUBLIC, PUBLIC, (old, new))
    preview.steps[-1]["op"] = "replace"
    preview.record(side, "10.0.0.4", None)
    preview.record(side, None, "10.0.0.4", zone=there)
    assert risks(preview) == {
        "zone-moved": f"zone {HUB_IN_WORDS} gives its names to {ZONE} (resource group net): clients in `spoke` get "
        f"the public address for `{HOST}` until the update has linked them again"
    }
    assert reported(preview).sentence == "`analytics` finds `adx` (engine) in another zone."


def test_a_network_that_no_longer_sees_a_zone_that_stays() -> None:
    preview = Made()
    preview.record(connected(preview), "10.0.0.4", "10.0.0.4")
    zone = preview.zone()
    preview.link("spoke", PUBLIC, None, (zone, zone))
    assert risks(preview) == {
        "link-removed": f"network spoke does not see zone {HUB_IN_WORDS} any more: its clients get the public address "
        f"for `{HOST}`, unless another DNS answers them"
    }
    assert reported(preview).sentence == "Network `spoke` loses the private names."


def test_a_network_that_sees_a_zone_from_now_on() -> None:
    """Its clients get an address that they may not be able to reach."""
    preview = Made()
    preview.record(connected(preview), "10.0.0.4", "10.0.0.4")
    zone = preview.zone()
    preview.link("spoke", None, PUBLIC, (zone, zone))
    assert f"its clients get the private addresses of `{HOST}`" in risks(preview)["link-added"]
    assert reported(preview).sentence == "Network `spoke` gets the private names."


def test_a_link_that_takes_the_public_answers_away() -> None:
    """Every other cluster of the region stops resolving in that network."""
    preview = Made()
    zone = preview.zone()
    preview.link("spoke", PUBLIC, "Default", (zone, zone))
    assert "gets no public answer any more" in risks(preview)["answers-removed"]
    assert reported(preview).sentence == "Network `spoke` loses public names."


# Trust


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


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({"visibility": [GUEST]}, ["approval-given"]),
        ({"visibility": [GUEST, ELSEWHERE]}, ["visibility-widened", "approval-given"]),
        ({"visibility": ["*"]}, ["visible-to-all", "approval-given"]),
        ({"autoApproval": [GUEST]}, ["auto-approval-widened", "approval-given"]),
        ({"autoApproval": ["*"]}, ["auto-approval-widened", "approval-given"]),
    ],
)
def test_a_new_service_shows_itself_to_its_consumers_and_trusts_nobody(
    lists: dict[str, list[str]], expected: list[str]
) -> None:
    """Whoever else is let in from the start is let in."""
    preview = Made()
    cluster, services = preview.cluster()
    preview.service(services, None, {name: {"subscriptions": each} for name, each in lists.items()})
    side = preview.consumer(of=cluster, before=False)
    preview.endpoint(side, None, {"subnet": {"id": f"/subscriptions/{GUEST}/resourceGroups/g"}})
    preview.approval(side, None, [], "analytics")
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


def test_a_partner_who_is_not_expected_any_more_stays_connected() -> None:
    """Azure ends no connection since nobody lists it: a reviewer must not believe that they are out."""
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.approval(services, ["pe-theirs.1"], None, "partner")
    assert reported(preview).sentence == "`partner` is no longer expected at `adx` (engine)."
    assert "stays connected by 1 connection until somebody ends that" in risks(preview)["connection-stays"]


def test_an_approval_that_says_the_same_again_approves_nobody() -> None:
    """A newer version of the library may send another template."""
    preview = Made()
    side = connected(preview, approved_here=False)
    preview.approval(side, ["c"], ["c"], "analytics")
    preview.steps[-1]["op"] = "update"
    assert reported(preview).sentence == "Nobody's access changes; 1 resource is changed."
    assert risks(preview) == {}


def test_a_consumer_that_waits_for_somebody_else() -> None:
    """Of a cluster that is handed over: nothing is published before its owner has approved."""
    preview = Made()
    hosts = {"hosts": {"engine": HOST}}
    cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", None, hosts)
    side = preview.consumer(of=cluster, before=False, after=False)
    preview.endpoint(side, None, {})
    [access] = reported(preview).access
    assert (access.host, access.before, access.after) == (HOST, None, None)
    assert "waits for the approval" in risks(preview)["approval-awaited"]
    assert reported(preview).sentence == "`analytics` asks for `adx` (engine), which somebody else approves."


def test_a_consumer_without_a_cluster_of_this_program_waits_as_well() -> None:
    """`ConsumerEndpoints` alone: nothing tells the host, and nobody must be missing for that."""
    preview = Made()
    preview.endpoint(preview.consumer(before=False, after=False), None, {})
    assert "approval-awaited" in risks(preview)
    assert [each.consumer for each in reported(preview).access] == ["analytics"]


@pytest.mark.parametrize("approved_here", [True, False])
def test_a_connection_that_died_is_not_called_approved(*, approved_here: bool) -> None:
    """The state has what was true at the last update."""
    preview = Made()
    preview.record(connected(preview, after=False, approved_here=approved_here), "10.0.0.4", None)
    [access] = reported(preview).access
    assert (access.connection, access.effect) == ("no longer approved", "is withdrawn")
    assert "approval-awaited" not in risks(preview)


def test_a_dead_endpoint_that_is_replaced_is_published_by_the_next_update() -> None:
    preview = Made()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster, before=False, after=False, state="Rejected")
    preview.endpoint(side, {}, {}, replace=True)
    preview.approval(side, ["c"], [], "analytics")
    assert (
        reported(preview).sentence == "`analytics` gets private access to `adx` (engine) by the update after this one."
    )
    assert "approval-awaited" not in risks(preview)


def test_a_lock_that_goes_while_what_it_holds_stays() -> None:
    preview = Made()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.step("azure-native:authorization:ManagementLockByScope", "adx.engine.lock", {}, None, parent=services)
    assert list(risks(preview)) == ["lock-removed"]


# What is in a preview besides


def test_resources_of_the_users_own_program_are_counted_and_nothing_else() -> None:
    """A component among others: what is not this library's may mean anything."""
    preview = Made()
    preview.step("azure-native:network:PrivateLinkService", "web", {}, {}, replace=True)
    preview.step("azure-native:privatedns:VirtualNetworkLink", "corp.internal", {}, None)
    found = reported(preview)
    assert found.counts == {"replace": 1, "delete": 1}
    assert found.risks == ()


def test_two_clusters_of_one_name_in_two_components_are_not_mixed_up() -> None:
    """A program may wrap the library in components of its own, one for each region."""
    preview = Made()
    inputs = {"hosts": {"engine": HOST}}
    for region in ("East", "West"):
        outer = preview.step(f"my:own:{region}", region, {}, {})
        cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", inputs, inputs, parent=outer)
        services = preview.step("adxPrivateLink:index:ClusterServices", "adx", inputs, inputs, parent=cluster)
        preview.service(services, {}, {}, replace=region == "West")
        side = preview.consumer(of=cluster)
        preview.endpoint(side, {}, {}, replace=region == "West")
        preview.approval(side, ["c"], ["c"], "analytics")
    assert {each.cluster for each in reported(preview).access} == {"West/adx"}
    assert all("West/adx" in each.subject for each in reported(preview).risks)


def test_a_refresh_beforehand_hides_nothing() -> None:
    """`pulumi preview --refresh` tells of each resource twice."""
    preview = Made()
    _, services = preview.cluster()
    urn = preview.service(services, {}, {"visibility": {"subscriptions": ["*"]}})
    state: Properties = {
        "urn": urn,
        "type": "azure-native:network:PrivateLinkService",
        "parent": services,
        "inputs": {},
    }
    preview.steps.insert(1, {"op": "refresh", "urn": urn, "oldState": state, "newState": state})
    assert "visible-to-all" in risks(preview)


def test_a_preview_without_what_stays_is_none() -> None:
    """Without `--show-sames` nobody could tell whose endpoint it is: an all-clear would be a lie."""
    preview = Made()
    content = {"steps": preview.steps, "changeSummary": {"same": 20, "replace": 1}}
    found = stack_report(read_plan(json.dumps(content).encode(), "prod"))
    assert found.failed
    assert "--show-sames" in found.messages[0].message


@pytest.mark.parametrize("text", ["", "no stack selected", "{}", "[]", '{"steps": 3}'])
def test_a_preview_that_is_none_has_failed(text: str) -> None:
    found = stack_report(read_plan(text.encode(), "prod"))
    assert found.failed
    assert found.stack == "prod"
    assert [each.kind for each in found.risks] == ["preview-failed"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_windows_powershell_has_redirected_is_read(encoding: str) -> None:
    preview = Made()
    preview.cluster()
    found = stack_report(read_plan(codecs.encode(preview.content.decode(), encoding), "prod"))
    assert found.sentence == "Nothing changes."


def test_what_is_secret_stays_so() -> None:
    """`--show-secrets` prints it in plain; a program may have made a secret of anything."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    preview = Made()
    side = connected(preview)
    record = "azure-native:privatedns:PrivateRecordSet"
    preview.step(record, f"adx@{HUB}", {"aRecords": secret, "ttl": secret}, {"aRecords": []}, parent=side)
    preview.step("my:own:Thing", "thing", None, {"password": secret})
    assert "hunter2" not in reported(preview).model_dump_json()


def test_what_was_said_is_kept_once() -> None:
    preview = Made()
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("clusters.adx.visible_to_all: everyone …")
    preview.say("an unhandled error occurred: program exited with non-zero exit code: 1", "error")
    assert [each.message for each in reported(preview).messages] == ["clusters.adx.visible_to_all: everyone …"]
    assert reported(preview).failed
