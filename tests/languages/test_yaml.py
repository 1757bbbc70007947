"""Programs in YAML, by the schema alone."""

from __future__ import annotations

import pytest

from .conftest import Example
from .deploying import check_example


@pytest.mark.parametrize(("name", "clusters"), [("yaml", {"newadx", "myadx"}), ("yaml_providers", {"newadx"})])
def test_an_example_is_deployed_twice_and_destroyed(example: Example, name: str, clusters: set[str]) -> None:
    """Readers copy an example and expect that it works as it is."""
    check_example(example(name), clusters)
