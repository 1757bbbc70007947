"""Fake previews in the engine's format, built step by step."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

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
ACCOUNT = "abckstrldadx00"
STORAGE_HOST = f"{ACCOUNT}.blob.core.windows.net"
"""A host of a native cluster's storage accounts."""
BLOB_ZONE = f"privatelink.blob.core.windows.net@hub.{GUEST}"
"""The key of its zone."""

Kind = Literal["injected", "native"]
Properties = dict[str, Any]


@dataclass
class FakePreview:
    """A preview of one stack: steps and messages. Its cluster is injected, with the engine only, or native."""

    stack: str = "prod"
    kind: Kind = "injected"
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

    @property
    def target(self) -> str:
        """What the private endpoints of this preview connect to."""
        return "engine" if self.kind == "injected" else "cluster"

    def cluster(self, name: str = "adx") -> tuple[str, str]:
        """Add a cluster that this stack publishes; return the URNs of its component, and of its services if any."""
        hosts = {role: f"{host}.{DOMAIN}" for role, host in HOSTS.items()}
        id = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/{name}"
        inputs = {"cluster": id, "hosts": hosts}
        urn = self.step("adxPrivateLink:index:AdxPrivateLink", name, inputs, inputs)
        if self.kind == "native":
            return urn, ""
        return urn, self.step("adxPrivateLink:index:ClusterServices", name, inputs, inputs, parent=urn)

    def service(self, services: str, before: Properties | None, after: Properties | None, **more: Any) -> str:
        """Add the private link service of the engine; return its URN. A native cluster has none."""
        if self.kind == "native":
            return ""
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
        host, ingestion = f"adx.{DOMAIN}", f"ingest-adx.{DOMAIN}"
        own = [host] if self.kind == "injected" else [host, ingestion]
        hosts = {"consumer": name, "hosts": {self.target: own}}
        no_hosts: Properties = {"consumer": name, "hosts": {self.target: []}}
        published = {host: "10.0.0.4", ingestion: "10.0.0.5", STORAGE_HOST: "10.0.0.6"}
        addresses = {name: [published[name]] for name in (own if self.kind == "injected" else published)}
        output: Properties = {"connection_state": state, "hosts": addresses if before else {}}
        if self.kind == "native" and before:
            roles = {host: "engine", ingestion: "ingestion", STORAGE_HOST: "storage"}
            output["names"] = {name: {"role": role} for name, role in roles.items()}
        return self.step(
            "adxPrivateLink:index:ConsumerEndpoints",
            f"adx.{name}",
            hosts if before else no_hosts,
            hosts if after else no_hosts,
            parent=parent,
            outputs={self.target: {"id": endpoint_id(f"pe-{name}"), **output}},
        )

    def endpoint(self, consumer: str, before: Properties | None, after: Properties | None, **more: Any) -> str:
        """Add the private endpoint of a consumer; return its URN."""
        name = consumer.rsplit("::", 1)[-1].rpartition(".")[2]
        outputs = {"id": endpoint_id(f"pe-{name}"), **more.pop("outputs", {})}
        kind = "azure-native:network:PrivateEndpoint"
        return self.step(kind, f"adx.{name}.{self.target}", before, after, parent=consumer, outputs=outputs, **more)

    def record(self, consumer: str, before: str | None, after: str | None, zone: str = HUB, **more: Any) -> str:
        """Add what writes the record of the engine: a record set with its address, or a zone group; return its URN."""
        if self.kind == "native":
            return self._record_of_group(consumer, before, after, zone, **more)
        inputs = [
            None if address is None else {"aRecords": [{"ipv4Address": address}], "ttl": 300}
            for address in (before, after)
        ]
        return self.step("azure-native:privatedns:PrivateRecordSet", f"adx@{zone}", *inputs, parent=consumer, **more)

    def _record_of_group(self, consumer: str, before: str | None, after: str | None, zone: str, **more: Any) -> str:
        """Add a zone to the zone group of a consumer, before and after the update, as for a record set of the stack."""
        old, new = ({"kusto": zone, "blob": BLOB_ZONE} if address else None for address in (before, after))
        if before and after:
            return self.zone_group(consumer, old, new, **more)
        known = next((step for step in self.steps if step["urn"].endswith(".zone-group")), None)
        if known is None:
            return self.zone_group(consumer, old, new, **more)
        # The zone of an existing group moves.
        self.steps.remove(known)
        before_zones, after_zones = (_zones_of(known.get(state)) for state in ("oldState", "newState"))
        return self.zone_group(consumer, before_zones or old, after_zones or new, replace=True)

    def zone_group(
        self, consumer: str, before: dict[str, str] | None, after: dict[str, str] | None, **more: Any
    ) -> str:
        """Add the zone group of a consumer with the keys of its zones, before and after the update; return its URN."""
        name = f"{consumer.rsplit('::', 1)[-1]}.cluster"
        inputs = [None if zones is None else {"privateDnsZoneConfigs": _configs(zones)} for zones in (before, after)]
        kind = "azure-native:network:PrivateDnsZoneGroup"
        return self.step(kind, f"{name}.zone-group", *inputs, parent=consumer, **more)

    def approval(self, parent: str, before: list[str] | None, after: list[str] | None, consumer: str) -> str:
        """Add the approval of a consumer's connections; return its URN."""
        inputs = [
            None if connections is None else {"properties": {"parameters": {"connections": {"value": connections}}}}
            for connections in (before, after)
        ]
        kind = "azure-native:resources:Deployment"
        return self.step(kind, f"adx.{consumer}.{self.target}.approval", *inputs, parent=parent)

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
        outer = {"zone": key.partition("@")[0]}
        component = self.step(
            "adxPrivateLink:index:KustoPrivateDnsZone", key, outer if before else None, outer if after else None
        )
        inputs = {"privateZoneName": key.partition("@")[0]}
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


def zone_id(key: str) -> str:
    """Return the id of a private DNS zone, by its key."""
    name, _, place = key.partition("@")
    group, _, subscription = place.rpartition(".")
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/privateDnsZones/{name}"


def _configs(zones: dict[str, str]) -> list[Properties]:
    return [{"name": name, "privateDnsZoneId": zone_id(key)} for name, key in zones.items()]


def _zones_of(state: Properties | None) -> dict[str, str] | None:
    if state is None:
        return None
    configs = state["inputs"]["privateDnsZoneConfigs"]
    return {config["name"]: _key_of(config["privateDnsZoneId"]) for config in configs}


def _key_of(id: str) -> str:
    parts = id.split("/")
    return f"{parts[-1]}@{parts[4]}.{parts[2]}"
