"""Zones, links and records: what clients get for a name afterwards."""

from __future__ import annotations

from .made import HOST, HUB_IN_WORDS, PUBLIC, connected, reported, risks
from .previews import DOMAIN, GUEST, HUB, ZONE, Made


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
