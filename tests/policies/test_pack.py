"""The pack on the real engine: each rule with a stack that violates it and with one that does not, and offline."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from adx_private_link import Settings, parse
from adx_private_link.policies.evaluation import find_violations
from adx_private_link.policies.planned import planned_resources
from adx_private_link.policies.policy_file import ActiveRule, parse_policies
from adx_private_link.policies.rule import SettingsRule
from adx_private_link.policies.rules import RULES
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.records import Topology
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack
from tests.stack import harness

PACK = harness.PROJECT / ".venv-policies" / "bin" / "adx-private-link-policies"
EXAMPLES = harness.PROJECT / "examples"
OWNER = "11111111-1111-1111-1111-111111111111"
ANALYTICS = "22222222-2222-2222-2222-222222222222"
OTHERS = "33333333-3333-3333-3333-333333333333"
MYADX = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/myadx"
NETWORK = (
    f"/subscriptions/{ANALYTICS}/resourceGroups/analytics/providers/Microsoft.Network/virtualNetworks/analytics-vnet"
)

ALL = {"all": "mandatory"}
STRICT: dict[str, Any] = {
    **ALL,
    "visibility-within-list": {"subscriptions": [ANALYTICS]},
    "approvals-within-list": {"subscriptions": [OWNER]},
    "endpoint-subnets": {"subnets": [NETWORK.replace("analytics-vnet", "other-vnet")]},
    "managed-endpoint-targets": {"targets": [f"/subscriptions/{OTHERS}"]},
    "zones-in-places": {"places": [f"/subscriptions/{OWNER}"]},
    "required-tags": {"names": ["owner"]},
    "regions": {"regions": ["westeurope"]},
    "naming": {"services": "private-.*"},
}
"""Parameters that the careless stack violates."""
FITTING: dict[str, Any] = {
    **ALL,
    "visibility-within-list": {"subscriptions": [ANALYTICS, OTHERS]},
    "approvals-within-list": {"subscriptions": [ANALYTICS, OTHERS]},
    "endpoint-subnets": {"subnets": [NETWORK]},
    "managed-endpoint-targets": {"targets": [f"/subscriptions/{id}" for id in (OWNER, ANALYTICS)]},
    "zones-in-places": {"places": [f"/subscriptions/{ANALYTICS}/resourceGroups/analytics"]},
    "required-tags": {"names": ["owner"]},
    "regions": {"regions": ["westus"]},
    "naming": {"services": "pls-.*", "endpoints": "pe-.*"},
}
"""Parameters of the same rules that the careful stack fits."""

CARELESS: dict[str, Any] = {
    "clusters": {
        "myadx": {
            "id": MYADX,
            "visibility": [ANALYTICS, OTHERS],
            "auto_approval": [OTHERS],
            "roles": ["engine"],
            "services": {"engine": {"keep": ["fqdns"]}},
        },
        "newadx": {"id": MYADX.replace("myadx", "newadx")},
    },
    "consumers": {
        "analytics": {
            "subnet_id": f"{NETWORK}/subnets/clients",
            "dns": {
                "resource_group": "analytics",
                "storage_zones": "made",
                "ttl": 7200,
                "links": {"own": {"resolution_policy": "Default"}},
                "keep": ["registration"],
            },
        }
    },
    "external_consumers": {"partner": {"subscription": OTHERS}},
}
OWNED = {"tags": {"owner": "red"}}
LOCKED_DOWN: dict[str, Any] = {"public_access": "closed", "outbound": {"fqdns": []}, "trusted_tenants": "own"}
CAREFUL: dict[str, Any] = {
    "clusters": {
        "myadx": {"id": MYADX, "lock": True, "protect": True, **LOCKED_DOWN, **OWNED},
        "newadx": {"id": MYADX.replace("myadx", "newadx"), **LOCKED_DOWN},
    },
    "consumers": {
        "analytics": {
            "subnet_id": f"{NETWORK}/subnets/clients",
            "dns": {"resource_group": "analytics", "storage_zones": "made", "lock": True, **OWNED},
            **OWNED,
        }
    },
    "external_consumers": {"partner": {"subscription": OTHERS, "endpoint_names": ["pe-adx"]}},
}

OF_SETTINGS = {rule.name for rule in RULES if issubclass(rule, SettingsRule)}
"""The rules about settings that are no resources: the pack never sees them."""
OF_CLUSTERS = {"public-access-off", "outbound-restricted", "trusted-tenants-listed"}

Violations = set[tuple[str, str]]


def policy_events(stack: Stack, policies: dict[str, Any]) -> list[dict[str, Any]]:
    """Preview a stack with the pack, and return what the engine says about policies."""
    config = stack.directory / "policies.json"
    config.write_text(json.dumps(policies))
    pack = ("--policy-pack", str(PACK), "--policy-pack-config", str(config))
    preview = stack.pulumi("preview", "--json", *pack, check=False)
    events = [json.loads(line) for line in preview.stdout.splitlines() if line.startswith("{")]
    found = [event["policyEvent"] for event in events if "policyEvent" in event]
    assert all("can't run policy" not in event["message"] for event in found), found
    errors = [event["diagnosticEvent"]["message"] for event in events if "diagnosticEvent" in event]
    assert preview.returncode == bool(found), (errors, preview.stderr)
    return found


def in_preview(stack: Stack, policies: dict[str, Any]) -> Violations:
    """Preview a stack with the pack, and return the names of rules and resources."""
    found = policy_events(stack, policies)
    return {(event["policyName"], event["resourceUrn"].rpartition("::")[2]) for event in found}


def offline(settings: dict[str, Any], policies: dict[str, Any]) -> Violations:
    """Check the same settings without Pulumi and Azure, where the cluster `myadx` is injected."""
    parsed = parse(settings)
    assert isinstance(parsed, Settings)
    topology = expected_topology(parsed, {}, {"myadx": "injected", "newadx": "native"}, "")
    assert isinstance(topology, Topology), topology
    rules = [rule for rule in parse_policies(policies) if isinstance(rule, ActiveRule)]
    return {
        (violation.rule.name, violation.resource.name)
        for violation in find_violations(rules, [*planned_resources(parsed, topology)])
    }


def with_region(violations: Violations) -> Violations:
    """Violations without the region in names of zones, which only Azure knows."""
    return {(rule, name.replace("region.invalid", "westus.kusto.windows.net")) for rule, name in violations}


def test_what_stays_as_it_is_in_azure_violates_rules_about_it(stack: Stack) -> None:
    """The settings say what the rules want, and `keep` has it ignored."""
    analytics = CAREFUL["consumers"]["analytics"]
    settings: dict[str, Any] = {
        **CAREFUL,
        "clusters": {
            **CAREFUL["clusters"],
            "myadx": {
                **CAREFUL["clusters"]["myadx"],
                "services": {
                    "engine": {"keep": ["tags"]},
                    "ingestion": {"keep": ["visibility", "auto_approval"]},
                },
            },
        },
        "consumers": {
            "analytics": {
                **analytics,
                "dns": {**analytics["dns"], "keep": ["ttl"]},
                "endpoints": {"newadx": {"cluster": {"keep": ["tags"]}}},
            }
        },
    }
    stack.configure(**settings)
    of_visibility = ["no-visibility-to-all", "visibility-within-list", "auto-approval-within-list"]
    only: dict[str, Any] = {"all": "disabled"}
    for rule in (*of_visibility, "record-ttl", "required-tags"):
        only[rule] = {**FITTING.get(rule, {}), "enforcementLevel": "mandatory"}
    found = in_preview(stack, only)
    assert {name for rule, name in found if rule == "required-tags"} == {"myadx.engine", "newadx.analytics.cluster"}
    assert {rule for rule, _ in found} == {"required-tags", "record-ttl"}
    only_offline = {(rule, "myadx.ingestion") for rule in of_visibility}
    assert with_region(offline(settings, only)) == found | only_offline


def test_exempt_resources_are_no_violations(stack: Stack) -> None:
    """A rule about single resources, and one about all of them."""
    stack.configure(**CARELESS)
    exempt = {"exempt": {"*.engine": "until the move in May"}}
    only = {
        "all": "disabled",
        "services-protected": {"enforcementLevel": "mandatory", **exempt},
        "services-locked": {"enforcementLevel": "mandatory", **exempt},
    }
    assert in_preview(stack, only) == offline(CARELESS, only) == set()
    settings = {**CARELESS, "clusters": {**CARELESS["clusters"], "myadx": {"id": MYADX}}}
    stack.configure(**settings)
    expected = {(rule, "myadx.ingestion") for rule in ("services-protected", "services-locked")}
    assert in_preview(stack, only) == offline(settings, only) == expected


@pytest.mark.parametrize(
    ("approval", "cluster", "approved"),
    [
        ("approve", "newadx", True),
        ("resource_id", "newadx", True),
        ("auto", "myadx", True),
        ("elsewhere", "newadx", False),
        ("approve", "theirs", False),
    ],
)
def test_consumers_are_approved_within_the_list(approval: str, cluster: str, *, approved: bool) -> None:
    """A native cluster has no visibility: a pull request adds a consumer, and the stack approves it."""
    consumer = {**CAREFUL["consumers"]["analytics"], "clusters": [cluster], "approval": approval}
    theirs = {"theirs": {"file": "hand-over.json"}}  # its owner approves
    settings = {**CAREFUL, "consumers": {"analytics": consumer}, "hand_overs": theirs}
    only = {"all": "disabled", "approvals-within-list": {"enforcementLevel": "mandatory", "subscriptions": [OWNER]}}
    names = {"partner", "analytics"} if approved else {"partner"}
    assert offline(settings, only) == {("approvals-within-list", name) for name in names}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return harness.Stack(tmp_path / "stack", None)


def test_a_careless_stack_violates_every_rule_that_concerns_it(stack: Stack) -> None:
    """A reviewer sees all violations in one preview, and the preview fails."""
    stack.configure(**CARELESS)
    found = in_preview(stack, STRICT)
    concerned = {rule.name for rule in RULES} - OF_SETTINGS - OF_CLUSTERS
    assert {rule for rule, _ in found} == concerned - {"no-visibility-to-all", "managed-endpoint-targets"}
    without_preview = with_region(offline(CARELESS, STRICT))
    assert {rule for rule, _ in without_preview} >= OF_SETTINGS
    undecided = {"regions"}  # only Azure knows the regions of networks
    assert {(rule, name) for rule, name in without_preview if rule not in OF_SETTINGS} == {
        (rule, name) for rule, name in found if rule not in undecided
    }


def test_a_stack_that_is_visible_to_all_violates_that_rule(stack: Stack) -> None:
    """It excludes a list of subscriptions, so it needs a stack of its own."""
    myadx = {"id": MYADX, "visible_to_all": True}
    settings: dict[str, Any] = {**CARELESS, "clusters": {**CARELESS["clusters"], "myadx": myadx}}
    stack.configure(**settings)
    only = {"all": "disabled", "no-visibility-to-all": "mandatory"}
    expected = {("no-visibility-to-all", f"myadx.{role}") for role in ("engine", "ingestion")}
    assert in_preview(stack, only) == offline(settings, only) == expected


def test_a_careful_stack_violates_no_rule(stack: Stack) -> None:
    """The same rules, with parameters that fit it; the update passes as well."""
    stack.configure(**CAREFUL)
    assert in_preview(stack, FITTING) == set()
    assert offline(CAREFUL, FITTING) == set()
    update = stack.up("--policy-pack", str(PACK), "--policy-pack-config", str(stack.directory / "policies.json"))
    harness.expect_success(update)
    assert in_preview(stack, FITTING) == set()


def test_a_mandatory_rule_stops_an_update_before_it_creates_anything(stack: Stack) -> None:
    """Someone deploys without a review."""
    stack.configure(**CARELESS)
    before = stack.world()
    policies = stack.directory / "policies.json"
    policies.write_text(json.dumps({"all": "disabled", "auto-approval-within-list": "mandatory"}))
    update = stack.up("--policy-pack", str(PACK), "--policy-pack-config", str(policies))
    assert not update.succeeded
    created = [object["type"] for object in stack.world() if object not in before]
    assert "Microsoft.Network/privateLinkServices" not in created


@pytest.mark.parametrize(
    ("policies", "lines"),
    [
        ({"recrod-ttl": "mandatory"}, ["recrod-ttl: is not a rule; did you mean `record-ttl`?"]),
        (
            {"record-ttl": {"second": 60}, "naming": {"services": "("}, "lock-down-stated": {"places": []}},
            [
                "record-ttl.second: is not a setting; did you mean `seconds`?",
                "naming.services ('('): is no regular expression",
                "lock-down-stated.places: is not a setting",
            ],
        ),
        ({"record-ttl": {"seconds": 0}}, ["record-ttl.seconds (0): is too small; write 1 or more"]),
        ({"recrod-ttl": {"seconds": 60}}, ['invalid enforcement level ""']),  # Pulumi's own words
        ({"required-tags": "remediate"}, ["required-tags.enforcementLevel ('remediate'): is not a level"]),
    ],
)
def test_a_wrong_policy_file_ends_the_preview_in_words(
    stack: Stack, policies: dict[str, Any], lines: list[str]
) -> None:
    """A rule that is misspelt must not look like one that holds."""
    stack.configure(**CAREFUL)
    config = stack.directory / "policies.json"
    config.write_text(json.dumps(policies))
    preview = stack.pulumi("preview", "--policy-pack", str(PACK), "--policy-pack-config", str(config), check=False)
    output = preview.stdout + preview.stderr
    assert preview.returncode != 0
    assert all(line in output for line in lines), output
    assert "Traceback" not in output


def test_the_pack_has_the_version_of_the_library(stack: Stack) -> None:
    """An operator sees which rules rejected an update."""
    stack.configure(**CARELESS)
    events = policy_events(stack, {"all": "disabled", "record-ttl": "mandatory"})
    assert {event["policyPackVersion"].lstrip("v") for event in events} == {version("adx-private-link")}


@pytest.mark.parametrize(("policies", "violates"), [(STRICT, True), (FITTING, False)], ids=["strict", "fitting"])
def test_targets_of_managed_private_endpoints(tmp_path: Path, policies: dict[str, Any], *, violates: bool) -> None:
    """A cluster of another team's data."""
    example = EXAMPLES / "managed_endpoints"
    stack = harness.Stack(tmp_path / "stack", example / "world.yaml")
    config = yaml.safe_load((example / "Pulumi.example.yaml").read_text())["config"]
    stack.configure(**{key.partition(":")[2]: value for key, value in config.items()})
    name = "managed-endpoint-targets"
    found = in_preview(stack, {"all": "disabled", name: {"enforcementLevel": "mandatory", **policies[name]}})
    keys = ("archive", "events", "lake", "lake-files")
    assert found == ({(name, f"newadx.{key}.managed-endpoint") for key in keys} if violates else set())


