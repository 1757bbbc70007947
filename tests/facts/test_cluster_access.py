"""How Azure shows the properties that decide access, and which values mean the same."""

from __future__ import annotations

import pytest

from adx_private_link.facts.cluster_access import AccessValue, CalloutPolicy, access_state, is_closed, same_value


@pytest.mark.parametrize(
    ("access", "is_denied"), [(0, False), (1, True), (1.0, True), ("Allow", False), ("Deny", True)]
)
def test_a_callout_policy_is_read_from_numbers(access: object, *, is_denied: bool) -> None:
    """Azure shows the type and the access as numbers (Update-AzKustoCluster.Recording.json), and Pulumi as floats."""
    policy = CalloutPolicy.read("a_b.example_cosmosdb", "a_b.example", access)
    assert policy == CalloutPolicy("cosmosdb", "a_b.example", "Deny" if is_denied else "Allow")


def test_null_is_the_default() -> None:
    state = access_state(public_access=None, ranges=None, outbound=None, fqdns=None, callouts=(), tenants=())
    assert not is_closed(state)
    assert state["restrictOutboundNetworkAccess"] == "Disabled"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Disabled", "disabled", True),
        (("PowerBI", "20.1.2.3"), ("20.1.2.3/32", "powerbi"), True),
        (("20.1.2.7/24",), ("20.1.2.0/24",), True),
        (("20.1.2.0/24",), ("20.1.2.0/25",), False),
        (("*",), ("*", "11111111-1111-1111-1111-111111111111"), True),
        (("*",), (), False),
        ((CalloutPolicy("sql", "A"),), (CalloutPolicy("sql", "a"),), False),
        ((CalloutPolicy("sql", "a"),), (CalloutPolicy("sql", "a", "Deny"),), False),
    ],
)
def test_values_are_compared_by_what_they_mean(one: AccessValue, other: AccessValue, *, is_same: bool) -> None:
    """Azure may show an id or an address in another spelling or order; that is no difference to report."""
    assert same_value(one, other) == same_value(other, one) == is_same
