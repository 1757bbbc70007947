"""Microsoft.Kusto/clusters: what the graph reads of an Azure Data Explorer cluster."""

import re

from ..rules import Rule
from .errors import CANNOT_PARSE, Refusal
from .ids import ResourceId
from .resource_type import ResourceType, Scope, properties, referenced, section
from .store import Json

# The data-plane suffix by cloud is a fact of the cluster's own URI; the sandbox is the public cloud.
_SUFFIX = "kusto.windows.net"
_NAME = re.compile(r"[a-z][a-z0-9]{3,21}")
_INJECTION = ("subnetId", "enginePublicIpId", "dataManagementPublicIpId")

BAD_NAME = Refusal(
    says="A cluster's name has 4 to 22 lower-case letters and digits, a letter first",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md "
    "(Microsoft.Kusto); "
    "code and text are an own choice",
    code="InvalidClusterName",
    message="The cluster name '{name}' is not valid: it must have 4 to 22 lower-case letters and digits, beginning "
    "with a "
    "letter.",
)
INJECTION_CHANGED = Refusal(
    says="A cluster does not move to another subnet or other public addresses",
    source="hashicorp/terraform-provider-azurerm, kusto_cluster `virtual_network_configuration` (ForceNew); code and "
    "text "
    "are an own choice",
    code="ClusterVirtualNetworkConfigurationCannotBeChanged",
    message="The virtual network configuration of cluster {cluster} cannot be changed, but for its state.",
)
SHAPE = Rule(
    says="A cluster's id and type are spelt `Clusters`; its URIs are made from its name and region",
    source="Azure/azure-cli, command_modules/kusto/tests/latest/recordings",
)


class Cluster(ResourceType):
    type = "Microsoft.Kusto/Clusters"

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if not _NAME.fullmatch(id.name):
            raise BAD_NAME(name=id.name)
        injected = section(properties(body), "virtualNetworkConfiguration")
        if injected:
            for target in _INJECTION:
                if target not in injected:
                    raise CANNOT_PARSE()
                referenced(scope, str(injected[target]), id)
        if (
            old
            and self.refers_to(old)
            and [each.lower() for each in self.refers_to(old)] != [each.lower() for each in self.refers_to(body)]
        ):
            raise INJECTION_CHANGED(cluster=id.text)
        host = f"{id.name}.{body['location']}.{_SUFFIX}"
        return {
            "sku": body.get("sku") or {"name": "Standard_D13_v2", "tier": "Standard", "capacity": 2},
            "properties": {
                "publicNetworkAccess": "Enabled",
                "publicIPType": "IPv4",
                "restrictOutboundNetworkAccess": "Disabled",
                "engineType": "V3",
                "enableAutoStop": True,
                "enableDiskEncryption": False,
                "enableDoubleEncryption": False,
                "enablePurge": False,
                "enableStreamingIngest": False,
                **properties(body),
                "privateEndpointConnections": [],
                "state": "Running",
                "provisioningState": "Succeeded",
                "uri": f"https://{host}",
                "dataIngestionUri": f"https://ingest-{host}",
            },
        }

    def refers_to(self, body: Json) -> list[str]:
        injected = section(properties(body), "virtualNetworkConfiguration")
        return [str(injected[name]) for name in _INJECTION if name in injected]


TYPES = (Cluster(),)
