"""Warnings about access that is not as the settings say: what differs, who loses access, and the command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ..facts.cluster_access import AccessState, in_words
from ..facts.records import ClusterFacts
from ..settings import ACCESS_SETTINGS, AccessSetting, ClusterSettings
from .access_losses import find_losses
from .access_rules import AccessDifference, desired_access, find_access_differences, narrows
from .offers import Offer
from .planning import Planning
from .records import EndpointNode

_DIFFERENCE = re.compile(
    rf"clusters\.(?P<key>[^.:\s]+)\.(?P<setting>{'|'.join(ACCESS_SETTINGS)}): .*`adx-private-link lock-down ", re.DOTALL
)
"""A warning about a difference, as `_warning` writes it."""


def find_warned_difference(warning: str) -> tuple[str, AccessSetting] | None:
    """
    Return the cluster's key and the setting that a warning is about; None for a warning about something else.

    Reports read the warnings of previews. An input of a component would say the same, but inputs that follow Azure's
    state make the next preview non-empty.
    """
    match = _DIFFERENCE.match(warning)
    if match is None:
        return None
    return match["key"], next(setting for setting in ACCESS_SETTINGS if setting == match["setting"])


def access_warnings(planning: Planning, offer: Offer, endpoints: Sequence[EndpointNode]) -> Iterator[str]:
    """Yield a warning for each setting of a cluster's access that Azure does not have."""
    key = offer.cluster
    cluster, facts = planning.settings.clusters.get(key), planning.facts.cluster(key)
    if cluster is None or not isinstance(facts, ClusterFacts) or facts.access is None:
        return
    if cluster.public_access is not None and not facts.is_native:
        yield (
            f"clusters.{key}.public_access: the cluster is injected in a virtual network, so its network security "
            "groups decide who reaches its public address. The setting takes effect once the cluster is native."
        )
    if cluster.names == "public" and facts.access["publicNetworkAccess"] == "Disabled":
        yield (
            f"clusters.{key}.names: public access of the cluster is disabled, so clients have no access while its "
            "names are not published. Remove the setting, or enable public access."
        )
    differences = find_access_differences(key, cluster, facts.access, is_native=facts.is_native)
    for _, group in groupby(differences, lambda difference: difference.setting):
        yield _warning(key, cluster, facts.access, [*group], _without_access(planning, offer, endpoints))


def _warning(
    key: str,
    cluster: ClusterSettings,
    actual: AccessState,
    differences: Sequence[AccessDifference],
    without_access: Sequence[str],
) -> str:
    setting = differences[0].setting
    listed = "; ".join(
        f"{difference.property} is {in_words(difference.actual)} in Azure, and {in_words(difference.desired)} by the "
        "settings"
        for difference in differences
    )
    warning = f"{differences[0].path}: {listed}. To apply it, run `adx-private-link lock-down {key}`."
    if not narrows(setting, desired_access(cluster)[setting], actual):
        return warning
    losses = find_losses(setting, cluster)
    if setting == "public_access":
        losses += [f"{consumer}, which has no approved private endpoint" for consumer in without_access]
    return f"{warning} Then these lose access: {'; '.join(losses)}."


def _without_access(planning: Planning, offer: Offer, endpoints: Sequence[EndpointNode]) -> list[str]:
    """The consumers of a cluster that keep no access once its public address is closed."""
    connected = {endpoint.consumer for endpoint in endpoints if endpoint.withheld is None}
    own = sorted({*planning.settings.consumers_of(offer.cluster)} - connected)
    approved = {approval.consumer for approval in offer.external_approvals if approval.connections}
    external = [consumer for consumer in offer.external_consumers if consumer not in approved]
    return [*(f"consumer {key}" for key in own), *(f"external consumer {key}" for key in external)]
