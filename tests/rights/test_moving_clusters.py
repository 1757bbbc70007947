"""Clusters that move out of their network need the rights of both kinds."""

from __future__ import annotations

from adx_private_link import azure_actions as actions
from adx_private_link.settings import ClusterKind

from ..samples.native import both_kinds, made
from .test_needs import ALERTS, has, roles_of

KINDS: tuple[ClusterKind, ...] = ("injected", "native")


def test_a_prepared_move_needs_the_rights_of_both_kinds() -> None:
    """
    The update right after the move publishes by zone groups, and the way back by the services.

    A right that is missing then leaves clients without access.
    """
    settings = both_kinds(made())
    del settings["clusters"]["new"]
    settings["clusters"]["old"] = {**settings["clusters"]["old"], "targets": "both"}
    before, after = (roles_of(settings, {"old": kind}) for kind in KINDS)
    assert before == after
    assert has(before["deploy-service"], actions.WRITE_SERVICE_CONNECTION)
    assert has(before["deploy-service"], actions.WRITE_CLUSTER_CONNECTION)
    assert has(before["deploy-consumer"], actions.WRITE_ZONE_GROUP)
    settings["clusters"]["old"]["targets"] = "services"
    assert not has(roles_of(settings)["deploy-service"], actions.WRITE_CLUSTER_CONNECTION)
    assert not has(roles_of(settings)["deploy-consumer"], actions.WRITE_ZONE_GROUP)


def test_alerts_of_endpoints_without_names_need_rights_too() -> None:
    """They get their alerts when the names are theirs, and that must not fail in the middle of a move."""
    settings = both_kinds(made())
    settings["alerts"] = {**ALERTS, "endpoints": {}}
    for cluster in settings["clusters"].values():
        cluster |= {"targets": "cluster", "names": "public"}
    assert has(roles_of(settings)["deploy-consumer"], actions.WRITE_ALERT)
