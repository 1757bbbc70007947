"""Zone groups: a preview shows their zones, and people need to know what happens to the names in them."""

from __future__ import annotations

import pytest

from adx_private_link.cli.report.markdown import markdown

from .previews import ACCOUNT, BLOB_ZONE, DOMAIN, GUEST, HUB, STORAGE_HOST, UNKNOWN, ZONE, FakePreview
from .reports import HOST, HUB_IN_WORDS, connected, linked, on_a_terminal, reported, risks

BOTH = {"kusto": HUB, "blob": BLOB_ZONE}
SPOKE = f"{ZONE}@spoke.{GUEST}"
THREE_HOSTS = f"`{HOST}`, `ingest-adx.{DOMAIN}` and 1 storage host"


def native() -> FakePreview:
    return FakePreview(kind="native")


def test_a_deleted_zone_group_takes_all_names_with_it() -> None:
    """For example, because another team manages the names from now on."""
    preview = native()
    preview.zone_group(connected(preview), BOTH, None)
    linked(preview)
    linked(preview, key=BLOB_ZONE)
    assert risks(preview) == {
        "zone-group-removed": "The zone group of analytics for adx is deleted, and all of its records with it. A "
        "cluster whose public access is disabled rejects clients at the public address. Clients get the public "
        f"address for {THREE_HOSTS}, unless another DNS answers. Clients may keep the old address for 10 s."
    }
    assert reported(preview).sentence == "`analytics` loses the private names of `adx`."


def test_links_without_redirect_give_no_answer() -> None:
    preview = native()
    preview.zone_group(connected(preview), BOTH, None)
    linked(preview, "Default")
    linked(preview, "Default", BLOB_ZONE)
    assert f"Clients get no answer for {THREE_HOSTS}" in risks(preview)["zone-group-removed"]


def test_answers_in_zones_that_others_have_linked_are_not_known() -> None:
    """The hub's storage zones are linked by the hub's own stack."""
    preview = native()
    preview.zone_group(connected(preview), BOTH, None)
    linked(preview)
    preview.zone(BLOB_ZONE, exists=True)
    assert "or no answer in zones that others have linked" in risks(preview)["zone-group-removed"]


def test_a_deleted_zone_covers_the_names_in_it() -> None:
    """The zone is one risk, and the group that goes with it is no second one."""
    preview = native()
    preview.zone_group(connected(preview), {"kusto": HUB}, None)
    linked(preview, after=False)
    preview.steps[-1]["op"] = "delete"
    assert {*risks(preview)} == {"zone-removed"}


def test_names_of_a_connection_that_ended_led_nowhere() -> None:
    """The cluster's owner has rejected it: the names were withdrawn for a reason."""
    preview = native()
    preview.zone_group(connected(preview, after=False, approved_here=False), BOTH, None)
    assert "its names led nowhere" in risks(preview)["zone-group-removed"]
    assert {access.connection for access in reported(preview).access} == {"no-longer-approved"}


def test_a_moved_zone_interrupts_all_names() -> None:
    """Azure accepts no other zone under one name, so the whole group is replaced: storage names go, too."""
    preview = native()
    moved = {"kusto": SPOKE, "blob": BLOB_ZONE}
    preview.zone_group(connected(preview), BOTH, moved, replace=True)
    linked(preview)
    message = risks(preview)["zone-group-replaced"]
    assert f"is replaced, because {HUB_IN_WORDS} moves to resource group spoke." in message
    assert f"In between, clients get the public address for {THREE_HOSTS}" in message
    report = reported(preview)
    assert report.sentence == "`analytics` loses the private names of `adx` during the update."
    assert {access.effect for access in report.access} == {"names-interrupted"}
    assert [(change.label, change.zone, change.operation) for change in report.record_sets] == [
        ("adx", HUB, "delete"),
        ("adx", SPOKE, "create"),
        ("ingest-adx", HUB, "delete"),
        ("ingest-adx", SPOKE, "create"),
        (ACCOUNT, BLOB_ZONE, "replace"),
    ]
    # The group is one risk, without a risk for each of its records.
    assert "record-changed" not in risks(preview)


