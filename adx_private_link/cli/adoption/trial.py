"""The import, tried out on a copy of the stack: what can be imported, and what the next preview shows then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter

from ..pulumi.azure_objects import id_of, subscriptions_of
from ..pulumi.preview import Preview
from ..pulumi.stack import PulumiStack
from ..pulumi.state import Resource
from ..tool_output import parse_output
from .discovery import existing
from .import_file import ImportFile, as_imported, key_of


@dataclass(frozen=True)
class Trial:
    """How the import went."""

    resources: tuple[Resource, ...]
    """What was imported, as the state should have it; components and providers included."""
    left_to_do: tuple[str, ...]
    """What `pulumi up` would do afterwards."""

    @property
    def objects(self) -> list[Resource]:
        """What is taken over in Azure, by type."""
        found = [each for each in self.resources if each.custom and not each.type.startswith("pulumi:")]
        return sorted(found, key=lambda each: (each.type, each.urn))


def try_import(copy: PulumiStack, settings: Path) -> Trial:
    """
    Import into a copy of the stack whatever the program would make and Azure has.

    In rounds, since the path of a record is known once its zone is in the state.
    """
    before = {each.urn for each in copy.export_state().deployment.resources}
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        file = Path(directory, "import.json")
        looked_for: set[str] = set()
        while True:
            preview = copy.preview(*_with(settings), "--show-sames", "--import-file", str(file))
            subscriptions = subscriptions_of(preview.planned)
            planned = {id: each for each in preview.created if (id := id_of(each, subscriptions))}
            there = existing([id for id in planned if id not in looked_for])
            looked_for |= planned.keys()
            if not there:
                break
            ids = {key_of(each): id for id, each in planned.items() if id in there}
            file.write_text(_import_file(file).with_ids(ids).text())
            copy.import_resources(file)
    return _settle(copy, settings, preview, before)


def _settle(copy: PulumiStack, settings: Path, preview: Preview, before: set[str]) -> Trial:
    """
    Say what was imported in the program's words, as far as it is as the program wants it.

    Begins with the preview after the last import, and goes on as long as that makes a difference: what hangs on an
    object is known once this one stays as it is.
    """
    state = copy.export_state()
    resources, left_to_do = state.deployment.resources, None
    while True:
        if preview.operations in ([], left_to_do):
            return Trial(tuple(each for each in resources if each.urn not in before), tuple(preview.operations))
        left_to_do = preview.operations
        wanted = {each.urn: each for each in preview.planned}
        resources = [
            each if each.urn in before else _as_it_should_be(each, wanted.get(each.urn))
            for each in state.deployment.resources
        ]
        copy.import_state(state.with_resources(resources))
        preview = copy.preview(*_with(settings), "--show-sames")


def prepare_import(stack: PulumiStack, settings: Path, resources: Sequence[Resource]) -> ImportFile:
    """The import file for the stack itself; secrets of its providers are encrypted as in its settings."""
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        file = Path(directory, "import.json")
        stack.preview(*_with(settings), "--import-file", str(file))
        return _import_file(file).described(resources)


def _import_file(file: Path) -> ImportFile:
    return parse_output(TypeAdapter(ImportFile), file.read_bytes(), "`pulumi preview --import-file`")


def _with(settings: Path) -> tuple[str, str]:
    return "--config-file", str(settings)


def _as_it_should_be(found: Resource, planned: Resource | None) -> Resource:
    if planned is None or found.type.startswith("pulumi:"):
        return found
    return as_imported(found, planned) if found.custom else found.model_copy(update={"inputs": planned.inputs})
