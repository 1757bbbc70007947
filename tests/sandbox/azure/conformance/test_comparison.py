"""The comparison reports each difference with its path and kind."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import Json

from .comparison import list_differences
from .patterns import Like

COMPARED: Json = {"etag": Like(r"\d+"), "properties": {"items": [{"name": "a", "on": False}], "tags": {}}}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"etag": "1", "properties": {"items": [{"name": "a", "on": False}], "tags": {}}}, [], id="none"),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "a"}], "tags": {}}},
            [("properties.items[].on", "missing")],
            id="a missing key",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "a", "on": False}], "tags": {"b": None}}},
            [("properties.tags.b", "extra")],
            id="an extra key",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "A", "on": False}], "tags": {}}},
            [("properties.items[].name", "value")],
            id="a wrong value",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [{"name": "a", "on": 0}], "tags": {}}},
            [("properties.items[].on", "value")],
            id="an equal value of another type",
        ),
        pytest.param(
            {"etag": "one", "properties": {"items": [{"name": "a", "on": False}], "tags": {}}},
            [("etag", "value")],
            id="a wrong pattern",
        ),
        pytest.param(
            {"etag": 1, "properties": {"items": [{"name": "a", "on": False}], "tags": {}}},
            [("etag", "value")],
            id="no text where there is a pattern",
        ),
        pytest.param(
            {"etag": "1", "properties": {"Items": [], "tags": {}}},
            [("properties.items", "missing"), ("properties.Items", "extra")],
            id="another casing",
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": [], "tags": {}}}, [("properties.items", "value")], id="a shorter list"
        ),
        pytest.param(
            {"etag": "1", "properties": {"items": None, "tags": []}},
            [("properties.items", "value"), ("properties.tags", "value")],
            id="another kind of value",
        ),
    ],
)
def test_it_reports_the_path_and_the_kind_of_each_difference(answer: Json, expected: list[tuple[str, str]]) -> None:
    assert [(difference.path, difference.kind) for difference in list_differences(COMPARED, answer)] == expected
