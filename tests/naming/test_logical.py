"""Logical names: reports and repairs parse them as they were built."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.naming.logical import (
    ApprovalName,
    ConsumerName,
    EndpointName,
    ManagedApprovalName,
    ManagedEndpointName,
    RecordName,
    ServiceName,
    ZoneName,
    alert_name,
    diagnostics_name,
)
from adx_private_link.resource_ids import ZoneId

_keys = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?", fullmatch=True)
_targets = st.sampled_from(["engine", "ingestion"])
_groups = st.from_regex(r"[a-z0-9_()-][a-z0-9_().-]{0,20}[a-z0-9_()-]", fullmatch=True)
_zones = st.builds(
    ZoneName,
    st.sampled_from(["privatelink.westus.kusto.windows.net", "corp.example"]),
    _groups,
    st.just("11111111-1111-1111-1111-111111111111"),
)
_names = st.one_of(
    st.builds(ServiceName, _keys, _targets),
    st.builds(ConsumerName, _keys, _keys),
    st.builds(EndpointName, _keys, _keys, _targets),
    st.builds(ApprovalName, _keys, _keys, _targets),
    st.builds(ManagedEndpointName, _keys, _keys),
    st.builds(ManagedApprovalName, _keys, _keys),
    _zones,
    st.builds(RecordName, st.sampled_from(["myadx", "ingest-myadx", "private-myadx"]), _zones),
)


@given(_names)
def test_a_name_is_parsed_as_it_was_built(
    name: ServiceName
    | ConsumerName
    | EndpointName
    | ApprovalName
    | ManagedEndpointName
    | ManagedApprovalName
    | ZoneName
    | RecordName,
) -> None:
    """A resource group's name may contain dots and parentheses."""
    assert type(name).parse(str(name)) == name


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ServiceName, "myadx"),
        (EndpointName, "myadx.engine"),
        (ApprovalName, "myadx.red.engine"),
        (ApprovalName, "myadx.engine.approval"),
        (ApprovalName, "myadx.lake.managed-approval"),
        (ManagedApprovalName, "myadx.red.engine.approval"),
        (ManagedEndpointName, "myadx.red.engine"),
        (ZoneName, "privatelink.westus.kusto.windows.net"),
        (ZoneName, "myadx@privatelink.westus.kusto.windows.net@red.sub"),
        (RecordName, "privatelink.westus.kusto.windows.net@red.sub"),
    ],
)
def test_a_name_of_another_form_parses_as_none(
    kind: type[
        ServiceName | EndpointName | ApprovalName | ManagedEndpointName | ManagedApprovalName | ZoneName | RecordName
    ],
    name: str,
) -> None:
    """A stack's state also has names of other programs."""
    assert kind.parse(name) is None


def test_a_zone_has_one_name_in_any_spelling() -> None:
    id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/DNS/providers/Microsoft.Network"
    lower, upper = (ZoneId.parse(f"{id}/privateDnsZones/{zone}") for zone in ("corp.example", "Corp.Example"))
    assert str(ZoneName.of(lower)) == str(ZoneName.of(upper)) == "corp.example@dns.11111111-1111-1111-1111-111111111111"


def test_the_names_of_what_watches_are_pinned() -> None:
    """Another name is another resource: every alert would be deleted and created again."""
    assert alert_name(str(ServiceName("myadx", "engine"))) == "myadx.engine.alert"
    assert alert_name(str(EndpointName("myadx", "red", "cluster"))) == "myadx.red.cluster.alert"
    assert diagnostics_name("myadx") == "myadx.diagnostics"
