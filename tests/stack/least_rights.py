"""Worlds in which identities have exactly the roles that `adx-private-link rights` prints."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from adx_private_link.rights.custom_roles import plan_custom_roles
from adx_private_link.rights.needs import find_needs, kinds_of_moves
from adx_private_link.rights.records import ClusterNetwork, CustomRole, Need
from adx_private_link.settings import ClusterKind, Settings, parse_settings
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.records import Topology
from azure_sandbox.azure import Json, StoreFile
from azure_sandbox.azure.rights import Right
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack

OF_UPDATES = ("deploy-service", "deploy-consumer", "dns")
"""The identities that `pulumi up` needs, one or several."""
BOTH: Mapping[str, ClusterKind] = {"new": "native", "old": "injected"}
"""The kinds of the clusters in stacks of both kinds, as `--live` reads them."""


def printed_roles(
    settings: Mapping[str, Any],
    kinds: Mapping[str, ClusterKind],
    networks: Mapping[str, ClusterNetwork] = MappingProxyType({}),
) -> list[CustomRole]:
    """Return the roles that the command prints for settings, the kinds of clusters, and the networks of `--live`."""
    parsed = parse_settings(settings)
    assert isinstance(parsed, Settings), parsed
    needs: list[Need] = []
    for planned_kinds in kinds_of_moves(parsed, kinds) or [kinds]:
        topology = expected_topology(parsed, deployed=planned_kinds)
        assert isinstance(topology, Topology), topology
        needs += find_needs(parsed, topology, networks)
    return plan_custom_roles(needs)


def list_names(roles: Sequence[CustomRole], identities: Collection[str], without: Collection[str] = ()) -> list[str]:
    """List the names of the actions of some identities' roles, sorted."""
    names = {action.name for role in roles if role.identity in identities for action in role.actions}
    return sorted(names - {*without})


def assignments(
    roles: Sequence[CustomRole], identities: Collection[str] = OF_UPDATES, *, who: str = "*", without: str = ""
) -> list[Json]:
    """Return the rights of some identities: their roles at all scopes, `without` one action."""
    return [
        {"who": who, "scope": scope, "actions": [action.name for action in role.actions if action.name != without]}
        for role in roles
        if role.identity in identities
        for scope in role.scopes
    ]


def world_with(directory: Path, world: Path, rights: Sequence[Json]) -> Path:
    """Write a world with rights, and return its file."""
    content = {**yaml.safe_load(world.read_text()), "rights": [*rights]}
    file = directory / "world.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return file


def set_rights(home: SandboxHome, rights: Sequence[Json]) -> None:
    """Replace the rights in a world that is in use."""
    with StoreFile(home.state).transaction() as store:
        store.set_rights(json.dumps(asdict(Right(**right))) for right in rights)


def log_in_as(stack: Stack, client: str) -> None:
    """Let the providers of a stack log in as a managed identity."""
    file = stack.directory / f"Pulumi.{stack.name}.yaml"
    content = yaml.safe_load(file.read_text())
    content["config"] |= {"azure-native:useMsi": "true", "azure-native:clientId": client}
    file.write_text(yaml.safe_dump(content, sort_keys=False))
