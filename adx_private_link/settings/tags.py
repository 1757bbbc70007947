"""
Tags: names and values that Azure stores as they are written.

Azure rejects some tags and drops others without an error; a dropped tag would show up as a change in every preview.

Sources: MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/tag-resources.md ("Limitations"; pull
requests 124115 and 126105 for DNS); the reserved prefixes: REST API, "Tags - Create Or Update".
Azure DNS has tighter limits: Azure/azure-rest-api-specs#13600 (15 tags) and #11748 (a colon),
Azure/azure-resource-manager-schemas#3367 (a blank), openshift/enhancements#1329 (the characters that remain).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MOST_TAGS_OF_DNS = 15
"""Of a private DNS zone, a virtual network link or a record set; other resources take 50."""

_NO_RESERVED_PREFIX = r"(?![Mm][Ii][Cc][Rr][Oo][Ss][Oo][Ff][Tt]|[Aa][Zz][Uu][Rr][Ee]|[Ww][Ii][Nn][Dd][Oo][Ww][Ss])"
# Azure itself writes paths into names such as `hidden-link:/subscriptions/…`; its error message excepts both prefixes
# (Azure/azure-powershell and others show the text of InvalidTagNameCharacters).
_ANY_NAME = r"[^\x00-\x1f\x7f-\x9f<>%&\\?/]+|([Hh][Ii][Dd][Dd][Ee][Nn]|[Ll][Ii][Nn][Kk])[^\x00-\x1f\x7f-\x9f]*"
_DNS_NAME = r"[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9_])?"


@dataclass(frozen=True)
class _TagName:
    """A check of a tag's name, with an error that names the rule."""

    pattern: str
    message: str
    remedy: str

    def check(self, name: str) -> str:
        if not name.strip(" "):
            raise _problem("is an empty tag name", "write a name")
        if not re.match(_NO_RESERVED_PREFIX, name):
            raise _problem(
                "begins with `microsoft`, `azure` or `windows`, which Azure reserves for its own tags",
                "rename the tag",
            )
        if not re.fullmatch(self.pattern, name):
            raise _problem(self.message, self.remedy)
        return name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            **handler(schema),
            "pattern": f"^(?! *$){_NO_RESERVED_PREFIX}(?:{self.pattern})$",
            "patternErrorMessage": f"Not the name of a tag: {self.remedy}",
        }


def _problem(message: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("tag", "{message}", {"message": message, "remedy": remedy})


@dataclass(frozen=True)
class _Mapping:
    """A check of all tags of a resource together."""

    most: int
    of: str

    def check(self, tags: dict[str, str]) -> dict[str, str]:
        if len(tags) > self.most:
            raise _problem(f"has {len(tags)} tags; Azure takes {self.most} on {self.of}", "remove some")
        # Azure compares the names of tags without case.
        spellings: dict[str, str] = {}
        for name in tags:
            if (first := spellings.setdefault(name.lower(), name)) != name:
                raise _problem(f"has {first} and {name}, which are one tag to Azure", "remove one of the two")
        return tags

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "maxProperties": self.most}


_Length = StringConstraints(max_length=512)
_Value = Annotated[str, StringConstraints(max_length=256)]

TagName = Annotated[
    str,
    _Length,
    _TagName(
        _ANY_NAME,
        "has characters that Azure does not take in the name of a tag",
        "write it without `<`, `>`, `%`, `&`, `\\`, `?`, `/` and control characters",
    ),
]
DnsTagName = Annotated[
    str,
    _Length,
    _TagName(
        _DNS_NAME,
        "is not the name of a tag that Azure DNS stores: it drops names with a blank or a colon, and rejects others",
        "write letters (a to z), digits, `_`, `.` or `-`, with a letter first and no `.` or `-` last",
    ),
]
Tags = Annotated[dict[TagName, _Value], _Mapping(50, "a resource")]
"""Tags of private endpoints and private link services."""

DnsTags = Annotated[dict[DnsTagName, _Value], _Mapping(MOST_TAGS_OF_DNS, "a private DNS zone or a link")]
"""Tags of private DNS zones and virtual network links."""
