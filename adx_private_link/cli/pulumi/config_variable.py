"""The size of `PULUMI_CONFIG`, the environment variable in which a program gets its stack's configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping

_NAME = "PULUMI_CONFIG"
MOST_BYTES_ON_LINUX = 131_072
"""
The bytes of an environment variable on Linux, with its name and its terminating null byte: 32 pages, and most machines
have pages of 4 KiB (execve(2), MAX_ARG_STRLEN). With a larger one, the program does not start: "fork/exec …: argument
list too long" (pulumi/pulumi#8680).
"""
MOST_BYTES_ANYWHERE = 2**20
"""
The bytes beyond which no system starts the program: macOS has this limit for all arguments and variables together
(ARG_MAX in sys/syslimits.h), and Windows allows 32,767 characters in a variable (Microsoft Learn, "Environment
Variables").
"""
_ESCAPED = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
"""The characters that Go's `json.Marshal` escapes although JSON does not require it."""


def count_variable_bytes(values: Mapping[str, object]) -> int:
    """
    Return the size of the environment variable: a JSON object of texts, in which an object or a list is JSON text.

    Args:
        values: The values of all configuration keys, including other namespaces. An encrypted value counts in its
            encrypted form, which is longer than the decrypted one that the program gets.
    """
    texts = {key: value if isinstance(value, str) else _json(value) for key, value in values.items()}
    return len(f"{_NAME}={_json(texts)}\0".encode(errors="replace"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).translate(_ESCAPED)
