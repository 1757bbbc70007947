"""Zones, links and records: the answers that clients get after the update."""

from __future__ import annotations

from adx_private_link.cli.report.markdown import markdown
from adx_private_link.cli.report.records import Target

from .previews import DOMAIN, ELSEWHERE, GUEST, HUB, UNKNOWN, ZONE, FakePreview, Kind, network_id
from .reports import BOTH_KINDS, HOST, HOSTS_IN_HUB, HUB_IN_WORDS, PUBLIC, connected, reported, risks


def test_a_record_set_is_deleted_while_its_endpoint_stays() -> None:
    """For example, because its names move to another DNS."""
    preview = FakePreview()
    preview.record(connected(preview), "10.0.0.4", None)
    zone = preview.zone()
    preview.link("spoke", PUBLIC, PUBLIC, (zone, zone))
    assert risks(preview) == {
        "record-removed": f"The record set of {HOST} for consumer analytics of adx (engine) is deleted from zone "
        f"{HUB_IN_WORDS}. Its clients get the public address, unless another DNS answers. Clients may keep the old "
        "address for 300 s."
    }
    assert reported(preview).sentence == "`analytics` loses the private names of `adx` (engine)."


def test_links_without_redirect_give_no_answer() -> None:
    preview = FakePreview()
    preview.record(connected(preview), "10.0.0.4", None)
    zone = preview.zone()
    preview.link("spoke", "Default", "Default", (zone, zone))
    assert "Its clients get no answer" in risks(preview)["record-removed"]
    preview.link("other", PUBLIC, PUBLIC, (zone, zone))
    assert "Its clients get the public address (no answer in `spoke`)" in risks(preview)["record-removed"]


def test_a_record_set_moves_to_another_zone() -> None:
    preview = FakePreview()
    consumer = connected(preview)
    preview.record(consumer, "10.0.0.4", None)
    preview.record(consumer, None, "10.0.0.4", zone=f"{ZONE}@spoke.{GUEST}")
    assert f"moves from zone {HUB_IN_WORDS} to zone {ZONE} (resource group spoke)" in risks(preview)["record-changed"]
    assert "record-removed" not in risks(preview)
    assert reported(preview).sentence == "`analytics` finds `adx` (engine) in another zone."


def test_a_record_set_that_was_edited_by_hand_is_restored() -> None:
    """The endpoint stays: only the name has another address."""
    preview = FakePreview()
    preview.record(connected(preview), "10.9.9.9", "10.0.0.4")
    assert risks(preview)["record-changed"].endswith(
        "changes from `10.9.9.9` to `10.0.0.4`. Clients may keep the old address for 300 s."
    )
    assert reported(preview).sentence == "`analytics` reaches `adx` (engine) at another address."


def test_one_of_several_names_is_named() -> None:
    """A legacy name is deleted; the endpoint and the name that most clients use stay."""
    preview = FakePreview()
    consumer = connected(preview, approved_here=False)
    legacy = f"private-adx.{DOMAIN}"
    component = next(step for step in preview.steps if step["urn"] == consumer)
    component["oldState"]["inputs"] = {"consumer": "analytics", "hosts": {"engine": [HOST, legacy]}}
    preview.record(consumer, "10.0.0.4", "10.0.0.4")
    preview.step(
        "azure-native:privatedns:PrivateRecordSet",
        f"private-adx@{HUB}",
        {"aRecords": [{"ipv4Address": "10.0.0.4"}], "ttl": 300},
        None,
        parent=consumer,
    )
    assert reported(preview).sentence == f"`analytics` loses the private names of `{legacy}`."
    assert "approval-awaited" not in risks(preview)


def test_a_deleted_zone_is_one_risk() -> None:
    """The zone is one risk, without a risk for each of its records and links."""
    preview = FakePreview()
    consumer = connected(preview)
    zone = preview.zone(after=False)
    preview.link("spoke", PUBLIC, None, (zone, zone))
    preview.record(consumer, "10.0.0.4", None)
    assert risks(preview) == {
        "zone-removed": f"Zone {HUB_IN_WORDS} is deleted. Clients in `spoke` get the public address for "
        f"`{HOST}`, unless another DNS answers."
    }


