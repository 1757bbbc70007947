"""Properties of the custom roles of every stack."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.rights.custom_roles import CUSTOM_ROLE_KEYS, plan_custom_roles
from adx_private_link.rights.needs import find_needs
from adx_private_link.rights.records import CustomRole
from adx_private_link.settings import Settings
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.records import Topology

from ..samples.random_natives import native_stacks
from ..samples.random_stacks import peaceful_stacks

_SCOPE = re.compile(r"/subscriptions/[0-9a-f-]{36}(/resourceGroups/[^/]+)?")

all_settings: st.SearchStrategy[Settings] = st.one_of(
    peaceful_stacks().map(lambda stack: stack.settings), native_stacks().map(lambda stack: stack.settings)
)


def roles_of(settings: Settings) -> tuple[Topology, list[CustomRole]]:
    topology = expected_topology(settings)
    assert isinstance(topology, Topology)
    return topology, plan_custom_roles(find_needs(settings, topology, {}))


@given(all_settings)
def test_a_scope_is_one_that_the_settings_name(settings: Settings) -> None:
    """Objects that only Azure knows have made-up ids offline, at which nobody can assign a role."""
    _, roles = roles_of(settings)
    written = settings.model_dump_json().lower()
    for role in roles:
        assert role.key in CUSTOM_ROLE_KEYS
        assert role.scopes
        for scope in role.scopes:
            assert _SCOPE.fullmatch(scope)
            assert all(part.lower() in written for part in scope.split("/")[2::2])


@given(all_settings)
def test_every_side_that_is_deployed_has_an_identity(settings: Settings) -> None:
    """A stack whose roles lack a side fails at its first resource there."""
    topology, roles = roles_of(settings)
    scopes = {identity: set[str]() for identity in ("deploy-service", "deploy-consumer", "dns")}
    for role in roles:
        if role.identity in scopes:
            scopes[role.identity] |= {scope.lower() for scope in role.scopes}
    for cluster in topology.clusters.values():
        for service in cluster.services.values():
            assert str(service.place).lower() in scopes["deploy-service"]
        for endpoint in cluster.endpoints:
            assert str(endpoint.place).lower() in scopes["deploy-consumer"]
            for key in endpoint.zones:
                assert topology.zones[key].id.text.partition("/providers/")[0].lower() in scopes["dns"]
