"""
The local Azure: resources as the JSON that GET answers, the rules of each resource type, and the state.

- `api` is what clients call. Around the rules of a type, `resource_manager` does what Azure Resource Manager does, with
  `subscriptions`, `rights` and locks. `trouble` makes chosen requests fail.
- `resource_types` has one file a type, with its rules. `known_types` lists the types.
- `bodies`, `references`, `nested_objects`, `private_addresses` and others are what several types share.
- `state_file` and `store` keep the resources, and `world` fills an empty state.
"""

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
