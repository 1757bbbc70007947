"""An Azure of plain answers: what the graph's look-ups are told, and what becomes of registered resources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from tests.pure.building import OWNER, cluster_id, network_id

_NETWORK = "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network"

_NAMES = (
    "privateEndpointName",
    "serviceName",
    "deploymentName",
    "relativeRecordSetName",
    "virtualNetworkLinkName",
    "privateZoneName",
)
"""Inputs that are physical names. The zone's comes last: its records and links say it as well."""


class NotFoundError(grpc.RpcError):
    """As the engine reports what the provider did not find."""

    def __init__(self, name: str) -> None:
        self._details = f'Status=404 Code="ResourceNotFound" Message="{name} was not found"'
        super().__init__(self._details)

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return self._details


@dataclass
class Azure(Mocks):
    """
    Clusters of any name are there, in West US, each in its network; so are all networks.

    Connections start Pending and are approved by a deployment, or at once: by id, and where the service trusts the
    endpoint's subscription.
    """

    preview: bool = False
    default_subscription: str = OWNER
    """Where the default provider works."""
    states: dict[str, str] = field(default_factory=dict[str, str])
    """The states of connections, by endpoint: what is given here stays as it is."""
    exists: bool = False
    """In a preview: everything was made by an earlier update, and only ids, names and locations stay known."""
    missing: set[str] = field(default_factory=set[str])
    """Names of objects that Azure does not have."""
    listed_after: int = 0
    """How many look-ups of a service it takes until a connection is listed."""
    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list[tuple[str, dict[str, Any], str]])
    """Every look-up: function, arguments, and the subscription that was asked."""
    _connections: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _made: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    _approved: set[str] = field(default_factory=set[str])

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs: dict[str, Any] = args.inputs  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        name = next((str(inputs[each]) for each in _NAMES if each in inputs), args.name)
        subscription = self._subscription(args.provider or "")
        group = inputs.get("resourceGroupName")
        id = f"/subscriptions/{subscription}/resourceGroups/{group}/{args.typ.rsplit(':', 1)[1]}/{name}"
        self._made[name] = {**inputs, "id": id}
        if args.typ.startswith("pulumi:providers"):
            return args.name, {}
        if args.typ.endswith(":Deployment") and not self.preview:
            self._approve(inputs["properties"]["parameters"]["connections"]["value"])
        if args.typ.endswith(":PrivateEndpoint") and (self.exists or not self.preview):
            self._connect(inputs, name)
        if self.preview and not self.exists:
            return None, {}
        if self.preview:
            return id, {"name": name, "location": inputs.get("location")}
        return id, {**inputs, "name": name}

    def call(self, args: MockCallArgs) -> Any:
        token = args.token.rsplit(":", 1)[1]
        asked = self._subscription(args.provider)
        arguments: dict[str, str] = args.args  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        self.calls.append((token, arguments, asked))
        if token == "getClientConfig":
            return {"subscriptionId": asked, "clientId": "", "objectId": "", "tenantId": ""}
        name = next(
            (value for key, value in arguments.items() if key != "resourceGroupName"), arguments["resourceGroupName"]
        )
        if name in self.missing:
            raise NotFoundError(name)
        answers: dict[str, Callable[[str, str, str], dict[str, Any]]] = {
            "getResourceGroup": _resource_group,
            "getCluster": _cluster,
            "getLoadBalancer": _load_balancer,
            "getVirtualNetwork": _virtual_network,
            "getPrivateLinkService": self._service,
            "getPrivateEndpoint": self._endpoint,
            "getNetworkInterface": _network_interface,
        }
        return answers[token](asked, arguments["resourceGroupName"], name)

    def _subscription(self, provider: str) -> str:
        """Explicit providers are named after their subscription; `urn::id` is their reference."""
        return provider.split("::")[-2].lower() if provider else self.default_subscription

    def _connect(self, inputs: dict[str, Any], endpoint: str) -> None:
        manual = inputs.get("manualPrivateLinkServiceConnections")
        [connection] = manual or inputs["privateLinkServiceConnections"]
        target = connection["privateLinkServiceId"] or ""
        # An alias begins with the service's name, an id ends with it.
        service = target.rsplit("/", 1)[-1].split(".")[0]
        self._connections.setdefault(service, []).append(endpoint)
        subscription = self._made[endpoint]["id"].split("/")[2]
        if not manual or subscription in self._made[service].get("autoApproval", {}).get("subscriptions", []):
            self._approved.add(endpoint)

    def _approve(self, connections: list[str]) -> None:
        self._approved |= {each.removesuffix(".guid") for each in connections}

    def _service(self, _: str, __: str, name: str) -> dict[str, Any]:
        self.listed_after -= 1
        listed = self._connections.get(name, []) if self.listed_after < 0 else []
        return {
            "alias": f"{name}.guid.westus.azure.privatelinkservice",
            "privateEndpointConnections": [
                {"name": "stranger.guid", "privateEndpoint": {"id": "/subscriptions/somebody/else"}},
                # Azure spells ids in its own way.
                *({"name": f"{each}.guid", "privateEndpoint": {"id": self._id(each).upper()}} for each in listed),
            ],
        }

    def _id(self, name: str) -> str:
        return self._made[name]["id"]

    def _endpoint(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        approved = self.exists or name in self._approved
        state = self.states.get(name) or ("Approved" if approved else "Pending")
        connection = {"name": "c", "privateLinkServiceConnectionState": {"status": state}}
        manual = "manualPrivateLinkServiceConnections" in self._made[name]
        return {
            "name": name,
            "networkInterfaces": [{"id": f"{_NETWORK.format(subscription, group)}/networkInterfaces/{name}.nic.guid"}],
            "manualPrivateLinkServiceConnections": [connection] if manual else [],
            "privateLinkServiceConnections": [] if manual else [connection],
        }


def _resource_group(_: str, __: str, name: str) -> dict[str, Any]:
    return {"name": name, "location": "westus"}


def _cluster(subscription: str, group: str, name: str) -> dict[str, Any]:
    addresses = f"{_NETWORK.format(subscription, group)}/publicIPAddresses/{name}"
    return {
        "id": cluster_id(name, subscription, group),
        "name": name,
        "location": "West US",
        "uri": f"https://{name}.westus.kusto.windows.net",
        "dataIngestionUri": f"https://ingest-{name}.westus.kusto.windows.net",
        "virtualNetworkConfiguration": {
            "subnetId": f"{network_id(name, subscription, group)}/subnets/adx",
            "enginePublicIpId": f"{addresses}-kucompute",
            "dataManagementPublicIpId": f"{addresses}-kudatamgmt",
            "state": "Enabled",
        },
    }


def _load_balancer(subscription: str, group: str, name: str) -> dict[str, Any]:
    role, cluster, _ = name.split("-")
    network = _NETWORK.format(subscription, group)
    address = {"id": f"{network}/publicIPAddresses/{cluster}-{role}"}
    id = f"{network}/loadBalancers/{name}"
    return {
        "id": id,
        "name": name,
        "location": "westus",
        "sku": {"name": "Standard"},
        "frontendIPConfigurations": [
            {"id": f"{id}/frontendIPConfigurations/other", "name": "other"},
            {"id": f"{id}/frontendIPConfigurations/fe", "name": "fe", "publicIPAddress": address},
        ],
    }


def _virtual_network(_: str, __: str, name: str) -> dict[str, Any]:
    subnets = [{"name": each, "privateLinkServiceNetworkPolicies": "Disabled"} for each in ("clients", "adx")]
    return {"name": name, "location": "westus", "subnets": subnets}


def _network_interface(_: str, __: str, name: str) -> dict[str, Any]:
    return {"name": name, "ipConfigurations": [{"privateIPAddress": ADDRESSES.get(name, "10.3.0.5")}]}


ADDRESSES: dict[str, str] = {"pe-myadx-ingestion-analytics.nic.guid": "10.3.0.6"}
"""Addresses by network interface; all others are 10.3.0.5."""
