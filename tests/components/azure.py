"""A mock Azure that answers the graph's look-ups and keeps what the graph registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from tests.samples.building import OWNER

from . import objects
from .mock_args import arguments_of, inputs_of

ELSEWHERE = "99999999-9999-9999-9999-999999999999"
"""A subscription that no stack's settings mention."""
STRANGER = objects.id_of(ELSEWHERE, "strange", "Microsoft.Network/privateEndpoints/stranger")

_PATHS = {
    "PrivateLinkService": "Microsoft.Network/privateLinkServices/{serviceName}",
    "PrivateEndpoint": "Microsoft.Network/privateEndpoints/{privateEndpointName}",
    "PrivateDnsZoneGroup": (
        "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}"
    ),
    "Deployment": "Microsoft.Resources/deployments/{deploymentName}",
    "Cluster": "Microsoft.Kusto/clusters/{clusterName}",
    "MetricAlert": "Microsoft.Insights/metricAlerts/{ruleName}",
    "PrivateZone": "Microsoft.Network/privateDnsZones/{privateZoneName}",
    "VirtualNetworkLink": (
        "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}"
    ),
    "PrivateRecordSet": "Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}",
    "ManagedPrivateEndpoint": (
        "Microsoft.Kusto/Clusters/{clusterName}/ManagedPrivateEndpoints/{managedPrivateEndpointName}"
    ),
}


class LookUpError(grpc.RpcError):
    """A failed look-up, as the engine reports it."""

    def __init__(self, details: str) -> None:
        self._details = details
        super().__init__(details)

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return self._details


