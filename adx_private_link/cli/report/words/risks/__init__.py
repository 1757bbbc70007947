"""Sentences about risks: what happens, to whom, and the remedy."""

from __future__ import annotations

from ...risks.records import PreviewFailed

# Each of these registers the sentences of its risks.
from . import clusters, endpoints, managed_endpoints, names, renames, services, trust, zone_groups
from .description import Description, describe

__all__ = [
    "Description",
    "clusters",
    "describe",
    "endpoints",
    "managed_endpoints",
    "names",
    "renames",
    "services",
    "trust",
    "zone_groups",
]


@describe.register
def _(_: PreviewFailed) -> Description:
    return Description("The preview", "failed, so further risks are not known.")
