"""Tags that Azure Resource Manager and private DNS accept, and those that they keep."""

from __future__ import annotations

import re
from typing import Any, cast

from ..rules import OWN_CHOICE, Rule
from .bodies import CANNOT_PARSE, Json
from .errors import Rejection

_TAGS_PAGE = "MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/tag-resources.md"

RESERVED_CHARACTERS = Rejection(
    says="The name of a tag contains none of `<>%&\\?/` and no control characters; names that Azure's portal writes, "
    "such as `hidden-link:/subscriptions/…`, may",
    source=f"{_TAGS_PAGE}; Azure/azure-powershell, src/Migrate (code and text), and Get-AzScheduledQueryRule.md "
    "(`hidden-link:`)",
    code="InvalidTagNameCharacters",
    message="The tag names '{names}' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
)
NAME_TOO_LONG = Rejection(
    says="The name of a tag has at most 512 characters",
    source=f"{_TAGS_PAGE}; Azure/azure-powershell, src/Migrate (code and text)",
    code="InvalidTagName",
    message="Tag key too large. Following tag name '{names}' exceeded the maximum length. Maximum allowed length for "
    "tag name - '512' characters.",
)
VALUE_TOO_LONG = Rejection(
    says="The value of a tag has at most 256 characters",
    source=f"{_TAGS_PAGE}; Azure/azure-powershell, src/Migrate (code and text)",
    code="InvalidTagValueLength",
    message="Tag value too large. Following tag value '{values}' exceeded the maximum length. Maximum allowed length "
    "for tag value - '256' characters.",
)
TOO_MANY = Rejection(
    says="A resource has at most 50 tags",
    source=f"{_TAGS_PAGE}; code and text are an {OWN_CHOICE}",
    code="TooManyTags",
    message="The resource has {count} tags, 50 are allowed.",
)
DNS_TAGS = Rejection(
    says="Zones and links of private DNS have at most 15 tags, and record sets as much metadata. A name consists of "
    "ASCII letters, digits, `-`, `_` and `.`, and does not begin with a digit",
    source=f"{_TAGS_PAGE}; Azure/azure-rest-api-specs#13600; Azure/bicep-registry-modules#1541 (code and text, for the "
    "count); MicrosoftDocs/azure-docs#124115; which characters are rejected, and that record sets answer the same, is "
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
    says="Private DNS silently drops tags whose names contain a blank or a colon",
    source="Azure/azure-rest-api-specs#11748; hashicorp/terraform-provider-azurerm#6129; "
    "MicrosoftDocs/azure-docs#92819",
)

MOST_TAGS = 50
MOST_DNS_TAGS = 15
_RESERVED = re.compile(r"[\x00-\x1f\x7f]|^(?!hidden-).*[<>%&\\?/]", re.IGNORECASE)
_DNS_NAME = re.compile(r"[A-Za-z_.-][\w.-]*", re.ASCII)


def keep_tags(requested: Any) -> Json:
    """The tags that Azure Resource Manager keeps. Raises `AzureError` for tags that it rejects."""
    tags = _parse_tags(requested)
    if reserved := [name for name in tags if _RESERVED.search(name)]:
        raise RESERVED_CHARACTERS(names=", ".join(reserved))
    if long := [name for name in tags if len(name) > 512]:
        raise NAME_TOO_LONG(names=", ".join(long))
    if long := [value for value in tags.values() if len(value) > 256]:
        raise VALUE_TOO_LONG(values=", ".join(long))
    if len(tags) > MOST_TAGS:
        raise TOO_MANY(count=len(tags))
    return tags


def keep_dns_tags(requested: Any) -> Json:
    """The tags that private DNS keeps. Raises `AzureError` for tags that it rejects."""
    tags = {name: value for name, value in keep_tags(requested).items() if not {" ", ":"} & set(name)}
    if len(tags) > MOST_DNS_TAGS or not all(_DNS_NAME.fullmatch(name) for name in tags):
        raise DNS_TAGS()
    return tags


def _parse_tags(requested: Any) -> dict[str, str]:
    if not isinstance(requested, dict):
        raise CANNOT_PARSE()
    spellings: dict[str, str] = {}
    tags: dict[str, str] = {}
    for name, value in cast("Json", requested).items():
        if not isinstance(value, str):
            raise CANNOT_PARSE()
        tags[spellings.setdefault(name.lower(), name)] = value
    return tags
