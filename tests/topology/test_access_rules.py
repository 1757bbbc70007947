"""The desired access of a cluster against its actual one, property by property."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.facts.cluster_access import AccessState, CalloutPolicy, is_closed, same_value
from adx_private_link.program import parse
from adx_private_link.settings import ClusterSettings
from adx_private_link.topology.access_rules import desired_access, find_access_differences, narrows

from ..samples.access import OPEN, access
from ..samples.smallest import small_with_cluster

_TENANTS = [f"{digit * 8}-{digit * 4}-{digit * 4}-{digit * 4}-{digit * 12}" for digit in "123a"]
_RANGES = ["20.1.2.3", "20.1.0.0/16", "0.0.0.0/0", "PowerBI", "Storage.WestUS"]
_FQDNS = ["a.example", "b.blob.core.windows.net"]
_CALLOUTS = [("sql", "a"), ("kusto", "b"), ("sql", "B")]


def _some(items: list[Any], least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(items), min_size=least, unique=True)


def _callouts(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return {"callouts": [{"type": kind, "uri_regex": uri} for kind, uri in pairs]}


_settings = st.fixed_dictionaries(
    {},
    optional={
        "public_access": st.sampled_from(["open", "closed"]) | _some(_RANGES, 1),
        "outbound": st.just("open")
        | _some(_FQDNS).map(lambda hosts: {"fqdns": hosts})
        | _some(_CALLOUTS, 1).map(_callouts),
        "trusted_tenants": st.sampled_from(["own", "all"]) | _some(_TENANTS, 1),
    },
)


@st.composite
def _states(draw: st.DrawFn) -> AccessState:
    return access(
        publicNetworkAccess=draw(st.sampled_from(["Enabled", "Disabled", "SecuredByPerimeter"])),
        allowedIpRangeList=tuple(draw(_some(_RANGES))),
        restrictOutboundNetworkAccess=draw(st.sampled_from(["Enabled", "Disabled"])),
        allowedFqdnList=tuple(draw(_some(_FQDNS))),
        calloutPolicies=tuple(CalloutPolicy(*callout) for callout in draw(_some(_CALLOUTS))),
        trustedExternalTenants=tuple(draw(_some(["*", *_TENANTS]))),
    )


def _parse(**written: Any) -> ClusterSettings:
    return parse(small_with_cluster(**written)).clusters["myadx"]


def _shuffled(state: AccessState, seed: int) -> AccessState:
    """The same state as Azure may spell it."""
    random_order = random.Random(seed)
    return {
        name: value.lower() if isinstance(value, str) else tuple(random_order.sample(value, len(value)))
        for name, value in state.items()
    }


@given(_settings, _states(), st.booleans(), st.integers())
def test_what_is_applied_is_no_difference(
    written: dict[str, Any],
    actual: AccessState,
    is_native: bool,  # noqa: FBT001 - of hypothesis
    seed: int,
) -> None:
    """Otherwise previews would warn for ever, and the command would never end."""
    settings = _parse(**written)
    differences = find_access_differences("myadx", settings, actual, is_native=is_native)
    applied: AccessState = {**actual, **{difference.property: difference.desired for difference in differences}}
    assert find_access_differences("myadx", settings, _shuffled(applied, seed), is_native=is_native) == []
    for difference in differences:
        assert not same_value(difference.actual, difference.desired)
        assert difference.path == f"clusters.myadx.{difference.setting}"
        assert difference.setting in written


@given(_settings, _states())
def test_a_list_of_ranges_is_there_before_the_cluster_opens(written: dict[str, Any], actual: AccessState) -> None:
    """A killed command must not leave a cluster open to everyone that only some may reach."""
    state: AccessState = {**actual}
    desired = _parse(**written).public_access
    for difference in find_access_differences("myadx", _parse(**written), actual, is_native=True):
        change: AccessState = {difference.property: difference.desired}
        state = {**state, **change}
        if isinstance(desired, list) and not is_closed(state) and is_closed(actual):
            assert same_value(state["allowedIpRangeList"], tuple(desired))


@pytest.mark.parametrize(
    ("written", "actual", "expected"),
    [
        ({"public_access": "closed"}, OPEN, {"publicNetworkAccess": "Disabled"}),
        ({"public_access": "closed"}, access(publicNetworkAccess="Disabled", allowedIpRangeList=("20.1.2.3",)), {}),
        ({"public_access": "open"}, access(allowedIpRangeList=("20.1.2.3",)), {"allowedIpRangeList": ()}),
        (
            {"public_access": ["PowerBI"]},
            access(publicNetworkAccess="Disabled"),
            {"allowedIpRangeList": ("PowerBI",), "publicNetworkAccess": "Enabled"},
        ),
        ({"outbound": "open"}, access(allowedFqdnList=("a.example",)), {}),
        ({"outbound": {"fqdns": []}}, OPEN, {"restrictOutboundNetworkAccess": "Enabled"}),
        (
            {"outbound": {"fqdns": ["a.example"]}},
            access(restrictOutboundNetworkAccess="Enabled", calloutPolicies=(CalloutPolicy("sql", "x"),)),
            {"allowedFqdnList": ("a.example",), "calloutPolicies": ()},
        ),
        ({"trusted_tenants": "own"}, OPEN, {"trustedExternalTenants": ()}),
        ({"trusted_tenants": "all"}, access(trustedExternalTenants=()), {"trustedExternalTenants": ("*",)}),
    ],
)
def test_differences_by_property(written: dict[str, Any], actual: AccessState, expected: AccessState) -> None:
    differences = find_access_differences("myadx", _parse(**written), actual, is_native=True)
    assert {difference.property: difference.desired for difference in differences} == expected


def test_public_access_of_an_injected_cluster_is_not_compared() -> None:
    """Its network security groups decide who reaches it."""
    settings = _parse(public_access="closed", trusted_tenants="own")
    differences = find_access_differences("myadx", settings, OPEN, is_native=False)
    assert [difference.setting for difference in differences] == ["trusted_tenants"]


@pytest.mark.parametrize(
    ("written", "actual", "is_narrower"),
    [
        ({"public_access": "closed"}, OPEN, True),
        ({"public_access": "closed"}, access(publicNetworkAccess="SecuredByPerimeter"), True),
        ({"public_access": ["PowerBI"]}, OPEN, True),
        ({"public_access": ["PowerBI", "20.1.2.3"]}, access(allowedIpRangeList=("powerbi",)), False),
        ({"public_access": ["20.1.2.3"]}, access(allowedIpRangeList=("powerbi",)), True),
        ({"public_access": ["PowerBI"]}, access(publicNetworkAccess="Disabled"), False),
        ({"public_access": "open"}, access(allowedIpRangeList=("PowerBI",)), False),
        ({"outbound": "open"}, access(restrictOutboundNetworkAccess="Enabled"), False),
        ({"outbound": {"fqdns": _FQDNS}}, OPEN, True),
        ({"outbound": {"fqdns": _FQDNS}}, access(restrictOutboundNetworkAccess="Enabled"), False),
        (
            {"outbound": {"fqdns": []}},
            access(restrictOutboundNetworkAccess="Enabled", calloutPolicies=(CalloutPolicy("sql", "x"),)),
            True,
        ),
        ({"trusted_tenants": "own"}, OPEN, True),
        ({"trusted_tenants": _TENANTS}, OPEN, True),
        ({"trusted_tenants": _TENANTS}, access(trustedExternalTenants=(_TENANTS[0],)), False),
        ({"trusted_tenants": "all"}, access(trustedExternalTenants=(_TENANTS[0],)), False),
    ],
)
def test_only_a_narrower_access_costs_anyone_anything(
    written: dict[str, Any], actual: AccessState, *, is_narrower: bool
) -> None:
    [(setting, desired)] = desired_access(_parse(**written)).items()
    assert narrows(setting, desired, actual) == is_narrower
