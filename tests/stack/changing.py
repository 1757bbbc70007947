"""What every change of a stack must hold: the preview announces it, `up` does it, in an order that harms nobody."""

from __future__ import annotations

from typing import Any

from azure_sandbox.testing import Run, Stack


class Operations(list[str]):
    """What an update did, in order; the preview announced the same, in an order of its own."""

    def __init__(self, done: list[str], previewed: list[str]) -> None:
        super().__init__(done)
        self.previewed = previewed


def change(stack: Stack, settings: dict[str, Any]) -> Operations:
    """
    Change a deployed stack; its operations, the same in the preview and in the update.

    Afterwards nothing is left to do, and at no time has a record led to an endpoint that was gone.
    """
    records = _record_of(stack)
    stack.configure(**settings)
    done = stack.up(preview=True)
    assert done.succeeded, done.output
    assert done.preview
    _check_records(done.preview, records)
    _check_records(done, records)
    assert sorted(done.preview.operations) == sorted(done.operations)
    again = stack.preview("--expect-no-changes", "--refresh")
    assert again.succeeded, again.output
    return Operations(done.operations, done.preview.operations)


def in_order(operations: Operations, *wanted: str) -> None:
    """These operations are among the others, one after the other, in the preview too."""
    for told in (operations.previewed, operations):
        places = [told.index(each) for each in wanted]
        assert places == sorted(places), told


def _record_of(stack: Stack) -> dict[str, set[str]]:
    """The records that depend on each endpoint, by logical names."""
    names = {each["urn"]: each["urn"].rsplit("::", 1)[1] for each in stack.state()}
    found: dict[str, set[str]] = {}
    for each in stack.state():
        if each["type"] != "azure-native:privatedns:PrivateRecordSet":
            continue
        for urn in each.get("dependencies", []):
            if urn.split("::")[-2].endswith(":PrivateEndpoint"):
                found.setdefault(names[urn], set()).add(names[each["urn"]])
    return found


def _check_records(run: Run, records: dict[str, set[str]]) -> None:
    """Nothing leads to an endpoint any more when it goes."""
    for place, operation in enumerate(run.operations):
        how, kind, name = operation.split()
        if kind == "PrivateEndpoint" and how.startswith("delete"):
            gone = {each.split()[2] for each in run.operations[:place] if each.startswith("delete")}
            assert records.get(name, set()) <= gone, f"{operation} before its records in {run.operations}"
