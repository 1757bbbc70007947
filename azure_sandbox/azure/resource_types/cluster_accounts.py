"""Storage accounts that Azure adds to a cluster under load, and what its endpoints get from them."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from ..bodies import linked_id, properties
from ..cluster_members import list_members
from ..endpoint_members import CLUSTER_GROUP
from ..errors import AzureError
from ..private_addresses import SUBNET_FULL
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, not_found_error
from ..type_names import CLUSTER_CONNECTIONS
from .private_dns_zone_groups import update_records
from .private_endpoint_interfaces import add_members

SCALE_OUT = Rule(
    says="Azure adds storage accounts to a cluster under load. Each endpoint gets three more addresses by itself, and "
    "its zone group writes three more records; records of others do not follow. An endpoint in a full subnet gets "
    "none, and stays without the new names",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint.md; that a full subnet "
    f"stops nothing else, and that an endpoint that waits gets the addresses too, is an {OWN_CHOICE}",
)


def add_account(arm: ResourceManager, cluster: ResourceId) -> list[str]:
    """Add a storage account to a cluster. Returns the ids of the endpoints whose subnets are full."""
    stored = arm.store.get(cluster.key)
    if stored is None:
        raise not_found_error(cluster)
    arm.store.add_account(stored.id)
    members = list_members(arm.store, stored)
    full: list[str] = []
    for connection in arm.store.children(cluster.key, CLUSTER_CONNECTIONS):
        status = properties(connection.body)["privateLinkServiceConnectionState"]["status"]
        if status == "Rejected":
            continue
        endpoint = ResourceId.parse(str(linked_id(properties(connection.body), "privateEndpoint")))
        try:
            with arm.store.undone_on_failure():
                add_members(arm, endpoint, members, CLUSTER_GROUP)
                update_records(arm, endpoint, approved=status == "Approved")
        except AzureError as error:
            if error.code != SUBNET_FULL.code:
                raise
            full.append(endpoint.text)
    return full
