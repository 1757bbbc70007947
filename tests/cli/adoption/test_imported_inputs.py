"""The state of an imported object has the program's value of each input that Azure has as planned."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.cli.adoption.imported_inputs import with_planned_inputs

from .resources import ENDPOINT, SERVICE, resource


def _inputs(planned: dict[str, Any], imported: dict[str, Any], *ignored: str, type: str = SERVICE) -> dict[str, Any]:
    return with_planned_inputs(resource(type, imported), resource(type, planned, ignored=list(ignored))).inputs


@pytest.mark.parametrize(
    ("planned", "imported"),
    [
        ({"location": "westus"}, {"location": "West US"}),
        ({"visibility": {"subscriptions": ["a", "b"]}}, {"visibility": {"subscriptions": ["b", "a"]}}),
        ({}, {"enableProxyProtocol": False, "tags": {}, "fqdns": []}),
        ({"tags": {}}, {}),
        ({"serviceName": "PLS"}, {"serviceName": "pls"}),
    ],
    ids=["spelling", "order", "defaults", "empty", "id"],
)
def test_inputs_as_planned_become_the_planned_inputs(planned: dict[str, Any], imported: dict[str, Any]) -> None:
    """Otherwise the next preview would show changes that no setting can avoid."""
    assert _inputs(planned, imported) == planned


@pytest.mark.parametrize(
    ("planned", "imported"),
    [
        ({"tags": {"a": "b"}}, {"tags": {"a": "b", "c": "d"}}),
        ({"enableProxyProtocol": None}, {"enableProxyProtocol": True}),
        ({}, {"fqdns": ["others.example"]}),
        ({"visibility": {"subscriptions": ["a"]}}, {"visibility": {"subscriptions": ["a", "b"]}}),
    ],
    ids=["another tag", "on instead of off", "not planned", "another subscription"],
)
def test_other_inputs_stay_and_show_in_the_next_preview(planned: dict[str, Any], imported: dict[str, Any]) -> None:
    assert _inputs(planned, imported) == imported


def test_ignored_inputs_stay() -> None:
    """The plan of a replacement does not show which inputs it ignores."""
    planned = {"manual": [{"name": "ours", "requestMessage": "ours", "service": "x"}], "tags": {"a": "b"}}
    imported = {"manual": [{"name": "theirs", "service": "x"}], "tags": {"c": "d"}}
    kept = _inputs(planned, imported, "manual[*].name", "manual[*].requestMessage", "tags", type=ENDPOINT)
    assert kept == {"manual": [{"name": "theirs", "service": "x"}], "tags": {"c": "d"}}
