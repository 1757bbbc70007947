"""The base of the models by which stack outputs are written and read."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class OutputModel(BaseModel):
    """A stack output, or a part of one. It comes from another program, perhaps of a newer version."""

    # A newer version may write more; what is known here stays readable.
    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def write(cls, **values: object) -> dict[str, Any]:
        """
        Return the output as a program exports it: the model's fields, with values that may be Pulumi outputs.

        Raises:
            TypeError: A value has no field, or a required field has no value.
        """
        unknown = values.keys() - cls.model_fields.keys()
        missing = {name for name, field in cls.model_fields.items() if field.is_required()} - values.keys()
        if unknown or missing:
            raise TypeError(f"{cls.__name__}: unknown fields {sorted(unknown)}, missing fields {sorted(missing)}")
        return values
