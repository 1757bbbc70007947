"""The virtual network of an injected Kusto cluster: creation, and the way out of it and back."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from .. import switches
from ..bodies import CANNOT_PARSE, Json, properties, read_choice, read_object, read_objects
from ..errors import Rejection
from ..references import find_referenced
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager
from ..type_names import PUBLIC_IP_ADDRESSES, SUBNETS
from .cluster_migration import enter, leave

_MIGRATION = "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md"

NOT_DELEGATED = Rejection(
    says="A cluster is injected only in a subnet that is delegated to Microsoft.Kusto/clusters",
    source="MicrosoftDocs/dataexplorer-docs#1349",
    code="MissingSubnetDelegation",
    message="Creating cluster in subnet '{subnet}' requires delegating subnet to 'Microsoft.Kusto/clusters'. Please "
    "delegate the subnet and retry operation, see https://aka.ms/adxvnetportal",
)
WRONG_INJECTION = Rejection(
    says="An injected cluster has a subnet and two public addresses",
    source=f"{OWN_CHOICE}: code and text",
    code="InvalidVirtualNetworkConfiguration",
    message="The virtual network configuration of cluster {cluster} has {id} for its {name}.",
)
INJECTION_RETIRED = Rejection(
    says="Since 1 February 2025, no client injects another cluster in a virtual network (`switch new-injection`). A "
    "world file can have one, because it says what exists before any deployment",
    source=f"{_MIGRATION}; code and text are an own choice",
    code="VirtualNetworkInjectionRetired",
    message="Cluster {cluster} cannot be injected in a virtual network: the injection of new clusters was retired on 1 "
    "February 2025. Create it without a virtual network configuration, and use private endpoints.",
)
INJECTION_CHANGED = Rejection(
    says="The subnet and the public addresses of a cluster never change, and its configuration never goes. Only "
    "`state` changes",
    source="hashicorp/terraform-provider-azurerm, PR #10640; that a native cluster cannot get a configuration later "
    f"is an {OWN_CHOICE}",
    code="CannotModifyVirtualNetworkConfiguration",
    message="Virtual Network Configuration cannot be modified.",
)
MIGRATION = Rule(
    says="A cluster leaves its virtual network with `state: Disabled` and returns with `Enabled`; its subnet and "
    "public addresses stay in the configuration. Without a state, it is Enabled",
    source=f"{_MIGRATION}; hashicorp/terraform-provider-azurerm#24733 (there and back); the default is "
    "pulumi-azure-native's",
)

_INJECTION = {
    "subnetId": SUBNETS,
    "enginePublicIpId": PUBLIC_IP_ADDRESSES,
    "dataManagementPublicIpId": PUBLIC_IP_ADDRESSES,
}
_DELEGATION = "Microsoft.Kusto/clusters"


def list_injection_ids(body: Json) -> list[str]:
    """The subnet and the public addresses of an injected or migrated cluster."""
    network = _read_configuration(body)
    return [str(network[name]) for name in _INJECTION if name in network]


def is_injected(cluster: Json) -> bool:
    """Whether a stored cluster is in a virtual network; a migrated one has left it."""
    return _read_configuration(cluster).get("state") == "Enabled"


def read_network(arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json | None:
    """The virtual network configuration of a cluster after a PUT."""
    if old and _lower(list_injection_ids(old)) != _lower(list_injection_ids(body)):
        raise INJECTION_CHANGED()
    requested = _read_configuration(body)
    if not requested:
        return None
    if old is None and arm.caller is not None and switches.NEW_INJECTION.read(arm.store) == "refuse":
        raise INJECTION_RETIRED(cluster=id.text)
    state = read_choice(requested, "state", ("Enabled", "Disabled"), "Enabled")
    enters = old is None or not is_injected(old)
    if old is None or (state == "Enabled" and enters):
        _check_injection(arm, id, requested)
    network = {**{name: requested[name] for name in _INJECTION}, "state": state}
    if old and state == "Disabled" and not enters:
        leave(arm, id, network)
    elif old and state == "Enabled" and enters:
        enter(arm, id, network, body["location"])
    return network


def _read_configuration(body: Json) -> Json:
    return read_object(properties(body), "virtualNetworkConfiguration")


def _check_injection(arm: ResourceManager, id: ResourceId, configuration: Json) -> None:
    for name, type in _INJECTION.items():
        if name not in configuration:
            raise CANNOT_PARSE()
        target = find_referenced(arm, str(configuration[name]), id)
        if target.type != type.lower():
            raise WRONG_INJECTION(cluster=id.text, id=configuration[name], name=name)
    subnet = arm.store.get(str(configuration["subnetId"]))
    delegations = read_objects(subnet.body, "delegations") if subnet else []
    services = {str(properties(delegation).get("serviceName")).lower() for delegation in delegations}
    if _DELEGATION.lower() not in services:
        raise NOT_DELEGATED(subnet=configuration["subnetId"])


def _lower(ids: list[str]) -> list[str]:
    return [id.lower() for id in ids]
