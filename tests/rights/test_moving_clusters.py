"""Clusters that move out of their network need the rights of both kinds."""

from __future__ import annotations

from adx_private_link import azure_actions as actions

from ..samples.native import both_kinds, made
from .test_needs import ALERTS, has, roles_of


def test_a_prepared_move_needs_approvals_of_both_kinds() -> None:
    """The stack approves connections to the services, and to the cluster itself."""
    settings = both_kinds(made())
    del settings["clusters"]["new"]
    settings["clusters"]["old"] = {**settings["clusters"]["old"], "targets": "both"}
    role = roles_of(settings)["deploy-service"]
    assert has(role, actions.WRITE_SERVICE_CONNECTION)
    assert has(role, actions.WRITE_CLUSTER_CONNECTION)
    settings["clusters"]["old"]["targets"] = "services"
    assert not has(roles_of(settings)["deploy-service"], actions.WRITE_CLUSTER_CONNECTION)


def test_alerts_of_endpoints_without_names_need_rights_too() -> None:
    """They get their alerts when the names are theirs, and that must not fail in the middle of a move."""
    settings = both_kinds(made())
    settings["alerts"] = {**ALERTS, "endpoints": {}}
    for cluster in settings["clusters"].values():
        cluster |= {"targets": "cluster", "names": "public"}
    assert has(roles_of(settings)["deploy-consumer"], actions.WRITE_ALERT)
