"""Properties of clusters: defaults, and access from and to the public."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import Json, bodies, switches
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import cluster_properties

from ...rule_marks import holds, rejected
from ...small_world import SandboxCloud
from .cluster_bodies import ADX, cluster


def callout(type: Any = "sql", access: Any = "Deny", pattern: str = "*") -> Json:
    return {"calloutType": type, "outboundAccess": access, "calloutUriRegex": pattern}


@holds(cluster_properties.DEFAULTS)
def test_a_new_cluster_is_open(cloud: SandboxCloud) -> None:
    shown = cloud.put(ADX, cluster())["properties"]
    assert (shown["publicNetworkAccess"], shown["allowedIpRangeList"]) == ("Enabled", [])
    assert (shown["restrictOutboundNetworkAccess"], shown["allowedFqdnList"]) == ("Disabled", [])
    assert (shown["calloutPolicies"], shown["trustedExternalTenants"]) == (None, [])


@holds(cluster_properties.CALLOUTS_ARE_NUMBERS)
def test_callout_policies_are_shown_with_numbers(cloud: SandboxCloud) -> None:
    """Code that looks for `sql` in an answer finds nothing."""
    policies = [callout(), callout("kusto", "Allow", "*.westus"), callout("genevametrics")]
    shown = cloud.put(ADX, cluster(calloutPolicies=policies))["properties"]["calloutPolicies"]
    assert shown == [
        {"calloutUriRegex": "*", "calloutType": 1, "outboundAccess": 1, "calloutId": "*_sql"},
        {"calloutUriRegex": "*.westus", "calloutType": 0, "outboundAccess": 0, "calloutId": "*.westus_kusto"},
        {"calloutUriRegex": "*", "calloutType": 9, "outboundAccess": 1, "calloutId": "*_genevametrics"},
    ]
    with cloud.rejects("InvalidRequestFormat"):
        cloud.put(ADX, cluster(calloutPolicies=shown))


@pytest.mark.parametrize(
    "values",
    [
        ["1.2.3.4", "10.0.0.0/8", "PowerBI", "Storage.WestUS"],
        [],
    ],
    ids=["ranges and tags", "none"],
)
@holds(cluster_properties.BAD_IP_RANGE)
def test_ranges_and_tags_are_allowed(cloud: SandboxCloud, values: list[str]) -> None:
    assert cloud.put(ADX, cluster(allowedIpRangeList=values))["properties"]["allowedIpRangeList"] == values
    for wrong in ("10.0.0.0/33", "2001:db8::/32", "power bi", ""):
        with cloud.rejects("InvalidAllowedIpRangeList"):
            cloud.put(ADX, cluster(allowedIpRangeList=[*values, wrong]))


@holds(cluster_properties.STREAMING_IN_USE, switches.STREAMING_POLICY)
def test_streaming_ingestion_in_use_cannot_be_disabled(cloud: SandboxCloud) -> None:
    """People changed a firewall with a tool that sends a PUT without the rest."""
    cloud.put(ADX, cluster(enableStreamingIngest=True))
    cloud.azure.set_switch("streaming-policy", "active")
    for body in (cluster(allowedIpRangeList=["1.2.3.4"]), cluster(enableStreamingIngest=False)):
        with cloud.rejects("InvalidClusterUpdateProperty"):
            cloud.put(ADX, body)
    cloud.azure.set_switch("streaming-policy", "none")
    assert cloud.put(ADX, cluster())["properties"]["enableStreamingIngest"] is False


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        rejected(
            cluster_properties.FQDNS_AND_CALLOUTS,
            {"allowedFqdnList": ["a.example"], "calloutPolicies": [callout()]},
            id="names and callouts",
        ),
        rejected(bodies.CANNOT_PARSE, {"calloutPolicies": [{**callout(), "calloutUriRegex": None}]}, id="no pattern"),
        rejected(bodies.UNKNOWN_VALUE, {"calloutPolicies": [callout("smtp")]}, id="an unknown callout"),
        rejected(bodies.UNKNOWN_VALUE, {"publicNetworkAccess": "Open"}, id="an unknown access"),
        rejected(
            cluster_properties.BAD_TENANT, {"trustedExternalTenants": [{"value": "contoso"}]}, id="a tenant's name"
        ),
        rejected(bodies.CANNOT_PARSE, {"trustedExternalTenants": ["*"]}, id="a tenant without its object"),
    ],
)
def test_wrong_properties_are_rejected(cloud: SandboxCloud, rule: Rejection, wrong: Json) -> None:
    with cloud.rejects(rule.code):
        cloud.put(ADX, cluster(restrictOutboundNetworkAccess="Enabled", **wrong))
