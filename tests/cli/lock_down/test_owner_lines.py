"""The lines for the program that deploys a cluster, in the words of each tool."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from typing import Any

import pulumi_azure_native as azure_native
import yaml

from adx_private_link.cli.cluster_changes.access import write_access
from adx_private_link.cli.cluster_changes.owner import format_lines
from adx_private_link.cli.lock_down.owner_lines import write_owner_lines
from adx_private_link.facts.cluster_access import AccessState, CalloutPolicy

TENANT = "99999999-9999-9999-9999-999999999999"
STATES: Sequence[AccessState] = (
    {"trustedExternalTenants": (TENANT,)},
    {
        "restrictOutboundNetworkAccess": "Enabled",
        "allowedFqdnList": (),
        "calloutPolicies": (CalloutPolicy("sql", "it's\\.${a}"),),
    },
    {"allowedIpRangeList": ("PowerBI", "20.1.2.3"), "publicNetworkAccess": "Enabled"},
)
SKU = azure_native.kusto.AzureSkuArgs(name="Standard_D13_v2", tier="Standard")
WRITTEN: dict[str, Any] = {name: value for state in STATES for name, value in write_access(state).items()}


def test_pulumi_takes_the_lines_as_arguments() -> None:
    """The names are those of the SDK, so that a pasted line is not a `TypeError`."""
    *lines, in_yaml = write_owner_lines(STATES).pulumi
    call = ast.parse(f"f({' '.join(lines)})", mode="eval").body
    assert isinstance(call, ast.Call)
    values = {argument.arg or "": ast.literal_eval(argument.value) for argument in call.keywords}
    azure_native.kusto.ClusterArgs(resource_group_name="adx", sku=SKU, **values)
    assert values["trusted_external_tenants"] == [{"value": TENANT}]
    assert values["callout_policies"] == [
        {"callout_type": "sql", "callout_uri_regex": "it's\\.${a}", "outbound_access": "Allow"}
    ]
    assert yaml.safe_load(f"{{{in_yaml.removeprefix('# in YAML: ')}}}") == WRITTEN


def test_terraform_has_names_and_values_of_its_own() -> None:
    """Booleans instead of words, and ids instead of objects; callout policies it does not have."""
    lines = [line for line in write_owner_lines(STATES).terraform if not line.startswith("#")]
    values = {name: json.loads(value) for name, value in (line.split(" = ") for line in lines)}
    assert values == {
        "trusted_external_tenants": [TENANT],
        "outbound_network_access_restricted": True,
        "allowed_fqdns": [],
        "allowed_ip_ranges": ["PowerBI", "20.1.2.3"],
        "public_network_access_enabled": True,
    }
    assert any("azapi_update_resource" in line for line in write_owner_lines(STATES).terraform)


def test_bicep_escapes_what_it_would_evaluate() -> None:
    lines = dict(line.split(": ", 1) for line in write_owner_lines(STATES).bicep)
    assert lines["calloutPolicies"] == (
        "[{ calloutType: 'sql', calloutUriRegex: 'it\\'s\\\\.\\${a}', outboundAccess: 'Allow' }]"
    )
    assert lines["allowedIpRangeList"] == "['PowerBI', '20.1.2.3']"
    assert lines["publicNetworkAccess"] == "'Enabled'"


def test_the_lines_stand_within_the_clusters_resource() -> None:
    lines = write_owner_lines([{"publicNetworkAccess": "Disabled"}])
    assert "public_network_access_enabled = false" in format_lines("terraform", lines)
    assert re.search(r"kusto\.Cluster\(\n    …\n    public_network_access=\"Disabled\",", format_lines("pulumi", lines))
