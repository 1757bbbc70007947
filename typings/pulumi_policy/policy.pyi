from typing import Any

from . import EnforcementLevel

class _PolicyAnalyzerServicer:
    def __init__(self, name: str, version: str, *others: Any) -> None: ...
    def Configure(self, request: Any, context: Any) -> Any: ...  # noqa: N802 - the name in the protocol
    def _convert_enforcement_level(self, enforcement_level: int) -> EnforcementLevel: ...
