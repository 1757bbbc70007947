"""Sentences about keys that are renamed without `formerly`."""

from __future__ import annotations

from ...risks.records.services import RenamedCluster, RenamedConsumer
from .description import Description, describe
from .services import losses_in_words


@describe.register
def _(risk: RenamedCluster) -> Description:
    subject, remedy = f"Cluster {risk.key}", _formerly(risk.section, risk.key, risk.old_key)
    if risk.is_rejected:
        message = (
            f"is `{risk.old_key}` under another key, and the update fails: Azure accepts one private link service for "
            "a load balancer's frontend, and Pulumi deletes the old one last."
        )
        return Description(subject, f"{message} {remedy}")
    services = "Its private link services get new aliases, and every connection by the old ones drops."
    sentences = [
        f"is `{risk.old_key}` under another key: all of its resources are created again.",
        *([services, *losses_in_words(risk.losses)] if risk.kind == "service-replaced" else []),
        "Its consumers get other addresses.",
        remedy,
    ]
    return Description(subject, " ".join(sentences))


@describe.register
def _(risk: RenamedConsumer) -> Description:
    return Description(
        f"Consumer {risk.key}",
        f"is `{risk.old_key}` under another key: its private endpoints are created again, at other addresses. "
        "Its record sets and links are deleted and created again; in between, clients get the public address or no "
        f"answer. {_formerly('consumers', risk.key, risk.old_key)}",
    )


def _formerly(section: str, key: str, old_key: str) -> str:
    return f"Write `formerly: {old_key}` in `{section}.{key}`, so that the new key changes nothing."
