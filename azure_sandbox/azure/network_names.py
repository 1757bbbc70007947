"""Names of resources and nested objects of Microsoft.Network."""

from __future__ import annotations

import re

from .errors import Rejection

INVALID_NAME = Rejection(
    says="A name has at most 80 characters (2 to 64 for virtual networks and private endpoints), begins with a letter "
    "or digit, and ends with a letter, a digit or `_`",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; hashicorp/"
    "terraform-provider-azurerm, internal/services/network/validate/private_link_name.go has 80 for endpoints too",
    code="InvalidResourceName",
    message="Resource name {name} is invalid. The name can be up to {longest} characters long. It must begin with a "
    "word character, and it must end with a word character or with '_'. The name may contain word characters or '.', "
    "'-', '_'.",
)

_NAME = re.compile(r"[A-Za-z0-9]([\w.-]*\w)?", re.ASCII)


def check_name(name: str, shortest: int = 1, longest: int = 80) -> None:
    """Reject a name that Microsoft.Network does not accept."""
    if not shortest <= len(name) <= longest or not _NAME.fullmatch(name):
        raise INVALID_NAME(name=name, longest=longest)
