"""Fake previews in the engine's format, built step by step."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's placeholder for a text that only the update decides."""
DOMAIN = "westus.kusto.windows.net"
ZONE = f"privatelink.{DOMAIN}"
OWNER = "11111111-1111-1111-1111-111111111111"
GUEST = "22222222-2222-2222-2222-222222222222"
ELSEWHERE = "33333333-3333-3333-3333-333333333333"
HUB = f"{ZONE}@hub.{GUEST}"
"""The key of a zone."""
HOSTS = {"engine": "adx", "ingestion": "ingest-adx"}

Properties = dict[str, Any]


@dataclass
class FakePreview:
    """A preview of one stack: steps and messages."""

    stack: str = "prod"
    steps: list[Properties] = field(default_factory=list[Properties])
    diagnostics: list[Properties] = field(default_factory=list[Properties])

    def __post_init__(self) -> None:
        self.step("pulumi:pulumi:Stack", f"project-{self.stack}", {}, {})

    def step(
        self,
        type: str,
        name: str,
        before: Properties | None,
        after: Properties | None,
        *,
        parent: str = "",
        outputs: Properties | None = None,
        replace: bool = False,
        reasons: list[str] | None = None,
    ) -> str:
        """Add a step, whose operation follows from its old and new inputs; return its URN."""
        outer = parent.split("::")[2] + "$" if "::" in parent and "pulumi:pulumi:Stack" not in parent else ""
        urn = f"urn:pulumi:{self.stack}::project::{outer}{type}::{name}"
        same = "same" if before == after else "update"
        operation = "replace" if replace else "create" if before is None else "delete" if after is None else same
        states = {
            key: {"urn": urn, "type": type, "parent": parent, "inputs": inputs, "outputs": outputs or {}}
            for key, inputs in (("oldState", before), ("newState", after))
            if inputs is not None
        }
        self.steps.append({"op": operation, "urn": urn, "replaceReasons": reasons, **states})
        return urn

    def say(self, message: str, severity: str = "warning") -> None:
        self.diagnostics.append({"message": f"{severity}: {message}\n", "severity": severity})

    def cluster(self, name: str = "adx") -> tuple[str, str]:
        """Add a cluster that this stack publishes; return the URNs of its component and of its services."""
        hosts = {role: f"{host}.{DOMAIN}" for role, host in HOSTS.items()}
        id = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/{name}"
        inputs = {"cluster": id, "hosts": hosts}
        urn = self.step("adxPrivateLink:index:AdxPrivateLink", name, inputs, inputs)
        return urn, self.step("adxPrivateLink:index:ClusterServices", name, inputs, inputs, parent=urn)

    def service(self, services: str, before: Properties | None, after: Properties | None, **more: Any) -> str:
        """Add the private link service of the engine; return its URN."""
        kind, role = "azure-native:network:PrivateLinkService", "engine"
        host = {"fqdns": [f"adx.{DOMAIN}"], "serviceName": "pls-adx-engine"}
        states = [None if inputs is None else {**host, **inputs} for inputs in (before, after)]
        return self.step(kind, f"adx.{role}", *states, parent=services, **more)

    def consumer(
        self,
        name: str = "analytics",
        *,
        before: bool = True,
        after: bool = True,
        state: str = "Approved",
        parent: str = "",
    ) -> str:
        """Add a consumer's component, with its access before and after the update; return its URN."""
        hosts = {"consumer": name, "hosts": {"engine": [f"adx.{DOMAIN}"]}}
        no_hosts: Properties = {"consumer": name, "hosts": {"engine": []}}
        output = {"connection_state": state, "hosts": {f"adx.{DOMAIN}": ["10.0.0.4"]} if before else {}}
        return self.step(
            "adxPrivateLink:index:ConsumerEndpoints",
            f"adx.{name}",
            hosts if before else no_hosts,
            hosts if after else no_hosts,
            parent=parent,
            outputs={"engine": {"id": endpoint_id(f"pe-{name}"), **output}},
        )

    def endpoint(self, consumer: str, before: Properties | None, after: Properties | None, **more: Any) -> str:
        """Add the private endpoint of a consumer for the engine; return its URN."""
        name = consumer.rsplit("::", 1)[-1].rpartition(".")[2]
        outputs = {"id": endpoint_id(f"pe-{name}"), **more.pop("outputs", {})}
        kind = "azure-native:network:PrivateEndpoint"
        return self.step(kind, f"adx.{name}.engine", before, after, parent=consumer, outputs=outputs, **more)

    def record(self, consumer: str, before: str | None, after: str | None, zone: str = HUB, **more: Any) -> str:
        """Add the record set of the engine with its address; return its URN."""
        inputs = [
            None if address is None else {"aRecords": [{"ipv4Address": address}], "ttl": 300}
            for address in (before, after)
        ]
        return self.step("azure-native:privatedns:PrivateRecordSet", f"adx@{zone}", *inputs, parent=consumer, **more)

    def approval(self, parent: str, before: list[str] | None, after: list[str] | None, consumer: str) -> str:
        """Add the approval of connections to the engine; return its URN."""
        inputs = [
            None if connections is None else {"properties": {"parameters": {"connections": {"value": connections}}}}
            for connections in (before, after)
        ]
        kind = "azure-native:resources:Deployment"
        return self.step(kind, f"adx.{consumer}.engine.approval", *inputs, parent=parent)

    def link(self, name: str, before: str | None, after: str | None, zones: tuple[str, str] = ("", "")) -> str:
        """Add a network's link to a zone, or from one zone to another, with its resolution policies; return its URN."""
        inputs = [
            None if policy is None else {"virtualNetwork": {"id": network_id(name)}, "resolutionPolicy": policy}
            for policy in (before, after)
        ]
        urn = self.step("azure-native:privatedns:VirtualNetworkLink", name, *inputs, parent=zones[1])
        if "oldState" in self.steps[-1]:
            self.steps[-1]["oldState"]["parent"] = zones[0]
        return urn

    def zone(self, key: str = HUB, *, before: bool = True, after: bool = True, exists: bool = False) -> str:
        """Add a private DNS zone; return the URN of its component."""
        outer = {"zone": ZONE}
        component = self.step(
            "adxPrivateLink:index:KustoPrivateDnsZone", key, outer if before else None, outer if after else None
        )
        inputs = {"privateZoneName": ZONE}
        if not exists:
            states = (inputs if before else None, inputs if after else None)
            self.step("azure-native:privatedns:PrivateZone", key, *states, parent=component)
        return component

    @property
    def content(self) -> bytes:
        return json.dumps({"steps": self.steps, "diagnostics": self.diagnostics}).encode()


def endpoint_id(name: str, subscription: str = GUEST) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/pe/providers/Microsoft.Network/privateEndpoints/{name}"


def network_id(name: str) -> str:
    return f"/subscriptions/{GUEST}/resourceGroups/pe/providers/Microsoft.Network/virtualNetworks/{name}"
