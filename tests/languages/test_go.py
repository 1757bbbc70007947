"""Programs in Go, by the generated SDK."""

from __future__ import annotations

from .conftest import Example
from .deploying import check_example


def test_the_example_is_deployed_twice_and_destroyed(example: Example) -> None:
    """Readers copy an example and expect that it works as it is."""
    check_example(example("go"), {"newadx"})