def test_a_zone_that_moves_is_a_gap_and_no_loss() -> None:
    """Azure links a network to one zone of a name: the old link is deleted before the new one is created."""
    preview = FakePreview()
    consumer = connected(preview)
    elsewhere = f"{ZONE}@net.{GUEST}"
    old, new = preview.zone(after=False), preview.zone(elsewhere, before=False)
    preview.link("spoke", PUBLIC, PUBLIC, (old, new))
    preview.steps[-1]["op"] = "replace"
    preview.record(consumer, "10.0.0.4", None)
    preview.record(consumer, None, "10.0.0.4", zone=elsewhere)
    assert risks(preview) == {
        "zone-moved": f"Zone {HUB_IN_WORDS} moves its names to {ZONE} (resource group net). Clients in `spoke` get "
        f"the public address for `{HOST}` until the update has linked their networks again."
    }
    assert reported(preview).sentence == "`analytics` finds `adx` (engine) in another zone."


@BOTH_KINDS
def test_a_network_that_no_longer_sees_a_zone_that_stays(kind: Kind) -> None:
    preview = FakePreview(kind=kind)
    preview.record(connected(preview), "10.0.0.4", "10.0.0.4")
    zone = preview.zone()
    # Without a link, its policy does not count: the zone answers no names any more.
    preview.link("spoke", "Default", None, (zone, zone))
    assert risks(preview) == {
        "link-removed": f"Network spoke is no longer linked to zone {HUB_IN_WORDS}. Its clients get the public address "
        f"for {HOSTS_IN_HUB[kind]}, unless another DNS answers."
    }
    assert reported(preview).sentence == "Network `spoke` loses the private names."


@BOTH_KINDS
def test_a_network_that_sees_a_zone_from_now_on(kind: Kind) -> None:
    """The clients of the network get an address that they may not be able to reach."""
    preview = FakePreview(kind=kind)
    preview.record(connected(preview), "10.0.0.4", "10.0.0.4")
    zone = preview.zone()
    preview.link("spoke", None, PUBLIC, (zone, zone))
    assert "Its clients get the private addresses of " in risks(preview)["link-added"]
    assert reported(preview).sentence == "Network `spoke` gets the private names."


@BOTH_KINDS
def test_a_link_that_removes_the_public_answers(kind: Kind) -> None:
    """Every other cluster of the region stops resolving in that network."""
    preview = FakePreview(kind=kind)
    zone = preview.zone()
    preview.link("spoke", PUBLIC, "Default", (zone, zone))
    assert "no longer gets public answers" in risks(preview)["answers-removed"]
    assert reported(preview).sentence == "Network `spoke` loses public names."


def test_only_the_zone_that_a_network_is_linked_to_gets_its_names() -> None:
    """Another consumer's zone of the same name is not affected."""
    preview = FakePreview()
    consumer = connected(preview)
    elsewhere = f"{ZONE}@net.{GUEST}"
    old, new = preview.zone(after=False), preview.zone(elsewhere, before=False)
    others = preview.zone(f"{ZONE}@others.{GUEST}")
    preview.link("spoke", PUBLIC, PUBLIC, (old, new))
    preview.steps[-1]["op"] = "replace"
    preview.link("other", PUBLIC, PUBLIC, (others, others))
    preview.record(consumer, "10.0.0.4", None)
    preview.record(consumer, None, "10.0.0.4", zone=elsewhere)
    assert (
        "moves its names to privatelink.westus.kusto.windows.net (resource group net). Clients in `spoke`"
        in (risks(preview)["zone-moved"])
    )
    assert "resource group others" not in risks(preview)["zone-moved"]


def test_a_network_is_known_by_its_id_and_not_by_its_name() -> None:
    """Of two networks `spoke`, one moves to the new zone, and the other loses the names."""
    preview = FakePreview()
    elsewhere = f"{ZONE}@net.{GUEST}"
    old, new = preview.zone(after=False), preview.zone(elsewhere, before=False)
    preview.link("spoke", PUBLIC, PUBLIC, (old, new))
    preview.steps[-1] |= {"op": "replace"}
    # Azure spells ids in several ways.
    preview.steps[-1]["newState"]["inputs"] = {"virtualNetwork": {"id": network_id("spoke").upper()}}
    preview.link("spoke", PUBLIC, None, (old, old))
    namesake = network_id("spoke").replace("/resourceGroups/pe/", "/resourceGroups/prod/")
    preview.steps[-1]["urn"] += "-namesake"
    preview.steps[-1]["oldState"]["inputs"]["virtualNetwork"]["id"] = namesake
    assert "Clients in `PE/SPOKE` get the public address" in risks(preview)["zone-moved"]
    assert "Clients in `prod/spoke` get the public address" in risks(preview)["zone-removed"]


