"""Microsoft.Kusto/clusters: what the graph reads of an Azure Data Explorer cluster."""

from .errors import unparsable
from .ids import ResourceId
from .resource_type import ResourceType, Scope, properties, referenced, section
from .store import Json

# The data-plane suffix by cloud is a fact of the cluster's own URI; the sandbox is the public cloud.
_SUFFIX = "kusto.windows.net"


class Cluster(ResourceType):
    type = "Microsoft.Kusto/Clusters"

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if injected := section(properties(body), "virtualNetworkConfiguration"):
            for target in ("subnetId", "enginePublicIpId", "dataManagementPublicIpId"):
                if target not in injected:
                    raise unparsable()
                referenced(scope, str(injected[target]), id)
        host = f"{id.name}.{body['location']}.{_SUFFIX}"
        return {
            "sku": body.get("sku") or {"name": "Standard_D13_v2", "tier": "Standard", "capacity": 2},
            "properties": {
                "publicNetworkAccess": "Enabled",
                "engineType": "V3",
                **properties(body),
                "state": "Running",
                "provisioningState": "Succeeded",
                "uri": f"https://{host}",
                "dataIngestionUri": f"https://ingest-{host}",
            },
        }

    def refers_to(self, body: Json) -> list[str]:
        injected = section(properties(body), "virtualNetworkConfiguration")
        return [str(injected[name]) for name in injected if name.endswith("Id")]


TYPES = (Cluster(),)
