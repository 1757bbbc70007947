"""Tags: what Azure Resource Manager and private DNS accept, and what they keep of it."""

from __future__ import annotations

import re
from typing import Any, cast

from ..rules import OWN_CHOICE, Rule
from .bodies import CANNOT_PARSE, Json
from .errors import Refusal

_TAGS_PAGE = "MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/tag-resources.md"

RESERVED_CHARACTERS = Refusal(
    says="The name of a tag has none of `<>%&\\?/`, and no control characters; those that Azure's portal writes, such "
    "as `hidden-link:/subscriptions/…`, may have them",
    source=f"{_TAGS_PAGE}; Azure/azure-powershell, src/Migrate (code and text), and Get-AzScheduledQueryRule.md "
    "(`hidden-link:`)",
    code="InvalidTagNameCharacters",
    message="The tag names '{names}' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
)
NAME_TOO_LONG = Refusal(
    says="The name of a tag has at most 512 characters",
    source=f"{_TAGS_PAGE}; Azure/azure-powershell, src/Migrate (code and text)",
    code="InvalidTagName",
    message="Tag key too large. Following tag name '{names}' exceeded the maximum length. Maximum allowed length for "
    "tag name - '512' characters.",
)
VALUE_TOO_LONG = Refusal(
    says="The value of a tag has at most 256 characters",
    source=f"{_TAGS_PAGE}; Azure/azure-powershell, src/Migrate (code and text)",
    code="InvalidTagValueLength",
    message="Tag value too large. Following tag value '{values}' exceeded the maximum length. Maximum allowed length "
    "for tag value - '256' characters.",
)
TOO_MANY = Refusal(
    says="A resource has at most 50 tags",
    source=f"{_TAGS_PAGE}; code and text are an {OWN_CHOICE}",
    code="TooManyTags",
    message="The resource has {count} tags, 50 are allowed.",
)
DNS_TAGS = Refusal(
    says="Zones and links of private DNS have at most 15 tags, record sets as much metadata. The names have letters of "
    "ASCII, digits, `-`, `_` and `.`, and no digit first",
    source=f"{_TAGS_PAGE}; Azure/azure-rest-api-specs#13600; Azure/bicep-registry-modules#1541 (code and text, for the "
    "count); MicrosoftDocs/azure-docs#124115; which characters are refused, and that record sets answer the same, is "
    f"an {OWN_CHOICE}",
    wrapped=False,
    code="BadRequest",
    message="The resource tags are invalid. A maximum of 15 tags are allowed with keys no longer than 512 and values "
    "no longer than 256 characters.",
)
ONE_SPELLING = Rule(
    says="The names of tags are compared without case: `Owner` and `owner` are one tag",
    source=f"{_TAGS_PAGE}; MicrosoftDocs/azure-docs#57888; that the first name and the last value stay is an "
    f"{OWN_CHOICE}",
)
DNS_DROPS = Rule(
    says="Private DNS drops tags whose names have a blank or a colon, without a word",
    source="Azure/azure-rest-api-specs#11748; hashicorp/terraform-provider-azurerm#6129; "
    "MicrosoftDocs/azure-docs#92819",
)

MOST_TAGS = 50
MOST_DNS_TAGS = 15
_RESERVED = re.compile(r"[\x00-\x1f\x7f]|^(?!hidden-).*[<>%&\\?/]", re.IGNORECASE)
_DNS_NAME = re.compile(r"[A-Za-z_.-][\w.-]*", re.ASCII)


def keep_tags(given: Any) -> Json:
    """The tags of a resource, as Azure keeps them; what it refuses raises `AzureError`."""
    tags = _parsed(given)
    if reserved := [name for name in tags if _RESERVED.search(name)]:
        raise RESERVED_CHARACTERS(names=", ".join(reserved))
    if long := [name for name in tags if len(name) > 512]:
        raise NAME_TOO_LONG(names=", ".join(long))
    if long := [value for value in tags.values() if len(value) > 256]:
        raise VALUE_TOO_LONG(values=", ".join(long))
    if len(tags) > MOST_TAGS:
        raise TOO_MANY(count=len(tags))
    return tags


def keep_dns_tags(given: Any) -> Json:
    """The same for zones, links and record sets of private DNS."""
    tags = {name: value for name, value in keep_tags(given).items() if not {" ", ":"} & set(name)}
    if len(tags) > MOST_DNS_TAGS or not all(_DNS_NAME.fullmatch(name) for name in tags):
        raise DNS_TAGS()
    return tags


def _parsed(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise CANNOT_PARSE()
    first: dict[str, str] = {}
    tags: dict[str, str] = {}
    for name, value in cast("Json", given).items():
        if not isinstance(value, str):
            raise CANNOT_PARSE()
        tags[first.setdefault(name.lower(), name)] = value
    return tags
