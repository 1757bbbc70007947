"""Services that a subnet can be delegated to."""

from __future__ import annotations

from ..rules import OWN_CHOICE
from .bodies import Json, properties
from .errors import Rejection

UNKNOWN_SERVICE = Rejection(
    says="A subnet is delegated only to a service that takes delegations",
    source="hashicorp/terraform-provider-azurerm, internal/services/network/subnet_resource.go (the list); code and "
    f"text are an {OWN_CHOICE}",
    code="InvalidSubnetDelegationServiceName",
    message="Delegation {name} of subnet {subnet} names the service '{service}', which takes no delegations.",
)

_SERVICES = """
GitHub.Network/networkSettings
Informatica.DataManagement/organizations
Microsoft.AVS/PrivateClouds
Microsoft.ApiManagement/service
Microsoft.Apollo/npu
Microsoft.App/environments
Microsoft.App/testClients
Microsoft.AzureCosmosDB/clusters
Microsoft.BareMetal/AzureHPC
Microsoft.BareMetal/AzureHostedService
Microsoft.BareMetal/AzurePaymentHSM
Microsoft.BareMetal/AzureVMware
Microsoft.BareMetal/CrayServers
Microsoft.BareMetal/MonitoringServers
Microsoft.Batch/batchAccounts
Microsoft.CloudTest/hostedpools
Microsoft.CloudTest/images
Microsoft.CloudTest/pools
Microsoft.Codespaces/plans
Microsoft.ContainerInstance/containerGroups
Microsoft.ContainerService/TestClients
Microsoft.ContainerService/managedClusters
Microsoft.DBforMySQL/flexibleServers
Microsoft.DBforMySQL/servers
Microsoft.DBforMySQL/serversv2
Microsoft.DBforPostgreSQL/flexibleServers
Microsoft.DBforPostgreSQL/serversv2
Microsoft.DBforPostgreSQL/singleServers
Microsoft.Databricks/workspaces
Microsoft.DelegatedNetwork/controller
Microsoft.DevCenter/networkConnection
Microsoft.DevOpsInfrastructure/pools
Microsoft.DocumentDB/cassandraClusters
Microsoft.Fidalgo/networkSettings
Microsoft.HardwareSecurityModules/dedicatedHSMs
Microsoft.Kusto/clusters
Microsoft.LabServices/labplans
Microsoft.Logic/integrationServiceEnvironments
Microsoft.MachineLearningServices/workspaces
Microsoft.Netapp/volumes
Microsoft.Network/applicationGateways
Microsoft.Network/dnsResolvers
Microsoft.Network/fpgaNetworkInterfaces
Microsoft.Network/managedResolvers
Microsoft.Network/networkWatchers
Microsoft.Network/virtualNetworkGateways
Microsoft.Orbital/orbitalGateways
Microsoft.PowerAutomate/hostedRpa
Microsoft.PowerPlatform/enterprisePolicies
Microsoft.PowerPlatform/vnetaccesslinks
Microsoft.ServiceFabricMesh/networks
Microsoft.ServiceNetworking/trafficControllers
Microsoft.Singularity/accounts/networks
Microsoft.Singularity/accounts/npu
Microsoft.Sql/managedInstances
Microsoft.Sql/managedInstancesOnebox
Microsoft.Sql/managedInstancesStage
Microsoft.Sql/managedInstancesTest
Microsoft.Sql/servers
Microsoft.StoragePool/diskPools
Microsoft.StreamAnalytics/streamingJobs
Microsoft.Synapse/workspaces
Microsoft.Web/hostingEnvironments
Microsoft.Web/serverFarms
NGINX.NGINXPLUS/nginxDeployments
Oracle.Database/networkAttachments
PaloAltoNetworks.Cloudngfw/firewalls
Qumulo.Storage/fileSystems
"""
_KNOWN = {service.lower() for service in _SERVICES.split()}


def check_delegation(subnet: str, delegation: Json) -> None:
    """Reject a delegation to a service that takes no delegations."""
    service = str(properties(delegation).get("serviceName"))
    if service.lower() not in _KNOWN:
        raise UNKNOWN_SERVICE(name=delegation["name"], subnet=subnet, service=service)
