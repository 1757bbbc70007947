"""Managed private endpoints in the settings: which targets and groups go together."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.program import parse

from ..samples.building import ELSEWHERE, GUEST, OWNER, cluster, cluster_id, described, hosts
from ..samples.managed import EVENTS, LAKE, TARGETS, reading
from .parsing import only_parse_problem, parse_problems

BLOB = {"target": LAKE, "group": "blob"}
DFS = {"target": LAKE, "group": "dfs"}
PATH = "clusters.new.managed_endpoints"


@pytest.mark.parametrize(
    ("key", "group"),
    [("events", "namespace"), ("hub", "iotHub"), ("vault", "vault"), ("server", "sqlServer"), ("other", "cluster")],
)
def test_the_only_group_of_a_target_is_the_default(key: str, group: str) -> None:
    settings = parse(reading(one={"target": TARGETS[key]}))
    assert settings.clusters["new"].managed_endpoints["one"].group_id == group
    assert parse(reading(one={"target": TARGETS[key], "group": group}))


def test_files_need_blobs_as_well() -> None:
    """MicrosoftDocs, dataexplorer-docs, security-network-managed-private-endpoint-create.md, says so."""
    problem = only_parse_problem(reading(files=DFS))
    assert problem.path == f"{PATH}.files.group"
    assert "`group: blob`" in problem.remedy
    assert parse(reading(files=DFS, blobs=BLOB))
    other = {"target": LAKE.replace("lake", "pond"), "group": "blob"}
    assert only_parse_problem(reading(files=DFS, blobs=other)).path == f"{PATH}.files.group"


# Settings, path, message, remedy.
@pytest.mark.parametrize(
    ("endpoints", "path", "message", "remedy"),
    [
        ({"a": {"target": LAKE}}, "a.group", "is missing, and a storage account has several", "write `blob` or `dfs`"),
        (
            {"a": {"target": EVENTS, "group": "blob"}},
            "a.group",
            "is blob, which an Event Hubs namespace does not have",
            "write `namespace`",
        ),
        ({"a": {"target": LAKE, "group": "blobs"}}, "a.group", "is not known", "did you mean `blob`?"),
        (
            {"a": {"target": LAKE.replace("Storage/storageAccounts", "Web/sites")}},
            "a.target",
            "is not the resource id of a target",
            "a storage account, an Event Hubs namespace, an IoT hub, a key vault, a SQL server or an Azure Data",
        ),
        ({"a": {"target": 5}}, "a.target", "is not the resource id of a target", "write that of"),
        (
            {"a": {"target": EVENTS.removesuffix("/events")}},
            "a.target",
            "is not the resource id of an Event Hubs namespace",
            "Microsoft.EventHub/namespaces/<namespace>",
        ),
        ({"a": {"target": cluster_id("NewADX")}}, "a.target", "is the cluster itself", "another cluster"),
        ({"a": BLOB, "b": {**BLOB, "target": LAKE.upper()}}, "b", "same target and group as", "remove one of the two"),
        ({"a": BLOB, "b": {**DFS, "formerly": "a"}}, "b.formerly", "the same names as", "not used already"),
        ({"a": {**BLOB, "approve": "yes"}}, "a.approve", "is neither `true` nor `false`", "write one of the two"),
        ({"a": {**BLOB, "name": "x"}}, "a.name", "is not the name of a private endpoint", "write 2 to 64 letters"),
        ({"a": {**BLOB, "service": "x"}}, "a.service", "is not a setting", "Known: approve, formerly, group, name"),
    ],
)
def test_a_problem_names_its_setting_and_its_remedy(
    endpoints: dict[str, Any], path: str, message: str, remedy: str
) -> None:
    problem = only_parse_problem(reading(**endpoints))
    assert problem.path == f"{PATH}.{path}"
    assert message in problem.message
    assert remedy in problem.remedy


def test_keys_differ_in_more_than_their_case() -> None:
    """Azure's names have no case."""
    assert "differ in case only" in only_parse_problem(reading(lake=BLOB, LAKE=DFS)).message


def test_a_cluster_without_an_id_has_none() -> None:
    """They are resources below the cluster."""
    settings = {
        "clusters": {"old": {"described": described("old"), "managed_endpoints": {"lake": BLOB}}},
        "consumers": {},
    }
    problem = only_parse_problem(settings)
    assert problem.path == "clusters.old.managed_endpoints"
    assert "write the `id` of the cluster as well" in problem.remedy


def test_clusters_of_both_kinds_have_them() -> None:
    """They are no setting of private link services, so that an injected cluster can be prepared for its migration."""
    native = cluster(
        "newadx", described={"location": "westus", "hosts": hosts("newadx")}, managed_endpoints={"x": BLOB}
    )
    settings = {"clusters": {"new": native, "old": cluster("old", managed_endpoints={"x": BLOB})}, "consumers": {}}
    parsed = parse(settings)
    assert [parsed.clusters[key].of_services for key in ("new", "old")] == [[], []]


def test_a_hand_over_has_none() -> None:
    """The cluster is another team's."""
    managed: dict[str, Any] = {}
    settings = {"hand_overs": {"theirs": {"stack": "a/b/c", "managed_endpoints": managed}}, "consumers": {}}
    assert [problem.path for problem in parse_problems(settings)] == ["hand_overs.theirs.managed_endpoints"]


def test_the_stack_works_where_it_approves() -> None:
    """It needs no provider for a target whose owner approves."""
    mine, theirs = BLOB, {"target": EVENTS.replace(GUEST, ELSEWHERE), "approve": False}
    assert parse(reading(mine=mine, theirs=theirs)).subscriptions == [OWNER, GUEST]
