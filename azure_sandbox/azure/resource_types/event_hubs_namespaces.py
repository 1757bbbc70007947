"""Microsoft.EventHub/namespaces: names and connections, as managed private endpoints need them."""

from __future__ import annotations

import re

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, read_choice, read_object
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..type_names import EVENT_HUBS_CONNECTIONS, EVENT_HUBS_NAMESPACES

BAD_NAME = Rejection(
    says="The name of an Event Hubs namespace has 6 to 50 letters, digits and dashes, begins with a letter and ends "
    "with a letter or digit",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md "
    f"(Microsoft.EventHub); code and text are an {OWN_CHOICE}",
    code="BadRequest",
    message="The specified name '{name}' is not allowed for a namespace.",
)
NAMESPACE = Rule(
    says="An Event Hubs namespace shows its connections in `privateEndpointConnections`",
    source="Azure/azure-rest-api-specs, specification/eventhub, EHNameSpaceGet.json; that it has nothing but its sku, "
    f"endpoint and connections, is an {OWN_CHOICE}",
)

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]")


class EventHubsNamespace(ResourceType):
    type = EVENT_HUBS_NAMESPACES

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        if not _NAME.fullmatch(id.name):
            raise BAD_NAME(name=id.name)
        sku = read_object(body, "sku")
        name = read_choice(sku, "name", ("Basic", "Standard", "Premium"), "Standard")
        return {
            "sku": {"name": name, "tier": name, "capacity": sku.get("capacity") or 1},
            "properties": {
                **properties(body),
                "provisioningState": "Succeeded",
                "status": "Active",
                "serviceBusEndpoint": f"https://{id.name.lower()}.servicebus.windows.net:443/",
            },
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        connections = [
            arm.get(ResourceId.parse(connection.id))
            for connection in arm.store.children(id.key, EVENT_HUBS_CONNECTIONS)
        ]
        return {**without_etag(body), "properties": {**properties(body), "privateEndpointConnections": connections}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for connection in arm.store.children(id.key, EVENT_HUBS_CONNECTIONS):
            arm.delete(ResourceId.parse(connection.id))
