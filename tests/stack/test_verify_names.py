"""The check of names by `verify`, for a deployed stack with both kinds of clusters whose names the sandbox resolves."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from adx_private_link.cli.dns.names import ConsumerNames, names_of
from adx_private_link.cli.dns.resolver import Nameserver, Resolver
from adx_private_link.cli.verify.name_resolution import check_name
from adx_private_link.cli.verify.storage_names import find_missing_storage_names
from adx_private_link.outputs import ClustersOutput
from azure_sandbox.azure import ResourceId
from azure_sandbox.azure.type_names import VIRTUAL_NETWORK_LINKS
from azure_sandbox.resolver import resolve
from azure_sandbox.testing import Stack

from ..cli.verify.hostile import LOOPBACK, udp_server
from .conftest import Deployed
from .worlds import BLUE_NETWORK, BOTH_KINDS, OUTSIDE_NETWORK, RED_NETWORK, both_kinds

NETWORKS = {"red": RED_NETWORK, "blue": BLUE_NETWORK}


@pytest.fixture
def stack(deployed: Deployed) -> Stack:
    """An injected cluster and a native one, and two consumers: red with zones of its own, blue with those of a hub."""
    return deployed(both_kinds(), BOTH_KINDS)


def _zones_of(stack: Stack, network: str) -> set[str]:
    """Return the names of the private zones that a network is linked to."""
    links = [resource for resource in stack.world() if resource["type"] == VIRTUAL_NETWORK_LINKS]
    ids = [link["id"] for link in links if link["properties"]["virtualNetwork"]["id"].lower() == network.lower()]
    return {id.split("/")[-3].lower() for id in ids}


def _answer_from(stack: Stack, network: str) -> Callable[[bytes], list[bytes]]:
    """Return the answers of Azure's DNS server, 168.63.129.16, in a network."""

    def answer(data: bytes) -> list[bytes]:
        question = dns.message.from_wire(data)
        response = dns.message.make_response(question)
        [asked] = question.question
        name = asked.name.to_text(omit_final_dot=True).lower()
        if asked.rdtype == dns.rdatatype.SOA and name in _zones_of(stack, network):
            soa = "azureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 10"
            response.answer.append(dns.rrset.from_text(asked.name, 10, "IN", "SOA", soa))
        for record in resolve(stack.home.azure, network, name) if asked.rdtype == dns.rdatatype.A else ():
            value = f"{record.value}." if record.type == "CNAME" else record.value
            response.answer.append(dns.rrset.from_text(f"{record.name}.", 10, "IN", record.type, value))
        if not response.answer:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return [response.to_wire()]

    return answer


@contextmanager
def name_server_in(stack: Stack, network: str) -> Generator[str]:
    """Run the DNS server of a network, and yield its `ADDRESS:PORT`."""
    with udp_server(_answer_from(stack, network)) as port:
        yield f"{LOOPBACK}:{port}"


@contextmanager
def _resolver_in(stack: Stack, network: str) -> Generator[Resolver]:
    with udp_server(_answer_from(stack, network)) as port:
        yield Resolver(Nameserver(LOOPBACK, port), timeout=5)


def _names(stack: Stack, consumer: str) -> ConsumerNames:
    return names_of(consumer, ClustersOutput.model_validate(stack.outputs()["clusters"]).root)


def _find_faults(stack: Stack, consumer: str, network: str) -> dict[str, str]:
    """Return the kinds of faults by host, as a machine in a network sees the names of a consumer."""
    names = _names(stack, consumer)
    assert len(names.published) == 2 + 8
    with _resolver_in(stack, network) as resolver:
        checks = {published.host: check_name(published, resolver) for published in names.published}
    return {host: check.fault.kind for host, check in checks.items() if check.fault}


@pytest.mark.parametrize("consumer", NETWORKS)
def test_after_an_update_every_name_is_right(stack: Stack, consumer: str) -> None:
    """The outputs say what each name is for and in which zone it is; clients need no more than one `up`."""
    assert _find_faults(stack, consumer, NETWORKS[consumer]) == {}
    assert list(find_missing_storage_names(_names(stack, consumer).published)) == []


def test_a_network_without_the_zones_has_the_public_names(stack: Stack) -> None:
    assert {*_find_faults(stack, "red", OUTSIDE_NETWORK).values()} == {"zone-not-seen"}


def test_names_without_a_zone_group(stack: Stack) -> None:
    """The names of the injected cluster are record sets of the stack, and stay."""
    [group] = [
        resource["id"]
        for resource in stack.world()
        if "/privatednszonegroups/" in resource["id"].lower() and "/resourcegroups/red/" in resource["id"].lower()
    ]
    stack.home.azure.delete(ResourceId.parse(group))
    faults = _find_faults(stack, "red", RED_NETWORK)
    assert {*faults.values()} == {"no-record"}
    assert {host for host in faults if ".kusto." in host} == {
        "ingest-newone.westus.kusto.windows.net",
        "newone.westus.kusto.windows.net",
    }
    assert len(faults) == 8
