"""
Pulumi's rules for a state: the order of its resources, their ids and providers, and which of them may occur twice.

Pulumi neither uses nor imports a state that breaks them (pulumi/pulumi, `pkg/resource/deploy/snapshot.go`:
`VerifyIntegrity`).
"""

from __future__ import annotations

import hashlib
from collections import Counter

from pydantic import ValidationError

from .state import Deployment, Resource

_PROVIDERS = "pulumi:providers:"


def find_broken_rule(deployment: Deployment) -> str | None:
    """Return the first rule that a state breaks, as the rest of a sentence; None for a state that Pulumi uses."""
    if not _is_sealed(deployment):
        return "has a manifest that was changed outside of Pulumi"
    urns: set[str] = set()
    providers: set[str] = set()
    for resource in deployment.resources:
        if resource.type.startswith(_PROVIDERS):
            providers.add(f"{resource.urn}::{resource.id}")
        if rule := _find_rule_broken_by(resource, urns, providers, deployment):
            return rule
        urns.add(resource.urn)
    kept = Counter(resource.urn for resource in deployment.resources if not resource.delete)
    repeated = [urn for urn, count in kept.items() if count > 1]
    return f"has {repeated[0]} more than once" if repeated else None


def _is_sealed(deployment: Deployment) -> bool:
    try:
        seal = deployment.seal
    except ValidationError:
        return False
    return seal.magic == (hashlib.sha256(seal.version.encode()).hexdigest() if seal.version else "")


def _find_rule_broken_by(resource: Resource, urns: set[str], providers: set[str], deployment: Deployment) -> str | None:
    if not resource.urn or not resource.type:
        return "has a resource without URN or type"
    if resource.id and not resource.custom:
        return f"has an id for {resource.urn}, which is a component"
    if resource.type.startswith(_PROVIDERS) and not resource.id:
        return f"has no id for the provider {resource.urn}"
    # An update that ended early may have replaced the provider of a resource that waits for its replacement.
    if resource.provider and resource.provider not in providers and not resource.pending_replacement:
        return f"has no provider for {resource.urn}: {resource.provider} is missing or comes later"
    if missing := next((urn for urn in resource.required_urns if urn not in urns), None):
        place = "comes later" if any(other.urn == missing for other in deployment.resources) else "is missing"
        return f"has {resource.urn}, which refers to {missing}, which {place}"
    return None
