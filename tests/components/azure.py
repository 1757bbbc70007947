"""An Azure of plain answers: what the graph's look-ups are told, and what becomes of registered resources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from tests.samples.building import OWNER

from . import objects

ELSEWHERE = "99999999-9999-9999-9999-999999999999"
"""A subscription of which no stack says anything."""
STRANGER = objects.id_of(ELSEWHERE, "strange", "Microsoft.Network/privateEndpoints/stranger")

_PATHS = {
    "PrivateLinkService": "Microsoft.Network/privateLinkServices/{serviceName}",
    "PrivateEndpoint": "Microsoft.Network/privateEndpoints/{privateEndpointName}",
    "Deployment": "Microsoft.Resources/deployments/{deploymentName}",
    "PrivateZone": "Microsoft.Network/privateDnsZones/{privateZoneName}",
    "VirtualNetworkLink": (
        "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}"
    ),
    "PrivateRecordSet": "Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}",
}


class LookUpError(grpc.RpcError):
    """As the engine reports a look-up that failed."""

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
    Clusters of any name are there, in West US, each in its network; so are all networks, resource groups and zones.

    Services and endpoints are there once they were registered. Connections start Pending and are approved by a
    deployment, or at once: by id, and where the service trusts the endpoint's subscription.
    """

    preview: bool = False
    default_subscription: str = OWNER
    """Where the default provider works."""
    domain: str = "kusto.windows.net"
    """Of the clusters' hosts."""
    states: dict[str, str] = field(default_factory=dict[str, str])
    """The states of connections, by endpoint: what is given here stays as it is."""
    missing: set[str] = field(default_factory=set[str])
    """Names of objects that Azure does not have."""
    left: set[str] = field(default_factory=set[str])
    """Names of clusters that have left their networks."""
    forbidden: set[str] = field(default_factory=set[str])
    """Names of objects that may not be read."""
    listed_after: int = 0
    """How many look-ups of a service it takes until a connection is listed."""
    foreign: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    """Connections that others have made, by service: id of the endpoint and state; each has that of a stranger."""
    stacks: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Outputs of stacks."""
    state: list[str] = field(default_factory=list[str])
    """The URNs of what is in the state of the stack that is deployed."""
    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list[tuple[str, dict[str, Any], str]])
    """Every look-up: function, arguments, and the subscription that was asked."""
    spelling: Callable[[str], str] = str
    """How Azure spells ids, aliases and names from now on."""
    _there: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """What was made, by id in lower case: its inputs and its id."""
    _approved: set[str] = field(default_factory=set[str])
    """Endpoints, by id in lower case."""

    def later(self, **changes: Any) -> Azure:
        """The same Azure as another update, or a preview, finds it: only what is there stays known in a preview."""
        return replace(self, **{"calls": [], "_there": {**self._there}, "_approved": {*self._approved}, **changes})

    def change_by_hand(self, kind: str, **inputs: Any) -> None:
        """What people do to all objects of a type (`virtualNetworkLinks`) behind the program's back."""
        for id, made in self._there.items():
            if f"/{kind.lower()}/" in id:
                self._there[id] = {**made, **inputs}

    @property
    def _things(self) -> list[dict[str, Any]]:
        """A copy: resources are registered while look-ups are under way."""
        return list(self._there.values())

    # Registrations

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs: dict[str, Any] = args.inputs  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if args.typ.startswith("pulumi:providers"):
            return args.name, {}
        if not args.custom:
            return "", {}
        id = self._id(args, inputs)
        # What exists keeps its id in the stack's state, however the program spells it.
        id = self._there.get(id.lower(), {"id": id})["id"]
        name = id.rsplit("/", 1)[1]
        if self.preview:
            # The preview of an update makes every output unknown but these.
            known = {"name": name, "location": inputs.get("location")}
            return (id, known) if id.lower() in self._there else (None, {})
        self._there[id.lower()] = {**inputs, "id": id}
        if args.typ.endswith(":Deployment"):
            self._approve(inputs["properties"]["parameters"])
        if args.typ.endswith(":PrivateEndpoint") and self._is_trusted(self._there[id.lower()]):
            self._approved.add(id.lower())
        return id, {**inputs, "name": name}

    def _id(self, args: MockResourceArgs, inputs: dict[str, Any]) -> str:
        kind = args.typ.rsplit(":", 1)[1]
        if kind == "ManagementLockByScope":
            return f"{inputs.get('scope')}/providers/Microsoft.Authorization/locks/{inputs['lockName']}"
        # In a preview names may be unknown, and a resource of the test's own may have none.
        path = _PATHS[kind].format_map(defaultdict(lambda: args.name, inputs))
        return objects.id_of(self._subscription(args.provider or ""), str(inputs.get("resourceGroupName")), path)

    def _subscription(self, provider: str) -> str:
        """Explicit providers are named after their subscription; `urn::id` is their reference."""
        return provider.split("::")[-2].lower() if provider else self.default_subscription

    def _is_trusted(self, endpoint: dict[str, Any]) -> bool:
        """Whether Azure approves a connection by itself."""
        if "manualPrivateLinkServiceConnections" not in endpoint:
            return True
        services = [each for each in self._things if _connects(endpoint, each)]
        trusted = [sub for each in services for sub in each.get("autoApproval", {}).get("subscriptions", [])]
        return endpoint["id"].split("/")[2].lower() in trusted

    def _approve(self, parameters: dict[str, Any]) -> None:
        for service in self._things:
            if service.get("serviceName", "").lower() == parameters["service"]["value"]:
                wanted = parameters["connections"]["value"]
                self._approved |= {id.lower() for name, id, _ in self._connections(service) if name.lower() in wanted}

    # Look-ups

    def call(self, args: MockCallArgs) -> Any:
        return respelt(self._answer(args), self.spelling)

    def _answer(self, args: MockCallArgs) -> Any:
        token = args.token.rsplit(":", 1)[1]
        arguments: dict[str, str] = args.args  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        asked = self._subscription(args.provider)
        self.calls.append((token, arguments, asked))
        if token == "getClientConfig":
            return {"subscriptionId": asked, "clientId": "", "objectId": "", "tenantId": ""}
        if token == "readStackOutputs":
            return self._outputs(arguments["name"])
        if token == "readStackResourceOutputs":
            return {"name": arguments["stackName"], "outputs": dict.fromkeys(self.state, "")}
        if token == "getVirtualNetworkLink":
            return self._made(objects.id_of(asked, arguments["resourceGroupName"], _link_path(arguments)))
        group, name = arguments["resourceGroupName"], _name(arguments)
        if name in self.missing:
            raise LookUpError(f'Status=404 Code="ResourceNotFound" Message="{name} was not found"')
        if name in self.forbidden:
            raise LookUpError(f'Status=403 Code="AuthorizationFailed" Message="may not read {name}"')
        answers: dict[str, Callable[[str, str, str], dict[str, Any]]] = {
            "getResourceGroup": objects.named,
            "getCluster": self._cluster,
            "getLoadBalancer": objects.load_balancer,
            "getVirtualNetwork": objects.virtual_network,
            "getPrivateZone": objects.named,
            "getPrivateLinkService": self._service,
            "getPrivateEndpoint": self._endpoint,
            "getNetworkInterface": objects.network_interface,
        }
        return answers[token](asked, group, name)

    def asked_for(self, function: str) -> list[str]:
        """The names of the objects that a function was asked for, sorted."""
        return sorted(_name(arguments) for call, arguments, _ in self.calls if call == function)

    def _outputs(self, stack: str) -> dict[str, Any]:
        if stack in self.missing or (
            stack not in self.stacks and not stack.startswith("organization/adx-private-link/")
        ):
            raise LookUpError(f'unknown stack "{stack}"')
        return {"name": stack, "outputs": self.stacks.get(stack, {}), "secretOutputNames": []}

    def _cluster(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        found = objects.cluster(subscription, group, name, self.domain)
        if name in self.left:
            found["virtualNetworkConfiguration"]["state"] = "Disabled"
        return found

    def _made(self, id: str) -> dict[str, Any]:
        if id.lower() not in self._there:
            raise LookUpError(f'Status=404 Code="ResourceNotFound" Message="{id} was not found"')
        return self._there[id.lower()]

    def _service(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        service = self._made(objects.id_of(subscription, group, f"Microsoft.Network/privateLinkServices/{name}"))
        self.listed_after -= 1
        return {
            **service,
            "name": name,
            "alias": objects.alias(name),
            "privateEndpointConnections": [
                {
                    "name": connection,
                    # Azure spells ids in its own way.
                    "privateEndpoint": {"id": id.upper()},
                    "privateLinkServiceConnectionState": {"status": state},
                }
                for connection, id, state in self._connections(service)
            ],
        }

    def _connections(self, service: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        """What a service lists: name, id of the endpoint, state."""
        for id, state in [(STRANGER, "Pending"), *self.foreign.get(service["serviceName"], [])]:
            yield f"{id.rsplit('/', 1)[1]}.guid", id, state
        for endpoint in self._things if self.listed_after < 0 else ():
            # One that the owner has removed is listed no more: only its endpoint tells.
            if _connects(endpoint, service) and self._state(endpoint) != "Disconnected":
                yield f"{endpoint['privateEndpointName']}.guid", endpoint["id"], self._state(endpoint)

    def _state(self, endpoint: dict[str, Any]) -> str:
        approved = endpoint["id"].lower() in self._approved
        return self.states.get(endpoint["privateEndpointName"]) or ("Approved" if approved else "Pending")

    def _endpoint(self, subscription: str, group: str, name: str) -> dict[str, Any]:
        endpoint = self._made(objects.id_of(subscription, group, f"Microsoft.Network/privateEndpoints/{name}"))
        manual = "manualPrivateLinkServiceConnections" in endpoint
        [asked] = endpoint["manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"]
        connection = {**asked, "privateLinkServiceConnectionState": {"status": self._state(endpoint)}}
        interface = objects.id_of(subscription, group, f"Microsoft.Network/networkInterfaces/{name}.nic.guid")
        return {
            "name": name,
            "subnet": endpoint["subnet"],
            "customNetworkInterfaceName": endpoint.get("customNetworkInterfaceName", ""),
            "applicationSecurityGroups": endpoint.get("applicationSecurityGroups", []),
            "networkInterfaces": [{"id": interface}],
            "manualPrivateLinkServiceConnections": [connection] if manual else [],
            "privateLinkServiceConnections": [] if manual else [connection],
        }


def respelt(value: Any, spelling: Callable[[str], str]) -> Any:
    """The same value, with every id, alias and resource's name in another spelling."""
    match value:
        case dict():
            return {key: respelt(each, spelling) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [respelt(each, spelling) for each in value]  # pyright: ignore[reportUnknownVariableType]
        case str() if value.startswith("/subscriptions/") or value.endswith((".azure.privatelinkservice", ".guid")):
            return spelling(value)
        case _:
            return value


def _link_path(arguments: dict[str, str]) -> str:
    return _PATHS["VirtualNetworkLink"].format_map(arguments)


def _name(arguments: dict[str, str]) -> str:
    """The name of the object that is asked for."""
    others = [each for key, each in arguments.items() if key != "resourceGroupName"]
    return (others or [*arguments.values()])[0]


def _connects(endpoint: dict[str, Any], service: dict[str, Any]) -> bool:
    connections = endpoint.get("manualPrivateLinkServiceConnections", endpoint.get("privateLinkServiceConnections"))
    if not connections or "serviceName" not in service:
        return False
    target = connections[0]["privateLinkServiceId"].lower()
    return target in (objects.alias(service["serviceName"]).lower(), service["id"].lower())
