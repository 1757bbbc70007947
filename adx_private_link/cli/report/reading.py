"""Reads what `pulumi preview --json --show-sames` prints for one stack into its plan, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from pydantic import ValidationError

from ...naming.logical import ApprovalName, EndpointName, RecordName, ServiceName, ZoneGroupName, ZoneName
from ...untrusted import InputError, parse_json
from ..natural_order import natural
from ..pulumi.preview import Diagnostic, Preview
from .endpoints import read_endpoint
from .inputs import FRONTEND, addresses_of, name_of, named, reasons_of, values_of
from .managed_endpoints import read_managed_endpoints
from .plan import (
    CLUSTER,
    Approval,
    Cluster,
    Consumer,
    Endpoint,
    ExternalApproval,
    Link,
    Lock,
    Service,
    StackPlan,
    Zone,
)
from .planned import Planned, Values
from .records import RecordSet, Target
from .renames import merge_renamed
from .resources import PlannedResource
from .steps import planned_resources
from .values import items, number, subscription_in, text, texts
from .violations import read_violations
from .zone_groups import grouped_record_sets


def read_plan(content: bytes, source: str, events: bytes = b"") -> StackPlan:
    """
    Read what a preview printed; `source` names it where it does not name its stack itself.

    `events` is its event log, which has the violations of policies.

    A preview that printed nothing of use has failed, and its plan says only that.
    """
    try:
        # The output of programs may be in any encoding.
        preview = Preview.model_validate(parse_json(content, errors="replace"))
    except (InputError, ValidationError):
        return StackPlan(source, problem="no-preview" if content.strip() else "empty")
    if not preview.model_fields_set:
        return StackPlan(source, problem="no-preview")  # JSON of something else
    urns = [step.urn for step in preview.steps]
    stack = "/".join(reversed(urns[0].removeprefix("urn:pulumi:").split("::")[:2])) if urns else source
    printed = sum(step.op == "same" for step in preview.steps)
    if (not urns and not preview.diagnostics) or preview.change_summary.get("same", 0) > printed:
        return StackPlan(stack, problem="without-sames")
    plan = _Reading(stack, planned_resources(preview.steps), tuple(preview.diagnostics)).plan
    return plan.with_violations(read_violations(events))


class _Reading:
    """The objects that the resources of one stack make up."""

    def __init__(self, stack: str, resources: Mapping[str, PlannedResource], messages: tuple[Diagnostic, ...]) -> None:
        self._stack = stack
        self._resources, self._renames = merge_renamed(resources)
        self._planned = resources
        self._messages = messages
        self._by_kind: dict[str, list[PlannedResource]] = {}
        self._by_parent: dict[str, list[PlannedResource]] = {}
        for resource in self._resources.values():
            if resource.is_ours:
                self._by_kind.setdefault(resource.kind, []).append(resource)
                self._by_parent.setdefault(resource.parent, []).append(resource)

    @property
    def plan(self) -> StackPlan:
        return StackPlan(
            stack=self._stack,
            clusters=tuple(self._clusters()),
            zones=tuple(self._zone(component) for component in self._of("KustoPrivateDnsZone")),
            links=tuple(self._link(resource) for resource in self._of("VirtualNetworkLink")),
            locks=tuple(Lock(lock.operation, lock.name) for lock in self._of("ManagementLockByScope")),
            renames=self._renames,
            resources=tuple(self._planned.values()),
            messages=self._messages,
        )

    def _of(self, kind: str) -> list[PlannedResource]:
        return self._by_kind.get(kind, [])

    def _below(self, parent: PlannedResource, kind: str) -> list[PlannedResource]:
        return [child for child in self._by_parent.get(parent.urn, ()) if child.kind == kind]

    # Clusters

    def _clusters(self) -> Iterator[Cluster]:
        components: dict[str, list[PlannedResource]] = {}
        for kind in ("AdxPrivateLink", "ClusterServices", "ConsumerEndpoints", "ManagedEndpoints"):
            for component in self._of(kind):
                components.setdefault(self._cluster_key(component), []).append(component)
        for key in sorted(components, key=natural):
            yield self._cluster(key, components[key])

    def _cluster_key(self, component: PlannedResource) -> str:
        outer = self._whole(component) or component
        return f"{outer.outer}/{outer.cluster_key}" if outer.outer else outer.cluster_key

    def _whole(self, component: PlannedResource) -> PlannedResource | None:
        """The component that stands for a whole cluster, around one of its halves."""
        parent = self._resources.get(component.parent)
        return parent if parent and parent.kind == "AdxPrivateLink" else None

    def _cluster(self, key: str, components: list[PlannedResource]) -> Cluster:
        halves = [component for component in components if component.kind == "ClusterServices"]
        services = tuple(
            _service(resource, name, half)
            for half in halves
            for resource, name in named(self._below(half, "PrivateLinkService"), ServiceName.parse)
        )
        approvals = [
            ExternalApproval(approval.operation, _connections(approval), consumer=name.consumer, target=name.target)
            for half in halves
            for approval, name in named(self._below(half, "Deployment"), ApprovalName.parse)
        ]
        consumers = [component for component in components if component.kind == "ConsumerEndpoints"]
        return Cluster(
            key=key,
            own_key=components[0].cluster_key,
            id=next((id for component in components if (id := text(component.input("cluster")))), None),
            has_services=bool(halves),
            services=services,
            external_approvals=tuple(approvals),
            consumers=tuple(
                sorted(
                    (self._consumer(key, component, services) for component in consumers),
                    key=lambda consumer: natural(consumer.key),
                )
            ),
            managed_endpoints=tuple(
                managed
                for component in components
                if component.kind == "ManagedEndpoints"
                for managed in read_managed_endpoints(
                    key, self._below(component, "ManagedPrivateEndpoint"), self._below(component, "Deployment")
                )
            ),
        )

    def _consumer(self, cluster: str, component: PlannedResource, services: tuple[Service, ...]) -> Consumer:
        groups = {
            name.target: group
            for group, name in named(self._below(component, "PrivateDnsZoneGroup"), ZoneGroupName.parse)
        }
        endpoints, grouped = list[Endpoint](), list[RecordSet]()
        for resource, name in named(self._below(component, "PrivateEndpoint"), EndpointName.parse):
            group = groups.get(name.target)
            endpoint = self._endpoint(component, resource, name.target, services, group)
            endpoints.append(endpoint)
            if group:
                grouped += grouped_record_sets(endpoint, values_of(resource, text, "privateEndpointName"), group)
        own = (
            self._record_set(resource, name)
            for resource, name in named(self._below(component, "PrivateRecordSet"), RecordName.parse)
        )
        return Consumer(
            component.operation,
            cluster=cluster,
            key=component.consumer_key,
            endpoints=tuple(endpoints),
            record_sets=(*own, *grouped),
        )

    def _endpoint(
        self,
        component: PlannedResource,
        resource: PlannedResource,
        target: str,
        services: tuple[Service, ...],
        zone_group: PlannedResource | None,
    ) -> Endpoint:
        approvals = (
            Approval(child.operation, _connections(child))
            for child, name in named(self._below(component, "Deployment"), ApprovalName.parse)
            if name.target == target
        )
        return read_endpoint(
            resource,
            target,
            component,
            self._whole(component),
            approval=next(approvals, None),
            service=next((service for service in services if service.target == target), None),
            zone_group=zone_group,
        )

    def _record_set(self, resource: PlannedResource, name: RecordName) -> RecordSet:
        old = self._target(resource.old_parent, name.record, is_old=True) if resource.old else None
        new = self._target(resource.new.parent, name.record, is_old=False) if resource.new else None
        return RecordSet(
            resource.operation,
            label=name.record,
            zone=str(name.zone),
            addresses=values_of(resource, addresses_of, "aRecords"),
            ttl=number(resource.input("ttl")),
            target=Values(old, new, new or old),
        )

    def _target(self, component: str, label: str, *, is_old: bool) -> Target | None:
        """The endpoint that publishes a host in a component, as the engine plans it."""
        consumer = self._planned.get(component)
        if consumer is None:
            return None
        for endpoint, endpoint_name in named(self._planned_endpoints.get(component, ()), EndpointName.parse):
            target = endpoint_name.target
            hosts = texts(consumer.old_input("hosts", target) if is_old else consumer.new_input("hosts", target))
            name = endpoint.old_input("privateEndpointName") if is_old else endpoint.new_input("privateEndpointName")
            if any(host.partition(".")[0] == label for host in hosts) and (known := text(name)):
                return Target(known, _role_of(label, target))
        return None

    @cached_property
    def _planned_endpoints(self) -> dict[str, list[PlannedResource]]:
        """The endpoints by the URN of their component, as the engine plans them."""
        endpoints: dict[str, list[PlannedResource]] = {}
        for resource in self._planned.values():
            if resource.is_ours and resource.kind == "PrivateEndpoint":
                endpoints.setdefault(resource.parent, []).append(resource)
        return endpoints

    # Zones

    @cached_property
    def _zone_keys(self) -> dict[str, str]:
        """The keys of zones by the URN of their component."""
        return {component.urn: component.name for component in self._of("KustoPrivateDnsZone")}

    def _zone(self, component: PlannedResource) -> Zone:
        made = next((Planned(zone.operation) for zone in self._below(component, "PrivateZone")), None)
        key = ZoneName.parse(component.name)
        return Zone(
            component.name,
            text(component.input("zone")),
            made,
            resource_group=key.resource_group if key else "",
            subscription=key.subscription if key else "",
        )

    def _link(self, resource: PlannedResource) -> Link:
        old_zone, new_zone = self._zone_keys.get(resource.old_parent), self._zone_keys.get(resource.parent)
        return Link(
            resource.operation,
            network=name_of(resource, "virtualNetwork", "id"),
            zone=Values(old_zone, new_zone, new_zone),
            policy=values_of(resource, text, "resolutionPolicy"),
            reasons=reasons_of(resource),
        )


def _role_of(label: str, target: str) -> str:
    """The role of a host, by its first label; an endpoint of a native cluster has the hosts of all roles."""
    return target if target != CLUSTER else "ingestion" if label.startswith("ingest-") else "engine"


def _service(resource: PlannedResource, name: ServiceName, component: PlannedResource) -> Service:
    connections = range(len(items(resource.output("privateEndpointConnections"))))
    ids = [resource.output("privateEndpointConnections", n, "privateEndpoint", "id") for n in connections]
    return Service(
        resource.operation,
        target=name.target,
        name=name_of(resource, "serviceName"),
        frontend=values_of(resource, text, *FRONTEND),
        visibility=values_of(resource, texts, "visibility", "subscriptions"),
        auto_approval=values_of(resource, texts, "autoApproval", "subscriptions"),
        id=id if (id := text(resource.output("id"))) and subscription_in(id) else None,
        alias=text(resource.output("alias")),
        connected_endpoints=tuple(id for id in ids if isinstance(id, str)),
        reasons=reasons_of(resource),
        is_renamed=resource.is_renamed,
        was_left=component.old_input("left") is True,
    )


def _connections(approval: PlannedResource) -> Values[tuple[str, ...]]:
    return values_of(approval, texts, "properties", "parameters", "connections", "value")
