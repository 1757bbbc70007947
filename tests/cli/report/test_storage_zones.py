"""Storage zones: every storage account with a private endpoint has its names in them, whoever owns it."""

from __future__ import annotations

import pytest

from .previews import BLOB_ZONE, HUB, FakePreview
from .reports import PUBLIC, connected, linked, risks


@pytest.mark.parametrize("policy", ["Default", ""])
@pytest.mark.parametrize("exists", [True, False])
def test_a_storage_zone_without_redirect_hides_other_storage_accounts(policy: str, *, exists: bool) -> None:
    """Every storage account with a private endpoint anywhere has a name in the zone."""
    preview = FakePreview(kind="native")
    zone = preview.zone(BLOB_ZONE, before=exists, exists=exists)
    preview.link("spoke", None, policy, ("", zone))
    message = risks(preview)["storage-hidden"]
    assert "no answer for any storage account with a private endpoint whose name is not in the zone" in message
    assert ("The zone is this stack's" in message) == (not exists)
    preview.steps[-1]["newState"]["inputs"]["resolutionPolicy"] = PUBLIC
    assert "storage-hidden" not in risks(preview)


def test_a_storage_zone_that_loses_its_redirect_hides_them_as_well() -> None:
    preview = FakePreview(kind="native")
    zone = preview.zone(BLOB_ZONE)
    preview.link("spoke", PUBLIC, "Default", (zone, zone))
    message = risks(preview)["answers-removed"]
    assert message.endswith("such as those of other storage accounts with private endpoints elsewhere.")


def test_a_network_that_is_linked_to_a_shared_storage_zone_gets_the_names_of_others() -> None:
    preview = FakePreview(kind="native")
    preview.link("spoke", None, PUBLIC, ("", preview.zone(BLOB_ZONE, exists=True)))
    assert risks(preview)["link-added"].endswith("Its clients get the private addresses of all storage accounts in it.")


def test_a_new_storage_zone_has_no_names_of_others() -> None:
    preview = FakePreview(kind="native")
    preview.link("spoke", None, PUBLIC, ("", preview.zone(BLOB_ZONE, before=False)))
    assert risks(preview) == {}


def test_a_storage_zone_that_goes_takes_names_of_others_with_it() -> None:
    preview = FakePreview(kind="native")
    linked(preview, key=BLOB_ZONE, after=False)
    preview.steps[-1]["op"] = "delete"
    assert risks(preview)["zone-removed"].endswith("So do clients of other storage accounts whose names are in it.")


def test_a_storage_zone_is_no_foreign_zone() -> None:
    """The cluster's own accounts are in it."""
    preview = FakePreview(kind="native")
    preview.zone(BLOB_ZONE, before=False)
    preview.zone_group(connected(preview), {"kusto": HUB}, {"kusto": HUB, "blob": BLOB_ZONE})
    assert "foreign-zone" not in risks(preview)
