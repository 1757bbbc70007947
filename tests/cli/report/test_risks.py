"""Services and endpoints that are replaced or deleted: every harm is reported, and no other."""

from __future__ import annotations

import pytest

from adx_private_link.cli.report.accesses import read_update
from adx_private_link.cli.report.reading import read_plan

from .previews import ELSEWHERE, GUEST, UNKNOWN, FakePreview, Kind, endpoint_id, network_id
from .reports import BOTH_KINDS, HOST, OWNER_OF, PUBLIC, WHAT, connected, replaced, reported, risks

# Services


def test_a_tag_changes_no_access() -> None:
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {"tags": {"team": "data"}})
    assert reported(preview).sentence == "No access changes; 1 resource changes."
    assert risks(preview) == {}


def test_a_replaced_service_names_every_consumer_it_cuts_off() -> None:
    """The update reconnects the stack's own consumers; external consumers have to connect themselves."""
    preview = FakePreview()
    cluster, services = preview.cluster()
    listed = [endpoint_id("pe-analytics"), endpoint_id("pe-theirs", ELSEWHERE)]
    frontends = [{"loadBalancerFrontendIpConfigurations": [{"id": f"/f/{name}"}]} for name in ("old", "new")]
    preview.service(
        services,
        *frontends,
        replace=True,
        outputs={
            "alias": "pls.GUID.westus.azure.privatelinkservice",
            "privateEndpointConnections": [{"privateEndpoint": {"id": id}} for id in listed],
        },
        reasons=["loadBalancerFrontendIpConfigurations[0].id"],
    )
    preview.approval(services, ["pe-theirs.1"], ["pe-theirs.1"], "partner")
    consumer = preview.consumer(parent=cluster)
    preview.endpoint(consumer, {}, {}, replace=True)
    preview.approval(consumer, ["c"], [], "analytics")
    message = risks(preview)["service-replaced"]
    assert "because its frontend changes from `old` to `new`" in message
    assert "pls.GUID.westus.azure.privatelinkservice" in message
    assert "This update reconnects `analytics`." in message
    assert "`partner` loses 1 connection and has to connect with a new hand-over" in message
    assert listed[1] in message
    assert listed[0] not in message
    assert "because its service is" in risks(preview)["endpoint-replaced"]
    assert reported(preview).sentence == (
        "`partner` loses access to `adx` (engine) until it connects with a new hand-over; "
        "`analytics` loses access to `adx` (engine) until this update reconnects it."
    )


def test_a_partner_who_has_not_connected_yet_needs_the_new_hand_over() -> None:
    """The alias in the old hand-over does not exist in Azure afterwards."""
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {}, replace=True)
    preview.approval(services, [], [], "partner")
    assert "The hand-over of `partner` becomes void" in risks(preview)["service-replaced"]
    assert reported(preview).sentence == "`partner` holds a hand-over of `adx` (engine) that becomes void."


def test_a_service_that_only_others_use_is_in_the_sentence() -> None:
    """A program that uses `ClusterServices` alone has no consumer in the table."""
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {}, replace=True)
    assert reported(preview).sentence == "The private link service of `adx` (engine) is replaced."
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, None)
    assert "the alias never comes back" in risks(preview)["service-removed"]


@pytest.mark.parametrize("connected", [[], ["theirs.1"]])
def test_a_removed_service_has_no_new_hand_over(connected: list[str]) -> None:
    """The alias never comes back, so there is no new hand-over."""
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, None)
    preview.approval(services, connected, None, "partner")
    message = risks(preview)["service-removed"]
    assert "new hand-over" not in message + reported(preview).sentence
    assert "send the new one" not in message
    assert ("loses 1 connection" if connected else "hand-over of `partner` becomes void") in message
    assert ("`partner` loses private access to `adx`" if connected else "void") in reported(preview).sentence


# Endpoints


@BOTH_KINDS
def test_two_subnets_of_one_name_are_distinguished(kind: Kind) -> None:
    """Every network calls its subnet `clients`."""
    preview = FakePreview(kind=kind)
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster)
    old, new = ({"subnet": {"id": f"{network_id(name)}/subnets/clients"}} for name in ("one", "two"))
    preview.endpoint(consumer, old, new, replace=True, reasons=["subnet.id"])
    message = risks(preview)["endpoint-replaced"]
    assert "because its subnet changes from `one/subnets/clients` to `two/subnets/clients`" in message


