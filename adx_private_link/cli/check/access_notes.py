"""Notes on the access that `lock-down` applies: who loses it. What Azure has now is not known offline."""

from __future__ import annotations

from collections.abc import Iterator

from ...settings import Settings
from ...topology.access_losses import find_losses


def notes_on_access(settings: Settings) -> Iterator[str]:
    """Yield a note for each setting of a cluster's access that takes access away from an open cluster."""
    for key, cluster in sorted(settings.clusters.items()):
        for setting in cluster.access_settings:
            if losses := find_losses(setting, cluster):
                yield (
                    f"clusters.{key}.{setting} is not compared with Azure; if the cluster is open now and "
                    f"`adx-private-link lock-down {key}` applies it, these lose access: {'; '.join(losses)}"
                )
