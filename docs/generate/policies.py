"""`docs/reference/policies.md`: every rule, from the rules themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from pydantic.fields import FieldInfo

from adx_private_link.policies.rule import ResourceRule, Rule, SettingsRule
from adx_private_link.policies.rules import RULES

from .markdown import closed, sentences, table

_HEAD = """\
# Policies

<!-- Written by `make docs`. Do not edit it by hand. -->

The rules of this library's policy pack: [how to use them](../how-to/policies.md).
`check --policies` knows every rule that settings alone decide, and the pack every rule about resources.
"""

_OTHERS_HEAD = """\
## Rules of others

No other rule set knows private link services, visibility, automatic approval, links or TTLs.
What they have about clusters is beside this pack, not instead of it:
"""

_AZURE_POLICY = (
    "https://github.com/Azure/azure-policy/tree/master/built-in-policies/policyDefinitions/Azure%20Data%20Explorer"
)
_OTHERS = [
    (
        f"[Azure Policy]({_AZURE_POLICY})",
        "clusters have private endpoints, no public network access, a fitting SKU, and are encrypted",
        "what is deployed, by every tool",
    ),
    (
        "[PSRule for Azure](https://azure.github.io/PSRule.Rules.Azure/en/rules/)",
        "disk encryption, a SKU with an SLA, unused clusters: nothing about private access",
        "templates, Bicep files, and what is deployed",
    ),
    (
        "[checkov](https://www.checkov.io/5.Policy%20Index/terraform.html)",
        "encryption, SKU and identity of clusters, as far as we know: nothing about private access",
        "Terraform, templates and Bicep files",
    ),
]

_OTHERS_TAIL = """
Azure Policy stops what people do past Pulumi, after the pull request.
This pack stops a pull request before anything is deployed.
One policy of Azure deploys private endpoints, which no stack knows: do not assign it to clusters of this library.
"""


def page() -> str:
    """The text of the page."""
    others = table(["Rule set", "Has, for Azure Data Explorer", "Checks"], _OTHERS)
    shared = ["Every rule has this parameter:\n", *_parameters(Rule.model_fields)]
    return "\n".join([_HEAD, *_overview(), "", *shared, "", *_rules(), _OTHERS_HEAD, *others, _OTHERS_TAIL])


def _overview() -> Iterator[str]:
    rows = [(f"[`{rule.name}`](#{rule.name})", rule.level, _statement(rule), _where(rule)) for rule in RULES]
    yield from table(["Rule", "Level", "Says", "Checked"], rows)


def _rules() -> Iterator[str]:
    for rule in RULES:
        yield f"## `{rule.name}`\n"
        yield from [_statement(rule), *sentences(rule.reason)]
        yield f"\nRemedy: {closed(rule.remedy)[0].lower()}{closed(rule.remedy)[1:]}\n"
        own = {name: field for name, field in rule.model_fields.items() if name not in Rule.model_fields}
        if own:
            yield from [*_parameters(own), ""]
        yield f"Source: {closed(rule.source)}\n"


def _parameters(fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    yield from table(["Parameter", "Is"], [(f"`{name}`", field.description or "") for name, field in fields.items()])


def _statement(rule: type[Rule]) -> str:
    return inspect.cleandoc(rule.__doc__ or "")


def _where(rule: type[Rule]) -> str:
    """Where a rule runs: settings that are no resources exist offline only, and clusters of programs in Pulumi only."""
    if issubclass(rule, SettingsRule):
        return "`check`"
    types = rule.types if issubclass(rule, ResourceRule) else ()
    return "Pulumi" if any(type.endswith(":Cluster") for type in types) else "`check`, Pulumi"