@BOTH_KINDS
def test_another_spelling_is_no_other_subnet(kind: Kind) -> None:
    preview = FakePreview(kind=kind)
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster)
    old, new = ({"subnet": {"id": f"/subnets/{name}"}} for name in ("clients", "Clients"))
    preview.endpoint(consumer, old, new, replace=True, reasons=["subnet.id"])
    message = risks(preview)["endpoint-replaced"]
    assert "because its subnet changes its spelling from `/subnets/clients` to `/subnets/Clients`" in message


@BOTH_KINDS
def test_an_unknown_connection_is_not_approved(kind: Kind) -> None:
    """The first `pulumi up` failed after it had created the endpoint: the component has no outputs."""
    preview = FakePreview(kind=kind)
    consumer = connected(preview, approved_here=False, after=False)
    component = next(step for step in preview.steps if step["urn"] == consumer)
    component["oldState"]["outputs"] = {}
    accesses = read_update(read_plan(preview.content, "")).accesses
    assert accesses
    assert "approved" not in {access.connection for access in accesses}


def test_a_replaced_endpoint_is_an_outage_and_its_record_follows() -> None:
    preview = FakePreview()
    consumer = replaced(preview, reasons=["subnet"])
    preview.approval(consumer, ["c"], [], "analytics")
    preview.record(consumer, "10.0.0.4", UNKNOWN, replace=True)
    report = reported(preview)
    assert report.sentence == (
        "`analytics` loses access to `adx` (engine) during the update and gets a new address afterwards."
    )
    assert [(access.before, access.after, access.after_is_known) for access in report.access] == [
        ("10.0.0.4", None, False)
    ]
    message = risks(preview)["endpoint-replaced"]
    assert "because its subnet changes" in message
    assert "Open connections drop" in message
    assert (
        f"`{HOST}` changes from `10.0.0.4` to an address that Azure chooses. Its record set is deleted first" in message
    )
    assert "Clients may keep the old address for 300 s" in message


def test_an_endpoint_without_a_record_set_needs_a_change_by_hand() -> None:
    """`dns: elsewhere`: only the report says so."""
    preview = FakePreview()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster)
    preview.endpoint(consumer, {}, {"ipConfigurations": [{"privateIPAddress": "10.0.0.9"}]}, replace=True)
    preview.approval(consumer, ["c"], [], "analytics")
    assert "from `10.0.0.4` to `10.0.0.9`" in risks(preview)["endpoint-replaced"]
    assert "update its DNS by hand" in risks(preview)["endpoint-replaced"]


@BOTH_KINDS
def test_a_replaced_endpoint_that_its_owner_approves_stays_cut_off(kind: Kind) -> None:
    """The approval was for the old connection; the new connection needs its own."""
    preview = FakePreview(kind=kind)
    preview.record(replaced(preview), "10.0.0.4", UNKNOWN, replace=True)
    assert reported(preview).sentence == (
        f"`analytics` loses access to {WHAT[kind]} until {OWNER_OF[kind]} approves it again."
    )
    assert {*risks(preview)} == {"endpoint-replaced", "approval-awaited"}


@pytest.mark.parametrize("trusted", [GUEST, "*"])
def test_a_trusted_subscription_is_approved_by_azure(trusted: str) -> None:
    preview = FakePreview()
    cluster, services = preview.cluster()
    lists = {"autoApproval": {"subscriptions": [trusted]}}
    preview.service(services, lists, lists)
    consumer = preview.consumer(parent=cluster)
    subnet = {"subnet": {"id": f"/subscriptions/{GUEST}/resourceGroups/g"}}
    preview.endpoint(consumer, subnet, subnet, replace=True)
    assert [access.connection for access in reported(preview).access] == ["approved-by-azure"]


def test_a_removed_consumer_loses_everything_in_one_line() -> None:
    preview = FakePreview()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster, after=False)
    preview.endpoint(consumer, {}, None)
    preview.record(consumer, "10.0.0.4", None)
    preview.link("spoke", PUBLIC, PUBLIC, (preview.zone(), preview.zone()))
    assert risks(preview) == {
        "access-removed": "Consumer analytics of adx loses its private endpoint for engine. Its clients get the "
        f"public address for `{HOST}`. Clients may keep the old address for 300 s."
    }


@BOTH_KINDS
def test_an_import_changes_no_access(kind: Kind) -> None:
    """An import is a `pulumi import`, or a resource that moved into the component."""
    preview = FakePreview(kind=kind)
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster)
    preview.endpoint(consumer, None, {})
    preview.steps[-1]["op"] = "import"
    preview.approval(consumer, None, ["c"], "analytics")
    assert reported(preview).sentence.startswith("No access changes")
    assert "approval-given" not in risks(preview)
