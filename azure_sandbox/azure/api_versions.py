"""API versions that requests and templates name."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

from ..rules import OWN_CHOICE
from .errors import Rejection

NO_SUCH_VERSION = Rejection(
    says="An API version that does not exist, or that a region lacks (`trouble no-version`), is rejected",
    source="pulumi/pulumi-azure-nextgen#170; Azure/azure-cli#28496; that every day up to today is a version, with or "
    f"without `-preview`, and what the message lists, is an {OWN_CHOICE}",
    code="NoRegisteredProviderFound",
    message="No registered resource provider found for location '{location}' and API version '{version}' for type "
    "'{type}'. The supported api-versions are '2023-11-01, 2024-03-01'. The supported locations are 'westus, eastus'.",
)


def check_version(version: str, type: str, location: str) -> None:
    """Reject a version that does not exist."""
    with suppress(ValueError):
        day = version.removesuffix("-preview")
        if date.fromisoformat(day).isoformat() == day <= datetime.now(UTC).date().isoformat():
            return
    raise NO_SUCH_VERSION(version=version, type=type.partition("/")[2], location=location)
