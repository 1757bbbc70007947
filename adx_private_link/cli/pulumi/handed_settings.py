"""The environment variable in which Pulumi hands all settings of a stack to its program."""

from __future__ import annotations

import json
from collections.abc import Mapping

_NAME = "PULUMI_CONFIG"
MOST_BYTES = 131_072
"""
Of an environment variable on Linux, its name and its terminating null byte included: 32 pages, and most machines have
pages of 4 KiB (execve(2), MAX_ARG_STRLEN). Beyond that the program does not start: "fork/exec …: argument list too
long" (pulumi/pulumi#8680).
"""
MOST_ANYWHERE = 2**20
"""
Beyond that no system starts the program: macOS takes as much for all arguments and variables together (ARG_MAX in
sys/syslimits.h), and one variable of Windows has 32,767 characters (Microsoft Learn, "Environment Variables").
"""
_ESCAPED = str.maketrans({each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"})
"""What Go's `json.Marshal` escapes beyond what JSON demands."""


def handed_bytes(values: Mapping[str, object]) -> int:
    """
    The size of the environment variable: a JSON object of texts, where an object or a list is JSON text itself.

    Args:
        values: The values of all configuration keys, of other namespaces too. What is encrypted counts as it stands,
            which is longer than what the program gets.
    """
    texts = {key: value if isinstance(value, str) else _json(value) for key, value in values.items()}
    return len(f"{_NAME}={_json(texts)}\0".encode(errors="replace"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).translate(_ESCAPED)