def test_the_folder_of_the_pack_serves_the_same_pack() -> None:
    """Pulumi's own Python host, and Pulumi Cloud, take a folder with a program."""
    folder = harness.PROJECT / "policies"
    assert yaml.safe_load((folder / "PulumiPolicy.yaml").read_text())["runtime"]["name"] == "python"
    command = [str(PACK.with_name("python")), "-u", str(folder), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        port = served.stdout.readline()
        served.kill()
    assert port.strip().isdigit()


_RESTRICTED = 'public_network_access="Disabled", restrict_outbound_network_access="Enabled",'
_TRUSTING = f'trusted_external_tenants=[{{"value": "{OTHERS}"}}],'
_LISTED = f'{_RESTRICTED} allowed_fqdn_list=["lake.dfs.core.windows.net"], {_TRUSTING}'


@pytest.mark.parametrize(
    ("arguments", "hosts", "tenants", "violated"),
    [
        pytest.param("", None, None, OF_CLUSTERS, id="open"),
        pytest.param(f"{_RESTRICTED} trusted_external_tenants=[],", [], [], set[str](), id="closed"),
        pytest.param(_LISTED, None, None, set[str](), id="listed"),
        pytest.param(_LISTED, ["lake.dfs.core.windows.net"], [OTHERS], set[str](), id="allowed"),
        pytest.param(_LISTED, [], [OWNER], {"outbound-restricted", "trusted-tenants-listed"}, id="others allowed"),
    ],
)
def test_clusters_of_the_same_program(
    tmp_path: Path, arguments: str, hosts: list[str] | None, tenants: list[str] | None, violated: set[str]
) -> None:
    """A program that creates a cluster decides on its access, too."""
    shutil.copytree(EXAMPLES / "native_in_one_program", tmp_path / "program")
    program = tmp_path / "program" / "__main__.py"
    text = program.read_text()
    assert "location=LOCATION,\n    sku=" in text
    program.write_text(text.replace("location=LOCATION,\n    sku=", f"location=LOCATION,\n    {arguments}\n    sku="))
    home = SandboxHome(tmp_path / ".sandbox")
    home.reset(None)
    stack = Stack(tmp_path / "program", home)
    stack.init()
    mandatory = {"enforcementLevel": "mandatory"}
    policies: dict[str, Any] = {
        "all": "disabled",
        "public-access-off": mandatory,
        "outbound-restricted": mandatory if hosts is None else {**mandatory, "hosts": hosts},
        "trusted-tenants-listed": mandatory if tenants is None else {**mandatory, "tenants": tenants},
    }
    assert in_preview(stack, policies) == {(rule, "freshadx") for rule in violated}
