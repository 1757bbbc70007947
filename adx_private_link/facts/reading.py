"""Reads the facts: what the settings refer to is looked up all at once, or one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any, cast

import pulumi
from pulumi_azure_native import kusto, network, privatedns

from ..naming import azure as names
from ..naming.accesses import Access, accesses
from ..naming.hosts import host_of, zone_name
from ..next_steps import next_step
from ..plain_text import escaped
from ..resource_ids import ClusterId, EndpointId, LinkId, LoadBalancerId, NetworkId, ServiceId
from ..settings import HandOver, HandOverSource, Role, Settings
from . import lookups as reads
from .deployed_names import with_deployed_names
from .former import former_of
from .hand_overs import hand_over_in, hand_over_of_file
from .lookups import Read
from .records import (
    ClusterFacts,
    ConnectionFacts,
    Deployed,
    EndpointFacts,
    Facts,
    Former,
    FrontendFacts,
    LinkFacts,
    LoadBalancerFacts,
    NetworkFacts,
    ServiceFacts,
    SubnetFacts,
    Unreadable,
    described_facts,
    nat_subnet,
)

Providers = Mapping[str, pulumi.ProviderResource]
"""azure-native providers by the subscription (lower case) that they work in."""

_Question = tuple[str, ...]
"""What is asked for, and of which object."""
_NOT_ASKED = Unreadable("it was not asked for", "")
_Reads = Generator[dict[_Question, Read[Any]], dict[_Question, Any], Facts]


async def read_facts(settings: Settings, providers: Providers) -> Facts:
    """Read everything that the settings refer to, all at once: for programs with `pulumi.run(main)`."""

    async def answer(read: Read[Any]) -> Any:
        try:
            return await read.answer(pulumi.InvokeOptions(provider=providers.get(read.subscription)))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    batches = _reads(settings, reads.this_stack(), has_outputs=True)
    try:
        batch = next(batches)
        while True:
            answers = await asyncio.gather(*(answer(each) for each in batch.values()))
            batch = batches.send(dict(zip(batch, answers, strict=True)))
    except StopIteration as end:
        return cast("Facts", end.value)


def read_facts_now(settings: Settings, providers: Providers, opts: pulumi.InvokeOptions) -> Facts:
    """Read the same one after the other: for a component in an ordinary program."""

    def answer(read: Read[Any]) -> Any:
        provider = providers.get(read.subscription) or opts.provider
        try:
            return read.answer_now(pulumi.InvokeOptions(parent=opts.parent, provider=provider))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    # The outputs of somebody else's program say nothing of this component.
    batches = _reads(settings, reads.this_stack(), has_outputs=False)
    try:
        batch = next(batches)
        while True:
            batch = batches.send({question: answer(each) for question, each in batch.items()})
    except StopIteration as end:
        return cast("Facts", end.value)


def _unreadable(error: str) -> Unreadable:
    reader = "log in with an identity that has the Reader role there"
    return Unreadable(error, reader if "AuthorizationFailed" in error else next_step(error, reader))


def _reads(settings: Settings, stack: str, *, has_outputs: bool) -> _Reads:
    """The look-ups in batches, each made of what the one before has told."""
    answers = yield _stack_reads(settings, stack if has_outputs else None)
    hand_overs = {key: _hand_over(key, each, answers) for key, each in settings.hand_overs.items()}
    former = _former(answers["stack", stack]) if has_outputs else Former()

    found = _Found(settings, stack, former, hand_overs, accesses(settings, hand_overs))
    found.take((yield found.first_reads()))
    found.name_as_deployed()
    found.take((yield found.second_reads()))
    return found.facts()


# Hand-overs, and what this stack has made


def _stack_reads(settings: Settings, stack: str | None) -> dict[_Question, Read[Any]]:
    named = [stack, *(each.stack for each in settings.hand_overs.values())]
    return {("stack", each): reads.stack_outputs(each) for each in named if each}


def _hand_over(key: str, source: HandOverSource, answers: Mapping[_Question, Any]) -> HandOver | Unreadable:
    if source.inline:
        return source.inline
    if source.file:
        return hand_over_of_file(key, source)
    answer: Any = answers["stack", str(source.stack)]
    if isinstance(answer, Unreadable):
        return Unreadable(answer.reason, "correct the stack's name, or log in where it is (`pulumi login`)")
    return hand_over_in(answer["outputs"].get("hand_overs"), key, source, f"stack {source.stack}")


def _former(answer: Any) -> Former:
    if not isinstance(answer, Unreadable):
        return former_of(answer["outputs"])
    # Not a problem: the state may be in a backend without projects, which knows no stack by its full name.
    pulumi.log.warn(
        escaped(
            "The outputs of this stack cannot be read, so nothing guards private link services that the settings no "
            f"longer name: {answer.reason}. Next: look at `pulumi stack output`; a backend of an old layout is "
            "upgraded by `pulumi state upgrade`."
        )
    )
    return Former()


# Azure


@dataclass
class _Found:
    """What has been found so far."""

    settings: Settings
    stack: str
    former: Former
    hand_overs: Mapping[str, HandOver | Unreadable]
    accesses: tuple[Access, ...]
    answers: dict[_Question, Any] = field(default_factory=dict[_Question, Any])

    def take(self, answers: Mapping[_Question, Any]) -> None:
        self.answers |= answers

    def name_as_deployed(self) -> None:
        """Look further for endpoints under the names that they have."""
        networks = {key: _network(each) for (key,), each in self._of("network")}
        settings = with_deployed_names(self.settings, networks, self.hand_overs)
        if settings is not self.settings:
            self.settings, self.accesses = settings, accesses(settings, self.hand_overs)

    def first_reads(self) -> dict[_Question, Read[Any]]:
        settings = self.settings
        consumers = [each.subnet_id.network for each in settings.consumers.values()]
        zones = {zone.key: zone for each in settings.consumers.values() for zone in each.zone_ids}
        return {
            **{("cluster", key): reads.cluster(id) for key, id in self._read},
            **{("balancer", key, role): self._balancer_read(key, role, "elb") for key, role in self._read_balancers},
            **{("service", each.key): reads.private_link_service(each) for each in self._services()},
            **{("network", each.key): reads.virtual_network(each) for each in consumers},
            **{("zone", key): reads.private_zone(each) for key, each in zones.items()},
            **{("group", *each): reads.resource_group(*each) for each in self._groups},
            **({("resources",): reads.stack_resources(self.stack)} if zones or self._has_other_keys else {}),
        }

    def second_reads(self) -> dict[_Question, Read[Any]]:
        networks = [NetworkId.parse(each.rsplit("/", 2)[0]) for each in self._nat_subnets()]
        return {
            **{("network", each.key): reads.virtual_network(each) for each in networks if not self._has_network(each)},
            **{
                ("internal balancer", key, role): self._balancer_read(key, role, "ilb")
                for key, role in self._read_balancers
                if isinstance(answer := self.answers["balancer", key, role], Unreadable)
                and answer.not_found
                and not self._given_balancer(key, role)
            },
            **{("endpoint", each.key): reads.private_endpoint(each) for each in self._endpoints()},
            **{("link", each.key): reads.virtual_network_link(each) for each in self._links()},
        }

    def facts(self) -> Facts:
        return Facts(
            clusters={key: _cluster(self.answers["cluster", key]) for key, _ in self._read},
            load_balancers={(key, role): self._balancer(key, role) for key, role in self._read_balancers},
            networks={key: _network(each) for (key,), each in self._of("network")},
            hand_overs=self.hand_overs,
            services={key: _service(each) for (key,), each in self._of("service") if not _is_absent(each)},
            endpoints={key: _endpoint(each) for (key,), each in self._of("endpoint") if not _is_absent(each)},
            links={key: _link(each) for (key,), each in self._of("link") if not _is_absent(each)},
            lost_groups={
                (sub, group): each for (sub, group), each in self._of("group") if isinstance(each, Unreadable)
            },
            lost_zones={key: each for (key,), each in self._of("zone") if isinstance(each, Unreadable)},
            former=self.former,
            deployed=_deployed(self.answers.get(("resources",))),
        )

    @property
    def _has_other_keys(self) -> bool:
        """Whether something was deployed under a key that the settings do not have: it was removed, or renamed."""
        settings, former = self.settings, self.former
        clusters = {each.cluster for each in (*former.services, *former.endpoints)}
        consumers = {each.consumer for each in former.endpoints}
        return bool(clusters - {*settings.cluster_keys} or consumers - {*settings.consumers})

    def _of(self, kind: str) -> list[tuple[tuple[Any, ...], Any]]:
        return [(question[1:], answer) for question, answer in self.answers.items() if question[0] == kind]

    @property
    def _read(self) -> list[tuple[str, ClusterId]]:
        """The clusters that are looked up: those that the settings do not describe."""
        return [(key, each.id) for key, each in self.settings.clusters.items() if each.id and not each.described]

    @property
    def _read_balancers(self) -> list[tuple[str, Role]]:
        return [(key, role) for key, _ in self._read for role in self.settings.clusters[key].published]

    @property
    def _groups(self) -> list[tuple[str, str]]:
        return sorted({(subscription, group) for _, subscription, group in self.settings.resource_groups})

    def _services(self) -> list[ServiceId]:
        planned = [
            names.service(self.settings, key, role)
            for key, each in self.settings.clusters.items()
            for role in each.published
        ]
        # No provider works in a subscription that the settings do not name any more; one that was made for a look-up
        # would be in the way the next time. Then Pulumi's protection and Azure stand before foreign connections.
        subscriptions = self.settings.subscriptions
        return [*planned, *(each.id for each in self.former.services if each.id.subscription in subscriptions)]

    def _endpoints(self) -> list[EndpointId]:
        """The endpoints that may exist: those of services that exist, and those of clusters that are handed over."""
        return [
            each.endpoint
            for each in self.accesses
            if each.service is None or not isinstance(self.answers["service", each.service.key], Unreadable)
        ]

    def _links(self) -> list[LinkId]:
        """The virtual network links that the settings ask for, in the zones of the clusters that are known."""
        settings, zones = self.settings, self._zone_names()
        found: dict[LinkId, None] = {}
        for consumer, given in settings.consumers.items():
            for name in {zones[key] for key in zones if given.connects_to(key)}:
                zone = names.zone(given, name)
                if zone is not None and not isinstance(given.dns, str):
                    found |= {names.link(settings, consumer, key, zone): None for key in given.dns.links}
        return list(found)

    def _zone_names(self) -> dict[str, str]:
        """The names of the clusters' zones, by key."""
        found = {
            key: self.settings.hand_overs[key].zone or each.own_zone
            for key, each in self.hand_overs.items()
            if isinstance(each, HandOver)
        }
        for key, given in self.settings.clusters.items():
            facts = described_facts(given) or _cluster(self.answers["cluster", key])
            if isinstance(facts, ClusterFacts):
                found[key] = zone_name(given.zone, facts.hosts[given.published[0]])
        return found

    def _nat_subnets(self) -> list[str]:
        found = ((key, _cluster(self.answers["cluster", key])) for key, _ in self._read)
        subnets = (nat_subnet(self.settings, key, each) for key, each in found if isinstance(each, ClusterFacts))
        return [each for each in subnets if each]

    def _has_network(self, id: NetworkId) -> bool:
        return ("network", id.key) in self.answers

    def _given_balancer(self, key: str, role: Role) -> LoadBalancerId | str | None:
        service = self.settings.clusters[key].services.get(role)
        return service.load_balancer if service else None

    def _balancer_read(self, key: str, role: Role, suffix: str) -> Read[network.GetLoadBalancerResult]:
        """`kucompute-{cluster}-elb` and `kudatamgmt-{cluster}-elb`, unless the settings say otherwise."""
        given = self._given_balancer(key, role)
        if isinstance(given, LoadBalancerId):
            return reads.load_balancer(given)
        home = self.settings.clusters[key].home
        name = given or names.load_balancer(home.name, role, suffix)
        return reads.load_balancer(LoadBalancerId.of(home.subscription, home.resource_group, name))

    def _balancer(self, key: str, role: Role) -> LoadBalancerFacts | Unreadable:
        internal = _load_balancer(self.answers.get(("internal balancer", key, role), _NOT_ASKED))
        return _load_balancer(self.answers["balancer", key, role]) if isinstance(internal, Unreadable) else internal


