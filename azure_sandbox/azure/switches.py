"""Switches: what the sandbox does where no public source settles what Azure does. A world or a command sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..rules import OWN_CHOICE, Rule
from .store import Store


@dataclass(frozen=True, kw_only=True)
class Switch(Rule):
    """A rule with several possible answers of Azure's, of which a world or the command `switch` picks one."""

    name: str
    values: Mapping[str, str] = field(hash=False)
    """The values, each with what Azure does then. The first one is the default."""

    @property
    def default(self) -> str:
        return next(iter(self.values))

    def read(self, store: Store) -> str:
        """The value in this state."""
        return store.switches().get(self.name, self.default)

    def check(self, value: str) -> None:
        """Raise `ValueError` for a value that the switch does not have."""
        if value not in self.values:
            raise ValueError(f"the switch {self.name} has no value {value}; write {' or '.join(self.values)}")


MANUAL_RECORD = Switch(
    says="A zone group and a record set that it did not write: which of them wins",
    source=f"{OWN_CHOICE}: the writes of groups look like unconditional PUTs",
    name="manual-record",
    values={
        "overwrite": "the group overwrites the record set, and deletes it later",
        "refuse": "a PUT of the group is rejected; an approval or a rejection leaves the record set unchanged",
    },
)
APPROVAL_AGAIN = Switch(
    says="The approval of a connection to a cluster that is approved already",
    source=f"{OWN_CHOICE}: private link services accept it, storage accounts reject it, and a cluster accepts the "
    "rejection of an approved connection",
    name="approval-again",
    values={
        "accept": "the description changes, and nothing else",
        "refuse": "the approval is rejected",
    },
)
INJECTED_TARGET = Switch(
    says="An endpoint to a cluster that is in a virtual network",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-private-endpoint.md (not supported), "
    "data-explorer/security-network-migrate-vnet-to-private-endpoint.md (to be created before the migration); what a "
    f"PUT answers is an {OWN_CHOICE}",
    name="injected-target",
    values={
        "accept": "the endpoint is created, and has no effect before the cluster leaves its network",
        "refuse": "the endpoint is rejected",
    },
)
TARGET_SPELLING = Switch(
    says="The spelling of a cluster's id that an endpoint shows as its target",
    source="hashicorp/terraform-provider-azurerm#23356 (Azure's, in 2023); Azure/azure-cli-extensions, src/kusto/"
    "azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml (as sent, in 2022); which one it is today is an "
    f"{OWN_CHOICE}",
    name="target-spelling",
    values={
        "as-sent": "the endpoint shows the id as its creator wrote it",
        "azure": "the endpoint shows the id as the cluster itself does",
    },
)


CLUSTER_OPERATIONS = Switch(
    says="How long an operation on a cluster takes, and so whether two of them can overlap",
    source=f"{OWN_CHOICE}: in Azure it is from half a minute to a quarter of an hour",
    name="cluster-operations",
    values={
        "take-time": "an operation takes 0.3 seconds, and another one of the same cluster in this time fails",
        "take-no-time": "no operation overlaps another",
    },
)
FAILED_MANAGED_ENDPOINT = Switch(
    says="What is left of a managed private endpoint whose creation overlapped another operation on its cluster",
    source=f"{OWN_CHOICE}: hashicorp/terraform-provider-azurerm#18501 shows the error only",
    name="failed-managed-endpoint",
    values={
        "stays": "it exists, with the provisioning state `Failed` and without a connection",
        "is-gone": "it does not exist",
    },
)
APPROVAL_BY_RIGHTS = Switch(
    says="Whether Azure approves an automatic connection at once if the caller may approve connections of the target",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-managed-private-endpoint-create.md; "
    "MicrosoftDocs/azure-docs#111201 doubts it",
    name="approval-by-rights",
    values={"approves": "the connection is Approved", "waits": "the connection is Pending like a manual one"},
)

FLIP_WITH_SERVICE = Switch(
    says="A cluster leaves its virtual network while a private link service is on one of its load balancers",
    source=f"{OWN_CHOICE}: a load balancer with a service cannot be deleted",
    name="flip-with-service",
    values={
        "orphan": "the load balancer and the service stay, and lead nowhere",
        "detach": "the load balancer is deleted, and the service has no frontend any more",
        "refuse": "the operation fails, and the cluster stays in its network",
    },
)
NEW_INJECTION = Switch(
    says="A client creates a cluster in a virtual network, as in programs of before February 2025",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md",
    name="new-injection",
    values={"refuse": "the request is rejected", "allow": "the cluster is created"},
)
STREAMING_POLICY = Switch(
    says="Whether tables of clusters have a streaming ingestion policy",
    source="Azure/azure-cli-extensions#9966; the sandbox has no tables",
    name="streaming-policy",
    values={"none": "no table has one", "active": "an update that disables streaming ingestion is rejected"},
)

SWITCHES: Mapping[str, Switch] = {
    switch.name: switch
    for switch in (
        APPROVAL_AGAIN,
        APPROVAL_BY_RIGHTS,
        CLUSTER_OPERATIONS,
        FAILED_MANAGED_ENDPOINT,
        FLIP_WITH_SERVICE,
        INJECTED_TARGET,
        MANUAL_RECORD,
        NEW_INJECTION,
        STREAMING_POLICY,
        TARGET_SPELLING,
    )
}


def find_switch(name: str) -> Switch:
    """The switch of a name. Raises `ValueError` for an unknown name."""
    if name not in SWITCHES:
        raise ValueError(f"there is no switch {name}; write one of {', '.join(SWITCHES)}")
    return SWITCHES[name]
