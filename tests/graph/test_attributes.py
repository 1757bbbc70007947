"""Everything that a program may want of the graph is a typed attribute."""

from __future__ import annotations

from typing import Any

from adx_private_link import AdxPrivateLink
from tests.pure.building import GUEST, OWNER

from .programs import ZONE, program, with_consumer
from .registration import must_deploy

_ANALYTICS = f"/subscriptions/{GUEST}/resourceGroups/analytics"


def _value(then: Any, **more: Any) -> Any:
    return must_deploy(program(then, **more)).result


def test_services() -> None:
    def look(link: AdxPrivateLink) -> Any:
        engine = link.services["engine"]
        return [engine.alias, engine.id, engine.resource.name, engine.node.name]

    assert _value(look) == [
        "pls-myadx-engine.guid.westus.azure.privatelinkservice",
        f"/subscriptions/{OWNER}/resourceGroups/adx/PrivateLinkService/pls-myadx-engine",
        "pls-myadx-engine",
        "pls-myadx-engine",
    ]


def test_endpoints() -> None:
    def look(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["ingestion"]
        assert endpoint.approval
        return [
            endpoint.id,
            endpoint.address,
            endpoint.connection_state,
            endpoint.resource.name,
            endpoint.approval.name,
        ]

    assert _value(look) == [
        f"{_ANALYTICS}/PrivateEndpoint/pe-myadx-ingestion-analytics",
        "10.3.0.6",
        "Approved",
        "pe-myadx-ingestion-analytics",
        "approve-myadx.analytics.ingestion",
    ]


def test_hosts_and_records() -> None:
    def look(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["engine"]
        return [endpoint.hosts, endpoint.records["myadx.westus.kusto.windows.net"].name]

    assert _value(look) == [{"myadx.westus.kusto.windows.net": ["10.3.0.5"]}, "myadx"]


def test_there_is_no_approval_where_azure_approves() -> None:
    def look(link: AdxPrivateLink) -> Any:
        return link.endpoints["analytics"]["engine"].approval is None

    assert _value(look, given=with_consumer(approval="auto")) is True


def test_zones_that_were_made_here() -> None:
    def look(link: AdxPrivateLink) -> Any:
        return link.zones[ZONE].zone.name

    assert _value(look) == "privatelink.westus.kusto.windows.net"


def test_unknown_values_stay_unknown() -> None:
    """In a first preview nothing that Azure makes up is known, and nothing pretends to be."""

    def look(link: AdxPrivateLink) -> Any:
        endpoint = link.endpoints["analytics"]["engine"]
        return {"alias": link.services["engine"].alias, "address": endpoint.address, "hosts": endpoint.hosts}

    assert must_deploy(program(look), preview=True).result is None
