"""`verify`: every link of the chain broken in turn, against real DNS servers and TLS on loopback."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import trustme

from .kusto import cluster
from .outputs import ENGINE, INGESTION, PRIVATE, ZONE, clusters, endpoint, exported, run
from .servers import PUBLIC, Server, bind_of_network, free_port, public_dns

HERE, THERE = "127.0.0.9", "127.0.0.8"
"""The endpoint's address, and one that it had before."""
OUTPUTS = clusters(engine=HERE, ingestion=HERE)
WILDCARD = "*.westus.kusto.windows.net"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the tests' authority."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with public_dns(tmp_path_factory.mktemp("public")) as server:
        yield server


@pytest.fixture(scope="module")
def network(world: Server, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A network whose server has the records."""
    directory = tmp_path_factory.mktemp("network")
    with bind_of_network(directory, world, exported(directory, OUTPUTS, "--format", "bind")) as server:
        yield server


@pytest.fixture(scope="module")
def well(authority: trustme.CA) -> Generator[int]:
    """The port of a cluster that is well."""
    with cluster(authority, WILDCARD) as running:
        yield running.port


def verify(tmp_path: Path, server: Server | str, port: int, *flags: str, outputs: dict[str, Any] = OUTPUTS) -> Any:
    """What is found out, by host: the faults' kinds and remedies; after a look at what people would read."""
    address = server if isinstance(server, str) else server.address
    given = ("verify", "--nameserver", address, "--port", str(port), "--timeout", "1", *flags)
    told = run(tmp_path, outputs, *given)
    found = json.loads(run(tmp_path, outputs, *given, "--json").stdout)["hosts"]
    for host in found:
        for fault in (check["fault"] for check in host["checks"] if check["fault"]):
            for part in (fault["kind"], fault["says"], fault["remedy"]):
                assert part in told.stdout
    assert told.exit_code == (1 if any(check["fault"] for host in found for check in host["checks"]) else 0)
    return {host["host"]: {check["link"]: check["fault"] for check in host["checks"]} for host in found}


def kinds(found: dict[str, dict[str, Any]], host: str = ENGINE) -> dict[str, str | None]:
    return {link: fault and fault["kind"] for link, fault in found[host].items()}


WELL = {"connection": None, "dns": None, "tcp": None, "tls": None, "ping": None}


def test_all_is_well(network: Server, well: int, tmp_path: Path) -> None:
    found = verify(tmp_path, network, well)
    assert (kinds(found), kinds(found, INGESTION)) == (WELL, WELL)


# Names


def test_no_record_and_no_zone(world: Server, well: int, tmp_path: Path) -> None:
    """The endpoint itself is fine, which is told as well: only the network's DNS is to be mended."""
    with bind_of_network(tmp_path / "network", world) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found) == {**WELL, "dns": "zone-not-seen"}
    assert f"does not see the zone {ZONE}" in found[ENGINE]["dns"]["says"]
    assert "Link this network to the zone" in found[ENGINE]["dns"]["remedy"]


def test_a_zone_without_the_record(well: int, tmp_path: Path) -> None:
    """Azure's zone is seen, and falls back to the public answer (`NxDomainRedirect`)."""
    soa = "privatelink SOA azureprivatedns.net. nobody.invalid. 1 3600 600 86400 60\n"
    # A zone's own SOA record is at its top only, so the answers of both come from one server with two zones.
    with public_dns(tmp_path / "public", PUBLIC) as public, _azures(tmp_path / "azure", soa, public) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found) == {**WELL, "dns": "no-record"}
    assert "`pulumi up` writes it" in found[ENGINE]["dns"]["remedy"]


def _azures(directory: Path, soa: str, public: Server) -> Any:
    directory.mkdir()
    (directory / "zone").write_text(
        "$TTL 60\n" + soa.replace("privatelink", "@") + "@ NS ns.invalid.\nmyadx A 40.122.110.154\n"
        "ingest-myadx A 40.122.110.155\n"
    )
    return bind_of_network(directory, public, f'zone "{ZONE}" {{ type primary; file "zone"; }};')


def test_a_stale_record(world: Server, well: int, tmp_path: Path) -> None:
    old = exported(tmp_path, clusters(engine=THERE, ingestion=HERE), "--format", "bind")
    with bind_of_network(tmp_path / "network", world, old) as server:
        found = verify(tmp_path, server, well)
    # Half of the hosts are fine.
    assert (kinds(found), kinds(found, INGESTION)) == ({**WELL, "dns": "stale-address"}, WELL)
    assert found[ENGINE]["dns"]["says"] == f"the address is {THERE}, and should be {HERE}"
    assert "until the record's TTL has passed" in found[ENGINE]["dns"]["remedy"]


def test_a_wrong_alias(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx CNAME other.privatelink\n")
    with public_dns(tmp_path / "public", wrong) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found)["dns"] == "wrong-alias"
    assert "leads to other.privatelink.westus.kusto.windows.net (40.122.110.156)" in found[ENGINE]["dns"]["says"]
    assert "take it away" in found[ENGINE]["dns"]["remedy"]