def _deployed(answer: Any) -> Deployed:
    # A test of a program may answer nothing.
    is_known = isinstance(answer, dict) and "outputs" in answer
    return Deployed(frozenset(cast("dict[str, Any]", answer)["outputs"])) if is_known else Deployed()


def _is_absent(answer: Any) -> bool:
    return isinstance(answer, Unreadable) and answer.not_found


def _cluster(answer: kusto.GetClusterResult | Unreadable) -> ClusterFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    injected = answer.virtual_network_configuration
    disabled = injected is not None and injected.state == "Disabled"
    return ClusterFacts(
        location=_region(answer.location),
        hosts={"engine": host_of(answer.uri), "ingestion": host_of(answer.data_ingestion_uri)},
        subnet_id=injected.subnet_id if injected and not disabled else None,
        public_ip_ids={"engine": injected.engine_public_ip_id, "ingestion": injected.data_management_public_ip_id}
        if injected
        else {},
    )


def _load_balancer(answer: network.GetLoadBalancerResult | Unreadable) -> LoadBalancerFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    return LoadBalancerFacts(
        id=answer.id or "",
        location=_region(answer.location or ""),
        sku=(answer.sku.name if answer.sku else None) or "Basic",
        frontends=tuple(
            FrontendFacts(each.id or "", each.name or "", each.public_ip_address.id if each.public_ip_address else None)
            for each in answer.frontend_ip_configurations or ()
        ),
    )


