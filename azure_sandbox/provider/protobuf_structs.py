"""Protobuf structs: the form that JSON has in the provider protocol."""

from __future__ import annotations

from typing import Any, cast

from google.protobuf import json_format, struct_pb2

from ..azure import Json


def to_struct(value: Json) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def from_struct(struct: struct_pb2.Struct) -> Json:
    return {name: _with_integers(value) for name, value in json_format.MessageToDict(struct).items()}


def _with_integers(value: Any) -> Any:
    """The value with whole numbers as integers: a struct has doubles only, and Azure's numbers are mostly integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_with_integers(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _with_integers(item) for name, item in cast("Json", value).items()}
    return value