def test_a_public_address_without_an_alias(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx A 40.122.110.154\n")
    with public_dns(tmp_path / "public", wrong) as server:
        assert kinds(verify(tmp_path, server, well))["dns"] == "no-alias"


def test_no_such_name(well: int, tmp_path: Path) -> None:
    with public_dns(tmp_path / "public", PUBLIC.replace("\nmyadx.privatelink A 40.122.110.154\n", "\n")) as server:
        found = verify(tmp_path, server, well)
    assert (kinds(found)["dns"], kinds(found, INGESTION)["dns"]) == ("no-such-name", "zone-not-seen")
    assert f"has the zone {ZONE} and not this record" in found[ENGINE]["dns"]["remedy"]


def test_a_name_without_an_address(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("myadx.privatelink A 40.122.110.154", "myadx.privatelink TXT nothing")
    with public_dns(tmp_path / "public", wrong) as server:
        assert kinds(verify(tmp_path, server, well))["dns"] == "no-address"


def test_a_server_that_refuses(well: int, tmp_path: Path) -> None:
    with public_dns(tmp_path / "public", options="allow-query { none; };") as server:
        found = verify(tmp_path, server, well)
    assert kinds(found)["dns"] == "refused"
    assert "does not answer clients of this network" in found[ENGINE]["dns"]["remedy"]


def test_a_server_that_fails(well: int, tmp_path: Path) -> None:
    """Its forwarder is not there: such as 168.63.129.16, asked from outside of Azure."""
    with bind_of_network(tmp_path / "network", Server(free_port())) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found)["dns"] == "server-failure"
    assert "forwarder cannot be reached" in found[ENGINE]["dns"]["remedy"]


def test_a_server_that_does_not_answer(well: int, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        found = verify(tmp_path, f"127.0.0.1:{silent.getsockname()[1]}", well)
    assert kinds(found) == {**WELL, "dns": "no-answer"}
    assert "port 53 (UDP and TCP)" in found[ENGINE]["dns"]["remedy"]


# Connections


def test_nothing_listens(network: Server, tmp_path: Path) -> None:
    found = verify(tmp_path, network, free_port())
    assert kinds(found) == {"connection": None, "dns": None, "tcp": "connection-refused"}
    assert "Private endpoints do not refuse" in found[ENGINE]["tcp"]["remedy"]


def test_packets_are_dropped(network: Server, tmp_path: Path) -> None:
    """A full queue of connections drops what comes, as a network security group does."""
    with ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.socket())
        full.bind((HERE, 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [open_sockets.enter_context(socket.socket()) for _ in range(2)]
        for each in waiting:
            each.settimeout(0)
            each.connect_ex((HERE, port))
        found = verify(tmp_path, network, port)
    assert kinds(found) == {"connection": None, "dns": None, "tcp": "no-connection"}
    assert "network security group" in found[ENGINE]["tcp"]["remedy"]


def test_a_certificate_of_somebody_else(network: Server, authority: trustme.CA, tmp_path: Path) -> None:
    with cluster(authority, "other.example.com") as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found) == {"connection": None, "dns": None, "tcp": None, "tls": "wrong-certificate"}
    assert found[ENGINE]["tls"]["says"] == f"the certificate is of other.example.com, not of {ENGINE}"
    assert f"Something else answers at {HERE}" in found[ENGINE]["tls"]["remedy"]


def test_a_certificate_that_nobody_trusts(network: Server, tmp_path: Path) -> None:
    with cluster(trustme.CA(), WILDCARD) as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found)["tls"] == "untrusted-certificate"
    assert "Somebody reads along" in found[ENGINE]["tls"]["remedy"]


def test_no_tls(network: Server, tmp_path: Path) -> None:
    """The connection opens and is silent, as behind a service whose cluster is stopped."""
    with socket.socket() as silent:
        silent.bind((HERE, 0))
        silent.listen(16)
        found = verify(tmp_path, network, silent.getsockname()[1])
    assert kinds(found)["tls"] == "no-tls"
    assert "is it running?" in found[ENGINE]["tls"]["remedy"]


def test_a_cluster_that_is_not_well(network: Server, authority: trustme.CA, tmp_path: Path) -> None:
    with cluster(authority, WILDCARD, status=500) as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found) == {**WELL, "ping": "http-status"}
    assert "answers with 500 Internal Server Error" in found[ENGINE]["ping"]["says"]
    assert "resource health" in found[ENGINE]["ping"]["remedy"]


def test_something_else_answers(network: Server, authority: trustme.CA, tmp_path: Path) -> None:
    with cluster(authority, WILDCARD, body="<html>Please log in</html>") as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found) == {**WELL, "ping": "unexpected-body"}
    assert "a page to log in" in found[ENGINE]["ping"]["remedy"]


