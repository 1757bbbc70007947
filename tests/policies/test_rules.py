"""Each rule, on resources that violate it and on resources that do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from adx_private_link.policies.evaluation import find_violations
from adx_private_link.policies.policy_file import ActiveRule
from adx_private_link.policies.resources import (
    CLUSTER,
    CLUSTER_SETTINGS,
    CONSUMER,
    ENDPOINT,
    EXTERNAL_CONSUMER,
    LINK,
    LOCK,
    MANAGED_ENDPOINT,
    RECORD,
    SERVICE,
    ZONE,
    PolicyResource,
)
from adx_private_link.policies.rules import RULES

OWN = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"
ZONE_NAME = f"privatelink.westus.kusto.windows.net@hub.{OWN}"
LINK_NAME = f"privatelink.westus.kusto.windows.net@vnet.hub.{OWN}"
HUB = f"/subscriptions/{OWN}/resourceGroups/hub"


@dataclass
class Case:
    """Resources, and what a rule finds in them; nothing in those that keep it."""

    rule: str
    violating: list[PolicyResource]
    messages: list[str]
    passing: list[PolicyResource]
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])


def service(name: str = "adx.engine", **inputs: object) -> PolicyResource:
    return PolicyResource(SERVICE, name, inputs)


def endpoint(**inputs: object) -> PolicyResource:
    return PolicyResource(ENDPOINT, "adx.analytics.engine", inputs)


def link(**inputs: object) -> PolicyResource:
    return PolicyResource(LINK, LINK_NAME, {"privateZoneName": "privatelink.westus.kusto.windows.net", **inputs})


def cluster(**inputs: object) -> PolicyResource:
    return PolicyResource(CLUSTER, "freshadx", inputs)


def restricted(*hosts: str, **inputs: object) -> PolicyResource:
    return cluster(restrictOutboundNetworkAccess="Enabled", allowedFqdnList=[*hosts], **inputs)


def callout(uri_regex: str, access: str = "Allow") -> dict[str, str]:
    return {"calloutType": "webapi", "calloutUriRegex": uri_regex, "outboundAccess": access}


def trusting(*tenants: str) -> PolicyResource:
    return cluster(trustedExternalTenants=[{"value": tenant} for tenant in tenants])


def stating(**access: object) -> PolicyResource:
    closed: dict[str, object] = {"public_access": "closed", "outbound": {"fqdns": []}, "trusted_tenants": "own"}
    return PolicyResource(CLUSTER_SETTINGS, "adx", {**closed, **access})


def visible_to(*subscriptions: str) -> PolicyResource:
    return service(visibility={"subscriptions": [*subscriptions]})


def approving(*subscriptions: str) -> PolicyResource:
    return service(autoApproval={"subscriptions": [*subscriptions]})


CASES = [
    Case("no-visibility-to-all", [visible_to("*")], ["is visible to all (`*`)"], [visible_to(OWN), service()]),
    Case(
        "visibility-within-list",
        [visible_to(OWN, OTHER), visible_to("*")],
        [f"is visible to subscription {other}, which is not listed" for other in (OTHER, "*")],
        [visible_to(OWN), service()],
        {"subscriptions": [OWN.upper()]},
    ),
    Case("visibility-within-list", [], [], [visible_to(OWN, OTHER)]),
    Case(
        "visibility-within-list",
        [visible_to(OWN)],
        [f"is visible to subscription {OWN}, which is not listed"],
        [service()],
        {"subscriptions": []},
    ),
    Case(
        "auto-approval-within-list",
        [approving(OWN, OTHER), approving("*")],
        [f"approves connections from subscription {other} automatically" for other in (OTHER, "*")],
        [approving(OWN), service()],
        {"subscriptions": [OWN]},
    ),
    Case(
        "approvals-within-list",
        [PolicyResource(kind, "partner", {"subscription": OTHER}) for kind in (CONSUMER, EXTERNAL_CONSUMER)],
        [f"is approved in subscription {OTHER}, which is not listed"] * 2,
        [PolicyResource(kind, "partner", {"subscription": OWN}) for kind in (CONSUMER, EXTERNAL_CONSUMER)],
        {"subscriptions": [OWN.upper()]},
    ),
    Case("approvals-within-list", [], [], [PolicyResource(EXTERNAL_CONSUMER, "partner", {"subscription": OTHER})]),
    Case(
        "external-consumers-named",
        [PolicyResource(EXTERNAL_CONSUMER, "partner", {"endpoint_names": None})],
        ["names no private endpoints, so all of its subscription are approved"],
        [PolicyResource(EXTERNAL_CONSUMER, "partner", {"endpoint_names": ["pe-adx"]})],
    ),
    Case(
        "both-roles",
        [service("adx.ingestion")],
        ["is the only one of its cluster: engine is missing"],
        [service("adx.engine"), service("adx.ingestion"), endpoint()],
    ),
    Case(
        "services-locked",
        [service(), PolicyResource(LOCK, "adx.ingestion.lock", {})],
        ["has no lock"],
        [service(), PolicyResource(LOCK, "adx.engine.lock", {})],
    ),
    Case(
        "services-protected",
        [service()],
        ["is not protected"],
        [PolicyResource(SERVICE, "adx.engine", {}, is_protected=True)],
    ),
    Case(
        "endpoint-subnets",
        [endpoint(subnet={"id": f"{HUB}/providers/Microsoft.Network/virtualNetworks/vnet-2/subnets/a"})],
        [f"is in subnet {HUB}/providers/Microsoft.Network/virtualNetworks/vnet-2/subnets/a, which is not listed"],
        [endpoint(subnet={"id": f"{HUB.upper()}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/a"})],
        {"subnets": [f"{HUB}/providers/Microsoft.Network/virtualNetworks/vnet"]},
    ),
    Case(
        "managed-endpoint-targets",
        [
            PolicyResource(
                MANAGED_ENDPOINT, "adx.lake.managed-endpoint", {"privateLinkResourceId": f"/subscriptions/{OTHER}/x"}
            )
        ],
        [f"connects to /subscriptions/{OTHER}/x, which is not listed"],
        [PolicyResource(MANAGED_ENDPOINT, "adx.lake.managed-endpoint", {"privateLinkResourceId": f"{HUB}/x"})],
        {"targets": [f"/subscriptions/{OWN}"]},
    ),
    Case(
        "links-keep-public-answers",
        [link(resolutionPolicy="Default"), link()],
        ["has the resolution policy Default", "has the resolution policy Default"],
        [
            link(resolutionPolicy="NxDomainRedirect"),
            PolicyResource(LINK, LINK_NAME.replace("privatelink.westus.kusto.windows.net", "adx.example.com"), {}),
            PolicyResource(LINK, "of-another-program", {"privateZoneName": "adx.example.com"}),
        ],
    ),
    Case(
        "links-do-not-register",
        [link(registrationEnabled=True), PolicyResource(LINK, LINK_NAME, {}, kept=("registration",))],
        ["registers virtual machines", "keeps registration as it is in Azure, so this rule cannot hold"],
        [link(registrationEnabled=False), link()],
    ),
    Case(
        "record-ttl",
        [PolicyResource(RECORD, "adx@zone", {"ttl": 3601.0})],
        ["has a TTL of 3601 seconds; 3600 are allowed"],
        [PolicyResource(RECORD, "adx@zone", {"ttl": 3600}), PolicyResource(RECORD, "adx@zone", {})],
    ),
    Case(
        "record-ttl",
        [PolicyResource(RECORD, "adx@zone", {"ttl": 61})],
        ["has a TTL of 61 seconds; 60 are allowed"],
        [],
        {"seconds": 60},
    ),
    Case(
        "zones-in-places",
        [PolicyResource(ZONE, f"privatelink.westus.kusto.windows.net@hub-2.{OWN}", {})],
        [f"is in /subscriptions/{OWN}/resourceGroups/hub-2, which is not listed"],
        [PolicyResource(ZONE, ZONE_NAME, {})],
        {"places": [HUB]},
    ),
    Case(
        "zones-locked",
        [PolicyResource(ZONE, ZONE_NAME, {})],
        ["has no lock"],
        [PolicyResource(ZONE, ZONE_NAME, {}), PolicyResource(LOCK, f"{ZONE_NAME}.lock", {})],
    ),
    Case(
        "public-access-off",
        [cluster(publicNetworkAccess="Enabled"), cluster()],
        ["has public network access: Enabled"] * 2,
        [cluster(publicNetworkAccess="Disabled")],
    ),
    Case(
        "outbound-restricted",
        [cluster(restrictOutboundNetworkAccess="Disabled"), cluster()],
        ["connects to every host"] * 2,
        [restricted(), restricted("lake.dfs.core.windows.net"), restricted(calloutPolicies=[callout("lake.*")])],
    ),
    Case(
        "outbound-restricted",
        [restricted("*.dfs.core.windows.net"), restricted(calloutPolicies=[callout("^.*$")])],
        ["connects to all hosts of *.dfs.core.windows.net", "makes callouts to ^.*$"],
        [restricted(calloutPolicies=[callout(".*", "Deny")])],
    ),
    Case(
        "outbound-restricted",
        [restricted("Lake.dfs.core.windows.net", "other.example.com"), restricted(calloutPolicies=[callout("lake.*")])],
        ["connects to other.example.com, which is not listed", "makes callouts to lake.*"],
        [restricted("lake.DFS.core.windows.net"), restricted()],
        {"hosts": ["lake.dfs.core.windows.net"]},
    ),
    Case(
        "outbound-restricted",
        [restricted("lake.dfs.core.windows.net")],
        ["connects to lake.dfs.core.windows.net, which is not listed"],
        [restricted()],
        {"hosts": []},
    ),
    Case(
        "trusted-tenants-listed",
        [trusting("*"), trusting(OTHER, "*"), cluster()],
        ["trusts all tenants"] * 3,
        [trusting(), trusting(OTHER)],
    ),
    Case(
        "trusted-tenants-listed",
        [trusting(OWN, OTHER), trusting("*")],
        [f"trusts tenant {OTHER}, which is not listed", "trusts all tenants"],
        [trusting(OWN.upper()), trusting()],
        {"tenants": [OWN]},
    ),
    Case(
        "trusted-tenants-listed",
        [trusting(OWN)],
        [f"trusts tenant {OWN}, which is not listed"],
        [trusting()],
        {"tenants": []},
    ),
    Case(
        "lock-down-stated",
        [stating(public_access=None, outbound=None, trusted_tenants=None)],
        [f"does not state `{name}`" for name in ("public_access", "outbound", "trusted_tenants")],
        [stating(), stating(public_access=["PowerBI", "20.1.2.0/24", "20.1.2.3"]), stating(trusted_tenants=[OTHER])],
    ),
    Case(
        "lock-down-stated",
        [
            *(
                stating(public_access=access)
                for access in ("open", ["0.0.0.0/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["128.0.0.0/1"], ["Internet"])
            ),
            stating(outbound="open"),
            stating(outbound={"callouts": [{"type": "webapi", "uri_regex": ".*"}]}),
            stating(trusted_tenants="all"),
        ],
        [
            *["is stated as open to the public"] * 5,
            *["is stated as connecting to every host"] * 2,
            "is stated as trusting all tenants",
        ],
        [
            stating(public_access=["0.0.0.0/2", "64.0.0.0/3"]),
            stating(outbound={"callouts": [{"type": "sql", "uri_regex": "myserver\\.database\\.windows\\.net"}]}),
        ],
    ),
    Case(
        "required-tags",
        [service(tags={"Team": "blue", "owner": " "}), PolicyResource(ZONE, ZONE_NAME, {})],
        ["has no tag owner", "has no tag team", "has no tag owner"],
        [endpoint(tags={"TEAM": "blue", "owner": "red"}), PolicyResource(RECORD, "adx@zone", {})],
        {"names": ["team", "owner"]},
    ),
    Case(
        "regions",
        [endpoint(location="East US")],
        ["is in region eastus, which is not listed"],
        [endpoint(location="West Europe"), endpoint()],
        {"regions": ["westeurope"]},
    ),
    Case(
        "naming",
        [service(serviceName="pls_1"), endpoint(privateEndpointName="ep")],
        ["is named pls_1, which does not fit pls-.*", "is named ep, which does not fit pe-.*"],
        [service(serviceName="pls-adx"), endpoint(privateEndpointName="pe-adx"), link(virtualNetworkLinkName="x")],
        {"services": "pls-.*", "endpoints": "pe-.*"},
    ),
    Case(
        "nothing-kept",
        [PolicyResource(SERVICE, "adx.engine", {}, kept=("tags", "visibility"))],
        ["keeps visibility as it is in Azure"],
        [service()],
        {"allowed": ["tags"]},
    ),
]


_OWN_LIST = {"subscriptions": [OWN]}
KEEPING = [
    Case(
        rule,
        [PolicyResource(type, "adx", inputs, kept=("fqdns", word))],
        [f"keeps {word} as it is in Azure, so this rule cannot hold"],
        [PolicyResource(type, "adx", inputs, kept=("fqdns",))],
        parameters,
    )
    for rule, type, word, inputs, parameters in (
        ("no-visibility-to-all", SERVICE, "visibility", {}, {}),
        ("visibility-within-list", SERVICE, "visibility", {"visibility": _OWN_LIST}, _OWN_LIST),
        ("auto-approval-within-list", SERVICE, "auto_approval", {}, {}),
        ("record-ttl", RECORD, "ttl", {"ttl": 60}, {}),
        ("required-tags", SERVICE, "tags", {"tags": {"owner": "red"}}, {"names": ["owner"]}),
        ("required-tags", LINK, "tags", {"tags": {"owner": "red"}}, {"names": ["owner"]}),
    )
]
"""Resources that stay as they are in Azure, whatever the settings say."""
ALLOWING_ALL = [
    Case(rule, [], [], [PolicyResource(SERVICE, "adx.engine", {}, kept=("visibility", "tags"))])
    for rule in ("visibility-within-list", "required-tags")
]
"""Rules that allow everything without parameters."""


@pytest.mark.parametrize("case", [*CASES, *KEEPING, *ALLOWING_ALL], ids=lambda case: case.rule)
def test_a_rule_finds_violations_and_nothing_else(case: Case) -> None:
    """A team trusts the pack with every pull request."""
    [kind] = [rule for rule in RULES if rule.name == case.rule]
    rule = ActiveRule(kind.model_validate(case.parameters), "mandatory")
    assert sorted(violation.message for violation in find_violations([rule], case.violating)) == sorted(case.messages)
    assert [violation.message for violation in find_violations([rule], case.passing)] == []


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("rule", "exempt", "left"),
    [
        ("no-visibility-to-all", "adx.engine", ["adx.ingestion", "adx2.engine"]),
        ("no-visibility-to-all", "adx.*", ["adx2.engine"]),
        ("no-visibility-to-all", "ADX.engine", ["adx.engine", "adx.ingestion", "adx2.engine"]),
        ("services-locked", "adx.*", ["adx2.engine"]),
    ],
)
def test_an_exempt_resource_may_violate_a_rule(rule: str, exempt: str, left: list[str]) -> None:
    """One of them has a reason; the rule still holds for the others."""
    [kind] = [kind for kind in RULES if kind.name == rule]
    active = ActiveRule(kind.model_validate({"exempt": {exempt: "until the move in May"}}), "mandatory")
    names = ("adx.engine", "adx.ingestion", "adx2.engine")
    services = [service(name, visibility={"subscriptions": ["*"]}) for name in names]
    assert [violation.resource.name for violation in find_violations([active], services)] == left


def test_a_disabled_rule_finds_nothing() -> None:
    [kind] = [rule for rule in RULES if rule.name == "no-visibility-to-all"]
    assert [*find_violations([ActiveRule(kind(), "disabled")], [visible_to("*")])] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_why_and_what_to_do(rule: Any) -> None:
    """Its texts are in reports, and on the page of policies."""
    assert rule.__doc__.strip().endswith(".")
    assert "\n" not in rule.__doc__.strip()
    assert rule.reason.endswith(".")
    assert rule.remedy[0].islower()
    assert not rule.remedy.endswith(".")
    assert rule.source
    assert all(name.isalpha() for name in rule.model_fields)
    assert all(field.description for field in rule.model_fields.values())


@pytest.mark.parametrize(
    ("type", "ignored", "words"),
    [
        (SERVICE, ["tags", "ipConfigurations", "ipConfigurations[0].subnet", "visibility"], ("tags", "nat_addresses")),
        (
            ENDPOINT,
            ["ipConfigurations", "customDnsConfigs", "privateLinkServiceConnections[*].requestMessage"],
            ("address", "request_message"),
        ),
        (LINK, ["privateZoneName", "registrationEnabled"], ("registration",)),
        (RECORD, ["privateZoneName", "relativeRecordSetName", "ttl"], ("ttl",)),
    ],
)
def test_what_is_kept_is_known_by_ignored_properties(type: str, ignored: list[str], words: tuple[str, ...]) -> None:
    """The library ignores other changes for reasons of its own."""
    assert PolicyResource.kept_of(type, ignored) == words
