"""Proposal of `adopt` for a stack: settings that describe existing objects, and their import, tried on a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from ...problems import format_problems
from ...resource_ids import ClusterId
from ...settings import Settings, parse_settings
from ..errors import CommandError
from ..pulumi.config import settings_copy
from ..pulumi.stack import PulumiStack
from ..pulumi.stack_copy import stack_copy
from ..pulumi.stack_files import PREFIX
from ..pulumi.state import ExportedState
from ..terminal.progress import progress
from ..tool_output import AZ_REMEDY, unexpected_output
from ..yaml.documents import mapping
from .discovery import discover
from .hand_overs import with_inline_hand_overs
from .import_file import ImportFile
from .inference import infer_settings
from .suggestions import Suggestions
from .trial import Trial, prepare_import, try_import


@dataclass(frozen=True)
class Proposal:
    """Settings and an import file for a stack; nothing is written or imported yet."""

    changes_settings: bool
    suggestions: Suggestions
    trial: Trial
    file: ImportFile


def suggest_settings(
    settings: dict[str, Any], clusters: Iterable[ClusterId], subscriptions: Iterable[str], state: ExportedState
) -> Suggestions:
    """
    Suggest settings that describe the existing objects of the settings' clusters, and of further clusters.

    Raises:
        CommandError: The settings are wrong, or Azure rejects a request.
    """
    sections = _with_clusters(settings, clusters)
    if not sections:
        return Suggestions({})  # the program has its settings in its code
    sections = {**sections, "consumers": sections.get("consumers", {})}
    parsed = parse_settings(sections, PREFIX)
    if not isinstance(parsed, Settings):
        raise CommandError(format_problems(parsed))
    deployed = {resource.id.lower() for resource in state.deployment.resources if resource.id}
    try:
        with progress("looking up objects in Azure"):
            inventory = discover(parsed, subscriptions)
        return infer_settings(sections, parsed, inventory, deployed)
    except (ValidationError, PydanticCustomError) as error:
        raise unexpected_output("Azure, asked through the Azure CLI,", error, AZ_REMEDY) from None


def _with_clusters(settings: dict[str, Any], clusters: Iterable[ClusterId]) -> dict[str, Any]:
    """Return the sections of the settings, completed with the clusters that they lack."""
    if not isinstance(settings.get("clusters", {}), dict):
        return settings  # the parser reports this with all other problems
    known = mapping(settings.get("clusters"))
    known_ids = {str(mapping(cluster).get("id")).lower() for cluster in known.values()}
    new = {id.name: {"id": id.text} for id in clusters if id.key not in known_ids}
    for key in new.keys() & known.keys():
        raise CommandError(f"clusters.{key}: is another cluster than {new[key]['id']}; write this id under another key")
    return {**settings, "clusters": {**known, **new}} if new else settings


def propose(stack: str, settings: dict[str, Any], suggestions: Suggestions, state: ExportedState) -> Proposal:
    """Try the import on a copy of the stack, and prepare it for the stack itself."""
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        trial_settings = settings_copy(stack, with_inline_hand_overs(suggestions.settings), Path(directory))
        with progress("trying the import on a copy of the state"), stack_copy(stack, state) as copy:
            trial = try_import(copy, trial_settings)
        file = ImportFile()
        if trial.objects:
            with progress("preparing the import"):
                file = prepare_import(PulumiStack(stack), trial_settings, trial.resources)
    return Proposal(suggestions.settings != settings, suggestions, trial, file)
