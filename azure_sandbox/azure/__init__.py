"""Azure itself: resources as the JSON that GET gives, the rules of each resource type, and the state."""

from .api import Azure
from .bodies import Json
from .errors import AzureError, OperationFailed
from .resource_ids import Collection, ResourceId
from .state_file import DamagedStateError, StateError, StoreFile
from .trouble import Trouble
from .world import World

__all__ = [
    "Azure",
    "AzureError",
    "Collection",
    "DamagedStateError",
    "Json",
    "OperationFailed",
    "ResourceId",
    "StateError",
    "StoreFile",
    "Trouble",
    "World",
]
