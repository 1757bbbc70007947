"""Keys that are renamed without `formerly`: the report has one object, not a loss and a gain."""

from __future__ import annotations

from typing import Any

from .previews import DOMAIN, HUB, OWNER, UNKNOWN, FakePreview, Kind, network_id
from .reports import BOTH_KINDS, HOST, OWNER_OF, PUBLIC, WHAT, reported, risks

CLUSTER = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/adx"
SUBNET = f"{network_id('vnet')}/subnets/clients"
PE = "azure-native:network:PrivateEndpoint"
PLS = "azure-native:network:PrivateLinkService"


def renamed_consumer(preview: FakePreview, old: str = SUBNET, new: str = SUBNET, **more: Any) -> None:
    """`analytics` is deleted, `bi` is created; their endpoints are in these subnets."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    for name, before, after in (("analytics", old, None), ("bi", None, new)):
        hosts = {"consumer": name, "hosts": {preview.target: [HOST]}}
        states = (hosts, None) if before else (None, hosts)
        published: Any = {
            "connection_state": "Approved",
            "hosts": {HOST: ["10.0.0.4"]},
            "names": {HOST: {"role": "engine"}},
        }
        outputs = {preview.target: published} if before else None
        kind = "adxPrivateLink:index:ConsumerEndpoints"
        consumer = preview.step(kind, f"adx.{name}", *states, parent=cluster, outputs=outputs)
        subnets = [None if subnet is None else {"subnet": {"id": subnet}} for subnet in (before, after)]
        preview.endpoint(consumer, *subnets)
        preview.approval(consumer, ["c"] if before else None, [] if after else None, name)
        if preview.kind == "native":
            zones = {"kusto": HUB}
            preview.zone_group(consumer, zones if before else None, zones if after else None)
    if preview.kind == "native":
        return
    # The name and zone of a record set are its URN: to the engine, the record set moves to the other consumer.
    preview.record(consumer, "10.0.0.4", UNKNOWN, replace=True, **more)


def test_a_renamed_consumer_is_one_consumer() -> None:
    """The report once had a loss with names "kept elsewhere", and a gain."""
    preview = FakePreview()
    renamed_consumer(preview, new=SUBNET.replace("/virtualNetworks/", "/VIRTUALNETWORKS/"))
    zone = preview.zone()
    preview.link("vnet", PUBLIC, PUBLIC, (zone, zone))
    preview.steps[-1] |= {"op": "replace", "replaceReasons": ["virtualNetworkLinkName"]}
    report = reported(preview)
    assert report.sentence == (
        "`bi` loses access to `adx` (engine) during the update and gets a new address afterwards; "
        "consumer `analytics` is renamed to `bi` without `formerly`."
    )
    assert [(access.consumer, access.before, access.endpoint, access.record) for access in report.access] == [
        ("bi", "10.0.0.4", "replace", "replace")
    ]
    assert {*risks(preview)} == {"endpoint-replaced"}
    message = risks(preview)["endpoint-replaced"]
    assert message.startswith("Consumer bi is `analytics` under another key: its private endpoints are created again")
    assert message.endswith("Write `formerly: analytics` in `consumers.bi`, so that the new key changes nothing.")
    # Operations are counted as the engine performs them.
    assert (report.counts["create"], report.counts["delete"]) == (3, 3)
    assert "delete PrivateEndpoint adx.analytics.engine" in report.operations


@BOTH_KINDS
def test_a_renamed_consumer_whose_endpoint_others_approve_waits_again(kind: Kind) -> None:
    preview = FakePreview(kind=kind)
    renamed_consumer(preview)
    preview.steps = [step for step in preview.steps if not step["urn"].endswith(".approval")]
    assert f"loses access to {WHAT[kind]} until {OWNER_OF[kind]} approves it again" in reported(preview).sentence
    lost: set[str] = {"names-overwritten"} if kind == "native" else set()
    assert {*risks(preview)} == {"endpoint-replaced", "approval-awaited"} | lost


@BOTH_KINDS
def test_a_consumer_in_another_subnet_is_not_renamed(kind: Kind) -> None:
    preview = FakePreview(kind=kind)
    renamed_consumer(preview, new=f"{network_id('other')}/subnets/clients")
    messages = risks(preview)
    parts = "engine" if kind == "injected" else "all roles"
    assert messages["access-removed"].startswith(f"Consumer analytics of adx loses its private endpoint for {parts}")
    assert "formerly" not in reported(preview).sentence


@BOTH_KINDS
def test_a_consumer_that_stays_at_another_cluster_is_not_renamed(kind: Kind) -> None:
    """`analytics` no longer uses this cluster; `bi`, in the same subnet, does."""
    preview = FakePreview(kind=kind)
    renamed_consumer(preview)
    other, _ = preview.cluster("other")
    hosts: dict[str, Any] = {"consumer": "analytics", "hosts": {preview.target: []}}
    preview.step("adxPrivateLink:index:ConsumerEndpoints", "other.analytics", hosts, hosts, parent=other)
    assert "access-removed" in risks(preview)
    assert "formerly" not in reported(preview).sentence


def test_a_renamed_consumer_of_a_native_cluster_loses_its_names() -> None:
    """The old zone group is deleted last, with the records that the new one has written."""
    preview = FakePreview(kind="native")
    renamed_consumer(preview)
    assert reported(preview).sentence == (
        "`bi` loses access to `adx` during the update and gets a new address afterwards; consumer `analytics` is "
        "renamed to `bi` without `formerly`; `bi` has no private names of `adx` after the update."
    )
    assert {*risks(preview)} == {"endpoint-replaced", "names-overwritten"}
    assert "Write `formerly`, so that the new key changes nothing." in risks(preview)["names-overwritten"]


def test_a_renamed_native_cluster_has_no_services() -> None:
    preview = FakePreview(kind="native")
    for name, is_new in (("old", False), ("new", True)):

        def states(inputs: Any, *, is_new: bool = is_new) -> tuple[Any, Any]:
            return (None, inputs) if is_new else (inputs, None)

        inputs = {"cluster": CLUSTER, "hosts": {"engine": HOST}}
        component = preview.step("adxPrivateLink:index:AdxPrivateLink", name, *states(inputs))
        hosts: Any = {"consumer": "analytics", "hosts": {"cluster": [HOST]}}
        kind = "adxPrivateLink:index:ConsumerEndpoints"
        consumer = preview.step(kind, f"{name}.analytics", *states(hosts), parent=component)
        preview.step(PE, f"{name}.analytics.cluster", *states({"subnet": {"id": SUBNET}}), parent=consumer)
        kind = "azure-native:resources:Deployment"
        preview.step(kind, f"{name}.analytics.cluster.approval", *states({}), parent=consumer)
    assert risks(preview) == {
        "endpoint-replaced": "Cluster new is `old` under another key: all of its resources are created again. Its "
        "consumers get other addresses. Write `formerly: old` in `clusters.new`, so that the new key changes nothing."
    }


def renamed_cluster(
    preview: FakePreview, connected: list[str], frontends: tuple[str, str] = ("/f/one", "/f/two")
) -> None:
    """`old` is deleted, `new` is created, with the same cluster id; a partner has these connections to it."""
    for name, is_new in (("old", False), ("new", True)):
        inputs = {"cluster": CLUSTER.upper() if is_new else CLUSTER, "hosts": {"engine": HOST}}

        def states(inputs: Any, *, is_new: bool = is_new) -> tuple[Any, Any]:
            return (None, inputs) if is_new else (inputs, None)

        component = preview.step("adxPrivateLink:index:AdxPrivateLink", name, *states(inputs))
        services = preview.step("adxPrivateLink:index:ClusterServices", name, *states(inputs), parent=component)
        frontend = {"loadBalancerFrontendIpConfigurations": [{"id": frontends[is_new]}]}
        preview.step(PLS, f"{name}.engine", *states(frontend), parent=services)
        connections = {"properties": {"parameters": {"connections": {"value": [] if is_new else connected}}}}
        kind = "azure-native:resources:Deployment"
        preview.step(kind, f"{name}.partner.engine.approval", *states(connections), parent=services)
        hosts: Any = {"consumer": "analytics", "hosts": {"engine": [HOST]}}
        kind = "adxPrivateLink:index:ConsumerEndpoints"
        consumer = preview.step(kind, f"{name}.analytics", *states(hosts), parent=component)
        preview.step(PE, f"{name}.analytics.engine", *states({"subnet": {"id": SUBNET}}), parent=consumer)
        kind = "azure-native:resources:Deployment"
        preview.step(kind, f"{name}.analytics.engine.approval", *states(connections), parent=consumer)
    preview.record(consumer, "10.0.0.4", UNKNOWN, replace=True)


def test_a_renamed_cluster_is_rejected_by_azure() -> None:
    """The new service is created before the old one, which holds the frontend, is deleted: no access is lost."""
    preview = FakePreview()
    renamed_cluster(preview, ["theirs.1"], ("/lb/f", "/LB/f"))
    report = reported(preview)
    assert report.sentence == "Cluster `old` is renamed to `new` without `formerly`."
    assert (report.access, report.external) == ((), ())
    assert risks(preview) == {
        "service-replaced": "Cluster new is `old` under another key, and the update fails: Azure accepts one private "
        "link service for a load balancer's frontend, and Pulumi deletes the old one last. Write `formerly: old` in "
        "`clusters.new`, so that the new key changes nothing."
    }


def test_a_renamed_cluster_with_other_frontends_gets_new_aliases() -> None:
    preview = FakePreview()
    renamed_cluster(preview, [])
    report = reported(preview)
    assert report.sentence == (
        "`analytics` loses access to `new` (engine) during the update and gets a new address afterwards; "
        "`partner` holds a hand-over of `new` (engine) that becomes void; cluster `old` is renamed to `new` without "
        "`formerly`."
    )
    assert risks(preview) == {
        "service-replaced": "Cluster new is `old` under another key: all of its resources are created again. Its "
        "private link services get new aliases, and every connection by the old ones drops. The hand-over of `partner` "
        "becomes void: send the new one. Its consumers get other addresses. Write `formerly: old` in `clusters.new`, "
        "so that the new key changes nothing."
    }


def test_a_partner_of_a_renamed_cluster_is_cut_off() -> None:
    preview = FakePreview()
    renamed_cluster(preview, ["theirs.1"])
    assert (
        "`partner` loses access to `new` (engine) until it connects with a new hand-over" in reported(preview).sentence
    )
    assert "`partner` loses 1 connection and has to connect with a new hand-over" in risks(preview)["service-replaced"]


def test_a_renamed_external_consumer_stays_connected() -> None:
    """Its approval is a deployment under another name, with the same connections."""
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.approval(services, ["theirs.1"], None, "partner")
    preview.approval(services, None, ["Theirs.1"], "friend")
    assert risks(preview) == {}
    assert reported(preview).sentence.startswith("No access changes")


@BOTH_KINDS
def test_two_candidates_are_no_rename(kind: Kind) -> None:
    """Two consumers of one subnet are deleted, and one is created."""
    preview = FakePreview(kind=kind)
    renamed_consumer(preview)
    cluster = next(step["urn"] for step in preview.steps if step["urn"].endswith("AdxPrivateLink::adx"))
    hosts = {"consumer": "twin", "hosts": {preview.target: [f"x.{DOMAIN}"]}}
    consumer = preview.step("adxPrivateLink:index:ConsumerEndpoints", "adx.twin", hosts, None, parent=cluster)
    preview.endpoint(consumer, {"subnet": {"id": SUBNET}}, None)
    assert "formerly" not in reported(preview).sentence