def test_a_group_that_follows_a_replaced_zone_says_so() -> None:
    preview = native()
    preview.zone_group(connected(preview), BOTH, BOTH, replace=True)
    assert "because a zone of it is replaced" in risks(preview)["zone-group-replaced"]


def test_a_zone_that_the_update_creates_is_known_by_its_dependency() -> None:
    """It has no id before the update."""
    preview = native()
    consumer = connected(preview)
    created = preview.zone(SPOKE, before=False)
    preview.zone_group(consumer, BOTH, BOTH, replace=True)
    state = preview.steps[-1]["newState"]
    state["inputs"]["privateDnsZoneConfigs"][0] = {"name": "kusto", "privateDnsZoneId": UNKNOWN}
    state["propertyDependencies"] = {"privateDnsZoneConfigs": [created.replace("KustoPrivateDnsZone", "PrivateZone")]}
    zones = {change.zone for change in reported(preview).record_sets if change.operation == "create"}
    assert zones == {SPOKE}


def test_lost_storage_zones_break_ingestion() -> None:
    """Queries still work, so nobody would look at the names of storage accounts (Azure/azure-kusto-spark#390)."""
    preview = native()
    preview.zone_group(connected(preview), BOTH, {"kusto": HUB})
    assert {*risks(preview)} == {"storage-names-removed"}
    message = risks(preview)["storage-names-removed"]
    assert message.startswith(
        "The zone group of analytics for adx loses privatelink.blob.core.windows.net (resource group hub)."
    )
    assert "Queued ingestion fails" in message
    assert reported(preview).sentence == "`analytics` loses the private names of `adx` (storage)."


def test_a_lost_zone_of_its_own_names_is_a_lost_record() -> None:
    preview = native()
    preview.zone_group(connected(preview), BOTH, {"blob": BLOB_ZONE})
    assert {*risks(preview)} == {"record-removed"}
    assert reported(preview).sentence == "`analytics` loses the private names of `adx` (engine and ingestion)."


def test_added_storage_zones_publish_names() -> None:
    """A zone group that somebody made by hand with the cluster's own zone only."""
    preview = native()
    preview.zone_group(connected(preview), {"kusto": HUB}, BOTH)
    report = reported(preview)
    assert report.sentence == "`analytics` gets the private names of `adx` (storage)."
    [access] = report.access
    assert (access.host, access.before, access.after, access.zone_group) == (STORAGE_HOST, None, "10.0.0.6", "update")
    assert risks(preview) == {}


def test_another_spelling_of_a_zone_changes_no_name() -> None:
    preview = native()
    preview.zone_group(connected(preview), BOTH, {"kusto": HUB, "blob": BLOB_ZONE.replace("@hub", "@HUB")})
    assert reported(preview).sentence == "No access changes; 1 resource changes."


def test_storage_hosts_are_not_known_before_the_first_update() -> None:
    """Azure names the accounts once the connection is approved: the report says so instead of showing none."""
    preview = native()
    cluster, _ = preview.cluster()
    consumer = preview.consumer(parent=cluster, before=False)
    preview.endpoint(consumer, None, {})
    preview.approval(consumer, None, [], "analytics")
    preview.zone_group(consumer, None, BOTH)
    report = reported(preview)
    assert [(access.role, access.host, access.effect) for access in report.access] == [
        ("engine", HOST, "added"),
        ("ingestion", f"ingest-adx.{DOMAIN}", "added"),
        ("storage", None, "added"),
    ]
    comment = markdown([report], [""])
    row = "| `analytics` | storage | storage hosts | not private → known after the update | approved by this update |"
    assert row in comment
    assert "| storage hosts | privatelink.blob.core.windows.net (resource group hub) | none →" in comment
    assert "storage hosts" in on_a_terminal(report, 120)
    assert report.sentence == "`analytics` gets private access to `adx`."


