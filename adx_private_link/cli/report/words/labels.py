"""The words of tables and comments: titles, headings, cells and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ....counts import plural
from ..accesses import Access, ExternalAccess
from ..connections import Connection
from ..effects import Effect
from ..plan import STORAGE, Problem
from ..resources import Operation
from ..risks.records import Effect as RiskEffect
from ..risks.records import Severity

TITLE = "Private access to Azure Data Explorer"
HEADINGS = ("consumer", "role", "host", "address", "connection", "operation")
CLUSTER = "cluster"
RECORD_SET_HEADINGS = ("record set", "zone", "address", "leads to", "operation")
MANAGED_HEADINGS = ("cluster", "managed private endpoint", "target", "group", "connection", "operation")
MANAGED_TITLE = "Managed private endpoints, by which clusters reach their sources of data"
NONE = "none"
THEIRS = "in its own stack"
"""The hosts and addresses of external consumers."""
NOT_KNOWN_YET = "known after the update"
ADDRESS_CHANGES = "changes"
PICTURE = "Picture"
SEEN_BEFORE_FAILURE = "Changes found before the failure; the list is incomplete"
MESSAGE_TITLES = {"error": "Errors", "warning": "Warnings", "info": "Notes"}
"""By the severity of messages."""
SEVERITY_WORDS: dict[Severity, str] = {"caution": "Caution", "warning": "Warning", "note": "Note"}

VIOLATIONS: dict[str, str] = {
    "mandatory": "Violates mandatory policies: Pulumi rejects the update",
    "advisory": "Violates advisory policies",
}
"""By the level of the rule."""
VIOLATION_SEVERITIES: dict[str, Severity] = {"mandatory": "caution", "advisory": "warning"}

PROBLEMS: dict[Problem, str] = {
    "empty": "The preview printed nothing. Read the output of its job.",
    "no-preview": "The preview did not print what `pulumi preview --json --show-sames` prints. Read the output of its "
    "job, or leave the file out.",
    "without-sames": "The preview was printed without `--show-sames`, so unchanged resources are missing. Run "
    "`pulumi preview --json --show-sames`.",
}

RISK_EFFECTS: dict[RiskEffect, str] = {
    "cuts-off": "Cuts off access",
    "interrupts": "Interrupts access or changes addresses",
    "answers-other-names": "Answers names outside Azure Data Explorer",
    "lets-in": "Opens access to others",
    "protects-less": "Removes protection",
    "differs": "Leaves a difference from the settings",
    "approves": "Approves connections",
    "waits": "Waits for another owner",
}
"""The titles of a report's sections."""

OPERATIONS: dict[Operation, str] = {
    "create": "created",
    "import": "imported",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
}
_EXTERNAL_OPERATIONS: dict[Effect, str] = {
    "expected": "expected from now on",
    "hand-over-void": "new hand-over",
    "cut-off-for-good": "new hand-over",
    "no-longer-expected": "no longer expected",
}
CONNECTIONS: dict[Connection, str] = {
    "approved": "approved",
    "approved-by-update": "approved by this update",
    "approved-by-azure": "approved by Azure",
    "awaited": "awaited",
    "no-longer-approved": "no longer approved",
    "pending": "pending",
    "rejected": "rejected",
    "disconnected": "disconnected",
    "unknown": "not known",
    "ended": "ended",
}


def cluster_count(count: int) -> str:
    return plural(count, "cluster")


def host_count(count: int) -> str:
    return plural(count, "host")


IDLE = {
    "prepared": "none before the cluster leaves its network",
    "left": "none since the cluster left its network",
    "public": "none while its names are public",
}
"""The hosts of an idle endpoint."""


def host_words(host: str | None, role: str, idle: str | None = None) -> str:
    if host is None and idle in IDLE:
        return IDLE[idle]
    return host or ("storage hosts" if role == STORAGE else f"(host of the {role} not known)")


def storage_host_count(count: int) -> str:
    return plural(count, "storage host")


def address_count(count: int) -> str:
    return "an address" if count == 1 else f"{count} addresses"


def access_operation(access: Access) -> str:
    """The operations on an access's endpoint, record set and zone group."""
    objects = (("endpoint", access.endpoint), ("record set", access.record), ("zone group", access.zone_group))
    operations = [f"{what} {OPERATIONS[operation]}" for what, operation in objects if operation in OPERATIONS]
    if access.idle:
        operations = operations[:1]
    elif access.endpoint in ("create", "replace") and not (access.record or access.zone_group):
        operations.append("no record set of this stack")
    elif access.endpoint in ("create", "delete", "replace"):
        operations = operations[:1]  # the record set follows
    return ", ".join(operations) or "connection approved"


def managed_connection(*, approved_here: bool) -> str:
    """The connection of a managed private endpoint that changes, after the update."""
    return "approved by this stack" if approved_here else "left to the target's owner"


def external_operation(access: ExternalAccess) -> str:
    """The operation on an external consumer's access."""
    if access.service == "delete":
        return "service deleted"
    return _EXTERNAL_OPERATIONS.get(access.effect, "connections approved")


def counts(by_operation: Mapping[str, int]) -> str:
    """The number of resources by operation."""
    unchanged = f"{by_operation.get('same', 0)} unchanged"
    return f"Resources: {', '.join([*_changed(by_operation), unchanged])}."


def record_set_counts(by_operation: Mapping[str, int]) -> str:
    """The number of record sets by operation."""
    return f"Record sets: {', '.join(_changed(by_operation))}."


def _changed(by_operation: Mapping[str, int]) -> Iterator[str]:
    return (f"{count} {word}" for operation, word in OPERATIONS.items() if (count := by_operation.get(operation)))


def privacy(*, is_private: bool) -> str:
    return "private" if is_private else "not private"


def external_consumer(name: str) -> str:
    return f"{name} (external)"


def approved_count(before: int, after: int) -> str:
    return f"{after} approved" if before == after else f"{before} → {after} approved"


def cluster_title(name: str) -> str:
    return f"Cluster {name}"


def stack_counts(stacks: int, changed: int, failed: int) -> str:
    """The number of stacks that change, and of previews that failed."""
    count = f"{changed} of {stacks} stacks change"
    return f"{count}; the preview of {failed} failed." if failed else f"{count}."


def stacks_left_out(count: int) -> str:
    return f"And {count} stacks more. A comment has no room for them: use `--format json`."


def risks_left_out(count: int) -> str:
    return f"A comment has no room for its {plural(count, 'risk')}: use `--format json`."


def each_of(count: int) -> str:
    return f"Each of the {count}"