def _network(answer: network.GetVirtualNetworkResult | Unreadable) -> NetworkFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    return NetworkFacts(
        location=_region(answer.location or ""),
        subnets={
            (each.name or "").lower(): SubnetFacts(
                service_policies_enabled=each.private_link_service_network_policies != "Disabled",
                delegated_to=each.delegations[0].service_name if each.delegations else None,
                prefixes=_prefixes(each.address_prefixes or [each.address_prefix]),
                used=max(len(each.ip_configurations or ()), len(each.private_endpoints or ())),
                endpoint_ids=frozenset((endpoint.id or "").lower() for endpoint in each.private_endpoints or ()),
            )
            for each in answer.subnets or ()
        },
    )


def _prefixes(given: Sequence[str | None]) -> tuple[IPv4Network, ...]:
    """Private link knows IPv4 alone (MicrosoftDocs, private-link-service-overview.md, "Limitations")."""
    return tuple(IPv4Network(each) for each in given if each and ":" not in each)


def _service(answer: network.GetPrivateLinkServiceResult | Unreadable) -> ServiceFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    frontends, addresses = answer.load_balancer_frontend_ip_configurations, answer.ip_configurations
    subnet = addresses[0].subnet if addresses else None
    return ServiceFacts(
        id=answer.id or "",
        location=_region(answer.location or ""),
        frontend_id=(frontends[0].id if frontends else None) or "",
        nat_subnet_id=(subnet.id if subnet else None) or "",
        nat_addresses=tuple(
            each.private_ip_address if each.private_ip_allocation_method == "Static" else None
            for each in addresses or ()
        ),
        connections=tuple(
            ConnectionFacts(
                name=each.name or "",
                endpoint_id=each.private_endpoint.id or "",
                state=(state.status if (state := each.private_link_service_connection_state) else None) or "Pending",
            )
            for each in answer.private_endpoint_connections
        ),
        alias=answer.alias,
        visibility=tuple((answer.visibility.subscriptions if answer.visibility else None) or ()),
        auto_approval=tuple((answer.auto_approval.subscriptions if answer.auto_approval else None) or ()),
    )