@dataclass
class Azure(Mocks):
    """
    A mock Azure in which clusters of any name exist, in West US; so do all networks, resource groups and zones.

    Services and endpoints exist once they are registered. Connections start Pending and are approved by a
    deployment, or at once: by id, and where the service trusts the endpoint's subscription.
    """

    preview: bool = False
    default_subscription: str = OWNER
    """The subscription of the default provider."""
    domain: str = "kusto.windows.net"
    """The domain of the clusters' hosts."""
    states: dict[str, str] = field(default_factory=dict[str, str])
    """The states of connections, by endpoint name; a state that is set here never changes."""
    missing: set[str] = field(default_factory=set[str])
    """The names of objects that do not exist in Azure."""
    left: set[str] = field(default_factory=set[str])
    """The names of clusters that left their virtual networks."""
    native: set[str] = field(default_factory=set[str])
    """The names of clusters that never were in one."""
    accounts: int = 2
    """The number of storage accounts of each native cluster."""
    busy_looks: int = 0
    """The number of look-ups of a cluster during which an operation on it is running."""
    forbidden: set[str] = field(default_factory=set[str])
    """The names of objects that the identity may not read."""
    listed_after: int = 0
    """The number of look-ups of a service before it lists a connection."""
    foreign: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    """Connections from outside the stack, by service: endpoint id and state; every service has a stranger's as well."""
    stacks: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """The outputs of stacks, by name."""
    state: list[str] = field(default_factory=list[str])
    """The URNs in the deployed stack's state."""
    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list[tuple[str, dict[str, Any], str]])
    """Every look-up: function, arguments and subscription."""
    spelling: Callable[[str], str] = str
    """The spelling of ids, aliases and names in Azure's answers."""
    _deployed: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """The inputs and the id of every deployed resource, by id in lower case."""
    _approved: set[str] = field(default_factory=set[str])
    """The approved endpoints, by id in lower case."""

    def later(self, **changes: Any) -> Azure:
        """A copy of this Azure for the next update or preview: a preview knows the ids of what is deployed."""
        return replace(
            self, **{"calls": [], "_deployed": {**self._deployed}, "_approved": {*self._approved}, **changes}
        )

    def change_by_hand(self, kind: str, **inputs: Any) -> None:
        """Change all objects of a type (`virtualNetworkLinks`), as a person does outside the program."""
        for id, inputs_before in self._deployed.items():
            if f"/{kind.lower()}/" in id:
                self._deployed[id] = {**inputs_before, **inputs}

    @property
    def deployed(self) -> list[dict[str, Any]]:
        """A copy of the deployed resources, because more are registered while look-ups run."""
        return list(self._deployed.values())

    # Registrations

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = inputs_of(args)
        if args.typ.startswith("pulumi:providers"):
            return args.name, {}
        if not args.custom:
            return "", {}
        id = self._build_id(args, inputs)
        # The stack's state keeps the id of an existing resource, however the program spells it.
        id = self._deployed.get(id.lower(), {"id": id})["id"]
        name = id.rsplit("/", 1)[1]
        if self.preview:
            # The preview of an update makes every other output unknown.
            known = {"name": name, "location": inputs.get("location")}
            return (id, known) if id.lower() in self._deployed else (None, {})
        urn = f"urn:pulumi:test::adx-private-link::{args.typ}::{args.name}"
        self._deployed[id.lower()] = {**inputs, "id": id, "urn": urn}
        if args.typ.endswith(":Deployment"):
            self.approve(inputs["properties"]["parameters"])
        if args.typ.endswith(":PrivateEndpoint") and self._is_trusted(self._deployed[id.lower()]):
            self._approved.add(id.lower())
        return id, {**inputs, "name": name}

    def _build_id(self, args: MockResourceArgs, inputs: dict[str, Any]) -> str:
        kind = args.typ.rsplit(":", 1)[1]
        if kind == "ManagementLockByScope":
            return f"{inputs.get('scope')}/providers/Microsoft.Authorization/locks/{inputs['lockName']}"
        if kind == "DiagnosticSetting":
            return f"{inputs.get('resourceUri')}/providers/Microsoft.Insights/diagnosticSettings/{inputs['name']}"
        if kind == "RoleDefinition":
            return f"{inputs['scope']}/providers/Microsoft.Authorization/roleDefinitions/{args.name}"
        # Names may be unknown in a preview, and a resource of the test itself may have no name.
        path = _PATHS[kind].format_map(defaultdict(lambda: args.name, inputs))
        return objects.id_of(self.subscription_of(args.provider or ""), str(inputs.get("resourceGroupName")), path)

    def subscription_of(self, provider: str) -> str:
        """The subscription of a provider: explicit ones are named after it, and `urn::id` is their reference."""
        return provider.split("::")[-2].lower() if provider else self.default_subscription

    def _is_trusted(self, endpoint: dict[str, Any]) -> bool:
        """Whether Azure approves the endpoint's connection by itself."""
        if "manualPrivateLinkServiceConnections" not in endpoint:
            return True
        services = [service for service in self.deployed if _connects(endpoint, service)]
        trusted = [sub for service in services for sub in service.get("autoApproval", {}).get("subscriptions", [])]
        return endpoint["id"].split("/")[2].lower() in trusted

    def approve(self, parameters: dict[str, Any]) -> None:
        """Approve connections, by the parameters of a deployment's template."""
        names = parameters["connections"]["value"]
        if "cluster" in parameters:
            connections = self._list_connections_to_cluster(parameters["cluster"]["value"])
            self._approved |= {id.lower() for name, id, _ in connections if name.lower() in names}
            return
        for service in self.deployed:
            if service.get("serviceName", "").lower() == parameters["service"]["value"]:
                self._approved |= {
                    id.lower() for name, id, _ in self._list_connections(service) if name.lower() in names
                }

    # Look-ups

    def call(self, args: MockCallArgs) -> Any:
        return respell(self.answer(args), self.spelling)

    def answer(self, args: MockCallArgs) -> Any:
        """Answer a look-up, with ids as they were registered."""
        subscription = self.subscription_of(args.provider)
        arguments = arguments_of(args)
        self.calls.append((args.token.rsplit(":", 1)[1], arguments, subscription))
        return self._answer(args)

    def _answer(self, args: MockCallArgs) -> Any:
        token = args.token.rsplit(":", 1)[1]
        arguments = arguments_of(args)
        subscription = self.subscription_of(args.provider)
        if token == "getClientConfig":
            return {"subscriptionId": subscription, "clientId": "", "objectId": "", "tenantId": ""}
        if token == "readStackOutputs":
            return self._read_stack_outputs(arguments["name"])
        if token == "readStackResourceOutputs":
            groups = (resource["urn"] for id, resource in self._deployed.items() if "/privatednszonegroups/" in id)
            resource: dict[str, Any] = {"type": "", "outputs": {}}
            return {"name": arguments["stackName"], "outputs": dict.fromkeys([*self.state, *groups], resource)}
        if token == "getPrivateRecordSet":
            raise LookUpError('Status=404 Code="NotFound" Message="The resource record \'…\' does not exist"')
        if token == "getVirtualNetworkLink":
            return self.read_deployed(
                objects.id_of(subscription, arguments["resourceGroupName"], _link_path(arguments))
            )
        if token == "getPrivateDnsZoneGroup":
            path = _PATHS["PrivateDnsZoneGroup"].format_map(arguments)
            return self.read_deployed(objects.id_of(subscription, arguments["resourceGroupName"], path))
        group, name = arguments["resourceGroupName"], _name(arguments)
        if name in self.missing:
            raise LookUpError(f'Status=404 Code="ResourceNotFound" Message="{name} was not found"')
        if name in self.forbidden:
            raise LookUpError(f'Status=403 Code="AuthorizationFailed" Message="may not read {name}"')
        answers: dict[str, Callable[[str, str, str], dict[str, Any]]] = {
            "getActionGroup": objects.named,
            "getResourceGroup": objects.named,
            "getCluster": self._read_cluster,
            "getLoadBalancer": objects.load_balancer,
            "getVirtualNetwork": objects.virtual_network,
            "getPrivateZone": objects.named,
            "getPrivateLinkService": self._read_service,
            "getPrivateEndpoint": self._read_endpoint,
            "getNetworkInterface": self._read_interface,
        }
        return answers[token](subscription, group, name)

    def asked_for(self, function: str) -> list[str]:
        """The names of the objects that a function looked up, sorted."""
        return sorted(_name(arguments) for call, arguments, _ in self.calls if call == function)

    def _read_stack_outputs(self, stack: str) -> dict[str, Any]:
        if stack in self.missing or (
            stack not in self.stacks and not stack.startswith("organization/adx-private-link/")
        ):
            raise LookUpError(f'unknown stack "{stack}"')
        return {"name": stack, "outputs": self.stacks.get(stack, {}), "secretOutputNames": []}

    def _read_cluster(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        answer = objects.cluster(subscription, group, name, self.domain)
        if name in self.left:
            answer["virtualNetworkConfiguration"]["state"] = "Disabled"
        if name in self.native:
            answer["virtualNetworkConfiguration"] = None
        self.listed_after -= 1
        self.busy_looks -= 1
        connections = self._list_connections_to_cluster(name.lower())
        return {
            **answer,
            "provisioningState": "Running" if self.busy_looks >= 0 else "Succeeded",
            "privateEndpointConnections": [_connection(*connection) for connection in connections],
        }

    def _list_connections_to_cluster(self, name: str) -> Iterator[tuple[str, str, str]]:
        """The connections that a cluster lists: name, endpoint id and state."""
        for id, state in self.foreign.get(name, []):
            yield f"{id.rsplit('/', 1)[1]}-guid", id, state
        for endpoint in self.deployed if self.listed_after < 0 else ():
            target = _target(endpoint)
            if target.endswith(f"/clusters/{name.lower()}") and self._state_of(endpoint) != "Disconnected":
                yield f"{endpoint['privateEndpointName']}-guid", endpoint["id"], self._state_of(endpoint)

    def _read_interface(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        endpoint = name.removesuffix(".nic.guid")
        path = f"Microsoft.Network/privateEndpoints/{endpoint}"
        target = _target(self._deployed.get(objects.id_of(subscription, group, path).lower(), {}))
        if "/clusters/" not in target:
            return objects.network_interface(subscription, group, name)
        return objects.network_interface_of_cluster(name, target.rsplit("/", 1)[1], self.domain, self.accounts)

    def read_deployed(self, id: str) -> dict[str, Any]:
        """Read the inputs of a deployed resource."""
        if id.lower() not in self._deployed:
            raise LookUpError(f'Status=404 Code="ResourceNotFound" Message="{id} was not found"')
        return self._deployed[id.lower()]

    def _read_service(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        service = self.read_deployed(
            objects.id_of(subscription, group, f"Microsoft.Network/privateLinkServices/{name}")
        )
        self.listed_after -= 1
        return {
            **service,
            "name": name,
            "alias": objects.alias(name),
            "privateEndpointConnections": [_connection(*listed) for listed in self._list_connections(service)],
        }

    def _list_names(self, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
        """The names that an endpoint of a cluster shows: those of an approved one without a zone group."""
        target = _target(endpoint)
        if "/clusters/" not in target or self._state_of(endpoint) != "Approved" or self._zone_groups(endpoint["id"]):
            return []
        return [{"fqdn": f"{target.rsplit('/', 1)[1]}.westus.{self.domain}", "ipAddresses": ["10.3.0.10"]}]

    def _zone_groups(self, endpoint_id: str) -> list[dict[str, Any]]:
        prefix = f"{endpoint_id}/privateDnsZoneGroups/".lower()
        return [resource for id, resource in self._deployed.items() if id.startswith(prefix)]

    def _list_connections(self, service: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        """The connections that a service lists: name, endpoint id and state."""
        for id, state in [(STRANGER, "Pending"), *self.foreign.get(service["serviceName"], [])]:
            yield f"{id.rsplit('/', 1)[1]}.guid", id, state
        for endpoint in self.deployed if self.listed_after < 0 else ():
            # A service no longer lists a connection that its owner removed; only the endpoint has its state.
            if _connects(endpoint, service) and self._state_of(endpoint) != "Disconnected":
                yield f"{endpoint['privateEndpointName']}.guid", endpoint["id"], self._state_of(endpoint)

    def _state_of(self, endpoint: dict[str, Any]) -> str:
        approved = endpoint["id"].lower() in self._approved
        return self.states.get(endpoint["privateEndpointName"]) or ("Approved" if approved else "Pending")

    def _read_endpoint(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        endpoint = self.read_deployed(objects.id_of(subscription, group, f"Microsoft.Network/privateEndpoints/{name}"))
        manual = "manualPrivateLinkServiceConnections" in endpoint
        [connection] = endpoint["manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"]
        connection = {**connection, "privateLinkServiceConnectionState": {"status": self._state_of(endpoint)}}
        interface = objects.id_of(subscription, group, f"Microsoft.Network/networkInterfaces/{name}.nic.guid")
        return {
            "name": name,
            "subnet": endpoint["subnet"],
            "customNetworkInterfaceName": endpoint.get("customNetworkInterfaceName", ""),
            "applicationSecurityGroups": endpoint.get("applicationSecurityGroups", []),
            "networkInterfaces": [{"id": interface}],
            "customDnsConfigs": self._list_names(endpoint),
            "manualPrivateLinkServiceConnections": [connection] if manual else [],
            "privateLinkServiceConnections": [] if manual else [connection],
        }


def _connection(name: str, endpoint_id: str, state: str) -> dict[str, Any]:
    return {
        "name": name,
        # Azure does not keep the spelling of ids.
        "privateEndpoint": {"id": endpoint_id.upper()},
        "privateLinkServiceConnectionState": {"status": state},
    }


def _target(endpoint: dict[str, Any]) -> str:
    """What an endpoint connects to, in lower case."""
    connections = endpoint.get("manualPrivateLinkServiceConnections", endpoint.get("privateLinkServiceConnections"))
    return connections[0]["privateLinkServiceId"].lower() if connections else ""


def respell(value: Any, spelling: Callable[[str], str]) -> Any:
    """Respell every id, alias and connection name in a value."""
    match value:
        case dict():
            return {key: respell(child, spelling) for key, child in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [respell(child, spelling) for child in value]  # pyright: ignore[reportUnknownVariableType]
        case str() if value.startswith("/subscriptions/") or value.endswith(
            (".azure.privatelinkservice", ".guid", "-guid")
        ):
            return spelling(value)
        case _:
            return value


def _link_path(arguments: dict[str, str]) -> str:
    return _PATHS["VirtualNetworkLink"].format_map(arguments)


def _name(arguments: dict[str, str]) -> str:
    """The name of the object that the arguments look up."""
    others = [value for key, value in arguments.items() if key != "resourceGroupName"]
    return (others or [*arguments.values()])[0]


def _connects(endpoint: dict[str, Any], service: dict[str, Any]) -> bool:
    target = _target(endpoint)
    if not target or "serviceName" not in service:
        return False
    return target in (objects.alias(service["serviceName"]).lower(), service["id"].lower())