def test_hosts_that_were_added_since_the_last_update_are_known_from_the_zone_group() -> None:
    """After scale-out and `pulumi refresh`, the group has more records than the outputs of the last update."""
    preview = native()
    record = {
        "fqdn": "newkstrldadx02.privatelink.blob.core.windows.net",
        "recordSetName": "newkstrldadx02",
        "ipAddresses": ["10.0.0.9"],
        "ttl": 10,
    }
    outputs = {"privateDnsZoneConfigs": [{"name": "blob", "recordSets": [record]}]}
    preview.zone_group(connected(preview), BOTH, None, outputs=outputs)
    addresses = {access.host: access.before for access in reported(preview).access}
    assert addresses["newkstrldadx02.blob.core.windows.net"] == "10.0.0.9"
    assert "2 storage hosts" in risks(preview)["zone-group-removed"]


@pytest.mark.parametrize("is_whole", [True, False])
def test_secret_zones_are_not_shown(*, is_whole: bool) -> None:
    """A program may make any value a secret, and the report must not fail because of it."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    preview = native()
    preview.zone_group(connected(preview), BOTH, None)
    zones = secret if is_whole else [{"name": secret, "privateDnsZoneId": secret}]
    preview.steps[-1]["oldState"]["inputs"]["privateDnsZoneConfigs"] = zones
    preview.steps[-1]["oldState"]["outputs"] = {"privateDnsZoneConfigs": zones}
    report = reported(preview)
    assert report.operations == ("delete PrivateDnsZoneGroup adx.analytics.cluster.zone-group",)
    assert "hunter2" not in report.model_dump_json() + markdown([report], [""])


def handed_from(preview: FakePreview, zones: dict[str, str]) -> None:
    """Remove the consumer `analytics`, and add `bi` in another subnet with some zones."""
    cluster, _ = preview.cluster()
    old = preview.consumer(parent=cluster, after=False)
    preview.endpoint(old, {"subnet": {"id": "/one"}}, None)
    preview.zone_group(old, BOTH, None)
    new = preview.consumer("bi", parent=cluster, before=False)
    preview.endpoint(new, None, {"subnet": {"id": "/two"}})
    preview.approval(new, None, [], "bi")
    preview.zone_group(new, None, zones)


def test_a_zone_group_that_is_deleted_last_takes_new_names_with_it() -> None:
    """Azure deletes a record with either of the groups that wrote it (MicrosoftDocs/azure-docs#58044)."""
    preview = native()
    handed_from(preview, BOTH)
    message = risks(preview)["names-overwritten"]
    assert message.startswith("The new zone group of bi for adx writes its records before the one of `analytics`")
    assert THREE_HOSTS in message
    assert "Remove `analytics` in an update of its own first." in message
    assert "`pulumi up --replace '**PrivateDnsZoneGroup::adx.bi.cluster.zone-group'`" in message
    assert reported(preview).sentence.endswith("`bi` has no private names of `adx` after the update.")


def test_zone_groups_in_other_zones_overwrite_nothing() -> None:
    preview = native()
    handed_from(preview, {"kusto": SPOKE, "blob": BLOB_ZONE.replace("@hub", "@spoke")})
    assert "names-overwritten" not in risks(preview)


def test_a_zone_group_that_is_replaced_with_its_endpoint_overwrites_nothing() -> None:
    """The engine deletes it first."""
    preview = native()
    cluster, _ = preview.cluster()
    consumer = preview.consumer(parent=cluster)
    preview.endpoint(consumer, {}, {}, replace=True, reasons=["subnet"])
    preview.approval(consumer, ["c"], [], "analytics")
    preview.zone_group(consumer, BOTH, BOTH, replace=True)
    assert {*risks(preview)} == {"endpoint-replaced"}
    message = risks(preview)["endpoint-replaced"]
    assert message.startswith("The private endpoint of analytics for adx (all roles) is replaced")
    assert "All of its addresses change" in message
    assert message.count(HOST) == 2  # its own and that of ingestion; not a sentence for each of eight hosts
    assert reported(preview).sentence == (
        "`analytics` loses access to `adx` during the update and gets a new address afterwards."
    )


def test_a_replaced_endpoint_whose_names_others_manage_needs_changes_by_hand() -> None:
    preview = native()
    cluster, _ = preview.cluster()
    consumer = preview.consumer(parent=cluster)
    preview.endpoint(consumer, {}, {}, replace=True)
    preview.approval(consumer, ["c"], [], "analytics")
    assert f"no record sets for {THREE_HOSTS}: update its DNS by hand" in risks(preview)["endpoint-replaced"]