def test_a_connection_that_is_not_approved(network: Server, well: int, tmp_path: Path) -> None:
    outputs = clusters(engine=HERE)
    outputs["myadx"]["endpoints"]["analytics"]["ingestion"] = endpoint({}, "Pending")
    found = verify(tmp_path, network, well, outputs=outputs)
    assert (kinds(found), found[None]["connection"]["kind"]) == (WELL, "not-approved")
    assert "The service's owner approves it" in found[None]["connection"]["remedy"]


# This machine


def test_the_machines_own_servers_and_its_hosts_file(
    network: Server, well: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has written a hosts file is served by it, whatever DNS says."""
    monkeypatch.setattr("adx_private_link.cli.dns.answers.dns.resolver.Resolver", _of_machine(network))
    monkeypatch.setattr("adx_private_link.cli.verify.naming._of_this_machine", _hosts_file)
    moved = clusters(engine=THERE, ingestion="127.0.0.7")
    done = json.loads(run(tmp_path, moved, "verify", "--port", str(well), "--timeout", "1", "--json").stdout)
    by_host = {each["host"]: {check["link"]: check for check in each["checks"]} for each in done["hosts"]}
    assert by_host[ENGINE]["dns"]["says"] == f"{THERE} (of this machine's hosts file)"
    assert by_host[ENGINE]["dns"]["fault"] is None
    assert by_host[INGESTION]["dns"]["fault"]["kind"] == "stale-hosts-file"


def _hosts_file(_: str) -> tuple[str, ...]:
    return (THERE,)


def _of_machine(server: Server) -> Any:
    import dns.resolver

    real = dns.resolver.Resolver

    def configured(*, configure: bool) -> dns.resolver.Resolver:
        assert configure
        made = real(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], server.port
        return made

    return configured


# For machines and pipelines


def test_junit(network: Server, tmp_path: Path) -> None:
    file = tmp_path / "access.xml"
    given = ("verify", "--nameserver", network.address, "--port", str(free_port()), "--junit", str(file))
    assert run(tmp_path, OUTPUTS, *given).exit_code == 1
    suite = ET.parse(file).getroot()
    assert {**suite.attrib} == {
        "name": "adx-private-link verify analytics",
        "tests": "10",
        "failures": "2",
        "skipped": "4",
    }
    (failure,) = suite.findall(f"testcase[@name='{ENGINE} tcp']/failure")
    assert failure.attrib["type"] == "connection-refused"
    assert failure.text
    assert "Private endpoints do not refuse" in failure.text


def test_the_table(network: Server, well: int, tmp_path: Path) -> None:
    done = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(well))
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["host", "connection", "dns", "tcp", "tls", "ping"]
    assert lines[2] == [ENGINE, "ok", "ok", "ok", "ok", "ok"]
    assert lines[-1] == ["2", "names:", "all", "well"]
    assert done.stderr == "verifying 2 names of analytics\n"


# The official client


def test_the_official_client_gets_an_answer_by_the_private_name(
    network: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _logged_in(tmp_path, monkeypatch, "a-token")
    with cluster(authority, WILDCARD) as running:
        done = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(running.port), "--query")
        assert done.exit_code == 0, done.output
        assert (f"{ENGINE}:{running.port}", "/v2/rest/query", "Bearer a-token") in running.requests
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0][-1] == "query"
    assert lines[2] == [ENGINE, "ok", "ok", "ok", "ok", "ok", "ok"]
    assert PRIVATE not in done.stdout


@pytest.mark.parametrize(("token", "kind"), [("another", "query-failed"), ("", "no-login")])
def test_a_query_that_fails(
    network: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str, kind: str
) -> None:
    _logged_in(tmp_path, monkeypatch, token)
    with cluster(authority, WILDCARD) as running:
        found = verify(tmp_path, network, running.port, "--query")
    assert kinds(found) == {**WELL, "query": kind}


def _logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """An Azure CLI that has this token, if any."""
    answer = json.dumps({"accessToken": token, "expiresOn": "2099-01-01 00:00:00.000000", "expires_on": 4070908800})
    program = tmp_path / "bin" / "az"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\necho '{answer}'\n" if token else "#!/bin/sh\necho 'Please run az login' >&2; exit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))


# The documentation


@pytest.mark.parametrize("page", ["README.md", "docs/dns.md"])
def test_the_commands_of_the_documentation(page: str, network: Server, well: int, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / page).read_text()
    commands = re.findall(r"^adx-private-link ((?:dns|verify) .*?)(?: > .*)?$", text, re.MULTILINE)
    assert {each.split()[0] for each in commands} == {"dns", "verify"}
    for command in commands:
        given = command.replace("diff --nameserver 10.0.0.4", f"diff --nameserver {network.address}").split()
        if given[-1] == "clusters.json":
            given.pop()
        if given[0] == "verify":
            given += ["--nameserver", network.address, "--port", str(well)]
        done = run(tmp_path, OUTPUTS, *given)
        assert done.exit_code == 0, done.output
        assert done.stdout
