"""
What people trip over with private access to native clusters, and the test that shows what this library does instead.

The trip-ups are those of public issues (docs/how-to/native-clusters.md and managed-endpoints.md have their sources).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

INSTEAD = {
    "writes below one cluster collide": "components/test_native.py::test_writes_below_one_cluster_follow_each_other",
    "the name of a connection is guessed": (
        "components/test_native.py::test_the_approval_names_the_connection_on_the_cluster"
    ),
    "an update resets what it does not name": "components/test_native.py::test_nothing_writes_the_cluster_itself",
    "a cluster is replaced when its network goes": (
        "topology/test_left_clusters.py::test_nothing_is_removed_and_every_record_moves_when_a_cluster_leaves"
    ),
    "another spelling of an id replaces the endpoint": (
        "stack/test_zone_groups.py::test_another_spelling_of_every_id_changes_nothing"
    ),
    "the names of storage accounts are missing": (
        "topology/test_native_zones.py::test_fewer_zones_than_needed_are_a_problem"
    ),
    "queued ingestion fails on an unknown host": (
        "stack/test_queued_ingestion.py::test_the_official_client_ingests_by_the_private_names"
    ),
    "a zone has no region in its name": ("topology/test_native_zones.py::test_a_zone_without_its_region_is_a_problem"),
    "an endpoint closes public access": "components/test_native.py::test_nothing_writes_the_cluster_itself",
    "an address list of a closed cluster": (
        "topology/test_native.py::test_an_address_list_of_a_closed_cluster_has_no_effect"
    ),
    "two endpoints write one zone": (
        "topology/test_native_zones.py::test_two_endpoints_of_a_cluster_cannot_share_a_zone"
    ),
    "a policy has a zone group already": (
        "stack/test_refusals_of_native_clusters.py::"
        "test_a_zone_group_of_a_policy_is_reported_before_azure_rejects_a_second_one"
    ),
    "configurations without a name": "components/test_native.py::test_the_zone_group_has_exactly_these_inputs",
    "a zone cannot move in place": (
        "stack/test_zone_groups.py::test_names_move_to_zones_of_this_stack_in_another_group"
    ),
    "managed private endpoints are created at once": ("components/test_managed_endpoints.py::test_one_follows_another"),
    "a managed private endpoint succeeds without a connection": (
        "stack/test_managed_endpoints.py::test_one_update_connects_a_cluster_to_its_sources"
    ),
    "an owner approves a managed private endpoint later": (
        "stack/test_managed_endpoints.py::test_the_owner_of_a_target_can_approve_later"
    ),
    "the right to join a zone is missing": "stack/test_least_rights.py::test_each_action_is_needed",
    "services lose access to a closed cluster": (
        "cli/report/test_clusters.py::test_a_cluster_that_closes_its_public_address_names_who_still_reaches_it"
    ),
    "a policy writes one zone of several": "cli/verify/test_storage_names.py::test_one_whole_account_is_enough",
    "approval by rights does not come": (
        "stack/test_failing_consumers.py::test_an_automatic_approval_that_does_not_come_is_reported"
    ),
    "how a cluster leaves its network is not documented": (
        "stack/test_migrate.py::test_with_the_bridge_no_client_notices_the_move_and_the_way_back"
    ),
    "lists of zones lack the regional one": "topology/test_native.py::test_azure_writes_all_names_into_four_zones",
    "clients use names of the injected network": (
        "cli/migration/test_findings.py::test_names_of_injected_networks_are_asked_for"
    ),
    "a zone group that is left hides the public name": (
        "stack/test_lifecycle.py::test_destroy_leaves_the_world_as_it_was"
    ),
}


@pytest.mark.parametrize("test", INSTEAD.values(), ids=INSTEAD.keys())
def test_each_trip_up_has_a_test_of_what_happens_instead(test: str) -> None:
    file, _, name = test.partition("::")
    module = ast.parse((TESTS / file).read_text())
    assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
