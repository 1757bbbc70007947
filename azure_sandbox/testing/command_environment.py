"""The environment of commands in tests: strict, with a warm Python, and with the provider in the test's own process."""

from __future__ import annotations

import os

from ..sandbox_environment import sandbox_environment
from ..sandbox_home import SandboxHome
from ..warm_python.environment import with_warm_python
from .attached_provider import attached_provider_environment
from .secrets_provider import secrets_provider_environment


def environment(home: SandboxHome, *, warm: bool = True, attached: bool = True) -> dict[str, str]:
    """
    The environment in which a command uses a sandbox as its Azure; a misspelt property is an error.

    With `attached`, engines use the provider in this process, which does not see the command's environment variables,
    such as `ARM_CLIENT_ID`. Without it, engines start a provider of their own, which is warm as well.
    """
    variables = {**secrets_provider_environment(), "AZURE_SANDBOX_STRICT": "1"}
    if warm:
        variables |= attached_provider_environment(home) if attached else {}
        return {**sandbox_environment(home, with_warm_python(os.environ)), **variables}
    return {**sandbox_environment(home, os.environ), **variables}
