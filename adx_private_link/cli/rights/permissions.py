"""What Azure says an identity may do at the scopes of its roles, and what is missing there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, Field

from ...azure_actions import READ_PERMISSIONS
from ...rights.records import CustomRole
from ..azure_cli import AzureRejection, list_of


class Permission(BaseModel):
    """The actions and exceptions of one role that the identity has."""

    actions: list[str] = Field(default_factory=list[str])
    exceptions: list[str] = Field(default_factory=list[str], alias="notActions")

    def allows(self, action: str) -> bool:
        """Whether the role allows an action; names have no case, and `*` stands for any part of one."""
        return _matches(action, self.actions) and not _matches(action, self.exceptions)


def _matches(action: str, patterns: Sequence[str]) -> bool:
    return any(
        re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), action, re.IGNORECASE) is not None for pattern in patterns
    )


class MissingRights(BaseModel):
    """What an identity lacks at one scope of a role."""

    role: str
    scope: str
    actions: list[str]
    """The missing actions; all of the role where Azure did not answer."""
    reason: str | None = None
    """Why Azure did not answer."""


def find_missing(roles: Sequence[CustomRole]) -> list[MissingRights]:
    """
    Ask Azure, through the Azure CLI, for the rights of its identity, and find what is missing.

    Raises:
        CommandError: `az` is not installed, or gives an unexpected answer.
    """
    answers: dict[str, list[Permission] | AzureRejection] = {}
    for scope in {scope.lower(): scope for role in roles for scope in role.scopes}.values():
        try:
            answer = list_of(f"{scope}/providers/Microsoft.Authorization/permissions")
            answers[scope.lower()] = [Permission.model_validate(permission) for permission in answer]
        except AzureRejection as error:
            answers[scope.lower()] = error
    return [missing for role in roles for missing in _missing_of(role, answers)]


def _missing_of(role: CustomRole, answers: Mapping[str, list[Permission] | AzureRejection]) -> Iterator[MissingRights]:
    names = [action.name for action in role.actions]
    for scope in role.scopes:
        permissions = answers[scope.lower()]
        if isinstance(permissions, AzureRejection):
            reason = permissions.code or permissions.reason
            if "Authorization" in permissions.code:
                reason = f"{READ_PERMISSIONS.name} is missing"
            yield MissingRights(role=role.key, scope=scope, actions=names, reason=reason)
            continue
        missing = [name for name in names if not any(permission.allows(name) for permission in permissions)]
        if missing:
            yield MissingRights(role=role.key, scope=scope, actions=missing)
