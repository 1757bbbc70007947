"""What an Azure starts from."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from .ids import ResourceId
from .rights import Right
from .store import Json
from .trouble import Trouble


def _identified(resource: Json) -> Json:
    if "id" not in resource:
        raise ValueError("a resource needs an `id`")
    ResourceId.parse(str(resource["id"]))
    return resource


class World(BaseModel):
    """The resources that exist before anybody deploys anything, who may do what, and the trouble to come."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resources: list[Annotated[Json, AfterValidator(_identified)]]
    rights: tuple[Right, ...] = ()
    """None: everybody may do everything."""
    trouble: tuple[Trouble, ...] = ()
