"""Sentences about the access of clusters beside their private endpoints."""

from __future__ import annotations

from ...risks.records.trust import AccessDiffers, PublicAccessChanged
from ..names import code, code_list
from .description import Description, describe


@describe.register
def _(risk: PublicAccessChanged) -> Description:
    subject = f"Cluster {risk.cluster}"
    if risk.kind == "public-access-enabled":
        message = "accepts clients at its public address: everyone who has a role in it reaches it from anywhere."
        return Description(subject, message, f"cluster `{risk.cluster}` opens its public address")
    remaining = f"only {code_list(risk.consumers)} of this stack" if risk.consumers else "no consumer of this stack"
    message = (
        f"rejects clients at its public address: {remaining} can reach it. Services outside, such as Power BI, Power "
        "Automate or Data Factory, need private endpoints of their own."
    )
    return Description(subject, message, f"cluster `{risk.cluster}` closes its public address")


@describe.register
def _(risk: AccessDiffers) -> Description:
    message = (
        f"is not as its settings say in Azure ({code(risk.settings)}), and this update does not change it: run "
        f"`adx-private-link lock-down {risk.cluster}`."
    )
    return Description(f"Cluster {risk.cluster}", message, f"the access of `{risk.cluster}` is not as its settings say")
