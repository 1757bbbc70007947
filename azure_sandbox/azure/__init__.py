"""Azure itself: resources as the JSON that GET gives, the rules of each resource type, and the state."""

from .api import Azure
from .errors import AzureError, OperationFailed
from .ids import ResourceId
from .store import Json, StoreFile

__all__ = ["Azure", "AzureError", "Json", "OperationFailed", "ResourceId", "StoreFile"]
