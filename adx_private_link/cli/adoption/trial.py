"""Trial of an import on a copy of the stack: the resources to import, and the operations of the next update."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter

from ..pulumi.azure_objects import id_of, subscriptions_of
from ..pulumi.preview import Preview
from ..pulumi.stack import PulumiStack
from ..pulumi.state import Resource
from ..tool_output import parse_output
from .discovery import find_existing
from .import_file import ImportFile, key_of
from .imported_inputs import with_planned_inputs


@dataclass(frozen=True)
class Trial:
    """The result of a trial."""

    resources: tuple[Resource, ...]
    """The imported resources as the state should have them, with components and providers."""
    operations: tuple[str, ...]
    """The operations of the next `pulumi up`."""

    @property
    def objects(self) -> list[Resource]:
        """The imported objects in Azure, by type."""
        objects = [
            resource for resource in self.resources if resource.custom and not resource.type.startswith("pulumi:")
        ]
        return sorted(objects, key=lambda resource: (resource.type, resource.urn))


def try_import(copy: PulumiStack, settings: Path) -> Trial:
    """
    Import into a copy of the stack all objects that the program would create and that exist in Azure.

    Imports are repeated. The id of a record is known only once its zone is in the state, and that of a zone group only
    once its endpoint has the planned inputs.
    """
    known_urns = {resource.urn for resource in copy.export_state().deployment.resources}
    searched: set[str] = set()
    while True:
        preview = _import_existing(copy, settings, searched)
        trial, preview = _settle(copy, settings, preview, known_urns)
        if not _find_new(preview, searched):
            return trial


def _import_existing(copy: PulumiStack, settings: Path, searched: set[str]) -> Preview:
    """Import what exists, until a preview shows no further object; ids that were `searched` stay as they are."""
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        file = Path(directory, "import.json")
        while True:
            preview = copy.preview(*_config_options(settings), "--show-sames", "--import-file", str(file))
            existing = _find_new(preview, searched)
            searched |= _planned_ids(preview).keys()
            if not existing:
                return preview
            ids = {key_of(resource): id for id, resource in existing.items()}
            file.write_text(_read_import_file(file).with_ids(ids).text())
            copy.import_resources(file)


def _planned_ids(preview: Preview) -> dict[str, Resource]:
    """Return the resources that a preview creates, by their ids as far as these are known."""
    subscriptions = subscriptions_of(preview.planned)
    return {id: resource for resource in preview.created if (id := id_of(resource, subscriptions))}


def _find_new(preview: Preview, searched: Collection[str]) -> dict[str, Resource]:
    """Find the objects that a preview creates and that exist in Azure, by id; not those that were `searched`."""
    planned = _planned_ids(preview)
    existing = find_existing([id for id in planned if id not in searched])
    return {id: planned[id] for id in existing}


def _settle(copy: PulumiStack, settings: Path, preview: Preview, known_urns: Collection[str]) -> tuple[Trial, Preview]:
    """
    Give the imported resources their planned inputs, until the preview stays the same.

    The plan knows the inputs of a resource only if the resources that it depends on do not change.
    """
    state = copy.export_state()
    resources, operations = state.deployment.resources, None
    while True:
        if preview.operations in ([], operations):
            imported = (resource for resource in resources if resource.urn not in known_urns)
            return Trial(tuple(imported), tuple(preview.operations)), preview
        operations = preview.operations
        planned = {resource.urn: resource for resource in preview.planned}
        resources = [
            resource if resource.urn in known_urns else _as_planned(resource, planned.get(resource.urn))
            for resource in state.deployment.resources
        ]
        copy.import_state(state.with_resources(resources))
        preview = copy.preview(*_config_options(settings), "--show-sames")


def prepare_import(stack: PulumiStack, settings: Path, resources: Sequence[Resource]) -> ImportFile:
    """Return the import file for the stack itself; the secrets of its providers are encrypted as in its settings."""
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        file = Path(directory, "import.json")
        stack.preview(*_config_options(settings), "--import-file", str(file))
        return _read_import_file(file).with_states(resources)


def _read_import_file(file: Path) -> ImportFile:
    return parse_output(TypeAdapter(ImportFile), file.read_bytes(), "`pulumi preview --import-file`")


def _config_options(settings: Path) -> tuple[str, str]:
    return "--config-file", str(settings)


def _as_planned(imported: Resource, planned: Resource | None) -> Resource:
    if planned is None or imported.type.startswith("pulumi:"):
        return imported
    if not imported.custom:
        return imported.model_copy(update={"inputs": planned.inputs})
    return with_planned_inputs(imported, planned)
