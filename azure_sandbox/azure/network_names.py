"""The names that Microsoft.Network accepts."""

from __future__ import annotations

import re

from .errors import Refusal

INVALID_NAME = Refusal(
    says="Names have at most 80 characters (virtual networks and private endpoints 2 to 64), begin with a letter or "
    "digit and end with one or `_`",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; hashicorp/"
    "terraform-provider-azurerm, internal/services/network/validate/private_link_name.go has 80 for endpoints too",
    code="InvalidResourceName",
    message="Resource name {name} is invalid. The name can be up to {longest} characters long. It must begin with a "
    "word character, and it must end with a word character or with '_'. The name may contain word characters or '.', "
    "'-', '_'.",
)
_NAME = re.compile(r"[A-Za-z0-9]([\w.-]*\w)?", re.ASCII)


def check_name(name: str, shortest: int = 1, longest: int = 80) -> None:
    if not shortest <= len(name) <= longest or not _NAME.fullmatch(name):
        raise INVALID_NAME(name=name, longest=longest)