def test_a_network_that_sees_another_zone_afterwards() -> None:
    """A spoke that moves from one hub to another keeps private names, with other addresses."""
    preview = FakePreview()
    consumer = connected(preview)
    elsewhere = f"{ZONE}@hub.{ELSEWHERE}"
    old, new = preview.zone(), preview.zone(elsewhere)
    preview.record(consumer, "10.0.0.4", "10.0.0.4")
    other = preview.consumer("other", parent=f"{consumer.rsplit('$', 1)[0]}::adx")
    preview.endpoint(other, {}, {})
    preview.record(other, "10.9.0.4", "10.9.0.4", zone=elsewhere)
    preview.link("spoke", PUBLIC, PUBLIC, (old, new))
    preview.steps[-1]["op"] = "replace"
    assert risks(preview) == {
        "zone-moved": f"Network spoke is linked to zone {ZONE} (resource group hub, subscription {ELSEWHERE}) instead "
        f"of zone {ZONE} (resource group hub, subscription {GUEST}). Its clients get the public address for `{HOST}` "
        f"until the update has linked it again. Afterwards, they get other addresses for `{HOST}`."
    }
    assert reported(preview).sentence == "Network `spoke` is linked to another zone."


@BOTH_KINDS
def test_a_link_that_is_replaced_is_a_gap_and_no_loss(kind: Kind) -> None:
    """Azure cannot rename a link, for example when another consumer needs it."""
    preview = FakePreview(kind=kind)
    preview.record(connected(preview), "10.0.0.4", "10.0.0.4")
    zone = preview.zone()
    preview.link("spoke", PUBLIC, PUBLIC, (zone, zone))
    preview.steps[-1] |= {"op": "replace", "replaceReasons": ["virtualNetworkLinkName"]}
    assert "until the update has linked it again" in risks(preview)["link-removed"]
    assert "no longer" not in risks(preview)["link-removed"]
    assert reported(preview).sentence == "Network `spoke` loses the private names during the update."


def test_an_unknown_address_is_not_reported_as_chosen_by_azure() -> None:
    """The endpoint and its address stay: only this preview does not know the address."""
    preview = FakePreview()
    preview.record(connected(preview), "10.0.0.4", UNKNOWN)
    assert "changes from `10.0.0.4` to an address that only the update decides" in risks(preview)["record-changed"]


# Record sets


def test_a_record_set_shows_its_old_and_new_target() -> None:
    """Pulumi's own diff of a replaced record set shows only the deletion."""
    preview = FakePreview()
    consumer = connected(preview)
    endpoint = next(step for step in preview.steps if step["urn"].endswith("adx.analytics.engine"))
    endpoint["oldState"]["inputs"] = {"privateEndpointName": "pe-old", "subnet": {"id": "s"}}
    endpoint["newState"]["inputs"] = {"privateEndpointName": "pe-new", "subnet": {"id": "s"}}
    preview.record(consumer, "10.0.0.4", "10.0.0.9", replace=True)
    [change] = reported(preview).record_sets
    assert change.model_dump() == {
        "label": "adx",
        "zone": HUB,
        "operation": "replace",
        "old_address": "10.0.0.4",
        "new_address": "10.0.0.9",
        "new_is_known": True,
        "old_target": {"endpoint": "pe-old", "role": "engine"},
        "new_target": {"endpoint": "pe-new", "role": "engine"},
        "is_grouped": False,
    }
    comment = markdown([reported(preview)], [""])
    zone = "privatelink.westus.kusto.windows.net (resource group hub)"
    row = f"| `adx` | {zone} | `10.0.0.4` → `10.0.0.9` | `pe-old` (engine) → `pe-new` (engine) | replaced |"
    assert row in comment.splitlines()


def test_a_record_set_that_moves_to_another_consumer_shows_both() -> None:
    """The record set has the same URN in every component."""
    preview = FakePreview()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    old = preview.consumer("old", parent=cluster, after=False)
    preview.endpoint(old, {"privateEndpointName": "pe-old"}, None)
    new = preview.consumer("new", parent=cluster, before=False)
    preview.endpoint(new, None, {"privateEndpointName": "pe-new"})
    preview.record(new, "10.0.0.4", UNKNOWN, replace=True)
    preview.steps[-1]["oldState"]["parent"] = old
    [change] = reported(preview).record_sets
    assert (change.old_target, change.new_target) == (Target("pe-old", "engine"), Target("pe-new", "engine"))
    assert "`10.0.0.4` → known after the update" in markdown([reported(preview)], [""])


def test_record_sets_that_stay_are_not_listed() -> None:
    preview = FakePreview()
    preview.record(connected(preview), "10.0.0.4", "10.0.0.4")
    assert reported(preview).record_sets == ()
    assert "Record sets" not in markdown([reported(preview)], [""])
