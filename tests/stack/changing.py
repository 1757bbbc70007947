"""What every change of a stack must hold: the preview announces it, and `up` does it in a safe order."""

from __future__ import annotations

from typing import Any

from azure_sandbox.testing import Run, Stack


class Operations(list[str]):
    """The operations of an update, in order; the preview announced the same ones, in an order of its own."""

    def __init__(self, updated: list[str], previewed: list[str]) -> None:
        super().__init__(updated)
        self.previewed = previewed


def change(stack: Stack, settings: dict[str, Any]) -> Operations:
    """
    Change a deployed stack, and return its operations: the same in the preview and in the update.

    Afterwards nothing is left to do, and at no time did a record point at a deleted endpoint.
    """
    records = _records_by_endpoint(stack)
    stack.configure(**settings)
    update = stack.up(preview=True)
    assert update.succeeded, update.output
    assert update.preview
    _check_records(update.preview, records)
    _check_records(update, records)
    assert sorted(update.preview.operations) == sorted(update.operations)
    refreshed = stack.preview("--expect-no-changes", "--refresh")
    assert refreshed.succeeded, refreshed.output
    return Operations(update.operations, update.preview.operations)


def assert_order(operations: Operations, *expected: str) -> None:
    """Check that these operations follow one another, among others, in the update and in its preview."""
    for run in (operations.previewed, operations):
        positions = [run.index(operation) for operation in expected]
        assert positions == sorted(positions), run


_WRITERS_OF_NAMES = ("azure-native:privatedns:PrivateRecordSet", "azure-native:network:PrivateDnsZoneGroup")


def _records_by_endpoint(stack: Stack) -> dict[str, set[str]]:
    """Return the records and zone groups that depend on each endpoint, by logical names."""
    resources = stack.state()
    names = {resource["urn"]: resource["urn"].rsplit("::", 1)[1] for resource in resources}
    records: dict[str, set[str]] = {}
    for resource in resources:
        if resource["type"] not in _WRITERS_OF_NAMES:
            continue
        for urn in resource.get("dependencies", []):
            if urn.split("::")[-2].endswith(":PrivateEndpoint"):
                records.setdefault(names[urn], set()).add(names[resource["urn"]])
    return records


def _check_records(run: Run, records: dict[str, set[str]]) -> None:
    """Check that the records of an endpoint are deleted before the endpoint."""
    for position, operation in enumerate(run.operations):
        action, kind, name = operation.split()
        if kind == "PrivateEndpoint" and action.startswith("delete"):
            earlier = run.operations[:position]
            deleted = {operation.split()[2] for operation in earlier if operation.startswith("delete")}
            assert records.get(name, set()) <= deleted, f"{operation} before its records in {run.operations}"