def _endpoint(answer: network.GetPrivateEndpointResult | Unreadable) -> EndpointFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    connection = _connection(answer)
    return EndpointFacts(
        state=connection_state(answer),
        subnet_id=(answer.subnet.id if answer.subnet else None) or "",
        target=(connection.private_link_service_id if connection else None) or "",
        interface_name=answer.custom_network_interface_name,
        application_security_groups=tuple(each.id or "" for each in answer.application_security_groups or ()),
    )


def _link(answer: privatedns.GetVirtualNetworkLinkResult | Unreadable) -> LinkFacts | Unreadable:
    if isinstance(answer, Unreadable):
        return answer
    return LinkFacts((answer.virtual_network.id if answer.virtual_network else None) or "")


def connection_state(endpoint: network.GetPrivateEndpointResult) -> str:
    """The state of an endpoint's one connection."""
    connection = _connection(endpoint)
    state = connection.private_link_service_connection_state if connection else None
    return (state.status if state else None) or "Pending"


def _connection(
    endpoint: network.GetPrivateEndpointResult,
) -> network.outputs.PrivateLinkServiceConnectionResponse | None:
    connections = [
        *(endpoint.manual_private_link_service_connections or ()),
        *(endpoint.private_link_service_connections or ()),
    ]
    return connections[0] if connections else None


def _region(location: str) -> str:
    """`West US` and `westus` are one region."""
    return location.replace(" ", "").lower()
